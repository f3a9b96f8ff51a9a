/* Long lives of small fleets: plans are made, changed, withdrawn and refreshed, vehicles are seen
 * and go to rest, and time passes. After every step the index is sound, and what the search finds
 * by it is what an oracle finds that looks at every vehicle. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/fleet.h"
#include "core/route.h"
#include "fine_cells.h"
#include "insertion_oracle.h"

#define STOPS_MAX (SITUATION_VEHICLES_MAX * PLAN_STOPS_MAX)

struct life {
    struct random random;
    struct small_town town;
    struct situation s;
    struct fleet fleet;
    struct insertion_search *search;
    uint64_t next_ride;
    uint32_t found;
    uint32_t passed; /* positions on a leg that the index knows of */
    uint32_t rested; /* found in a vehicle on its way to rest */
};

/* ---- What happens ---- */

static void settle(struct life *life, uint32_t vehicle)
{
    struct plan *plan = &life->fleet.plans[vehicle];
    (void)plan_schedule(plan, &life->s.config);
    plan_refresh(plan, life->fleet.now_ms, &life->s.config);
    fleet_update(&life->fleet, vehicle, &life->s.config);
}

static void new_plan(struct life *life, uint32_t vehicle)
{
    situation_vehicle(&life->s, &life->random, &life->fleet.plans[vehicle], life->next_ride);
    life->next_ride += PLAN_STOPS_MAX;
    life->fleet.vehicles[vehicle].usable = situation_chance(&life->random, 95);
    settle(life, vehicle);
}

static void see(struct life *life, uint32_t vehicle)
{
    struct plan *plan = &life->fleet.plans[vehicle];
    plan_refresh(plan, life->fleet.now_ms, &life->s.config);
    struct plan ahead = *plan;
    if (plan->under_way && plan_advance(&ahead, life->fleet.now_ms, &life->town.network.drive)) {
        plan->seen = ahead.start;
        plan->seen_ms = ahead.start_ms;
        fleet_seen(&life->fleet, vehicle);
    }
}

static void withdraw(struct life *life, uint32_t vehicle)
{
    struct plan *plan = &life->fleet.plans[vehicle];
    for (uint32_t p = plan_stand_pending(plan); p < plan->stop_count; p++) {
        for (uint32_t d = p + 1; plan->stops[p].kind == STOP_PICKUP && d < plan->stop_count; d++) {
            if (plan->stops[d].ride.value == plan->stops[p].ride.value) {
                cr_assert(plan_withdraw(plan, p, d, life->fleet.now_ms, &life->s.config,
                                        &life->town.network.drive));
                settle(life, vehicle);
                return;
            }
        }
    }
}

/* The first stop is reached: a stand begins, and the stop is done. */
static void arrive(struct life *life, uint32_t vehicle)
{
    struct plan *plan = &life->fleet.plans[vehicle];
    if (plan->stop_count == 0 || plan->stops[0].kind != STOP_DROPOFF) {
        return;
    }
    plan->standing = true;
    plan->under_way = false;
    plan->start = plan->stops[0].place;
    plan->stand_from_ms = life->fleet.now_ms;
    plan->start_ms = life->fleet.now_ms + plan->stops[0].dwell_ms;
    plan->seats_aboard = (uint8_t)(plan->seats_aboard - plan->stops[0].seats);
    plan->wheelchairs_aboard = (uint8_t)(plan->wheelchairs_aboard - plan->stops[0].wheelchairs);
    plan->parties_aboard--;
    plan->private_aboard = plan->private_aboard && plan->parties_aboard > 0;
    plan->stop_count--;
    memmove(&plan->stops[0], &plan->stops[1], plan->stop_count * sizeof *plan->stops);
    settle(life, vehicle);
}

static void send_to_rest(struct life *life, uint32_t vehicle)
{
    struct plan *plan = &life->fleet.plans[vehicle];
    plan_refresh(plan, life->fleet.now_ms, &life->s.config);
    if (plan->stop_count == 0 && !plan->under_way) {
        const struct road_place rest =
            road_place_at_node((uint32_t)random_below(&life->random, SMALL_TOWN_NODES));
        plan_send_to_rest(plan, rest, situation_drive_ms(&life->s, plan->start, rest));
        settle(life, vehicle);
    }
}

static void happen(struct life *life)
{
    const uint32_t vehicle = (uint32_t)random_below(&life->random, life->fleet.count);
    switch (random_below(&life->random, 9)) {
    case 0:
        new_plan(life, vehicle);
        break;
    case 1:
        withdraw(life, vehicle);
        break;
    case 2:
        arrive(life, vehicle);
        break;
    case 3:
        send_to_rest(life, vehicle);
        break;
    case 4:
        fleet_refresh(&life->fleet, vehicle, &life->s.config);
        break;
    case 5:
        settle(life, vehicle);
        break;
    default:
        see(life, vehicle);
        break;
    }
    if (situation_chance(&life->random, 40)) {
        life->fleet.now_ms += random_between(&life->random, 0, 30000);
    }
}

/* ---- The index ---- */

/* Each leg is on the free list once, or in one plan once; and in the cells that it says. */
static void check_legs(const struct fleet *fleet)
{
    uint32_t uses[STOPS_MAX] = {0};
    cr_assert_leq(fleet->legs_max, STOPS_MAX);
    for (uint32_t i = 0; i < fleet->free_count; i++) {
        uses[fleet->free_legs[i]]++;
    }
    for (uint32_t v = 0; v < fleet->count; v++) {
        for (uint32_t at = 0; at < fleet->leg_count[v]; at++) {
            const uint32_t leg = fleet->plan_legs[v * PLAN_STOPS_MAX + at];
            if (leg == FLEET_NONE) {
                continue;
            }
            uses[leg]++;
            cr_assert_eq(fleet->legs[leg].vehicle, v);
            cr_assert_eq(fleet->legs[leg].at, at);
            cr_assert_lt(leg / 64, fleet->leg_words);
            for (uint32_t cell = 0; cell < fleet->network->cells.count; cell++) {
                const uint64_t *legs = fleet->in_cell + (size_t)cell * (fleet->legs_max / 64);
                cr_assert_eq((legs[leg / 64] >> leg % 64 & 1) != 0,
                             fleet_leg_passes(fleet, v, at, cell));
            }
        }
    }
    for (uint32_t leg = 0; leg < fleet->legs_max; leg++) {
        cr_assert_eq(uses[leg], 1, "leg %u is used %u times", leg, uses[leg]);
    }
    for (uint32_t i = 0; i < fleet->free_count; i++) {
        const uint32_t leg = fleet->free_legs[i];
        for (uint32_t cell = 0; cell < fleet->network->cells.count; cell++) {
            const uint64_t *legs = fleet->in_cell + (size_t)cell * (fleet->legs_max / 64);
            cr_assert_eq(legs[leg / 64] >> leg % 64 & 1, 0);
        }
    }
}

/* Each vehicle is in the list of its cell once, or among those on their way to rest. */
static void check_ends(const struct fleet *fleet)
{
    uint32_t seen[SITUATION_VEHICLES_MAX] = {0};
    for (uint32_t cell = 0; cell < fleet->network->cells.count; cell++) {
        uint32_t previous = FLEET_NONE;
        for (uint32_t v = fleet->first[cell]; v != FLEET_NONE; v = fleet->vehicles[v].next) {
            cr_assert_eq(fleet->end_cell[v], cell);
            cr_assert_eq(fleet->previous[v], previous);
            cr_assert_eq(road_cells_of(&fleet->network->cells, fleet->vehicles[v].end), cell);
            previous = v;
            cr_assert_eq(seen[v]++, 0);
        }
    }
    for (uint32_t i = 0; i < fleet->resting_count; i++) {
        const uint32_t v = fleet->resting[i];
        cr_assert_eq(fleet->vehicles[v].next, i);
        cr_assert_eq(seen[v]++, 0);
    }
    for (uint32_t v = 0; v < fleet->count; v++) {
        const struct plan *plan = &fleet->plans[v];
        cr_assert_eq(seen[v], 1, "vehicle %u", v);
        cr_assert_eq(fleet->vehicles[v].stop_count, plan->stop_count);
    }
}

/* ---- The search ---- */

static bool joins_waiting_stand(const struct plan *plan, struct road_place place)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].kind == STOP_PICKUP &&
            plan->stops[i].earliest_ms >= plan->stops[i].arrive_ms &&
            road_place_equal(plan->stops[i].place, place)) {
            return true;
        }
    }
    return false;
}

/* What is feasible on a leg is in the cells of that leg. Where the request makes a stand end sooner
 * that waits for a rider, the legs behind it have more room; the search does not ask them then. */
static void expect_entered(void *user, const struct insertion *candidate)
{
    struct life *life = user;
    const struct fleet *fleet = &life->fleet;
    const struct road_cells *cells = &fleet->network->cells;
    const struct insertion_request *request = &life->s.request;
    const struct plan *plan = &life->s.plans[candidate->vehicle];
    if (candidate->pickup_at < plan->stop_count) {
        cr_assert(fleet_leg_passes(fleet, candidate->vehicle, candidate->pickup_at,
                                   road_cells_of(cells, request->pickup.place)));
        life->passed++;
    }
    if (candidate->dropoff_at < plan->stop_count && candidate->dropoff_at >= plan->committed &&
        !joins_waiting_stand(plan, request->pickup.place) &&
        !joins_waiting_stand(plan, request->dropoff.place)) {
        cr_assert(fleet_leg_passes(fleet, candidate->vehicle, candidate->dropoff_at,
                                   road_cells_of(cells, request->dropoff.place)));
        life->passed++;
    }
}

/* The oracle sees the plans as they are now. */
static void bring_up_to_now(struct life *life)
{
    life->s.now_ms = life->fleet.now_ms;
    for (uint32_t v = 0; v < life->s.count; v++) {
        life->s.plans[v] = life->fleet.plans[v];
        life->s.usable[v] = life->fleet.vehicles[v].usable;
        plan_refresh(&life->s.plans[v], life->s.now_ms, &life->s.config);
    }
}

static void search(struct life *life)
{
    struct insertion expected;
    struct insertion found;
    struct situation *s = &life->s;
    situation_request(s, &life->random);
    s->request.pickup.ride.value = s->request.dropoff.ride.value = life->next_ride++;
    insertion_oracle_all(s, expect_entered, life);
    const bool result = insertion_find(life->search, &life->fleet, &s->request, &s->config, &found);
    cr_assert_eq(result, insertion_oracle_find(s, &expected));
    if (!result) {
        return;
    }
    cr_assert_eq(found.cost, expected.cost, "cost %ld, not %ld", (long)found.cost,
                 (long)expected.cost);
    cr_assert_eq(found.vehicle, expected.vehicle);
    cr_assert_eq(found.pickup_at, expected.pickup_at);
    cr_assert_eq(found.dropoff_at, expected.dropoff_at);
    life->found++;
    life->rested += s->plans[found.vehicle].stop_count == 0 && s->plans[found.vehicle].under_way;
    if (situation_chance(&life->random, 50)) {
        insertion_apply(&life->fleet, &found, &s->request, &s->config);
        settle(life, found.vehicle);
    }
}

/* ---- The tests ---- */

static void live(struct life *life, uint64_t seed, int steps)
{
    static uint8_t block[1 << 20] __attribute__((aligned(64)));
    struct arena arena;
    random_init(&life->random, seed);
    small_town_make(&life->town, &life->random);
    const struct road_cells coarse = life->town.network.cells;
    if (seed % 2 == 0) {
        fine_cells_make(&life->town.network.cells, &life->town.network);
    }
    situation_make(&life->s, &life->random, &life->town);
    memset(block, 0, sizeof block);
    arena_init(&arena, block, sizeof block);
    life->search = insertion_search_init(&arena, SITUATION_VEHICLES_MAX);
    cr_assert(
        fleet_init(&life->fleet, &arena, SITUATION_VEHICLES_MAX, STOPS_MAX, &life->town.network));
    life->next_ride = 1;
    life->fleet.now_ms = life->s.now_ms;
    life->fleet.count = life->s.count;
    for (uint32_t v = 0; v < life->s.count; v++) {
        new_plan(life, v);
    }
    for (int step = 0; step < steps; step++) {
        happen(life);
        check_legs(&life->fleet);
        check_ends(&life->fleet);
        bring_up_to_now(life);
        search(life);
    }
    if (seed % 2 == 0) {
        fine_cells_free(&life->town.network.cells);
        life->town.network.cells = coarse;
    }
    small_town_free(&life->town);
}

Test(fleet, the_index_is_sound_after_every_step_and_leaves_out_nothing_that_fits)
{
    static struct life life;
    uint32_t found = 0;
    uint32_t passed = 0;
    uint32_t rested = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        memset(&life, 0, sizeof life);
        live(&life, seed, 400);
        found += life.found;
        passed += life.passed;
        rested += life.rested;
    }
    cr_assert_gt(found, 3000);
    cr_assert_gt(passed, 10000);
    cr_assert_gt(rested, 100);
}

Test(fleet, refuses_an_arena_that_is_too_small)
{
    static uint8_t block[1 << 20] __attribute__((aligned(64)));
    struct small_town town;
    struct random random;
    struct arena arena;
    struct fleet fleet;
    random_init(&random, 5);
    small_town_make(&town, &random);
    const size_t cost = fleet_cost(4, 20, &town.network);
    cr_assert_leq(cost, sizeof block);
    arena_init(&arena, block, cost - 8);
    cr_assert_not(fleet_init(&fleet, &arena, 4, 20, &town.network));
    arena_init(&arena, block, cost);
    cr_assert(fleet_init(&fleet, &arena, 4, 20, &town.network));
    small_town_free(&town);
}
