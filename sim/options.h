/* Command line options of a subcommand, as a table that also prints its help. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/check.h"

struct option {
    const char *name;     /* "--scenario" */
    const char *argument; /* "DIR", or NULL for a flag */
    const char *help;
    const char **text; /* one of these three is set: where the value goes */
    int64_t *number;
    bool *flag;
    int64_t low; /* of a number */
    int64_t high;
    bool is_required;
};

struct options {
    const char *usage;   /* "sim run --scenario DIR [options]" */
    const char *summary; /* a sentence */
    const char *example; /* a command */
    const struct option *table;
    size_t count;
};

enum options_result {
    OPTIONS_OK,
    OPTIONS_HELP, /* --help was asked for and printed */
    OPTIONS_BAD,  /* what is wrong was printed to standard error */
};

/* Read argv[1] .. into the table's places; later ones win. */
MUST_CHECK enum options_result options_parse(const struct options *options, int argc, char **argv);

void options_print_help(const struct options *options, FILE *file);

/* `text` as a whole number, no signs or blanks but a leading '-'. */
MUST_CHECK bool options_number(const char *text, int64_t low, int64_t high, int64_t *value);

#endif
