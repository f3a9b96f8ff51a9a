/* Who waits where, as the auditor sees it: never more vehicles than a waiting place of parking.csv
 * has room for, neither by the plans that were made nor in the street. A vehicle at home after its
 * shift has a bay of its own. Without a list nothing is watched. */
#ifndef SIM_PARKING_WATCH_H
#define SIM_PARKING_WATCH_H

#include "base/map.h"
#include "core/fact.h"
#include "sim/scenario.h"

struct parking_watch {
    const struct scenario *scenario;
    struct map by_id; /* vehicles of the scenario by their ids */
    void *memory;
    uint32_t *sent_to;   /* [vehicle_count] the lot that its plan lets it wait at */
    uint32_t *stands_at; /* [vehicle_count] the lot where it waits */
    int64_t *street_ms;  /* [vehicle_count] since when it waits elsewhere, INT64_MIN not */
    int64_t
        street_max_ms; /* the longest that a vehicle in its shift waited elsewhere for nothing */
};

void parking_watch_init(struct parking_watch *watch, const struct scenario *scenario);
void parking_watch_free(struct parking_watch *watch);

/* A plan was made. False: more vehicles are to wait at *lot than there is room for. */
MUST_CHECK bool parking_watch_plan(struct parking_watch *watch, const struct fact_plan *plan,
                                   int64_t at_ms, uint32_t *lot);

/* A car has nothing to do and waits at a node, where its plan sent it if `rests`. False likewise.
 */
MUST_CHECK bool parking_watch_waits(struct parking_watch *watch, struct vehicle_id vehicle,
                                    uint32_t node, bool rests, int64_t at_ms, uint32_t *lot);

/* It has a rider to fetch later: what it waits for from here on is that. */
void parking_watch_books(struct parking_watch *watch, struct vehicle_id vehicle, int64_t at_ms);

/* It sets off, or stands for riders. */
void parking_watch_leaves(struct parking_watch *watch, struct vehicle_id vehicle, int64_t at_ms);

/* The lot of a scenario at a node, or PARKING_NONE. */
uint32_t parking_watch_lot(const struct scenario *scenario, uint32_t node);

#endif
