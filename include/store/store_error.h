/* What is wrong with a store: one sentence that names the file and offset, or the server. */
#ifndef STORE_STORE_ERROR_H
#define STORE_STORE_ERROR_H

#include <stdbool.h>

#define STORE_ERROR_MAX 512

struct store_error {
    char text[STORE_ERROR_MAX]; /* cut where it is longer */
};

/* Sets the text and returns false, so that a function can `return store_error_set(...)`. */
__attribute__((format(printf, 2, 3))) bool store_error_set(struct store_error *error,
                                                           const char *format, ...);

#endif
