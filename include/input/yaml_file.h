/* YAML files by a libcyaml schema, with errors that name file, line and key. Numbers are declared
 * as strings in the schema and read by yaml_file_number(), since libcyaml takes "3x" for 3. */
#ifndef INPUT_YAML_FILE_H
#define INPUT_YAML_FILE_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/input_error.h"

#define YAML_FILE_MAX (1u << 20) /* longest file, bytes */

/* A required mapping entry `key` of struct `type`, as text; an optional one is NULL if absent. */
#define YAML_TEXT(key, type)                                                                       \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER, struct type, key, 0, CYAML_UNLIMITED)
#define YAML_TEXT_OPTIONAL(key, type)                                                              \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, key, 0,    \
                           CYAML_UNLIMITED)

/* Load `path` by `schema` (a CYAML_FLAG_POINTER mapping) into *data, the caller's to free with
 * yaml_file_free(). False and *error: the file cannot be read, is not YAML, has an unknown, missing
 * or doubled key. */
MUST_CHECK bool yaml_file_load(const char *path, const cyaml_schema_value_t *schema, void **data,
                               struct input_error *error);
void yaml_file_free(const cyaml_schema_value_t *schema, void *data);

/* `text` as a whole number from `low` to `high`; NULL text leaves *value (the default) as it is.
 * `key` is the path of keys in the file, as "limits.vehicles" or "tariffs[2].base_pence" (entries
 * of a list from 0), for the error's line. */
MUST_CHECK bool yaml_file_number(const char *path, const char *key, const char *text, int64_t low,
                                 int64_t high, int64_t *value, struct input_error *error);

/* `text` as a whole number, and nothing else. */
MUST_CHECK bool yaml_file_parse(const char *text, int64_t low, int64_t high, int64_t *value);

/* The line where a path of keys stands, 0 where it does not. O(file). */
int yaml_file_line(const char *path, const char *key);

/* An error about the value of `key`: "FILE:LINE: key 'KEY': REASON". Returns false. */
bool yaml_file_refuse(const char *path, const char *key, const char *reason,
                      struct input_error *error);

#endif
