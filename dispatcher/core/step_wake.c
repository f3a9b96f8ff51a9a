/* A vehicle that is not heard loses its pick-ups to others, under the limits its riders were given;
 * a ride that nobody else can serve stays, is tried again, and is cancelled by the service once its
 * pick-up can no longer be in time. Riders aboard stay with the vehicle.
 *
 * One wake event does a bounded amount; while more is due, core_wake_at_ms() stays in the past. */
#include "core/step_wake.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/explain.h"
#include "core/improve.h"
#include "core/live.h"
#include "core/move.h"
#include "core/retime.h"
#include "core/step_cancel.h"
#include "core/traffic.h"
#include "core/wake.h"

static void fall_silent(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    live_move_link(core, index, VEHICLE_SILENT);
    live->retry_ms = core->now_ms;
    live->retried = (struct ride_id){0};
    emit_vehicle(core, EMIT_WATCHERS, index);
}

/* Offer one ride to the others, or give it up. */
static void rehome(struct core *core, uint32_t index, struct ride_id id)
{
    const struct ride *ride = state_ride(core->state, id);
    CHECK(ride != NULL && ride->state == RIDE_BOOKED);
    if (core->now_ms > ride->pickup_latest_ms) {
        step_cancel_ride(core, id, CANCEL_BY_SERVICE);
        return;
    }
    struct insertion_request request;
    struct insertion best;
    live_request(core, ride, &request);
    if (!insertion_find(core->search, &core->fleet, &request, &core->strict, &best)) {
        return;
    }
    CHECK(best.vehicle != index);
    explain_move(core, id, REASON_MOVE_SILENT, index, &best, &request, 0, 0);
    move_ride(core, id, index, &best, &request);
}

/* The next of a silent vehicle's waiting rides; after the last a pause. True when a search or
 * facts were spent on one. */
static bool rehome_next(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    const struct ride_id ride = wake_next_waiting(core, index, live->retried);
    if (ride.value == 0) {
        live->retried = (struct ride_id){0};
        live->retry_ms = core->now_ms + WAKE_RETRY_MS;
        return false;
    }
    live->retried = ride;
    rehome(core, index, ride);
    return true;
}

/* Vehicles whose time has come. */
static void look_at_vehicles(struct core *core)
{
    uint32_t searches = 0;
    for (uint32_t visit = 0; visit < WAKE_VISITS_MAX && searches < WAKE_SEARCHES_MAX; visit++) {
        uint32_t index = 0;
        int64_t key_ms = 0;
        if (!heap_peek(&core->wakes, &index, &key_ms) || key_ms > core->now_ms) {
            return;
        }
        int64_t due_ms = wake_due_ms(core, index);
        if (due_ms <= core->now_ms) {
            if (core->vehicles[index].link != VEHICLE_SILENT) {
                fall_silent(core, index);
            } else if (rehome_next(core, index)) {
                searches++;
            }
            due_ms = wake_due_ms(core, index);
        }
        if (due_ms == INT64_MAX) {
            heap_remove(&core->wakes, index);
        } else {
            heap_put(&core->wakes, index, due_ms);
        }
    }
}

void step_wake(struct core *core, const struct event *event)
{
    (void)event;
    if (traffic_step(core) || retime_step(core)) {
        return; /* an event of their own: one for its work, one for its facts and messages */
    }
    look_at_vehicles(core);
    rebalance_step(core);
    improve_step(core);
}
