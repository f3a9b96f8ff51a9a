/* From some stop on, first the drop-offs of who is aboard, then all others, each in the order they
 * had: the later that stop, the less is changed. Where that does not do from the first stop on, the
 * order of those aboard is another as well. */
#include "core/hurry.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/live.h"

/* Is the stop the drop-off of somebody who is aboard when the stand under way is over? */
static bool is_of_rider_aboard(const struct plan *plan, uint32_t at)
{
    const uint32_t pickup = live_stop(plan, plan->stops[at].ride, STOP_PICKUP);
    return plan->stops[at].kind == STOP_DROPOFF &&
           (pickup == UINT32_MAX || pickup < plan_stand_pending(plan));
}

/* How late they are brought, in sum. */
static int64_t late_ms(const struct plan *plan)
{
    int64_t sum_ms = 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (!is_of_rider_aboard(plan, i)) {
            continue;
        }
        int64_t latest_ms = item->latest_ms;
        const uint32_t pickup = live_stop(plan, item->ride, STOP_PICKUP);
        if (pickup != UINT32_MAX) {
            latest_ms = bound_least(latest_ms, plan->stops[pickup].depart_ms + item->ride_max_ms);
        }
        sum_ms += bound_most(item->arrive_ms - latest_ms, 0);
    }
    return sum_ms;
}

/* The plan with its stops from `first` on in this order, if that brings those aboard less late than
 * `best_ms`, which it then is. */
static void try_order(struct core *core, uint32_t index, uint32_t first, const uint32_t *order,
                      struct plan *best, int64_t *best_ms)
{
    const struct plan *plan = &core->plans[index];
    struct plan trial = *plan;
    for (uint32_t i = first; i < plan->stop_count; i++) {
        trial.stops[i] = plan->stops[order[i - first]];
    }
    (void)live_measure(core, &trial, first);
    (void)plan_schedule(&trial, &core->strict);
    const int64_t trial_ms = late_ms(&trial);
    if (trial_ms < *best_ms) {
        *best = trial;
        *best_ms = trial_ms;
    }
}

/* The stops from `first` on, those of riders aboard in front; returns how many these are. */
static uint32_t aboard_first(const struct plan *plan, uint32_t first,
                             uint32_t order[PLAN_STOPS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = first; i < plan->stop_count; i++) {
        if (is_of_rider_aboard(plan, i)) {
            order[count++] = i;
        }
    }
    uint32_t next = count;
    for (uint32_t i = first; i < plan->stop_count; i++) {
        if (!is_of_rider_aboard(plan, i)) {
            order[next++] = i;
        }
    }
    return count;
}

/* Permutation `number`, of the factorial many, of the first `count` in `from`. */
static void permute(const uint32_t *from, uint32_t count, uint32_t number, uint32_t *to)
{
    uint32_t left[HURRY_PARTIES_MAX];
    CHECK(count <= HURRY_PARTIES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        left[i] = from[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t remaining = count - i;
        const uint32_t pick = number % remaining;
        number /= remaining;
        to[i] = left[pick];
        for (uint32_t j = pick; j + 1 < remaining; j++) {
            left[j] = left[j + 1];
        }
    }
}

/* Those aboard in front of all others, in every other order of theirs, until nobody is late. */
static void try_all_orders(struct core *core, uint32_t index, uint32_t first, struct plan *best,
                           int64_t *best_ms)
{
    uint32_t order[PLAN_STOPS_MAX] = {0};
    uint32_t permuted[PLAN_STOPS_MAX];
    uint32_t orders = 1;
    const uint32_t count = aboard_first(&core->plans[index], first, order);
    memcpy(permuted, order, sizeof order);
    for (uint32_t i = 2; i <= count && count <= HURRY_PARTIES_MAX; i++) {
        orders *= i;
    }
    for (uint32_t number = 1; *best_ms > 0 && number < orders; number++) { /* 0: as they were */
        permute(order, count, number, permuted);
        try_order(core, index, first, permuted, best, best_ms);
    }
}

bool hurry_aboard(struct core *core, uint32_t index)
{
    const struct plan *plan = &core->plans[index];
    struct plan best = *plan;
    uint32_t order[PLAN_STOPS_MAX] = {0};
    if (late_ms(plan) == 0) {
        return false;
    }
    live_find(core, index);
    const uint32_t fixed = plan->committed;
    const int64_t before_ms = late_ms(plan);
    int64_t best_ms = before_ms;
    for (uint32_t first = plan->stop_count; first-- > fixed && best_ms > 0;) {
        (void)aboard_first(plan, first, order);
        try_order(core, index, first, order, &best, &best_ms);
    }
    try_all_orders(core, index, fixed, &best, &best_ms);
    if (best_ms < before_ms) {
        live_replace(core, index, &best);
    }
    return best_ms < before_ms;
}
