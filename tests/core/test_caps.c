#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "core/calendar.h"
#include "core/caps.h"

#define MONDAY 20514 /* 2026-03-02 */

Test(caps, charges_what_room_is_left)
{
    static const struct {
        int64_t day_cap, week_cap;
        int64_t day_paid, week_paid;
        int32_t day;
        int64_t fare, charge;
    } rows[] = {
        {500, 2000, 0, 0, MONDAY, 300, 300},
        {500, 2000, 300, 300, MONDAY, 300, 200},
        {500, 2000, 500, 500, MONDAY, 300, 0},
        {500, 2000, 500, 500, MONDAY + 1, 300, 300},  /* a new day */
        {500, 2000, 0, 1900, MONDAY, 300, 100},       /* the week binds */
        {500, 2000, 500, 1900, MONDAY + 6, 300, 100}, /* Sunday, same week */
        {500, 2000, 500, 2000, MONDAY + 7, 300, 300}, /* Monday after */
        {500, 2000, 400, 400, MONDAY - 1, 300, 100},  /* late: counts as the present day */
        {500, 2000, 600, 600, MONDAY, 300, 0},        /* the cap was lowered */
        {0, 2000, 0, 0, MONDAY, 300, 0},
        {CAP_NONE_PENCE, CAP_NONE_PENCE, 900, 900, MONDAY, 300, 300},
        {CAP_NONE_PENCE, 1000, 900, 900, MONDAY, 300, 100},
        {500, 2000, 0, 0, MONDAY, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct caps caps = {rows[i].day_cap, rows[i].week_cap};
        struct cap_account account = {MONDAY, calendar_travel_week(MONDAY), rows[i].day_paid,
                                      rows[i].week_paid};
        struct cap_account before = account;
        int64_t charge = caps_charge(&caps, &account, rows[i].day, rows[i].fare);
        cr_assert_eq(charge, rows[i].charge, "row %zu: %lld", i, (long long)charge);
        cr_assert(memcmp(&account, &before, sizeof account) == 0);
    }
}

/* The model sums every charge under the day that the account took it for. */
#define DAYS 60

static void check_riders_year(struct random *random)
{
    struct caps caps = {.day_pence = random_between(random, 0, 900)};
    caps.week_pence = random_between(random, 0, 3000);
    struct cap_account account = {0};
    int64_t day_paid[DAYS] = {0};
    int64_t week_paid[DAYS / 7 + 2] = {0};
    int32_t latest = 0;
    for (int ride = 0; ride < 400; ride++) {
        int32_t at = (int32_t)random_below(random, DAYS) * (ride + 40) / 440;
        int64_t fare = random_between(random, 0, 700);
        int64_t charge = caps_charge(&caps, &account, MONDAY + at, fare);
        caps_record(&account, MONDAY + at, charge);
        latest = at > latest ? at : latest;
        day_paid[latest] += charge;
        week_paid[latest / 7] += charge;
        cr_assert(charge >= 0 && charge <= fare);
        cr_assert_leq(day_paid[latest], caps.day_pence);
        cr_assert_leq(week_paid[latest / 7], caps.week_pence);
        /* Less than the fare is charged only when a cap is reached exactly. */
        if (charge < fare)
            cr_assert(day_paid[latest] == caps.day_pence ||
                      week_paid[latest / 7] == caps.week_pence);
        cr_assert_eq(account.day_pence, day_paid[latest]);
        cr_assert_eq(account.week_pence, week_paid[latest / 7]);
        cr_assert_eq(account.day, MONDAY + latest);
    }
}

Test(caps, are_never_passed_by_any_order_of_rides)
{
    struct random random;
    random_init(&random, 20260302);
    for (int rider = 0; rider < 500; rider++)
        check_riders_year(&random);
}

/* The whole way from a time to a charge, over the nights when the clocks change. */
Test(caps, hold_on_days_of_23_and_25_hours)
{
    static const struct calendar london = {
        .count = 3,
        .changes = {{INT64_C(1761440400000), 0},
                    {INT64_C(1774746000000), 3600},
                    {INT64_C(1792890000000), 0}},
    };
    static const int64_t nights_ms[] = {INT64_C(1774746000000), INT64_C(1792890000000)};
    static const int64_t want[] = {23, 25}; /* hours with one 1-penny ride each */
    struct caps caps = {1000, CAP_NONE_PENCE};
    for (int night = 0; night < 2; night++) {
        struct cap_account account = {0};
        int32_t day = calendar_travel_day(&london, nights_ms[night]);
        int64_t paid = 0;
        for (int hour = -48; hour < 48; hour++) {
            int64_t at_ms = nights_ms[night] + hour * INT64_C(3600000);
            int32_t at_day = calendar_travel_day(&london, at_ms);
            int64_t charge = caps_charge(&caps, &account, at_day, 1);
            caps_record(&account, at_day, charge);
            paid += at_day == day ? charge : 0;
        }
        cr_assert_eq(paid, want[night]);
    }
}
