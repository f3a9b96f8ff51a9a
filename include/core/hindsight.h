/* What a vehicle did by the plan that it was told, after another had been made.
 *
 * A plan is told once it is durable. That takes milliseconds, for which plans leave room
 * (PLAN_COMMIT_MS); while the store is away it takes as long as that, and vehicles go on by the
 * plans that they have. What they did then has happened, so the newer plans give way: a stop that
 * the vehicle stands at becomes its first, and a rider whom it meets, and who was to go with
 * another, is its own again. */
#ifndef CORE_HINDSIGHT_H
#define CORE_HINDSIGHT_H

#include "core/inside.h"

/* A waiting ride goes from this vehicle to another; it may meet the rider before it hears of that.
 * A silent one lets nobody board. O(1). */
void hindsight_note(struct core *core, uint32_t index, struct ride_id ride);

/* Does this ride, which another vehicle is to meet and has not, count as the vehicle's when it
 * stands at the pick-up? It does if it was one of the last HINDSIGHT_RIDES_MAX that were taken from
 * it since the start. */
bool hindsight_is_own(const struct core *core, uint32_t index, const struct ride *ride);

/* The vehicle reports that it stands at a stop that is not the next of its plan. Makes it the next,
 * with facts and messages. False, and nothing has changed, where it cannot be: it was reported
 * before, the vehicle stands somewhere else, has riders aboard at a station, or no room, for the
 * party or in its plan.
 */
MUST_CHECK bool hindsight_arrive(struct core *core, uint32_t index,
                                 const struct event_report *report);

#endif
