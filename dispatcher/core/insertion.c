/* Two passes. The vehicles whose plans end near the pick-up come first, ring by ring: one of them
 * is usually good, and whatever costs more than it is left out from then on. Then the legs that
 * could be led over both ends, from the index. Lower bounds are exact: what is skipped certainly
 * breaks a limit or certainly costs more than the best so far. */
#include "core/insertion.h"

#include "base/bound.h"
#include "base/check.h"
#include "core/insertion_ends.h"
#include "core/insertion_legs.h"
#include "core/trial.h"

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
    search->first_leg = arena_take(arena, vehicles_max, sizeof *search->first_leg);
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
    search->alight_leave_units = road_cells_leave(&fleet->network->cells, request->dropoff.place);
    search->alight_enter_units = road_cells_enter(&fleet->network->cells, request->dropoff.place);
    search->end_places =
        fleet_place_bit(request->pickup.place) | fleet_place_bit(request->dropoff.place);
    insertion_ends_try(search, fleet, found);
    core_phase_done(config, CORE_PHASE_ENDS);
    insertion_legs_try(search, fleet, found);
    core_phase_done(config, CORE_PHASE_PLANS);
}

bool insertion_find_below(struct insertion_search *search, struct fleet *fleet,
                          const struct insertion_request *request, const struct core_config *config,
                          int64_t limit, struct insertion *best)
{
    /* The first of its cost in the total order: only what costs less precedes it. */
    struct insertion found = {.cost = limit};
    search->seeks_others = false;
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
    search->seeks_others = wants_others;
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
        if (fleet_takes(&fleet->vehicles[v], request->pickup.seats, request->pickup.wheelchairs)) {
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
