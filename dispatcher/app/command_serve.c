/* `dispatcher serve`: read the configuration, then run until told to stop. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/command_serve.h"
#include "app/configuration.h"
#include "app/dispatcher.h"
#include "store/pg_lease.h"

static const char HELP[] =
    "usage: dispatcher serve --config FILE [--store URL [--lease-seconds N] [--standby]]\n"
    "                        [--port N] [--port-file FILE]\n"
    "                        [--demo [--time-scale N] [--time-start TIME]]\n\n"
    "Dispatches the fleet that FILE describes, until SIGTERM or SIGINT. Logs to standard error.\n\n"
    "  --config FILE      the configuration (docs/operations.md)\n"
    "  --store URL        keep facts in PostgreSQL instead of the configuration's journal:\n"
    "                     postgresql://USER@HOST:PORT/DATABASE, made by `dispatcher db migrate`\n"
    "  --lease-seconds N  another dispatcher may take the store over when this one has not been\n"
    "                     able to write for so long, 4 to 300; 15 without it\n"
    "  --standby          wait while another dispatcher has the store, follow it, and take over\n"
    "                     when it is gone; without another, serve at once\n"
    "  --port N           listen on port N instead of the configuration's; 0 any free one\n"
    "  --port-file FILE   write the port listened on to FILE once ready\n"
    "  --demo             a demonstration: allows the two below\n"
    "  --time-scale N     time passes N times as fast, 1 to 3600\n"
    "  --time-start TIME  the clock starts at TIME, UTC, as 2026-03-02T07:00:00Z\n\n"
    "Example:\n  dispatcher serve --config commonwheel.yaml\n";

struct arguments {
    const char *config;
    const char *port;
    const char *scale;
    const char *start;
    const char *lease;
    bool demo;
    struct dispatcher_options options;
    long port_number;
};

static const char *parse_numbers(struct arguments *arguments)
{
    char *end;
    arguments->port_number = -1;
    arguments->options.time_scale = 1;
    if (arguments->port != NULL) {
        arguments->port_number = strtol(arguments->port, &end, 10);
        if (*end != '\0' || arguments->port[0] == '\0' || arguments->port_number < 0 ||
            arguments->port_number > 65535)
            return "--port takes a number from 0 to 65535";
    }
    if (arguments->scale != NULL) {
        arguments->options.time_scale = strtol(arguments->scale, &end, 10);
        if (*end != '\0' || arguments->options.time_scale < 1 ||
            arguments->options.time_scale > CLOCK_SCALE_MAX)
            return "--time-scale takes a number from 1 to 3600";
    }
    arguments->options.lease_seconds = PG_LEASE_SECONDS_DEFAULT;
    if (arguments->lease != NULL) {
        const long seconds = strtol(arguments->lease, &end, 10);
        if (*end != '\0' || seconds < PG_LEASE_SECONDS_MIN || seconds > PG_LEASE_SECONDS_MAX)
            return "--lease-seconds takes a number from 4 to 300";
        arguments->options.lease_seconds = (int32_t)seconds;
    }
    if (arguments->start != NULL) {
        struct tm parts = {0};
        const char *rest = strptime(arguments->start, "%Y-%m-%dT%H:%M:%SZ", &parts);
        if (rest == NULL || *rest != '\0')
            return "--time-start takes a time such as 2026-03-02T07:00:00Z";
        arguments->options.time_start_ms = (int64_t)timegm(&parts) * 1000;
    }
    return NULL;
}

static const char *check(struct arguments *arguments)
{
    if (arguments->config == NULL)
        return "--config FILE is missing";
    if (!arguments->demo && (arguments->scale != NULL || arguments->start != NULL))
        return "--time-scale and --time-start go with --demo only";
    if (arguments->options.store == NULL &&
        (arguments->lease != NULL || arguments->options.is_standby))
        return "--lease-seconds and --standby go with --store only";
    return parse_numbers(arguments);
}

static int serve(const struct arguments *arguments)
{
    struct input_error error;
    struct configuration *config = calloc(1, sizeof *config);
    if (config == NULL)
        return COMMAND_FAILED;
    if (!configuration_load(arguments->config, config, &error)) {
        fprintf(stderr, "dispatcher serve: %s\n", error.text);
        free(config);
        return COMMAND_FAILED;
    }
    log_init(config->log_level);
    if (arguments->port_number >= 0)
        config->net.port = (uint16_t)arguments->port_number;
    int status = dispatcher_run(config, &arguments->options);
    configuration_free(config);
    free(config);
    return status;
}

int command_serve(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        {"config", required_argument, NULL, 'c'},
        {"store", required_argument, NULL, 'u'},
        {"lease-seconds", required_argument, NULL, 'l'},
        {"standby", no_argument, NULL, 'b'},
        {"port", required_argument, NULL, 'p'},
        {"port-file", required_argument, NULL, 'f'},
        {"demo", no_argument, NULL, 'd'},
        {"time-scale", required_argument, NULL, 's'},
        {"time-start", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'c':
            arguments.config = optarg;
            break;
        case 'u':
            arguments.options.store = optarg;
            break;
        case 'b':
            arguments.options.is_standby = true;
            break;
        case 'l':
            arguments.lease = optarg;
            break;
        case 'p':
            arguments.port = optarg;
            break;
        case 'f':
            arguments.options.port_file = optarg;
            break;
        case 'd':
            arguments.demo = true;
            break;
        case 's':
            arguments.scale = optarg;
            break;
        case 't':
            arguments.start = optarg;
            break;
        case 'h':
            fputs(HELP, stdout);
            return COMMAND_OK;
        default:
            return command_misused("serve", "unknown or incomplete option");
        }
    }
    if (optind < argc)
        return command_misused("serve", "unexpected argument");
    const char *problem = check(&arguments);
    return problem != NULL ? command_misused("serve", problem) : serve(&arguments);
}
