#include "wire/codec_uuid.h"

#include <criterion/criterion.h>
#include <string.h>

Test(codec_uuid, reads_small_and_capital_letters_and_writes_small_ones)
{
    static const char *const texts[] = {"0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c55",
                                        "0191E0B4-5D2C-7CC3-98A1-3F7D0A2B6C55"};
    for (size_t i = 0; i < 2; i++) {
        struct booking_key key = {0, 0};
        char text[CODEC_UUID_TEXT + 1];
        cr_assert(codec_uuid_read(texts[i], CODEC_UUID_TEXT, &key));
        cr_expect(key.high == UINT64_C(0x0191e0b45d2c7cc3));
        cr_expect(key.low == UINT64_C(0x98a13f7d0a2b6c55));
        codec_uuid_write(key, text);
        cr_expect_str_eq(text, texts[0]);
    }
}

Test(codec_uuid, refuses_all_else)
{
    static const char *const texts[] = {
        "",
        "00000000-0000-0000-0000-000000000000",
        "0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c5",
        "0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c555",
        "0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c5g",
        "0191e0b45-d2c-7cc3-98a1-3f7d0a2b6c55",
        "0191e0b4 5d2c 7cc3 98a1 3f7d0a2b6c55",
        "0191e0b4-5d2c-7cc3-98a1-3f7d0a2b-c55",
        "{191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c5}",
        "urn:uuid:0191e0b4-5d2c-7cc3-98a1-3f7d",
        "0191e0b45d2c7cc398a13f7d0a2b6c550000",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct booking_key key = {1, 2};
        cr_expect(!codec_uuid_read(texts[i], strlen(texts[i]), &key), "%s", texts[i]);
        cr_expect(key.high == 1 && key.low == 2);
    }
}
