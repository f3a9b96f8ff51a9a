/* Every vehicle and every pair of positions is a candidate. Most are left out by lower bounds that
 * are exact: a candidate is skipped only where it certainly breaks a limit or certainly costs more
 * than the best so far. What remains is written out as a plan and scheduled.
 *
 * The bounds rest on one fact: where no planned rider's earliest boarding makes the vehicle wait,
 * a detour delays every later stop by at least its own length and none before it. Such a plan is
 * called rigid; in the others nothing but the arrival at the new pick-up is bounded. */
#include "core/insertion.h"

#include "base/check.h"
#include "base/heap.h"

#define PLACES_PER_PLAN     PLAN_STOPS_MAX
#define SOFT_PENALTY_FACTOR 10 /* a second beyond the request's limits weighs so much more */

/* Driving times between a vehicle's stops and the ends of the request, in milliseconds. */
struct insertion_drives {
    int64_t *stop_to_pickup;
    int64_t *pickup_to_stop;
    int64_t *stop_to_dropoff;
    int64_t *dropoff_to_stop;
};

struct insertion_search {
    uint32_t plans_max;
    struct road_place *places;      /* [plans_max * PLACES_PER_PLAN] */
    struct insertion_drives drives; /* ditto each */
    int64_t *start_to_pickup;       /* [plans_max] by plan */
    uint32_t *candidates;           /* [plans_max] plans that fit the party */
    uint32_t *first_place;          /* [plans_max] by plan: its stops in places */
    struct heap order;              /* plans by the lower bound of their cost */
};

/* One vehicle under search. */
struct vehicle_search {
    const struct insertion_request *request;
    const struct core_config *config;
    struct plan plan;               /* as planned, with limits already broken taken as they are */
    struct plan trial;              /* with the request in it */
    struct insertion_drives drives; /* of this vehicle's stops */
    int64_t start_to_pickup_ms;
    uint32_t vehicle;
    int64_t cost_before;
    bool rigid;
    int64_t slack_ms[PLAN_STOPS_MAX + 1];     /* how far stops i .. may be delayed at most */
    uint8_t pickups_from[PLAN_STOPS_MAX + 1]; /* planned pick-ups among stops i .. */
    uint8_t aboard[PLAN_STOPS_MAX + 1];       /* parties aboard on the way to stop i */
};

/* A position for the pick-up, and what it means before the drop-off is placed. */
struct pickup_position {
    uint32_t at;
    int64_t drive_ms;  /* to the pick-up */
    int64_t arrive_ms; /* exact, or less where it cuts a stand in two */
    int64_t stand_ms;  /* the least time the stand takes of its own */
    int64_t detour_ms; /* the least delay of the stop after it, unless the drop-off comes first */
};

size_t insertion_search_cost(uint32_t plans_max)
{
    const size_t places = (size_t)plans_max * PLACES_PER_PLAN;
    return arena_cost(1, sizeof(struct insertion_search)) +
           arena_cost(places, sizeof(struct road_place)) + 4 * arena_cost(places, sizeof(int64_t)) +
           arena_cost(plans_max, sizeof(int64_t)) + 2 * arena_cost(plans_max, sizeof(uint32_t)) +
           heap_cost(plans_max);
}

struct insertion_search *insertion_search_init(struct arena *arena, uint32_t plans_max)
{
    CHECK(plans_max > 0);
    const size_t places = (size_t)plans_max * PLACES_PER_PLAN;
    if (arena->size - arena->used < insertion_search_cost(plans_max)) {
        return NULL;
    }
    struct insertion_search *search = arena_take(arena, 1, sizeof *search);
    CHECK(search != NULL);
    search->plans_max = plans_max;
    search->places = arena_take(arena, places, sizeof *search->places);
    search->drives.stop_to_pickup = arena_take(arena, places, sizeof(int64_t));
    search->drives.pickup_to_stop = arena_take(arena, places, sizeof(int64_t));
    search->drives.stop_to_dropoff = arena_take(arena, places, sizeof(int64_t));
    search->drives.dropoff_to_stop = arena_take(arena, places, sizeof(int64_t));
    search->start_to_pickup = arena_take(arena, plans_max, sizeof(int64_t));
    search->candidates = arena_take(arena, plans_max, sizeof(uint32_t));
    search->first_place = arena_take(arena, plans_max, sizeof(uint32_t));
    heap_init(&search->order, arena, plans_max);
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

static int64_t plan_begin_ms(const struct plan *plan)
{
    return at_least(plan->start_ms, plan->from_ms);
}

/* Would a first stop at `place` join the stand that the vehicle is in? */
static bool joins_start(const struct plan *plan, struct road_place place)
{
    return plan->standing && road_place_equal(plan->start, place);
}

/* ---- The trial: the plan with the request in it ---- */

/* Legs of a trial, taken from the batched drives or asked one by one. */
struct trial_legs {
    int64_t to_pickup;
    int64_t after_pickup;  /* to the old stop or the drop-off behind the pick-up */
    int64_t to_dropoff;    /* from the old stop before it; not read where the pick-up is */
    int64_t after_dropoff; /* to the old stop behind it; not read at the end */
};

/* `trial` becomes `plan` with the request's stops before the old stops at_p and at_d. */
static void write_trial(struct plan *trial, const struct plan *plan,
                        const struct insertion_request *request, uint32_t at_p, uint32_t at_d,
                        const struct trial_legs *legs)
{
    const uint32_t count = plan->stop_count;
    CHECK(count + 2 <= PLAN_STOPS_MAX);
    CHECK(at_p <= at_d && at_d <= count);
    struct plan_item *out = trial->stops;
    for (uint32_t i = 0; i < at_p; i++) {
        *out++ = plan->stops[i];
    }
    *out = request->pickup;
    out++->leg_ms = legs->to_pickup;
    for (uint32_t i = at_p; i < at_d; i++) {
        *out = plan->stops[i];
        if (i == at_p) {
            out->leg_ms = legs->after_pickup;
        }
        out++;
    }
    *out = request->dropoff;
    out++->leg_ms = at_p == at_d ? legs->after_pickup : legs->to_dropoff;
    for (uint32_t i = at_d; i < count; i++) {
        *out = plan->stops[i];
        if (i == at_d) {
            out->leg_ms = legs->after_dropoff;
        }
        out++;
    }
    trial->stop_count = (uint8_t)(count + 2);
}

/* What passing the request's own limits costs, where they are soft. */
static int64_t soft_penalty(const struct insertion_request *request, const struct plan_item *pickup,
                            const struct plan_item *dropoff, const struct core_config *config)
{
    int64_t penalty = 0;
    const int64_t ride_ms = dropoff->arrive_ms - pickup->depart_ms;
    if (pickup->arrive_ms > request->pickup.latest_ms) {
        penalty += config->weights.wait_s * (pickup->arrive_ms - request->pickup.latest_ms);
    }
    if (dropoff->arrive_ms > request->dropoff.latest_ms) {
        penalty += config->weights.ride_s * (dropoff->arrive_ms - request->dropoff.latest_ms);
    }
    if (ride_ms > request->dropoff.ride_max_ms) {
        penalty += config->weights.ride_s * (ride_ms - request->dropoff.ride_max_ms);
    }
    return SOFT_PENALTY_FACTOR * penalty;
}

/* Write out and price one candidate, and keep it if it is feasible and precedes the best. */
static void try_candidate(struct vehicle_search *vs, uint32_t at_p, uint32_t at_d,
                          const struct trial_legs *legs, struct insertion *best)
{
    struct plan_item *pickup = &vs->trial.stops[at_p];
    struct plan_item *dropoff = &vs->trial.stops[at_d + 1];
    write_trial(&vs->trial, &vs->plan, vs->request, at_p, at_d, legs);
    if (vs->config->limits_soft) {
        pickup->latest_ms = INT64_MAX;
        dropoff->latest_ms = INT64_MAX;
        dropoff->ride_max_ms = INT64_MAX;
    }
    if (!plan_schedule(&vs->trial, vs->config)) {
        return;
    }
    struct insertion found = {
        .cost = plan_cost(&vs->trial, vs->config) - vs->cost_before,
        .vehicle = vs->vehicle,
        .pickup_at = (uint8_t)at_p,
        .dropoff_at = (uint8_t)at_d,
        .pickup_arrive_ms = pickup->arrive_ms,
        .pickup_depart_ms = pickup->depart_ms,
        .dropoff_arrive_ms = dropoff->arrive_ms,
    };
    if (vs->config->limits_soft) {
        found.cost += soft_penalty(vs->request, pickup, dropoff, vs->config);
    }
    if (insertion_precedes(&found, best)) {
        *best = found;
    }
}

/* ---- One vehicle ---- */

/* A rider who is late already may not be made later: take the limit as it stands broken. */
static void relax_broken_limits(struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        struct plan_item *item = &plan->stops[i];
        item->latest_ms = at_least(item->latest_ms, item->arrive_ms);
        for (uint32_t p = 0; item->kind == STOP_DROPOFF && p < i; p++) {
            const struct plan_item *pickup = &plan->stops[p];
            if (pickup->ride.value == item->ride.value) {
                item->ride_max_ms =
                    at_least(item->ride_max_ms, item->arrive_ms - pickup->depart_ms);
            }
        }
    }
}

/* Does the old stop `at` share the stand of the one before it? */
static bool continues_stand(const struct plan *plan, uint32_t at)
{
    return at > 0 && at < plan->stop_count &&
           road_place_equal(plan->stops[at - 1].place, plan->stops[at].place);
}

/* Rigid: no planned rider's earliest boarding makes the vehicle wait, and a stand that is cut in
 * two by a detour would not have ended sooner for those before the cut. */
static bool is_rigid(const struct plan *plan, const struct core_config *config)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        const bool in_first_stand =
            joins_start(plan, item->place) && item->arrive_ms == plan->stand_from_ms;
        if (item->earliest_ms > (in_first_stand ? plan->start_ms : item->arrive_ms)) {
            return false;
        }
        if (continues_stand(plan, i) && item->kind != plan->stops[i - 1].kind &&
            config->pickup_ms != config->dropoff_ms) {
            return false;
        }
    }
    return true;
}

static void vehicle_search_begin(struct vehicle_search *vs, const struct insertion_search *search,
                                 const struct plan *plan, uint32_t vehicle)
{
    vs->plan = *plan;
    vs->trial = *plan;
    vs->vehicle = vehicle;
    relax_broken_limits(&vs->plan);
    const size_t first = search->first_place[vehicle];
    vs->drives = (struct insertion_drives){
        .stop_to_pickup = search->drives.stop_to_pickup + first,
        .pickup_to_stop = search->drives.pickup_to_stop + first,
        .stop_to_dropoff = search->drives.stop_to_dropoff + first,
        .dropoff_to_stop = search->drives.dropoff_to_stop + first,
    };
    vs->start_to_pickup_ms = search->start_to_pickup[vehicle];
    vs->cost_before = plan_cost(plan, vs->config);
    vs->rigid = is_rigid(plan, vs->config);

    uint32_t i = plan->stop_count;
    vs->slack_ms[i] = INT64_MAX;
    vs->pickups_from[i] = 0;
    while (i > 0) {
        i--;
        const struct plan_item *item = &vs->plan.stops[i];
        const int64_t slack_ms = item->latest_ms - item->arrive_ms;
        vs->slack_ms[i] = slack_ms < vs->slack_ms[i + 1] ? slack_ms : vs->slack_ms[i + 1];
        vs->pickups_from[i] = (uint8_t)(vs->pickups_from[i + 1] + (item->kind == STOP_PICKUP));
    }
    vs->aboard[0] = plan->parties_aboard;
    for (i = 0; i < plan->stop_count; i++) {
        const int change = plan->stops[i].kind == STOP_PICKUP ? 1 : -1;
        vs->aboard[i + 1] = (uint8_t)(vs->aboard[i] + change);
    }
}

/* May a stop at `place` before the old stop `at` share a stand with a neighbour? */
static bool may_join(const struct plan *plan, uint32_t at, struct road_place place)
{
    if (at == 0 ? joins_start(plan, place) : road_place_equal(plan->stops[at - 1].place, place)) {
        return true;
    }
    return at < plan->stop_count && road_place_equal(plan->stops[at].place, place);
}

/* False when the pick-up cannot be reached there, or not in time. */
static bool place_pickup(const struct vehicle_search *vs, uint32_t at,
                         struct pickup_position *position)
{
    const struct plan *plan = &vs->plan;
    const struct plan_item *pickup = &vs->request->pickup;
    position->at = at;
    position->drive_ms = at == 0 ? vs->start_to_pickup_ms : vs->drives.stop_to_pickup[at - 1];
    if (position->drive_ms >= ROAD_UNREACHABLE_MS) {
        return false;
    }
    if (at == 0) {
        position->arrive_ms = joins_start(plan, pickup->place)
                                  ? plan->stand_from_ms
                                  : plan_begin_ms(plan) + position->drive_ms;
    } else {
        const struct plan_item *before = &plan->stops[at - 1];
        const bool cuts = !vs->rigid && continues_stand(plan, at);
        position->arrive_ms =
            road_place_equal(before->place, pickup->place)
                ? before->arrive_ms
                : (cuts ? before->arrive_ms : before->depart_ms) + position->drive_ms;
    }
    position->stand_ms = may_join(plan, at, pickup->place) ? 0 : vs->config->pickup_ms;
    position->detour_ms = 0;
    if (at < plan->stop_count) {
        position->detour_ms = position->drive_ms + vs->drives.pickup_to_stop[at] -
                              plan->stops[at].leg_ms + position->stand_ms;
    }
    return vs->config->limits_soft || position->arrive_ms <= pickup->latest_ms;
}

/* Does a lower bound rule the candidate out? Only for rigid plans. */
static bool ruled_out(const struct vehicle_search *vs, const struct pickup_position *position,
                      uint32_t at_d, const struct trial_legs *legs, int64_t best_cost)
{
    const struct plan *plan = &vs->plan;
    const struct plan_item *dropoff = &vs->request->dropoff;
    const uint32_t at_p = position->at;
    const bool end = at_d == plan->stop_count;
    const int64_t stand_ms = may_join(plan, at_d, dropoff->place) ? 0 : vs->config->dropoff_ms;
    int64_t ride_ms = vs->request->direct_ms;
    int64_t first_ms = 0; /* delay of the stops at_p .. */
    int64_t then_ms = 0;  /* further delay of the stops at_d .. */
    if (at_p == at_d) {
        then_ms = position->drive_ms + position->stand_ms + ride_ms + stand_ms;
    } else {
        first_ms = at_least(position->detour_ms, 0);
        then_ms = legs->to_dropoff + stand_ms;
        const int64_t between_ms = plan->stops[at_d - 1].depart_ms - plan->stops[at_p].depart_ms;
        ride_ms = at_least(ride_ms, legs->after_pickup + between_ms + legs->to_dropoff);
    }
    if (!end) {
        then_ms = at_least(then_ms + legs->after_dropoff - plan->stops[at_d].leg_ms, 0);
    }
    const int64_t boarded_ms =
        at_least(position->arrive_ms + position->stand_ms, vs->request->pickup.earliest_ms);
    if (first_ms > vs->slack_ms[at_p] || first_ms + then_ms > vs->slack_ms[at_d]) {
        return true;
    }
    if (!vs->config->limits_soft &&
        (ride_ms > dropoff->ride_max_ms || boarded_ms + ride_ms > dropoff->latest_ms)) {
        return true;
    }
    const struct core_weights *weights = &vs->config->weights;
    const int64_t wait_ms = boarded_ms - vs->request->pickup.earliest_ms +
                            vs->pickups_from[at_p] * first_ms + vs->pickups_from[at_d] * then_ms;
    const int64_t aboard_ms =
        ride_ms + vs->aboard[at_p] * first_ms + (end ? 0 : vs->aboard[at_d] * then_ms);
    return weights->vehicle_s * (first_ms + then_ms) + weights->wait_s * wait_ms +
               weights->ride_s * aboard_ms >
           best_cost;
}

/* Every pair of positions in one vehicle's plan. */
static void search_vehicle(struct vehicle_search *vs, struct insertion *best)
{
    const uint32_t count = vs->plan.stop_count;
    for (uint32_t at_p = vs->plan.committed; at_p <= count; at_p++) {
        struct pickup_position position;
        if (!place_pickup(vs, at_p, &position)) {
            continue;
        }
        for (uint32_t at_d = at_p; at_d <= count; at_d++) {
            const struct trial_legs legs = {
                .to_pickup = position.drive_ms,
                .after_pickup =
                    at_p == at_d ? vs->request->direct_ms : vs->drives.pickup_to_stop[at_p],
                .to_dropoff = at_p == at_d ? 0 : vs->drives.stop_to_dropoff[at_d - 1],
                .after_dropoff = at_d == count ? 0 : vs->drives.dropoff_to_stop[at_d],
            };
            if (legs.after_pickup >= ROAD_UNREACHABLE_MS ||
                legs.to_dropoff >= ROAD_UNREACHABLE_MS ||
                legs.after_dropoff >= ROAD_UNREACHABLE_MS) {
                continue;
            }
            if (vs->rigid && ruled_out(vs, &position, at_d, &legs, best->cost)) {
                continue;
            }
            try_candidate(vs, at_p, at_d, &legs, best);
        }
    }
}

/* ---- The fleet ---- */

/* The vehicles that have the seats and spaces and room in their plans; *fits says whether any has
 * the seats and spaces. Their drives from where they are to the pick-up are asked at once. */
static uint32_t gather_candidates(struct insertion_search *search, const struct plan *plans,
                                  const bool *usable, uint32_t plan_count,
                                  const struct insertion_request *request, struct road_query *query,
                                  bool *fits)
{
    uint32_t count = 0;
    *fits = false;
    for (uint32_t v = 0; v < plan_count; v++) {
        const struct plan *plan = &plans[v];
        if (!usable[v] || request->pickup.seats > plan->seats ||
            request->pickup.wheelchairs > plan->wheelchair_spaces) {
            continue;
        }
        *fits = true;
        if (plan->stop_count + 2 > PLAN_STOPS_MAX) {
            continue;
        }
        search->places[count] = plan->start;
        search->candidates[count++] = v;
    }
    /* The answers pass through an array that is filled anew afterwards. */
    int64_t *drives = search->drives.stop_to_pickup;
    road_query_to(query, search->places, count, request->pickup.place, drives);
    for (uint32_t c = 0; c < count; c++) {
        search->start_to_pickup[search->candidates[c]] = drives[c];
    }
    return count;
}

/* The earliest that this vehicle can be at the pick-up. */
static int64_t earliest_arrival_ms(const struct insertion_search *search, const struct plan *plan,
                                   uint32_t vehicle, const struct insertion_request *request)
{
    return joins_start(plan, request->pickup.place)
               ? plan->stand_from_ms
               : plan_begin_ms(plan) + search->start_to_pickup[vehicle];
}

/* Queue the candidates that can reach the pick-up in time by the least that they can cost, and ask
 * all drives between their stops and the request's ends. */
static void queue_candidates(struct insertion_search *search, const struct plan *plans,
                             uint32_t candidate_count, const struct insertion_request *request,
                             const struct core_config *config, struct road_query *query)
{
    uint32_t place_count = 0;
    heap_clear(&search->order);
    for (uint32_t c = 0; c < candidate_count; c++) {
        const uint32_t v = search->candidates[c];
        const struct plan *plan = &plans[v];
        const int64_t drive_ms = search->start_to_pickup[v];
        const int64_t arrive_ms = earliest_arrival_ms(search, plan, v, request);
        if (drive_ms >= ROAD_UNREACHABLE_MS ||
            (!config->limits_soft && arrive_ms > request->pickup.latest_ms)) {
            continue;
        }
        int64_t bound = INT64_MIN;
        if (is_rigid(plan, config)) {
            const int64_t vehicle_ms = plan->stop_count == 0 ? drive_ms + request->direct_ms : 0;
            bound = config->weights.vehicle_s * vehicle_ms +
                    config->weights.wait_s * at_least(arrive_ms - request->pickup.earliest_ms, 0) +
                    config->weights.ride_s * request->direct_ms;
        }
        heap_put(&search->order, v, bound);
        search->first_place[v] = place_count;
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            search->places[place_count++] = plan->stops[i].place;
        }
    }
    const struct insertion_drives *drives = &search->drives;
    const struct road_place pickup = request->pickup.place;
    const struct road_place dropoff = request->dropoff.place;
    road_query_to(query, search->places, place_count, pickup, drives->stop_to_pickup);
    road_query_from(query, pickup, search->places, place_count, drives->pickup_to_stop);
    road_query_to(query, search->places, place_count, dropoff, drives->stop_to_dropoff);
    road_query_from(query, dropoff, search->places, place_count, drives->dropoff_to_stop);
}

/* The earliest arrival at the pick-up after all planned stops of some vehicle. */
static int64_t find_alternative_ms(struct insertion_search *search, const struct plan *plans,
                                   uint32_t candidate_count,
                                   const struct insertion_request *request,
                                   const struct core_config *config, struct road_query *query)
{
    for (uint32_t c = 0; c < candidate_count; c++) {
        const struct plan *plan = &plans[search->candidates[c]];
        search->places[c] =
            plan->stop_count == 0 ? plan->start : plan->stops[plan->stop_count - 1].place;
    }
    int64_t *drives = search->drives.stop_to_pickup;
    road_query_to(query, search->places, candidate_count, request->pickup.place, drives);
    int64_t best_ms = INT64_MAX;
    for (uint32_t c = 0; c < candidate_count; c++) {
        const struct plan *plan = &plans[search->candidates[c]];
        if (drives[c] >= ROAD_UNREACHABLE_MS) {
            continue;
        }
        const int64_t free_ms = plan->stop_count == 0 ? plan_begin_ms(plan)
                                                      : plan->stops[plan->stop_count - 1].depart_ms;
        const int64_t arrive_ms = free_ms + drives[c];
        const int64_t boards_ms = at_least(arrive_ms, request->pickup.earliest_ms);
        if (boards_ms + config->pickup_ms <= plan->until_ms && arrive_ms < best_ms) {
            best_ms = arrive_ms;
        }
    }
    return best_ms;
}

enum insertion_result insertion_find(struct insertion_search *search, const struct plan *plans,
                                     const bool *usable, uint32_t plan_count,
                                     const struct insertion_request *request,
                                     const struct core_config *config, struct road_query *query,
                                     struct insertion *best, int64_t *alternative_ms)
{
    CHECK(plan_count <= search->plans_max);
    bool fits = false;
    const uint32_t candidate_count =
        gather_candidates(search, plans, usable, plan_count, request, query, &fits);
    if (!fits) {
        return INSERTION_NONE_FITS;
    }
    queue_candidates(search, plans, candidate_count, request, config, query);

    struct vehicle_search vs = {.request = request, .config = config};
    struct insertion found = {.cost = INT64_MAX, .vehicle = UINT32_MAX};
    uint32_t vehicle = 0;
    int64_t bound = 0;
    while (request->direct_ms < ROAD_UNREACHABLE_MS && heap_pop(&search->order, &vehicle, &bound) &&
           bound <= found.cost) {
        vehicle_search_begin(&vs, search, &plans[vehicle], vehicle);
        search_vehicle(&vs, &found);
    }
    if (found.vehicle == UINT32_MAX) {
        *alternative_ms =
            find_alternative_ms(search, plans, candidate_count, request, config, query);
        return INSERTION_NONE_IN_TIME;
    }
    *best = found;
    return INSERTION_FOUND;
}

void insertion_apply(struct plan *plan, const struct insertion *insertion,
                     const struct insertion_request *request, const struct core_config *config,
                     struct road_query *query)
{
    const uint32_t at_p = insertion->pickup_at;
    const uint32_t at_d = insertion->dropoff_at;
    CHECK(at_p <= at_d && at_d <= plan->stop_count);
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
    write_trial(plan, &before, request, at_p, at_d, &legs);
    (void)plan_schedule(plan, config); /* false where soft limits are passed */
}
