/* Bytes that must stay as they are, written as hexadecimal digits. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stddef.h>
#include <stdint.h>

#define GOLDEN_BYTES_MAX 4096

struct golden {
    int kind;
    const char *hex;
};

/* Are these the bytes? `what` says of what, where they are not. */
void golden_expect(const char *what, const struct golden *golden, const uint8_t *bytes,
                   size_t size);

/* The bytes that the digits stand for; how many. */
size_t golden_bytes(const char *hex, uint8_t *bytes);

#endif
