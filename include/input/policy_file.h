/* The fare policy that a council decided: tariff and caps, from a YAML file (docs/policy.md). */
#ifndef INPUT_POLICY_FILE_H
#define INPUT_POLICY_FILE_H

#include "core/caps.h"
#include "core/tariff.h"
#include "input/input_error.h"

struct policy_file {
    struct tariff tariff;
    struct caps caps;
};

/* A single fare of at most 3 pounds, as England's national single-fare cap; a day of at most 7.50
 * and a week of at most 30 pounds. What runs where no policy file is given. */
struct policy_file policy_file_default(void);

/* False and *error names file, line and key; *policy untouched. */
MUST_CHECK bool policy_file_load(const char *path, struct policy_file *policy,
                                 struct input_error *error);

#endif
