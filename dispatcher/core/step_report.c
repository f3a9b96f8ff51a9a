/* A report moves a ride by one step of its life, once. One table says which moves there are; what
 * was done already is acknowledged again, what cannot be is rejected and changes nothing. */
#include "core/step_report.h"

#include "base/check.h"
#include "core/charge.h"
#include "core/emit.h"
#include "core/hindsight.h"
#include "core/live.h"
#include "core/step_vehicle.h"
#include "core/terms.h"
#include "core/traffic.h"

enum verdict {
    VERDICT_IMPOSSIBLE,
    VERDICT_MOVE,
    VERDICT_DONE, /* it happened before: a duplicate, or sent again after a lost link */
};

/* What a report about a ride in some state is; ARRIVED at a drop-off has its own row. */
#define ROW_ARRIVED_DROPOFF REPORT_KIND_COUNT
static const enum verdict verdicts[REPORT_KIND_COUNT + 1][RIDE_STATE_COUNT] = {
    [REPORT_ARRIVED] = {[RIDE_BOOKED] = VERDICT_MOVE,
                        [RIDE_ARRIVED] = VERDICT_DONE,
                        [RIDE_ABOARD] = VERDICT_DONE,
                        [RIDE_ALIGHTED] = VERDICT_DONE,
                        [RIDE_NO_SHOW] = VERDICT_DONE},
    [ROW_ARRIVED_DROPOFF] = {[RIDE_ABOARD] = VERDICT_MOVE, [RIDE_ALIGHTED] = VERDICT_DONE},
    [REPORT_BOARDED] = {[RIDE_ARRIVED] = VERDICT_MOVE,
                        [RIDE_ABOARD] = VERDICT_DONE,
                        [RIDE_ALIGHTED] = VERDICT_DONE},
    [REPORT_NO_SHOW] = {[RIDE_ARRIVED] = VERDICT_MOVE, [RIDE_NO_SHOW] = VERDICT_DONE},
    [REPORT_ALIGHTED] = {[RIDE_ABOARD] = VERDICT_MOVE, [RIDE_ALIGHTED] = VERDICT_DONE},
};

static enum verdict judge(const struct core *core, uint32_t index,
                          const struct event_report *report)
{
    const struct ride *ride = state_ride(core->state, report->ride);
    if (ride == NULL ||
        (ride->vehicle.value != report->vehicle.value && !hindsight_is_own(core, index, ride))) {
        return VERDICT_IMPOSSIBLE;
    }
    const bool dropoff = report->kind == REPORT_ARRIVED && report->stop == STOP_DROPOFF;
    return verdicts[dropoff ? ROW_ARRIVED_DROPOFF : report->kind][ride->state];
}

static enum stop_kind stop_of(const struct event_report *report)
{
    if (report->kind == REPORT_ARRIVED) {
        return report->stop;
    }
    return report->kind == REPORT_ALIGHTED ? STOP_DROPOFF : STOP_PICKUP;
}

static void arrive(struct core *core, uint32_t index, uint32_t at)
{
    const struct plan_item item = core->plans[index].stops[at];
    if (item.kind == STOP_PICKUP) {
        emit_ride_fact(core, FACT_RIDE_ARRIVED, item.ride, 0);
    }
    live_arrive(core, index);
    emit_ride(core, EMIT_WATCHERS, item.ride);
    emit_vehicle(core, EMIT_WATCHERS, index);
    emit_delays(core, index);
}

static void board(struct core *core, uint32_t index, uint32_t at)
{
    const struct ride_id ride = core->plans[index].stops[at].ride;
    emit_ride_fact(core, FACT_RIDE_BOARDED, ride, 0);
    live_board(core, index, at);
    emit_ride(core, EMIT_WATCHERS, ride);
    emit_vehicle(core, EMIT_WATCHERS, index);
    emit_delays(core, index);
}

static void alight(struct core *core, uint32_t index, uint32_t at)
{
    const struct ride_id ride = core->plans[index].stops[at].ride;
    if (!core->plans[index].standing) {
        live_arrive(core, index); /* the arrival itself was told before a restart */
    }
    emit_ride_fact(core, FACT_RIDE_ALIGHTED, ride, 0);
    charge_ride(core, ride);
    live_alight(core, index, at);
    emit_ride(core, EMIT_WATCHERS, ride);
    emit_vehicle(core, EMIT_WATCHERS, index);
    emit_delays(core, index);
}

static void miss(struct core *core, uint32_t index, uint32_t at)
{
    const struct ride_id ride = core->plans[index].stops[at].ride;
    emit_ride_fact(core, FACT_RIDE_NO_SHOW, ride, 0);
    charge_release(core, ride, terms_no_show_pence(core, state_ride(core->state, ride)));
    live_drop(core, index, ride);
    emit_plan_fact(core, index);
    emit_plan_change(core, index);
    emit_ride(core, EMIT_WATCHERS, ride);
}

static bool is_of_visit(const struct event_report *report)
{
    return report->kind == REPORT_VISITED ||
           (report->kind == REPORT_ARRIVED && fact_is_visit(report->stop));
}

/* The visit begins or ends. */
static const char *move_visit(struct core *core, uint32_t index, const struct event_report *report)
{
    const struct visit *visit = &state_vehicle(core->state, index)->visit;
    const bool begins = report->kind == REPORT_ARRIVED;
    struct fact fact = {.kind = begins ? FACT_VISIT_BEGUN : FACT_VISIT_ENDED};
    if (report->seq <= core->vehicles[index].report_seq) {
        return NULL; /* of an earlier visit, sent again */
    }
    if (visit->kind == 0 || (begins && visit->kind != report->stop)) {
        return "the vehicle has no such visit before it";
    }
    if (begins && visit->begun_ms != 0) {
        return NULL; /* sent again, to a dispatcher that was restarted */
    }
    if ((!begins && visit->begun_ms == 0) ||
        (plan_visit(&core->plans[index]) != 0 && !hindsight_arrive(core, index, report))) {
        return "this is not the stop that comes next";
    }
    fact.visit = (struct fact_visit){
        .vehicle = report->vehicle,
        .visit.kind = visit->kind,
    };
    emit_fact(core, &fact);
    if (begins) {
        live_arrive(core, index);
    } else {
        live_end_visit(core, index);
    }
    emit_vehicle(core, EMIT_WATCHERS, index);
    emit_delays(core, index);
    return NULL;
}

/* NULL when done, else why it cannot be. */
static const char *move_ride(struct core *core, uint32_t index, const struct event_report *report)
{
    const struct plan *plan = &core->plans[index];
    uint32_t at = live_stop(plan, report->ride, stop_of(report));
    if (at >= plan_leading(plan)) {
        if (!hindsight_arrive(core, index, report)) {
            return "this is not the stop that comes next";
        }
        at = live_stop(plan, report->ride, stop_of(report));
    }
    const struct ride *ride = state_ride(core->state, report->ride);
    CHECK(ride != NULL);
    const int64_t ready_ms =
        ride->arrived_ms > ride->earliest_ms ? ride->arrived_ms : ride->earliest_ms;
    switch (report->kind) {
    case REPORT_ARRIVED:
        arrive(core, index, at);
        return NULL;
    case REPORT_BOARDED:
        board(core, index, at);
        return NULL;
    case REPORT_NO_SHOW:
        if (core->now_ms - ready_ms < core->config.no_show_after_ms) {
            return "the rider has more time to come";
        }
        miss(core, index, at);
        return NULL;
    case REPORT_ALIGHTED:
        alight(core, index, at);
        return NULL;
    default:
        return "no such report";
    }
}

static const char *depart(struct core *core, uint32_t index, const struct event_report *report)
{
    const struct plan *plan = &core->plans[index];
    if (report->seq <= core->vehicles[index].report_seq) {
        return NULL; /* of an earlier stand, sent again */
    }
    if (plan->visiting) {
        return "a visit is under way";
    }
    const uint32_t leading = plan_stand_pending(plan);
    for (uint32_t i = 0; i < leading; i++) {
        const struct ride *ride = state_ride(core->state, plan->stops[i].ride);
        if (ride->state == RIDE_ARRIVED) {
            return "a rider at this stand has neither boarded nor stayed away";
        }
    }
    live_depart(core, index);
    emit_vehicle(core, EMIT_WATCHERS, index);
    emit_delays(core, index);
    return NULL;
}

static const char *take_in(struct core *core, uint32_t index, const struct event_report *report)
{
    const struct live *live = &core->vehicles[index];
    if (report->epoch != state_counters(core->state)->epoch) {
        return "the report is of another epoch";
    }
    if (report->seq == live->report_seq) {
        return NULL;
    }
    const bool is_of_ride = report->kind != REPORT_DEPARTED && !is_of_visit(report);
    const enum verdict verdict = is_of_ride ? judge(core, index, report) : VERDICT_MOVE;
    if (verdict == VERDICT_DONE) {
        return NULL;
    }
    if (verdict == VERDICT_IMPOSSIBLE) {
        return "the vehicle has no such ride, or the ride is not at that point";
    }
    if (report->plan_id > state_vehicle(core->state, index)->plan.plan_id) {
        return "the report is of a plan that was never made";
    }
    if (report->kind == REPORT_DEPARTED) {
        return depart(core, index, report);
    }
    return is_of_ride ? move_ride(core, index, report) : move_visit(core, index, report);
}

void step_report(struct core *core, const struct event *event)
{
    const struct event_report *report = &event->report;
    const uint32_t index = state_vehicle_index(core->state, report->vehicle);
    if (index == UINT32_MAX) {
        emit_reject(core, report->vehicle, report, "this vehicle is not in the fleet");
        return;
    }
    struct live *live = &core->vehicles[index];
    traffic_forget(core, index); /* it stands, or stood until now */
    step_vehicle_heard(core, index);
    live_refresh(core, index);
    const char *why = take_in(core, index, report);
    if (report->seq > live->seq) {
        live->seq = report->seq;
    }
    if (why != NULL) {
        emit_reject(core, report->vehicle, report, why);
        emit_plan(core, index);
        return;
    }
    if (report->seq > live->report_seq) {
        live->report_seq = report->seq;
    }
    emit_reply(core, MESSAGE_ACK, index, report->seq, report->kind);
}
