/* What a policy makes of a trip: by kind, sharing, day, hour and scheme. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "core/fare.h"
#include "core/policy_fault.h"

#define FIRST 20544 /* Wednesday 2026-04-01 */
#define LAST  20908

static struct policy policy;

static void make(void)
{
    policy_default(&policy);
    policy.row.from_day = FIRST;
    policy.row.until_day = LAST;
    for (uint32_t i = 0; i < policy.tariff_count; i++) {
        struct policy_tariff *tariff = &policy.tariffs[i];
        tariff->tariff.base_pence = tariff->kind == POLICY_LARGE ? 200 : 100;
        tariff->tariff.single_cap_pence = tariff->shared ? 400 : 900;
        tariff->off_peak_permille = 250;
        tariff->off_peak = (struct policy_hours){
            .count = 1, .windows = {{.weekdays = true, .from_minute = 570, .until_minute = 900}}};
    }
    policy.national[0] = (struct policy_national){
        .row = policy.tariffs[0].row, .single_pence = 300, .shared_only = true};
    snprintf(policy.national[0].row.id, POLICY_ID_MAX, "national");
    policy.national[0].row.until_day = FIRST + 30;
    policy.national_count = 1;
    policy.concessions[0] = (struct policy_concession){
        .row = policy.tariffs[0].row,
        .scheme = 1,
        .rider_permille = 0,
        .shared_only = true,
        .hours = {.count = 2,
                  .windows = {{.weekdays = true, .from_minute = 570, .until_minute = 1380},
                              {.free_days = true, .from_minute = 0, .until_minute = 1440}}}};
    snprintf(policy.concessions[0].row.id, POLICY_ID_MAX, "pass");
    policy.concession_count = 1;
    policy.holiday_count = 1;
    policy.holidays[0] = FIRST + 5; /* Monday */
    cr_assert_null(policy_fault(&policy).why);
}

Test(fare, follows_kind_sharing_day_hour_and_scheme)
{
    static const struct {
        const char *what;
        int32_t day;
        uint32_t minute;
        enum policy_kind kind;
        bool shared;
        uint32_t scheme;
        int64_t fare;
        int64_t due;
    } rows[] = {
        /* 10 km and 20 min: 100 + 400 + 100, or 100 more */
        {"small, shared, national cap", 0, 480, POLICY_SMALL, true, 0, 300, 300},
        {"small, private", 0, 480, POLICY_SMALL, false, 0, 600, 600},
        {"large, private", 0, 480, POLICY_LARGE, false, 0, 700, 700},
        {"off-peak", 0, 570, POLICY_SMALL, true, 0, 225, 225},
        {"a minute before", 0, 569, POLICY_SMALL, true, 0, 300, 300},
        {"its last minute", 0, 899, POLICY_SMALL, false, 0, 450, 450},
        {"over", 0, 900, POLICY_SMALL, false, 0, 600, 600},
        {"weekend", 3, 600, POLICY_SMALL, true, 0, 300, 300},
        {"bank holiday", 5, 600, POLICY_SMALL, true, 0, 300, 300},
        {"last day of the national cap", 30, 480, POLICY_SMALL, true, 0, 300, 300},
        {"after it", 31, 480, POLICY_SMALL, true, 0, 400, 400},
        {"pass, too early", 0, 569, POLICY_SMALL, true, 1, 300, 300},
        {"pass", 0, 570, POLICY_SMALL, true, 1, 225, 0},
        {"pass, alone", 0, 570, POLICY_SMALL, false, 1, 450, 450},
        {"pass, late", 0, 1380, POLICY_SMALL, true, 1, 300, 300},
        {"pass, early on a bank holiday", 5, 10, POLICY_SMALL, true, 1, 300, 0},
        {"no such scheme", 0, 570, POLICY_SMALL, true, 2, 225, 225},
    };
    make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fare_trip trip = {.distance_m = 10000,
                                       .duration_ms = 1200000,
                                       .day = FIRST + rows[i].day,
                                       .civil = {FIRST + rows[i].day, rows[i].minute},
                                       .kind = rows[i].kind,
                                       .shared = rows[i].shared,
                                       .scheme = rows[i].scheme};
        struct fare fare;
        cr_assert_eq(fare_quote(&policy, &trip, &fare), TARIFF_OK);
        cr_expect_eq(tariff_fare_pence(&fare.lines), rows[i].fare, "%s", rows[i].what);
        cr_expect_eq(fare_due_pence(&fare), rows[i].due, "%s", rows[i].what);
        cr_expect_eq(fare.kind, rows[i].kind);
        cr_expect_eq(fare.scheme != 0, fare.lines.concession_pence > 0, "%s", rows[i].what);
    }
}

/* The travel day rules the row, the civil day the hours: at 02:00 they are not the same. */
Test(fare, of_the_small_hours_is_by_the_travel_day_before_and_the_civil_day)
{
    const struct fare_trip trip = {.distance_m = 10000,
                                   .duration_ms = 1200000,
                                   .day = FIRST + 30,
                                   .civil = {FIRST + 31, 120},
                                   .shared = true,
                                   .scheme = 1};
    struct fare fare;
    make();
    policy.holidays[0] = FIRST + 31;
    cr_assert_eq(fare_quote(&policy, &trip, &fare), TARIFF_OK);
    cr_expect_eq(tariff_fare_pence(&fare.lines), 300); /* the national cap still holds */
    cr_expect_eq(fare_due_pence(&fare), 0);            /* and the holiday has begun */
}

Test(fare, too_long_a_trip_has_none)
{
    const struct fare_trip trip = {.distance_m = TARIFF_DISTANCE_MAX_M + 1, .day = FIRST};
    struct fare fare = {.scheme = 77};
    make();
    cr_assert_eq(fare_quote(&policy, &trip, &fare), TARIFF_TOO_LONG);
    cr_assert_eq(fare.scheme, 77);
}
