/* Who is entitled to what is a fact like any other: fares look it up by rider and travel day. */
#include "core/step_rider.h"

#include "core/emit.h"

/* Has the policy the class, and the scheme on any of its days? */
static bool is_known(const struct policy *policy, const struct rider_class *class)
{
    bool known = class->scheme == 0;
    for (uint32_t i = 0; i < policy->concession_count; i++) {
        known = known || policy->concessions[i].scheme == class->scheme;
    }
    return known && class->class < policy->class_count;
}

static bool equal(const struct rider_class *a, const struct rider_class *b)
{
    return a->class == b->class && a->scheme == b->scheme &&
           a->class_until_day == b->class_until_day && a->scheme_until_day == b->scheme_until_day;
}

void step_rider_class(struct core *core, const struct event *event)
{
    const struct event_rider_class *said = &event->rider_class;
    const struct state_rider *rider = state_rider(core->state, said->rider);
    if (!is_known(core->config.policy, &said->class)) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_FOUND);
        return;
    }
    if (!state_has_room_for(core->state, said->rider)) {
        emit_error(core, event->request, MESSAGE_ERROR_BUSY);
        return;
    }
    if (rider == NULL || !equal(&rider->class, &said->class)) {
        struct fact fact = {.kind = FACT_RIDER_CLASS};
        fact.rider_class = (struct fact_rider_class){said->rider, said->by, said->class};
        emit_fact(core, &fact);
    }
    emit_message(core, MESSAGE_RIDER_CLASS, event->request)->rider_class =
        (struct rider_class_view){said->rider, said->class};
}
