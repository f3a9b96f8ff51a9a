#include "sim/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 32

void options_print_help(const struct options *options, FILE *file)
{
    fprintf(file, "Usage: %s\n\n%s\n\n", options->usage, options->summary);
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->table[i];
        char left[32];
        snprintf(left, sizeof left, "%s %s", option->name,
                 option->argument != NULL ? option->argument : "");
        fprintf(file, "  %-22s %s%s\n", left, option->help,
                option->is_required ? " (required)" : "");
    }
    fprintf(file, "  %-22s %s\n\nExample:\n  %s\n", "--help", "print this", options->example);
}

bool options_number(const char *text, int64_t low, int64_t high, int64_t *value)
{
    char *end = NULL;
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] < '0' || digits[0] > '9') {
        return false;
    }
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < low || number > high) {
        return false;
    }
    *value = number;
    return true;
}

static const struct option *find(const struct options *options, const char *name, size_t length)
{
    for (size_t i = 0; i < options->count; i++) {
        const char *known = options->table[i].name;
        if (strlen(known) == length && strncmp(known, name, length) == 0) {
            return &options->table[i];
        }
    }
    return NULL;
}

static enum options_result complain(const struct options *options, const char *about,
                                    const char *what)
{
    fprintf(stderr, "sim: %s: %s\nUsage: %s\n", about, what, options->usage);
    return OPTIONS_BAD;
}

static enum options_result take(const struct options *options, const struct option *option,
                                const char *value)
{
    char range[96];
    if (option->text != NULL) {
        *option->text = value;
        return OPTIONS_OK;
    }
    if (options_number(value, option->low, option->high, option->number)) {
        return OPTIONS_OK;
    }
    snprintf(range, sizeof range, "is not a whole number from %" PRId64 " to %" PRId64, option->low,
             option->high);
    return complain(options, option->name, range);
}

enum options_result options_parse(const struct options *options, int argc, char **argv)
{
    bool given[OPTIONS_MAX] = {false};
    CHECK(options->count <= OPTIONS_MAX);
    for (int i = 1; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');
        const size_t length = equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]);
        const struct option *option = find(options, argv[i], length);
        if (strcmp(argv[i], "--help") == 0) {
            options_print_help(options, stdout);
            return OPTIONS_HELP;
        }
        if (option == NULL) {
            return complain(options, argv[i], "there is no such option");
        }
        given[option - options->table] = true;
        if (option->flag != NULL) {
            *option->flag = true;
            continue;
        }
        const char *value = equals != NULL ? equals + 1 : argv[i + 1];
        if (value == NULL) {
            return complain(options, option->name, "needs a value");
        }
        i += equals == NULL;
        if (take(options, option, value) != OPTIONS_OK) {
            return OPTIONS_BAD;
        }
    }
    for (size_t i = 0; i < options->count; i++) {
        if (options->table[i].is_required && !given[i]) {
            return complain(options, options->table[i].name, "is required");
        }
    }
    return OPTIONS_OK;
}
