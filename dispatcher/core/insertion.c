/* Two passes. The vehicles whose plans end near the pick-up come first, ring by ring: one of them
 * is usually good, and whatever costs more than it is left out from then on. Then the legs that
 * could be led over both ends, from the index. Lower bounds are exact: what is skipped certainly
 * breaks a limit or certainly costs more than the best so far. */
#include "core/insertion.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/probe.h"
#include "core/trial.h"

#define RING_UNITS  16 /* 4 seconds' drive */
#define RING_COUNT  (ROAD_CELLS_UNITS_MAX / RING_UNITS + 1)
#define RING_END    UINT16_MAX
#define BITS        64
#define BATCH_MAX   256
#define BATCH_WORTH 4  /* so many are asked together as soon as they are there */
#define LINE        64 /* bytes that memory gives at once */

/* Travel times are cheapest asked together. */
struct batch {
    uint32_t count;
    uint32_t items[BATCH_MAX]; /* vehicles, or legs */
    struct road_place places[BATCH_MAX];
    int64_t to_ms[BATCH_MAX];
    int64_t from_ms[BATCH_MAX];
};

struct insertion_search {
    uint32_t vehicles_max;
    uint32_t touched_count;
    uint32_t *touched;  /* [vehicles_max] vehicles with a position for the pick-up */
    uint32_t *position; /* [vehicles_max] mask of those; 0 between searches */
    struct probe probe;
    struct batch batch;
    uint16_t ring_first[RING_COUNT]; /* a cell of each ring, RING_END: none */
    uint16_t ring_next[ROAD_CELLS_MAX];
    uint16_t to_units[ROAD_CELLS_MAX]; /* road_cells_to() the pick-up */
    uint64_t end_places;               /* fleet_place_bit() of both ends */
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

static int64_t at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

static bool is_candidate(const struct fleet *fleet, uint32_t vehicle,
                         const struct insertion_request *request)
{
    return fleet_takes(&fleet->vehicles[vehicle], request->pickup.seats,
                       request->pickup.wheelchairs);
}

/* ---- Behind everything that is planned ---- */

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
    return at_most(best->cost + margin, last);
}

/* Does a vehicle cost too much whose plan ends this far from the pick-up or further, at `free_ms`
 * or later? At the pick-up's place it may share a stand, and take no time of its own. */
static bool is_dear_end(const struct insertion_search *search, int64_t free_ms, int64_t to_ms,
                        const struct insertion *best)
{
    const struct probe *probe = &search->probe;
    if (to_ms > 0) {
        return probe_cost_after_last(probe, free_ms, to_ms) > dearest(probe, best);
    }
    const struct core_weights *weights = &probe->config->weights;
    const int64_t wait_ms = bound_most(free_ms - probe->request->pickup.earliest_ms, 0);
    return weights->wait_s * wait_ms +
               (weights->vehicle_s + weights->ride_s) * probe->request->direct_ms >
           dearest(probe, best);
}

/* The vehicles of the batch, by their exact drives to the pick-up. */
static void try_batch_of_ends(struct insertion_search *search, struct fleet *fleet,
                              struct insertion *best)
{
    struct batch *batch = &search->batch;
    const struct insertion_request *request = search->probe.request;
    road_query_to(fleet->network->query, batch->places, batch->count, request->pickup.place,
                  batch->to_ms);
    search->end_count += batch->count;
    search->counts.drives += batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        const uint32_t vehicle = batch->items[i];
        const int64_t free_ms = bound_most(fleet->vehicles[vehicle].free_ms, fleet->now_ms);
        if (batch->to_ms[i] < ROAD_UNREACHABLE_MS &&
            !is_dear_end(search, free_ms, batch->to_ms[i], best)) {
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
    const struct insertion_request *request = search->probe.request;
    const bool is_own = cell == search->probe.pickup_cell;
    const int64_t border_ms = (int64_t)search->to_units[cell] * ROAD_CELLS_UNIT_MS;
    struct batch *batch = &search->batch;
    if (is_dear_end(search, fleet->now_ms, bound_most(border_ms - fleet->offset_ms, 0), best)) {
        return;
    }
    for (uint32_t v = fleet->first[cell]; v != FLEET_NONE; v = fleet->vehicles[v].next) {
        const struct fleet_vehicle *entry = &fleet->vehicles[v];
        const int64_t free_ms = bound_most(entry->free_ms, fleet->now_ms);
        const int64_t to_ms = is_own ? 0 : border_ms + entry->leave_ms;
        if (!is_candidate(fleet, v, request) || is_dear_end(search, free_ms, to_ms, best)) {
            continue;
        }
        fetch(&fleet->plans[v]);
        batch->items[batch->count] = v;
        batch->places[batch->count++] = entry->end;
        if (batch->count == BATCH_MAX) {
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
            const uint32_t ring = to[cell - 1] / RING_UNITS;
            search->ring_next[cell - 1] = search->ring_first[ring];
            search->ring_first[ring] = (uint16_t)(cell - 1);
        }
    }
}

/* Ring by ring until the next can hold nothing better. */
static void try_ends(struct insertion_search *search, struct fleet *fleet, struct insertion *best)
{
    const struct probe *probe = &search->probe;
    sort_cells(search, fleet);
    for (uint32_t ring = 0; ring < RING_COUNT; ring++) {
        const uint32_t units = ring * RING_UNITS + (ring > 0 ? probe->enter_units : 0);
        const int64_t to_ms = bound_most((int64_t)units * ROAD_CELLS_UNIT_MS - fleet->offset_ms, 0);
        if (is_dear_end(search, fleet->now_ms, to_ms, best) ||
            (!probe->config->limits_soft && to_ms > 0 &&
             fleet->now_ms + to_ms > probe->request->pickup.latest_ms)) {
            break;
        }
        for (uint16_t cell = search->ring_first[ring]; cell != RING_END;
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
        if (is_candidate(fleet, v, search->probe.request) &&
            resting_cost(search, fleet, &fleet->plans[v]) <= dearest(&search->probe, best)) {
            search->end_count++;
            probe_after_last(&search->probe, v, PROBE_UNKNOWN, best);
        }
    }
}

/* ---- On the way ---- */

/* Does a detour on the leg over the pick-up, `to_ms` from where it begins and `from_ms` from where
 * it ends, or more, cost more than the best so far? */
static bool is_dear(const struct insertion_search *search, const struct fleet_leg *leg,
                    int64_t to_ms, int64_t from_ms, const struct insertion *best)
{
    const struct insertion_request *request = search->probe.request;
    const struct core_config *config = search->probe.config;
    const struct core_weights *weights = &config->weights;
    const int64_t stand_ms = to_ms > 0 && from_ms > 0 ? request->pickup.dwell_ms : 0;
    const int64_t detour_ms = bound_most(to_ms + from_ms - leg->leg_ms, 0) + stand_ms;
    const int64_t arrive_ms = leg->depart_ms + to_ms;
    if (detour_ms > leg->room_ms) {
        return true;
    }
    const int64_t boards_ms = bound_most(arrive_ms + stand_ms, request->pickup.earliest_ms);
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

static void touch(struct insertion_search *search, const struct fleet_leg *leg)
{
    if (search->position[leg->vehicle] == 0) {
        search->touched[search->touched_count++] = leg->vehicle;
    }
    search->position[leg->vehicle] |= UINT32_C(1) << leg->at;
}

/* The legs of the batch, by their exact drives: first to the pick-up, with from_ms[] as the cells
 * bound it, then what is left from it. */
static void try_batch_of_legs(struct insertion_search *search, struct fleet *fleet,
                              const struct insertion *best)
{
    struct batch *batch = &search->batch;
    struct road_query *query = fleet->network->query;
    const struct road_place pickup = search->probe.request->pickup.place;
    uint32_t left = 0;
    road_query_to(query, batch->places, batch->count, pickup, batch->to_ms);
    search->counts.drives += batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        const struct fleet_leg *leg = &fleet->legs[batch->items[i]];
        const int64_t to_ms = batch->to_ms[i];
        if (to_ms < ROAD_UNREACHABLE_MS && !is_dear(search, leg, to_ms, batch->from_ms[i], best)) {
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
            !is_dear(search, leg, batch->to_ms[i], batch->from_ms[i], best)) {
            touch(search, leg);
        }
    }
    batch->count = 0;
}

static void gather_leg(struct insertion_search *search, struct fleet *fleet, uint32_t number,
                       const struct insertion *best)
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
    struct batch *batch = &search->batch;
    const bool is_bounded = leg->is_bounded && (leg->waiting & search->end_places) == 0;
    if ((is_bounded && is_dear(search, leg, to_ms, from_ms, best)) ||
        !is_candidate(fleet, leg->vehicle, search->probe.request)) {
        return;
    }
    if (!is_bounded) {
        touch(search, leg);
    } else {
        batch->items[batch->count] = number;
        batch->from_ms[batch->count] = from_ms;
        batch->places[batch->count++] = leg->seen;
        if (batch->count == BATCH_MAX) {
            try_batch_of_legs(search, fleet, best);
        }
    }
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
    try_batch_of_legs(search, fleet, best);
    core_phase_done(search->probe.config, CORE_PHASE_LEGS);
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

/* Search all that the index knows, for what precedes *found. */
static void search_index(struct insertion_search *search, struct fleet *fleet,
                         const struct insertion_request *request, const struct core_config *config,
                         bool wants_others, struct insertion *found)
{
    CHECK(fleet->count <= search->vehicles_max);
    search->search_count++;
    probe_init(&search->probe, fleet, request, config, &search->counts);
    search->probe.wants_others = wants_others;
    if (request->direct_ms >= ROAD_UNREACHABLE_MS) {
        return;
    }
    road_cells_to(&fleet->network->cells, request->pickup.place, search->to_units);
    search->end_places =
        fleet_place_bit(request->pickup.place) | fleet_place_bit(request->dropoff.place);
    try_ends(search, fleet, found);
    try_resting(search, fleet, found);
    core_phase_done(config, CORE_PHASE_ENDS);
    try_legs(search, fleet, found);
    core_phase_done(config, CORE_PHASE_PLANS);
}

bool insertion_find_below(struct insertion_search *search, struct fleet *fleet,
                          const struct insertion_request *request, const struct core_config *config,
                          int64_t limit, struct insertion *best)
{
    /* The first of its cost in the total order: only what costs less precedes it. */
    struct insertion found = {.cost = limit};
    search_index(search, fleet, request, config, true, &found);
    if (found.cost == limit) {
        return false;
    }
    *best = found;
    return true;
}

/* A plan that the index does not know, if it has room for two stops more. */
static void probe_beside(struct insertion_search *search, struct fleet *fleet, uint32_t changed,
                         struct insertion *best)
{
    if (fleet->plans[changed].stop_count + 2 <= PLAN_STOPS_MAX) {
        search->probe.is_indexed = false;
        search->probe.spares = false;
        probe_vehicle(&search->probe, changed, UINT32_MAX, best);
    }
}

bool insertion_find_beside(struct insertion_search *search, struct fleet *fleet,
                           const uint32_t *changed, uint32_t changed_count, bool wants_others,
                           const struct insertion_request *request,
                           const struct core_config *config, int64_t limit, struct insertion *best)
{
    struct insertion found = {.cost = limit};
    CHECK(request->direct_ms < ROAD_UNREACHABLE_MS);
    for (uint32_t i = 0; i < changed_count; i++) {
        CHECK(fleet->vehicles[changed[i]].usable);
        fleet->vehicles[changed[i]].usable = false; /* what the index says of it is not so */
    }
    search_index(search, fleet, request, config, wants_others, &found);
    for (uint32_t i = 0; i < changed_count; i++) {
        fleet->vehicles[changed[i]].usable = true;
    }
    for (uint32_t i = 0; i < changed_count; i++) {
        probe_beside(search, fleet, changed[i], &found);
    }
    if (found.cost == limit) {
        return false;
    }
    *best = found;
    return true;
}

void insertion_look_beside(struct insertion_search *search, struct fleet *fleet, uint32_t changed,
                           const struct insertion_request *request,
                           const struct core_config *config, struct insertion *best)
{
    probe_init(&search->probe, fleet, request, config, &search->counts);
    probe_beside(search, fleet, changed, best);
}

/* Where a vehicle is free when all that it is about is done, going to rest included, and when. */
static struct road_place free_place(const struct plan *plan, int64_t *free_ms)
{
    if (plan->stop_count > 0) {
        *free_ms = plan->stops[plan->stop_count - 1].depart_ms;
        return plan->stops[plan->stop_count - 1].place;
    }
    *free_ms = bound_most(plan->start_ms, plan->from_ms);
    if (plan->under_way) {
        *free_ms += plan->rest_leg_ms;
        return plan->rest;
    }
    return plan->start;
}

uint32_t insertion_others(const struct insertion_search *search, const struct insertion *best,
                          struct insertion others[INSERTION_SEEN_MAX])
{
    const struct probe *probe = &search->probe;
    uint32_t count = 0;
    for (uint32_t i = 0; i < probe->seen_count; i++) {
        if (probe->seen[i].vehicle != best->vehicle && count < INSERTION_SEEN_MAX - 1) {
            others[count++] = probe->seen[i];
        }
    }
    return count;
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
        const int64_t boards_ms = bound_most(arrive_ms, request->pickup.earliest_ms);
        if (boards_ms + request->pickup.dwell_ms <= plan->until_ms && arrive_ms < best_ms) {
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
