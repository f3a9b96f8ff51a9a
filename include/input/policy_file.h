/* The money policy that a council decided (core/policy.h), from a YAML file or from a folder of
 * them (docs/policy.md): those of a folder are one policy, in the order of their names. */
#ifndef INPUT_POLICY_FILE_H
#define INPUT_POLICY_FILE_H

#include "core/policy.h"
#include "input/input_error.h"

/* False and *error names file, line, key and row; *policy is then of no use. A policy that is read
 * is sound: policy_fault() has nothing to say.
 *
 * Its hash is SHA-256 of the bytes of the file, or of all files of the folder one after another:
 * what sha256sum prints. */
MUST_CHECK bool policy_file_load(const char *path, struct policy *policy,
                                 struct input_error *error);

#endif
