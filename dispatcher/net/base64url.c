/* Three bytes to four letters and back. The decoder refuses what the encoder would not write. */
#include "net/base64url.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t base64url_encode(const uint8_t *bytes, size_t size, char *text)
{
    size_t length = 0;
    uint32_t bits = 0;
    unsigned bit_count = 0;

    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | bytes[i];
        bit_count += 8;
        while (bit_count >= 6) {
            bit_count -= 6;
            text[length++] = letters[bits >> bit_count & 63];
        }
    }
    if (bit_count > 0)
        text[length++] = letters[bits << (6 - bit_count) & 63];
    text[length] = '\0';
    return length;
}

/* 0 to 63, or 64 for what is no letter of the alphabet. */
static uint32_t letter_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return (uint32_t)(letter - 'A');
    if (letter >= 'a' && letter <= 'z')
        return (uint32_t)(letter - 'a') + 26;
    if (letter >= '0' && letter <= '9')
        return (uint32_t)(letter - '0') + 52;
    return letter == '-' ? 62 : letter == '_' ? 63 : 64;
}

bool base64url_decode(const char *text, size_t length, uint8_t *bytes, size_t capacity,
                      size_t *size)
{
    uint32_t bits = 0;
    unsigned bit_count = 0;
    size_t written = 0;

    if (length % 4 == 1 || length / 4 * 3 + (length % 4 > 0 ? length % 4 - 1 : 0) > capacity)
        return false;
    for (size_t i = 0; i < length; i++) {
        uint32_t value = letter_value(text[i]);

        if (value > 63)
            return false;
        bits = bits << 6 | value;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[written++] = (uint8_t)(bits >> bit_count);
        }
    }
    if ((bits & ((UINT32_C(1) << bit_count) - 1)) != 0)
        return false;
    *size = written;
    return true;
}
