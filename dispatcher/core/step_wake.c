/* A vehicle that is not heard loses its pick-ups to others, under the limits its riders were given;
 * a ride that nobody else can serve stays, is tried again, and is cancelled by the service once its
 * pick-up can no longer be in time. Riders aboard stay with the vehicle.
 *
 * A vehicle that the roads keep from being in time (a closure) loses those riders alone. Whom
 * nobody else can serve it meets late; who cannot be reached at all is cancelled as above.
 *
 * One wake event does a bounded amount; while more is due, core_wake_at_ms() stays in the past. */
#include "core/step_wake.h"

#include "base/check.h"
#include "core/billing.h"
#include "core/emit.h"
#include "core/explain.h"
#include "core/improve.h"
#include "core/live.h"
#include "core/move.h"
#include "core/retime.h"
#include "core/settle.h"
#include "core/step_cancel.h"
#include "core/traffic.h"
#include "core/visit.h"
#include "core/wake.h"
#include "core/work.h"

static void fall_silent(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    live_move_link(core, index, VEHICLE_SILENT);
    live->retry_ms = core->now_ms;
    live->retried = (struct ride_id){0};
    emit_vehicle(core, EMIT_WATCHERS, index);
}

/* Will the vehicle never come to this rider? */
static bool is_out_of_reach(const struct core *core, uint32_t index, struct ride_id id)
{
    const struct plan *plan = &core->plans[index];
    return core->vehicles[index].link == VEHICLE_SILENT ||
           plan_is_cut_off(plan, live_stop(plan, id, STOP_PICKUP));
}

/* Offer one ride to the others, or give it up. */
static void rehome(struct core *core, uint32_t index, struct ride_id id)
{
    const struct ride *ride = state_ride(core->state, id);
    const bool is_silent = core->vehicles[index].link == VEHICLE_SILENT;
    CHECK(ride != NULL && ride->state == RIDE_BOOKED);
    if (core->now_ms > ride->pickup_latest_ms) {
        if (is_out_of_reach(core, index, id)) {
            step_cancel_ride(core, id, CANCEL_BY_SERVICE);
        }
        return;
    }
    struct insertion_request request;
    struct insertion best;
    live_request(core, ride, &request);
    struct fleet_vehicle *own = &core->fleet.vehicles[index];
    const bool was_usable = own->usable;
    own->usable = false; /* for others alone: in its own plan the rider is already */
    const bool found = insertion_find(core->search, &core->fleet, &request, &core->strict, &best);
    own->usable = was_usable;
    if (!found) {
        return;
    }
    CHECK(best.vehicle != index);
    explain_move(core, id, is_silent ? REASON_MOVE_SILENT : REASON_MOVE_ROAD, index, &best,
                 &request, 0, 0);
    move_ride(core, id, index, &best, &request);
}

/* The next of a vehicle's lost rides; after the last a pause. True when a search or facts were
 * spent on one. */
static bool rehome_next(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    const struct ride_id ride = wake_next_lost(core, index, live->retried);
    if (ride.value == 0) {
        live->stranded = live->stranded && live->retried.value != 0;
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
            const struct live *live = &core->vehicles[index];
            if (live->link == VEHICLE_SILENT ||
                core->now_ms < live->heard_ms + core->config.silent_after_ms) {
                searches += rehome_next(core, index);
            } else {
                fall_silent(core, index);
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
    if (settle_step(core) || work_step(core) || traffic_step(core) || retime_step(core) ||
        visit_step(core) || billing_step(core)) {
        return; /* an event of their own: one for its work, one for its facts and messages */
    }
    look_at_vehicles(core);
    rebalance_step(core);
    improve_step(core);
}
