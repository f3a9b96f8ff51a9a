/* The search must agree with an oracle that writes out every candidate and prices it from first
 * principles, in thousands of random situations. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/energy.h"
#include "core/insertion.h"
#include "core/probe.h"
#include "fine_cells.h"
#include "insertion_oracle.h"

/* ---- The fleet ---- */

/* The fleet that is searched: what it knows is older than now, as between two events. */
static void make_fleet(struct random *random, struct situation *s, struct arena *arena,
                       struct energy *energy, struct fleet *fleet)
{
    cr_assert(fleet_init(fleet, arena, SITUATION_VEHICLES_MAX,
                         SITUATION_VEHICLES_MAX * PLAN_STOPS_MAX, &s->town->network));
    fleet->count = s->count;
    fleet->energy = energy;
    s->has_batteries = true;
    for (uint32_t v = 0; v < s->count; v++) {
        fleet->plans[v] = s->plans[v];
        fleet->vehicles[v].usable = s->usable[v];
        struct plan *plan = &fleet->plans[v];
        const int64_t heard_ms = SITUATION_NOW_MS - random_between(random, 0, 60000);
        plan_refresh(plan, heard_ms, &s->config);
        struct plan ahead = *plan;
        if (plan->under_way && situation_chance(random, 60) &&
            plan_advance(&ahead, heard_ms, &s->town->network.drive)) {
            plan->seen = ahead.start;
            plan->seen_ms = ahead.start_ms;
        }
        fleet_update(fleet, v, &s->config);
        fleet_seen(fleet, v);
        plan_refresh(&s->plans[v], SITUATION_NOW_MS, &s->config);
    }
    fleet->now_ms = SITUATION_NOW_MS;
}

/* Now and then one end of the request is where a vehicle waits for a rider: that stand may end
 * sooner with the other in it. */
static void join_waiting(struct random *random, struct situation *s)
{
    const struct plan *plan = &s->plans[random_between(random, 0, s->count - 1)];
    struct insertion_request *request = &s->request;
    const bool boards = situation_chance(random, 50);
    struct plan_item *const end = boards ? &request->pickup : &request->dropoff;
    const struct road_place other = boards ? request->dropoff.place : request->pickup.place;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan_waits(&plan->stops[i]) && !road_place_equal(plan->stops[i].place, other) &&
            situation_chance(random, 50)) {
            end->place = plan->stops[i].place;
            request->direct_ms =
                situation_drive_ms(s, request->pickup.place, request->dropoff.place);
            request->dropoff.ride_max_ms = request->direct_ms + random_between(random, 0, 300000);
        }
    }
}

/* ---- The tests ---- */

static void apply_agrees(const struct situation *s, struct fleet *fleet,
                         const struct insertion *found)
{
    const struct plan before = fleet->plans[found->vehicle];
    insertion_apply(fleet, found, &s->request, &s->config);
    const struct plan *plan = &fleet->plans[found->vehicle];
    const struct plan_item *pickup = &plan->stops[found->pickup_at];
    const struct plan_item *dropoff = &plan->stops[found->dropoff_at + 1];
    cr_assert_eq(plan->stop_count, before.stop_count + 2);
    cr_assert_eq(pickup->ride.value, 1000);
    cr_assert_eq(dropoff->ride.value, 1000);
    cr_assert_eq(pickup->arrive_ms, found->pickup_arrive_ms);
    cr_assert_eq(pickup->depart_ms, found->pickup_depart_ms);
    cr_assert_eq(dropoff->arrive_ms, found->dropoff_arrive_ms);
    if (!s->config.limits_soft && !before.under_way) {
        cr_assert_eq(plan_cost(plan, &s->config) - plan_cost(&before, &s->config), found->cost);
        cr_assert_eq(plan_weigh(&found->added, &s->config), found->cost);
    }
}

/* Each other is what it says, of a vehicle of its own, in order, and no better than the winner. */
static void others_agree(const struct situation *s, struct fleet *fleet,
                         const struct insertion *best, const struct insertion *others,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct insertion *other = &others[i];
        struct insertion own = {.cost = INT64_MAX};
        insertion_oracle_vehicle(s, other->vehicle, &own);
        cr_assert(!insertion_precedes(other, &own) && s->usable[other->vehicle]);
        cr_assert(insertion_precedes(i == 0 ? best : other - 1, other));
        cr_assert(other->vehicle != best->vehicle);
        cr_assert((i < 1 || other->vehicle != others[0].vehicle) &&
                  (i < 2 || other->vehicle != others[1].vehicle));
        apply_agrees(s, fleet, other);
        fleet->plans[other->vehicle] = s->plans[other->vehicle];
    }
}

/* A search that counts no promises to others finds what there is in plans without any. */
static void selfish_agrees(const struct situation *s, struct fleet *fleet)
{
    struct situation bare = *s;
    struct probe_counts counts = {0};
    struct probe probe;
    struct insertion found = {.cost = INT64_MAX, .vehicle = UINT32_MAX};
    struct insertion expected;
    probe_init(&probe, fleet, &s->request, &s->config, &counts);
    probe.selfish = true;
    for (uint32_t v = 0; v < s->count; v++) {
        bare.usable[v] = s->usable[v] && s->plans[v].stop_count > 0;
        for (uint32_t i = 0; i < s->plans[v].stop_count; i++) {
            bare.plans[v].stops[i].latest_ms = bare.plans[v].stops[i].ride_max_ms = INT64_MAX;
        }
        if (bare.usable[v] && fleet_takes(&fleet->vehicles[v], s->request.pickup.seats,
                                          s->request.pickup.wheelchairs)) {
            probe_vehicle(&probe, v, UINT32_MAX, &found);
        }
    }
    (void)insertion_oracle_find(&bare, &expected);
    cr_assert(found.cost == expected.cost && found.vehicle == expected.vehicle);
}

struct tally {
    uint32_t exact; /* winners whose first other is the best of all others */
    uint32_t found;
    uint32_t not_found;
    uint32_t inner;    /* winners that are not simply at the end */
    uint32_t diverted; /* winners that send a vehicle under way elsewhere */
    uint32_t short_of; /* requests for which some battery does not last */
    uint32_t visits;   /* winners beside a visit */
};

static void compare(const struct situation *s, struct fleet *fleet, struct insertion_search *search,
                    struct tally *tally)
{
    struct insertion found;
    struct insertion expected;
    struct insertion others[INSERTION_SEEN_MAX];
    selfish_agrees(s, fleet);
    struct situation full = *s;
    full.has_batteries = false;
    const bool would = insertion_oracle_find(&full, &expected);
    const int64_t would_cost = expected.cost;
    const bool result = insertion_find(search, fleet, &s->request, &s->config, &found);
    cr_assert_eq(result, insertion_oracle_find(s, &expected), "result");
    tally->short_of += would != result || would_cost != expected.cost;
    cr_assert_eq(insertion_alternative_ms(search, fleet, &s->request, &s->config),
                 insertion_oracle_alternative_ms(s));
    if (!result) {
        tally->not_found++;
        return;
    }
    cr_assert_eq(found.cost, expected.cost, "cost %ld, not %ld", (long)found.cost,
                 (long)expected.cost);
    cr_assert_eq(found.vehicle, expected.vehicle);
    cr_assert_eq(found.pickup_at, expected.pickup_at);
    cr_assert_eq(found.dropoff_at, expected.dropoff_at);
    cr_assert_eq(found.pickup_arrive_ms, expected.pickup_arrive_ms);
    cr_assert_eq(found.pickup_depart_ms, expected.pickup_depart_ms);
    cr_assert_eq(found.dropoff_arrive_ms, expected.dropoff_arrive_ms);
    const struct plan *plan = &s->plans[found.vehicle];
    const uint32_t count = insertion_others(search, &found, others);
    struct situation rest = *s;
    others_agree(s, fleet, &found, others, count);
    rest.usable[found.vehicle] = false;
    (void)insertion_oracle_find(&rest, &expected);
    tally->exact += count > 0 && others[0].cost == expected.cost;
    tally->found++;
    tally->visits += plan_visit(plan) < plan->stop_count;
    tally->inner += found.pickup_at < plan->stop_count;
    tally->diverted += found.pickup_at == 0 && plan->under_way;
    apply_agrees(s, fleet, &found);
}

Test(insertion, agrees_with_brute_force_in_every_situation, .timeout = 120)
{
    static uint8_t block[2 << 20] __attribute__((aligned(64)));
    struct arena arena;
    struct random random;
    struct tally tally = {0};
    arena_init(&arena, block, sizeof block);
    struct insertion_search *search = insertion_search_init(&arena, SITUATION_VEHICLES_MAX);
    random_init(&random, 7);
    for (int t = 0; t < 300; t++) {
        struct small_town town;
        small_town_make(&town, &random);
        const struct road_cells coarse = town.network.cells;
        struct core_config powers = {0};
        struct station stations[SITUATION_STATIONS_MAX];
        struct energy energy;
        const size_t begin = arena_mark(&arena);
        situation_energy(&random, &powers, stations);
        cr_assert(energy_init(&energy, &arena, &powers, &town.network));
        if (t % 2 == 0) {
            fine_cells_make(&town.network.cells, &town.network);
        }
        for (int i = 0; i < 200; i++) {
            struct situation s;
            struct fleet fleet;
            const size_t mark = arena_mark(&arena);
            situation_make(&s, &random, &town);
            s.config.energy = powers.energy;
            s.config.calendar = powers.calendar;
            s.config.stations = powers.stations;
            join_waiting(&random, &s);
            make_fleet(&random, &s, &arena, &energy, &fleet);
            compare(&s, &fleet, search, &tally);
            arena_rewind(&arena, mark);
        }
        if (t % 2 == 0) {
            fine_cells_free(&town.network.cells);
            town.network.cells = coarse;
        }
        arena_rewind(&arena, begin);
        small_town_free(&town);
    }
    /* The situations are no mere formality. */
    cr_assert_gt(tally.found, 30000);
    cr_assert_gt(tally.not_found, 3000);
    cr_assert_gt(tally.inner, 3000);
    cr_assert_gt(tally.diverted, 500);
    cr_assert_gt(tally.exact, 15000);
    cr_assert_gt(tally.short_of, 3000);
    cr_assert_gt(tally.visits, 3000);
}

Test(insertion, refuses_an_arena_that_is_too_small)
{
    static uint8_t block[1 << 16] __attribute__((aligned(64)));
    struct arena arena;
    arena_init(&arena, block, insertion_search_cost(10) - 16);
    cr_assert_null(insertion_search_init(&arena, 10));
    cr_assert_eq(arena.used, 0);
    arena_init(&arena, block, insertion_search_cost(10));
    cr_assert_not_null(insertion_search_init(&arena, 10));
    cr_assert_eq(arena.used, arena.size);
}

Test(insertion, ties_go_to_the_lower_vehicle_then_the_earlier_positions)
{
    const struct insertion ordered[] = {
        {.cost = 1, .vehicle = 9, .pickup_at = 9, .dropoff_at = 9},
        {.cost = 2, .vehicle = 1, .pickup_at = 9, .dropoff_at = 9},
        {.cost = 2, .vehicle = 2, .pickup_at = 0, .dropoff_at = 9},
        {.cost = 2, .vehicle = 2, .pickup_at = 1, .dropoff_at = 1},
        {.cost = 2, .vehicle = 2, .pickup_at = 1, .dropoff_at = 2},
    };
    for (size_t a = 0; a < 5; a++) {
        for (size_t b = 0; b < 5; b++) {
            cr_assert_eq(insertion_precedes(&ordered[a], &ordered[b]), a < b);
        }
    }
}
