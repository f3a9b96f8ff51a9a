/* The figures of a run, as docs/scenario.md defines them: worked out once from what people lived
 * through and what the cars did, then written as JSON, as text, or as a page (sim/report_page.h).
 * Times are whole milliseconds inside; means and shares are rounded half up, percentiles are the
 * smallest value that at least so many are not above (nearest rank). */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <stdio.h>

#include "sim/report_areas.h"
#include "sim/report_money.h"
#include "sim/report_settlement.h"
#include "sim/world.h"

struct report_spread {
    uint32_t count;
    int64_t mean;
    int64_t p50;
    int64_t p90;
    int64_t p95;
    int64_t p99;
    int64_t max;
};

struct report {
    const char *scenario;
    uint32_t vehicles;
    uint64_t seed;
    uint32_t requests;
    uint32_t served;
    uint32_t refused;
    uint32_t cancelled;
    uint32_t gave_up; /* of those: by their riders */
    uint32_t no_shows;
    uint32_t unserved;
    uint32_t refused_by_reason[REFUSAL_COUNT];
    struct report_spread wait_ms;
    struct report_spread departure_wait_ms;
    struct report_spread ride_ms;
    struct report_spread direct_ms;
    struct report_spread detour_ms;
    struct report_spread walk_m; /* at both ends, of who walked */
    struct report_areas areas;
    int64_t drive_m[RECORD_PURPOSE_COUNT];
    int64_t drive_ms;
    bool has_remote_help;
    uint64_t help_count;
    int64_t help_ms;
    int64_t people_drive_ms; /* people aboard x driving time */
    uint32_t shared;         /* served riders who met another party aboard */
    int64_t fares_pence;
    int64_t cap_saved_pence;
    uint32_t refunds;
    uint32_t refunds_too_late; /* of rides that were forgotten */
    int64_t ledger_difference_pence;
    const struct trial_balance *balance;
    const struct settlements *settlements;
    struct report_money money;
    struct settlement_outcome if_settled;
    bool has_parking;
    uint64_t parking_full; /* vehicles that found all waiting places full, once a round */
    int64_t street_max_ms; /* the longest that an idle vehicle waited elsewhere */
    struct report_spread decide_ns;
    struct insertion_counts search;
    bool has_phases;
    int64_t phase_ns[CORE_PHASE_COUNT]; /* of one booking, on average */
    int64_t virtual_ms;
    int64_t wall_ms;
    int64_t cpu_ms;
    int64_t peak_rss_kib;
    uint64_t facts;
    uint64_t digest;
};

/* What the run took of the machine. */
struct report_cost {
    int64_t wall_ms;
    int64_t cpu_ms;
    int64_t peak_rss_kib;
};

/* From a world that has run. */
void report_make(const struct world *world, const struct report_cost *cost, struct report *report);

/* The keys of docs/scenario.md, always in the same order. False when the file cannot be written. */
MUST_CHECK bool report_write_json(const struct report *report, FILE *file);

/* A table for people. */
void report_print(const struct report *report, FILE *file);

/* "no_vehicle_in_time": why a request was refused, as one word. */
const char *report_refusal_word(enum refusal refusal);

#endif
