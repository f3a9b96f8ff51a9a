/* Riders who wait get another vehicle, or another place in their vehicle's plan: taking them out to
 * see, and the facts and messages when it is done. Where to is decided elsewhere. */
#ifndef CORE_MOVE_H
#define CORE_MOVE_H

#include "core/inside.h"

/* A vehicle's plan as it is to be. */
struct move_plan {
    uint32_t vehicle;
    struct plan plan;
};

/* Take a waiting rider out of a plan that is up to now: *saved is what it then takes less, counted
 * from where the vehicle turns, if it must. Only the plan changes, not the index. False, and the
 * plan unchanged, where it cannot be: the rider is met, about to be met or not there, or the
 * vehicle cannot be followed. O(stops), at most two road queries and two paths. */
MUST_CHECK bool move_lift(struct core *core, uint32_t vehicle, struct ride_id ride,
                          struct plan_parts *saved);

/* Take the ride from plans[from] and put it where `best` says; explain_move() comes before it. */
void move_ride(struct core *core, struct ride_id ride, uint32_t from, const struct insertion *best,
               const struct insertion_request *request);

/* Put whole plans in place of those of their vehicles, which together hold the same rides; `saved`
 * is what they take less. Facts, with the reason of each move, and messages. */
void move_plans(struct core *core, const struct move_plan *plans, uint32_t count,
                const struct plan_parts *saved);

#endif
