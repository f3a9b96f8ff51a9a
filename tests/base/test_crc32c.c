#include "base/crc32c.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"

/* RFC 3720, appendix B.4, as numbers rather than in wire order. */
Test(crc32c, agrees_with_the_vectors_of_rfc_3720)
{
    uint8_t bytes[32];
    memset(bytes, 0, sizeof bytes);
    cr_assert_eq(crc32c(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    cr_assert_eq(crc32c(0, bytes, 32), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    cr_assert_eq(crc32c(0, bytes, 32), 0x46dd794e);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(31 - i);
    cr_assert_eq(crc32c(0, bytes, 32), 0x113fdb5c);
    const uint8_t scsi_read[48] = {
        0x01, 0xc0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, 0x28, [40] = 0x02};
    cr_assert_eq(crc32c(0, scsi_read, 48), 0xd9963a56);
    cr_assert_eq(crc32c(0, "123456789", 9), 0xe3069283);
    cr_assert_eq(crc32c(0, "", 0), 0);
}

Test(crc32c, can_be_continued_at_any_byte)
{
    uint8_t bytes[67];
    struct random random;
    random_init(&random, 1);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)random_next(&random);
    uint32_t whole = crc32c(0, bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        uint32_t part = crc32c(0, bytes, cut);
        cr_assert_eq(crc32c(part, bytes + cut, sizeof bytes - cut), whole);
    }
}

Test(crc32c, sees_every_flipped_bit)
{
    uint8_t bytes[40] = {1, 2, 3};
    uint32_t whole = crc32c(0, bytes, sizeof bytes);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ (1u << bit % 8));
        cr_assert_neq(crc32c(0, bytes, sizeof bytes), whole);
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ (1u << bit % 8));
    }
}
