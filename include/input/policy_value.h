/* Values of a policy file, read strictly, with errors that name the file, the line, the row and the
 * key. For input/policy_rows.c. All give false after a refusal, *error set. */
#ifndef INPUT_POLICY_VALUE_H
#define INPUT_POLICY_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "input/input_error.h"

#define POLICY_VALUE_KEY_MAX 160

/* Where the values stand. */
struct policy_value {
    const char *path;
    struct input_error *error;
    char prefix[64]; /* of keys: "tariffs[2]." */
    const char *id;  /* of the row; "" outside of rows */
};

struct policy_value_number {
    const char *key;
    const char *text; /* NULL: *value stays */
    int64_t high;     /* from 0 */
    int64_t *value;
};

/* Always false. */
bool policy_value_refuse(const struct policy_value *at, const char *key, const char *reason);

MUST_CHECK bool policy_value_number(const struct policy_value *at, const char *key,
                                    const char *text, int64_t low, int64_t high, int64_t *value);
MUST_CHECK bool policy_value_numbers(const struct policy_value *at,
                                     const struct policy_value_number *numbers, size_t count);

/* An amount, or "none", which is POLICY_NONE_PENCE. */
MUST_CHECK bool policy_value_cap(const struct policy_value *at, const char *key, const char *text,
                                 int64_t *value);

/* One of the words that `text_of` gives for 0 to count - 1. */
typedef const char *policy_value_words(int word);
MUST_CHECK bool policy_value_word(const struct policy_value *at, const char *key, const char *text,
                                  policy_value_words *text_of, int count, int *word);

/* 1 to size - 1 bytes of UTF-8 without control characters; *to is zeroed behind it. */
MUST_CHECK bool policy_value_text(const struct policy_value *at, const char *key, const char *text,
                                  char *to, size_t size);

MUST_CHECK bool policy_value_day(const struct policy_value *at, const char *key, const char *text,
                                 int32_t *day);

/* "09:30", up to "24:00". */
MUST_CHECK bool policy_value_minute(const struct policy_value *at, const char *key,
                                    const char *text, uint16_t *minute);

#endif
