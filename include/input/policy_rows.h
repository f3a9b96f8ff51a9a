/* One file of a policy (docs/policy.md), by a libcyaml schema. For input/policy_file.c, which puts
 * files together. */
#ifndef INPUT_POLICY_ROWS_H
#define INPUT_POLICY_ROWS_H

#include "core/policy_fault.h"
#include "input/input_error.h"

#define POLICY_ROWS_MAX   64 /* of the longest table */
#define POLICY_ROWS_FILES 64

/* A policy that grows file by file, and where each row came from. */
struct policy_rows {
    struct policy *policy;
    bool has_head;
    uint32_t file; /* the file being read */
    struct policy_rows_origin {
        uint32_t file;
        uint32_t place; /* in the file's list, from 0 */
    } origins[POLICY_TABLE_COUNT][POLICY_ROWS_MAX];
    uint32_t head_file;
};

/* Add what `path` holds. False and *error names file, line, key and row; the policy is then of no
 * use. Ranges of numbers, words and dates are checked here, how rows fit together is not. */
MUST_CHECK bool policy_rows_load(const char *path, struct policy_rows *rows,
                                 struct input_error *error);

#endif
