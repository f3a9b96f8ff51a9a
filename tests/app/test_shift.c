/* Shifts: times of day become moments, on days of 23 and 25 hours too. */
#include <criterion/criterion.h>

#include "app/shift.h"
#include "input/timezone.h"

#define HOUR_MS INT64_C(3600000)

static struct calendar london(void)
{
    struct calendar calendar;
    struct input_error error;
    cr_assert(timezone_load("Europe/London", INT64_C(1772409600000), &calendar, &error), "%s",
              error.text);
    return calendar;
}

/* A shift from 00:00 shows the midnight of the day, when the clocks change too. */
Test(shift, begins_the_day_at_civil_midnight)
{
    static const struct {
        int64_t now_s;
        int64_t midnight_s;
    } rows[] = {
        {1772409600, 1772409600}, /* 2026-03-02 00:00 UTC: a day of 24 hours */
        {1774789200, 1774742400}, /* 2026-03-29 14:00 BST: a day of 23 hours */
        {1782000000, 1781996400}, /* 2026-06-21 01:00 BST: midnight is 23:00 UTC */
        {1792929600, 1792882800}, /* 2026-10-25 12:00 UTC: a day of 25 hours */
    };
    struct calendar calendar = london();
    struct fleet_vehicle vehicle = {.vehicle = 1, .from_s = 0, .until_s = 3600};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event = shift_enrolment(&vehicle, &calendar, rows[i].now_s * 1000);
        cr_expect_eq(event.enrol.from_ms, rows[i].midnight_s * 1000, "row %zu", i);
    }
}

Test(shift, keeps_a_night_shift_until_it_ends)
{
    struct calendar calendar = london();
    struct fleet_vehicle vehicle = {.vehicle = 1, .from_s = 22 * 3600, .until_s = 28 * 3600};
    int64_t midnight_ms = INT64_C(1772409600000);
    struct event night = shift_enrolment(&vehicle, &calendar, midnight_ms + 3 * HOUR_MS);
    struct event day = shift_enrolment(&vehicle, &calendar, midnight_ms + 4 * HOUR_MS);
    cr_expect_eq(night.enrol.from_ms, midnight_ms - 2 * HOUR_MS);
    cr_expect_eq(night.enrol.until_ms, midnight_ms + 4 * HOUR_MS);
    cr_expect_eq(day.enrol.from_ms, midnight_ms + 22 * HOUR_MS);
    cr_expect_eq(shift_next_round_ms(midnight_ms + 3 * HOUR_MS + 1),
                 midnight_ms + 3 * HOUR_MS + SHIFT_ROUND_MS);
}

Test(shift, gives_a_vehicle_its_shift_of_the_day)
{
    struct calendar calendar = london();
    struct fleet_vehicle vehicle = {.vehicle = 7,
                                    .seats = 4,
                                    .wheelchair_spaces = 1,
                                    .from_s = 6 * 3600,
                                    .until_s = 22 * 3600,
                                    .home = {.node = 3}};
    int64_t midnight_ms = INT64_C(1782000000000) - HOUR_MS; /* 2026-06-21 00:00 BST */
    struct event event = shift_enrolment(&vehicle, &calendar, midnight_ms + 13 * HOUR_MS);
    cr_expect_eq(event.kind, EVENT_ENROL);
    cr_expect_eq(event.enrol.vehicle.value, 7);
    cr_expect_eq(event.enrol.from_ms, midnight_ms + 6 * HOUR_MS);
    cr_expect_eq(event.enrol.until_ms, midnight_ms + 22 * HOUR_MS);
    cr_expect_eq(event.enrol.home.node, 3);
}

Test(shift, never_ends_a_shift_of_a_whole_day)
{
    struct calendar calendar = london();
    struct fleet_vehicle vehicle = {.vehicle = 1, .from_s = 0, .until_s = 86400};
    struct event event = shift_enrolment(&vehicle, &calendar, INT64_C(1772409600000));
    cr_expect_eq(event.enrol.from_ms, 0);
    cr_expect_eq(event.enrol.until_ms, INT64_MAX);
}
