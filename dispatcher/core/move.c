/* A ride is in no two plans: of one that moves the plan that it leaves comes first, of several the
 * messages come when all facts are there. */
#include "core/move.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/explain.h"
#include "core/live.h"

static struct plan_parts less(const struct plan_parts *a, const struct plan_parts *b)
{
    return (struct plan_parts){a->vehicle_ms - b->vehicle_ms, a->wait_ms - b->wait_ms,
                               a->ride_ms - b->ride_ms};
}

bool move_lift(struct core *core, uint32_t vehicle, struct ride_id ride, struct plan_parts *saved)
{
    struct plan *plan = &core->plans[vehicle];
    const uint32_t pickup = live_stop(plan, ride, STOP_PICKUP);
    const uint32_t dropoff = live_stop(plan, ride, STOP_DROPOFF);
    if (pickup == UINT32_MAX || pickup < plan->committed) {
        return false;
    }
    const struct plan before = *plan;
    struct plan turned = before; /* what has been driven already is not to be saved */
    if (!plan_withdraw(plan, pickup, dropoff, core->now_ms, &core->improving,
                       &core->network->drive)) {
        return false;
    }
    if (before.under_way && plan->start_ms != before.start_ms &&
        !plan_advance(&turned, core->now_ms, &core->network->drive)) {
        *plan = before;
        return false;
    }
    const struct plan_parts was = plan_parts(&turned);
    const struct plan_parts left = plan_parts(plan);
    *saved = less(&was, &left);
    return true;
}

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

/* Why each ride that is another vehicle's now goes to this one. */
static void explain_arrivals(struct core *core, const struct move_plan *move,
                             const struct plan_parts *saved)
{
    const struct plan_parts was = plan_parts(&core->plans[move->vehicle]);
    const struct plan_parts is = plan_parts(&move->plan);
    struct insertion option = {.vehicle = move->vehicle, .added = less(&is, &was)};
    option.cost = plan_weigh(&option.added, &core->improving);
    for (uint32_t i = 0; i < move->plan.stop_count; i++) {
        const struct plan_item *item = &move->plan.stops[i];
        if (item->kind != STOP_PICKUP ||
            live_stop(&core->plans[move->vehicle], item->ride, STOP_PICKUP) != UINT32_MAX) {
            continue;
        }
        const struct ride *ride = state_ride(core->state, item->ride);
        const uint32_t dropoff = live_stop(&move->plan, item->ride, STOP_DROPOFF);
        CHECK(ride != NULL && dropoff != UINT32_MAX);
        const struct insertion_request request = {.pickup = *item};
        option.pickup_arrive_ms = item->arrive_ms;
        option.pickup_depart_ms = item->depart_ms;
        option.dropoff_arrive_ms = move->plan.stops[dropoff].arrive_ms;
        explain_move(core, item->ride, REASON_MOVE_BETTER,
                     state_vehicle_index(core->state, ride->vehicle), &option, &request,
                     saved->vehicle_ms, plan_weigh(saved, &core->improving));
    }
}

void move_plans(struct core *core, const struct move_plan *plans, uint32_t count,
                const struct plan_parts *saved)
{
    for (uint32_t i = 0; i < count; i++) {
        explain_arrivals(core, &plans[i], saved);
    }
    const uint32_t explained = core->output->fact_count;
    for (uint32_t i = 0; i < count; i++) {
        live_replace(core, plans[i].vehicle, &plans[i].plan);
    }
    for (uint32_t i = 0; i < count; i++) {
        emit_plan_fact(core, plans[i].vehicle);
    }
    for (uint32_t i = 0; i < explained; i++) {
        if (core->output->facts[i].kind == FACT_RIDE_MOVED) {
            emit_ride(core, EMIT_WATCHERS, core->output->facts[i].moved.ride);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        emit_plan_change(core, plans[i].vehicle);
    }
}
