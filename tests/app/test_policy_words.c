/* The words are read by people, so only what they must not miss is held fast. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/policy_words.h"

#define FIRST 20544 /* Wednesday 2026-04-01 */

static struct policy policy;

/* All that is said, the caller's to free. */
static char *say(int32_t day)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    policy_words_explain(&policy, out);
    policy_words_price(&policy, day, out);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static void expect_all(char *text, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cr_expect_not_null(strstr(text, lines[i]), "%s\nis not in\n%s", lines[i], text);
    free(text);
}

Test(policy_words, explain_the_built_in_policy)
{
    static const char *const LINES[] = {
        "default: Built-in policy\n  in force always",
        "Nothing in them depends on how many others travel.",
        "small vehicle (designed for fewer than 10), shared: 1.00, and 0.40 a km and 0.05 a minute",
        "adult: 7.50 a day, 30.00 a week",
        "No concessions.",
        "No fees for cancelling or not coming.",
        "No compensation for a late vehicle.",
        "small 20 %, large 0 %",
        "cost_recovery (fares may only recover costs), over 3 years",
        "1. cost-recovery reserve (cost_recovery_reserve): all that is left",
        "No cost rates.",
        "Example rides on 2026-04-01",
        "  08:00    3    9        2.65       2.65       2.65       2.65\n",
        "adult              3.00       3.00       1.50       0.00       0.00  together       7.50",
    };
    policy_default(&policy);
    expect_all(say(FIRST), LINES, sizeof LINES / sizeof LINES[0]);
}

Test(policy_words, explain_what_a_council_may_add)
{
    static const char *const LINES[] = {
        "12.5 % less weekdays 09:30 to 15:00",
        "national cap, shared rides: 2.00 a ride",
        "adult: no limit a day, 30.00 a week",
        "scheme 3, Pass: the rider pays 0 % of the fare, County the rest",
        "all rides, every day 00:00 to 24:00",
        "free for 1 min 30 s after booking and until 45 s before the pick-up; then 1.00",
        "by 10 min or more: 50 % of what was paid",
        "energy, per kwh: 9p from 00:00 to 06:00, 25.125p from 06:00 to 24:00",
        "to Supplier, Town (local)",
        "  08:00    3    9        2.00       2.65       2.00       2.65       0.00\n",
    };
    const struct policy_row row = {
        .id = "x", .resolution = "r", .from_day = POLICY_DAY_MIN, .until_day = POLICY_DAY_MAX};
    policy_default(&policy);
    policy.tariffs[1].off_peak_permille = 125;
    policy.tariffs[1].off_peak = (struct policy_hours){
        .count = 1, .windows = {{.weekdays = true, .from_minute = 570, .until_minute = 900}}};
    policy.national[policy.national_count++] =
        (struct policy_national){.row = row, .single_pence = 200, .shared_only = true};
    policy.caps[0].caps.day_pence = POLICY_NONE_PENCE;
    policy.concessions[policy.concession_count++] = (struct policy_concession){
        .row = row,
        .scheme = 3,
        .name = "Pass",
        .funder = "County",
        .hours = {.count = 1,
                  .windows = {{.weekdays = true, .free_days = true, .until_minute = 1440}}}};
    policy.fees[policy.fees_count++] = (struct policy_fees){.row = row,
                                                            .free_after_booking_ms = 90000,
                                                            .free_before_pickup_ms = 45000,
                                                            .cancel_pence = 100};
    policy.lateness[policy.lateness_count++] = (struct policy_lateness){
        .row = row, .step_count = 1, .steps = {{.late_ms = 600000, .back_permille = 500}}};
    policy.areas[policy.area_count++] =
        (struct policy_area){.area = 1, .name = "Town", .is_local = true};
    struct policy_cost *cost = &policy.costs[policy.cost_count++];
    *cost =
        (struct policy_cost){.row = row, .unit = POLICY_PER_KWH, .supplier = "Supplier", .area = 1};
    for (uint32_t hour = 0; hour < POLICY_HOURS; hour++)
        cost->rate_millipence[hour] = hour < 6 ? 9000 : 25125;
    expect_all(say(FIRST), LINES, sizeof LINES / sizeof LINES[0]);
}
