/* Each fault is one change to a sound policy, and is named by table and row. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/policy_fault.h"

static struct policy policy;

/* From day 100 to 199, with rows in every table. */
static void make(void)
{
    policy_default(&policy);
    policy.row.from_day = 100;
    policy.row.until_day = 199;
    policy.tariffs[0].row.until_day = 149;
    policy.tariffs[4] = policy.tariffs[0];
    snprintf(policy.tariffs[4].row.id, sizeof policy.tariffs[4].row.id, "%s", "small-private-2");
    policy.tariffs[4].row.from_day = 150;
    policy.tariffs[4].row.until_day = 199;
    policy.tariff_count = 5;
    policy.concessions[0] = (struct policy_concession){
        .row = policy.tariffs[4].row,
        .scheme = 1,
        .hours = {.count = 1, .windows = {{.weekdays = true, .until_minute = 1440}}}};
    snprintf(policy.concessions[0].row.id, sizeof policy.concessions[0].row.id, "%s", "pass");
    policy.concession_count = 1;
    policy.areas[0] = (struct policy_area){.area = 7, .name = "Preston", .is_local = true};
    policy.area_count = 1;
    policy.costs[0] = (struct policy_cost){
        .row = policy.tariffs[4].row, .unit = POLICY_PER_KWH, .rate_millipence = {5}, .area = 7};
    snprintf(policy.costs[0].row.id, sizeof policy.costs[0].row.id, "%s", "energy");
    policy.cost_count = 1;
}

static void expect(const char *why, enum policy_table table, uint32_t row)
{
    const struct policy_fault fault = policy_fault(&policy);
    cr_expect_not_null(fault.why, "%s", why);
    if (fault.why != NULL) {
        cr_expect_str_eq(fault.why, why);
        cr_expect_eq(fault.table, table, "%s: table %d", why, fault.table);
        cr_expect_eq(fault.row, row, "%s: row %u", why, fault.row);
    }
    make();
}

Test(policy_fault, finds_none_in_a_sound_policy)
{
    make();
    cr_assert_null(policy_fault(&policy).why);
}

Test(policy_fault, finds_an_overlap_of_one_day)
{
    make();
    policy.tariffs[4].row.from_day = 149;
    const struct policy_fault fault = policy_fault(&policy);
    cr_assert_eq(fault.other, 0);
    cr_assert_eq(fault.day, 149);
    expect("the period overlaps that of an earlier row", POLICY_TABLE_TARIFFS, 4);
}

Test(policy_fault, finds_a_hole_of_one_day_at_the_beginning_in_the_middle_and_at_the_end)
{
    static const struct {
        uint32_t row;
        int32_t from_day;
        int32_t until_day;
        int32_t hole;
    } rows[] = {{0, 101, 149, 100}, {4, 151, 199, 150}, {4, 150, 198, 199}, {0, 100, 148, 149}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make();
        policy.tariffs[rows[i].row].row.from_day = rows[i].from_day;
        policy.tariffs[rows[i].row].row.until_day = rows[i].until_day;
        const struct policy_fault fault = policy_fault(&policy);
        cr_assert_not_null(fault.why);
        cr_expect_str_eq(fault.why, "no row holds on a day of the policy", "row %zu", i);
        cr_expect_eq(fault.day, rows[i].hole, "row %zu: %d", i, fault.day);
        cr_expect_eq(fault.part, 0);
    }
}

Test(policy_fault, finds_a_case_without_a_row)
{
    make();
    policy.tariffs[3].kind = POLICY_SMALL;
    policy.tariffs[3].shared = true;
    policy.tariffs[1].row.until_day = 149;
    policy.tariffs[3].row.from_day = 150;
    const struct policy_fault fault = policy_fault(&policy);
    cr_assert_str_eq(policy_fault_case_text(&policy, fault.table, fault.part), "large, shared");
    expect("a case has no row", POLICY_TABLE_TARIFFS, POLICY_FAULT_NO_ROW);
    policy.class_count = 2;
    snprintf(policy.classes[1], sizeof policy.classes[1], "%s", "child");
    expect("a case has no row", POLICY_TABLE_CAPS, POLICY_FAULT_NO_ROW);
    policy.vat_count = 0;
    expect("a case has no row", POLICY_TABLE_VAT, POLICY_FAULT_NO_ROW);
}

Test(policy_fault, finds_a_gap_between_optional_rows)
{
    make();
    policy.concessions[0].row.until_day = 160;
    policy.concessions[1] = policy.concessions[0];
    snprintf(policy.concessions[1].row.id, sizeof policy.concessions[1].row.id, "%s", "pass-2");
    policy.concessions[1].row.from_day = 162;
    policy.concessions[1].row.until_day = 180;
    policy.concession_count = 2;
    cr_expect_eq(policy_fault(&policy).day, 161);
    expect("no row holds on days before this one", POLICY_TABLE_CONCESSIONS, 1);
}

Test(policy_fault, finds_two_rows_with_one_id_across_tables)
{
    make();
    snprintf(policy.costs[0].row.id, sizeof policy.costs[0].row.id, "%s", "small-shared");
    expect("the id is that of an earlier row", POLICY_TABLE_COSTS, 0);
}

Test(policy_fault, finds_what_is_out_of_range)
{
    make();
    policy.tariffs[2].tariff.per_km_pence = TARIFF_RATE_MAX_PENCE + 1;
    expect("an amount of the tariff is not 0 to 100000 pence", POLICY_TABLE_TARIFFS, 2);
    policy.tariffs[2].tariff.single_cap_pence = 149;
    expect("the cap of one ride is below the least fare", POLICY_TABLE_TARIFFS, 2);
    policy.tariffs[2].off_peak_permille = 1001;
    expect("the off-peak discount is not 0 to 1000 permille", POLICY_TABLE_TARIFFS, 2);
    policy.tariffs[1].row.id[0] = 'S';
    expect("the id is not 1 to 31 of a-z, 0-9, - and .", POLICY_TABLE_TARIFFS, 1);
    policy.tariffs[1].row.resolution[0] = '\0';
    expect("there is no resolution that it rests on", POLICY_TABLE_TARIFFS, 1);
    policy.caps[0].caps.week_pence = -1;
    expect("a cap is out of range", POLICY_TABLE_CAPS, 0);
    policy.caps[0].class = 1;
    expect("there is no such class of riders", POLICY_TABLE_CAPS, 0);
    policy.concessions[0].scheme = 9;
    expect("the scheme is not 1 to 8", POLICY_TABLE_CONCESSIONS, 0);
    policy.concessions[0].hours.windows[0].until_minute = 1441;
    expect("hours do not end after they begin, within one day", POLICY_TABLE_CONCESSIONS, 0);
    policy.concessions[0].hours.windows[0].weekdays = false;
    expect("hours are on no day", POLICY_TABLE_CONCESSIONS, 0);
    policy.vat[0].rate_permille[POLICY_LARGE] = 1001;
    expect("a rate of VAT is not 0 to 1000 permille", POLICY_TABLE_VAT, 0);
    policy.waterfalls[0].lines[0].share_permille = 999;
    expect("the last line does not take all that is left", POLICY_TABLE_WATERFALLS, 0);
    policy.waterfalls[0].lines[0].use = POLICY_COUNCIL_REVENUE;
    expect("in cost_recovery no line goes to the council's revenue", POLICY_TABLE_WATERFALLS, 0);
    policy.costs[0].area = 8;
    expect("there is no such area", POLICY_TABLE_COSTS, 0);
    policy.costs[0].unit = POLICY_PER_KM;
    expect("a rate by the hour is not of energy", POLICY_TABLE_COSTS, 0);
    policy.row.until_day = 99;
    expect("valid_until is before valid_from", POLICY_TABLE_HEAD, POLICY_FAULT_NO_ROW);
}
