#include <criterion/criterion.h>

#include "core/calendar.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

/* London in 2026: summer time from Sunday 29 March 01:00 to Sunday 25 October 01:00 UTC. */
static const struct calendar london = {
    .count = 3,
    .changes = {{INT64_C(1761440400000), 0}, /* 2025-10-26 01:00 UTC */
                {INT64_C(1774746000000), 3600},
                {INT64_C(1792890000000), 0}},
};

/* Days from 1970-01-01 to a date of the Gregorian calendar, by counting. */
static int32_t day_of(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t days = day - 1;
    for (int y = 1970; y < year; y++)
        days += y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 366 : 365;
    for (int m = 1; m < month; m++)
        days += lengths[m - 1] + (m == 2 && year % 4 == 0 ? 1 : 0);
    return days;
}

Test(calendar, begins_the_travel_day_at_half_past_four_civil_time)
{
    static const struct {
        int month, day, hour, minute; /* UTC, 2026 */
        int want_month, want_day;
    } rows[] = {
        {1, 15, 4, 29, 1, 14},  {1, 15, 4, 30, 1, 15},   {1, 15, 23, 59, 1, 15},
        {1, 16, 0, 0, 1, 15},   {1, 1, 0, 0, 12, 31},  /* the year before */
        {7, 15, 3, 29, 7, 14},  {7, 15, 3, 30, 7, 15}, /* summer: 04:30 is 03:30 UTC */
        {3, 29, 0, 59, 3, 28},  {3, 29, 1, 0, 3, 28},  /* the clocks go forward in the night */
        {3, 29, 3, 29, 3, 28},  {3, 29, 3, 30, 3, 29},   {10, 25, 0, 59, 10, 24},
        {10, 25, 1, 0, 10, 24}, {10, 25, 4, 29, 10, 24}, {10, 25, 4, 30, 10, 25},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t at_ms = day_of(2026, rows[i].month, rows[i].day) * DAY_MS + rows[i].hour * HOUR_MS +
                        rows[i].minute * 60000;
        int year = rows[i].want_month == 12 ? 2025 : 2026;
        cr_assert_eq(calendar_travel_day(&london, at_ms),
                     day_of(year, rows[i].want_month, rows[i].want_day), "row %zu", i);
        cr_assert_eq(calendar_travel_day(&london, at_ms + 59999),
                     day_of(year, rows[i].want_month, rows[i].want_day), "row %zu", i);
    }
}

Test(calendar, gives_days_of_23_24_and_25_hours)
{
    int64_t begins_ms = day_of(2026, 1, 1) * DAY_MS + 4 * HOUR_MS + HOUR_MS / 2;
    int seen[26] = {0};
    for (int32_t day = day_of(2026, 1, 1); day < day_of(2027, 1, 1); day++) {
        int64_t ends_ms = begins_ms;
        cr_assert_eq(calendar_travel_day(&london, begins_ms - 1), day - 1);
        while (calendar_travel_day(&london, ends_ms) == day)
            ends_ms += HOUR_MS / 2;
        cr_assert_eq(calendar_travel_day(&london, ends_ms), day + 1);
        int64_t hours = (ends_ms - begins_ms) / HOUR_MS;
        cr_assert(hours >= 23 && hours <= 25);
        seen[hours]++;
        /* The day whose night holds the change is the one before the change's date. */
        cr_assert_eq(hours == 23, day == day_of(2026, 3, 28));
        cr_assert_eq(hours == 25, day == day_of(2026, 10, 24));
        begins_ms = ends_ms;
    }
    cr_assert_eq(seen[23], 1);
    cr_assert_eq(seen[24], 363);
    cr_assert_eq(seen[25], 1);
}

Test(calendar, takes_the_first_offset_before_the_first_change)
{
    struct calendar calendar = {.count = 1, .changes = {{INT64_C(1) << 40, -4 * 3600}}};
    cr_assert_eq(calendar_travel_day(&calendar, 0), -1);
    cr_assert_eq(calendar_travel_day(&calendar, 8 * HOUR_MS + HOUR_MS / 2 - 1), -1);
    cr_assert_eq(calendar_travel_day(&calendar, 8 * HOUR_MS + HOUR_MS / 2), 0);
}

Test(calendar, finds_every_one_of_many_changes)
{
    struct calendar calendar = {.count = CALENDAR_MAX};
    for (uint32_t i = 0; i < CALENDAR_MAX; i++)
        calendar.changes[i] = (struct calendar_change){i * DAY_MS, (int32_t)(i % 2) * 3600};
    for (uint32_t i = 0; i < CALENDAR_MAX; i++) {
        int64_t before_summer_ms = i * DAY_MS + 4 * HOUR_MS;
        cr_assert_eq(calendar_travel_day(&calendar, before_summer_ms),
                     i % 2 == 1 ? (int32_t)i : (int32_t)i - 1);
    }
}

Test(calendar, begins_weeks_on_monday)
{
    static const struct {
        int32_t day;
        int32_t week;
    } rows[] = {{-11, -2}, {-10, -1}, {-4, -1}, {-3, 0}, {0, 0}, {3, 0}, {4, 1}, {10, 1}, {11, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(calendar_travel_week(rows[i].day), rows[i].week, "row %zu", i);
    /* Monday 2 March 2026 and the Sunday before it. */
    cr_assert_eq(calendar_travel_week(day_of(2026, 3, 2)),
                 calendar_travel_week(day_of(2026, 3, 1)) + 1);
    cr_assert_eq(calendar_travel_week(day_of(2026, 3, 2)),
                 calendar_travel_week(day_of(2026, 3, 8)));
}

Test(calendar, knows_the_minute_and_the_weekday_of_a_civil_day)
{
    static const struct calendar summer = {
        .count = 2, .changes = {{INT64_MIN / 2, 0}, {INT64_C(1774746000000), 3600}}};
    static const struct {
        int64_t at_ms;
        int32_t day;
        uint32_t minute;
        uint32_t weekday;
    } rows[] = {
        {0, 0, 0, 3},                            /* Thursday */
        {-1, -1, 1439, 2},                       /* ... and Wednesday */
        {INT64_C(1774745999999), 20541, 59, 6},  /* Sunday 2026-03-29 00:59 */
        {INT64_C(1774746000000), 20541, 120, 6}, /* ... and 02:00, a millisecond later */
        {INT64_C(1774825200000), 20542, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct calendar_civil civil = calendar_civil(&summer, rows[i].at_ms);
        cr_expect_eq(civil.day, rows[i].day, "row %zu: %d", i, civil.day);
        cr_expect_eq(civil.minute, rows[i].minute, "row %zu: %u", i, civil.minute);
        cr_expect_eq(calendar_day_of_week(civil.day), rows[i].weekday, "row %zu", i);
    }
}

Test(calendar, counts_the_days_of_the_week_in_civil_time_from_monday)
{
    for (uint32_t day = 0; day < 400; day++) {
        const int64_t noon_ms = day_of(2026, 1, 1) * DAY_MS + day * DAY_MS + 12 * HOUR_MS;
        cr_expect_eq(calendar_weekday(&london, noon_ms), (3 + day) % 7); /* a Thursday */
    }
    const int64_t june_ms = day_of(2026, 6, 7) * DAY_MS; /* Sunday */
    cr_expect_eq(calendar_weekday(&london, june_ms + 22 * HOUR_MS), 6);
    cr_expect_eq(calendar_weekday(&london, june_ms + 23 * HOUR_MS), 0); /* midnight in summer */
    cr_expect_eq(calendar_weekday(&london, -4 * DAY_MS), 6);
}

/* Every day of 800 years, counted one by one; the first of each month is a new one. */
Test(calendar, tells_the_month_of_a_civil_day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t day = -135140; /* 1600-01-01 */
    for (int32_t month = -370 * 12; month < 430 * 12; month++) {
        const int32_t year = 1970 + (month + 370 * 12) / 12 - 370;
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const int of_year = (month + 370 * 12) % 12;
        const int length = lengths[of_year] + (of_year == 1 && leap ? 1 : 0);
        cr_assert_eq(calendar_month_begins(month), day);
        for (int i = 0; i < length; i++)
            cr_assert_eq(calendar_month(day++), month, "day %d", day - 1);
    }
}

/* Also over the nights of 23 and 25 hours. */
Test(calendar, knows_when_the_next_travel_day_begins)
{
    const int64_t year_ms = INT64_C(1767225600000); /* 2026-01-01 00:00 UTC */
    for (int64_t at_ms = year_ms; at_ms < year_ms + 365 * DAY_MS; at_ms += HOUR_MS / 4) {
        const int32_t day = calendar_travel_day(&london, at_ms);
        const int64_t next_ms = calendar_next_travel_day_ms(&london, at_ms);
        cr_assert_gt(next_ms, at_ms);
        cr_assert_eq(calendar_travel_day(&london, next_ms - 1), day);
        cr_assert_eq(calendar_travel_day(&london, next_ms), day + 1);
    }
}
