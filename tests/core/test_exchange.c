/* The best exchange in the plans of a busy service, against all pairs of cuts written out anew. */
#include "core/exchange.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/live.h"
#include "core/spare.h"
#include "crowd.h"

/* May the plan be cut before stop `at`? Nobody's ride may lie on both sides. */
static bool may_cut(const struct plan *plan, uint32_t at)
{
    for (uint32_t d = at; d < plan->stop_count; d++) {
        bool boards = plan->stops[d].kind == STOP_PICKUP;
        for (uint32_t p = at; p < d && !boards; p++) {
            boards = plan->stops[p].ride.value == plan->stops[d].ride.value;
        }
        if (!boards) {
            return false;
        }
    }
    return at >= plan->committed && (plan->parties_aboard == 0 || at > 0);
}

/* The plan that a vehicle drives from where it can next turn. */
static struct plan ahead_of(const struct service *s, const struct plan *plan)
{
    struct plan ahead = *plan;
    if (plan->under_way) {
        cr_assert(plan_advance(&ahead, s->now_ms, &s->town->network.drive));
    }
    return ahead;
}

/* What the first `at` stops and another's last ones cost; false when they break a promise. */
static bool price(const struct service *s, const struct plan *plan, uint32_t at,
                  const struct plan *other, uint32_t from, struct plan *priced, int64_t *cost)
{
    struct plan joined = at == 0 ? ahead_of(s, plan) : *plan;
    const uint32_t count = at + other->stop_count - from;
    if (count > PLAN_STOPS_MAX) {
        return false;
    }
    struct road_place place = joined.start;
    for (uint32_t i = 0; i < count; i++) {
        const bool own = i < at;
        joined.stops[i] = own ? plan->stops[i] : other->stops[from + i - at];
        if (!own || i > 0 || !plan->under_way) {
            joined.stops[i].leg_ms =
                road_query_time(s->town->network.query, place, joined.stops[i].place);
        }
        place = joined.stops[i].place;
    }
    joined.stop_count = (uint8_t)count;
    const bool keeps = plan_schedule(&joined, &s->core->improving);
    *cost = plan_cost(&joined, &s->core->improving);
    *priced = joined;
    return keeps;
}

static int64_t cost_from(const struct service *s, const struct plan *plan, uint32_t at)
{
    const struct plan base = at == 0 ? ahead_of(s, plan) : *plan;
    return plan_cost(&base, &s->core->improving);
}

/* The most that can be gained with one partner. */
static int64_t oracle_pair(const struct service *s, const struct plan *a, const struct plan *b)
{
    int64_t most = INT64_MIN;
    for (uint32_t i = 0; i <= a->stop_count; i++) {
        for (uint32_t j = 0; j <= b->stop_count; j++) {
            int64_t costs[2];
            struct plan plans[2];
            if (may_cut(a, i) && may_cut(b, j) && (i < a->stop_count || j < b->stop_count) &&
                price(s, a, i, b, j, &plans[0], &costs[0]) &&
                price(s, b, j, a, i, &plans[1], &costs[1]) &&
                spare_keeps((const struct plan *const[]){a, b},
                            (const struct plan *const[]){&plans[0], &plans[1]}, 2)) {
                const int64_t gain = cost_from(s, a, i) + cost_from(s, b, j) - costs[0] - costs[1];
                most = gain > most ? gain : most;
            }
        }
    }
    return most;
}

static bool keeps(const struct service *s, uint32_t vehicle)
{
    struct plan plan = s->core->plans[vehicle];
    return plan_schedule(&plan, &s->core->improving);
}

/* Partners are those that could pass, on their way to their first stop, where the first rider waits
 * behind a cut. */
static int64_t oracle(struct service *s, uint32_t vehicle)
{
    struct core *core = s->core;
    const struct plan *plan = &core->plans[vehicle];
    int64_t most = INT64_MIN;
    uint32_t first = 0;
    while (first < plan->stop_count && !may_cut(plan, first)) {
        first++;
    }
    for (uint32_t v = 0; first < plan->stop_count && v < core->fleet.count; v++) {
        const uint32_t cell = road_cells_of(&core->network->cells, plan->stops[first].place);
        if (v != vehicle && live_is_usable(core, v) && core->plans[v].stop_count > 0 &&
            fleet_leg_passes(&core->fleet, v, 0, cell)) {
            const int64_t gain = oracle_pair(s, plan, &core->plans[v]);
            most = gain > most ? gain : most;
        }
    }
    return most;
}

/* What the two plans found gain, from where each vehicle's change counts. */
static int64_t gain_of(const struct service *s, const struct exchange *exchange)
{
    int64_t gain = 0;
    for (int i = 0; i < 2; i++) {
        const struct plan *old = &s->core->plans[exchange->plans[i].vehicle];
        struct plan plan = exchange->plans[i].plan;
        const bool turned = old->under_way && !plan.under_way;
        cr_assert(plan_schedule(&plan, &s->core->improving));
        gain += cost_from(s, old, turned ? 0 : 1) - plan_cost(&plan, &s->core->improving);
    }
    return gain;
}

Test(exchange, is_the_best_of_all_pairs_of_cuts)
{
    uint32_t found_count = 0;
    uint32_t none_count = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct service *s = crowd_open();
        struct random random;
        random_init(&random, seed + 100);
        crowd_begin(s, seed);
        int64_t time_s = 0;
        for (int i = 0; i < 250; i++) {
            crowd_book(s, &random, 20);
            time_s += random_between(&random, 0, 40);
            service_run(s, time_s);
            s->core->now_ms = s->core->fleet.now_ms = s->now_ms;
            for (uint32_t v = 0; v < s->core->fleet.count; v++) {
                live_refresh(s->core, v);
            }
            const uint32_t vehicle = (uint32_t)random_below(&random, s->core->fleet.count);
            struct exchange exchange;
            const int64_t expected = keeps(s, vehicle) ? oracle(s, vehicle) : INT64_MIN;
            const bool found = exchange_find(s->core, vehicle, &s->core->improving, 0, &exchange);
            cr_assert_eq(found, expected > 0, "seed %d: %d, gain %ld", (int)seed, found,
                         (long)expected);
            if (found) {
                cr_assert_eq(exchange.plans[0].vehicle, vehicle);
                cr_assert_eq(gain_of(s, &exchange), expected, "seed %d: %ld, not %ld", (int)seed,
                             (long)gain_of(s, &exchange), (long)expected);
            }
            found_count += found;
            none_count += !found && expected > INT64_MIN;
        }
        service_free(s);
    }
    cr_assert_gt(found_count, 50, "%u", found_count);
    cr_assert_gt(none_count, 50, "%u", none_count);
}
