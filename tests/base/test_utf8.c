#include "base/utf8.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(utf8, accepts_text)
{
    const char *const texts[] = {"",
                                 " ~",
                                 "Casnewydd",
                                 "\xc2\x80",
                                 "\xdf\xbf",
                                 "\xe0\xa0\x80",
                                 "\xed\x9f\xbf",
                                 "\xee\x80\x80",
                                 "\xef\xbf\xbf",
                                 "\xf0\x90\x80\x80",
                                 "\xf4\x8f\xbf\xbf",
                                 "T\xc5\xb7 \xe2\x82\xac \xf0\x9f\x9a\x8c."};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert(utf8_is_text(texts[i], strlen(texts[i])), "row %zu", i);
}

Test(utf8, refuses_what_is_not_text)
{
    const char *const texts[] = {"\n",
                                 "\x1f",
                                 "a\x7f",
                                 "\x80",
                                 "\xbf",
                                 "\xc0\x80",
                                 "\xc1\xbf",
                                 "\xc2",
                                 "\xc2z",
                                 "\xe0\x9f\xbf",
                                 "\xe0\xa0",
                                 "\xed\xa0\x80",
                                 "\xed\xbf\xbf",
                                 "\xe2\x82z",
                                 "\xf0\x8f\xbf\xbf",
                                 "\xf0\x90\x80",
                                 "\xf4\x90\x80\x80",
                                 "\xf5\x80\x80\x80",
                                 "\xff",
                                 "ok\xfe"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert(!utf8_is_text(texts[i], strlen(texts[i])), "row %zu", i);
    cr_assert(!utf8_is_text("a\0b", 3), "a NUL");
}

static size_t encode(uint32_t code, char *bytes)
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(leads[length] | code);
    return length;
}

Test(utf8, accepts_exactly_the_scalar_values_that_are_no_controls)
{
    for (uint32_t code = 0; code < 0x120000; code++) {
        char bytes[4];
        size_t length = encode(code, bytes);
        bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
        bool is_text = code >= 0x20 && code != 0x7f && !is_surrogate && code <= 0x10ffff;
        if (utf8_is_text(bytes, length) != is_text)
            cr_assert_fail("U+%04X", (unsigned)code);
    }
}
