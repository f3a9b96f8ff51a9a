/* A cut before the first stop counts from where the vehicle can next turn: what it has driven by
 * then is not to be saved. */
#include "core/splice.h"

#include <string.h>

#include "core/live.h"

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

void splice_take(struct core *core, uint32_t vehicle, const struct core_config *config,
                 struct splice_side *side)
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

struct plan_parts splice_parts(const struct splice_side *side, uint32_t at)
{
    return plan_parts(at == 0 ? &side->ahead : &side->plan);
}

bool splice_join(struct core *core, const struct splice_side *head, uint32_t at_head,
                 const struct splice_side *tail, uint32_t at_tail, const struct core_config *config,
                 struct plan *joined)
{
    const uint32_t count = tail->plan.stop_count - at_tail;
    if (at_head + count > PLAN_STOPS_MAX) {
        return false;
    }
    *joined = at_head == 0 ? head->ahead : head->plan;
    memcpy(&joined->stops[at_head], &tail->plan.stops[at_tail], count * sizeof *joined->stops);
    joined->stop_count = (uint8_t)(at_head + count);
    joined->under_way = joined->under_way && at_head > 0;
    joined->rests = joined->rests && joined->stop_count == 0;
    if (count > 0) {
        struct plan_item *joint = &joined->stops[at_head];
        const struct road_place from =
            at_head == 0 ? joined->start : joined->stops[at_head - 1].place;
        joint->leg_ms = road_query_time(core->network->query, from, joint->place);
        if (joint->leg_ms >= ROAD_UNREACHABLE_MS) {
            return false;
        }
    }
    return plan_schedule(joined, config);
}
