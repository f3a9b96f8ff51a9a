/* `dispatcher`: finds the subcommand and hands over. */
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/command_books.h"
#include "app/command_check.h"
#include "app/command_db.h"
#include "app/command_import.h"
#include "app/command_policy.h"
#include "app/command_serve.h"
#include "app/command_token.h"

struct subcommand {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

static const struct subcommand SUBCOMMANDS[] = {
    {"serve", "dispatch a fleet: take bookings, send vehicles, keep the journal", command_serve},
    {"import", "make a .roads file of a map (OpenStreetMap or CSV)", command_import},
    {"token", "make keys, and sign tokens for riders, vehicles and staff", command_token},
    {"check", "verify a journal and print what is in it", command_check},
    {"db", "make the tables in PostgreSQL, and move facts there and back", command_db},
    {"books", "publish a month's books, or work out published ones again", command_books},
    {"policy", "check a policy file, explain it and price example rides", command_policy},
};

#define SUBCOMMAND_COUNT (sizeof SUBCOMMANDS / sizeof SUBCOMMANDS[0])

static void print_help(FILE *out)
{
    fprintf(out, "dispatcher: runs a council's fleet of autonomous vehicles\n\n"
                 "usage: dispatcher COMMAND [OPTION ...]\n\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        fprintf(out, "  %-8s %s\n", SUBCOMMANDS[i].name, SUBCOMMANDS[i].summary);
    fprintf(out, "\n`dispatcher COMMAND --help` tells more. For example:\n\n"
                 "  dispatcher import city.osm.pbf city.roads\n"
                 "  dispatcher serve --config commonwheel.yaml\n\n"
                 "Exit status: 0 done, 1 failed, 2 wrong use.\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return COMMAND_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("dispatcher %s\n", COMMONWHEEL_VERSION);
        return COMMAND_OK;
    }
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        if (strcmp(argv[1], SUBCOMMANDS[i].name) == 0)
            return SUBCOMMANDS[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "dispatcher: '%s' is not a command\n", argv[1]);
    print_help(stderr);
    return COMMAND_USAGE;
}
