/* All tables are arrays of structs that begin with a policy_row, so ids and periods are checked by
 * one piece of code; what each table holds besides is checked row by row. */
#include "core/policy_fault.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"

#define DAY_MS         (INT64_C(24) * 3600 * 1000)
#define MINUTES_IN_DAY 1440

/* Where a table's rows lie in the policy. */
struct table {
    const char *text;
    size_t rows;
    size_t stride;
    size_t count;
    uint32_t most;
    bool is_whole; /* each case has a row on each day of the policy */
};

#define TABLE(key, member, counter, most, is_whole)                                                \
    {                                                                                              \
        key, offsetof(struct policy, member), sizeof(((struct policy *)NULL)->member[0]),          \
            offsetof(struct policy, counter), most, is_whole                                       \
    }

static const struct table TABLES[POLICY_TABLE_COUNT] = {
    [POLICY_TABLE_HEAD] = {.text = "policy"},
    [POLICY_TABLE_TARIFFS] = TABLE("tariffs", tariffs, tariff_count, POLICY_TARIFFS_MAX, true),
    [POLICY_TABLE_NATIONAL] =
        TABLE("national_caps", national, national_count, POLICY_NATIONAL_MAX, false),
    [POLICY_TABLE_CAPS] = TABLE("rider_caps", caps, caps_count, POLICY_CAPS_MAX, true),
    [POLICY_TABLE_CONCESSIONS] =
        TABLE("concessions", concessions, concession_count, POLICY_CONCESSION_MAX, false),
    [POLICY_TABLE_FEES] = TABLE("fees", fees, fees_count, POLICY_FEES_MAX, false),
    [POLICY_TABLE_LATENESS] =
        TABLE("compensation", lateness, lateness_count, POLICY_LATENESS_MAX, false),
    [POLICY_TABLE_VAT] = TABLE("vat", vat, vat_count, POLICY_VAT_MAX, true),
    [POLICY_TABLE_WATERFALLS] =
        TABLE("waterfalls", waterfalls, waterfall_count, POLICY_WATERFALLS_MAX, true),
    [POLICY_TABLE_COSTS] = TABLE("costs", costs, cost_count, POLICY_COSTS_MAX, false),
};

uint32_t policy_fault_row_max(enum policy_table table)
{
    CHECK(table < POLICY_TABLE_COUNT);
    return TABLES[table].most;
}

uint32_t policy_fault_row_count(const struct policy *policy, enum policy_table table)
{
    uint32_t count = 0;
    CHECK(table < POLICY_TABLE_COUNT);
    if (table != POLICY_TABLE_HEAD) {
        memcpy(&count, (const char *)policy + TABLES[table].count, sizeof count);
    }
    return count;
}

const struct policy_row *policy_fault_row(const struct policy *policy, enum policy_table table,
                                          uint32_t row)
{
    CHECK(table > POLICY_TABLE_HEAD);
    CHECK(table < POLICY_TABLE_COUNT);
    CHECK(row < TABLES[table].most);
    const char *rows = (const char *)policy + TABLES[table].rows;
    return (const struct policy_row *)(const void *)(rows + row * TABLES[table].stride);
}

const char *policy_fault_table_text(enum policy_table table)
{
    CHECK(table < POLICY_TABLE_COUNT);
    return TABLES[table].text;
}

/* What a row rules: rows of one part of a table follow one another in time. */
static uint32_t part_of(const struct policy *policy, enum policy_table table, uint32_t row)
{
    switch (table) {
    case POLICY_TABLE_TARIFFS:
        return (uint32_t)policy->tariffs[row].kind * 2 + (policy->tariffs[row].shared ? 1 : 0);
    case POLICY_TABLE_CAPS:
        return policy->caps[row].class;
    case POLICY_TABLE_CONCESSIONS:
        return policy->concessions[row].scheme;
    case POLICY_TABLE_COSTS:
        return (uint32_t)policy->costs[row].category * POLICY_UNIT_COUNT +
               (uint32_t)policy->costs[row].unit;
    default:
        return 0;
    }
}

/* Parts of a table that is whole; of others none need be there. */
static uint32_t part_count(const struct policy *policy, enum policy_table table)
{
    switch (table) {
    case POLICY_TABLE_TARIFFS:
        return 2 * POLICY_KIND_COUNT;
    case POLICY_TABLE_CAPS:
        return policy->class_count;
    default:
        return TABLES[table].is_whole ? 1 : 0;
    }
}

const char *policy_fault_case_text(const struct policy *policy, enum policy_table table,
                                   uint32_t part)
{
    static const char *const TARIFFS[] = {"small, private", "small, shared", "large, private",
                                          "large, shared"};
    if (table == POLICY_TABLE_TARIFFS) {
        return TARIFFS[part];
    }
    return table == POLICY_TABLE_CAPS ? policy->classes[part] : "";
}

static bool in_range(int64_t value, int64_t least, int64_t most)
{
    return value >= least && value <= most;
}

static bool is_cap(int64_t pence)
{
    return pence == CAP_NONE_PENCE || in_range(pence, 0, PENCE_MAX);
}

static const char *row_fault(const struct policy_row *row)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const size_t length = strspn(row->id, ALLOWED);
    if (length == 0 || length >= sizeof row->id || row->id[length] != '\0') {
        return "the id is not 1 to 31 of a-z, 0-9, - and .";
    }
    if (row->resolution[0] == '\0') {
        return "there is no resolution that it rests on";
    }
    if (!in_range(row->from_day, POLICY_DAY_MIN, POLICY_DAY_MAX) ||
        !in_range(row->until_day, POLICY_DAY_MIN, POLICY_DAY_MAX)) {
        return "the period is out of range";
    }
    return row->from_day > row->until_day ? "valid_until is before valid_from" : NULL;
}

static const char *hours_fault(const struct policy_hours *hours)
{
    if (hours->count > POLICY_WINDOWS_MAX) {
        return "there are more than 8 windows of hours";
    }
    for (uint32_t i = 0; i < hours->count; i++) {
        const struct policy_window *window = &hours->windows[i];
        if (!window->weekdays && !window->free_days) {
            return "hours are on no day";
        }
        if (window->from_minute >= window->until_minute || window->until_minute > MINUTES_IN_DAY) {
            return "hours do not end after they begin, within one day";
        }
    }
    return NULL;
}

static const char *tariff_fault(const struct policy_tariff *row)
{
    const struct tariff *tariff = &row->tariff;
    const int64_t most = TARIFF_RATE_MAX_PENCE;
    if (!in_range(tariff->base_pence, 0, most) || !in_range(tariff->per_km_pence, 0, most) ||
        !in_range(tariff->per_minute_pence, 0, most) || !in_range(tariff->minimum_pence, 0, most) ||
        !in_range(tariff->single_cap_pence, 0, most)) {
        return "an amount of the tariff is not 0 to 100000 pence";
    }
    if (tariff->single_cap_pence < tariff->minimum_pence) {
        return "the cap of one ride is below the least fare";
    }
    if (!in_range(row->off_peak_permille, 0, POLICY_ALL_PERMILLE)) {
        return "the off-peak discount is not 0 to 1000 permille";
    }
    return hours_fault(&row->off_peak);
}

static const char *concession_fault(const struct policy_concession *row)
{
    if (!in_range(row->scheme, 1, POLICY_SCHEMES_MAX)) {
        return "the scheme is not 1 to 8";
    }
    if (!in_range(row->rider_permille, 0, POLICY_ALL_PERMILLE)) {
        return "the rider's part is not 0 to 1000 permille";
    }
    return hours_fault(&row->hours);
}

static const char *fees_fault(const struct policy_fees *row)
{
    if (!in_range(row->free_after_booking_ms, 0, DAY_MS) ||
        !in_range(row->free_before_pickup_ms, 0, DAY_MS)) {
        return "a time in which cancelling is free is not 0 to 24 hours";
    }
    return in_range(row->cancel_pence, 0, TARIFF_RATE_MAX_PENCE) &&
                   in_range(row->no_show_pence, 0, TARIFF_RATE_MAX_PENCE)
               ? NULL
               : "a fee is not 0 to 100000 pence";
}

static const char *lateness_fault(const struct policy_lateness *row)
{
    int64_t late_ms = 0;
    int64_t permille = 0;
    if (!in_range(row->step_count, 1, POLICY_STEPS_MAX)) {
        return "there are not 1 to 4 steps";
    }
    for (uint32_t i = 0; i < row->step_count; i++) {
        if (!in_range(row->steps[i].late_ms, late_ms + 1, DAY_MS)) {
            return "lateness does not rise from step to step, within 24 hours";
        }
        if (!in_range(row->steps[i].back_permille, permille + 1, POLICY_ALL_PERMILLE)) {
            return "what is paid back does not rise from step to step, to 1000 permille at most";
        }
        late_ms = row->steps[i].late_ms;
        permille = row->steps[i].back_permille;
    }
    return NULL;
}

static const char *line_fault(const struct policy_waterfall *row, uint32_t index)
{
    const struct policy_line *line = &row->lines[index];
    const bool is_last = index + 1 == row->line_count;
    if (!in_range(line->fixed_pence, 0, PENCE_MAX) || !is_cap(line->most_pence) ||
        !in_range(line->share_permille, 0, POLICY_ALL_PERMILLE)) {
        return "an amount or share of a line is out of range";
    }
    if (row->mode == POLICY_COST_RECOVERY && line->use == POLICY_COUNCIL_REVENUE) {
        return "in cost_recovery no line goes to the council's revenue";
    }
    if (!is_last) {
        return NULL;
    }
    if (line->share_permille != POLICY_ALL_PERMILLE || line->most_pence != POLICY_NONE_PENCE) {
        return "the last line does not take all that is left";
    }
    if (row->mode == POLICY_COST_RECOVERY && line->use != POLICY_COST_RECOVERY_RESERVE) {
        return "in cost_recovery the last line is not the cost-recovery reserve";
    }
    return line->use == POLICY_DEBT_SERVICE ? "the last line is debt service" : NULL;
}

static const char *waterfall_fault(const struct policy_waterfall *row)
{
    const char *fault = NULL;
    if (!in_range(row->line_count, 1, POLICY_LINES_MAX)) {
        return "there are not 1 to 8 lines";
    }
    if (!in_range(row->rolling_years, 1, 10)) {
        return "the rolling years are not 1 to 10";
    }
    for (uint32_t i = 0; i < row->line_count && fault == NULL; i++) {
        fault = line_fault(row, i);
    }
    return fault;
}

/* Where a row begins there are the most. */
static bool is_crowded(const struct policy *policy, int32_t day)
{
    uint32_t held = 0;
    for (uint32_t i = 0; i < policy->cost_count; i++) {
        const struct policy_row *row = &policy->costs[i].row;
        held += row->from_day <= day && day <= row->until_day ? 1 : 0;
    }
    return held > POLICY_COSTS_A_DAY;
}

static const char *cost_fault(const struct policy *policy, const struct policy_cost *row)
{
    for (uint32_t hour = 0; hour < POLICY_HOURS; hour++) {
        if (!in_range(row->rate_millipence[hour], 0, POLICY_MILLIPENCE_MAX)) {
            return "a rate is not 0 to 100000 pence";
        }
        if (row->rate_millipence[hour] != row->rate_millipence[0] && row->unit != POLICY_PER_KWH) {
            return "a rate by the hour is not of energy";
        }
    }
    if (row->area != 0 && policy_area(policy, row->area) == NULL) {
        return "there is no such area";
    }
    if (is_crowded(policy, row->row.from_day)) {
        return "more than 12 costs hold on its first day";
    }
    return NULL;
}

static const char *content_fault(const struct policy *policy, enum policy_table table, uint32_t row)
{
    switch (table) {
    case POLICY_TABLE_TARIFFS:
        return tariff_fault(&policy->tariffs[row]);
    case POLICY_TABLE_NATIONAL:
        return in_range(policy->national[row].single_pence, 0, TARIFF_RATE_MAX_PENCE)
                   ? NULL
                   : "the national cap is not 0 to 100000 pence";
    case POLICY_TABLE_CAPS:
        if (policy->caps[row].class >= policy->class_count) {
            return "there is no such class of riders";
        }
        return is_cap(policy->caps[row].caps.day_pence) && is_cap(policy->caps[row].caps.week_pence)
                   ? NULL
                   : "a cap is out of range";
    case POLICY_TABLE_CONCESSIONS:
        return concession_fault(&policy->concessions[row]);
    case POLICY_TABLE_FEES:
        return fees_fault(&policy->fees[row]);
    case POLICY_TABLE_LATENESS:
        return lateness_fault(&policy->lateness[row]);
    case POLICY_TABLE_VAT:
        return in_range(policy->vat[row].rate_permille[POLICY_SMALL], 0, POLICY_ALL_PERMILLE) &&
                       in_range(policy->vat[row].rate_permille[POLICY_LARGE], 0,
                                POLICY_ALL_PERMILLE)
                   ? NULL
                   : "a rate of VAT is not 0 to 1000 permille";
    case POLICY_TABLE_WATERFALLS:
        return waterfall_fault(&policy->waterfalls[row]);
    case POLICY_TABLE_COSTS:
        return cost_fault(policy, &policy->costs[row]);
    default:
        return NULL;
    }
}

static const char *head_fault(const struct policy *policy)
{
    if (!in_range(policy->class_count, 1, POLICY_CLASSES_MAX)) {
        return "there are not 1 to 8 classes of riders";
    }
    if (policy->holiday_count > POLICY_HOLIDAYS_MAX || policy->area_count > POLICY_AREAS_MAX) {
        return "there are more holidays or areas than fit";
    }
    for (uint32_t i = 0; i < policy->class_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(policy->classes[i], policy->classes[j]) == 0) {
                return "two classes of riders have one name";
            }
        }
    }
    for (uint32_t i = 1; i < policy->holiday_count; i++) {
        if (policy->holidays[i] <= policy->holidays[i - 1]) {
            return "the holidays are not in order";
        }
    }
    for (uint32_t i = 0; i < policy->area_count; i++) {
        if (policy->areas[i].area == 0 ||
            policy_area(policy, policy->areas[i].area) != &policy->areas[i]) {
            return "an area has no number of its own";
        }
    }
    return row_fault(&policy->row);
}

/* A row of an earlier table, or of this one, with the same id. */
static bool has_twin(const struct policy *policy, enum policy_table table, uint32_t row)
{
    const char *id = policy_fault_row(policy, table, row)->id;
    for (int t = POLICY_TABLE_TARIFFS; t <= (int)table; t++) {
        const uint32_t count = policy_fault_row_count(policy, (enum policy_table)t);
        for (uint32_t i = 0; i < (t == (int)table ? row : count); i++) {
            if (strcmp(policy_fault_row(policy, (enum policy_table)t, i)->id, id) == 0) {
                return true;
            }
        }
    }
    return false;
}

static struct policy_fault rows_fault(const struct policy *policy, enum policy_table table)
{
    struct policy_fault fault = {.table = table, .other = POLICY_FAULT_NO_ROW};
    const uint32_t count = policy_fault_row_count(policy, table);
    if (count > TABLES[table].most) {
        fault.why = "there are more rows than fit";
        fault.row = POLICY_FAULT_NO_ROW;
        return fault;
    }
    for (uint32_t i = 0; i < count; i++) {
        fault.row = i;
        fault.why = row_fault(policy_fault_row(policy, table, i));
        if (fault.why == NULL) {
            fault.why = content_fault(policy, table, i);
        }
        if (fault.why == NULL && has_twin(policy, table, i)) {
            fault.why = "the id is that of an earlier row";
        }
        if (fault.why != NULL) {
            return fault;
        }
    }
    return fault;
}

static struct policy_fault overlap_fault(const struct policy *policy, enum policy_table table)
{
    const uint32_t count = policy_fault_row_count(policy, table);
    for (uint32_t i = 0; i < count; i++) {
        const struct policy_row *row = policy_fault_row(policy, table, i);
        for (uint32_t j = 0; j < i; j++) {
            const struct policy_row *other = policy_fault_row(policy, table, j);
            if (part_of(policy, table, i) == part_of(policy, table, j) &&
                row->from_day <= other->until_day && other->from_day <= row->until_day) {
                return (struct policy_fault){
                    .why = "the period overlaps that of an earlier row",
                    .table = table,
                    .row = i,
                    .other = j,
                    .day = row->from_day > other->from_day ? row->from_day : other->from_day};
            }
        }
    }
    return (struct policy_fault){0};
}

/* The row of `part` that holds on `day`, or the first after it; _NO_ROW: neither. Periods do not
 * overlap. */
static uint32_t next_row(const struct policy *policy, enum policy_table table, uint32_t part,
                         int32_t day)
{
    uint32_t best = POLICY_FAULT_NO_ROW;
    const uint32_t count = policy_fault_row_count(policy, table);
    for (uint32_t i = 0; i < count; i++) {
        const struct policy_row *row = policy_fault_row(policy, table, i);
        if (part_of(policy, table, i) == part && row->until_day >= day &&
            (best == POLICY_FAULT_NO_ROW ||
             row->from_day < policy_fault_row(policy, table, best)->from_day)) {
            best = i;
        }
    }
    return best;
}

/* From the first day to the last there is always a row. */
static struct policy_fault hole_fault(const struct policy *policy, enum policy_table table,
                                      uint32_t part)
{
    int32_t day = policy->row.from_day;
    uint32_t before = POLICY_FAULT_NO_ROW;
    while (day <= policy->row.until_day) {
        const uint32_t row = next_row(policy, table, part, day);
        if (row == POLICY_FAULT_NO_ROW || policy_fault_row(policy, table, row)->from_day > day) {
            return (struct policy_fault){.why = before == POLICY_FAULT_NO_ROW && row == before
                                                    ? "a case has no row"
                                                    : "no row holds on a day of the policy",
                                         .table = table,
                                         .row = row != POLICY_FAULT_NO_ROW ? row : before,
                                         .other = POLICY_FAULT_NO_ROW,
                                         .day = day,
                                         .part = part};
        }
        before = row;
        day = policy_fault_row(policy, table, row)->until_day + 1;
    }
    return (struct policy_fault){0};
}

/* Where rows are optional, one that ends and one that begins later leave no day between. */
static struct policy_fault gap_fault(const struct policy *policy, enum policy_table table)
{
    const uint32_t count = policy_fault_row_count(policy, table);
    for (uint32_t i = 0; i < count; i++) {
        const int32_t after = policy_fault_row(policy, table, i)->until_day + 1;
        const uint32_t next = next_row(policy, table, part_of(policy, table, i), after);
        if (next != POLICY_FAULT_NO_ROW &&
            policy_fault_row(policy, table, next)->from_day > after) {
            return (struct policy_fault){.why = "no row holds on days before this one",
                                         .table = table,
                                         .row = next,
                                         .other = i,
                                         .day = after};
        }
    }
    return (struct policy_fault){0};
}

static struct policy_fault period_fault(const struct policy *policy, enum policy_table table)
{
    struct policy_fault fault = overlap_fault(policy, table);
    for (uint32_t part = 0; part < part_count(policy, table) && fault.why == NULL; part++) {
        fault = hole_fault(policy, table, part);
    }
    return fault.why == NULL ? gap_fault(policy, table) : fault;
}

struct policy_fault policy_fault(const struct policy *policy)
{
    struct policy_fault fault = {.why = head_fault(policy),
                                 .table = POLICY_TABLE_HEAD,
                                 .row = POLICY_FAULT_NO_ROW,
                                 .other = POLICY_FAULT_NO_ROW};
    for (int t = POLICY_TABLE_TARIFFS; t < POLICY_TABLE_COUNT && fault.why == NULL; t++) {
        fault = rows_fault(policy, (enum policy_table)t);
    }
    for (int t = POLICY_TABLE_TARIFFS; t < POLICY_TABLE_COUNT && fault.why == NULL; t++) {
        fault = period_fault(policy, (enum policy_table)t);
    }
    return fault;
}
