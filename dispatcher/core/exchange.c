/* Everything is priced on copies; the plans that win are put in place as they are. */
#include "core/exchange.h"

#include <string.h>

#include "base/check.h"
#include "core/emit.h"
#include "core/energy.h"
#include "core/live.h"

#define BITS 64

/* A vehicle that takes part: where it can next turn, what its plan costs from there, and where it
 * may be cut. */
struct side {
    uint32_t vehicle;
    bool feasible;     /* keeps all promises as it is */
    struct plan plan;  /* as planned */
    struct plan ahead; /* from where it can next turn */
    uint32_t cuts;     /* mask: nobody is aboard, or on the way, before stop i */
};

/* Before which stops is nobody aboard? Also behind the last one, and not within a stand under way.
 */
static uint32_t find_cuts(const struct plan *plan)
{
    uint32_t cuts = 0;
    int32_t parties = plan->parties_aboard;
    for (uint32_t i = 0; i <= plan->stop_count; i++) {
        if (parties == 0 && i >= plan->committed) {
            cuts |= UINT32_C(1) << i;
        }
        if (i < plan->stop_count) {
            parties += plan_parties_change(plan->stops[i].kind);
        }
    }
    const uint32_t visit = plan_visit(plan);
    if (visit != UINT32_MAX) {
        cuts &= ~((UINT32_C(2) << visit) - 1); /* a visit is its own vehicle's */
    }
    return cuts;
}

static void make_side(struct core *core, uint32_t vehicle, const struct core_config *config,
                      struct side *side)
{
    live_refresh(core, vehicle);
    side->vehicle = vehicle;
    side->plan = core->plans[vehicle];
    side->ahead = side->plan;
    side->cuts = find_cuts(&side->plan);
    if ((side->cuts & 1) != 0 && side->plan.under_way &&
        !plan_advance(&side->ahead, core->now_ms, &core->network->drive)) {
        side->cuts &= ~UINT32_C(1); /* it cannot be followed to where it would turn */
    }
    struct plan checked = side->plan;
    side->feasible = plan_schedule(&checked, config);
}

/* The stops of `head` before `at_head`, then those of `tail` from `at_tail` on. False when there
 * are too many, or no way. */
static bool splice(struct core *core, const struct side *head, uint32_t at_head,
                   const struct side *tail, uint32_t at_tail, struct plan *spliced)
{
    const uint32_t count = tail->plan.stop_count - at_tail;
    if (at_head + count > PLAN_STOPS_MAX) {
        return false;
    }
    *spliced = at_head == 0 ? head->ahead : head->plan;
    memcpy(&spliced->stops[at_head], &tail->plan.stops[at_tail], count * sizeof *spliced->stops);
    spliced->stop_count = (uint8_t)(at_head + count);
    spliced->under_way = spliced->under_way && at_head > 0;
    spliced->rests = spliced->rests && spliced->stop_count == 0;
    if (count == 0) {
        return true;
    }
    struct plan_item *joint = &spliced->stops[at_head];
    const struct road_place from =
        at_head == 0 ? spliced->start : spliced->stops[at_head - 1].place;
    joint->leg_ms = road_query_time(core->network->query, from, joint->place);
    return joint->leg_ms < ROAD_UNREACHABLE_MS;
}

/* What the plan costs from where its cut counts from. */
static int64_t cost_before(const struct side *side, uint32_t at, const struct core_config *config)
{
    return plan_cost(at == 0 ? &side->ahead : &side->plan, config);
}

/* Try one pair of cuts; keeps the exchange if it gains more than *gain, which is then raised. */
static void try_cuts(struct core *core, const struct side sides[2], const uint32_t at[2],
                     const struct core_config *config, int64_t *gain, struct exchange *best)
{
    struct plan plans[2];
    int64_t cost = cost_before(&sides[0], at[0], config) + cost_before(&sides[1], at[1], config);
    for (int s = 0; s < 2; s++) {
        if (!splice(core, &sides[s], at[s], &sides[1 - s], at[1 - s], &plans[s]) ||
            !plan_schedule(&plans[s], config) || !energy_holds(&core->energy, &plans[s])) {
            return;
        }
        cost -= plan_cost(&plans[s], config);
    }
    if (cost <= *gain) {
        return;
    }
    *gain = cost;
    for (int s = 0; s < 2; s++) {
        best->vehicles[s] = sides[s].vehicle;
        best->plans[s] = plans[s];
    }
}

static void try_partner(struct core *core, struct side sides[2], const struct core_config *config,
                        int64_t *gain, struct exchange *best)
{
    for (uint32_t i = 0; i <= sides[0].plan.stop_count; i++) {
        for (uint32_t j = 0; j <= sides[1].plan.stop_count; j++) {
            const bool both_end = i == sides[0].plan.stop_count && j == sides[1].plan.stop_count;
            if ((sides[0].cuts >> i & 1) != 0 && (sides[1].cuts >> j & 1) != 0 && !both_end) {
                try_cuts(core, sides, (const uint32_t[]){i, j}, config, gain, best);
            }
        }
    }
}

/* The first waiting rider's place that a cut lies before, or false. */
static bool first_place(const struct side *side, struct road_place *place)
{
    for (uint32_t i = 0; i < side->plan.stop_count; i++) {
        if ((side->cuts >> i & 1) != 0) {
            *place = side->plan.stops[i].place;
            return true;
        }
    }
    return false;
}

bool exchange_find(struct core *core, uint32_t vehicle, const struct core_config *config,
                   int64_t gain, struct exchange *exchange)
{
    struct fleet *fleet = &core->fleet;
    struct side sides[2];
    struct road_place place;
    const int64_t asked = gain;
    make_side(core, vehicle, config, &sides[0]);
    if (!sides[0].feasible || !first_place(&sides[0], &place)) {
        return false;
    }
    const uint32_t cell = road_cells_of(&fleet->network->cells, place);
    const uint64_t *legs = fleet->in_cell + (size_t)cell * (fleet->legs_max / BITS);
    uint32_t partners = 0;
    for (uint32_t w = 0; w < fleet->leg_words && partners < EXCHANGE_PARTNERS_MAX; w++) {
        for (uint64_t rest = legs[w]; rest != 0 && partners < EXCHANGE_PARTNERS_MAX;
             rest &= rest - 1) {
            const struct fleet_leg *leg = &fleet->legs[w * BITS + (uint32_t)__builtin_ctzll(rest)];
            if (leg->vehicle == vehicle || leg->at != 0 || !live_is_usable(core, leg->vehicle)) {
                continue;
            }
            partners++;
            make_side(core, leg->vehicle, config, &sides[1]);
            if (sides[1].feasible) {
                try_partner(core, sides, config, &gain, exchange);
            }
        }
    }
    return gain > asked;
}

void exchange_apply(struct core *core, const struct exchange *exchange)
{
    for (int s = 0; s < 2; s++) {
        live_replace(core, exchange->vehicles[s], &exchange->plans[s]);
    }
    for (int s = 0; s < 2; s++) {
        emit_plan_fact(core, exchange->vehicles[s]);
    }
    for (int s = 0; s < 2; s++) {
        const struct plan *plan = &exchange->plans[s];
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            if (plan->stops[i].kind == STOP_PICKUP) {
                emit_ride(core, EMIT_WATCHERS, plan->stops[i].ride);
            }
        }
        emit_plan_change(core, exchange->vehicles[s]);
    }
}
