#include "sim/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/sort.h"
#include "sim/grow.h"

const char *report_refusal_word(enum refusal refusal)
{
    static const char *const words[REFUSAL_COUNT] = {
        [REFUSAL_NONE] = "",
        [REFUSAL_FROM_OFF_ROAD] = "from_off_road",
        [REFUSAL_TO_OFF_ROAD] = "to_off_road",
        [REFUSAL_FROM_OUTSIDE] = "from_outside",
        [REFUSAL_TO_OUTSIDE] = "to_outside",
        [REFUSAL_FROM_NO_STOPPING] = "from_no_stopping",
        [REFUSAL_TO_NO_STOPPING] = "to_no_stopping",
        [REFUSAL_SAME_PLACE] = "same_place",
        [REFUSAL_NO_WAY] = "no_way",
        [REFUSAL_TOO_LONG] = "too_long",
        [REFUSAL_TIME_PASSED] = "time_passed",
        [REFUSAL_TOO_FAR_AHEAD] = "too_far_ahead",
        [REFUSAL_NO_VEHICLE_FITS] = "no_vehicle_fits",
        [REFUSAL_NO_VEHICLE_IN_TIME] = "no_vehicle_in_time",
        [REFUSAL_FARE_CHANGED] = "fare_changed",
        [REFUSAL_BUSY] = "busy",
    };
    CHECK(refusal < REFUSAL_COUNT && words[refusal] != NULL);
    return words[refusal];
}

/* ---- Working out ---- */

static int64_t rounded(int64_t sum, int64_t count)
{
    return count == 0 ? 0 : (2 * sum + count) / (2 * count); /* half up; sums are not negative */
}

/* `values` (none negative) are sorted in place. */
static struct report_spread spread_of(uint64_t *values, uint32_t count)
{
    struct report_spread spread = {.count = count};
    int64_t sum = 0;
    if (count == 0) {
        return spread;
    }
    uint64_t *scratch = grow_new(count, sizeof *scratch);
    sort_u64(values, scratch, count);
    free(scratch);
    for (uint32_t i = 0; i < count; i++) {
        sum += (int64_t)values[i];
    }
    const struct {
        uint64_t permille;
        int64_t *value;
    } ranks[] = {{500, &spread.p50}, {900, &spread.p90}, {950, &spread.p95}, {990, &spread.p99}};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        const uint64_t rank = (ranks[i].permille * count + 999) / 1000;
        *ranks[i].value = (int64_t)values[rank - 1];
    }
    spread.mean = rounded(sum, count);
    spread.max = (int64_t)values[count - 1];
    return spread;
}

static int64_t at_least_0(int64_t value)
{
    return value > 0 ? value : 0;
}

static int64_t wait_of(const struct person *person)
{
    return at_least_0(person->arrived_ms - person->earliest_ms); /* 0 where it stood there */
}

static int64_t departure_wait_of(const struct person *person)
{
    return person->departed_ms - person->earliest_ms;
}

static int64_t ride_of(const struct person *person)
{
    return person->alighted_ms - person->departed_ms;
}

static int64_t direct_of(const struct person *person)
{
    return person->direct_ms;
}

static int64_t detour_of(const struct person *person)
{
    return at_least_0(ride_of(person) - person->direct_ms);
}

static struct report_spread served_spread(const struct world *world,
                                          int64_t (*measure)(const struct person *))
{
    const uint32_t total = world->scenario->request_count;
    uint64_t *values = grow_new(total, sizeof *values);
    uint32_t count = 0;
    for (uint32_t i = 0; i < total; i++) {
        if (world->persons[i].state == PERSON_SERVED) {
            values[count++] = (uint64_t)at_least_0(measure(&world->persons[i]));
        }
    }
    const struct report_spread spread = spread_of(values, count);
    free(values);
    return spread;
}

static void count_person(const struct person *person, struct report *report)
{
    switch (person->state) {
    case PERSON_REFUSED:
        report->refused++;
        report->refused_by_reason[person->reason]++;
        return;
    case PERSON_CANCELLED:
        report->cancelled++;
        report->gave_up += person->gave_up;
        return;
    case PERSON_NO_SHOW:
        report->no_shows++;
        return;
    case PERSON_SERVED:
        report->served++;
        report->shared += person->met_others;
        report->fares_pence += at_least_0(person->fare_pence);
        report->cap_saved_pence += person->cap_saved_pence;
        return;
    default:
        report->unserved++;
        return;
    }
}

/* The way on foot at both ends, of those who were served and walked. */
static struct report_spread walk_spread(const struct world *world)
{
    const uint32_t total = world->scenario->request_count;
    uint64_t *values = grow_new(total, sizeof *values);
    uint32_t count = 0;
    for (uint32_t i = 0; i < total; i++) {
        const struct person *person = &world->persons[i];
        const int64_t walk_m = (int64_t)person->walk_from_m + person->walk_to_m;
        if (person->state == PERSON_SERVED && walk_m > 0) {
            values[count++] = (uint64_t)walk_m;
        }
    }
    const struct report_spread spread = spread_of(values, count);
    free(values);
    return spread;
}

static struct report_spread decide_spread(const struct world *world)
{
    uint64_t *values = grow_new(world->decide_count, sizeof *values);
    for (uint32_t i = 0; i < world->decide_count; i++) {
        values[i] = (uint64_t)at_least_0(world->decide_ns[i]);
    }
    const struct report_spread spread = spread_of(values, world->decide_count);
    free(values);
    return spread;
}

static void settle(const struct world *world, struct settlement_outcome *outcome)
{
    const struct scenario *scenario = world->scenario;
    const struct calendar_civil now = calendar_civil(&scenario->calendar, world->now_ms);
    int64_t balances_pence[LEDGER_SERVICE_COUNT];
    for (uint32_t account = 0; account < LEDGER_SERVICE_COUNT; account++) {
        balances_pence[account] = -auditor_books_posted_pence(&world->auditor.books, account);
    }
    report_settlement_make(balances_pence, &scenario->policy, calendar_month(now.day), outcome);
}

void report_make(const struct world *world, const struct report_cost *cost, struct report *report)
{
    *report = (struct report){
        .scenario = world->scenario->name,
        .vehicles = world->scenario->vehicle_count,
        .seed = world->options.seed,
        .requests = world->scenario->request_count,
        .refunds = world->refund_count,
        .refunds_too_late = world->refund_too_late_count,
        .ledger_difference_pence = world->statistics.ledger_difference_pence,
        .balance = &world->balance,
        .settlements = &world->happenings.settlements,
        .has_parking = world->scenario->config.parking_count > 0,
        .parking_full = world->statistics.parking_full_count,
        .street_max_ms = world->auditor.parking.street_max_ms,
        .has_remote_help = world->scenario->remote_help.every_ms > 0,
        .help_count = world->record.help_count,
        .help_ms = world->record.help_ms,
        .virtual_ms = world->now_ms - world->began_ms,
        .wall_ms = cost->wall_ms,
        .cpu_ms = cost->cpu_ms,
        .peak_rss_kib = cost->peak_rss_kib,
        .search = world->search,
        .has_phases = world->options.phases,
        .facts = world->store.fact_count,
        .digest = world->digest,
    };
    for (uint32_t i = 0; i < report->requests; i++) {
        count_person(&world->persons[i], report);
    }
    for (size_t i = 0; i < world->record.stand_count; i++) {
        const struct record_stand *stand = &world->record.stands[i];
        report->drive_m[stand->purpose] += stand->drive_m;
        report->drive_ms += stand->drive_ms;
        report->people_drive_ms += stand->people_driven * stand->drive_ms;
    }
    report->wait_ms = served_spread(world, wait_of);
    report->departure_wait_ms = served_spread(world, departure_wait_of);
    report->ride_ms = served_spread(world, ride_of);
    report->direct_ms = served_spread(world, direct_of);
    report->detour_ms = served_spread(world, detour_of);
    report->walk_m = walk_spread(world);
    report_areas_make(world, &report->areas);
    report_money_make(&world->auditor.books, &report->money);
    settle(world, &report->if_settled);
    report->decide_ns = decide_spread(world);
    for (int phase = 0; phase < CORE_PHASE_COUNT && world->decide_count > 0; phase++) {
        report->phase_ns[phase] = world->phase_ns[phase] / world->decide_count;
    }
}

/* ---- JSON ---- */

static json_t *thousandths(int64_t value)
{
    return json_real((double)value / 1000.0);
}

/* value / unit to `places` thousandths, half up. */
static json_t *ratio(int64_t value, int64_t unit, int64_t scale)
{
    return json_real((double)rounded(value * scale, unit) / (double)scale);
}

static json_t *spread_json(const struct report_spread *spread)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "mean", thousandths(spread->mean), "p50",
                     thousandths(spread->p50), "p90", thousandths(spread->p90), "p95",
                     thousandths(spread->p95), "max", thousandths(spread->max));
}

/* What one search of the matcher looked at, on average. */
static json_t *search_json(const struct insertion_counts *counts)
{
    const int64_t searches = counts->searches > 0 ? (int64_t)counts->searches : 1;
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "searches", (json_int_t)counts->searches,
                     "ends", ratio((int64_t)counts->ends, searches, 1000), "vehicles",
                     ratio((int64_t)counts->vehicles, searches, 1000), "drives",
                     ratio((int64_t)counts->drives, searches, 1000), "trials",
                     ratio((int64_t)counts->trials, searches, 1000), "turns",
                     ratio((int64_t)counts->turns, searches, 1000));
}

/* Microseconds of each part of a decision, on average. */
static json_t *phases_json(const struct report *report)
{
    static const char *const names[CORE_PHASE_COUNT] = {
        [CORE_PHASE_PRICE] = "price", [CORE_PHASE_ENDS] = "ends",     [CORE_PHASE_LEGS] = "legs",
        [CORE_PHASE_PLANS] = "plans", [CORE_PHASE_RECORD] = "record", [CORE_PHASE_TELL] = "tell",
    };
    json_t *phases = json_object();
    for (int phase = 0; phase < CORE_PHASE_COUNT; phase++) {
        json_object_set_new(phases, names[phase], thousandths(report->phase_ns[phase]));
    }
    return phases;
}

static json_t *decide_json(const struct report_spread *spread)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "p50", thousandths(spread->p50), "p95",
                     thousandths(spread->p95), "p99", thousandths(spread->p99), "max",
                     thousandths(spread->max), "mean", thousandths(spread->mean));
}

static int64_t total_m(const struct report *report)
{
    int64_t sum = 0;
    for (int i = 0; i < RECORD_PURPOSE_COUNT; i++) {
        sum += report->drive_m[i];
    }
    return sum;
}

static json_t *purposes_json(const struct report *report)
{
    json_t *object = json_object();
    for (int i = 0; i < RECORD_PURPOSE_COUNT; i++) {
        json_object_set_new(object, record_purpose_text((enum record_purpose)i),
                            thousandths(report->drive_m[i]));
    }
    return object;
}

static json_t *reasons_json(const struct report *report)
{
    json_t *object = json_object();
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        if (report->refused_by_reason[i] > 0) {
            json_object_set_new(object, report_refusal_word((enum refusal)i),
                                json_integer(report->refused_by_reason[i]));
        }
    }
    return object;
}

static json_t *areas_json(const struct report_areas *areas)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < areas->count; i++) {
        const struct report_area *area = &areas->areas[i];
        if (area->requests > 0) {
            json_array_append_new(list,
                                  json_pack("{s:I, s:I, s:I, s:o, s:{s:o, s:o, s:o}}", "area",
                                            (json_int_t)i, "requests", (json_int_t)area->requests,
                                            "refused", (json_int_t)area->refused, "refused_share",
                                            ratio(area->refused, area->requests, 1000), "wait_s",
                                            "mean", thousandths(area->wait_mean_ms), "p95",
                                            thousandths(area->wait_p95_ms), "max",
                                            thousandths(area->wait_max_ms)));
        }
    }
    return list;
}

static json_t *worst_json(const struct report_areas *areas)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "areas", (json_int_t)areas->compared_count,
                     "wait_mean_s", thousandths(areas->worst_mean_ms), "wait_p95_s",
                     thousandths(areas->worst_p95_ms), "refused_share",
                     thousandths(areas->worst_refused_permille));
}

static void set_service(json_t *root, const struct report *report)
{
    json_object_set_new(root, "scenario", json_string(report->scenario));
    json_object_set_new(root, "vehicles", json_integer(report->vehicles));
    json_object_set_new(root, "seed", json_integer((json_int_t)report->seed));
    json_object_set_new(root, "requests", json_integer(report->requests));
    json_object_set_new(root, "served", json_integer(report->served));
    json_object_set_new(root, "refused", json_integer(report->refused));
    json_object_set_new(root, "cancelled", json_integer(report->cancelled));
    json_object_set_new(root, "cancelled_by_riders", json_integer(report->gave_up));
    json_object_set_new(root, "no_shows", json_integer(report->no_shows));
    json_object_set_new(root, "unserved", json_integer(report->unserved));
    json_object_set_new(root, "refused_by_reason", reasons_json(report));
    json_object_set_new(root, "wait_s", spread_json(&report->wait_ms));
    json_object_set_new(root, "departure_wait_s", spread_json(&report->departure_wait_ms));
    json_object_set_new(root, "ride_s", spread_json(&report->ride_ms));
    json_t *direct = json_object();
    json_object_set_new(direct, "mean", thousandths(report->direct_ms.mean));
    json_object_set_new(root, "direct_s", direct);
    json_object_set_new(root, "detour_s", spread_json(&report->detour_ms));
    json_object_set_new(root, "walked", json_integer(report->walk_m.count));
    json_object_set_new(root, "walk_m",
                        json_pack("{s:I, s:I}", "mean", (json_int_t)report->walk_m.mean, "max",
                                  (json_int_t)report->walk_m.max));
    json_object_set_new(root, "worst_area", worst_json(&report->areas));
    json_object_set_new(root, "areas", areas_json(&report->areas));
}

static void set_fleet_and_cost(json_t *root, const struct report *report)
{
    char digest[17];
    const int64_t all_m = total_m(report);
    snprintf(digest, sizeof digest, "%016" PRIx64, report->digest);
    json_object_set_new(root, "vehicle_km", thousandths(all_m));
    json_object_set_new(root, "empty_km", thousandths(all_m - report->drive_m[RECORD_OCCUPIED]));
    json_object_set_new(root, "km_by_purpose", purposes_json(report));
    if (report->has_parking) {
        json_object_set_new(root, "parking_full", json_integer((json_int_t)report->parking_full));
        json_object_set_new(root, "street_wait_max_s", thousandths(report->street_max_ms));
    }
    json_object_set_new(root, "drive_h", ratio(report->drive_ms, 3600000, 1000));
    json_object_set_new(root, "occupancy", ratio(report->people_drive_ms, report->drive_ms, 10000));
    json_object_set_new(root, "shared_share", ratio(report->shared, report->served, 10000));
    if (report->has_remote_help) {
        json_object_set_new(root, "remote_helps", json_integer((json_int_t)report->help_count));
        json_object_set_new(root, "remote_help_s", thousandths(report->help_ms));
    }
    json_object_set_new(root, "fares_pence", json_integer(report->fares_pence));
    json_object_set_new(root, "cap_saved_pence", json_integer(report->cap_saved_pence));
    json_object_set_new(root, "ledger_difference_pence",
                        json_integer(report->ledger_difference_pence));
    json_object_set_new(root, "refunds", json_integer(report->refunds));
    json_object_set_new(root, "refunds_too_late", json_integer(report->refunds_too_late));
    json_object_set_new(root, "money_pence", report_money_json(&report->money));
    json_object_set_new(root, "if_settled_now", report_settlement_json(&report->if_settled));
    json_object_set_new(root, "balances_pence", trial_balance_json(report->balance));
    json_object_set_new(root, "settlements", settlements_json(report->settlements));
    json_object_set_new(root, "decide_us", decide_json(&report->decide_ns));
    if (report->has_phases) {
        json_object_set_new(root, "phase_us", phases_json(report));
    }
    json_object_set_new(root, "per_search", search_json(&report->search));
    json_object_set_new(root, "virtual_s", thousandths(report->virtual_ms));
    json_object_set_new(root, "wall_s", thousandths(report->wall_ms));
    json_object_set_new(root, "cpu_s", thousandths(report->cpu_ms));
    json_object_set_new(root, "peak_rss_mb", ratio(report->peak_rss_kib, 1024, 10));
    json_object_set_new(root, "facts", json_integer((json_int_t)report->facts));
    json_object_set_new(root, "digest", json_string(digest));
}

bool report_write_json(const struct report *report, FILE *file)
{
    json_t *root = json_object();
    set_service(root, report);
    set_fleet_and_cost(root, report);
    const bool ok = json_dumpf(root, file, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0 &&
                    fputc('\n', file) != EOF;
    json_decref(root);
    return ok;
}

/* ---- Text ---- */

static void print_spread(FILE *file, const char *name, const struct report_spread *spread)
{
    fprintf(file, "  %-22s %8.1f %8.1f %8.1f %8.1f %8.1f\n", name, (double)spread->mean / 1000.0,
            (double)spread->p50 / 1000.0, (double)spread->p90 / 1000.0,
            (double)spread->p95 / 1000.0, (double)spread->max / 1000.0);
}

static double share_of(int64_t part, int64_t whole)
{
    return whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;
}

static void print_service(const struct report *report, FILE *file)
{
    fprintf(file, "%s: %u vehicles, %u requests\n\n", report->scenario, report->vehicles,
            report->requests);
    fprintf(file, "  %-22s %8u %7.1f %%\n", "served", report->served,
            share_of(report->served, report->requests));
    fprintf(file, "  %-22s %8u %7.1f %%\n", "refused", report->refused,
            share_of(report->refused, report->requests));
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        if (report->refused_by_reason[i] > 0) {
            fprintf(file, "    %-20s %8u\n", report_refusal_word((enum refusal)i),
                    report->refused_by_reason[i]);
        }
    }
    fprintf(file, "  %-22s %8u\n", "cancelled", report->cancelled);
    if (report->gave_up + report->no_shows > 0) {
        fprintf(file, "    %-20s %8u\n  %-22s %8u\n", "by riders", report->gave_up, "no-shows",
                report->no_shows);
    }
    fprintf(file, "  %-22s %8u\n", "unserved", report->unserved);
    fprintf(file, "\n  %-22s %8s %8s %8s %8s %8s\n", "seconds", "mean", "p50", "p90", "p95", "max");
    print_spread(file, "wait", &report->wait_ms);
    print_spread(file, "wait to departure", &report->departure_wait_ms);
    print_spread(file, "ride", &report->ride_ms);
    print_spread(file, "direct", &report->direct_ms);
    print_spread(file, "detour", &report->detour_ms);
    if (report->walk_m.count > 0) {
        fprintf(file, "\n  %-22s %8u %7.1f %%, %" PRId64 " m on average, %" PRId64 " m at most\n",
                "walked", report->walk_m.count, share_of(report->walk_m.count, report->served),
                report->walk_m.mean, report->walk_m.max);
    }
    if (report->areas.compared_count > 0) {
        fprintf(file,
                "\n  worst of %u areas: %.1f %% refused; wait %.1f seconds on average, p95 %.1f\n",
                report->areas.compared_count, (double)report->areas.worst_refused_permille / 10.0,
                (double)report->areas.worst_mean_ms / 1000.0,
                (double)report->areas.worst_p95_ms / 1000.0);
    }
}

void report_print(const struct report *report, FILE *file)
{
    const int64_t all_m = total_m(report);
    print_service(report, file);
    fprintf(file, "\n  driven %.1f km, %.1f %% of it empty; %.1f hours; occupancy %.2f\n",
            (double)all_m / 1000.0, share_of(all_m - report->drive_m[RECORD_OCCUPIED], all_m),
            (double)report->drive_ms / 3600000.0,
            share_of(report->people_drive_ms, report->drive_ms) / 100.0);
    if (report->has_parking) {
        fprintf(file,
                "  to wait: %.1f km to kerbs, %.1f km to depots and home; %" PRIu64
                " times all were full; at most %.0f seconds elsewhere\n",
                (double)report->drive_m[RECORD_REBALANCE] / 1000.0,
                (double)report->drive_m[RECORD_DEPOT] / 1000.0, report->parking_full,
                (double)report->street_max_ms / 1000.0);
    }
    if (report->has_remote_help) {
        fprintf(file, "  remote help: %" PRIu64 " times, %.0f minutes in all\n", report->help_count,
                (double)report->help_ms / 60000.0);
    }
    fprintf(file, "  shared by %.1f %% of the served\n", share_of(report->shared, report->served));
    fprintf(file, "  fares %.2f, saved by caps %.2f pounds; books differ by %" PRId64 "p\n",
            (double)report->fares_pence / 100.0, (double)report->cap_saved_pence / 100.0,
            report->ledger_difference_pence);
    report_money_print(&report->money, file);
    report_settlement_print(&report->if_settled, file);
    fprintf(file, "\n  deciding: mean %.0f, p50 %.0f, p99 %.0f, max %.0f microseconds\n",
            (double)report->decide_ns.mean / 1000.0, (double)report->decide_ns.p50 / 1000.0,
            (double)report->decide_ns.p99 / 1000.0, (double)report->decide_ns.max / 1000.0);
    fprintf(file, "  %.1f h of virtual time in %.1f s (%.1f s processor, %.0f MiB)\n",
            (double)report->virtual_ms / 3600000.0, (double)report->wall_ms / 1000.0,
            (double)report->cpu_ms / 1000.0, (double)report->peak_rss_kib / 1024.0);
    fprintf(file, "  %" PRIu64 " facts, digest %016" PRIx64 "\n", report->facts, report->digest);
}
