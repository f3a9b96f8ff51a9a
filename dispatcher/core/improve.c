/* One rider after another, by vehicle, round and round: taken out of the plan they are in, and put
 * back by the same exact search that a request gets, but only where that costs less. */
#include "core/improve.h"

#include "base/check.h"
#include "core/exchange.h"
#include "core/explain.h"
#include "core/live.h"
#include "core/move.h"
#include "core/rematch.h"
#include "core/ruin.h"
#include "core/spare.h"
#include "core/wake.h"

#define GAIN (INT64_C(1000) * IMPROVE_GAIN_S) /* in weight x ms */

/* What is a vehicle's second worth now? O(vehicles). */
static void look_at_fleet(struct core *core)
{
    uint32_t count = 0;
    uint32_t busy_count = 0;
    for (uint32_t v = 0; v < core->fleet.count; v++) {
        const struct plan *plan = &core->plans[v];
        if (live_is_usable(core, v) && plan->from_ms <= core->now_ms &&
            core->now_ms < plan->until_ms) {
            count++;
            busy_count += plan->stop_count > 0;
        }
    }
    const bool is_busy = 3 * busy_count >= count;
    const struct core_weights *weights = &core->config.weights;
    core->improving.weights.vehicle_s =
        weights->vehicle_s * (is_busy ? IMPROVE_FACTOR_BUSY : IMPROVE_FACTOR_IDLE);
    core->improving.weights.wait_s =
        weights->wait_s * (!is_busy && core->config.limits_soft ? IMPROVE_FACTOR_WAIT : 1);
}

void improve_earn(struct core *core)
{
    struct improve *improve = &core->improve;
    if (core->config.improve_searches > 0 && improve->look_ms <= core->now_ms) {
        improve->look_ms = core->now_ms + IMPROVE_LOOK_MS;
        look_at_fleet(core);
    }
    improve->credit += (uint32_t)core->config.improve_searches;
    if (improve->credit > IMPROVE_CREDIT_MAX) {
        improve->credit = IMPROVE_CREDIT_MAX;
    }
}

int64_t improve_due_ms(const struct core *core)
{
    return core->improve.credit > 0 ? core->now_ms : INT64_MAX;
}

/* Whoever travels only later is moved when more is known of that time. */
static bool is_near(const struct core *core, struct ride_id ride)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL);
    return stored->earliest_ms <= core->now_ms + IMPROVE_AHEAD_MS;
}

/* The next rider who waits, in the order of vehicles and of their ids; false after a whole round
 * without one. */
static bool next_waiting(struct core *core, uint32_t *index, struct ride_id *ride)
{
    struct improve *improve = &core->improve;
    const uint32_t count = core->fleet.count;
    for (uint32_t visited = 0; visited <= count; visited++) {
        if (improve->vehicle >= count) {
            improve->vehicle = 0;
        }
        *ride = wake_next_waiting(core, improve->vehicle, improve->after);
        if (ride->value == 0 || !live_is_usable(core, improve->vehicle)) {
            improve->vehicle++;
            improve->after = (struct ride_id){0};
            continue;
        }
        improve->after = *ride;
        if (is_near(core, *ride)) {
            *index = improve->vehicle;
            return true;
        }
    }
    return false;
}

/* Take the ride out, and put it back where it costs less; true when it was moved. */
static bool relocate(struct core *core, uint32_t index, struct ride_id id)
{
    struct plan *plan = &core->plans[index];
    const struct ride *ride = state_ride(core->state, id);
    const struct core_config *config = &core->improving;
    struct plan_parts saved;
    struct insertion_request request;
    struct insertion best;
    int64_t saving = 0;
    bool found = false;
    CHECK(ride != NULL);
    live_refresh(core, index);
    const struct plan before = *plan;
    live_request(core, ride, &request);
    request.spares = true;
    spare_hold_request(plan, &request);
    spare_hold(plan);
    /* Without the rider the vehicle may come to another too early, and wait longer with them. */
    if (request.direct_ms < ROAD_UNREACHABLE_MS && move_lift(core, index, id, &saved) &&
        plan_schedule(plan, config)) {
        saving = plan_weigh(&saved, config);
        found = saving > GAIN && insertion_find_beside(core->search, &core->fleet, &index, 1, false,
                                                       &request, config, saving - GAIN, &best);
    }
    *plan = before;
    if (found) {
        explain_move(core, id, REASON_MOVE_BETTER, index, &best, &request,
                     saved.vehicle_ms - best.added.vehicle_ms, saving - best.cost);
        move_ride(core, id, index, &best, &request);
    }
    return found;
}

/* Exchange the last parts of the vehicle's plan and another's, where that costs less. */
static bool exchange(struct core *core, uint32_t index)
{
    struct exchange best;
    if (!exchange_find(core, index, &core->improving, GAIN, &best)) {
        return false;
    }
    move_plans(core, best.plans, 2, &best.saved);
    return true;
}

/* Take out a handful of riders with this one, and put them back where that costs less. */
static bool ruin(struct core *core, uint32_t index, struct ride_id ride)
{
    struct improve *improve = &core->improve;
    const uint64_t turn = improve->count / IMPROVE_ROUND;
    const uint32_t riders =
        RUIN_RIDERS_MIN + (uint32_t)(turn % (RUIN_RIDERS_MAX - RUIN_RIDERS_MIN + 1));
    uint32_t searches = 0;
    const bool found = ruin_try(core, index, ride, riders, GAIN, &searches);
    const uint32_t more = searches > 0 ? searches - 1 : 0; /* one is counted by now */
    improve->credit -= more < improve->credit ? more : improve->credit;
    return found;
}

/* Give what a neighbourhood of vehicles does last out anew, where that costs less. */
static bool rematch(struct core *core, uint32_t index)
{
    if (!rematch_find(core, index, GAIN)) {
        return false;
    }
    move_plans(core, core->rematch->moves, core->rematch->move_count, &core->rematch->saved);
    return true;
}

/* What is tried with a rider, in turn. */
static bool change(struct core *core, uint32_t index, struct ride_id ride)
{
    switch (core->improve.count % IMPROVE_ROUND) {
    case 0:
        return ruin(core, index, ride);
    case 2:
        return rematch(core, index);
    case 4:
        return exchange(core, index);
    default:
        return relocate(core, index, ride);
    }
}

void improve_step(struct core *core)
{
    struct improve *improve = &core->improve;
    if (core->output->fact_count > 0) {
        return; /* plans have changed in this event: one for each change is enough */
    }
    for (uint32_t search = 0; search < IMPROVE_SEARCHES_MAX && improve->credit > 0; search++) {
        uint32_t index = 0;
        struct ride_id ride;
        if (!next_waiting(core, &index, &ride)) {
            improve->credit = 0;
            return;
        }
        improve->credit--;
        improve->count++;
        if (change(core, index, ride)) {
            return;
        }
    }
}
