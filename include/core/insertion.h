/* Which vehicle serves a request, and where its two stops go: the best feasible insertion over
 * every vehicle and every pair of positions, exact. A candidate is plain data with a total order,
 * so search order never decides. */
#ifndef CORE_INSERTION_H
#define CORE_INSERTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/plan.h"
#include "road/query.h"

struct insertion_request {
    struct plan_item pickup; /* leg_ms and timetable unset */
    struct plan_item dropoff;
    int64_t direct_ms;
};

struct insertion {
    int64_t cost;      /* plan_cost() after less before, in weight x ms, and soft limits' penalty */
    uint32_t vehicle;  /* index into the plans */
    uint8_t pickup_at; /* position among the vehicle's stops so far: 0 .. stop_count */
    uint8_t dropoff_at; /* pickup_at .. stop_count: before which of the old stops */
    int64_t pickup_arrive_ms;
    int64_t pickup_depart_ms;
    int64_t dropoff_arrive_ms;
};

enum insertion_result {
    INSERTION_FOUND,
    INSERTION_NONE_FITS,    /* no candidate vehicle has the seats or spaces even when empty */
    INSERTION_NONE_IN_TIME, /* alternative_ms: the earliest pick-up without the request's own window
                             */
};

struct insertion_search; /* scratch in an arena */

size_t insertion_search_cost(uint32_t plans_max);
MUST_CHECK struct insertion_search *insertion_search_init(struct arena *arena, uint32_t plans_max);

/* A precedes B: lower cost, then lower vehicle, pickup_at, dropoff_at. */
bool insertion_precedes(const struct insertion *a, const struct insertion *b);

/* Search `plans` (each scheduled and feasible; `usable[i]` false leaves one out) for the request at
 * `now_ms`. On FOUND *best is the winner. On NONE_IN_TIME *alternative_ms is the earliest arrival
 * at the pick-up after all planned stops of some vehicle, INT64_MAX if none. With soft limits the
 * request's own windows and ride limit may be passed at a cost of ten times its weight; those of
 * riders already planned never. O(plans x stops^2). */
MUST_CHECK enum insertion_result
insertion_find(struct insertion_search *search, const struct plan *plans, const bool *usable,
               uint32_t plan_count, const struct insertion_request *request, int64_t now_ms,
               const struct core_config *config, struct road_query *query, struct insertion *best,
               int64_t *alternative_ms);

/* The plan with the request inserted where `insertion` says, legs filled in and scheduled. */
void insertion_apply(struct plan *plan, const struct insertion *insertion,
                     const struct insertion_request *request, const struct core_config *config,
                     struct road_query *query);

#endif
