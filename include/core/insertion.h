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
    int64_t direct_ms; /* shortest drive between their places, under the metric of now */
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
    INSERTION_NONE_FITS,    /* no usable vehicle has the seats or spaces even when empty */
    INSERTION_NONE_IN_TIME, /* *alternative_ms says when one could come */
};

struct insertion_search; /* scratch in an arena */

size_t insertion_search_cost(uint32_t plans_max);
MUST_CHECK struct insertion_search *insertion_search_init(struct arena *arena, uint32_t plans_max);

/* A precedes B: lower cost, then lower vehicle, pickup_at, dropoff_at. */
bool insertion_precedes(const struct insertion *a, const struct insertion *b);

/* Search `plans` for the request; `usable[i]` false leaves one out. Each plan is scheduled, starts
 * now or later (start_ms), and keeps its seats, spaces, privacy and shift. A planned rider who is
 * late all the same (a vehicle was held up) is not made later still.
 *
 * On FOUND *best is the winner. On NONE_IN_TIME *alternative_ms is the earliest arrival at the
 * pick-up after all planned stops of some vehicle, whatever the request's windows; INT64_MAX if
 * none. With soft limits the request's own windows and ride limit may be passed, at ten times the
 * weight of a second of waiting (at the pick-up) or riding (at the drop-off and aboard); those of
 * riders already planned never. O(plans x stops^2). */
MUST_CHECK enum insertion_result
insertion_find(struct insertion_search *search, const struct plan *plans, const bool *usable,
               uint32_t plan_count, const struct insertion_request *request,
               const struct core_config *config, struct road_query *query, struct insertion *best,
               int64_t *alternative_ms);

/* The plan with the request inserted where `insertion` says, legs filled in and scheduled as
 * insertion_find() saw it. At most four single road queries. */
void insertion_apply(struct plan *plan, const struct insertion *insertion,
                     const struct insertion_request *request, const struct core_config *config,
                     struct road_query *query);

#endif
