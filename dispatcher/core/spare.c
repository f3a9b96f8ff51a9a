/* The rule is kept in two ways: as limits within a search, or by comparing plans. */
#include "core/spare.h"

#include "base/bound.h"
#include "core/trial.h"

/* The arrival after which its rider is served later: before they may board none is better. */
static int64_t due_ms(const struct plan_item *item)
{
    return bound_most(item->arrive_ms, item->earliest_ms);
}

bool spare_is_due(const struct plan_item *item)
{
    return item->wheelchairs > 0 || item->seats + item->wheelchairs >= SPARE_PARTY_MIN;
}

void spare_hold(struct plan *plan)
{
    trial_relax_limits(plan);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        struct plan_item *item = &plan->stops[i];
        if (spare_is_due(item)) {
            item->latest_ms = bound_least(item->latest_ms, due_ms(item));
        }
    }
}

/* The stop of the same ride and kind, or NULL. */
static const struct plan_item *find(const struct plan *plan, const struct plan_item *item)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].ride.value == item->ride.value && plan->stops[i].kind == item->kind) {
            return &plan->stops[i];
        }
    }
    return NULL;
}

void spare_hold_request(const struct plan *plan, struct insertion_request *request)
{
    struct plan_item *const items[] = {&request->pickup, &request->dropoff};
    for (int end = 0; end < 2; end++) {
        const struct plan_item *planned = find(plan, items[end]);
        if (planned != NULL && spare_is_due(planned)) {
            items[end]->latest_ms = bound_least(items[end]->latest_ms, due_ms(planned));
        }
    }
}

static bool is_later(const struct plan_item *item, const struct plan *const after[], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_item *now = find(after[i], item);
        if (now != NULL && now->arrive_ms > due_ms(item)) {
            return true;
        }
    }
    return false;
}

bool spare_keeps(const struct plan *const before[], const struct plan *const after[],
                 uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t stop = 0; stop < before[i]->stop_count; stop++) {
            const struct plan_item *item = &before[i]->stops[stop];
            if (spare_is_due(item) && is_later(item, after, count)) {
                return false;
            }
        }
    }
    return true;
}
