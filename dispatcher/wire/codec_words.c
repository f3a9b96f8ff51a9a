/* Digits are written from the last to the first. */
#include "wire/codec_words.h"

#include <string.h>

#include "base/check.h"

void codec_words_add(char text[CODEC_WORDS_MAX], const char *part)
{
    const size_t length = strlen(text);
    const size_t more = strlen(part);
    CHECK(length + more < CODEC_WORDS_MAX);
    memcpy(text + length, part, more + 1);
}

void codec_words_add_number(char text[CODEC_WORDS_MAX], int64_t value, int places)
{
    char digits[24];
    size_t at = sizeof digits;
    CHECK(value >= 0);
    digits[--at] = '\0';
    for (int place = 0; value > 0 || place <= places; place++) {
        if (place == places && place > 0)
            digits[--at] = '.';
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    }
    codec_words_add(text, digits + at);
}
