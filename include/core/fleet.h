/* The fleet as the matcher sees it: every vehicle's plan, and an index of where they are, by which
 * a request finds all vehicles that may serve it without looking at the others.
 *
 * The network's cells (road/cells.h) carry the index. A leg between two planned stops is entered in
 * every cell through which it could be led within the room that its plan leaves (the ellipse with
 * the two stops as its foci), a vehicle in the cell where its plan ends. What the index leaves out
 * is certainly infeasible: the cells' driving times are lower bounds, and time only takes room
 * away. */
#ifndef CORE_FLEET_H
#define CORE_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/plan.h"
#include "road/network.h"

#define FLEET_NONE UINT32_MAX

/* A leg in the index; first what every search in reach of it looks at. */
struct fleet_leg {
    uint32_t vehicle;
    uint16_t seen_cell;   /* it begins in this cell, or where the vehicle was last seen on it, */
    uint16_t to_cell;     /* and leads to this one. */
    int32_t leg_ms;       /* From where it was seen it takes so long, */
    int32_t room_ms;      /* a detour is not longer than that, */
    int64_t depart_ms;    /* begins at this moment or later, */
    int64_t gain;         /* and may spare others so much, in weight x ms, ... */
    uint64_t waiting;     /* ... if no end of the request joins a stand here: fleet_place_bit() */
    uint16_t leave_units; /* road_cells_leave() of where it was seen */
    uint16_t enter_units; /* road_cells_enter() of where it leads */
    bool is_bounded;      /* all above holds */
    uint8_t at;           /* the leg to this stop of the vehicle's plan */
    uint16_t from_cell;
    uint16_t limit_units; /* of the cells' bounds over a detour; UINT16_MAX: everywhere */
    struct road_place seen;
    struct road_place to;
};

/* What a search wants to know of every vehicle before it looks at the plan. */
struct fleet_vehicle {
    int64_t free_ms;       /* its plan ends then or later */
    struct road_place end; /* ... and there */
    uint8_t seats;
    uint8_t wheelchair_spaces;
    uint8_t stop_count;
    bool usable;      /* may be given rides */
    int32_t leave_ms; /* the cells' bounds are less than the drive from there by so much */
    uint32_t next;    /* in the list of the cell; of the resting, the place in `resting` */
};

struct fleet {
    uint32_t vehicles_max;
    uint32_t count;                 /* vehicles in use: 0 .. count - 1 */
    struct plan *plans;             /* [vehicles_max] */
    struct fleet_vehicle *vehicles; /* [vehicles_max] as of the last fleet_update() */
    int64_t now_ms;                 /* that plans are refreshed to */
    int64_t offset_ms; /* the longest way from an arc's tail to a plan's end on it, in free flow */
    struct road_network *network;
    struct energy *energy; /* NULL: batteries do not count */

    uint32_t legs_max;
    uint32_t leg_words;  /* of 64 legs each, that are or were in use */
    uint32_t cell_words; /* of 64 cells each */
    uint32_t free_count;
    struct fleet_leg *legs; /* [legs_max] */
    uint32_t *free_legs;    /* [legs_max] numbers of legs not in use, the lowest last at first */
    uint64_t *in_cell;      /* [cells][legs_max / 64] legs entered in a cell */
    uint64_t *of_leg;       /* [legs_max][cell_words] cells that a leg is entered in */
    uint32_t *plan_legs;    /* [vehicles_max][PLAN_STOPS_MAX] by stop; FLEET_NONE: no leg */
    uint8_t *leg_count;     /* [vehicles_max] of those */
    uint32_t *first;        /* [cells] vehicles whose plan ends in a cell, as a list */
    uint32_t *previous;     /* [vehicles_max] */
    uint16_t *end_cell;     /* [vehicles_max] UINT16_MAX: in no list */
    uint32_t resting_count;
    uint32_t *resting; /* [vehicles_max] vehicles on their way to rest */
};

/* Arena bytes for a fleet of so many vehicles with so many planned stops in all. */
size_t fleet_cost(uint32_t vehicles_max, uint32_t stops_max, const struct road_network *network);

/* All plans empty, nobody usable, nothing in the index; false when the arena is too small. The
 * network is borrowed. */
MUST_CHECK bool fleet_init(struct fleet *fleet, struct arena *arena, uint32_t vehicles_max,
                           uint32_t stops_max, struct road_network *network);

/* To be called after plans[vehicle] was changed and scheduled: brings the index up to date.
 * O(stops x cells / 8), and less where a leg stays as it was. */
void fleet_update(struct fleet *fleet, uint32_t vehicle, const struct core_config *config);

/* To be called when a vehicle under way was seen on its drive (plan->seen). O(1). */
void fleet_seen(struct fleet *fleet, uint32_t vehicle);

/* Bring a plan up to now_ms. */
void fleet_refresh(struct fleet *fleet, uint32_t vehicle, const struct core_config *config);

/* A place as one of 64 bits; others have the same. */
static inline uint64_t fleet_place_bit(struct road_place place)
{
    const uint64_t key = (uint64_t)place.arc << 32 | place.node;
    return UINT64_C(1) << (key * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/* May the leg to stop `at` be led through a place of this cell? False is certain. */
bool fleet_leg_passes(const struct fleet *fleet, uint32_t vehicle, uint32_t at, uint32_t cell);

/* Where a vehicle's plan ends: its last stop, or where it is. */
struct road_place fleet_end(const struct fleet *fleet, uint32_t vehicle);

/* Has the vehicle the seats, the spaces and the room in its plan, and may it be given rides? */
static inline bool fleet_takes(const struct fleet_vehicle *vehicle, uint8_t seats,
                               uint8_t wheelchairs)
{
    return vehicle->usable && seats <= vehicle->seats &&
           wheelchairs <= vehicle->wheelchair_spaces && vehicle->stop_count + 2 <= PLAN_STOPS_MAX;
}

#endif
