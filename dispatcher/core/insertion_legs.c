/* Four sieves, each finer and dearer than the one before: the index, the cells' bounds for the
 * pick-up, those for the drop-off, and exact drives to and from the pick-up. What is left is
 * probed. */
#include "core/insertion_legs.h"

#include "base/bound.h"
#include "core/trial.h"

#define BITS 64
#define LINE 64 /* bytes that memory gives at once */

/* What a detour on the leg over the pick-up costs at least, `to_ms` from where it begins and
 * `from_ms` from where it ends, or more; INT64_MAX: there is no room for it. */
static int64_t pickup_cost(const struct insertion_search *search, const struct fleet_leg *leg,
                           int64_t to_ms, int64_t from_ms)
{
    const struct insertion_request *request = search->probe.request;
    const struct core_config *config = search->probe.config;
    const struct core_weights *weights = &config->weights;
    const int64_t stand_ms = to_ms > 0 && from_ms > 0 ? request->pickup.dwell_ms : 0;
    const int64_t detour_ms = bound_most(to_ms + from_ms - leg->leg_ms, 0) + stand_ms;
    const int64_t arrive_ms = leg->depart_ms + to_ms;
    if (detour_ms > leg->room_ms) {
        return INT64_MAX;
    }
    const int64_t boards_ms = bound_most(arrive_ms + stand_ms, request->pickup.earliest_ms);
    int64_t cost = weights->vehicle_s * detour_ms +
                   weights->wait_s * (boards_ms - request->pickup.earliest_ms) +
                   weights->ride_s * request->direct_ms - leg->gain;
    if (to_ms == 0) {
        return cost; /* at its place a stand may be under way */
    }
    if (config->limits_soft) {
        cost +=
            trial_penalty(request, arrive_ms, boards_ms, boards_ms + request->direct_ms, config);
    } else if (arrive_ms > request->pickup.latest_ms) {
        return INT64_MAX;
    }
    return cost;
}

/* The drive from a leg's beginning to the drop-off by the cells, at the least. */
static int64_t to_dropoff_ms(const struct insertion_search *search, const struct fleet *fleet,
                             uint32_t cell, uint32_t leave_units)
{
    const struct road_cells *cells = &fleet->network->cells;
    const uint32_t own = search->probe.dropoff_cell;
    uint32_t units = cells->to[(size_t)own * cells->count + cell];
    units += cell != own ? leave_units + search->alight_enter_units : 0;
    return bound_most((int64_t)units * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
}

/* ... and from the drop-off to where the leg ends. */
static int64_t from_dropoff_ms(const struct insertion_search *search, const struct fleet *fleet,
                               const struct fleet_leg *leg)
{
    const struct road_cells *cells = &fleet->network->cells;
    const uint32_t own = search->probe.dropoff_cell;
    uint32_t units = cells->from[(size_t)own * cells->count + leg->to_cell];
    units += leg->to_cell != own ? search->alight_leave_units + leg->enter_units : 0;
    return (int64_t)units * ROAD_CELLS_UNIT_MS;
}

/* How much longer than over the pick-up alone the detour is at least, wherever the drop-off comes:
 * on the same leg, on a later one, or last. */
static int64_t dropoff_detour_ms(const struct insertion_search *search, const struct fleet *fleet,
                                 const struct fleet_leg *leg, int64_t to_ms, int64_t from_ms)
{
    const uint32_t *numbers = fleet->plan_legs + (size_t)leg->vehicle * PLAN_STOPS_MAX;
    const uint32_t count = fleet->vehicles[leg->vehicle].stop_count;
    const int64_t pickup_ms = bound_most(to_ms + from_ms - leg->leg_ms, 0);
    const int64_t both_ms = to_ms + search->probe.request->direct_ms +
                            from_dropoff_ms(search, fleet, leg) - leg->leg_ms;
    int64_t least_ms = both_ms - pickup_ms;
    uint32_t cell = leg->to_cell;
    for (uint32_t at = leg->at + 1; at < count && least_ms > 0; at++) {
        const struct fleet_leg *later = &fleet->legs[numbers[at]];
        const int64_t detour_ms = to_dropoff_ms(search, fleet, cell, later->leave_units) +
                                  from_dropoff_ms(search, fleet, later) - later->leg_ms;
        least_ms = bound_least(least_ms, detour_ms);
        cell = later->to_cell;
    }
    return bound_most(bound_least(least_ms, to_dropoff_ms(search, fleet, cell, 0)), 0);
}

/* Does the leg, led over the pick-up, cost more than the best so far? */
static bool is_dear(const struct insertion_search *search, const struct fleet *fleet,
                    const struct fleet_leg *leg, int64_t to_ms, int64_t from_ms,
                    const struct insertion *best)
{
    const int64_t cost = pickup_cost(search, leg, to_ms, from_ms);
    if (cost > best->cost || cost == INT64_MAX) {
        return true;
    }
    const int64_t weight = search->probe.config->weights.vehicle_s;
    return cost + weight * dropoff_detour_ms(search, fleet, leg, to_ms, from_ms) > best->cost;
}

/* ---- What is left ---- */

/* Ask for the memory of a plan with its stops. */
static void fetch(const struct fleet *fleet, uint32_t vehicle)
{
    const char *plan = (const char *)&fleet->plans[vehicle];
    const size_t size = offsetof(struct plan, stops) +
                        fleet->vehicles[vehicle].stop_count * sizeof(struct plan_item);
    for (size_t at = 0; at < size; at += LINE) {
        __builtin_prefetch(plan + at);
    }
}

static void probe_touched(struct insertion_search *search, struct fleet *fleet,
                          struct insertion *best)
{
    for (uint32_t i = 0; i < search->touched_count; i++) {
        const uint32_t vehicle = search->touched[i];
        struct probe_leg legs[PLAN_STOPS_MAX];
        uint32_t count = 0;
        for (uint32_t at = search->first_leg[vehicle]; at > 0; at = search->legs[at - 1].next) {
            legs[count++] = search->legs[at - 1].leg;
        }
        search->first_leg[vehicle] = 0;
        if (i + 1 < search->touched_count) {
            fetch(fleet, search->touched[i + 1]);
        }
        probe_legs(&search->probe, vehicle, legs, count, best);
    }
    search->touched_count = 0;
    search->leg_count = 0;
}

static void touch(struct insertion_search *search, struct fleet *fleet, const struct fleet_leg *leg,
                  int64_t to_ms, int64_t from_ms, struct insertion *best)
{
    if (search->leg_count == INSERTION_BATCH_MAX) {
        probe_touched(search, fleet, best);
    }
    uint32_t *first = &search->first_leg[leg->vehicle];
    if (*first == 0) {
        search->touched[search->touched_count++] = leg->vehicle;
    }
    search->legs[search->leg_count++] = (struct insertion_leg){
        .next = *first,
        .leg = {leg->at, leg->seen, leg->to, to_ms, from_ms},
    };
    *first = search->leg_count;
}

/* The legs of the batch, by their exact drives: first to the pick-up, with from_ms[] as the cells
 * bound it, then what is left from it. */
static void try_batch(struct insertion_search *search, struct fleet *fleet, struct insertion *best)
{
    struct insertion_batch *batch = &search->batch;
    struct road_query *query = fleet->network->query;
    const struct road_place pickup = search->probe.request->pickup.place;
    uint32_t left = 0;
    road_query_to(query, batch->places, batch->count, pickup, batch->to_ms);
    search->counts.drives += batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        const struct fleet_leg *leg = &fleet->legs[batch->items[i]];
        const int64_t to_ms = batch->to_ms[i];
        if (to_ms < ROAD_UNREACHABLE_MS &&
            !is_dear(search, fleet, leg, to_ms, batch->from_ms[i], best)) {
            batch->items[left] = batch->items[i];
            batch->to_ms[left] = to_ms;
            batch->places[left++] = leg->to;
        }
    }
    road_query_from(query, pickup, batch->places, left, batch->from_ms);
    search->counts.drives += left;
    for (uint32_t i = 0; i < left; i++) {
        const struct fleet_leg *leg = &fleet->legs[batch->items[i]];
        if (batch->from_ms[i] < ROAD_UNREACHABLE_MS &&
            !is_dear(search, fleet, leg, batch->to_ms[i], batch->from_ms[i], best)) {
            touch(search, fleet, leg, batch->to_ms[i], batch->from_ms[i], best);
        }
    }
    batch->count = 0;
}

static void gather(struct insertion_search *search, struct fleet *fleet, uint32_t number,
                   struct insertion *best)
{
    const struct fleet_leg *leg = &fleet->legs[number];
    const struct road_cells *cells = &fleet->network->cells;
    const uint32_t cell = search->probe.pickup_cell;
    const size_t column = (size_t)cell * cells->count;
    uint32_t to_units = search->to_units[leg->seen_cell];
    uint32_t from_units = cells->from[column + leg->to_cell];
    to_units += leg->seen_cell != cell ? leg->leave_units : 0;
    from_units += leg->to_cell != cell ? search->probe.leave_units + leg->enter_units : 0;
    const int64_t to_ms = bound_most((int64_t)to_units * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
    const int64_t from_ms = (int64_t)from_units * ROAD_CELLS_UNIT_MS;
    struct insertion_batch *batch = &search->batch;
    const bool is_bounded = leg->is_bounded && (leg->waiting & search->end_places) == 0;
    if ((is_bounded && is_dear(search, fleet, leg, to_ms, from_ms, best)) ||
        !insertion_inside_takes(search, fleet, leg->vehicle)) {
        return;
    }
    if (!is_bounded) {
        touch(search, fleet, leg, PROBE_UNKNOWN, PROBE_UNKNOWN, best);
    } else {
        batch->items[batch->count] = number;
        batch->from_ms[batch->count] = from_ms;
        batch->places[batch->count++] = leg->seen;
        if (batch->count == INSERTION_BATCH_MAX) {
            try_batch(search, fleet, best);
        }
    }
}

void insertion_legs_try(struct insertion_search *search, struct fleet *fleet,
                        struct insertion *best)
{
    const uint64_t *legs =
        fleet->in_cell + (size_t)search->probe.pickup_cell * (fleet->legs_max / BITS);
    for (uint32_t w = 0; w < fleet->leg_words; w++) {
        for (uint64_t rest = legs[w]; rest != 0; rest &= rest - 1) {
            gather(search, fleet, w * BITS + (uint32_t)__builtin_ctzll(rest), best);
        }
    }
    try_batch(search, fleet, best);
    core_phase_done(search->probe.config, CORE_PHASE_LEGS);
    probe_touched(search, fleet, best);
}
