/* Idle vehicles go where demand is expected. Requests are counted by area as they come, the last
 * ones most; every so often an area that expects more than the vehicles there can serve gets some
 * from areas that have too many, with the least driving in all.
 *
 * What was counted is not durable: after a restart it is learnt anew within minutes. */
#ifndef CORE_REBALANCE_H
#define CORE_REBALANCE_H

#include "core/assignment.h"
#include "core/core.h"

#define REBALANCE_MOVES_MAX    32               /* vehicles sent at one time */
#define REBALANCE_NEAREST_MAX  32               /* vehicles that an area's place is offered to */
#define REBALANCE_WINDOW_MS    INT64_C(600000)  /* requests count for about so long */
#define REBALANCE_DRIVE_MAX_MS INT64_C(1800000) /* nobody is sent further */
#define REBALANCE_MILLI        1000             /* demand is counted in thousandths of a request */

struct rebalance {
    int64_t due_ms;                           /* of the next round; 0 not yet known */
    int64_t demand_milli[ROAD_AREAS_MAX];     /* requests of the last window */
    bool known[ROAD_AREAS_MAX];               /* has a place */
    struct road_place places[ROAD_AREAS_MAX]; /* where a rider was last picked up */
    int32_t supply[ROAD_AREAS_MAX];           /* scratch of a round, as all below */
    int32_t idle[ROAD_AREAS_MAX];
    uint32_t *idle_vehicles;   /* [vehicles_max] */
    struct road_place *starts; /* [vehicles_max] */
    int64_t *drives;           /* [vehicles_max] */
    uint32_t row_areas[REBALANCE_MOVES_MAX];
    uint32_t first[REBALANCE_MOVES_MAX + 1];
    uint32_t columns[REBALANCE_MOVES_MAX * REBALANCE_NEAREST_MAX];
    int64_t costs[REBALANCE_MOVES_MAX * REBALANCE_NEAREST_MAX];
    int64_t penalties[REBALANCE_MOVES_MAX];
    struct assignment assignment;
};

struct core;

size_t rebalance_cost(uint32_t vehicles_max);
MUST_CHECK bool rebalance_init(struct rebalance *rebalance, struct arena *arena,
                               uint32_t vehicles_max);

/* Somebody wants to leave from here, soon. */
void rebalance_saw(struct core *core, struct road_place from);

/* When the next round is due; INT64_MAX never. */
int64_t rebalance_due_ms(const struct core *core);

/* A round, if it is due: facts and messages for the vehicles that are sent. O(vehicles x areas). */
void rebalance_step(struct core *core);

#endif
