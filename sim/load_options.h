/* The options of `sim load`, and the files of tokens that they name. */
#ifndef SIM_LOAD_OPTIONS_H
#define SIM_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "sim/load_address.h"

#define LOAD_TOKENS_MAX 1000000

struct load_tokens {
    char *text;         /* the file; owned */
    const char **lines; /* [count] within it; owned */
    uint32_t count;
};

struct load_options {
    const char *url;
    const char *roads;
    const char *scenario;
    const char *vehicle_tokens_path;
    const char *rider_tokens_path;
    const char *json;
    const char *acks;
    const char *plans;
    const char *disk;
    const char *operator_token;
    const char *time_start;
    int64_t vehicles; /* 0: as many as there are tokens, or places in the scenario */
    int64_t rate_milli;
    int64_t seconds;
    int64_t warmup;
    int64_t drain;
    int64_t hz;
    int64_t time_scale;
    int64_t seed;
    int64_t pid;
    int64_t connections;
    int64_t link_timeout;
    bool even;
    bool quiet;

    struct load_address address;
    struct load_tokens vehicle_tokens;
    struct load_tokens rider_tokens;
};

enum load_options_result {
    LOAD_OPTIONS_RUN,
    LOAD_OPTIONS_HELP,   /* shown */
    LOAD_OPTIONS_MISUSE, /* told on standard error */
    LOAD_OPTIONS_FAILED, /* told on standard error: a file, or the host */
};

MUST_CHECK enum load_options_result load_options_read(int argc, char **argv,
                                                      struct load_options *options);
void load_options_done(struct load_options *options);

#endif
