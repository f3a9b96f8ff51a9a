/* Facts as bytes: what is written is read back exactly, what is damaged is refused or harmless. */
#include "wire/codec_fact.h"

#include <criterion/criterion.h>
#include <string.h>

#include "random_fact.h"

Test(codec_fact, reads_back_random_facts_of_every_kind)
{
    struct random random;
    random_init(&random, 1);
    for (int round = 0; round < 2000; round++) {
        for (enum fact_kind kind = FACT_NONE + 1; kind < FACT_KIND_COUNT; kind++) {
            struct fact fact;
            struct fact read;
            uint8_t bytes[CODEC_FACT_MAX];
            random_fact(&random, kind, &fact);
            size_t size = codec_fact_encode(&fact, bytes);
            const char *why = codec_fact_decode(bytes, size, &read);
            cr_assert(size >= 1 && why == NULL, "kind %d: %s", (int)kind, why);
            const char *difference = random_fact_difference(&fact, &read);
            cr_assert(difference == NULL, "kind %d: %s differs", (int)kind, difference);
        }
    }
}

Test(codec_fact, reads_back_a_plan_with_a_visit)
{
    struct fact read;
    uint8_t bytes[CODEC_FACT_MAX];
    struct fact fact = {.seq = 1, .kind = FACT_PLAN_CHANGED};
    fact.plan = (struct fact_plan){.vehicle = {7},
                                   .plan_id = 1,
                                   .revision = 1,
                                   .stop_count = 3,
                                   .stops = {{{3}, STOP_PICKUP}, {{3}, STOP_DROPOFF}}};
    fact.plan.stops[2].kind = STOP_CHARGE;
    cr_assert_null(codec_fact_decode(bytes, codec_fact_encode(&fact, bytes), &read));
    cr_expect_null(random_fact_difference(&fact, &read));
    cr_expect(read.plan.stops[2].kind == STOP_CHARGE && read.plan.stops[2].ride.value == 0);
}

/* A valid fact can be encoded again; encoding aborts on any other. */
static void decode_harmlessly(const uint8_t *bytes, size_t size)
{
    uint8_t again[CODEC_FACT_MAX];
    struct fact read;
    struct fact untouched;
    memset(&read, 0xa5, sizeof read);
    memset(&untouched, 0xa5, sizeof untouched);
    const char *why = codec_fact_decode(bytes, size, &read);
    if (why != NULL)
        cr_assert(memcmp(&read, &untouched, sizeof read) == 0, "touched although: %s", why);
    else
        cr_assert(codec_fact_encode(&read, again) >= 1);
}

Test(codec_fact, refuses_or_reads_whatever_a_fact_is_cut_to)
{
    struct random random;
    random_init(&random, 2);
    for (int round = 0; round < 5; round++) {
        for (enum fact_kind kind = FACT_NONE + 1; kind < FACT_KIND_COUNT; kind++) {
            struct fact fact;
            uint8_t bytes[CODEC_FACT_MAX];
            random_fact(&random, kind, &fact);
            size_t size = codec_fact_encode(&fact, bytes);
            for (size_t cut = 0; cut < size; cut++)
                decode_harmlessly(bytes, cut);
        }
    }
}

Test(codec_fact, refuses_or_reads_whatever_bits_are_flipped)
{
    struct random random;
    random_init(&random, 3);
    for (int round = 0; round < 300000; round++) {
        enum fact_kind kind = (enum fact_kind)(1 + random_below(&random, FACT_KIND_COUNT - 1));
        struct fact fact;
        uint8_t bytes[CODEC_FACT_MAX];
        random_fact(&random, kind, &fact);
        size_t size = codec_fact_encode(&fact, bytes);
        uint64_t flips = 1 + random_below(&random, 4);
        for (uint64_t i = 0; i < flips; i++)
            bytes[random_below(&random, size)] ^= (uint8_t)(1 << random_below(&random, 8));
        decode_harmlessly(bytes, size);
    }
}

Test(codec_fact, refuses_content_that_the_core_could_not_trust)
{
    static const struct {
        const char *name;
        const char *why;
        size_t size;
        uint8_t bytes[64];
    } rows[] = {
        {"empty", "seq: must be 1 or more", 0, {0}},
        {"no content", "content: of no kind that this release knows", 2, {0x08, 1}},
        {"content of a later release",
         "content: of no kind that this release knows",
         5,
         {0x08, 1, 0xfa, 0x01, 0}},
        {"negative time",
         "at_ms: must be 0 or more",
         13,
         {0x08, 1, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}},
        {"ride 0", "ride_id: must be 1 or more", 4, {0x08, 1, 0x7a, 0}},
        {"canceller of a ride that arrived",
         "cancelled_by: does not fit the fact",
         8,
         {0x08, 1, 0x7a, 4, 0x08, 1, 0x18, 1}},
        {"unknown canceller",
         "cancelled_by: does not fit the fact",
         9,
         {0x08, 1, 0x92, 0x01, 4, 0x08, 1, 0x18, 4}},
        {"transfer without a number",
         "transfer_id: must be 1 or more",
         5,
         {0x08, 1, 0xaa, 0x01, 0}},
        {"transfer without a kind", "transfer.kind: unknown", 7, {0x08, 1, 0xaa, 0x01, 2, 0x08, 1}},
        {"negative amount",
         "transfer.amount_pence: not an amount",
         20,
         {0x08, 1,    0xaa, 0x01, 15,   0x08, 1,    0x30, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,    0x38, 1}},
        {"vehicle 4294967295",
         "vehicle_id: must name a vehicle",
         10,
         {0x08, 1, 0x5a, 6, 0x08, 0xff, 0xff, 0xff, 0xff, 0x0f}},
        {"vehicle without a home", "home: not a place", 6, {0x08, 1, 0x5a, 2, 0x08, 1}},
        {"stop without a ride",
         "plan.stops: a stop without a ride or a kind",
         8,
         {0x08, 1, 0x72, 4, 0x22, 2, 0x10, 1}},
        {"33 seats", "seats, wheelchair_spaces: must be 0 to 32", 6, {0x08, 1, 0x5a, 2, 0x10, 33}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact;
        const char *why = codec_fact_decode(rows[i].bytes, rows[i].size, &fact);
        cr_expect(why != NULL && strcmp(why, rows[i].why) == 0, "%s: %s", rows[i].name,
                  why == NULL ? "accepted" : why);
    }
}

Test(codec_fact, ignores_fields_of_a_later_release)
{
    static const uint8_t later[] = {0x52, 2, 0x08, 7, 0x08, 3, 0xd2, 0x0f, 2, 'o', 'k'};
    struct fact fact;
    cr_assert(codec_fact_decode(later, sizeof later, &fact) == NULL);
    cr_expect(fact.kind == FACT_STARTED && fact.seq == 3 && fact.started.epoch == 7);
}

Test(codec_fact, refuses_sizes_made_to_hurt)
{
    static uint8_t bytes[CODEC_FACT_MAX + 1];
    struct fact fact;
    cr_expect_str_eq(codec_fact_decode(bytes, sizeof bytes, &fact), "message: too long");

    /* Two bytes a stop ask for 40 and more. */
    bytes[0] = 0x72;
    bytes[1] = 0xfd;
    bytes[2] = 0x1f;
    for (size_t i = 3; i < CODEC_FACT_MAX; i += 2)
        bytes[i] = 0x22;
    bytes[CODEC_FACT_MAX - 1] = 0;
    cr_expect_str_eq(codec_fact_decode(bytes, CODEC_FACT_MAX, &fact), "message: too complex");

    static const uint8_t two_gigabytes[] = {0x08, 1, 0x72, 0xff, 0xff, 0xff, 0xff, 0x07};
    cr_expect(codec_fact_decode(two_gigabytes, sizeof two_gigabytes, &fact) != NULL);
}
