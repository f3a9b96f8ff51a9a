/* What a search knows while it runs, for insertion.c and its two passes, insertion_ends.c and
 * insertion_legs.c. */
#ifndef CORE_INSERTION_INSIDE_H
#define CORE_INSERTION_INSIDE_H

#include "core/insertion.h"
#include "core/probe.h"

#define INSERTION_RING_UNITS 16 /* 4 seconds' drive */
#define INSERTION_RING_COUNT (ROAD_CELLS_UNITS_MAX / INSERTION_RING_UNITS + 1)
#define INSERTION_RING_END   UINT16_MAX
#define INSERTION_BATCH_MAX  256

/* Travel times are cheapest asked together. */
struct insertion_batch {
    uint32_t count;
    uint32_t items[INSERTION_BATCH_MAX]; /* vehicles, or legs */
    struct road_place places[INSERTION_BATCH_MAX];
    int64_t to_ms[INSERTION_BATCH_MAX];
    int64_t from_ms[INSERTION_BATCH_MAX];
};

/* A leg that may be led over the pick-up. */
struct insertion_leg {
    uint32_t next; /* of the same vehicle, 1 up; 0 none */
    struct probe_leg leg;
};

struct insertion_search {
    uint32_t vehicles_max;
    uint32_t touched_count;
    uint32_t *touched;   /* [vehicles_max] vehicles with a leg for the pick-up */
    uint32_t *first_leg; /* [vehicles_max] in `legs`, 1 up; 0 none, as for all between searches */
    uint32_t leg_count;
    struct insertion_leg legs[INSERTION_BATCH_MAX];
    struct probe probe;
    struct insertion_batch batch;
    uint16_t ring_first[INSERTION_RING_COUNT]; /* a cell of each ring, INSERTION_RING_END: none */
    uint16_t ring_next[ROAD_CELLS_MAX];
    uint16_t to_units[ROAD_CELLS_MAX]; /* road_cells_to() the pick-up */
    uint32_t alight_leave_units;       /* road_cells_leave() of the drop-off */
    uint32_t alight_enter_units;       /* ... and road_cells_enter() */
    uint64_t end_places;               /* fleet_place_bit() of both ends */
    bool seeks_others;                 /* looks at what is not the best as well, for `probe.seen` */
    struct probe_counts counts;
    uint64_t search_count;
    uint64_t end_count;
    struct road_place *places; /* [vehicles_max] scratch */
    int64_t *drives;           /* [vehicles_max] scratch */
};

static inline bool insertion_inside_takes(const struct insertion_search *search,
                                          const struct fleet *fleet, uint32_t vehicle)
{
    const struct plan_item *pickup = &search->probe.request->pickup;
    return fleet_takes(&fleet->vehicles[vehicle], pickup->seats, pickup->wheelchairs);
}

#endif
