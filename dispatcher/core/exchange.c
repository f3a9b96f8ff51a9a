/* Everything is priced on copies; the plans that win are put in place as they are. */
#include "core/exchange.h"

#include "core/energy.h"
#include "core/live.h"
#include "core/spare.h"
#include "core/splice.h"

#define BITS 64

/* Try one pair of cuts; keeps the exchange if it gains more than *gain, which is then raised. */
static void try_cuts(struct core *core, const struct splice_side sides[2], const uint32_t at[2],
                     const struct core_config *config, int64_t *gain, struct exchange *best)
{
    struct plan plans[2];
    struct plan_parts saved = {0};
    for (int s = 0; s < 2; s++) {
        if (!splice_join(core, &sides[s], at[s], &sides[1 - s], at[1 - s], config, &plans[s])) {
            return;
        }
        const struct plan_parts was = splice_parts(&sides[s], at[s]);
        const struct plan_parts is = plan_parts(&plans[s]);
        saved.vehicle_ms += was.vehicle_ms - is.vehicle_ms;
        saved.wait_ms += was.wait_ms - is.wait_ms;
        saved.ride_ms += was.ride_ms - is.ride_ms;
    }
    const int64_t cost = plan_weigh(&saved, config);
    if (cost <= *gain || !energy_holds(&core->energy, &plans[0]) ||
        !energy_holds(&core->energy, &plans[1]) ||
        !spare_keeps((const struct plan *const[]){&sides[0].plan, &sides[1].plan},
                     (const struct plan *const[]){&plans[0], &plans[1]}, 2)) {
        return;
    }
    *gain = cost;
    best->saved = saved;
    for (int s = 0; s < 2; s++) {
        best->plans[s] = (struct move_plan){.vehicle = sides[s].vehicle, .plan = plans[s]};
    }
}

static void try_partner(struct core *core, struct splice_side sides[2],
                        const struct core_config *config, int64_t *gain, struct exchange *best)
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
static bool first_place(const struct splice_side *side, struct road_place *place)
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
    struct splice_side sides[2];
    struct road_place place;
    const int64_t asked = gain;
    splice_take(core, vehicle, config, &sides[0]);
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
            splice_take(core, leg->vehicle, config, &sides[1]);
            if (sides[1].feasible) {
                try_partner(core, sides, config, &gain, exchange);
            }
        }
    }
    return gain > asked;
}
