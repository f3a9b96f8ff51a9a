/* What riders read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "commonwheel/v1/rider.pb-c.h"
#include "sample.h"
#include "wire/codec_reason.h"
#include "wire/codec_rider.h"

Test(codec_reason, tells_durations_as_people_do)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "0 s"},       {1, "1 s"},       {1000, "1 s"},          {59000, "59 s"},
        {59001, "1 min"}, {60000, "1 min"}, {200000, "3 min 20 s"}, {3599000, "59 min 59 s"},
        {3600000, "1 h"}, {3659000, "1 h"}, {3900000, "1 h 5 min"}, {INT64_C(604800000), "168 h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[CODEC_REASON_TEXT_MAX];
        char expected[CODEC_REASON_TEXT_MAX];
        snprintf(expected, sizeof expected,
                 "The first vehicle could come %s later than the latest time.", rows[i].text);
        codec_reason_refusal_text(REASON_CONSTRAINT_WAIT, rows[i].ms, text);
        cr_expect_str_eq(text, expected);
    }
}

Test(codec_reason, has_a_sentence_for_every_constraint)
{
    char text[CODEC_REASON_TEXT_MAX];
    for (int c = REASON_CONSTRAINT_NONE; c < REASON_CONSTRAINT_COUNT; c++) {
        codec_reason_refusal_text((enum reason_constraint)c, INT64_MAX, text);
        cr_expect_eq(text[0] == '\0', c == REASON_CONSTRAINT_NONE, "%d", c);
        cr_expect(text[0] == '\0' || text[strlen(text) - 1] == '.', "%s", text);
    }
}

Test(codec_reason, tells_a_rider_why_the_vehicle_comes)
{
    static const struct {
        struct ride_reason reason;
        const char *text;
    } rows[] = {
        {{RIDE_WHY_NONE, 5, 5}, ""},
        {{RIDE_WHY_BEST, 130000, 0},
         "Of all vehicles, this one took the least driving, waiting and riding in all. When you "
         "booked, it was to come 2 min 10 s after the earliest time."},
        {{RIDE_WHY_BEST, 0, 0},
         "Of all vehicles, this one took the least driving, waiting and riding in all. When you "
         "booked, it was to come at the earliest time."},
        {{RIDE_WHY_BETTER, 0, 125000},
         "Your ride went to another vehicle because that saves 2 min 5 s of driving."},
        {{RIDE_WHY_BETTER, 0, 0},
         "Your ride went to another vehicle because people then wait and ride less in all."},
        {{RIDE_WHY_ROAD, 0, 0},
         "Your ride went to another vehicle because the one before could not be there in time any "
         "more."},
        {{RIDE_WHY_ROOM, 0, 0},
         "Your ride was planned anew so that one more person can be served; what we promised you "
         "stands."},
        {{RIDE_WHY_SILENT, 0, 0},
         "Your ride went to another vehicle because the one before could not be reached."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[CODEC_REASON_TEXT_MAX];
        codec_reason_ride_text(&rows[i].reason, text);
        cr_expect_str_eq(text, rows[i].text);
    }
}

Test(codec_reason, is_in_the_ride_and_in_the_refusal)
{
    struct message ride = sample_message(MESSAGE_RIDE);
    struct message refused = sample_message(MESSAGE_REFUSED);
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    ride.ride.reason.why = RIDE_WHY_SILENT;
    cr_assert_eq(codec_rider_ride(&ride, bytes, &size), CODEC_REPLY_LAST);
    Commonwheel__V1__GetRideResponse *got =
        commonwheel__v1__get_ride_response__unpack(NULL, size, bytes);
    cr_assert_not_null(got);
    cr_expect_not_null(strstr(got->ride->reason, "could not be reached"));
    commonwheel__v1__get_ride_response__free_unpacked(got, NULL);
    refused.refused.constraint = REASON_CONSTRAINT_ARRIVE_BY;
    refused.refused.over_ms = 61000;
    cr_assert_eq(codec_rider_booked(&refused, bytes, &size), CODEC_REPLY_LAST);
    Commonwheel__V1__BookResponse *booked =
        commonwheel__v1__book_response__unpack(NULL, size, bytes);
    cr_assert_not_null(booked);
    cr_expect_eq((int)booked->refusal->constraint, REASON_CONSTRAINT_ARRIVE_BY);
    cr_expect_eq(booked->refusal->over_ms, 61000);
    cr_expect_not_null(strstr(booked->refusal->explanation, "1 min 1 s after"));
    commonwheel__v1__book_response__free_unpacked(booked, NULL);
}
