/* The search within one vehicle's plan: every pair of positions that lower bounds leave. */
#ifndef CORE_PROBE_H
#define CORE_PROBE_H

#include "core/fleet.h"
#include "core/insertion.h"
#include "core/route.h"

#define PROBE_UNKNOWN INT64_MIN /* a drive that was not asked for yet */

struct probe_counts {
    uint64_t vehicles; /* probed */
    uint64_t drives;   /* travel times asked */
    uint64_t trials;   /* candidates written out */
    uint64_t turns;    /* drives followed to where a vehicle under way can turn */
};

/* A request against one vehicle after another. */
struct probe {
    struct fleet *fleet;
    const struct insertion_request *request;
    const struct core_config *config;
    uint32_t pickup_cell;
    uint32_t dropoff_cell;
    uint32_t leave_units; /* road_cells_leave() of the pick-up */
    uint32_t enter_units; /* ... and road_cells_enter() */
    struct probe_counts *counts;
    bool is_indexed; /* the fleet's index knows the plans as they are */
    bool selfish; /* promises to planned riders do not count: to see whether it is they that matter
                   */
    bool wants_others; /* `seen` is wanted, too */
    bool spares; /* as the request says; a plan that holds its riders' times already does not need
                    it */
    uint32_t seen_count;
    struct insertion seen[INSERTION_SEEN_MAX]; /* the best priced, one a vehicle, the best first */

    /* The vehicle under search. */
    uint32_t vehicle;
    struct plan plan; /* as planned, with limits already broken taken as they are */
    struct plan trial;
    struct route route;
    bool loose;                                 /* for this request: nothing bounds its costs */
    bool advanced;                              /* the start is where the vehicle can next turn */
    int64_t to_pickup_ms[PLAN_STOPS_MAX + 1];   /* to it, from the stop before position i */
    int64_t from_pickup_ms[PLAN_STOPS_MAX + 1]; /* from it to stop i; as those below */
    int64_t to_dropoff_ms[PLAN_STOPS_MAX + 1];
    int64_t from_dropoff_ms[PLAN_STOPS_MAX + 1];
};

void probe_init(struct probe *probe, struct fleet *fleet, const struct insertion_request *request,
                const struct core_config *config, struct probe_counts *counts);

/* Try all pairs of positions in a vehicle's plan whose pick-up position is in the mask `pickups_at`
 * (bit i: before stop i), and keep the best of them and `*best`. The plan is brought up to now. */
void probe_vehicle(struct probe *probe, uint32_t vehicle, uint32_t pickups_at,
                   struct insertion *best);

/* The leg to stop `at` as its index has it, and the drives from its ends to the pick-up and back,
 * or PROBE_UNKNOWN. */
struct probe_leg {
    uint32_t at;
    struct road_place from;
    struct road_place to;
    int64_t to_pickup_ms;
    int64_t from_pickup_ms;
};

/* The same for pick-ups on these legs, of which no drive is asked again. */
void probe_legs(struct probe *probe, uint32_t vehicle, const struct probe_leg *legs, uint32_t count,
                struct insertion *best);

/* Try both stops after all that is planned, as probe_vehicle() would with the last position alone,
 * but without writing anything out where no stand is shared. O(1) then. `to_ms` is the drive from
 * the plan's end to the pick-up, or PROBE_UNKNOWN. */
void probe_after_last(struct probe *probe, uint32_t vehicle, int64_t to_ms, struct insertion *best);

/* What that costs where no stand is shared: a vehicle that is free at `free_ms`, `to_ms` from the
 * pick-up. The later it is free, and the further away, the more. */
int64_t probe_cost_after_last(const struct probe *probe, int64_t free_ms, int64_t to_ms);

#endif
