/* `dispatcher db migrate | status`: make the tables in PostgreSQL, and tell how they stand. */
#include "app/command_db.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "store/pg_schema.h"

static const char HELP[] =
    "usage: dispatcher db migrate --store URL\n"
    "       dispatcher db status --store URL\n\n"
    "Makes the tables of the store in PostgreSQL, schema commonwheel, and tells how they stand.\n\n"
    "  migrate      run the scripts that have not been run yet, each in a transaction of its own;\n"
    "               by a role that may create schemas and extensions\n"
    "  status       list the scripts, and when each was run. Exit status 1 unless all were\n"
    "  --store URL  postgresql://USER@HOST:PORT/DATABASE, as libpq reads it; the password comes\n"
    "               from its password file, its service file or PGPASSWORD\n\n"
    "Example:\n  dispatcher db migrate --store postgresql://owner@db.example/commonwheel\n";

struct arguments {
    const char *action;
    const char *store;
};

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

static int run(const struct arguments *arguments)
{
    struct store_error error;
    int amiss = 0;
    bool ok;
    if (strcmp(arguments->action, "migrate") == 0)
        ok = pg_schema_migrate(arguments->store, print_script, &amiss, &error);
    else
        ok = pg_schema_status(arguments->store, print_script, &amiss, &error);
    if (!ok)
        fprintf(stderr, "dispatcher db: %s\n", error.text);
    return ok && amiss == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static const char *check(const struct arguments *arguments)
{
    static const char *const ACTIONS[] = {"migrate", "status"};
    bool is_known = false;
    if (arguments->action == NULL)
        return "migrate or status is needed";
    for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++)
        is_known = is_known || strcmp(arguments->action, ACTIONS[i]) == 0;
    if (!is_known)
        return "it does migrate and status";
    return arguments->store == NULL ? "--store URL is missing" : NULL;
}

int command_db(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        {"store", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 's':
            arguments.store = optarg;
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
