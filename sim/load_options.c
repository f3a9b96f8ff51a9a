/* One row an option. */
#include "sim/load_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/load_fleet.h"
#include "sim/load_http.h"

static const char HELP[] =
    "usage: sim load --url http://HOST:PORT (--roads FILE --rate N | --scenario DIR)\n"
    "                --vehicle-tokens FILE --rider-tokens FILE [OPTION ...]\n\n"
    "Drives a running dispatcher through its real doors: cars on WebSockets that follow its "
    "plans,\n"
    "riders who book at moments settled beforehand, whatever became of the bookings before. A\n"
    "latency counts from the moment its request was due. Afterwards every acknowledged booking\n"
    "is looked up.\n\n"
    "  --url URL              the dispatcher, http only; several with commas, as in\n"
    "                         http://one:8080,two:8080: whichever serves\n"
    "  --roads FILE           the .roads file that the dispatcher runs on\n"
    "  --scenario DIR         fleet, demand and (without --roads) roads of a scenario\n"
    "  --vehicle-tokens FILE  one a line: of vehicles.csv in its order, or of any vehicles\n"
    "  --rider-tokens FILE    one a line; riders take turns\n"
    "  --vehicles N           cars; default: all that have tokens\n"
    "  --rate N               bookings a second, 0.001 to 100000, between random places\n"
    "  --seconds N            length of the run, warm-up included; default 60\n"
    "  --warmup N             its first seconds that are not measured; default 0\n"
    "  --drain N              seconds that the cars drive on after it; default 0\n"
    "  --even                 bookings at even gaps; else as a Poisson process has them\n"
    "  --hz N                 positions that each car sends a second, 1 to 100; default 1\n"
    "  --time-scale N         how many times as fast the dispatcher's time passes; default 1\n"
    "  --time-start TIME      --scenario: the moment that the run begins at, UTC, as\n"
    "                         2026-03-02T07:30:00Z; default: its first request\n"
    "  --link-timeout N       seconds to wait for the cars' links; default 30\n"
    "  --connections N        most HTTP connections of the riders; default 64\n"
    "  --seed N               of places, moments and keys; default 1\n"
    "  --operator-token TOKEN ask for the dispatcher's statistics at the end\n"
    "  --pid N                the dispatcher's process, for its processor time and memory\n"
    "  --disk DIR             measure the time of fdatasync there, before and after\n"
    "  --acks FILE            append each acknowledged booking at once: ride, key, rider\n"
    "  --plans FILE           append each plan that a car follows: when (ms since 1970), the\n"
    "                         line of its token, epoch, plan_id, revision\n"
    "  --json FILE            write the figures (docs/scenario.md), `-` to standard output\n"
    "  --quiet                no progress and no table\n\n"
    "Exit status: 0 done, 1 an error or a lost booking, 2 wrong use.\n\n"
    "Example:\n"
    "  dispatcher token --key signing.pem --role vehicle --subject 1 --count 1000 >cars\n"
    "  dispatcher token --key signing.pem --role rider --subject rider- --count 500 >riders\n"
    "  sim load --url http://127.0.0.1:8080 --roads city.roads --vehicle-tokens cars \\\n"
    "           --rider-tokens riders --rate 20 --seconds 60 --warmup 5 --disk /var/tmp\n";

enum { TEXT, WHOLE, MILLI, FLAG };

struct row {
    const char *name;
    int kind;
    size_t at; /* in struct load_options */
    int64_t low;
    int64_t high;
};

#define ROW(name, kind, member, low, high)                                                         \
    {                                                                                              \
        name, kind, offsetof(struct load_options, member), low, high                               \
    }

static const struct row rows[] = {
    ROW("url", TEXT, url, 0, 0),
    ROW("roads", TEXT, roads, 0, 0),
    ROW("scenario", TEXT, scenario, 0, 0),
    ROW("vehicle-tokens", TEXT, vehicle_tokens_path, 0, 0),
    ROW("rider-tokens", TEXT, rider_tokens_path, 0, 0),
    ROW("json", TEXT, json, 0, 0),
    ROW("acks", TEXT, acks, 0, 0),
    ROW("plans", TEXT, plans, 0, 0),
    ROW("disk", TEXT, disk, 0, 0),
    ROW("operator-token", TEXT, operator_token, 0, 0),
    ROW("time-start", TEXT, time_start, 0, 0),
    ROW("vehicles", WHOLE, vehicles, 1, LOAD_FLEET_MAX),
    ROW("rate", MILLI, rate_milli, 1, 100000000),
    ROW("seconds", WHOLE, seconds, 1, 1000000),
    ROW("warmup", WHOLE, warmup, 0, 1000000),
    ROW("drain", WHOLE, drain, 0, 1000000),
    ROW("hz", WHOLE, hz, 1, 100),
    ROW("time-scale", WHOLE, time_scale, 1, 3600),
    ROW("seed", WHOLE, seed, 0, INT64_MAX),
    ROW("pid", WHOLE, pid, 1, INT32_MAX),
    ROW("link-timeout", WHOLE, link_timeout, 1, 3600),
    ROW("connections", WHOLE, connections, 1, LOAD_HTTP_CONNECTIONS_MAX),
    ROW("even", FLAG, even, 0, 0),
    ROW("quiet", FLAG, quiet, 0, 0),
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static bool misused(const char *option, const char *problem)
{
    fprintf(stderr, "sim load: %s%s%s\nTry `sim load --help`.\n", option,
            option[0] == '\0' ? "" : " ", problem);
    return false;
}

/* "12.5" as thousandths. */
static bool read_milli(const char *text, int64_t *value)
{
    int64_t whole = 0;
    int64_t part = 0;
    int64_t unit = 1000;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && at - text < 9; at++) {
        whole = whole * 10 + (*at - '0');
    }
    if (at == text) {
        return false;
    }
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9' && unit > 1; at++) {
            unit /= 10;
            part += (*at - '0') * unit;
        }
    }
    *value = whole * 1000 + part;
    return *at == '\0';
}

static bool take_option(struct load_options *options, const struct row *row, const char *text)
{
    void *member = (char *)options + row->at;
    char name[64];
    char *end = NULL;
    int64_t value = 0;
    snprintf(name, sizeof name, "--%s", row->name);
    switch (row->kind) {
    case TEXT:
        *(const char **)member = text;
        return true;
    case FLAG:
        *(bool *)member = true;
        return true;
    case MILLI:
        if (!read_milli(text, &value)) {
            return misused(name, "takes a number such as 20 or 0.5");
        }
        break;
    default:
        errno = 0;
        value = strtoll(text, &end, 10);
        if (end == text || *end != '\0' || errno != 0) {
            return misused(name, "takes a whole number");
        }
        break;
    }
    if (value < row->low || value > row->high) {
        return misused(name, "is out of range");
    }
    *(int64_t *)member = value;
    return true;
}

static enum load_options_result take_options(int argc, char **argv, struct load_options *options)
{
    struct option list[ROW_COUNT + 2] = {{"help", no_argument, NULL, 'h'}};
    for (size_t i = 0; i < ROW_COUNT; i++) {
        list[i + 1] = (struct option){
            rows[i].name, rows[i].kind == FLAG ? no_argument : required_argument, NULL, 0};
    }
    optind = 1;
    for (;;) {
        int index = 0;
        const int option = getopt_long(argc, argv, "h", list, &index);
        if (option == -1) {
            break;
        }
        if (option == 'h') {
            fputs(HELP, stdout);
            return LOAD_OPTIONS_HELP;
        }
        if (option != 0) {
            (void)misused("", "see above");
            return LOAD_OPTIONS_MISUSE;
        }
        if (!take_option(options, &rows[index - 1], optarg)) {
            return LOAD_OPTIONS_MISUSE;
        }
    }
    return optind == argc ? LOAD_OPTIONS_RUN : LOAD_OPTIONS_MISUSE;
}

static bool is_complete(const struct load_options *options)
{
    const char *fault = load_address_fault(options->url);
    if (fault != NULL) {
        return misused("--url", fault);
    }
    if (options->vehicle_tokens_path == NULL || options->rider_tokens_path == NULL) {
        return misused("--vehicle-tokens and --rider-tokens", "are needed");
    }
    if (options->scenario == NULL && (options->roads == NULL || options->rate_milli == 0)) {
        return misused("", "either --roads and --rate, or --scenario is needed");
    }
    if (options->scenario != NULL && options->rate_milli != 0) {
        return misused("--rate", "does not go with --scenario, which has its own demand");
    }
    if (options->time_start != NULL && options->scenario == NULL) {
        return misused("--time-start", "goes with --scenario only");
    }
    if (options->warmup >= options->seconds) {
        return misused("--warmup", "has to be shorter than --seconds");
    }
    return true;
}

/* ---- tokens ---- */

static bool read_tokens(const char *path, struct load_tokens *tokens)
{
    FILE *file = fopen(path, "r");
    size_t size = 0;
    char *text = NULL;
    const ssize_t length = file == NULL ? -1 : getdelim(&text, &size, '\0', file);
    if (file != NULL) {
        (void)fclose(file);
    }
    tokens->text = text;
    if (length <= 0) {
        fprintf(stderr, "sim load: %s: %s\n", path, file == NULL ? strerror(errno) : "is empty");
        return false;
    }
    uint32_t count = 0;
    for (ssize_t i = 0; i < length; i++) {
        count += text[i] == '\n' ? 1 : 0;
    }
    tokens->lines = calloc((size_t)count + 1, sizeof *tokens->lines);
    if (tokens->lines == NULL) {
        return false;
    }
    for (char *line = strtok_r(text, "\r\n", &text); line != NULL;
         line = strtok_r(NULL, "\r\n", &text)) {
        if (strlen(line) > 4096 || strcspn(line, " \t") != strlen(line)) {
            fprintf(stderr, "sim load: %s:%u: is no token\n", path, tokens->count + 1);
            return false;
        }
        tokens->lines[tokens->count++] = line;
    }
    return tokens->count > 0;
}

enum load_options_result load_options_read(int argc, char **argv, struct load_options *options)
{
    *options = (struct load_options){
        .seconds = 60, .hz = 1, .time_scale = 1, .seed = 1, .connections = 64, .link_timeout = 30};
    const enum load_options_result result = take_options(argc, argv, options);
    if (result != LOAD_OPTIONS_RUN) {
        return result;
    }
    if (!is_complete(options)) {
        return LOAD_OPTIONS_MISUSE;
    }
    if (!load_address_find(&options->address, options->url) ||
        !read_tokens(options->vehicle_tokens_path, &options->vehicle_tokens) ||
        !read_tokens(options->rider_tokens_path, &options->rider_tokens)) {
        return LOAD_OPTIONS_FAILED;
    }
    if (options->vehicles > options->vehicle_tokens.count) {
        fprintf(stderr, "sim load: %s has %u tokens, and --vehicles asks for %lld\n",
                options->vehicle_tokens_path, options->vehicle_tokens.count,
                (long long)options->vehicles);
        return LOAD_OPTIONS_FAILED;
    }
    return LOAD_OPTIONS_RUN;
}

void load_options_done(struct load_options *options)
{
    free(options->vehicle_tokens.text);
    free(options->vehicle_tokens.lines);
    free(options->rider_tokens.text);
    free(options->rider_tokens.lines);
}
