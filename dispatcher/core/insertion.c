/* Two passes. The vehicles whose plans end near the pick-up come first, ring by ring: one of them
 * is usually good, and whatever costs more than it is left out from then on. Then the legs that
 * could be led over both ends, from the index. Lower bounds are exact: what is skipped certainly
 * breaks a limit or certainly costs more than the best so far. */
#include "core/insertion.h"

#include "base/check.h"
#include "core/probe.h"
#include "core/trial.h"

#define RING_FIRST_UNITS                                                                           \
    120 /* half a minute's drive; each ring reaches as far again and a half                        \
         */
#define BITS 64

struct insertion_search {
    uint32_t vehicles_max;
    uint32_t touched_count;
    uint32_t *touched;  /* [vehicles_max] vehicles with a position for the pick-up */
    uint32_t *position; /* [vehicles_max] mask of those; 0 between searches */
    struct probe probe;
    struct probe_counts counts;
    uint64_t search_count;
    uint64_t end_count;
    struct road_place *places; /* [vehicles_max] scratch */
    int64_t *drives;           /* [vehicles_max] scratch */
};

size_t insertion_search_cost(uint32_t vehicles_max)
{
    return arena_cost(1, sizeof(struct insertion_search)) +
           2 * arena_cost(vehicles_max, sizeof(uint32_t)) +
           arena_cost(vehicles_max, sizeof(struct road_place)) +
           arena_cost(vehicles_max, sizeof(int64_t));
}

struct insertion_search *insertion_search_init(struct arena *arena, uint32_t vehicles_max)
{
    CHECK(vehicles_max > 0);
    if (arena->size - arena->used < insertion_search_cost(vehicles_max)) {
        return NULL;
    }
    struct insertion_search *search = arena_take(arena, 1, sizeof *search);
    CHECK(search != NULL);
    search->vehicles_max = vehicles_max;
    search->touched = arena_take(arena, vehicles_max, sizeof *search->touched);
    search->position = arena_take(arena, vehicles_max, sizeof *search->position);
    search->places = arena_take(arena, vehicles_max, sizeof *search->places);
    search->drives = arena_take(arena, vehicles_max, sizeof *search->drives);
    return search;
}

bool insertion_precedes(const struct insertion *a, const struct insertion *b)
{
    if (a->cost != b->cost) {
        return a->cost < b->cost;
    }
    if (a->vehicle != b->vehicle) {
        return a->vehicle < b->vehicle;
    }
    if (a->pickup_at != b->pickup_at) {
        return a->pickup_at < b->pickup_at;
    }
    return a->dropoff_at < b->dropoff_at;
}

static int64_t at_least(int64_t value, int64_t floor)
{
    return value > floor ? value : floor;
}

static bool is_candidate(const struct fleet *fleet, uint32_t vehicle,
                         const struct insertion_request *request)
{
    return fleet_takes(&fleet->vehicles[vehicle], request->pickup.seats,
                       request->pickup.wheelchairs);
}

/* ---- Behind everything that is planned ---- */

/* What a vehicle costs at least whose plan ends this far from the pick-up, at `free_ms` or later.
 */
static int64_t end_cost(const struct insertion_request *request, const struct core_config *config,
                        int64_t free_ms, int64_t to_ms)
{
    const struct core_weights *weights = &config->weights;
    const int64_t arrive_ms = at_least(free_ms + to_ms, request->pickup.earliest_ms);
    int64_t cost = weights->vehicle_s * (to_ms + request->direct_ms) +
                   weights->wait_s * (arrive_ms - request->pickup.earliest_ms) +
                   weights->ride_s * request->direct_ms;
    if (config->limits_soft && to_ms > 0) { /* at its place a stand may be under way */
        cost +=
            trial_penalty(request, arrive_ms, arrive_ms, arrive_ms + request->direct_ms, config);
    }
    return cost;
}

/* A vehicle whose plan ends in a cell `to_ms` from the pick-up: by its own figures, before its plan
 * is looked at. */
static void try_end(struct insertion_search *search, struct fleet *fleet, uint32_t vehicle,
                    int64_t to_ms, struct insertion *best)
{
    const struct insertion_request *request = search->probe.request;
    const struct core_config *config = search->probe.config;
    const struct fleet_vehicle *entry = &fleet->vehicles[vehicle];
    const int64_t free_ms = at_least(entry->free_ms, fleet->now_ms);
    if (!is_candidate(fleet, vehicle, request) ||
        end_cost(request, config, free_ms, to_ms) > best->cost) {
        return;
    }
    search->end_count++;
    to_ms = road_query_time(fleet->network->query, entry->end, request->pickup.place);
    search->counts.drives++;
    if (to_ms < ROAD_UNREACHABLE_MS && end_cost(request, config, free_ms, to_ms) <= best->cost) {
        probe_after_last(&search->probe, vehicle, to_ms, best);
    }
}

/* The vehicles of the cells that are `low` to `high` - 1 units from the pick-up. */
static void try_ring(struct insertion_search *search, struct fleet *fleet, uint32_t low,
                     uint32_t high, struct insertion *best)
{
    const struct road_cells *cells = &fleet->network->cells;
    const struct insertion_request *request = search->probe.request;
    const uint16_t *to = cells->to + (size_t)search->probe.pickup_cell * cells->count;
    for (uint32_t cell = 0; cell < cells->count; cell++) {
        if (to[cell] < low || to[cell] >= high || fleet->first[cell] == FLEET_NONE) {
            continue;
        }
        const int64_t to_ms =
            at_least((int64_t)to[cell] * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
        if (end_cost(request, search->probe.config, fleet->now_ms, to_ms) > best->cost) {
            continue;
        }
        for (uint32_t v = fleet->first[cell]; v != FLEET_NONE; v = fleet->next[v]) {
            try_end(search, fleet, v, to_ms, best);
        }
    }
}

/* Ring by ring until the next can hold nothing better. */
static void try_ends(struct insertion_search *search, struct fleet *fleet, struct insertion *best)
{
    const struct insertion_request *request = search->probe.request;
    const struct core_config *config = search->probe.config;
    uint32_t low = 0;
    uint32_t high = RING_FIRST_UNITS;
    while (low <= ROAD_CELLS_UNITS_MAX) {
        const int64_t to_ms = at_least((int64_t)low * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
        if (end_cost(request, config, fleet->now_ms, to_ms) > best->cost ||
            (!config->limits_soft && to_ms > 0 &&
             fleet->now_ms + to_ms > request->pickup.latest_ms)) {
            return;
        }
        try_ring(search, fleet, low, high, best);
        low = high;
        high = high + high / 2;
    }
}

/* What a vehicle on its way to rest costs at least. Wherever it turns, it is not at the pick-up
 * sooner than straight from where it was last known; but how much of that is driven before it turns
 * is not known, only that it turns at its resting place at the latest. */
static int64_t resting_cost(const struct insertion_search *search, const struct fleet *fleet,
                            const struct plan *plan)
{
    const struct road_cells *cells = &fleet->network->cells;
    const struct insertion_request *request = search->probe.request;
    const uint16_t *to = cells->to + (size_t)search->probe.pickup_cell * cells->count;
    const bool seen = plan->seen_ms > plan->start_ms;
    const uint32_t cell = road_cells_of(cells, seen ? plan->seen : plan->start);
    const int64_t to_ms = (int64_t)to[cell] * ROAD_CELLS_UNIT_MS - fleet->offset_ms;
    const int64_t arrive_ms = (seen ? plan->seen_ms : plan->start_ms) + at_least(to_ms, 0);
    const int64_t turns_ms = at_least(plan->start_ms + plan->rest_leg_ms, fleet->now_ms);
    const int64_t drive_ms = at_least(arrive_ms - turns_ms, 0);
    return end_cost(request, search->probe.config, at_least(arrive_ms, fleet->now_ms) - drive_ms,
                    drive_ms);
}

/* The vehicles that are on their way to rest: they are in no cell, so all are looked at. */
static void try_resting(struct insertion_search *search, struct fleet *fleet,
                        struct insertion *best)
{
    for (uint32_t i = 0; i < fleet->resting_count; i++) {
        const uint32_t v = fleet->resting[i];
        if (is_candidate(fleet, v, search->probe.request) &&
            resting_cost(search, fleet, &fleet->plans[v]) <= best->cost) {
            search->end_count++;
            probe_after_last(&search->probe, v, PROBE_UNKNOWN, best);
        }
    }
}

/* ---- On the way ---- */

/* Does a detour over the pick-up cost more than the best so far, by the cells' bounds? */
static bool is_dear(const struct insertion_search *search, const struct fleet *fleet,
                    const struct fleet_leg *leg, const struct insertion *best)
{
    const struct road_cells *cells = &fleet->network->cells;
    const struct insertion_request *request = search->probe.request;
    const struct core_config *config = search->probe.config;
    const size_t column = (size_t)search->probe.pickup_cell * cells->count;
    const int64_t to_ms = at_least(
        (int64_t)cells->to[column + leg->seen_cell] * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
    const int64_t from_ms = (int64_t)cells->from[column + leg->to_cell] * ROAD_CELLS_UNIT_MS;
    const int64_t detour_ms = at_least(to_ms + from_ms - leg->leg_ms, 0);
    const int64_t arrive_ms = leg->depart_ms + to_ms;
    const int64_t boards_ms = at_least(arrive_ms, request->pickup.earliest_ms);
    const struct core_weights *weights = &config->weights;
    int64_t cost = weights->vehicle_s * detour_ms +
                   weights->wait_s * (boards_ms - request->pickup.earliest_ms) +
                   weights->ride_s * request->direct_ms - leg->gain;
    if (to_ms == 0) {
        return cost > best->cost; /* at its place a stand may be under way */
    }
    if (config->limits_soft) {
        cost +=
            trial_penalty(request, arrive_ms, boards_ms, boards_ms + request->direct_ms, config);
    }
    return cost > best->cost || (!config->limits_soft && arrive_ms > request->pickup.latest_ms);
}

static void gather_leg(struct insertion_search *search, const struct fleet *fleet, uint32_t leg,
                       const struct insertion *best)
{
    const struct fleet_leg *entry = &fleet->legs[leg];
    if (!is_candidate(fleet, entry->vehicle, search->probe.request) ||
        (entry->is_bounded && is_dear(search, fleet, entry, best))) {
        return;
    }
    if (search->position[entry->vehicle] == 0) {
        search->touched[search->touched_count++] = entry->vehicle;
    }
    search->position[entry->vehicle] |= UINT32_C(1) << entry->at;
}

static void try_legs(struct insertion_search *search, struct fleet *fleet, struct insertion *best)
{
    const uint64_t *legs =
        fleet->in_cell + (size_t)search->probe.pickup_cell * (fleet->legs_max / BITS);
    search->touched_count = 0;
    for (uint32_t w = 0; w < fleet->leg_words; w++) {
        for (uint64_t rest = legs[w]; rest != 0; rest &= rest - 1) {
            gather_leg(search, fleet, w * BITS + (uint32_t)__builtin_ctzll(rest), best);
        }
    }
    for (uint32_t i = 0; i < search->touched_count; i++) {
        const uint32_t vehicle = search->touched[i];
        probe_vehicle(&search->probe, vehicle, search->position[vehicle], best);
        search->position[vehicle] = 0;
    }
}

bool insertion_find(struct insertion_search *search, struct fleet *fleet,
                    const struct insertion_request *request, const struct core_config *config,
                    struct insertion *best)
{
    return insertion_find_below(search, fleet, request, config, INT64_MAX, best);
}

bool insertion_find_below(struct insertion_search *search, struct fleet *fleet,
                          const struct insertion_request *request, const struct core_config *config,
                          int64_t limit, struct insertion *best)
{
    CHECK(fleet->count <= search->vehicles_max);
    /* The first of its cost in the total order: only what costs less precedes it. */
    struct insertion found = {.cost = limit};
    search->search_count++;
    probe_init(&search->probe, fleet, request, config, &search->counts);
    if (request->direct_ms >= ROAD_UNREACHABLE_MS) {
        return false;
    }
    try_ends(search, fleet, &found);
    try_resting(search, fleet, &found);
    try_legs(search, fleet, &found);
    if (found.cost == limit) {
        return false;
    }
    *best = found;
    return true;
}

/* Where a vehicle is free when all that it is about is done, going to rest included, and when. */
static struct road_place free_place(const struct plan *plan, int64_t *free_ms)
{
    if (plan->stop_count > 0) {
        *free_ms = plan->stops[plan->stop_count - 1].depart_ms;
        return plan->stops[plan->stop_count - 1].place;
    }
    *free_ms = at_least(plan->start_ms, plan->from_ms);
    if (plan->under_way) {
        *free_ms += plan->rest_leg_ms;
        return plan->rest;
    }
    return plan->start;
}

int64_t insertion_alternative_ms(struct insertion_search *search, struct fleet *fleet,
                                 const struct insertion_request *request,
                                 const struct core_config *config)
{
    uint32_t count = 0;
    for (uint32_t v = 0; v < fleet->count; v++) {
        if (is_candidate(fleet, v, request)) {
            int64_t free_ms = 0;
            fleet_refresh(fleet, v, config);
            search->places[count] = free_place(&fleet->plans[v], &free_ms);
            search->touched[count++] = v;
        }
    }
    road_query_to(fleet->network->query, search->places, count, request->pickup.place,
                  search->drives);
    int64_t best_ms = INT64_MAX;
    for (uint32_t c = 0; c < count; c++) {
        const struct plan *plan = &fleet->plans[search->touched[c]];
        if (search->drives[c] >= ROAD_UNREACHABLE_MS) {
            continue;
        }
        int64_t free_ms = 0;
        (void)free_place(plan, &free_ms);
        const int64_t arrive_ms = free_ms + search->drives[c];
        const int64_t boards_ms = at_least(arrive_ms, request->pickup.earliest_ms);
        if (boards_ms + config->pickup_ms <= plan->until_ms && arrive_ms < best_ms) {
            best_ms = arrive_ms;
        }
    }
    return best_ms;
}

void insertion_apply(struct fleet *fleet, const struct insertion *insertion,
                     const struct insertion_request *request, const struct core_config *config)
{
    struct plan *plan = &fleet->plans[insertion->vehicle];
    struct road_query *query = fleet->network->query;
    const uint32_t at_p = insertion->pickup_at;
    const uint32_t at_d = insertion->dropoff_at;
    CHECK(at_p <= at_d && at_d <= plan->stop_count);
    if (at_p == 0 && plan->under_way &&
        (plan->stop_count == 0 || !road_place_equal(plan->stops[0].place, request->pickup.place))) {
        CHECK(plan_advance(plan, fleet->now_ms, &fleet->network->drive));
    }
    plan->rests = false;
    const struct plan before = *plan;
    const struct road_place from = at_p == 0 ? before.start : before.stops[at_p - 1].place;
    const struct road_place pickup = request->pickup.place;
    const struct road_place dropoff = request->dropoff.place;
    struct trial_legs legs = {
        .to_pickup = road_query_time(query, from, pickup),
        .after_pickup = request->direct_ms,
    };
    if (at_p < at_d) {
        legs.after_pickup = road_query_time(query, pickup, before.stops[at_p].place);
        legs.to_dropoff = road_query_time(query, before.stops[at_d - 1].place, dropoff);
    }
    if (at_d < before.stop_count) {
        legs.after_dropoff = road_query_time(query, dropoff, before.stops[at_d].place);
    }
    trial_write(plan, &before, request, at_p, at_d, &legs);
    (void)plan_schedule(plan, config); /* false where soft limits are passed */
}

void insertion_counts(const struct insertion_search *search, struct insertion_counts *counts)
{
    *counts = (struct insertion_counts){
        .searches = search->search_count,
        .ends = search->end_count,
        .vehicles = search->counts.vehicles,
        .drives = search->counts.drives,
        .trials = search->counts.trials,
        .turns = search->counts.turns,
    };
}
