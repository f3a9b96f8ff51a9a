/* Which vehicle serves a request, and where its two stops go: the best feasible insertion over
 * every vehicle and every pair of positions, exact. A candidate is plain data with a total order,
 * so search order never decides. */
#ifndef CORE_INSERTION_H
#define CORE_INSERTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/fleet.h"
#include "core/plan.h"

struct insertion_request {
    struct plan_item pickup; /* leg_ms and timetable unset */
    struct plan_item dropoff;
    int64_t direct_ms; /* shortest drive between their places, under the metric of now */
    bool spares;       /* makes nobody later who is spared (core/spare.h) */
};

struct insertion {
    int64_t cost;      /* plan_cost() after less before, in weight x ms, and soft limits' penalty */
    uint32_t vehicle;  /* index into the plans */
    uint8_t pickup_at; /* position among the vehicle's stops so far: 0 .. stop_count */
    uint8_t dropoff_at; /* pickup_at .. stop_count: before which of the old stops */
    int64_t pickup_arrive_ms;
    int64_t pickup_depart_ms;
    int64_t dropoff_arrive_ms;
    struct plan_parts added; /* plan_parts() after less before: the request's own and of others */
};

struct insertion_search; /* scratch in an arena */

size_t insertion_search_cost(uint32_t vehicles_max);
MUST_CHECK struct insertion_search *insertion_search_init(struct arena *arena,
                                                          uint32_t vehicles_max);

/* A precedes B: lower cost, then lower vehicle, pickup_at, dropoff_at. */
bool insertion_precedes(const struct insertion *a, const struct insertion *b);

/* Search the fleet for the request: true and *best is the winner, or false. The index is up to
 * date (fleet_update()); plans that are looked at are brought up to fleet->now_ms. Each plan keeps
 * its seats, spaces, privacy and shift; the first `committed` stops stay first. A vehicle under way
 * may be sent to the pick-up first, from where it can next turn. A planned rider who is late all
 * the same (a vehicle was held up) is not made later still.
 *
 * With soft limits the request's own windows and ride limit may be passed: a second at the pick-up
 * costs that of waiting once more, one at the drop-off or aboard ten times that of riding
 * (core/trial.h); those of riders already planned never. Cost: the cells, the vehicles whose plans
 * end near the pick-up, and those whose legs pass both ends; not the fleet. */
MUST_CHECK bool insertion_find(struct insertion_search *search, struct fleet *fleet,
                               const struct insertion_request *request,
                               const struct core_config *config, struct insertion *best);

/* The same, for an insertion that costs less than `limit`; the smaller that is, the quicker. */
MUST_CHECK bool insertion_find_below(struct insertion_search *search, struct fleet *fleet,
                                     const struct insertion_request *request,
                                     const struct core_config *config, int64_t limit,
                                     struct insertion *best);

/* The best candidates of other vehicles that the last search priced, the best first; at most
 * INSERTION_SEEN_MAX - 1, each of another vehicle than *best. Each is feasible and costs what it
 * says, but bounds had left others out by then: a vehicle's own best may cost less, though never
 * less than the winner, and a vehicle that is not here may cost less than one that is. Only
 * insertion_find_beside() looks for them among those behind all their stops that cost no more above
 * the winner than the stands do. O(1). */
#define INSERTION_SEEN_MAX 4
uint32_t insertion_others(const struct insertion_search *search, const struct insertion *best,
                          struct insertion others[INSERTION_SEEN_MAX]);

/* The same, where the plans of some vehicles are others than the index knows: for a look at what
 * would be, which spares all updates of the index. They hold the times of whoever is to be spared
 * already (spare_hold(), of what they were). The vehicles are usable, each is named once, and there
 * is a way for the request. Without `wants_others` insertion_others() is not to be asked. */
MUST_CHECK bool insertion_find_beside(struct insertion_search *search, struct fleet *fleet,
                                      const uint32_t *changed, uint32_t changed_count,
                                      bool wants_others, const struct insertion_request *request,
                                      const struct core_config *config, int64_t limit,
                                      struct insertion *best);

/* Put what such a plan offers in place of *best, if it precedes that. No search. */
void insertion_look_beside(struct insertion_search *search, struct fleet *fleet, uint32_t changed,
                           const struct insertion_request *request,
                           const struct core_config *config, struct insertion *best);

/* The earliest arrival at the pick-up after all planned stops of some usable vehicle that has the
 * seats and spaces and is still in its shift then, whatever the request's windows; INT64_MAX if
 * there is none. O(vehicles). */
int64_t insertion_alternative_ms(struct insertion_search *search, struct fleet *fleet,
                                 const struct insertion_request *request,
                                 const struct core_config *config);

/* Put the request into fleet->plans[insertion->vehicle] where `insertion` says, as insertion_find()
 * saw it, legs filled in and scheduled; the index is not touched. At most four single road queries
 * and a path. */
void insertion_apply(struct fleet *fleet, const struct insertion *insertion,
                     const struct insertion_request *request, const struct core_config *config);

/* What the searches so far have cost, for benchmarks. */
struct insertion_counts {
    uint64_t searches;
    uint64_t ends;     /* vehicles tried behind all their stops */
    uint64_t vehicles; /* whose plans were searched */
    uint64_t drives;   /* travel times asked */
    uint64_t trials;   /* candidates written out */
    uint64_t turns;    /* drives followed to where a vehicle under way can turn */
};
void insertion_counts(const struct insertion_search *search, struct insertion_counts *counts);

#endif
