/* Idle vehicles go where demand is expected, keep within reach of every area, and wait where there
 * is room. Every so often a round is made, in this order, each part with the least driving there is
 * (core/flow.h):
 *
 * 1. The floor. An area is an area's worth of streets where a rider was ever picked up. If no
 *    vehicle that is idle, or soon will be, can be at the place of its last pick-up within
 *    floor_ms, one is sent, the nearest to all such areas together. Of the idle vehicles that keep
 *    the floor one for each area is kept where it is; one may keep it for several.
 * 2. Demand. An area that expects more (core/demand.h) than the vehicles there can serve gets some
 *    from areas that have too many. The fewer it has of what it needs, the further one may come, 15
 *    to 30 minutes.
 * 3. Waiting places (core/parking.h), where there is a list of them. Vehicles of 1 and 2 then go to
 *    one with room as well: the nearest to the area's place, for demand within the area.
 *
 * A vehicle counts where it is idle, where it will be within DEMAND_WINDOW_MS, and where it is
 * already going to wait. Orders of a round that are too many for one wake event follow in the
 * next ones. */
#ifndef CORE_REBALANCE_H
#define CORE_REBALANCE_H

#include "core/core.h"
#include "core/demand.h"
#include "core/flow.h"
#include "core/parking.h"

#define REBALANCE_DRIVE_MAX_MS INT64_C(1800000) /* nobody is sent further for demand or floor */
#define REBALANCE_SENT_MAX     24               /* vehicles sent in one wake event */

/* What a round may do with a vehicle. */
enum rebalance_use {
    REBALANCE_BUSY, /* it counts, and is not to be sent */
    REBALANCE_IDLE,
    REBALANCE_KEPT, /* idle, and keeps the floor where it is */
    REBALANCE_SENT, /* it has an order of this round */
};

/* A vehicle in a round. */
struct rebalance_vehicle {
    uint32_t vehicle;
    enum rebalance_use use;
    uint32_t cell;           /* of the network's cells, with the place ... */
    struct road_place place; /* ... where it waits for its next rider, ... */
    int64_t free_ms;         /* ... so long from now on */
};

struct rebalance_order {
    uint32_t vehicle;
    struct road_place place;
    uint32_t lot; /* PARKING_NONE: none */
};

struct rebalance {
    int64_t due_ms; /* of the next round; 0 not yet known */
    struct demand demand;
    bool known[ROAD_AREAS_MAX];               /* has a place */
    struct road_place places[ROAD_AREAS_MAX]; /* where a rider was last picked up */
    uint32_t keepers[ROAD_AREAS_MAX]; /* vehicle + 1 that kept the area's floor last, 0 none */
    struct parking_lots lots;
    uint32_t order_count;           /* of the last round */
    uint32_t order_next;            /* ... still to be given */
    struct rebalance_order *orders; /* [vehicles_max] */

    /* Scratch of a round. */
    int32_t supply[ROAD_AREAS_MAX];
    uint32_t spare[ROAD_AREAS_MAX];
    uint32_t vehicle_count;
    struct rebalance_vehicle *vehicles; /* [vehicles_max] */
    uint32_t *area_of;                  /* [vehicles_max] of those */
    uint32_t *entry_of; /* [vehicles_max] by vehicle: its place in those, UINT32_MAX none */
    struct rebalance_order goals[FLOW_UNITS_MAX]; /* where each unit's vehicle goes */
    int64_t lot_ms[PARKING_MAX];                  /* drives from lots to the place of an area */
    struct flow flow;
};

struct core;

size_t rebalance_cost(const struct core_config *config);
MUST_CHECK bool rebalance_init(struct core *core, struct arena *arena);

/* Somebody wants to leave from here, soon. */
void rebalance_saw(struct core *core, struct road_place from);

/* After recovery: learn again from the rides that the state holds. O(rides booked since the oldest
 * of them, and areas for each minute since). */
void rebalance_restore(struct core *core);

/* When there is something to do; INT64_MAX never. */
int64_t rebalance_due_ms(const struct core *core);

/* A round, if it is due, or more of its orders: facts and messages for vehicles that are sent. */
void rebalance_step(struct core *core);

/* In a round: a vehicle is to be sent to a place, which is a lot or not (PARKING_NONE). */
void rebalance_order(struct core *core, uint32_t vehicle, struct road_place place, uint32_t lot);

#endif
