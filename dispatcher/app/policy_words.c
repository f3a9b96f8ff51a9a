/* One function a table. Amounts are pounds with two digits, as on a receipt. */
#include "app/policy_words.h"

#include <inttypes.h>

#include "core/calendar.h"
#include "core/fare.h"
#include "core/policy_fault.h"
#include "input/timezone.h"

#define EXAMPLES    4
#define RIDES_A_DAY 5

static void put_pounds(int64_t pence, FILE *out)
{
    fprintf(out, "%" PRId64 ".%02" PRId64, pence / 100, pence % 100);
}

/* 1234 thousandths of a penny: "1.234p". */
static void put_rate(int64_t millipence, FILE *out)
{
    fprintf(out, "%" PRId64, millipence / 1000);
    if (millipence % 1000 != 0)
        fprintf(out, ".%03" PRId64, millipence % 1000);
    fputc('p', out);
}

static void put_percent(int64_t permille, FILE *out)
{
    fprintf(out, "%" PRId64, permille / 10);
    if (permille % 10 != 0)
        fprintf(out, ".%" PRId64, permille % 10);
    fputs(" %", out);
}

static void put_duration(int64_t ms, FILE *out)
{
    const int64_t s = ms / 1000;
    if (s >= 60)
        fprintf(out, "%" PRId64 " min", s / 60);
    if (s < 60 || s % 60 != 0)
        fprintf(out, "%s%" PRId64 " s", s >= 60 ? " " : "", s % 60);
}

static void put_period(const struct policy_row *row, FILE *out)
{
    char from[TIMEZONE_DAY_MAX];
    char until[TIMEZONE_DAY_MAX];
    timezone_format_day(row->from_day, from);
    timezone_format_day(row->until_day, until);
    if (row->from_day == POLICY_DAY_MIN && row->until_day == POLICY_DAY_MAX)
        fputs("always", out);
    else
        fprintf(out, "%s to %s", from, until);
}

/* "    (small-shared, 2025-04-01 to 2027-03-31; Council, minute 41)" */
static void put_row(const struct policy_row *row, FILE *out)
{
    fprintf(out, "    (%s, ", row->id);
    put_period(row, out);
    fprintf(out, "; %s)\n", row->resolution);
}

static void put_hours(const struct policy_hours *hours, FILE *out)
{
    for (uint32_t i = 0; i < hours->count; i++) {
        const struct policy_window *window = &hours->windows[i];
        const char *days = window->weekdays && window->free_days ? "every day"
                           : window->weekdays                    ? "weekdays"
                                                                 : "weekends and bank holidays";
        fprintf(out, "%s%s %02u:%02u to %02u:%02u", i > 0 ? ", " : "", days,
                window->from_minute / 60u, window->from_minute % 60u, window->until_minute / 60u,
                window->until_minute % 60u);
    }
}

static void put_cap(const char *what, int64_t pence, FILE *out)
{
    if (pence == POLICY_NONE_PENCE) {
        fprintf(out, "no limit %s", what);
        return;
    }
    put_pounds(pence, out);
    fprintf(out, " %s", what);
}

static void explain_head(const struct policy *policy, FILE *out)
{
    fprintf(out, "%s: %s\n  in force ", policy->row.id, policy->name);
    put_period(&policy->row, out);
    fprintf(out, "; rests on: %s\n  SHA-256 ", policy->row.resolution);
    for (uint32_t i = 0; i < POLICY_HASH_SIZE; i++)
        fprintf(out, "%02x", policy->hash[i]);
    fprintf(out, "\n  amounts in pounds; travel days run from 04:30 to 04:29\n");
}

static void explain_tariffs(const struct policy *policy, FILE *out)
{
    fputs("\nFares. Nothing in them depends on how many others travel.\n", out);
    for (uint32_t i = 0; i < policy->tariff_count; i++) {
        const struct policy_tariff *row = &policy->tariffs[i];
        fprintf(out, "  %s vehicle (designed for %s), %s: ", policy_kind_text(row->kind),
                row->kind == POLICY_LARGE ? "10 or more" : "fewer than 10",
                row->shared ? "shared" : "alone");
        put_pounds(row->tariff.base_pence, out);
        fputs(", and ", out);
        put_pounds(row->tariff.per_km_pence, out);
        fputs(" a km and ", out);
        put_pounds(row->tariff.per_minute_pence, out);
        fputs(" a minute\n    of the shortest drive; at least ", out);
        put_pounds(row->tariff.minimum_pence, out);
        fputs(", at most ", out);
        put_pounds(row->tariff.single_cap_pence, out);
        fputc('\n', out);
        if (row->off_peak.count > 0) {
            fputs("    ", out);
            put_percent(row->off_peak_permille, out);
            fputs(" less ", out);
            put_hours(&row->off_peak, out);
            fputc('\n', out);
        }
        put_row(&row->row, out);
    }
}

static void explain_caps(const struct policy *policy, FILE *out)
{
    fputs("\nCaps. One person never pays more.\n", out);
    for (uint32_t i = 0; i < policy->national_count; i++) {
        fprintf(out, "  national cap, %s: ",
                policy->national[i].shared_only ? "shared rides" : "all rides");
        put_cap("a ride\n", policy->national[i].single_pence, out);
        put_row(&policy->national[i].row, out);
    }
    for (uint32_t i = 0; i < policy->caps_count; i++) {
        const struct policy_caps *row = &policy->caps[i];
        fprintf(out, "  %s: ", policy->classes[row->class]);
        put_cap("a day, ", row->caps.day_pence, out);
        put_cap("a week\n", row->caps.week_pence, out);
        put_row(&row->row, out);
    }
}

static void explain_concessions(const struct policy *policy, FILE *out)
{
    fputs(policy->concession_count > 0 ? "\nConcessions\n" : "\nNo concessions.\n", out);
    for (uint32_t i = 0; i < policy->concession_count; i++) {
        const struct policy_concession *row = &policy->concessions[i];
        fprintf(out, "  scheme %" PRIu32 ", %s: the rider pays ", row->scheme, row->name);
        put_percent(row->rider_permille, out);
        fprintf(out, " of the fare, %s the rest\n    %s ", row->funder,
                row->shared_only ? "shared rides," : "all rides,");
        put_hours(&row->hours, out);
        fputc('\n', out);
        put_row(&row->row, out);
    }
}

static void explain_fees(const struct policy *policy, FILE *out)
{
    fputs(policy->fees_count > 0 ? "\nFees\n" : "\nNo fees for cancelling or not coming.\n", out);
    for (uint32_t i = 0; i < policy->fees_count; i++) {
        const struct policy_fees *row = &policy->fees[i];
        fputs("  cancelling is free for ", out);
        put_duration(row->free_after_booking_ms, out);
        fputs(" after booking and until ", out);
        put_duration(row->free_before_pickup_ms, out);
        fputs(" before the pick-up; then ", out);
        put_pounds(row->cancel_pence, out);
        fputs("\n  not coming: ", out);
        put_pounds(row->no_show_pence, out);
        fputs("; never more than the quote\n", out);
        put_row(&row->row, out);
    }
    fputs(policy->lateness_count > 0 ? "\nCompensation, by itself, when the vehicle is late\n"
                                     : "\nNo compensation for a late vehicle.\n",
          out);
    for (uint32_t i = 0; i < policy->lateness_count; i++) {
        const struct policy_lateness *row = &policy->lateness[i];
        for (uint32_t step = 0; step < row->step_count; step++) {
            fputs("  by ", out);
            put_duration(row->steps[step].late_ms, out);
            fputs(" or more: ", out);
            put_percent(row->steps[step].back_permille, out);
            fputs(" of what was paid\n", out);
        }
        put_row(&row->row, out);
    }
}

static void explain_vat(const struct policy *policy, FILE *out)
{
    fputs("\nVAT, within the fare, by the vehicle used\n", out);
    for (uint32_t i = 0; i < policy->vat_count; i++) {
        fputs("  small ", out);
        put_percent(policy->vat[i].rate_permille[POLICY_SMALL], out);
        fputs(", large ", out);
        put_percent(policy->vat[i].rate_permille[POLICY_LARGE], out);
        fputc('\n', out);
        put_row(&policy->vat[i].row, out);
    }
}

static void explain_line(const struct policy_line *line, uint32_t number, FILE *out)
{
    fprintf(out, "    %" PRIu32 ". %s (%s): ", number, line->name, policy_use_text(line->use));
    if (line->share_permille == POLICY_ALL_PERMILLE) {
        fputs("all that is left\n", out);
        return;
    }
    if (line->fixed_pence > 0) {
        put_pounds(line->fixed_pence, out);
        fputs(line->share_permille > 0 ? " and " : " a month", out);
    }
    if (line->share_permille > 0) {
        put_percent(line->share_permille, out);
        fputs(" of what is left", out);
    }
    if (line->most_pence != POLICY_NONE_PENCE) {
        fputs(", at most ", out);
        put_pounds(line->most_pence, out);
    }
    fputc('\n', out);
}

static void explain_waterfalls(const struct policy *policy, FILE *out)
{
    static const char *const MODES[] = {
        [POLICY_COST_RECOVERY] = "fares may only recover costs",
        [POLICY_COMPANY] = "a company of the council's",
        [POLICY_OTHER] = "as the resolution says",
    };
    static const char *const LOSSES[] = {
        [POLICY_LOSS_CARRIED] = "later surpluses, before anything else",
        [POLICY_LOSS_RESERVE] = "the cost-recovery reserve, then later surpluses",
        [POLICY_LOSS_COUNCIL] = "the council's revenue",
    };
    fputs("\nWhat is left of a month's income after its costs\n", out);
    for (uint32_t i = 0; i < policy->waterfall_count; i++) {
        const struct policy_waterfall *row = &policy->waterfalls[i];
        fprintf(out, "  %s (%s), over %" PRId64 " years; a loss is borne by %s\n",
                policy_mode_text(row->mode), MODES[row->mode], row->rolling_years,
                LOSSES[row->loss]);
        for (uint32_t line = 0; line < row->line_count; line++)
            explain_line(&row->lines[line], line + 1, out);
        put_row(&row->row, out);
    }
}

static void put_hourly(const struct policy_cost *cost, FILE *out)
{
    for (uint32_t hour = 0; hour < POLICY_HOURS;) {
        uint32_t end = hour + 1;
        while (end < POLICY_HOURS && cost->rate_millipence[end] == cost->rate_millipence[hour])
            end++;
        fputs(hour > 0 ? ", " : "", out);
        put_rate(cost->rate_millipence[hour], out);
        if (end - hour < POLICY_HOURS)
            fprintf(out, " from %02" PRIu32 ":00 to %02" PRIu32 ":00", hour, end);
        hour = end;
    }
}

static void explain_costs(const struct policy *policy, FILE *out)
{
    fputs(policy->cost_count > 0 ? "\nWhat the service pays\n" : "\nNo cost rates.\n", out);
    for (uint32_t i = 0; i < policy->cost_count; i++) {
        const struct policy_cost *row = &policy->costs[i];
        const struct policy_area *area = policy_area(policy, row->area);
        fprintf(out, "  %s, per %s: ", policy_category_text(row->category),
                policy_unit_text(row->unit));
        put_hourly(row, out);
        fprintf(out, "\n    to %s", row->supplier);
        if (area != NULL)
            fprintf(out, ", %s (%s)", area->name, area->is_local ? "local" : "not local");
        fputc('\n', out);
        put_row(&row->row, out);
    }
}

void policy_words_explain(const struct policy *policy, FILE *out)
{
    explain_head(policy, out);
    explain_tariffs(policy, out);
    explain_caps(policy, out);
    explain_concessions(policy, out);
    explain_fees(policy, out);
    explain_vat(policy, out);
    explain_waterfalls(policy, out);
    explain_costs(policy, out);
}

/* ---- Example rides ---- */

static const struct {
    int64_t distance_m;
    int64_t duration_ms;
} DRIVES[EXAMPLES] = {{1000, 240000}, {3000, 540000}, {6000, 900000}, {12000, 1500000}};

static struct fare price(const struct policy *policy, int32_t day, uint32_t drive, uint32_t hour,
                         enum policy_kind kind, bool shared, uint32_t scheme)
{
    const struct fare_trip trip = {.distance_m = DRIVES[drive].distance_m,
                                   .duration_ms = DRIVES[drive].duration_ms,
                                   .day = day,
                                   .civil = {day, hour * 60},
                                   .kind = kind,
                                   .shared = shared,
                                   .scheme = scheme};
    struct fare fare;
    CHECK(fare_quote(policy, &trip, &fare) == TARIFF_OK);
    return fare;
}

static void put_column(int64_t pence, FILE *out)
{
    fprintf(out, " %7" PRId64 ".%02" PRId64, pence / 100, pence % 100);
}

static void price_drives(const struct policy *policy, int32_t day, FILE *out)
{
    static const uint32_t HOURS[] = {8, 11};
    fprintf(out, "  at      km  min %10s %10s %10s %10s", "small", "small", "large", "large");
    for (uint32_t scheme = 1; scheme <= POLICY_SCHEMES_MAX; scheme++) {
        if (policy_concession(policy, day, scheme) != NULL)
            fprintf(out, "   scheme %" PRIu32, scheme);
    }
    fprintf(out, "\n                  %10s %10s %10s %10s\n", "shared", "alone", "shared", "alone");
    for (uint32_t i = 0; i < EXAMPLES * 2; i++) {
        const uint32_t drive = i / 2;
        const uint32_t hour = HOURS[i % 2];
        fprintf(out, "  %02" PRIu32 ":00 %4" PRId64 " %4" PRId64 " ", hour,
                DRIVES[drive].distance_m / 1000, DRIVES[drive].duration_ms / 60000);
        for (uint32_t column = 0; column < 2 * POLICY_KIND_COUNT; column++) {
            const struct fare fare =
                price(policy, day, drive, hour, (enum policy_kind)(column / 2), column % 2 == 0, 0);
            put_column(fare_due_pence(&fare), out);
        }
        for (uint32_t scheme = 1; scheme <= POLICY_SCHEMES_MAX; scheme++) {
            const struct fare fare = price(policy, day, drive, hour, POLICY_SMALL, true, scheme);
            if (policy_concession(policy, day, scheme) != NULL)
                put_column(fare_due_pence(&fare), out);
        }
        fputc('\n', out);
    }
}

/* The last of the drives, again and again: the caps leave less and less. */
static void price_days(const struct policy *policy, int32_t day, FILE *out)
{
    const struct fare fare = price(policy, day, EXAMPLES - 1, 8, POLICY_SMALL, true, 0);
    fprintf(out, "\n  The last of them, shared, at 08:00, %d times on one day:\n", RIDES_A_DAY);
    for (uint32_t class = 0; class < policy->class_count; class ++) {
        const struct caps *caps = &policy_caps(policy, day, class)->caps;
        const int64_t most =
            caps->day_pence < caps->week_pence ? caps->day_pence : caps->week_pence;
        int64_t paid = 0;
        fprintf(out, "    %-12s", policy->classes[class]);
        for (int ride = 0; ride < RIDES_A_DAY; ride++) {
            const int64_t due = fare_due_pence(&fare);
            const int64_t pays = due < most - paid ? due : most - paid;
            put_column(pays, out);
            paid += pays;
        }
        fputs("  together", out);
        put_column(paid, out);
        fputc('\n', out);
    }
}

void policy_words_price(const struct policy *policy, int32_t day, FILE *out)
{
    char text[TIMEZONE_DAY_MAX];
    timezone_format_day(day, text);
    fprintf(out, "\nExample rides on %s: what a rider pays\n", text);
    price_drives(policy, day, out);
    price_days(policy, day, out);
}
