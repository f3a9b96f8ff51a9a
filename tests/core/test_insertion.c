/* The search must agree with an oracle that writes out every candidate and prices it from first
 * principles, in thousands of random situations. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/insertion.h"
#include "core/probe.h"
#include "small_town.h"

#define VEHICLES_MAX 8
#define NOW_MS       INT64_C(1000000)

struct situation {
    struct small_town *town;
    struct core_config config;
    struct plan plans[VEHICLES_MAX]; /* brought up to now */
    bool usable[VEHICLES_MAX];
    uint32_t count;
    struct insertion_request request;
};

/* ---- The oracle ---- */

struct verdict {
    bool feasible;
    int64_t cost;
    int64_t driven_ms; /* the vehicle's time: drives and stands */
    int64_t arrive_ms[PLAN_STOPS_MAX + 2];
    int64_t depart_ms[PLAN_STOPS_MAX + 2];
};

static int64_t drive_ms(const struct situation *s, struct road_place from, struct road_place to)
{
    return s->town->times_ms[from.node][to.node];
}

static int64_t max_ms(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When a stand ends: riders taken one by one in the order in which they may board. */
static int64_t oracle_stand_end(const struct situation *s, const struct plan_item *stops,
                                uint32_t first, uint32_t end, int64_t arrive, int64_t depart)
{
    bool done[PLAN_STOPS_MAX] = {false};
    for (uint32_t n = first; n < end; n++) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = first; i < end; i++) {
            if (!done[i] && (next == UINT32_MAX || max_ms(stops[i].earliest_ms, arrive) <
                                                       max_ms(stops[next].earliest_ms, arrive))) {
                next = i;
            }
        }
        done[next] = true;
        const struct plan_item *item = &stops[next];
        const int64_t dwell =
            item->kind == STOP_PICKUP ? s->config.pickup_ms : s->config.dropoff_ms;
        if (item->earliest_ms <= arrive) {
            depart = max_ms(depart, arrive + dwell);
        } else if (item->earliest_ms > depart) {
            depart = item->earliest_ms + dwell;
        }
    }
    return depart;
}

static void oracle_times(const struct situation *s, const struct plan *plan,
                         const struct plan_item *stops, uint32_t count, struct verdict *verdict)
{
    int64_t now = max_ms(plan->start_ms, plan->from_ms);
    int parties = plan->parties_aboard;
    struct road_place at = plan->start;
    verdict->driven_ms = 0;
    for (uint32_t first = 0; first < count;) {
        uint32_t end = first;
        while (end < count && stops[end].place.node == stops[first].place.node) {
            end++;
        }
        int64_t arrive = now + drive_ms(s, at, stops[first].place);
        int64_t boards = INT64_MAX;
        for (uint32_t i = first; i < end; i++) {
            boards = stops[i].earliest_ms < boards ? stops[i].earliest_ms : boards;
        }
        verdict->driven_ms += drive_ms(s, at, stops[first].place);
        if (parties == 0) {
            arrive = max_ms(arrive, boards); /* just in time */
        }
        int64_t depart = arrive;
        if (first == 0 && plan->standing && stops[0].place.node == plan->start.node) {
            arrive = plan->stand_from_ms;
            depart = plan->start_ms;
        }
        const int64_t stands = max_ms(now, arrive);
        depart = oracle_stand_end(s, stops, first, end, arrive, depart);
        at = stops[first].place;
        verdict->driven_ms += depart - stands; /* at the stand, from when it was free or came */
        now = depart;
        for (; first < end; first++) {
            verdict->arrive_ms[first] = arrive;
            verdict->depart_ms[first] = depart;
            parties += stops[first].kind == STOP_PICKUP ? 1 : -1;
        }
    }
}

/* Who is aboard after `last` stops: is there room and privacy? */
static bool oracle_room(const struct plan *plan, const struct plan_item *stops, uint32_t last)
{
    int seats = plan->seats_aboard;
    int wheelchairs = plan->wheelchairs_aboard;
    int parties = plan->parties_aboard;
    int private_parties = plan->private_aboard ? 1 : 0;
    for (uint32_t i = 0; i < last; i++) {
        const int sign = stops[i].kind == STOP_PICKUP ? 1 : -1;
        seats += sign * stops[i].seats;
        wheelchairs += sign * stops[i].wheelchairs;
        parties += sign;
        private_parties += stops[i].shared ? 0 : sign;
    }
    return seats <= plan->seats && wheelchairs <= plan->wheelchair_spaces &&
           (private_parties == 0 || parties == 1);
}

/* The price of driving these stops; with `request` its own limits may be soft. */
static struct verdict oracle_price(const struct situation *s, const struct plan *plan,
                                   const struct plan_item *stops, uint32_t count,
                                   struct ride_id request)
{
    struct verdict verdict = {.feasible = true};
    oracle_times(s, plan, stops, count, &verdict);
    const int64_t begin = max_ms(plan->start_ms, plan->from_ms);
    const struct core_weights *weights = &s->config.weights;
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_item *item = &stops[i];
        const bool soft = s->config.limits_soft && item->ride.value == request.value;
        int64_t late = max_ms(verdict.arrive_ms[i] - item->latest_ms, 0);
        int64_t weight = weights->wait_s;
        if (item->kind == STOP_PICKUP) {
            verdict.cost += weights->wait_s * (verdict.depart_ms[i] - item->earliest_ms);
            verdict.feasible = verdict.feasible && verdict.depart_ms[i] <= plan->until_ms;
        } else {
            int64_t from = begin;
            weight = weights->ride_s;
            for (uint32_t p = 0; p < i; p++) {
                if (stops[p].ride.value == item->ride.value) {
                    from = verdict.depart_ms[p];
                    late += max_ms(verdict.arrive_ms[i] - from - item->ride_max_ms, 0);
                }
            }
            verdict.cost += weights->ride_s * (verdict.arrive_ms[i] - from);
        }
        verdict.feasible =
            verdict.feasible && (late == 0 || soft) && oracle_room(plan, stops, i + 1);
        verdict.cost += soft ? 10 * weight * late : 0;
    }
    if (count > 0) {
        verdict.cost += weights->vehicle_s * verdict.driven_ms;
    }
    return verdict;
}

/* The plan's stops, with limits that are broken already taken as they are. */
static void oracle_relaxed(const struct plan *plan, struct plan_item *stops)
{
    memcpy(stops, plan->stops, sizeof plan->stops);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        stops[i].latest_ms = max_ms(stops[i].latest_ms, plan->stops[i].arrive_ms);
        for (uint32_t p = 0; p < i; p++) {
            if (stops[p].ride.value == stops[i].ride.value) {
                stops[i].ride_max_ms = max_ms(stops[i].ride_max_ms,
                                              plan->stops[i].arrive_ms - plan->stops[p].depart_ms);
            }
        }
    }
}

static uint32_t oracle_insert(struct plan_item *stops, uint32_t count, uint32_t at,
                              const struct plan_item *item)
{
    memmove(&stops[at + 1], &stops[at], (count - at) * sizeof *stops);
    stops[at] = *item;
    return count + 1;
}

static void oracle_vehicle(const struct situation *s, uint32_t vehicle, struct insertion *best)
{
    struct plan_item old[PLAN_STOPS_MAX];
    struct plan ahead = s->plans[vehicle]; /* where one under way can turn */
    oracle_relaxed(&ahead, old);
    if (ahead.under_way && ahead.stops[0].place.node != s->request.pickup.place.node) {
        cr_assert(plan_advance(&ahead, NOW_MS, &s->town->network.drive));
    }
    for (uint32_t p = s->plans[vehicle].committed; p <= ahead.stop_count; p++) {
        const struct plan *plan = p == 0 ? &ahead : &s->plans[vehicle];
        const int64_t before =
            oracle_price(s, plan, old, plan->stop_count, (struct ride_id){UINT64_MAX}).cost;
        for (uint32_t d = p; d <= plan->stop_count; d++) {
            struct plan_item stops[PLAN_STOPS_MAX + 2];
            memcpy(stops, old, sizeof old);
            uint32_t count = oracle_insert(stops, plan->stop_count, p, &s->request.pickup);
            count = oracle_insert(stops, count, d + 1, &s->request.dropoff);
            const struct verdict verdict =
                oracle_price(s, plan, stops, count, s->request.pickup.ride);
            const int64_t cost = verdict.cost - before;
            if (verdict.feasible && cost < best->cost) { /* visited in the order of ties */
                *best = (struct insertion){.cost = cost,
                                           .vehicle = vehicle,
                                           .pickup_at = (uint8_t)p,
                                           .dropoff_at = (uint8_t)d,
                                           .pickup_arrive_ms = verdict.arrive_ms[p],
                                           .pickup_depart_ms = verdict.depart_ms[p],
                                           .dropoff_arrive_ms = verdict.arrive_ms[d + 1]};
            }
        }
    }
}

static bool oracle_find(const struct situation *s, struct insertion *best, int64_t *alternative_ms)
{
    *best = (struct insertion){.cost = INT64_MAX, .vehicle = UINT32_MAX};
    *alternative_ms = INT64_MAX;
    for (uint32_t v = 0; v < s->count; v++) {
        const struct plan *plan = &s->plans[v];
        const struct plan_item *pickup = &s->request.pickup;
        if (!s->usable[v] || pickup->seats > plan->seats ||
            pickup->wheelchairs > plan->wheelchair_spaces) {
            continue;
        }
        if (plan->stop_count + 2 > PLAN_STOPS_MAX) {
            continue;
        }
        oracle_vehicle(s, v, best);
        const bool idle = plan->stop_count == 0;
        const struct plan_item *last = &plan->stops[idle ? 0 : plan->stop_count - 1];
        const int64_t arrive =
            idle ? max_ms(plan->start_ms, plan->from_ms) + drive_ms(s, plan->start, pickup->place)
                 : last->depart_ms + drive_ms(s, last->place, pickup->place);
        if (max_ms(arrive, pickup->earliest_ms) + s->config.pickup_ms <= plan->until_ms &&
            arrive < *alternative_ms) {
            *alternative_ms = arrive;
        }
    }
    return best->vehicle != UINT32_MAX;
}

/* ---- Random situations ---- */

static bool chance(struct random *random, uint64_t percent)
{
    return random_below(random, 100) < percent;
}

static struct road_place any_place(struct random *random)
{
    return road_place_at_node((uint32_t)random_below(random, SMALL_TOWN_NODES));
}

static void make_party(struct random *random, struct plan_item *pickup, struct plan_item *dropoff)
{
    const uint8_t wheelchairs = chance(random, 20) ? 1 : 0;
    pickup->kind = STOP_PICKUP;
    dropoff->kind = STOP_DROPOFF;
    pickup->wheelchairs = dropoff->wheelchairs = wheelchairs;
    pickup->seats = dropoff->seats = (uint8_t)random_between(random, wheelchairs ? 0 : 1, 3);
    pickup->shared = dropoff->shared = chance(random, 85);
    pickup->latest_ms = dropoff->latest_ms = INT64_MAX;
    pickup->ride_max_ms = dropoff->ride_max_ms = INT64_MAX;
    pickup->place = any_place(random);
    do {
        dropoff->place = any_place(random);
    } while (dropoff->place.node == pickup->place.node);
    pickup->earliest_ms = NOW_MS - random_between(random, 0, 300000);
    if (chance(random, 15)) {
        pickup->earliest_ms = NOW_MS + random_between(random, 0, 300000);
    }
}

/* Stops of `rides` riders, some already aboard, in random order. */
static void make_stops(struct random *random, struct plan *plan, uint32_t rides,
                       uint64_t first_ride)
{
    plan->stop_count = 0;
    for (uint32_t r = 0; r < rides; r++) {
        struct plan_item pickup = {.ride = {first_ride + r}};
        struct plan_item dropoff = {.ride = {first_ride + r}};
        make_party(random, &pickup, &dropoff);
        const uint32_t at = (uint32_t)random_between(
            random, chance(random, 50) ? 0 : plan->stop_count, plan->stop_count);
        plan->stop_count = (uint8_t)oracle_insert(plan->stops, plan->stop_count, at, &dropoff);
        const bool may_sit = plan->parties_aboard == 0 ||
                             (plan->parties_aboard == 1 && dropoff.shared && !plan->private_aboard);
        if (may_sit && chance(random, 40)) {
            plan->parties_aboard++;
            plan->seats_aboard = (uint8_t)(plan->seats_aboard + dropoff.seats);
            plan->wheelchairs_aboard = (uint8_t)(plan->wheelchairs_aboard + dropoff.wheelchairs);
            plan->private_aboard = plan->private_aboard || !dropoff.shared;
            continue;
        }
        plan->stop_count = (uint8_t)oracle_insert(plan->stops, plan->stop_count,
                                                  (uint32_t)random_between(random, 0, at), &pickup);
    }
}

/* Limits a little beyond what the timetable needs; now and then one that is broken already. */
static void set_limits(struct random *random, struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        struct plan_item *item = &plan->stops[i];
        const int64_t slack = chance(random, 5)    ? -random_between(random, 1, 60000)
                              : chance(random, 30) ? random_between(random, 0, 20000)
                                                   : random_between(random, 0, 300000);
        if (chance(random, 60)) {
            item->latest_ms = item->arrive_ms + slack;
        }
        for (uint32_t p = 0; p < i; p++) {
            if (plan->stops[p].ride.value == item->ride.value && chance(random, 60)) {
                item->ride_max_ms = item->arrive_ms - plan->stops[p].depart_ms + slack;
            }
        }
    }
}

/* A vehicle somewhere on its way; false when its random plan does not hold. */
static bool make_vehicle(struct random *random, const struct situation *s, struct plan *plan,
                         uint64_t first_ride)
{
    *plan = (struct plan){.start = any_place(random),
                          .start_ms = NOW_MS + random_between(random, -90, 20) * 1000,
                          .from_ms = chance(random, 10) ? NOW_MS + 60000 : 0,
                          .until_ms = INT64_MAX,
                          .seats = (uint8_t)random_between(random, 1, 6),
                          .wheelchair_spaces = chance(random, 40) ? 1 : 0};
    if (chance(random, 20)) {
        plan->standing = true;
        plan->from_ms = 0;
        plan->start_ms = NOW_MS + random_between(random, 0, 20) * 1000;
        plan->stand_from_ms = NOW_MS - random_between(random, 0, 30) * 1000;
    }
    const uint32_t rides = (uint32_t)(chance(random, 4) ? 7 : random_between(random, 0, 4));
    make_stops(random, plan, rides, first_ride);
    if (rides == 7) {
        plan->seats = SEATS_MAX;
        plan->wheelchair_spaces = SEATS_MAX;
    }
    struct road_place at = plan->start;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        plan->stops[i].leg_ms = drive_ms(s, at, plan->stops[i].place);
        at = plan->stops[i].place;
    }
    if (plan->seats_aboard > plan->seats || plan->wheelchairs_aboard > plan->wheelchair_spaces ||
        !plan_schedule(plan, &s->config)) {
        return false;
    }
    set_limits(random, plan);
    (void)plan_schedule(plan, &s->config);
    if (chance(random, 25)) {
        plan->until_ms = plan->start_ms;
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            plan->until_ms = max_ms(plan->until_ms, plan->stops[i].depart_ms);
        }
        plan->until_ms += random_between(random, 0, 120000);
    }
    return true;
}

/* The fleet that is searched: what it knows is older than now, as between two events. */
static void make_fleet(struct random *random, struct situation *s, struct arena *arena,
                       struct fleet *fleet)
{
    cr_assert(
        fleet_init(fleet, arena, VEHICLES_MAX, VEHICLES_MAX * PLAN_STOPS_MAX, &s->town->network));
    fleet->count = s->count;
    for (uint32_t v = 0; v < s->count; v++) {
        fleet->plans[v] = s->plans[v];
        fleet->vehicles[v].usable = s->usable[v];
        struct plan *plan = &fleet->plans[v];
        const int64_t heard_ms = NOW_MS - random_between(random, 0, 60000);
        plan_refresh(plan, heard_ms, &s->config);
        struct plan ahead = *plan;
        if (plan->under_way && chance(random, 60) &&
            plan_advance(&ahead, heard_ms, &s->town->network.drive)) {
            plan->seen = ahead.start;
            plan->seen_ms = ahead.start_ms;
        }
        fleet_update(fleet, v, &s->config);
        fleet_seen(fleet, v);
        plan_refresh(&s->plans[v], NOW_MS, &s->config);
    }
    fleet->now_ms = NOW_MS;
}

static void make_situation(struct random *random, struct small_town *town, struct situation *s)
{
    static const int64_t dwells[] = {0, 10000, 30000, 60000};
    *s = (struct situation){.town = town};
    s->config = (struct core_config){
        .weights = {.vehicle_s = (int32_t)random_between(random, 0, 3),
                    .wait_s = (int32_t)random_between(random, 0, 3),
                    .ride_s = (int32_t)random_between(random, 0, 3)},
        .pickup_ms = dwells[random_below(random, 4)],
        .dropoff_ms = dwells[random_below(random, 4)],
        .limits_soft = chance(random, 30),
    };
    s->count = (uint32_t)random_between(random, 1, VEHICLES_MAX);
    for (uint32_t v = 0; v < s->count; v++) {
        s->usable[v] = chance(random, 95);
        while (!make_vehicle(random, s, &s->plans[v], 1 + 10 * v)) {
        }
        if (v > 0 && chance(random, 10)) {
            s->plans[v] = s->plans[v - 1]; /* a tie */
        }
    }
    struct plan_item *pickup = &s->request.pickup;
    struct plan_item *dropoff = &s->request.dropoff;
    pickup->ride.value = dropoff->ride.value = 1000;
    make_party(random, pickup, dropoff);
    if (chance(random, 70)) {
        pickup->earliest_ms = NOW_MS;
    }
    s->request.direct_ms = drive_ms(s, pickup->place, dropoff->place);
    if (chance(random, 70)) {
        pickup->latest_ms = max_ms(pickup->earliest_ms, NOW_MS) + random_between(random, 0, 300000);
    }
    if (chance(random, 50)) {
        dropoff->ride_max_ms = s->request.direct_ms + random_between(random, 0, 100000);
    }
    if (chance(random, 30)) {
        dropoff->latest_ms =
            pickup->earliest_ms + s->request.direct_ms + random_between(random, 0, 300000);
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
        oracle_vehicle(s, other->vehicle, &own);
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
    int64_t unread_ms;
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
    (void)oracle_find(&bare, &expected, &unread_ms);
    cr_assert(found.cost == expected.cost && found.vehicle == expected.vehicle);
}

struct tally {
    uint32_t exact; /* winners whose first other is the best of all others */
    uint32_t found;
    uint32_t not_found;
    uint32_t inner;    /* winners that are not simply at the end */
    uint32_t diverted; /* winners that send a vehicle under way elsewhere */
};

static void compare(const struct situation *s, struct fleet *fleet, struct insertion_search *search,
                    struct tally *tally)
{
    struct insertion found;
    struct insertion expected;
    struct insertion others[INSERTION_SEEN_MAX];
    selfish_agrees(s, fleet);
    int64_t expected_ms = INT64_MAX;
    const bool result = insertion_find(search, fleet, &s->request, &s->config, &found);
    cr_assert_eq(result, oracle_find(s, &expected, &expected_ms), "result");
    cr_assert_eq(insertion_alternative_ms(search, fleet, &s->request, &s->config), expected_ms);
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
    (void)oracle_find(&rest, &expected, &expected_ms);
    tally->exact += count > 0 && others[0].cost == expected.cost;
    tally->found++;
    tally->inner += found.pickup_at < plan->stop_count;
    tally->diverted += found.pickup_at == 0 && plan->under_way;
    apply_agrees(s, fleet, &found);
}

Test(insertion, agrees_with_brute_force_in_every_situation, .timeout = 120)
{
    static uint8_t block[1 << 20] __attribute__((aligned(64)));
    struct arena arena;
    struct random random;
    struct tally tally = {0};
    arena_init(&arena, block, sizeof block);
    struct insertion_search *search = insertion_search_init(&arena, VEHICLES_MAX);
    random_init(&random, 7);
    for (int t = 0; t < 300; t++) {
        struct small_town town;
        small_town_make(&town, &random);
        for (int i = 0; i < 200; i++) {
            struct situation s;
            struct fleet fleet;
            const size_t mark = arena_mark(&arena);
            make_situation(&random, &town, &s);
            make_fleet(&random, &s, &arena, &fleet);
            compare(&s, &fleet, search, &tally);
            arena_rewind(&arena, mark);
        }
        small_town_free(&town);
    }
    /* The situations are no mere formality. */
    cr_assert_gt(tally.found, 30000);
    cr_assert_gt(tally.not_found, 3000);
    cr_assert_gt(tally.inner, 3000);
    cr_assert_gt(tally.diverted, 500);
    cr_assert_gt(tally.exact, 20000);
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
