/* The clock: starts where it is told and runs as fast as it is told. */
#include <criterion/criterion.h>

#include "app/clock.h"

Test(clock, starts_where_it_is_told)
{
    struct clock clock;
    clock_start(&clock, 1772409600000, 60);
    int64_t first_ms = clock_now_ms(&clock);
    cr_expect_geq(first_ms, 1772409600000);
    cr_expect_geq(clock_now_ms(&clock), first_ms);
}

Test(clock, counts_the_wait_in_real_time)
{
    struct clock clock;
    clock_start(&clock, 1772409600000, 3600);
    cr_expect_eq(clock_until_ms(&clock, 1772409600000 - 1), 0);
    /* A year ahead, in real milliseconds: rounded up, less what has passed meanwhile. */
    int64_t year_ms = INT64_C(365) * 86400 * 1000;
    int64_t until_ms = clock_until_ms(&clock, 1772409600000 + year_ms);
    cr_expect_leq(until_ms, year_ms / 3600);
    cr_expect_gt(until_ms, year_ms / 3600 - 60000);
}
