#include "golden.h"

#include <criterion/criterion.h>
#include <string.h>

void golden_expect(const char *what, const struct golden *golden, const uint8_t *bytes, size_t size)
{
    char hex[2 * GOLDEN_BYTES_MAX + 1] = "";
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    cr_expect_str_eq(hex, golden->hex, "%s %d: %s", what, golden->kind, hex);
}

size_t golden_bytes(const char *hex, uint8_t *bytes)
{
    const size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < 2 * size; i++) {
        const uint8_t digit = (uint8_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }
    return size;
}
