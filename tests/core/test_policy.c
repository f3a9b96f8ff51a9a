/* A council's rows: which holds when, and what becomes of pence. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/calendar.h"
#include "core/policy.h"
#include "core/policy_fault.h"

static struct policy policy;

static struct policy_row row(const char *id, int32_t from_day, int32_t until_day)
{
    struct policy_row made = {.from_day = from_day, .until_day = until_day};
    snprintf(made.id, sizeof made.id, "%s", id);
    snprintf(made.resolution, sizeof made.resolution, "Council, 2026-02-24, item 7");
    return made;
}

Test(policy, built_in_is_sound_and_keeps_its_amounts)
{
    policy_default(&policy);
    cr_assert_null(policy_fault(&policy).why);
    for (int kind = 0; kind < POLICY_KIND_COUNT; kind++) {
        for (int shared = 0; shared < 2; shared++) {
            const struct policy_tariff *tariff =
                policy_tariff(&policy, 20000, (enum policy_kind)kind, shared == 1);
            cr_expect_eq(tariff->tariff.base_pence, 100);
            cr_expect_eq(tariff->tariff.per_km_pence, 40);
            cr_expect_eq(tariff->tariff.per_minute_pence, 5);
            cr_expect_eq(tariff->tariff.minimum_pence, 150);
            cr_expect_eq(tariff->tariff.single_cap_pence, 300);
            cr_expect_eq(tariff->kind, (enum policy_kind)kind);
            cr_expect_eq(tariff->shared, shared == 1);
        }
    }
    cr_expect_eq(policy_caps(&policy, 20000, 0)->caps.day_pence, 750);
    cr_expect_eq(policy_caps(&policy, 20000, 7)->caps.week_pence, 3000);
    cr_expect_null(policy_national(&policy, 20000));
    cr_expect_null(policy_concession(&policy, 20000, 1));
    cr_expect_eq(policy_no_show_pence(&policy, 20000), 0);
    cr_expect_eq(policy_cancel_pence(&policy, 20000, 0, 1000, 5000), 0);
    cr_expect_eq(policy_lateness_pence(&policy, 20000, 3600000, 300), 0);
    cr_expect_null(policy_cost(&policy, 20000, POLICY_ENERGY, POLICY_PER_KWH));
}

Test(policy, a_day_outside_the_policy_takes_its_nearest_row)
{
    policy_default(&policy);
    policy.row.from_day = 100;
    policy.row.until_day = 199;
    policy.caps[0].row.from_day = 100;
    policy.caps[0].row.until_day = 149;
    policy.caps[1] = (struct policy_caps){.row = row("later", 150, 400), .caps = {1, 2}};
    policy.caps_count = 2;
    policy.national[0] =
        (struct policy_national){.row = row("national", 100, 120), .single_pence = 9};
    policy.national_count = 1;
    cr_assert_null(policy_fault(&policy).why);
    static const struct {
        int32_t day;
        int64_t day_cap;
        bool national;
        bool holds;
    } rows[] = {
        {50, 750, true, false},  {100, 750, true, true},  {120, 750, true, true},
        {121, 750, false, true}, {149, 750, false, true}, {150, 1, false, true},
        {199, 1, false, true},   {300, 1, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(policy_caps(&policy, rows[i].day, 0)->caps.day_pence, rows[i].day_cap,
                     "row %zu", i);
        cr_expect_eq(policy_national(&policy, rows[i].day) != NULL, rows[i].national, "row %zu", i);
        cr_expect_eq(policy_holds(&policy, rows[i].day), rows[i].holds, "row %zu", i);
    }
}

/* English concessions: weekdays 09:30 to 23:00, all day at weekends and on bank holidays. */
Test(policy, hours_know_weekends_and_bank_holidays)
{
    static const struct policy_hours hours = {
        .count = 2,
        .windows = {{.weekdays = true, .from_minute = 570, .until_minute = 1380},
                    {.free_days = true, .from_minute = 0, .until_minute = 1440}}};
    static const struct policy_hours never = {.count = 0};
    policy_default(&policy);
    policy.holiday_count = 3;
    policy.holidays[0] = 20451; /* 2025-12-29, any */
    policy.holidays[1] = 20546; /* Friday 2026-04-03 */
    policy.holidays[2] = 20549; /* Monday 2026-04-06 */
    static const struct {
        int32_t day;
        uint32_t minute;
        bool in;
    } rows[] = {
        {20545, 569, false}, /* Thursday 2026-04-02 */
        {20545, 570, true},  {20545, 1379, true}, {20545, 1380, false}, {20546, 0, true},
        {20547, 0, true},    {20548, 1439, true}, {20549, 300, true},   {20550, 300, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(policy_in_hours(&policy, &hours, rows[i].day, rows[i].minute), rows[i].in,
                     "row %zu", i);
        cr_expect_not(policy_in_hours(&policy, &never, rows[i].day, rows[i].minute));
    }
}

Test(policy, cancelling_is_free_soon_after_booking_and_long_before_the_pickup)
{
    policy_default(&policy);
    policy.fees[0] = (struct policy_fees){.row = row("fees", POLICY_DAY_MIN, POLICY_DAY_MAX),
                                          .free_after_booking_ms = 120000,
                                          .free_before_pickup_ms = 300000,
                                          .cancel_pence = 100,
                                          .no_show_pence = 200};
    policy.fees_count = 1;
    cr_assert_null(policy_fault(&policy).why);
    const int64_t booked_ms = 1000000;
    const int64_t promised_ms = booked_ms + 600000;
    static const struct {
        int64_t after_ms;
        int64_t fee;
    } rows[] = {{0, 0}, {120000, 0}, {120001, 0}, {300000, 0}, {300001, 100}, {900000, 100}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(
            policy_cancel_pence(&policy, 1, booked_ms, promised_ms, booked_ms + rows[i].after_ms),
            rows[i].fee, "row %zu", i);
    }
    cr_expect_eq(policy_cancel_pence(&policy, 1, booked_ms, booked_ms + 60000, booked_ms + 90000),
                 0);
    cr_expect_eq(policy_no_show_pence(&policy, 1), 200);
}

Test(policy, lateness_pays_back_by_steps_and_never_more_than_the_charge)
{
    policy_default(&policy);
    policy.lateness[0] =
        (struct policy_lateness){.row = row("late", POLICY_DAY_MIN, POLICY_DAY_MAX),
                                 .step_count = 2,
                                 .steps = {{.late_ms = 600000, .back_permille = 500},
                                           {.late_ms = 1800000, .back_permille = 1000}}};
    policy.lateness_count = 1;
    cr_assert_null(policy_fault(&policy).why);
    static const struct {
        int64_t late_ms;
        int64_t back;
    } rows[] = {{-5, 0}, {0, 0}, {599999, 0}, {600000, 128}, {1799999, 128}, {1800000, 255}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(policy_lateness_pence(&policy, 1, rows[i].late_ms, 255), rows[i].back,
                     "row %zu", i);
    }
}

/* Against the definition: the penny nearest to a sixth, half a penny up. */
Test(policy, vat_is_a_sixth_of_the_gross_in_small_vehicles_and_nothing_in_large)
{
    policy_default(&policy);
    for (int64_t gross = 0; gross < 10000; gross++) {
        const int64_t vat = policy_vat_pence(&policy, 1, POLICY_SMALL, gross);
        cr_assert(6 * vat - gross <= 3 && 6 * vat - gross > -3, "%ld", (long)gross);
        cr_assert_eq(policy_vat_pence(&policy, 1, POLICY_LARGE, gross), 0);
    }
    cr_assert_eq(policy_vat_pence(&policy, 1, POLICY_SMALL, 240), 40);
    cr_assert_eq(policy_vat_pence(&policy, 1, POLICY_SMALL, 3), 1);
    cr_assert_eq(policy_vat_pence(&policy, 1, POLICY_SMALL, 2), 0);
    cr_assert_eq(policy_vat_pence(&policy, 1, POLICY_SMALL, PENCE_MAX), PENCE_MAX / 6 + 1);
}

Test(policy, a_line_takes_the_least_of_its_amount_its_most_and_what_is_left)
{
    static const struct {
        struct policy_line line;
        int64_t left;
        int64_t taken;
    } rows[] = {
        {{.fixed_pence = 1000, .most_pence = POLICY_NONE_PENCE}, 5000, 1000},
        {{.fixed_pence = 1000, .most_pence = POLICY_NONE_PENCE}, 400, 400},
        {{.share_permille = 300, .most_pence = POLICY_NONE_PENCE}, 999, 299},
        {{.share_permille = 300, .most_pence = 100}, 999, 100},
        {{.fixed_pence = 10, .share_permille = 1000, .most_pence = POLICY_NONE_PENCE}, 999, 999},
        {{.share_permille = 1000, .most_pence = POLICY_NONE_PENCE}, PENCE_MAX, PENCE_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(policy_line_pence(&rows[i].line, rows[i].left), rows[i].taken, "row %zu", i);
    }
}

Test(policy, a_vehicle_is_large_from_ten_people_on)
{
    cr_assert_eq(policy_kind(0), POLICY_SMALL);
    cr_assert_eq(policy_kind(9), POLICY_SMALL);
    cr_assert_eq(policy_kind(10), POLICY_LARGE);
    cr_assert_eq(policy_kind(64), POLICY_LARGE);
}
