/* Drives are asked for only when a bound cannot do without them. The order of the checks is by what
 * they cost: cells, then travel times, then a written-out trial. */
#include "core/probe.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/energy.h"
#include "core/spare.h"
#include "core/trial.h"

/* A position for the pick-up, and what it means before the drop-off is placed. */
struct pickup_position {
    uint32_t at;
    int64_t drive_ms;  /* to the pick-up */
    int64_t arrive_ms; /* exact, or less where it cuts a stand in two */
    int64_t stand_ms;  /* the least time the stand takes of its own */
    int64_t
        detour_ms; /* the least detour before the stop after it, unless the drop-off comes first */
};

void probe_init(struct probe *probe, struct fleet *fleet, const struct insertion_request *request,
                const struct core_config *config, struct probe_counts *counts)
{
    const struct road_cells *cells = &fleet->network->cells;
    probe->fleet = fleet;
    probe->request = request;
    probe->config = config;
    probe->counts = counts;
    probe->is_indexed = true;
    probe->selfish = false;
    probe->wants_others = true;
    probe->spares = request->spares;
    probe->seen_count = 0;
    probe->pickup_cell = road_cells_of(cells, request->pickup.place);
    probe->leave_units = road_cells_leave(cells, request->pickup.place);
    probe->enter_units = road_cells_enter(cells, request->pickup.place);
    probe->dropoff_cell = road_cells_of(cells, request->dropoff.place);
}

static int64_t drive_ms(struct probe *probe, struct road_place from, struct road_place to)
{
    probe->counts->drives++;
    return road_query_time(probe->fleet->network->query, from, to);
}

/* ---- Drives between the plan's stops and the request's ends, asked once each ---- */

static int64_t ask_once(struct probe *probe, int64_t *known_ms, struct road_place from,
                        struct road_place to)
{
    if (*known_ms == PROBE_UNKNOWN) {
        *known_ms = drive_ms(probe, from, to);
    }
    return *known_ms;
}

/* Where position `at` sets off from. */
static struct road_place before(const struct plan *plan, uint32_t at)
{
    return at == 0 ? plan->start : plan->stops[at - 1].place;
}

/* Was a vehicle under way seen on its drive? Until it is worked out where it can next turn, that
 * bounds what a pick-up before its first stop costs: it is there now, or further on. */
static bool was_seen(const struct probe *probe)
{
    return probe->plan.under_way && !probe->advanced &&
           probe->plan.seen_ms > probe->plan.start_ms &&
           !road_place_equal(probe->plan.stops[0].place, probe->request->pickup.place);
}

static struct road_place before_pickup(const struct probe *probe, uint32_t at)
{
    return at == 0 && was_seen(probe) ? probe->plan.seen : before(&probe->plan, at);
}

static int64_t to_pickup(struct probe *probe, uint32_t at)
{
    return ask_once(probe, &probe->to_pickup_ms[at], before_pickup(probe, at),
                    probe->request->pickup.place);
}

static int64_t from_pickup(struct probe *probe, uint32_t at)
{
    return ask_once(probe, &probe->from_pickup_ms[at], probe->request->pickup.place,
                    probe->plan.stops[at].place);
}

static int64_t to_dropoff(struct probe *probe, uint32_t at)
{
    return ask_once(probe, &probe->to_dropoff_ms[at], before(&probe->plan, at),
                    probe->request->dropoff.place);
}

static int64_t from_dropoff(struct probe *probe, uint32_t at)
{
    return ask_once(probe, &probe->from_dropoff_ms[at], probe->request->dropoff.place,
                    probe->plan.stops[at].place);
}

/* ---- One vehicle ---- */

/* A stand that waits for its rider may begin, or end, sooner when another joins it. */
static bool joins_waiting_stand(const struct plan *plan, struct road_place place)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan_waits(&plan->stops[i]) && road_place_equal(plan->stops[i].place, place)) {
            return true;
        }
    }
    return false;
}

/* A plan with its first stops, and not the room behind them. */
static void copy(struct plan *to, const struct plan *from, uint32_t stop_count)
{
    memcpy(to, from, offsetof(struct plan, stops) + stop_count * sizeof from->stops[0]);
}

static void begin(struct probe *probe, uint32_t vehicle)
{
    fleet_refresh(probe->fleet, vehicle, probe->config);
    const struct plan *plan = &probe->fleet->plans[vehicle];
    const uint32_t count = plan->stop_count;
    probe->counts->vehicles++;
    probe->vehicle = vehicle;
    copy(&probe->plan, plan, count);
    if (probe->selfish) {
        trial_forget_limits(&probe->plan);
    } else if (probe->spares) {
        spare_hold(&probe->plan);
    } else {
        trial_relax_limits(&probe->plan);
    }
    probe->plan.under_way = plan->under_way && count > 0;
    copy(&probe->trial, &probe->plan, 0); /* its stops are written with each trial */
    route_make(&probe->route, &probe->plan);
    probe->loose = probe->route.loose ||
                   joins_waiting_stand(&probe->plan, probe->request->pickup.place) ||
                   joins_waiting_stand(&probe->plan, probe->request->dropoff.place);
    probe->advanced = false;
    for (uint32_t i = 0; i <= count; i++) {
        probe->to_pickup_ms[i] = PROBE_UNKNOWN;
        probe->from_pickup_ms[i] = PROBE_UNKNOWN;
        probe->to_dropoff_ms[i] = PROBE_UNKNOWN;
        probe->from_dropoff_ms[i] = PROBE_UNKNOWN;
    }
}

/* Would a first stop at `place` join the stand that the vehicle is in? */
static bool joins_start(const struct plan *plan, struct road_place place)
{
    return plan->standing && !plan->visiting && road_place_equal(plan->start, place);
}

/* Would a stop at `place` share the stand of this one? */
static bool joins(const struct plan_item *item, struct road_place place)
{
    return road_place_equal(item->place, place) && !fact_is_visit(item->kind);
}

/* May a stop at `place` before the old stop `at` share a stand with a neighbour? */
static bool may_join(const struct plan *plan, uint32_t at, struct road_place place)
{
    if (at == 0 ? joins_start(plan, place) : joins(&plan->stops[at - 1], place)) {
        return true;
    }
    return at < plan->stop_count && joins(&plan->stops[at], place);
}

/* The earliest arrival at a pick-up before the old stop `at` that is `drive_ms` away from where it
 * sets off: exact, or less where it cuts a stand in two. */
static int64_t arrival_ms(const struct probe *probe, uint32_t at, int64_t to_ms)
{
    const struct plan *plan = &probe->plan;
    const struct road_place place = probe->request->pickup.place;
    if (at == 0) {
        if (joins_start(plan, place)) {
            return plan->stand_from_ms;
        }
        return (was_seen(probe) ? plan->seen_ms : plan_begin_ms(plan)) + to_ms;
    }
    const struct plan_item *item = &plan->stops[at - 1];
    if (joins(item, place)) {
        return item->arrive_ms - (probe->loose ? probe->route.waits_ms[0] : 0);
    }
    const bool cuts =
        probe->loose && at < plan->stop_count && plan_shares_stand(item, &plan->stops[at]);
    return (cuts ? item->arrive_ms : item->depart_ms) + to_ms;
}

/* What the request costs its rider and the vehicle at least, given when they can board, how long
 * they ride, and how much longer the vehicle is busy. */
static int64_t own_cost(const struct probe *probe, int64_t arrive_ms, int64_t boarded_ms,
                        int64_t ride_ms, int64_t vehicle_ms)
{
    const struct core_weights *weights = &probe->config->weights;
    int64_t cost = weights->vehicle_s * vehicle_ms +
                   weights->wait_s * (boarded_ms - probe->request->pickup.earliest_ms) +
                   weights->ride_s * ride_ms;
    if (probe->config->limits_soft) {
        cost += trial_penalty(probe->request, arrive_ms, boarded_ms, boarded_ms + ride_ms,
                              probe->config);
    }
    return cost;
}

/* What others may gain at most from a detour before stop `at`: who is picked up later and set down
 * when planned, since the vehicle waits less in between, rides for less. */
static int64_t gain(const struct probe *probe, uint32_t at)
{
    return probe->config->weights.ride_s * probe->route.pickups_from[at] *
           probe->route.stands_ms[at];
}

static bool is_late(const struct probe *probe, int64_t arrive_ms)
{
    return !probe->config->limits_soft && arrive_ms > probe->request->pickup.latest_ms;
}

/* The drive to the stop `at` as long as it is from where the drive to the pick-up begins. */
static int64_t leg_ms(const struct probe *probe, uint32_t at)
{
    const struct plan_item *to = &probe->plan.stops[at];
    return at == 0 && was_seen(probe) ? to->arrive_ms - probe->plan.seen_ms : to->leg_ms;
}

/* Can no pick-up before stop `at` do, by the cells' bounds alone? */
static bool ruled_out_by_cells(const struct probe *probe, uint32_t at, const struct insertion *best)
{
    const struct road_cells *cells = &probe->fleet->network->cells;
    const struct plan *plan = &probe->plan;
    const size_t column = (size_t)probe->pickup_cell * cells->count;
    const struct road_place from = before_pickup(probe, at);
    if (from.arc != ROAD_NONE || probe->loose) {
        return false;
    }
    const int64_t to_ms =
        (int64_t)cells->to[column + cells->of_node[from.node]] * ROAD_CELLS_UNIT_MS;
    const int64_t arrive_ms = arrival_ms(probe, at, to_ms);
    int64_t detour_ms = to_ms;
    if (at < plan->stop_count) {
        const uint32_t next = road_cells_of(cells, plan->stops[at].place);
        const int64_t from_ms = (int64_t)cells->from[column + next] * ROAD_CELLS_UNIT_MS;
        detour_ms = bound_most(to_ms + from_ms - leg_ms(probe, at), 0);
    }
    const int64_t boarded_ms = bound_most(arrive_ms, probe->request->pickup.earliest_ms);
    return is_late(probe, arrive_ms) || detour_ms > probe->route.room_ms[at] ||
           own_cost(probe, arrive_ms, boarded_ms, probe->request->direct_ms,
                    bound_most(detour_ms - probe->route.stands_ms[at], 0)) -
                   gain(probe, at) >
               best->cost;
}

/* Work out the position; false when the pick-up cannot be reached there, or not in time, or its
 * detour alone is too much. */
static bool place_pickup(struct probe *probe, uint32_t at, const struct insertion *best,
                         struct pickup_position *position)
{
    const struct plan *plan = &probe->plan;
    const struct road_place place = probe->request->pickup.place;
    position->at = at;
    position->drive_ms = to_pickup(probe, at);
    if (position->drive_ms >= ROAD_UNREACHABLE_MS) {
        return false;
    }
    position->arrive_ms = arrival_ms(probe, at, position->drive_ms);
    position->stand_ms = may_join(plan, at, place) ? 0 : probe->request->pickup.dwell_ms;
    position->detour_ms = 0;
    if (is_late(probe, position->arrive_ms)) {
        return false;
    }
    if (at == plan->stop_count) {
        return true;
    }
    position->detour_ms =
        position->drive_ms + from_pickup(probe, at) - leg_ms(probe, at) + position->stand_ms;
    if (probe->loose) {
        return from_pickup(probe, at) < ROAD_UNREACHABLE_MS;
    }
    const int64_t boarded_ms =
        bound_most(position->arrive_ms + position->stand_ms, probe->request->pickup.earliest_ms);
    return position->detour_ms <= probe->route.room_ms[at] &&
           own_cost(probe, position->arrive_ms, boarded_ms, probe->request->direct_ms,
                    bound_most(position->detour_ms - probe->route.stands_ms[at], 0)) -
                   gain(probe, at) <=
               best->cost;
}

/* Does a lower bound rule the candidate out? Not where the plan is loose. */
static bool ruled_out(const struct probe *probe, const struct pickup_position *position,
                      uint32_t at_d, const struct trial_legs *legs, int64_t best_cost)
{
    const struct plan *plan = &probe->plan;
    const struct route *route = &probe->route;
    const struct plan_item *dropoff = &probe->request->dropoff;
    const struct core_config *config = probe->config;
    const uint32_t at_p = position->at;
    const bool end = at_d == plan->stop_count;
    const int64_t stand_ms = may_join(plan, at_d, dropoff->place) ? 0 : dropoff->dwell_ms;
    int64_t ride_ms = probe->request->direct_ms;
    int64_t first_ms = 0; /* detour before the stops at_p .. */
    int64_t then_ms = 0;  /* further detour before the stops at_d .. */
    if (at_p == at_d) {
        then_ms = position->drive_ms + position->stand_ms + ride_ms + stand_ms;
    } else {
        first_ms = bound_most(position->detour_ms, 0);
        then_ms = legs->to_dropoff + stand_ms;
        const int64_t between_ms = plan->stops[at_d - 1].depart_ms - plan->stops[at_p].depart_ms -
                                   (route->waits_ms[at_p] - route->waits_ms[at_d]);
        ride_ms = bound_most(ride_ms, legs->after_pickup + between_ms + legs->to_dropoff);
    }
    if (!end) {
        then_ms = bound_most(then_ms + legs->after_dropoff - leg_ms(probe, at_d), 0);
    }
    const int64_t between_waits_ms = route->waits_ms[at_p] - route->waits_ms[at_d];
    if (first_ms > route->room_ms[at_p] || then_ms > route->room_ms[at_d] + between_waits_ms ||
        first_ms + then_ms > route->late_ms[at_d] + between_waits_ms) {
        return true;
    }
    const int64_t boarded_ms =
        bound_most(position->arrive_ms + position->stand_ms, probe->request->pickup.earliest_ms);
    if (!config->limits_soft &&
        (ride_ms > dropoff->ride_max_ms || boarded_ms + ride_ms > dropoff->latest_ms)) {
        return true;
    }
    const int64_t first_late_ms = bound_most(first_ms - route->waits_ms[at_p], 0);
    const int64_t then_late_ms =
        bound_most(first_ms + then_ms - route->waits_ms[at_p], 0) - first_late_ms;
    const int64_t wait_ms =
        route->pickups_from[at_p] * first_late_ms + route->pickups_from[at_d] * then_late_ms;
    const int64_t aboard_ms =
        route->aboard[at_p] * first_late_ms + (end ? 0 : route->aboard[at_d] * then_late_ms);
    return own_cost(probe, position->arrive_ms, boarded_ms, ride_ms,
                    bound_most(first_ms + then_ms - route->stands_ms[at_p], 0)) +
               config->weights.wait_s * wait_ms + config->weights.ride_s * aboard_ms -
               gain(probe, at_p) >
           best_cost;
}

/* Remember it among the best of all vehicles, for who asks why another was taken. */
static void see(struct probe *probe, const struct insertion *found)
{
    struct insertion *seen = probe->seen;
    uint32_t at = 0;
    while (at < probe->seen_count && seen[at].vehicle != found->vehicle) {
        at++;
    }
    if (at == probe->seen_count && at < INSERTION_SEEN_MAX) {
        probe->seen_count++;
    } else {
        at = at < INSERTION_SEEN_MAX ? at : INSERTION_SEEN_MAX - 1;
        if (!insertion_precedes(found, &seen[at])) {
            return;
        }
    }
    for (; at > 0 && insertion_precedes(found, &seen[at - 1]); at--) {
        seen[at] = seen[at - 1];
    }
    seen[at] = *found;
}

static void keep(struct probe *probe, struct insertion *found, struct insertion *best)
{
    found->vehicle = probe->vehicle;
    see(probe, found);
    if (insertion_precedes(found, best)) {
        *best = *found;
    }
}

/* The legs that a candidate brings; false where there is no way, or a bound rules it out. */
static bool bring_legs(struct probe *probe, const struct pickup_position *position, uint32_t at_d,
                       int64_t best_cost, struct trial_legs *legs)
{
    const uint32_t at_p = position->at;
    *legs = (struct trial_legs){
        .to_pickup = position->drive_ms,
        .after_pickup = at_p == at_d ? probe->request->direct_ms : from_pickup(probe, at_p),
        .to_dropoff = at_p == at_d ? 0 : to_dropoff(probe, at_d),
        .after_dropoff = at_d == probe->plan.stop_count ? 0 : from_dropoff(probe, at_d),
    };
    return legs->after_pickup < ROAD_UNREACHABLE_MS && legs->to_dropoff < ROAD_UNREACHABLE_MS &&
           legs->after_dropoff < ROAD_UNREACHABLE_MS &&
           (probe->loose || !ruled_out(probe, position, at_d, legs, best_cost));
}

/* May the drop-off come before stop `at_d`, or last? By the index. */
static bool may_alight(const struct probe *probe, uint32_t at_d)
{
    return at_d == probe->plan.stop_count || probe->loose || probe->selfish || !probe->is_indexed ||
           fleet_leg_passes(probe->fleet, probe->vehicle, at_d, probe->dropoff_cell);
}

static void try_candidate(struct probe *probe, const struct pickup_position *position,
                          uint32_t at_d, struct insertion *best)
{
    struct trial_legs legs;
    struct insertion found;
    if (!bring_legs(probe, position, at_d, best->cost, &legs)) {
        return;
    }
    probe->counts->trials++;
    if (trial_price(&probe->trial, &probe->plan, &probe->route.parts, probe->request, position->at,
                    at_d, &legs, probe->config, &found) &&
        trial_lasts(&probe->trial, &probe->fleet->plans[probe->vehicle], position->at,
                    probe->fleet->energy)) {
        keep(probe, &found, best);
    }
}

/* Does some drop-off stand the bounds, by where the vehicle was seen? Then it is worth while to
 * work out where it can turn. */
static bool is_promising(struct probe *probe, const struct pickup_position *position,
                         const struct insertion *best)
{
    for (uint32_t at_d = position->at; at_d <= probe->plan.stop_count; at_d++) {
        struct trial_legs legs;
        if (may_alight(probe, at_d) && bring_legs(probe, position, at_d, best->cost, &legs)) {
            return true;
        }
    }
    return false;
}

/* A pick-up before the first stop of a vehicle under way: it turns where it next can. */
static bool advance(struct probe *probe)
{
    if (probe->advanced || !probe->plan.under_way ||
        road_place_equal(probe->plan.stops[0].place, probe->request->pickup.place)) {
        return true; /* it is going there anyway */
    }
    probe->counts->turns++;
    if (!plan_advance(&probe->plan, probe->fleet->now_ms, &probe->fleet->network->drive)) {
        return false;
    }
    probe->advanced = true;
    probe->trial.start = probe->plan.start;
    probe->trial.start_ms = probe->plan.start_ms;
    probe->route.parts = plan_parts(&probe->plan);
    probe->to_pickup_ms[0] = PROBE_UNKNOWN;
    probe->to_dropoff_ms[0] = PROBE_UNKNOWN;
    return true;
}

static void try_pickup_at(struct probe *probe, uint32_t at, struct insertion *best)
{
    const uint32_t count = probe->plan.stop_count;
    struct pickup_position position;
    if (ruled_out_by_cells(probe, at, best) || !place_pickup(probe, at, best, &position)) {
        return;
    }
    if (at == 0 && probe->plan.under_way &&
        (!is_promising(probe, &position, best) || !advance(probe) ||
         !place_pickup(probe, at, best, &position))) {
        return;
    }
    for (uint32_t at_d = at; at_d <= count; at_d++) {
        if (may_alight(probe, at_d)) {
            try_candidate(probe, &position, at_d, best);
        }
    }
}

static void try_pickups_at(struct probe *probe, uint32_t pickups_at, struct insertion *best)
{
    for (uint32_t at = probe->plan.committed; at <= probe->plan.stop_count; at++) {
        if ((pickups_at >> at & 1) != 0) {
            try_pickup_at(probe, at, best);
        }
    }
}

void probe_vehicle(struct probe *probe, uint32_t vehicle, uint32_t pickups_at,
                   struct insertion *best)
{
    begin(probe, vehicle);
    try_pickups_at(probe, pickups_at, best);
}

/* Between the index and now it may have set off: then its first leg begins elsewhere. */
static void take_drives(struct probe *probe, const struct probe_leg *leg)
{
    const uint32_t at = leg->at;
    if (at < probe->plan.stop_count && road_place_equal(leg->from, before_pickup(probe, at)) &&
        road_place_equal(leg->to, probe->plan.stops[at].place)) {
        probe->to_pickup_ms[at] = leg->to_pickup_ms;
        probe->from_pickup_ms[at] = leg->from_pickup_ms;
    }
}

void probe_legs(struct probe *probe, uint32_t vehicle, const struct probe_leg *legs, uint32_t count,
                struct insertion *best)
{
    uint32_t pickups_at = 0;
    begin(probe, vehicle);
    for (uint32_t i = 0; i < count; i++) {
        pickups_at |= UINT32_C(1) << legs[i].at;
        take_drives(probe, &legs[i]);
    }
    try_pickups_at(probe, pickups_at, best);
}

/* What it takes of the vehicle's time. */
static int64_t after_last_ms(const struct probe *probe, int64_t to_ms)
{
    const struct insertion_request *request = probe->request;
    return to_ms + request->pickup.dwell_ms + request->direct_ms + request->dropoff.dwell_ms;
}

int64_t probe_cost_after_last(const struct probe *probe, int64_t free_ms, int64_t to_ms)
{
    const struct insertion_request *request = probe->request;
    const int64_t arrive_ms = bound_most(free_ms + to_ms, request->pickup.earliest_ms);
    return own_cost(probe, arrive_ms, arrive_ms + request->pickup.dwell_ms, request->direct_ms,
                    after_last_ms(probe, to_ms));
}

/* A vehicle on its way to rest: where and when it can next turn. */
static bool turn_from_rest(struct probe *probe, uint32_t vehicle, struct road_place *place,
                           int64_t *at_ms)
{
    const struct plan *plan = &probe->fleet->plans[vehicle];
    struct plan_turn turn;
    probe->counts->turns++;
    if (!plan_find_turn(plan, probe->fleet->now_ms, &probe->fleet->network->drive, &turn)) {
        return false;
    }
    *place = turn.place;
    *at_ms = bound_most(turn.at_ms, plan->from_ms); /* not before its shift */
    return true;
}

/* Does the battery last for both stops behind all that is planned? */
static bool lasts_behind(struct probe *probe, uint32_t vehicle, struct road_place end,
                         int64_t free_ms, int64_t to_ms)
{
    const struct plan *plan = &probe->fleet->plans[vehicle];
    const uint32_t count = plan->stop_count;
    const struct trial_legs legs = {.to_pickup = to_ms, .after_pickup = probe->request->direct_ms};
    if (plan->battery_mwh == 0) {
        return true;
    }
    copy(&probe->trial, plan, 0);
    if (count == 0) { /* one on its way to rest turns there */
        probe->trial.start = end;
        probe->trial.start_ms = free_ms;
    }
    trial_write(&probe->trial, plan, probe->request, count, count, &legs);
    (void)plan_schedule(&probe->trial, probe->config);
    return energy_holds(probe->fleet->energy, &probe->trial);
}

void probe_after_last(struct probe *probe, uint32_t vehicle, int64_t to_ms, struct insertion *best)
{
    const struct insertion_request *request = probe->request;
    const struct core_config *config = probe->config;
    const struct plan *plan = &probe->fleet->plans[vehicle];
    fleet_refresh(probe->fleet, vehicle, config);
    struct road_place end = fleet_end(probe->fleet, vehicle);
    int64_t free_ms =
        plan->stop_count == 0 ? plan_begin_ms(plan) : plan->stops[plan->stop_count - 1].depart_ms;
    if (plan->stop_count == 0 && plan->under_way &&
        !turn_from_rest(probe, vehicle, &end, &free_ms)) {
        return;
    }
    if (road_place_equal(end, request->pickup.place) && (plan->stop_count > 0 || plan->standing)) {
        /* It may share a stand. */
        probe_vehicle(probe, vehicle, UINT32_C(1) << plan->stop_count, best);
        return;
    }
    if (to_ms == PROBE_UNKNOWN) {
        to_ms = drive_ms(probe, end, request->pickup.place);
    }
    const int64_t earliest_ms = request->pickup.earliest_ms;
    const int64_t arrive_ms = bound_most(free_ms + to_ms, earliest_ms);
    const int64_t depart_ms = arrive_ms + request->pickup.dwell_ms;
    const int64_t dropoff_ms = depart_ms + request->direct_ms;
    if (to_ms >= ROAD_UNREACHABLE_MS || is_late(probe, arrive_ms) || depart_ms > plan->until_ms ||
        (!config->limits_soft && (dropoff_ms > request->dropoff.latest_ms ||
                                  request->direct_ms > request->dropoff.ride_max_ms))) {
        return;
    }
    if (!lasts_behind(probe, vehicle, end, free_ms, to_ms)) {
        return;
    }
    struct insertion found = {
        .cost = probe_cost_after_last(probe, free_ms, to_ms),
        .added = {after_last_ms(probe, to_ms), depart_ms - earliest_ms, request->direct_ms},
        .pickup_at = plan->stop_count,
        .dropoff_at = plan->stop_count,
        .pickup_arrive_ms = arrive_ms,
        .pickup_depart_ms = depart_ms,
        .dropoff_arrive_ms = dropoff_ms,
    };
    probe->vehicle = vehicle;
    keep(probe, &found, best);
}
