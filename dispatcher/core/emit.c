/* Facts first, then messages: whatever a step tells is tagged with the last fact made so far. */
#include "core/emit.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/traffic.h"
#include "core/view.h"

#define NOBODY_KNOWS_MS                                                                            \
    0 /* when a pick-up is that closed roads cut off: told once, not each day                      \
       */

void emit_fact(struct core *core, struct fact *fact)
{
    struct core_output *output = core->output;
    const char *why = NULL;
    CHECK(output != NULL && output->fact_count < STEP_FACTS_MAX);
    fact->seq = state_counters(core->state)->seq + 1;
    fact->at_ms = core->now_ms;
    CHECK(fact_apply(core->state, fact, &why));
    output->facts[output->fact_count++] = *fact;
}

void emit_ride_fact(struct core *core, enum fact_kind kind, struct ride_id ride, enum cancel_by by)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL);
    struct fact fact = {.kind = kind};
    fact.ride = (struct fact_ride){.ride = ride, .vehicle = stored->vehicle, .by = by};
    emit_fact(core, &fact);
}

void emit_plan_fact(struct core *core, uint32_t index)
{
    const struct fact_plan *old = &state_vehicle(core->state, index)->plan;
    const struct plan *plan = &core->plans[index];
    const bool fresh = old->stop_count == 0 && plan->stop_count > 0;
    struct fact fact = {.kind = FACT_PLAN_CHANGED};
    fact.plan.vehicle = state_vehicle(core->state, index)->enrolled.vehicle;
    fact.plan.plan_id = fresh ? old->plan_id + 1 : old->plan_id;
    fact.plan.revision = fresh ? 1 : old->revision + 1;
    fact.plan.stop_count = plan->stop_count;
    fact.plan.rests = plan->rests && plan->stop_count == 0;
    if (fact.plan.rests) {
        fact.plan.rest = plan->rest;
    }
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        fact.plan.stops[i].ride = plan->stops[i].ride;
        fact.plan.stops[i].kind = plan->stops[i].kind;
    }
    emit_fact(core, &fact);
}

struct message *emit_message(struct core *core, enum message_kind kind, struct request_id request)
{
    struct core_output *output = core->output;
    CHECK(output != NULL && output->message_count < STEP_MESSAGES_MAX);
    struct message *message = &output->messages[output->message_count++];
    memset(message, 0, sizeof *message);
    message->kind = kind;
    message->after_seq = state_counters(core->state)->seq;
    message->request = request;
    return message;
}

void emit_error(struct core *core, struct request_id request, enum message_error error)
{
    emit_message(core, MESSAGE_ERROR, request)->error = error;
}

void emit_refused(struct core *core, struct request_id request, enum refusal reason,
                  const struct alternative *alternative, const struct reason_refused *why)
{
    const bool is_others =
        why->constraint == REASON_CONSTRAINT_OTHERS || why->constraint == REASON_CONSTRAINT_SHIFT;
    struct message *message = emit_message(core, MESSAGE_REFUSED, request);
    message->refused.reason = reason;
    message->refused.alternative = *alternative;
    message->refused.constraint = why->constraint;
    message->refused.over_ms = is_others ? 0 : why->over_ms; /* not the rider's business */
}

void emit_ride(struct core *core, struct request_id request, struct ride_id ride)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL);
    view_ride(core, stored, &emit_message(core, MESSAGE_RIDE, request)->ride);
}

void emit_vehicle(struct core *core, struct request_id request, uint32_t index)
{
    if (request.value == 0 && core->config.fleet_unwatched) {
        return;
    }
    view_vehicle(core, index, &emit_message(core, MESSAGE_VEHICLE, request)->vehicle);
}

/* When it may set off for its first stop. Where that is the moment at which it comes to where it
 * turns, it is not to wait for it: it may be at the corner before just now. */
static int64_t first_leave_ms(const struct core *core, const struct plan *plan)
{
    const int64_t leaves_ms = plan_leaves_ms(plan, 0);
    const bool is_driving = !plan->standing && leaves_ms == plan->start_ms;
    return is_driving ? bound_least(leaves_ms, core->now_ms) : leaves_ms;
}

void emit_plan(struct core *core, uint32_t index)
{
    const struct fact_plan *durable = &state_vehicle(core->state, index)->plan;
    const struct plan *plan = &core->plans[index];
    CHECK(durable->stop_count == plan->stop_count);
    traffic_forget(core, index); /* it may turn */
    struct message_plan *told = &emit_message(core, MESSAGE_PLAN, EMIT_WATCHERS)->plan;
    told->vehicle = state_vehicle(core->state, index)->enrolled.vehicle;
    told->epoch = state_counters(core->state)->epoch;
    told->plan_id = durable->plan_id;
    told->revision = durable->revision;
    told->stop_count = plan->stop_count;
    told->rests = durable->rests;
    if (durable->rests) {
        told->rest = durable->rest;
        told->rest_point = road_place_point(core->network->graph, durable->rest);
    }
    core->vehicles[index].plan_seq = state_counters(core->state)->seq;
    core->vehicles[index].leave_ms = plan->stop_count > 0 ? first_leave_ms(core, plan) : 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        told->stops[i] = (struct message_stop){
            .ride = item->ride,
            .kind = item->kind,
            .place = item->place,
            .point = road_place_point(core->network->graph, item->place),
            .party = (uint8_t)(item->seats + item->wheelchairs),
            .wheelchairs = item->wheelchairs,
            .leave_ms = i == 0 ? first_leave_ms(core, plan) : plan_leaves_ms(plan, i),
            .arrive_ms = item->arrive_ms,
            .depart_ms = item->depart_ms,
        };
    }
}

void emit_reply(struct core *core, enum message_kind kind, uint32_t index, uint64_t seq,
                enum report_kind report)
{
    struct message *message = emit_message(core, kind, EMIT_WATCHERS);
    message->vehicle_reply = (struct message_vehicle_reply){
        .vehicle = state_vehicle(core->state, index)->enrolled.vehicle,
        .epoch = state_counters(core->state)->epoch,
        .seq = seq,
        .kind = report,
        .silent_after_ms = kind == MESSAGE_WELCOME ? core->config.silent_after_ms : 0,
        .now_ms = kind == MESSAGE_WELCOME ? core->now_ms : 0,
    };
}

void emit_reject(struct core *core, struct vehicle_id vehicle, const struct event_report *report,
                 const char *why)
{
    struct message *message = emit_message(core, MESSAGE_REJECT, EMIT_WATCHERS);
    message->vehicle_reply = (struct message_vehicle_reply){
        .vehicle = vehicle,
        .epoch = state_counters(core->state)->epoch,
        .seq = report != NULL ? report->seq : 0,
        .kind = report != NULL ? report->kind : 0,
        .why = why,
    };
    core->reports_rejected++;
}

static int64_t told_before(const struct live *live, struct ride_id ride, int64_t otherwise_ms)
{
    for (uint32_t i = 0; i < live->told_count; i++) {
        if (live->told[i].ride.value == ride.value) {
            return live->told[i].pickup_ms;
        }
    }
    return otherwise_ms;
}

void emit_delays(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    const struct plan *plan = &core->plans[index];
    struct live_told told[PLAN_STOPS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->kind != STOP_PICKUP) {
            continue;
        }
        const int64_t expected_ms = plan_is_cut_off(plan, i) ? NOBODY_KNOWS_MS : item->arrive_ms;
        int64_t pickup_ms = told_before(live, item->ride, expected_ms);
        const int64_t moved_ms = expected_ms - pickup_ms;
        if (moved_ms > DELAY_TOLD_MS || moved_ms < -DELAY_TOLD_MS) {
            pickup_ms = expected_ms;
            emit_ride(core, EMIT_WATCHERS, item->ride);
        }
        told[count++] = (struct live_told){.ride = item->ride, .pickup_ms = pickup_ms};
    }
    memcpy(live->told, told, count * sizeof *told);
    live->told_count = (uint16_t)count;
}

void emit_plan_change(struct core *core, uint32_t index)
{
    emit_plan(core, index);
    emit_vehicle(core, EMIT_WATCHERS, index);
    emit_delays(core, index);
}
