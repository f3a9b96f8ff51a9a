/* The figures for /metrics: sound text, and never a line in part. */
#include <criterion/criterion.h>
#include <string.h>

#include "app/figures.h"

Test(figures, shows_microseconds_as_seconds)
{
    char text[8192];
    struct figures figures = {.journal_sync_us = 1234567, .core = {.booked_count = 42}};
    size_t length = figures_write(&figures, text, sizeof text);
    cr_assert_lt(length, sizeof text);
    text[length] = '\0';
    cr_expect_not_null(strstr(text, "\ncommonwheel_journal_sync_seconds 1.234567\n"));
    cr_expect_not_null(strstr(text, "\ncommonwheel_rides_booked_total 42\n"));
    cr_expect_not_null(strstr(text, "# TYPE commonwheel_rides_booked_total counter\n"));
}

Test(figures, leaves_out_whole_what_does_not_fit)
{
    char text[8192];
    struct figures figures = {0};
    for (size_t size = 1; size < 4000; size += 37) {
        size_t length = figures_write(&figures, text, size);
        cr_expect_lt(length, size);
        cr_expect(length == 0 || text[length - 1] == '\n', "size %zu", size);
    }
}
