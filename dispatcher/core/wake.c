/* Deadlines are kept lazily: a vehicle that is heard gets a later one only when the old one comes,
 * so that telemetry does not touch the heap. */
#include "core/wake.h"

#include "base/bound.h"
#include "base/check.h"
#include "core/live.h"

struct ride_id wake_next_waiting(const struct core *core, uint32_t index, struct ride_id after)
{
    const struct plan *plan = &core->plans[index];
    struct ride_id next = {0};
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct ride_id id = plan->stops[i].ride;
        if (plan->stops[i].kind != STOP_PICKUP || id.value <= after.value ||
            (next.value != 0 && id.value >= next.value)) {
            continue;
        }
        const struct ride *ride = state_ride(core->state, id);
        if (ride != NULL && ride->state == RIDE_BOOKED) {
            next = id;
        }
    }
    return next;
}

static bool keeps(const struct plan *plan, struct ride_id ride)
{
    const uint32_t pickup = live_stop(plan, ride, STOP_PICKUP);
    const uint32_t dropoff = live_stop(plan, ride, STOP_DROPOFF);
    CHECK(pickup < dropoff && dropoff < plan->stop_count);
    return !plan_is_cut_off(plan, dropoff) &&
           plan->stops[pickup].arrive_ms <= plan->stops[pickup].latest_ms &&
           plan->stops[dropoff].arrive_ms <= plan->stops[dropoff].latest_ms;
}

struct ride_id wake_next_lost(const struct core *core, uint32_t index, struct ride_id after)
{
    struct ride_id next = wake_next_waiting(core, index, after);
    while (core->vehicles[index].link != VEHICLE_SILENT && next.value != 0 &&
           keeps(&core->plans[index], next)) {
        next = wake_next_waiting(core, index, next);
    }
    return next;
}

int64_t wake_due_ms(const struct core *core, uint32_t index)
{
    const struct live *live = &core->vehicles[index];
    switch (live->link) {
    case VEHICLE_ONLINE:
        return bound_least(live->heard_ms + core->config.silent_after_ms,
                           live->stranded ? live->retry_ms : INT64_MAX);
    case VEHICLE_OFFLINE:
        return core->plans[index].stop_count > 0 ? core->started_ms + core->config.silent_after_ms
                                                 : INT64_MAX;
    case VEHICLE_SILENT:
        return wake_next_lost(core, index, (struct ride_id){0}).value != 0 ? live->retry_ms
                                                                           : INT64_MAX;
    }
    return INT64_MAX;
}

void wake_schedule(struct core *core, uint32_t index)
{
    const int64_t due_ms = wake_due_ms(core, index);
    if (due_ms < INT64_MAX &&
        (!heap_has(&core->wakes, index) || due_ms < core->wakes.keys[index])) {
        heap_put(&core->wakes, index, due_ms);
    }
}

void wake_offer_lost(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    if (live->link == VEHICLE_ONLINE && !live->stranded &&
        wake_next_lost(core, index, (struct ride_id){0}).value != 0) {
        live->stranded = true;
        live->retry_ms = core->now_ms;
        live->retried = (struct ride_id){0};
        wake_schedule(core, index);
    }
}
