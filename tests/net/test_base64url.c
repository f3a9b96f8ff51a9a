#include <criterion/criterion.h>
#include <string.h>

#include "net/base64url.h"

Test(base64url, gives_back_what_was_encoded)
{
    uint8_t bytes[64];
    uint8_t back[64];
    char text[BASE64URL_LENGTH(64) + 1];
    size_t size;

    for (size_t count = 0; count <= sizeof bytes; count++) {
        for (size_t i = 0; i < count; i++)
            bytes[i] = (uint8_t)(i * 37 + count * 11);
        cr_assert_eq(base64url_encode(bytes, count, text), BASE64URL_LENGTH(count));
        cr_assert(base64url_decode(text, strlen(text), back, count, &size));
        cr_assert_eq(size, count);
        cr_assert_eq(memcmp(bytes, back, count), 0);
        if (count > 0)
            cr_assert_not(base64url_decode(text, strlen(text), back, count - 1, &size));
    }
}

/* The rows of RFC 4648 section 10, without padding. */
Test(base64url, writes_what_the_standard_says)
{
    static const char *const rows[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"},
    };
    char text[16];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        base64url_encode((const uint8_t *)rows[i][0], strlen(rows[i][0]), text);
        cr_assert_str_eq(text, rows[i][1]);
    }
}

Test(base64url, refuses_whatever_it_would_not_write)
{
    static const char *const rows[] = {"Z",     "Zg==", "Zg=", "Zh",       "Zm9",  "Zm 8",
                                       "Zm8\n", "+/8",  "Z!",  "\xc3\xa9", "Zm9vY"};
    uint8_t bytes[16];
    size_t size = 99;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_not(base64url_decode(rows[i], strlen(rows[i]), bytes, sizeof bytes, &size), "%s",
                      rows[i]);
    cr_assert_eq(size, 99);
}
