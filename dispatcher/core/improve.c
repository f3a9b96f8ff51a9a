/* One rider after another, by vehicle, round and round: taken out of the plan they are in, and put
 * back by the same exact search that a request gets, but only where that costs less. */
#include "core/improve.h"

#include "base/check.h"
#include "core/exchange.h"
#include "core/explain.h"
#include "core/live.h"
#include "core/move.h"
#include "core/wake.h"

void improve_earn(struct core *core)
{
    struct improve *improve = &core->improve;
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
    live_refresh(core, index);
    const uint32_t pickup = live_stop(plan, id, STOP_PICKUP);
    const uint32_t dropoff = live_stop(plan, id, STOP_DROPOFF);
    CHECK(ride != NULL && pickup < dropoff && dropoff < plan->stop_count);
    if (pickup < plan->committed) {
        return false;
    }
    const struct plan before = *plan;
    if (!plan_withdraw(plan, pickup, dropoff, core->now_ms, config, &core->network->drive)) {
        return false;
    }
    struct plan turned = before; /* what has been driven already is not to be saved */
    if (before.under_way && plan->start_ms != before.start_ms &&
        !plan_advance(&turned, core->now_ms, &core->network->drive)) {
        *plan = before;
        return false;
    }
    const int64_t gain = (int64_t)IMPROVE_GAIN_S * 1000;
    const struct plan_parts left = plan_parts(plan);
    const int64_t saving = plan_cost(&turned, config) - plan_weigh(&left, config);
    struct insertion_request request;
    struct insertion best;
    live_request(core, ride, &request);
    bool found = false;
    /* Without the rider the vehicle may come to another too early, and wait longer with them. */
    struct plan checked = before;
    const bool keeps = plan_schedule(plan, config) || !plan_schedule(&checked, config);
    if (saving > gain && keeps && request.direct_ms < ROAD_UNREACHABLE_MS) {
        found = insertion_find_beside(core->search, &core->fleet, index, &request, config,
                                      saving - gain, &best);
    }
    *plan = before;
    if (found) {
        const struct plan_parts was = plan_parts(&turned);
        explain_move(core, id, REASON_MOVE_BETTER, index, &best, &request,
                     was.vehicle_ms - left.vehicle_ms - best.added.vehicle_ms, saving - best.cost);
        move_ride(core, id, index, &best, &request);
    }
    return found;
}

/* Exchange the last parts of the vehicle's plan and another's, where that costs less. */
static bool exchange(struct core *core, uint32_t index)
{
    struct exchange best;
    if (!exchange_find(core, index, &core->improving, (int64_t)IMPROVE_GAIN_S * 1000, &best)) {
        return false;
    }
    exchange_apply(core, &best);
    return true;
}

void improve_step(struct core *core)
{
    struct improve *improve = &core->improve;
    for (uint32_t search = 0; search < IMPROVE_SEARCHES_MAX && improve->credit > 0; search++) {
        uint32_t index = 0;
        struct ride_id ride;
        if (!next_waiting(core, &index, &ride)) {
            improve->credit = 0;
            return;
        }
        improve->credit--;
        improve->count++;
        if (improve->count % IMPROVE_EXCHANGE_EVERY == 0 ? exchange(core, index)
                                                         : relocate(core, index, ride)) {
            return; /* one change of plans is enough for one event */
        }
    }
}
