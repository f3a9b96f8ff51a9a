/* `dispatcher db`: make the tables in PostgreSQL, tell how they stand, and move facts there and
 * back. */
#include "app/command_db.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/configuration.h"
#include "app/projection.h"
#include "app/store_move.h"
#include "store/pg_commands.h"
#include "store/pg_schema.h"
#include "store/store_pg.h"

static const char HELP[] =
    "usage: dispatcher db migrate --store URL\n"
    "       dispatcher db status --store URL\n"
    "       dispatcher db import-journal --store URL --config FILE [--journal DIR]\n"
    "       dispatcher db export-journal --store URL --journal DIR\n\n"
    "Makes the tables of the store in PostgreSQL, schema commonwheel, tells how they stand, and\n"
    "moves facts between a journal and PostgreSQL.\n\n"
    "  migrate      run the scripts that have not been run yet, each in a transaction of its own;\n"
    "               by a role that may create schemas and extensions\n"
    "  status       list the scripts, and when each was run. Exit status 1 unless all were\n"
    "  import-journal  copy all facts of a journal into the store, which must be empty and have "
    "no\n"
    "               dispatcher. Both are then read and lead to the same state, or it fails. Roads\n"
    "               and stations of the configuration are written too\n"
    "  export-journal  copy all facts of the store into a journal folder, empty or not there\n"
    "  --config FILE  the configuration: its map gives rides their places in the tables, and its\n"
    "               journal is the one to import where --journal names no other\n"
    "  --journal DIR  the journal folder\n"
    "  --store URL  postgresql://USER@HOST:PORT/DATABASE, as libpq reads it; the password comes\n"
    "               from its password file, its service file or PGPASSWORD\n\n"
    "Example:\n  dispatcher db migrate --store postgresql://owner@db.example/commonwheel\n";

struct arguments {
    const char *action;
    const char *store;
    const char *config;
    const char *journal;
};

static bool is_action(const struct arguments *arguments, const char *name)
{
    CHECK(arguments->action != NULL);
    return strcmp(arguments->action, name) == 0;
}

static const char *state_text(enum pg_schema_state state)
{
    static const char *const TEXTS[] = {[PG_SCHEMA_APPLIED] = "applied",
                                        [PG_SCHEMA_PENDING] = "pending",
                                        [PG_SCHEMA_CHANGED] = "CHANGED",
                                        [PG_SCHEMA_UNKNOWN] = "UNKNOWN"};
    return TEXTS[state];
}

/* The user counts the scripts that are not as they should be. */
static void print_script(void *user, uint32_t number, const char *name, enum pg_schema_state state,
                         const char *applied_at)
{
    int *amiss = user;
    *amiss += state != PG_SCHEMA_APPLIED;
    printf("%03" PRIu32 "  %-16s %-8s %s\n", number, name, state_text(state), applied_at);
}

static int tell(bool ok, const struct store_error *error)
{
    if (!ok)
        fprintf(stderr, "dispatcher db: %s\n", error->text);
    return ok ? COMMAND_OK : COMMAND_FAILED;
}

static int run_scripts(const struct arguments *arguments)
{
    struct store_error error;
    int amiss = 0;
    const bool ok = is_action(arguments, "migrate")
                        ? pg_schema_migrate(arguments->store, print_script, &amiss, &error)
                        : pg_schema_status(arguments->store, print_script, &amiss, &error);
    const int status = tell(ok, &error);
    return amiss == 0 ? status : COMMAND_FAILED;
}

static int run_move(const struct archive *from, const struct recovery_options *to)
{
    struct store_error error;
    struct moved moved;
    const bool ok = store_move_facts(from, to, &moved, &error);
    if (ok)
        printf("%" PRIu64 " facts, digest %016" PRIx64 " read and %016" PRIx64 " read back\n",
               moved.facts, moved.from_digest, moved.to_digest);
    return tell(ok, &error);
}

static int run_export(const struct arguments *arguments)
{
    const struct archive from = {.url = arguments->store, .shard = STORE_PG_SHARD};
    const struct recovery_options to = {.journal = arguments->journal};
    return run_move(&from, &to);
}

/* As a dispatcher does at its start. */
static int keep_map(const char *url, const struct configuration *config)
{
    struct store_error error;
    const struct pg_map_source source = projection_map(config);
    struct pg_commands *commands = pg_commands_open(url, STORE_PG_SHARD, &error);
    const bool ok = commands != NULL && pg_commands_map(commands, &source, &error);
    if (commands != NULL)
        pg_commands_close(commands);
    return tell(ok, &error);
}

static int run_import(const struct arguments *arguments)
{
    struct input_error error;
    struct configuration *config = calloc(1, sizeof *config);
    if (config == NULL || !configuration_load(arguments->config, config, &error)) {
        fprintf(stderr, "dispatcher db: %s\n", config == NULL ? "out of memory" : error.text);
        free(config);
        return COMMAND_FAILED;
    }
    const struct archive from = {.folder = arguments->journal != NULL ? arguments->journal
                                                                      : config->journal};
    struct projection projection;
    const struct recovery_options to = {.store = arguments->store,
                                        .projection = projection_make(&projection, config),
                                        .lease_seconds = PG_LEASE_SECONDS_DEFAULT};
    int status = run_move(&from, &to);
    if (status == COMMAND_OK)
        status = keep_map(arguments->store, config);
    configuration_free(config);
    free(config);
    return status;
}

static int run(const struct arguments *arguments)
{
    if (is_action(arguments, "import-journal"))
        return run_import(arguments);
    return is_action(arguments, "export-journal") ? run_export(arguments) : run_scripts(arguments);
}

static const char *check(const struct arguments *arguments)
{
    static const char *const ACTIONS[] = {"migrate", "status", "import-journal", "export-journal"};
    bool is_known = false;
    if (arguments->action == NULL)
        return "migrate, status, import-journal or export-journal is needed";
    for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++)
        is_known = is_known || is_action(arguments, ACTIONS[i]);
    if (!is_known)
        return "it does migrate, status, import-journal and export-journal";
    if (arguments->store == NULL)
        return "--store URL is missing";
    if (is_action(arguments, "import-journal") && arguments->config == NULL)
        return "--config FILE is missing";
    if (is_action(arguments, "export-journal") && arguments->journal == NULL)
        return "--journal DIR is missing";
    return NULL;
}

int command_db(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        {"store", required_argument, NULL, 's'},
        {"config", required_argument, NULL, 'c'},
        {"journal", required_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 's':
            arguments.store = optarg;
            break;
        case 'c':
            arguments.config = optarg;
            break;
        case 'j':
            arguments.journal = optarg;
            break;
        case 'h':
            fputs(HELP, stdout);
            return COMMAND_OK;
        default:
            return command_misused("db", "unknown or incomplete option");
        }
    }
    if (optind < argc)
        arguments.action = argv[optind++];
    const char *problem = optind < argc ? "unexpected argument" : check(&arguments);
    return problem != NULL ? command_misused("db", problem) : run(&arguments);
}
