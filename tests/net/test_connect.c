#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "net/connect.h"

/* The table "Error codes" of the protocol. */
Test(connect, gives_each_code_its_name_and_status)
{
    static const struct {
        enum connect_code code;
        const char *text;
        int status;
    } rows[] = {
        {CONNECT_INVALID_ARGUMENT, "invalid_argument", 400},
        {CONNECT_DEADLINE_EXCEEDED, "deadline_exceeded", 504},
        {CONNECT_NOT_FOUND, "not_found", 404},
        {CONNECT_PERMISSION_DENIED, "permission_denied", 403},
        {CONNECT_RESOURCE_EXHAUSTED, "resource_exhausted", 429},
        {CONNECT_FAILED_PRECONDITION, "failed_precondition", 400},
        {CONNECT_OUT_OF_RANGE, "out_of_range", 400},
        {CONNECT_ALREADY_EXISTS, "already_exists", 409},
        {CONNECT_UNIMPLEMENTED, "unimplemented", 501},
        {CONNECT_INTERNAL, "internal", 500},
        {CONNECT_UNAVAILABLE, "unavailable", 503},
        {CONNECT_UNAUTHENTICATED, "unauthenticated", 401},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_str_eq(connect_code_text(rows[i].code), rows[i].text);
        cr_assert_eq(connect_code_status(rows[i].code), rows[i].status);
    }
}

Test(connect, writes_errors_that_are_json_whatever_the_message)
{
    char text[CONNECT_HEAD_MAX];
    char message[2 * CONNECT_HEAD_MAX];

    connect_error_json(CONNECT_NOT_FOUND, "a \"b\" \\ \n c", text);
    cr_assert_str_eq(text, "{\"code\":\"not_found\",\"message\":\"a \\\"b\\\" \\\\  c\"}");
    memset(message, '"', sizeof message - 1);
    message[sizeof message - 1] = '\0';

    size_t length = connect_error_json(CONNECT_FAILED_PRECONDITION, message, text);

    cr_assert_lt(length, CONNECT_HEAD_MAX);
    cr_assert_str_eq(text + length - 4, "\\\"\"}");
}

Test(connect, wraps_messages_of_a_stream_in_envelopes_and_chunks)
{
    static const uint8_t wanted[] = "8\r\n\0\0\0\0\3abc\r\n"
                                    "7\r\n\2\0\0\0\2{}\r\n"
                                    "0\r\n\r\n";
    struct buffer out = {0};

    cr_assert(connect_stream_message(&out, 1000, "abc", 3));
    cr_assert(connect_stream_end(&out, 1000, CONNECT_OK, NULL));
    cr_assert_eq(out.size, sizeof wanted - 1);
    cr_assert_eq(memcmp(buffer_bytes(&out), wanted, out.size), 0);
    /* What does not fit leaves nothing behind. */
    cr_assert_not(connect_stream_message(&out, out.size + 12, "abc", 3));
    cr_assert_eq(out.size, sizeof wanted - 1);
    cr_assert(connect_stream_message(&out, out.size + 13, "abc", 3));
    buffer_free(&out);
}

Test(connect, takes_just_one_plain_envelope)
{
    static const struct {
        const char *bytes;
        size_t size;
        size_t message; /* its size; SIZE_MAX refused */
        enum connect_code code;
    } rows[] = {
        {"", 0, SIZE_MAX, CONNECT_INVALID_ARGUMENT},
        {"\0\0\0\0", 4, SIZE_MAX, CONNECT_INVALID_ARGUMENT},
        {"\0\0\0\0\0", 5, 0, CONNECT_OK},
        {"\0\0\0\0\2ab", 7, 2, CONNECT_OK},
        {"\0\0\0\0\2a", 6, SIZE_MAX, CONNECT_INVALID_ARGUMENT},
        {"\0\0\0\0\2abc", 8, SIZE_MAX, CONNECT_INVALID_ARGUMENT},
        {"\0\xff\xff\xff\xff", 5, SIZE_MAX, CONNECT_INVALID_ARGUMENT},
        {"\1\0\0\0\2ab", 7, SIZE_MAX, CONNECT_UNIMPLEMENTED},
        {"\2\0\0\0\2{}", 7, SIZE_MAX, CONNECT_INVALID_ARGUMENT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint8_t *message;
        size_t size = SIZE_MAX;
        enum connect_code code;
        const char *why = connect_envelope_read((const uint8_t *)rows[i].bytes, rows[i].size,
                                                &message, &size, &code);

        cr_assert_eq(size, rows[i].message, "row %zu", i);
        cr_assert_eq(why == NULL, rows[i].message != SIZE_MAX);
        cr_assert(why == NULL || code == rows[i].code);
    }
}

Test(connect, knows_a_good_timeout)
{
    static const char *const good[] = {"0", "1", "9999999999"};
    static const char *const bad[] = {"", "-1", "1.5", "5s", " 5", "12345678901"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_assert(connect_timeout_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(connect_timeout_valid(bad[i]));
}
