/* Questions: even their answers wait until what they show is durable. */
#include "core/step_read.h"

#include "core/emit.h"
#include "core/view.h"

void step_read_ride(struct core *core, const struct event *event)
{
    const struct event_ride *asked = &event->ride;
    const struct ride *ride = state_ride(core->state, asked->ride);
    if (ride == NULL || (!asked->any_rider && !rider_id_equal(ride->rider, asked->rider))) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_FOUND);
        return;
    }
    emit_ride(core, event->request, asked->ride);
}

/* Operators alone: it tells of vehicles and riders that are not the asker's. */
void step_read_explanation(struct core *core, const struct event *event)
{
    const struct event_ride *asked = &event->ride;
    const struct ride *ride = asked->any_rider ? state_ride(core->state, asked->ride) : NULL;
    if (ride == NULL) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_FOUND);
        return;
    }
    view_explanation(ride, &emit_message(core, MESSAGE_EXPLANATION, event->request)->explanation);
}

/* Whose they were is left out. */
void step_read_refusals(struct core *core, const struct event *event)
{
    const struct fact_snapshot_refusal *refusal;
    for (uint32_t back = 0; (refusal = state_refusal(core->state, back)) != NULL; back++) {
        struct message *message = emit_message(core, MESSAGE_REFUSAL, event->request);
        message->refusal = *refusal;
        message->refusal.refused.rider = (struct rider_id){0};
        message->refusal.refused.key = (struct booking_key){0};
    }
    emit_message(core, MESSAGE_LIST_END, event->request);
}

void step_read_vehicles(struct core *core, const struct event *event)
{
    const uint32_t count = state_vehicle_count(core->state);
    const uint32_t limit = event->list.limit < LIST_PAGE_MAX ? event->list.limit : LIST_PAGE_MAX;
    uint32_t next = event->list.after;
    for (uint32_t shown = 0; shown < limit && next < count; shown++) {
        emit_vehicle(core, event->request, next++);
    }
    emit_message(core, MESSAGE_LIST_END, event->request)->list_end.next_after =
        next < count ? next : 0;
}

void step_read_statistics(struct core *core, const struct event *event)
{
    view_statistics(core, &emit_message(core, MESSAGE_STATISTICS, event->request)->statistics);
}
