/* Ring by ring: one of the vehicles whose plans end near the pick-up is usually good, and whatever
 * costs more than it is left out from then on. */
#include "core/insertion_ends.h"

#include <string.h>

#include "base/bound.h"

#define BATCH_WORTH 4  /* so many are asked together as soon as they are there */
#define LINE        64 /* bytes that memory gives at once */

/* What a vehicle costs at least whose plan ends this far from the pick-up or further, at `free_ms`
 * or later. At the pick-up's place it may share a stand, and take no time of its own. */
static int64_t end_cost(const struct probe *probe, int64_t free_ms, int64_t to_ms)
{
    if (to_ms > 0) {
        return probe_cost_after_last(probe, free_ms, to_ms);
    }
    const struct core_weights *weights = &probe->config->weights;
    const int64_t wait_ms = bound_most(free_ms - probe->request->pickup.earliest_ms, 0);
    return weights->wait_s * wait_ms +
           (weights->vehicle_s + weights->ride_s) * probe->request->direct_ms;
}

/* What costs more is neither the best nor, where they are wanted, among the others that are
 * remembered: as many as there is room for, that cost no more above the best than stands may. */
static int64_t dearest(const struct probe *probe, const struct insertion *best)
{
    const struct core_weights *weights = &probe->config->weights;
    const struct insertion_request *request = probe->request;
    if (!probe->wants_others || best->cost == INT64_MAX) {
        return best->cost;
    }
    const int64_t margin =
        weights->vehicle_s * (request->pickup.dwell_ms + request->dropoff.dwell_ms) +
        weights->wait_s * request->pickup.dwell_ms;
    const int64_t last = probe->seen_count < INSERTION_SEEN_MAX
                             ? INT64_MAX
                             : probe->seen[INSERTION_SEEN_MAX - 1].cost;
    return bound_least(best->cost + margin, last);
}

/* ... nor worth a look. */
static int64_t look_limit(const struct insertion_search *search, const struct insertion *best)
{
    return search->seeks_others ? dearest(&search->probe, best) : best->cost;
}

/* The vehicles of the batch, by their exact drives to the pick-up. */
static void try_batch_of_ends(struct insertion_search *search, struct fleet *fleet,
                              struct insertion *best)
{
    struct insertion_batch *batch = &search->batch;
    const struct insertion_request *request = search->probe.request;
    road_query_to(fleet->network->query, batch->places, batch->count, request->pickup.place,
                  batch->to_ms);
    search->end_count += batch->count;
    search->counts.drives += batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t vehicle = batch->items[i];
        const int64_t free_ms = bound_most(fleet->vehicles[vehicle].free_ms, fleet->now_ms);
        if (batch->to_ms[i] < ROAD_UNREACHABLE_MS &&
            end_cost(&search->probe, free_ms, batch->to_ms[i]) <= dearest(&search->probe, best)) {
            probe_after_last(&search->probe, vehicle, batch->to_ms[i], best);
        }
    }
    batch->count = 0;
}

/* Ask for the memory of what is wanted of a plan without its stops. */
static void fetch(const struct plan *plan)
{
    for (size_t at = 0; at < offsetof(struct plan, stops); at += LINE) {
        __builtin_prefetch((const char *)plan + at);
    }
}

/* The vehicles whose plans end in this cell: what their own figures leave goes into the batch. */
static void gather_ends(struct insertion_search *search, struct fleet *fleet, uint32_t cell,
                        struct insertion *best)
{
    const bool is_own = cell == search->probe.pickup_cell;
    const int64_t border_ms = (int64_t)search->to_units[cell] * ROAD_CELLS_UNIT_MS;
    struct insertion_batch *batch = &search->batch;
    const int64_t least_ms = bound_most(border_ms - fleet->offset_ms, 0);
    if (end_cost(&search->probe, fleet->now_ms, least_ms) > look_limit(search, best)) {
        return;
    }
    for (uint32_t v = fleet->first[cell]; v != FLEET_NONE; v = fleet->vehicles[v].next) {
        const struct fleet_vehicle *entry = &fleet->vehicles[v];
        const int64_t free_ms = bound_most(entry->free_ms, fleet->now_ms);
        const int64_t to_ms = is_own ? 0 : border_ms + entry->leave_ms;
        if (!insertion_inside_takes(search, fleet, v) ||
            end_cost(&search->probe, free_ms, to_ms) > look_limit(search, best)) {
            continue;
        }
        fetch(&fleet->plans[v]);
        batch->items[batch->count] = v;
        batch->places[batch->count++] = entry->end;
        if (batch->count == INSERTION_BATCH_MAX) {
            try_batch_of_ends(search, fleet, best);
        }
    }
}

/* The cells in which plans end, by how far they are from the pick-up. */
static void sort_cells(struct insertion_search *search, const struct fleet *fleet)
{
    const struct road_cells *cells = &fleet->network->cells;
    const uint16_t *to = cells->to + (size_t)search->probe.pickup_cell * cells->count;
    memset(search->ring_first, 0xff, sizeof search->ring_first);
    for (uint32_t cell = cells->count; cell > 0; cell--) {
        if (fleet->first[cell - 1] != FLEET_NONE) {
            const uint32_t ring = to[cell - 1] / INSERTION_RING_UNITS;
            search->ring_next[cell - 1] = search->ring_first[ring];
            search->ring_first[ring] = (uint16_t)(cell - 1);
        }
    }
}

/* Ring by ring until the next can hold nothing better. */
static void try_rings(struct insertion_search *search, struct fleet *fleet, struct insertion *best)
{
    const struct probe *probe = &search->probe;
    sort_cells(search, fleet);
    for (uint32_t ring = 0; ring < INSERTION_RING_COUNT; ring++) {
        const uint32_t units = ring * INSERTION_RING_UNITS + (ring > 0 ? probe->enter_units : 0);
        const int64_t to_ms = bound_most((int64_t)units * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
        if (end_cost(probe, fleet->now_ms, to_ms) > look_limit(search, best) ||
            (!probe->config->limits_soft && to_ms > 0 &&
             fleet->now_ms + to_ms > probe->request->pickup.latest_ms)) {
            break;
        }
        for (uint16_t cell = search->ring_first[ring]; cell != INSERTION_RING_END;
             cell = search->ring_next[cell]) {
            gather_ends(search, fleet, cell, best);
            if (search->batch.count >= BATCH_WORTH) {
                try_batch_of_ends(search, fleet, best);
            }
        }
    }
    try_batch_of_ends(search, fleet, best);
}

/* What a vehicle on its way to rest costs at least. Wherever it turns, it is not at the pick-up
 * sooner than straight from where it was last known; but how much of that is driven before it turns
 * is not known, only that it turns at its resting place at the latest. */
static int64_t resting_cost(const struct insertion_search *search, const struct fleet *fleet,
                            const struct plan *plan)
{
    const struct road_cells *cells = &fleet->network->cells;
    const uint16_t *to = cells->to + (size_t)search->probe.pickup_cell * cells->count;
    const bool seen = plan->seen_ms > plan->start_ms;
    const uint32_t cell = road_cells_of(cells, seen ? plan->seen : plan->start);
    const int64_t to_ms = (int64_t)to[cell] * ROAD_CELLS_UNIT_MS - fleet->offset_ms;
    const int64_t arrive_ms = (seen ? plan->seen_ms : plan->start_ms) + bound_most(to_ms, 0);
    const int64_t turns_ms = bound_most(plan->start_ms + plan->rest_leg_ms, fleet->now_ms);
    const int64_t drive_ms = bound_most(arrive_ms - turns_ms, 0);
    return probe_cost_after_last(&search->probe, bound_most(arrive_ms, fleet->now_ms) - drive_ms,
                                 drive_ms);
}

/* The vehicles that are on their way to rest: they are in no cell, so all are looked at. */
static void try_resting(struct insertion_search *search, struct fleet *fleet,
                        struct insertion *best)
{
    for (uint32_t i = 0; i < fleet->resting_count; i++) {
        const uint32_t v = fleet->resting[i];
        if (insertion_inside_takes(search, fleet, v) &&
            resting_cost(search, fleet, &fleet->plans[v]) <= look_limit(search, best)) {
            search->end_count++;
            probe_after_last(&search->probe, v, PROBE_UNKNOWN, best);
        }
    }
}

void insertion_ends_try(struct insertion_search *search, struct fleet *fleet,
                        struct insertion *best)
{
    try_rings(search, fleet, best);
    try_resting(search, fleet, best);
}
