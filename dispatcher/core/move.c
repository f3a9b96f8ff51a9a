/* The plan that the ride leaves comes first: a ride is in no two plans. */
#include "core/move.h"

#include "core/emit.h"
#include "core/live.h"

void move_ride(struct core *core, struct ride_id ride, uint32_t from, const struct insertion *best,
               const struct insertion_request *request)
{
    const bool leaves = best->vehicle != from;
    live_drop(core, from, ride);
    if (leaves) {
        emit_plan_fact(core, from);
    }
    live_insert(core, best, request);
    emit_plan_fact(core, best->vehicle);
    emit_ride(core, EMIT_WATCHERS, ride);
    if (leaves) {
        emit_plan_change(core, from);
    }
    emit_plan_change(core, best->vehicle);
}
