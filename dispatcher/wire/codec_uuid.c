/* 32 hexadecimal digits with hyphens after the 8th, 12th, 16th and 20th. */
#include "wire/codec_uuid.h"

static bool is_hyphen_place(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

static int hex_value(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    if (letter >= 'a' && letter <= 'f')
        return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F')
        return letter - 'A' + 10;
    return -1;
}

bool codec_uuid_read(const char *text, size_t length, struct booking_key *key)
{
    struct booking_key read = {0, 0};
    if (length != CODEC_UUID_TEXT)
        return false;
    for (size_t i = 0; i < length; i++) {
        int digit = hex_value(text[i]);
        if (is_hyphen_place(i) ? text[i] != '-' : digit < 0)
            return false;
        if (digit >= 0) {
            read.high = read.high << 4 | read.low >> 60;
            read.low = read.low << 4 | (uint64_t)digit;
        }
    }
    if (read.high == 0 && read.low == 0)
        return false;
    *key = read;
    return true;
}

void codec_uuid_write(struct booking_key key, char text[CODEC_UUID_TEXT + 1])
{
    for (size_t i = 0; i < CODEC_UUID_TEXT; i++) {
        if (is_hyphen_place(i)) {
            text[i] = '-';
            continue;
        }
        text[i] = "0123456789abcdef"[key.high >> 60];
        key.high = key.high << 4 | key.low >> 60;
        key.low <<= 4;
    }
    text[CODEC_UUID_TEXT] = '\0';
}
