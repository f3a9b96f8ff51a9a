/* Time zones: the changes of the clocks, and civil moments. */
#include <criterion/criterion.h>

#include "input/timezone.h"

#define MS(seconds) ((int64_t)(seconds)*1000)

Test(timezone, knows_when_london_changes_its_clocks)
{
    struct calendar calendar;
    struct input_error error;
    cr_assert(timezone_load("Europe/London", MS(1772409600), &calendar, &error), "%s", error.text);
    /* 2026-03-29 01:00 UTC and 2026-10-25 01:00 UTC */
    bool spring = false;
    bool autumn = false;
    for (uint32_t i = 0; i < calendar.count; i++) {
        spring |=
            calendar.changes[i].from_ms == MS(1774746000) && calendar.changes[i].offset_s == 3600;
        autumn |=
            calendar.changes[i].from_ms == MS(1792890000) && calendar.changes[i].offset_s == 0;
    }
    cr_expect(spring);
    cr_expect(autumn);
}

Test(timezone, finds_the_moment_of_a_civil_time)
{
    struct calendar calendar;
    struct input_error error;
    int64_t day;
    cr_assert(timezone_load("America/New_York", MS(1419120000), &calendar, &error));
    cr_assert(timezone_parse_day("2014-12-21", &day));
    cr_expect_eq(timezone_moment_ms(&calendar, day, 0), MS(1419138000)); /* 05:00 UTC */
    cr_assert(timezone_parse_day("2014-07-01", &day));
    cr_expect_eq(timezone_moment_ms(&calendar, day, 3600), MS(1404190800)); /* 05:00 UTC */
}

Test(timezone, refuses_names_that_are_none)
{
    static const char *const NAMES[] = {"", "/etc/passwd", "../../etc/passwd", "Europe/Nowhere",
                                        "Europe"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct calendar calendar;
        struct input_error error = {.text = ""};
        cr_expect_not(timezone_load(NAMES[i], 0, &calendar, &error), "%s", NAMES[i]);
        cr_expect_neq(error.text[0], '\0');
    }
}

Test(timezone, tells_dates_from_other_text)
{
    int64_t day;
    cr_assert(timezone_parse_day("1970-01-02", &day));
    cr_expect_eq(day, 1);
    cr_assert(timezone_parse_day("2024-02-29", &day));
    cr_expect_eq(day, 19782);
    static const char *const BAD[] = {"2023-02-29", "2026-13-01", "2026-1-1",   "today",
                                      "",           "2026-00-10", "2026-03-02x"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        cr_expect_not(timezone_parse_day(BAD[i], &day), "%s", BAD[i]);
}
