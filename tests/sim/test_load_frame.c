#include <criterion/criterion.h>
#include <string.h>

#include "sim/load_frame.h"

/* The example of RFC 6455, section 1.3. */
Test(load_frame, knows_the_answer_to_its_key)
{
    static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x89";
    const size_t size = sizeof answer - 1;
    cr_assert_eq(load_frame_accepted((const uint8_t *)answer, size, key), size - 1);
    cr_assert_eq(load_frame_accepted((const uint8_t *)answer, size - 3, key), 0);
    cr_assert_eq(load_frame_accepted((const uint8_t *)answer, size, "AAAAIHNhbXBsZSBub25jZQ=="),
                 SIZE_MAX);
    static const char denied[] = "HTTP/1.1 401 Unauthorized\r\n\r\n";
    cr_assert_eq(load_frame_accepted((const uint8_t *)denied, sizeof denied - 1, key), SIZE_MAX);
}

Test(load_frame, writes_masked_frames_of_either_length)
{
    static const size_t sizes[] = {0, 1, 125, 126, LOAD_FRAME_OUT_MAX};
    uint8_t payload[LOAD_FRAME_OUT_MAX];
    uint8_t bytes[LOAD_FRAME_OUT_MAX + LOAD_FRAME_HEAD_MAX];
    struct random random;
    random_init(&random, 7);
    memset(payload, 'p', sizeof payload);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t size = sizes[i];
        const size_t length = load_frame_write(LOAD_FRAME_BINARY, payload, size, &random, bytes);
        const size_t head = size > 125 ? 8 : 6;
        cr_assert_eq(length, head + size);
        cr_assert_eq(bytes[0], 0x82);
        cr_assert_eq(bytes[1], 0x80 | (size > 125 ? 126 : size));
        for (size_t j = 0; j < size; j++) {
            cr_assert_eq(bytes[head + j] ^ bytes[head - 4 + j % 4], 'p');
        }
    }
}

Test(load_frame, reads_whole_frames_and_refuses_what_a_server_may_not_send)
{
    static const struct {
        const char *bytes;
        size_t size;
        size_t taken;
        size_t payload;
    } rows[] = {
        {"\x82\x03"
         "abc\x82",
         6, 5, 3},
        {"\x82\x03"
         "ab",
         4, 0, 0},
        {"\x82", 1, 0, 0},
        {"\x8a\x00", 2, 2, 0},
        {"\x82\x7e\x00", 3, 0, 0},
        {"\x82\x7e\x00\x02"
         "ab",
         6, 6, 2},
        {"\x82\x83"
         "abcdefg",
         9, SIZE_MAX, 0},                 /* masked */
        {"\x02\x00", 2, SIZE_MAX, 0},     /* in pieces */
        {"\x81\x00", 2, SIZE_MAX, 0},     /* text */
        {"\x82\x7f....", 6, SIZE_MAX, 0}, /* 64 KiB or more */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct load_frame frame = {0};
        const size_t taken = load_frame_read((const uint8_t *)rows[i].bytes, rows[i].size, &frame);
        cr_assert_eq(taken, rows[i].taken, "row %zu: %zu", i, taken);
        cr_assert_eq(frame.size, rows[i].payload, "row %zu", i);
    }
}
