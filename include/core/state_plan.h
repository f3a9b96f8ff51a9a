/* The plans of the durable state. What holds always: a ride that waits has both its stops in the
 * plan of its vehicle and in no other, one aboard its drop-off, a visit its own in its vehicle's,
 * with nobody aboard, and no other stop is in any. */
#ifndef CORE_STATE_PLAN_H
#define CORE_STATE_PLAN_H

#include "core/state_inside.h"

/* NULL, or a sentence that says why the plan cannot be. O(stops^2). */
const char *state_plan_fault(const struct state *state, const struct fact_plan *plan);

/* For what a snapshot restored: does what holds always hold for every ride and plan? Else false.
 * O(state). */
bool state_plan_all_hold(const struct state *state);

/* Put a plan without fault in place of its vehicle's: assigns the rides picked up in it, taking
 * them from other vehicles' plans, and leaves without a vehicle those that it no longer names.
 * O(stops^2). */
void state_plan_put(struct state *state, const struct fact_plan *plan);

/* NULL, or a sentence that says what of a visit is out of range. */
const char *state_plan_visit_fault(const struct visit *visit);

/* Is a visit among the stops of the plan? */
bool state_plan_visits(const struct fact_plan *plan);

/* Is a visit before the pick-up of the ride in its vehicle's plan? */
bool state_plan_visits_first(const struct state *state, const struct ride *ride);

/* The visit among its stops is over. */
void state_plan_end_visit(struct state_vehicle *vehicle);

/* Take the stop of one kind of a ride out of its vehicle's plan, if it is there. O(stops). */
void state_plan_drop(struct state *state, const struct ride *ride, enum stop_kind kind);

#endif
