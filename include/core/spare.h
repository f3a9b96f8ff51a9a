/* Who is spared when plans are made better: who travels with a wheelchair, and groups. For them
 * another vehicle or another time is more than it is for others, so no change that is meant to gain
 * something may make them later than was planned before it, at the pick-up or at the drop-off;
 * neither those whom it moves nor those who merely share a plan that it changes. (Everybody's
 * promises bind beside that.) What must be done is no such change: a booking, and riders taken from
 * a vehicle that is silent or cannot be in time. */
#ifndef CORE_SPARE_H
#define CORE_SPARE_H

#include "core/insertion.h"
#include "core/plan.h"

#define SPARE_PARTY_MIN 3 /* people who are a group */

/* Is the party that stops here spared? */
bool spare_is_due(const struct plan_item *item);

/* From here on a plan, scheduled and brought up to now, may make nobody later than it does who is
 * spared, nor anybody who is late already: their times become their limits. Then plan_schedule()
 * and the searches keep the rule. O(stops^2). */
void spare_hold(struct plan *plan);

/* The request of a rider of this plan, likewise. O(stops). */
void spare_hold_request(const struct plan *plan, struct insertion_request *request);

/* Is nobody who is spared later in the plans `after` than in those `before`, of the same vehicles?
 * O(count^2 x stops^2). */
bool spare_keeps(const struct plan *const before[], const struct plan *const after[],
                 uint32_t count);

#endif
