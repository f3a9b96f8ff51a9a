/* What is wrong with a file that somebody gave us: one sentence that names the file, the line or
 * element, and the reason. */
#ifndef INPUT_INPUT_ERROR_H
#define INPUT_INPUT_ERROR_H

#include <stdbool.h>

#include "base/check.h"

#define INPUT_ERROR_MAX 512

struct input_error {
    char text[INPUT_ERROR_MAX]; /* cut where it is longer */
};

/* Sets the text and returns false, so that a reader can `return input_error_set(...)`. */
__attribute__((format(printf, 2, 3))) bool input_error_set(struct input_error *error,
                                                           const char *format, ...);

#endif
