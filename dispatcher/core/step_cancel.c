/* A ride may be given up until its rider is aboard. The hold is released; what the policy says for
 * cancelling late is charged where it is the rider who cancels, and never else. */
#include "core/step_cancel.h"

#include "base/check.h"
#include "core/charge.h"
#include "core/emit.h"
#include "core/live.h"
#include "core/terms.h"

void step_cancel_ride(struct core *core, struct ride_id ride, enum cancel_by by)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL);
    const uint32_t index = state_vehicle_index(core->state, stored->vehicle);
    const int64_t fee_pence = by == CANCEL_BY_RIDER ? terms_cancel_pence(core, stored) : 0;
    emit_ride_fact(core, FACT_RIDE_CANCELLED, ride, by);
    charge_release(core, ride, fee_pence);
    if (index != UINT32_MAX) {
        live_drop(core, index, ride);
        emit_plan_fact(core, index);
        emit_plan_change(core, index);
    }
    emit_ride(core, EMIT_WATCHERS, ride);
}

void step_cancel(struct core *core, const struct event *event)
{
    const struct event_ride *asked = &event->ride;
    const struct ride *ride = state_ride(core->state, asked->ride);
    if (ride == NULL || (!asked->any_rider && !rider_id_equal(ride->rider, asked->rider))) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_FOUND);
        return;
    }
    switch (ride->state) {
    case RIDE_BOOKED:
    case RIDE_ARRIVED:
        step_cancel_ride(core, asked->ride,
                         asked->any_rider ? CANCEL_BY_OPERATOR : CANCEL_BY_RIDER);
        emit_ride(core, event->request, asked->ride);
        return;
    case RIDE_CANCELLED: /* asked twice: it is as wished */
        emit_ride(core, event->request, asked->ride);
        return;
    default:
        emit_error(core, event->request, MESSAGE_ERROR_TOO_LATE);
        return;
    }
}
