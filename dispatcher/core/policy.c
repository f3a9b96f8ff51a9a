/* Each lookup walks one short table for the row that holds on the day. */
#include "core/policy.h"

#include <string.h>

#include "base/check.h"
#include "core/bill.h"
#include "core/calendar.h"

#define WEEKDAYS           5
#define ZERO_RATED         0
#define STANDARD_VAT       200
#define MINUTES_IN_DAY     1440
#define COST_RECOVERY_YEAR 3

enum policy_kind policy_kind(uint32_t designed_for)
{
    return designed_for < POLICY_LARGE_FROM ? POLICY_SMALL : POLICY_LARGE;
}

static void fill_text(char *text, size_t size, const char *content)
{
    CHECK(strlen(content) < size);
    memset(text, 0, size);
    memcpy(text, content, strlen(content) + 1);
}

static struct policy_row default_row(const char *id)
{
    struct policy_row row = {.from_day = POLICY_DAY_MIN, .until_day = POLICY_DAY_MAX};
    fill_text(row.id, sizeof row.id, id);
    fill_text(row.resolution, sizeof row.resolution, "built in: the council has decided nothing");
    return row;
}

void policy_default(struct policy *policy)
{
    static const char *const TARIFF_IDS[POLICY_KIND_COUNT][2] = {
        [POLICY_SMALL] = {"small-private", "small-shared"},
        [POLICY_LARGE] = {"large-private", "large-shared"},
    };
    static const struct tariff TARIFF = {.base_pence = 100,
                                         .per_km_pence = 40,
                                         .per_minute_pence = 5,
                                         .minimum_pence = 150,
                                         .single_cap_pence = 300};
    memset(policy, 0, sizeof *policy);
    policy->row = default_row("default");
    fill_text(policy->name, sizeof policy->name, "Built-in policy");
    policy->class_count = 1;
    fill_text(policy->classes[0], sizeof policy->classes[0], "adult");
    for (uint32_t i = 0; i < 2 * POLICY_KIND_COUNT; i++) {
        policy->tariffs[policy->tariff_count++] = (struct policy_tariff){
            .row = default_row(TARIFF_IDS[i / 2][i % 2]),
            .kind = (enum policy_kind)(i / 2),
            .shared = i % 2 == 1,
            .tariff = TARIFF,
        };
    }
    policy->caps[policy->caps_count++] = (struct policy_caps){
        .row = default_row("caps"), .caps = {.day_pence = 750, .week_pence = 3000}};
    policy->vat[policy->vat_count++] = (struct policy_vat){
        .row = default_row("vat"),
        .rate_permille = {[POLICY_SMALL] = STANDARD_VAT, [POLICY_LARGE] = ZERO_RATED}};
    struct policy_waterfall *waterfall = &policy->waterfalls[policy->waterfall_count++];
    *waterfall = (struct policy_waterfall){.row = default_row("surplus"),
                                           .mode = POLICY_COST_RECOVERY,
                                           .rolling_years = COST_RECOVERY_YEAR,
                                           .loss = POLICY_LOSS_CARRIED,
                                           .line_count = 1};
    waterfall->lines[0] = (struct policy_line){.use = POLICY_COST_RECOVERY_RESERVE,
                                               .share_permille = POLICY_ALL_PERMILLE,
                                               .most_pence = POLICY_NONE_PENCE};
    fill_text(waterfall->lines[0].name, sizeof waterfall->lines[0].name, "cost-recovery reserve");
}

bool policy_holds(const struct policy *policy, int32_t day)
{
    return day >= policy->row.from_day && day <= policy->row.until_day;
}

/* The nearest day of the policy's period. */
static int32_t within(const struct policy *policy, int32_t day)
{
    if (day < policy->row.from_day) {
        return policy->row.from_day;
    }
    return day > policy->row.until_day ? policy->row.until_day : day;
}

static bool holds(const struct policy *policy, const struct policy_row *row, int32_t day)
{
    const int32_t now = within(policy, day);
    return now >= row->from_day && now <= row->until_day;
}

const struct policy_tariff *policy_tariff(const struct policy *policy, int32_t day,
                                          enum policy_kind kind, bool shared)
{
    const struct policy_tariff *found = NULL;
    for (uint32_t i = 0; i < policy->tariff_count && found == NULL; i++) {
        const struct policy_tariff *tariff = &policy->tariffs[i];
        if (tariff->kind == kind && tariff->shared == shared && holds(policy, &tariff->row, day)) {
            found = tariff;
        }
    }
    CHECK(found != NULL);
    return found;
}

const struct policy_national *policy_national(const struct policy *policy, int32_t day)
{
    for (uint32_t i = 0; i < policy->national_count; i++) {
        if (holds(policy, &policy->national[i].row, day)) {
            return &policy->national[i];
        }
    }
    return NULL;
}

const char *policy_class_name(const struct policy *policy, uint32_t class)
{
    return class < policy->class_count ? policy->classes[class] : "";
}

const char *policy_scheme_name(const struct policy *policy, uint32_t scheme)
{
    for (uint32_t i = 0; i < policy->concession_count; i++) {
        if (policy->concessions[i].scheme == scheme) {
            return policy->concessions[i].name;
        }
    }
    return "";
}

const struct policy_caps *policy_caps(const struct policy *policy, int32_t day, uint32_t class)
{
    const uint32_t known = class < policy->class_count ? class : 0;
    const struct policy_caps *found = NULL;
    for (uint32_t i = 0; i < policy->caps_count && found == NULL; i++) {
        if (policy->caps[i].class == known && holds(policy, &policy->caps[i].row, day)) {
            found = &policy->caps[i];
        }
    }
    CHECK(found != NULL);
    return found;
}

const struct policy_concession *policy_concession(const struct policy *policy, int32_t day,
                                                  uint32_t scheme)
{
    for (uint32_t i = 0; i < policy->concession_count; i++) {
        if (policy->concessions[i].scheme == scheme &&
            holds(policy, &policy->concessions[i].row, day)) {
            return &policy->concessions[i];
        }
    }
    return NULL;
}

static bool is_holiday(const struct policy *policy, int32_t civil_day)
{
    uint32_t low = 0;
    uint32_t high = policy->holiday_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (policy->holidays[middle] < civil_day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < policy->holiday_count && policy->holidays[low] == civil_day;
}

bool policy_in_hours(const struct policy *policy, const struct policy_hours *hours,
                     int32_t civil_day, uint32_t minute)
{
    CHECK(minute < MINUTES_IN_DAY);
    if (hours->count == 0) {
        return false;
    }
    const bool is_free =
        calendar_day_of_week(civil_day) >= WEEKDAYS || is_holiday(policy, civil_day);
    for (uint32_t i = 0; i < hours->count; i++) {
        const struct policy_window *window = &hours->windows[i];
        if ((is_free ? window->free_days : window->weekdays) && minute >= window->from_minute &&
            minute < window->until_minute) {
            return true;
        }
    }
    return false;
}

const struct policy_fees *policy_fees(const struct policy *policy, int32_t day)
{
    for (uint32_t i = 0; i < policy->fees_count; i++) {
        if (holds(policy, &policy->fees[i].row, day)) {
            return &policy->fees[i];
        }
    }
    return NULL;
}

int64_t policy_cancel_pence(const struct policy *policy, int32_t day, int64_t booked_ms,
                            int64_t promised_ms, int64_t at_ms)
{
    const struct policy_fees *fees = policy_fees(policy, day);
    if (fees == NULL || at_ms <= booked_ms + fees->free_after_booking_ms ||
        at_ms <= promised_ms - fees->free_before_pickup_ms) {
        return 0;
    }
    return fees->cancel_pence;
}

int64_t policy_no_show_pence(const struct policy *policy, int32_t day)
{
    const struct policy_fees *fees = policy_fees(policy, day);
    return fees != NULL ? fees->no_show_pence : 0;
}

const struct policy_lateness *policy_lateness(const struct policy *policy, int32_t day)
{
    for (uint32_t i = 0; i < policy->lateness_count; i++) {
        if (holds(policy, &policy->lateness[i].row, day)) {
            return &policy->lateness[i];
        }
    }
    return NULL;
}

/* Half a penny up. */
static int64_t share(int64_t pence, int64_t permille)
{
    CHECK(pence >= 0);
    CHECK(pence <= PENCE_MAX);
    return (pence * permille + POLICY_ALL_PERMILLE / 2) / POLICY_ALL_PERMILLE;
}

int64_t policy_lateness_pence(const struct policy *policy, int32_t day, int64_t late_ms,
                              int64_t charge_pence)
{
    const struct policy_lateness *lateness = policy_lateness(policy, day);
    int64_t permille = 0;
    for (uint32_t i = 0; lateness != NULL && i < lateness->step_count; i++) {
        if (late_ms >= lateness->steps[i].late_ms) {
            permille = lateness->steps[i].back_permille;
        }
    }
    return share(charge_pence, permille);
}

int64_t policy_vat_permille(const struct policy *policy, int32_t day, enum policy_kind kind)
{
    const struct policy_vat *found = NULL;
    for (uint32_t i = 0; i < policy->vat_count && found == NULL; i++) {
        if (holds(policy, &policy->vat[i].row, day)) {
            found = &policy->vat[i];
        }
    }
    CHECK(found != NULL);
    return found->rate_permille[kind];
}

int64_t policy_vat_pence(const struct policy *policy, int32_t day, enum policy_kind kind,
                         int64_t gross_pence)
{
    return bill_vat_pence(gross_pence, (int32_t)policy_vat_permille(policy, day, kind));
}

const struct policy_waterfall *policy_waterfall(const struct policy *policy, int32_t day)
{
    const struct policy_waterfall *found = NULL;
    for (uint32_t i = 0; i < policy->waterfall_count && found == NULL; i++) {
        if (holds(policy, &policy->waterfalls[i].row, day)) {
            found = &policy->waterfalls[i];
        }
    }
    CHECK(found != NULL);
    return found;
}

int64_t policy_line_pence(const struct policy_line *line, int64_t left_pence)
{
    CHECK(left_pence >= 0);
    CHECK(left_pence <= PENCE_MAX);
    int64_t taken = line->fixed_pence + left_pence * line->share_permille / POLICY_ALL_PERMILLE;
    if (taken > line->most_pence) {
        taken = line->most_pence;
    }
    return taken > left_pence ? left_pence : taken;
}

const struct policy_cost *policy_cost(const struct policy *policy, int32_t day,
                                      enum policy_cost_category category, enum policy_unit unit)
{
    for (uint32_t i = 0; i < policy->cost_count; i++) {
        const struct policy_cost *cost = &policy->costs[i];
        if (cost->category == category && cost->unit == unit && holds(policy, &cost->row, day)) {
            return cost;
        }
    }
    return NULL;
}

const struct policy_area *policy_area(const struct policy *policy, uint32_t area)
{
    for (uint32_t i = 0; i < policy->area_count; i++) {
        if (policy->areas[i].area == area) {
            return &policy->areas[i];
        }
    }
    return NULL;
}

const char *policy_kind_text(enum policy_kind kind)
{
    return kind == POLICY_LARGE ? "large" : "small";
}

const char *policy_mode_text(enum policy_mode mode)
{
    static const char *const TEXTS[] = {"cost_recovery", "company", "other"};
    return TEXTS[mode];
}

const char *policy_loss_text(enum policy_loss loss)
{
    static const char *const TEXTS[] = {"carried", "reserve", "council"};
    return TEXTS[loss];
}

const char *policy_use_text(enum policy_use use)
{
    static const char *const TEXTS[] = {"debt_service", "renewals_reserve", "ward_fund",
                                        "cost_recovery_reserve", "council_revenue"};
    return TEXTS[use];
}

const char *policy_category_text(enum policy_cost_category category)
{
    static const char *const TEXTS[POLICY_COST_CATEGORIES] = {
        "energy",       "cleaning",    "maintenance", "insurance",
        "connectivity", "remote_help", "capital",     "other"};
    return TEXTS[category];
}

const char *policy_unit_text(enum policy_unit unit)
{
    static const char *const TEXTS[POLICY_UNIT_COUNT] = {
        "km", "hour", "kwh", "ride", "remote_minute", "vehicle_day", "visit"};
    return TEXTS[unit];
}
