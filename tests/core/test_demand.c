#include "core/demand.h"

#include <criterion/criterion.h>

#include "base/random.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define MONDAY_MS (INT64_C(1772409600) * 1000) /* Monday 2026-03-02, 00:00 */
#define AREAS     3

static const struct calendar greenwich = {.count = 1};

/* So many requests, one a minute, from `at_ms` on. */
static void see(struct demand *demand, uint32_t area, int64_t at_ms, int count)
{
    for (int i = 0; i < count; i++) {
        demand_advance(demand, at_ms + i * MINUTE_MS);
        demand_saw(demand, area);
    }
}

static int64_t expected_at(struct demand *demand, uint32_t area, int64_t at_ms)
{
    demand_advance(demand, at_ms);
    return demand_expected_milli(demand, area);
}

Test(demand, is_what_the_last_minutes_say_where_nothing_is_usual_yet)
{
    static const int64_t fades[] = {2000, 1800, 1620, 1458};
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    cr_expect_eq(demand_expected_milli(&demand, 0), 0);
    demand_advance(&demand, MONDAY_MS);
    demand_saw(&demand, 1);
    demand_saw(&demand, 1);
    for (int minute = 0; minute < 4; minute++) {
        cr_expect_eq(expected_at(&demand, 1, MONDAY_MS + minute * MINUTE_MS), fades[minute]);
        cr_expect_eq(expected_at(&demand, 1, MONDAY_MS + minute * MINUTE_MS + 59999),
                     fades[minute]);
        cr_expect_eq(demand_expected_milli(&demand, 0), 0);
    }
    cr_expect_eq(expected_at(&demand, 1, MONDAY_MS + 3 * HOUR_MS), 0);
}

Test(demand, is_there_before_the_peak_of_the_day_before_begins_again)
{
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    demand_advance(&demand, MONDAY_MS);
    see(&demand, 0, MONDAY_MS + 8 * HOUR_MS, 60); /* 08:00 to 09:00 */
    const int64_t tuesday_ms = MONDAY_MS + DAY_MS;
    cr_expect_eq(expected_at(&demand, 0, tuesday_ms + 7 * HOUR_MS), 0);
    /* At 07:50 a third of 08:00 to 09:00 is within half an hour, at 08:00 half of it. */
    cr_expect_eq(expected_at(&demand, 0, tuesday_ms + 7 * HOUR_MS + 50 * MINUTE_MS),
                 5000 - 3333 / 2);
    cr_expect_eq(demand_expected_milli(&demand, 1), 0);
    /* In its middle, with nothing seen today, it is half of what is usual and fades. */
    cr_expect_eq(expected_at(&demand, 0, tuesday_ms + 8 * HOUR_MS + 20 * MINUTE_MS),
                 10000 - 8333 / 2);
}

Test(demand, is_as_usual_ahead_when_today_is_as_usual)
{
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    for (int day = 0; day < 2; day++) {
        const int64_t day_ms = MONDAY_MS + day * DAY_MS;
        see(&demand, 0, day_ms, 24 * 60);
    }
    const int64_t expected = expected_at(&demand, 0, MONDAY_MS + 2 * DAY_MS);
    cr_expect(expected > 9000 && expected <= 10000, "%ld", (long)expected);
}

Test(demand, keeps_saturdays_and_sundays_apart)
{
    static const int64_t counts[] = {12, 12, 12, 12, 12, 36, 60}; /* at noon, by day */
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    demand_advance(&demand, MONDAY_MS);
    for (int day = 0; day < 7; day++) {
        see(&demand, 2, MONDAY_MS + day * DAY_MS + 12 * HOUR_MS, (int)counts[day]);
    }
    static const int firsts[] = {0, 5, 6}; /* before another of its kind passes without requests */
    for (int i = 0; i < 3; i++) {
        struct demand copy = demand;
        const int day = firsts[i];
        const int64_t at_ms = MONDAY_MS + (7 + day) * DAY_MS + 12 * HOUR_MS + 20 * MINUTE_MS;
        cr_expect_eq(expected_at(&copy, 2, at_ms),
                     counts[day] * 1000 / 6 - counts[day] * 1000 * 50 / 60 / 6 / 2, "day %d", day);
    }
}

Test(demand, of_an_hour_watched_in_part_teaches_nothing)
{
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    see(&demand, 0, MONDAY_MS + 8 * HOUR_MS + 1, 59);
    demand_advance(&demand, MONDAY_MS + DAY_MS);
    cr_expect_eq(demand.days[8], 0);
    cr_expect_eq(demand.days[9], 1);
    cr_expect_eq(demand.usual_milli[8][0], 0);
}

Test(demand, a_day_moves_what_is_usual_by_its_share_and_then_by_a_quarter)
{
    static const int64_t seen[] = {40, 20, 30, 10, 45, 5};
    static const int64_t usual[] = {40000, 30000, 30000, 25000, 30000, 23750};
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    demand_advance(&demand, MONDAY_MS);
    for (int i = 0; i < 6; i++) {
        const int64_t day_ms = MONDAY_MS + (i < 5 ? i : 7) * DAY_MS;
        see(&demand, 0, day_ms + 8 * HOUR_MS, (int)seen[i]);
        demand_advance(&demand, day_ms + 10 * HOUR_MS);
        cr_expect_eq(demand.usual_milli[8][0], usual[i], "day %d: %ld", i,
                     (long)demand.usual_milli[8][0]);
    }
}

Test(demand, begins_anew_after_a_long_silence_and_keeps_what_is_usual)
{
    struct demand demand;
    demand_init(&demand, &greenwich, AREAS);
    demand_advance(&demand, MONDAY_MS);
    see(&demand, 0, MONDAY_MS + 8 * HOUR_MS, 30);
    demand_advance(&demand, MONDAY_MS + 10 * HOUR_MS);
    demand_advance(&demand, MONDAY_MS + 30 * DAY_MS);
    cr_expect_eq(demand.usual_milli[8][0], 30000);
    cr_expect_eq(demand.days[8], 1);
}

/* ---- Against counting it all again ---- */

#define DAYS     16
#define SEEN_MAX 4096

struct seen {
    uint32_t area;
    int64_t at_ms;
};

static uint32_t kind_of(int64_t hour)
{
    const int64_t day = hour / 24 % 7; /* from a Monday on */
    return day == 6 ? 2 : (uint32_t)(day == 5);
}

/* The usual of one hour of the calendar, in thousandths, before the hour `now`; -1 unknown. */
static int64_t usual_before(const struct seen *seen, int count, uint32_t area, int64_t hour,
                            int64_t now)
{
    int64_t usual = 0;
    int64_t days = 0;
    for (int64_t past = 1; past < now; past++) { /* the first hour was not seen whole */
        int64_t requests = 0;
        if (past % 24 != hour % 24 || kind_of(past) != kind_of(hour)) {
            continue;
        }
        for (int i = 0; i < count; i++) {
            requests += seen[i].area == area && (seen[i].at_ms - MONDAY_MS) / HOUR_MS == past;
        }
        days = days < 4 ? days + 1 : 4;
        usual += (requests * 1000 - usual) / days;
    }
    return days == 0 ? -1 : usual;
}

static int64_t window_at(const struct seen *seen, int count, uint32_t area, int64_t at_ms,
                         int64_t now)
{
    const int64_t before = (at_ms - MONDAY_MS - HOUR_MS / 2) / HOUR_MS;
    const int64_t second = usual_before(seen, count, area, before + 1, now);
    const int64_t first = usual_before(seen, count, area, before, now);
    const int64_t share = HOUR_MS - (at_ms - MONDAY_MS - HOUR_MS / 2) % HOUR_MS;
    if (first < 0 || second < 0) {
        return -1;
    }
    return (first * share + second * (HOUR_MS - share)) / HOUR_MS / 6;
}

static int64_t oracle(const struct seen *seen, int count, uint32_t area, int64_t began_ms,
                      int64_t at_ms)
{
    int64_t recent = 0;
    int next = 0;
    for (int64_t end_ms = began_ms + MINUTE_MS;; end_ms += MINUTE_MS) {
        for (; next < count && seen[next].at_ms < end_ms; next++) {
            recent += seen[next].area == area ? 1000 : 0;
        }
        if (end_ms > at_ms) {
            break;
        }
        recent = recent * 9 / 10;
    }
    at_ms -= (at_ms - began_ms) % MINUTE_MS; /* it moves on minute by minute */
    const int64_t hour = (at_ms - MONDAY_MS) / HOUR_MS;
    const int64_t now = window_at(seen, count, area, at_ms, hour);
    const int64_t ahead = window_at(seen, count, area, at_ms + 10 * MINUTE_MS, hour);
    if (now < 0 || ahead < 0) {
        return recent;
    }
    return ahead + (recent - now) / 2 > 0 ? ahead + (recent - now) / 2 : 0;
}

Test(demand, is_what_counting_all_again_gives)
{
    static struct seen seen[SEEN_MAX];
    struct random random;
    random_init(&random, 5);
    for (int t = 0; t < 6; t++) {
        struct demand demand;
        demand_init(&demand, &greenwich, AREAS);
        const int64_t began_ms = MONDAY_MS + 23 * MINUTE_MS;
        int64_t at_ms = began_ms;
        int count = 0;
        int compared = 0;
        demand_advance(&demand, at_ms);
        while (count < SEEN_MAX && at_ms < MONDAY_MS + DAYS * DAY_MS) {
            at_ms += random_between(&random, 0, t % 2 == 0 ? 30 * MINUTE_MS : 10 * MINUTE_MS);
            demand_advance(&demand, at_ms);
            const uint32_t area = (uint32_t)random_below(&random, AREAS);
            if (random_below(&random, 100) < 4) {
                const int64_t expected = oracle(seen, count, area, began_ms, at_ms);
                cr_assert_eq(demand_expected_milli(&demand, area), expected, "run %d: %ld, not %ld",
                             t, (long)demand_expected_milli(&demand, area), (long)expected);
                compared += expected > 0;
            } else {
                demand_saw(&demand, area);
                seen[count++] = (struct seen){area, at_ms};
            }
        }
        cr_assert_gt(compared, 20);
    }
}
