/* A travel day is the civil day of the moment four and a half hours before. */
#include "core/calendar.h"

#include "base/check.h"

#define MINUTE_MS      (INT64_C(60) * 1000)
#define HOUR_MS        (INT64_C(3600) * 1000)
#define DAY_MS         (INT64_C(24) * 3600 * 1000)
#define DAY_BEGINS_MS  (INT64_C(4) * 3600 * 1000 + INT64_C(30) * 60 * 1000)
#define DAYS_IN_WEEK   7
#define MONDAY_TO_1970 3 /* days from Monday 1969-12-29 to Thursday 1970-01-01 */

static int64_t divide_down(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

/* The last change at or before `at_ms`, or the first. */
static int32_t offset_at(const struct calendar *calendar, int64_t at_ms)
{
    uint32_t low = 0;
    uint32_t high = calendar->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (calendar->changes[middle].from_ms <= at_ms)
            low = middle;
        else
            high = middle;
    }
    return calendar->changes[low].offset_s;
}

static int64_t civil(const struct calendar *calendar, int64_t at_ms)
{
    CHECK(calendar->count >= 1);
    CHECK(calendar->count <= CALENDAR_MAX);
    CHECK(at_ms > INT64_MIN / 2);
    CHECK(at_ms < INT64_MAX / 2);
    return at_ms + (int64_t)offset_at(calendar, at_ms) * 1000;
}

struct calendar_civil calendar_civil(const struct calendar *calendar, int64_t at_ms)
{
    const int64_t civil_ms = civil(calendar, at_ms);
    const int64_t day = divide_down(civil_ms, DAY_MS);
    CHECK(day > INT32_MIN && day < INT32_MAX);
    return (struct calendar_civil){.day = (int32_t)day,
                                   .minute = (uint32_t)((civil_ms - day * DAY_MS) / MINUTE_MS)};
}

uint32_t calendar_day_of_week(int32_t day)
{
    const int64_t from_monday = (int64_t)day + MONDAY_TO_1970;
    return (uint32_t)(from_monday - divide_down(from_monday, DAYS_IN_WEEK) * DAYS_IN_WEEK);
}

uint32_t calendar_hour(const struct calendar *calendar, int64_t at_ms)
{
    const int64_t civil_ms = civil(calendar, at_ms);
    return (uint32_t)((civil_ms - divide_down(civil_ms, DAY_MS) * DAY_MS) / HOUR_MS);
}

int64_t calendar_next_hour_ms(const struct calendar *calendar, int64_t at_ms)
{
    const int64_t civil_ms = civil(calendar, at_ms);
    return at_ms + HOUR_MS - (civil_ms - divide_down(civil_ms, HOUR_MS) * HOUR_MS);
}

uint32_t calendar_weekday(const struct calendar *calendar, int64_t at_ms)
{
    return calendar_day_of_week(calendar_civil(calendar, at_ms).day);
}

int32_t calendar_travel_day(const struct calendar *calendar, int64_t at_ms)
{
    int64_t civil_ms = civil(calendar, at_ms);
    int64_t day = divide_down(civil_ms - DAY_BEGINS_MS, DAY_MS);
    CHECK(day > INT32_MIN && day < INT32_MAX);
    return (int32_t)day;
}

/* Years are taken to begin in March, so that the leap day is their last, and counted in eras of 400
 * (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and back). */
int32_t calendar_month(int32_t day)
{
    const int64_t since = (int64_t)day + 719468; /* 0000-03-01 */
    const int64_t era = divide_down(since, 146097);
    const int64_t of_era = since - era * 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * of_year + 2) / 153; /* 0 March to 11 February */
    return (int32_t)((era * 400 + year) * 12 + month + 2 - INT64_C(1970) * 12);
}

int32_t calendar_month_begins(int32_t month)
{
    const int32_t since = month - 2 + 1970 * 12; /* since March of the year 0 */
    CHECK(since >= 0);
    const int32_t year = since / 12;
    const int32_t of_year = (153 * (since % 12) + 2) / 5;
    return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

/* Its civil time is known; which offset it has may be another than now's, if the clocks change
 * meanwhile. */
int64_t calendar_next_travel_day_ms(const struct calendar *calendar, int64_t at_ms)
{
    const int64_t civil_ms =
        ((int64_t)calendar_travel_day(calendar, at_ms) + 1) * DAY_MS + DAY_BEGINS_MS;
    const int64_t guess_ms = civil_ms - (int64_t)offset_at(calendar, at_ms) * 1000;
    return civil_ms - (int64_t)offset_at(calendar, guess_ms) * 1000;
}

int32_t calendar_travel_week(int32_t travel_day)
{
    return (int32_t)divide_down((int64_t)travel_day + MONDAY_TO_1970, DAYS_IN_WEEK);
}
