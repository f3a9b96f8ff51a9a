/* Rows are ends of plans, columns are vehicles; what stays where it is, is a candidate too, so
 * there is always an answer with everybody served. */
#include "core/rematch.h"

#include "base/check.h"
#include "core/energy.h"
#include "core/live.h"
#include "core/spare.h"

#define BITS 64

size_t rematch_cost(void)
{
    return assignment_cost(REMATCH_VEHICLES_MAX, REMATCH_VEHICLES_MAX) +
           arena_cost(1, sizeof(struct rematch));
}

bool rematch_init(struct rematch *rematch, struct arena *arena)
{
    return assignment_init(&rematch->assignment, arena, REMATCH_VEHICLES_MAX, REMATCH_VEHICLES_MAX);
}

/* ---- Who takes part ---- */

/* Take the vehicle in, cut where it first can be. */
static void take(struct core *core, uint32_t vehicle)
{
    struct rematch *rematch = core->rematch;
    CHECK(rematch->side_count < REMATCH_VEHICLES_MAX);
    struct splice_side *side = &rematch->sides[rematch->side_count];
    splice_take(core, vehicle, &core->improving, side);
    if (side->feasible && side->cuts != 0) {
        rematch->cuts[rematch->side_count++] = (uint32_t)__builtin_ctz(side->cuts);
    }
}

/* Vehicles that could pass the place on the way to their first stop. */
static void take_busy(struct core *core, uint32_t cell)
{
    const struct fleet *fleet = &core->fleet;
    const uint64_t *legs = fleet->in_cell + (size_t)cell * (fleet->legs_max / BITS);
    for (uint32_t w = 0; w < fleet->leg_words; w++) {
        for (uint64_t rest = legs[w]; rest != 0; rest &= rest - 1) {
            const struct fleet_leg *leg = &fleet->legs[w * BITS + (uint32_t)__builtin_ctzll(rest)];
            if (leg->at == 0 && leg->vehicle != core->rematch->sides[0].vehicle &&
                live_is_usable(core, leg->vehicle)) {
                take(core, leg->vehicle);
            }
            if (core->rematch->side_count == REMATCH_BUSY_MAX) {
                return;
            }
        }
    }
}

/* Those without stops that may be at the place within `within_ms`, the nearest by the cells. */
static void take_idle(struct core *core, uint32_t cell, int64_t within_ms)
{
    const struct fleet *fleet = &core->fleet;
    const struct road_cells *cells = &fleet->network->cells;
    const uint16_t *to = cells->to + (size_t)cell * cells->count;
    uint32_t idle[REMATCH_IDLE_MAX];
    uint16_t units[REMATCH_IDLE_MAX];
    uint32_t count = 0;
    for (uint32_t c = 0; c < cells->count; c++) {
        if ((int64_t)to[c] * ROAD_CELLS_UNIT_MS > within_ms ||
            (count == REMATCH_IDLE_MAX && to[c] >= units[count - 1])) {
            continue;
        }
        for (uint32_t v = fleet->first[c]; v != FLEET_NONE; v = fleet->vehicles[v].next) {
            if (!fleet->vehicles[v].usable || fleet->vehicles[v].stop_count > 0) {
                continue;
            }
            uint32_t at = count < REMATCH_IDLE_MAX ? count++ : REMATCH_IDLE_MAX - 1;
            for (; at > 0 && units[at - 1] > to[c]; at--) {
                units[at] = units[at - 1];
                idle[at] = idle[at - 1];
            }
            units[at] = to[c];
            idle[at] = v;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        take(core, idle[i]);
    }
}

/* The neighbourhood; false where the vehicle has nothing to give out. */
static bool gather(struct core *core, uint32_t vehicle)
{
    struct rematch *rematch = core->rematch;
    rematch->side_count = 0;
    take(core, vehicle);
    if (rematch->side_count == 0 || rematch->cuts[0] == rematch->sides[0].plan.stop_count) {
        return false;
    }
    const struct plan_item *first = &rematch->sides[0].plan.stops[rematch->cuts[0]];
    const uint32_t cell = road_cells_of(&core->network->cells, first->place);
    take_busy(core, cell);
    take_idle(core, cell, first->latest_ms - core->now_ms + core->fleet.offset_ms);
    return true;
}

/* ---- The problem ---- */

/* What each vehicle takes if it gets nobody's end of a plan. */
static void price_alone(struct core *core)
{
    struct rematch *rematch = core->rematch;
    for (uint32_t head = 0; head < rematch->side_count; head++) {
        const uint32_t cut = rematch->cuts[head];
        struct splice_side ended = rematch->sides[head];
        struct plan alone;
        ended.plan.stop_count = (uint8_t)cut;
        rematch->may_end[head] =
            splice_join(core, &ended, cut, &ended, cut, &core->improving, &alone) &&
            energy_holds(&core->energy, &alone);
        rematch->alone[head] = plan_cost(&alone, &core->improving);
    }
}

/* What the end of `tail` takes when `head` does it. False when it cannot. */
static bool price(struct core *core, uint32_t tail, uint32_t head, int64_t *cost)
{
    const struct rematch *rematch = core->rematch;
    const struct core_config *config = &core->improving;
    const struct splice_side *from = &rematch->sides[tail];
    const struct splice_side *to = &rematch->sides[head];
    struct plan joined;
    if (!rematch->may_end[head]) {
        return false;
    }
    if (tail == head) {
        const struct plan_parts parts = splice_parts(to, rematch->cuts[head]);
        *cost = plan_weigh(&parts, config) - rematch->alone[head];
    } else if (splice_join(core, to, rematch->cuts[head], from, rematch->cuts[tail], config,
                           &joined) &&
               energy_holds(&core->energy, &joined) &&
               spare_keeps((const struct plan *const[]){&from->plan},
                           (const struct plan *const[]){&joined}, 1)) {
        *cost = plan_cost(&joined, config) - rematch->alone[head];
    } else {
        return false;
    }
    return *cost >= 0 && *cost <= ASSIGNMENT_COST_MAX;
}

/* One row for each end of a plan; false where there is none, or one has no price where it is. */
static bool pose(struct core *core)
{
    struct rematch *rematch = core->rematch;
    uint32_t filled = 0;
    price_alone(core);
    rematch->row_count = 0;
    rematch->first[0] = 0;
    for (uint32_t tail = 0; tail < rematch->side_count; tail++) {
        if (rematch->cuts[tail] == rematch->sides[tail].plan.stop_count) {
            continue;
        }
        bool may_stay = false;
        const uint32_t begin = filled;
        for (uint32_t head = 0; head < rematch->side_count; head++) {
            if (price(core, tail, head, &rematch->costs[filled])) {
                rematch->columns[filled++] = head;
                may_stay = may_stay || head == tail;
            }
        }
        if (!may_stay) {
            return false;
        }
        assignment_sort(rematch->columns + begin, rematch->costs + begin, filled - begin);
        rematch->row_sides[rematch->row_count] = tail;
        rematch->penalties[rematch->row_count++] = ASSIGNMENT_COST_MAX;
        rematch->first[rematch->row_count] = filled;
    }
    return rematch->row_count > 0;
}

/* ---- The answer ---- */

/* Whose end of a plan goes to the vehicle; REMATCH_VEHICLES_MAX none. */
static uint32_t tail_of(const struct rematch *rematch, uint32_t head)
{
    const uint32_t row = rematch->assignment.rider_of[head];
    return row == ASSIGNMENT_NONE ? REMATCH_VEHICLES_MAX : rematch->row_sides[row];
}

/* Which vehicles change together with vehicle `first`: those whose ends it gets or gives, and so
 * on. A mask. */
static uint32_t chain_of(const struct rematch *rematch, uint32_t first)
{
    uint32_t chain = UINT32_C(1) << first;
    for (uint32_t before = 0; before != chain;) {
        before = chain;
        for (uint32_t head = 0; head < rematch->side_count; head++) {
            const uint32_t tail = tail_of(rematch, head);
            const uint32_t pair = UINT32_C(1) << head |
                                  (tail < REMATCH_VEHICLES_MAX ? UINT32_C(1) << tail : UINT32_C(0));
            chain |= (chain & pair) != 0 ? pair : 0;
        }
    }
    return chain;
}

/* Write out the plans of a chain; false when it is too long. */
static bool write_out(struct core *core, uint32_t chain)
{
    struct rematch *rematch = core->rematch;
    rematch->move_count = 0;
    rematch->saved = (struct plan_parts){0};
    for (uint32_t rest = chain; rest != 0; rest &= rest - 1) {
        const uint32_t head = (uint32_t)__builtin_ctz(rest);
        const uint32_t tail = tail_of(rematch, head);
        const struct splice_side *to = &rematch->sides[head];
        const struct plan_parts was = splice_parts(to, rematch->cuts[head]);
        if (rematch->move_count == REMATCH_MOVES_MAX) {
            return false;
        }
        struct move_plan *move = &rematch->moves[rematch->move_count++];
        struct splice_side ended = *to;
        ended.plan.stop_count = (uint8_t)rematch->cuts[head];
        const bool gets = tail < REMATCH_VEHICLES_MAX;
        move->vehicle = to->vehicle;
        CHECK(splice_join(core, to, rematch->cuts[head], gets ? &rematch->sides[tail] : &ended,
                          rematch->cuts[gets ? tail : head], &core->improving, &move->plan));
        const struct plan_parts is = plan_parts(&move->plan);
        rematch->saved.vehicle_ms += was.vehicle_ms - is.vehicle_ms;
        rematch->saved.wait_ms += was.wait_ms - is.wait_ms;
        rematch->saved.ride_ms += was.ride_ms - is.ride_ms;
    }
    return true;
}

bool rematch_find(struct core *core, uint32_t vehicle, int64_t gain)
{
    struct rematch *rematch = core->rematch;
    if (!gather(core, vehicle) || !pose(core)) {
        return false;
    }
    const struct assignment_problem problem = {
        .rider_count = rematch->row_count,
        .vehicle_count = rematch->side_count,
        .first = rematch->first,
        .vehicles = rematch->columns,
        .costs = rematch->costs,
        .penalties = rematch->penalties,
    };
    assignment_solve(&rematch->assignment, &problem);
    uint32_t best = 0;
    for (uint32_t row = 0; row < rematch->row_count; row++) {
        const uint32_t side = rematch->row_sides[row];
        if (rematch->assignment.vehicle_of[row] == ASSIGNMENT_NONE) {
            return false; /* costs that are out of all proportion */
        }
        const uint32_t chain = chain_of(rematch, side);
        if (rematch->assignment.vehicle_of[row] != side && write_out(core, chain)) {
            const int64_t gains = plan_weigh(&rematch->saved, &core->improving);
            best = gains > gain ? chain : best;
            gain = gains > gain ? gains : gain;
        }
    }
    return best != 0 && write_out(core, best);
}
