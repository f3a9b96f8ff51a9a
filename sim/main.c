/* sim: the laboratory. One row of the table a subcommand. */
#include <stdio.h>
#include <string.h>

#include "sim/city.h"
#include "sim/load.h"
#include "sim/run.h"
#include "sim/survey.h"

struct subcommand {
    const char *name;
    const char *summary;
    int (*main)(int argc, char **argv); /* argv[0] is the subcommand; returns the exit status */
};

static const struct subcommand subcommands[] = {
    {"run", "run a scenario in virtual time", run_main},
    {"city", "make a synthetic town as a scenario", city_main},
    {"network", "print what a road network is like", survey_main},
    {"load", "drive a running dispatcher with cars and riders, and measure it", load_main},
};

static void print_help(FILE *file)
{
    fputs("Usage: sim COMMAND [options]\n\n", file);
    for (size_t i = 0; i < sizeof subcommands / sizeof *subcommands; i++) {
        fprintf(file, "  %-8s %s\n", subcommands[i].name, subcommands[i].summary);
    }
    fputs("\n'sim COMMAND --help' tells more. Version " COMMONWHEEL_VERSION ".\n", file);
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    for (size_t i = 0; i < sizeof subcommands / sizeof *subcommands; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0) {
            return subcommands[i].main(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "sim: there is no command '%s'\n", argv[1]);
    print_help(stderr);
    return 2;
}
