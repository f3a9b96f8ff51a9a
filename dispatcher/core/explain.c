/* Each search that a refusal costs is the one of every request, with one thing given up. Only where
 * others have the seats, or were promised something, all plans in reach are looked at: the index of
 * legs leaves out what would break a promise, and what fits is judged by the request as it was. */
#include "core/explain.h"

#include "base/bound.h"
#include "base/check.h"
#include "core/emit.h"
#include "core/hindsight.h"
#include "core/probe.h"

static int32_t cut(int64_t value_ms)
{
    if (value_ms > INT32_MAX) {
        return INT32_MAX;
    }
    return value_ms < INT32_MIN ? INT32_MIN : (int32_t)value_ms;
}

static struct reason_option option_of(const struct core *core,
                                      const struct insertion_request *request,
                                      const struct insertion *insertion)
{
    const int64_t wait_ms = insertion->pickup_depart_ms - request->pickup.earliest_ms;
    const int64_t ride_ms = insertion->dropoff_arrive_ms - insertion->pickup_depart_ms;
    return (struct reason_option){
        .vehicle = state_vehicle(core->state, insertion->vehicle)->enrolled.vehicle,
        .vehicle_ms = cut(insertion->added.vehicle_ms),
        .wait_ms = cut(wait_ms),
        .ride_ms = cut(ride_ms),
        .others_wait_ms = cut(insertion->added.wait_ms - wait_ms),
        .others_ride_ms = cut(insertion->added.ride_ms - ride_ms),
        .pickup_ms = bound_most(insertion->pickup_arrive_ms, request->pickup.earliest_ms),
        .cost = insertion->cost,
    };
}

void explain_choice(const struct core *core, const struct insertion_request *request,
                    const struct insertion *best, struct fact_booked *booked)
{
    struct insertion others[INSERTION_SEEN_MAX];
    const uint32_t count = insertion_others(core->search, best, others);
    _Static_assert(REASON_OPTIONS_MAX == INSERTION_SEEN_MAX, "all that a search saw is kept");
    CHECK(count < REASON_OPTIONS_MAX);
    booked->options[0] = option_of(core, request, best);
    booked->option_count = 1;
    for (uint32_t i = 0; i < count; i++) {
        if (insertion_precedes(best, &others[i])) {
            booked->options[booked->option_count++] = option_of(core, request, &others[i]);
        }
    }
}

/* ---- Refusals ---- */

/* A refused request, and how one constraint after another is given up. */
struct inquiry {
    struct core *core;
    const struct insertion_request *request;
    struct reason_refused *why;
    struct insertion found;
};

static bool is_candidate(const struct inquiry *inquiry, uint32_t vehicle)
{
    const struct fleet *fleet = &inquiry->core->fleet;
    return fleet_takes(&fleet->vehicles[vehicle], inquiry->request->pickup.seats,
                       inquiry->request->pickup.wheelchairs);
}

static void name(struct inquiry *inquiry, enum reason_constraint constraint, int64_t over_ms)
{
    inquiry->why->constraint = constraint;
    inquiry->why->over_ms = bound_most(over_ms, 0);
}

static void name_found(struct inquiry *inquiry, enum reason_constraint constraint, int64_t over_ms)
{
    name(inquiry, constraint, over_ms);
    inquiry->why->has_nearest = true;
    inquiry->why->nearest = option_of(inquiry->core, inquiry->request, &inquiry->found);
}

static bool find(struct inquiry *inquiry, const struct insertion_request *request)
{
    struct core *core = inquiry->core;
    return insertion_find(core->search, &core->fleet, request, &core->config, &inquiry->found);
}

/* Has the fleet a vehicle that would fit, and is one of them in service? */
static bool has_vehicles(struct inquiry *inquiry)
{
    const struct fleet *fleet = &inquiry->core->fleet;
    const struct plan_item *pickup = &inquiry->request->pickup;
    bool has_seats = false;
    bool fits = false;
    bool is_usable = false;
    for (uint32_t v = 0; v < fleet->count; v++) {
        const struct plan *plan = &fleet->plans[v];
        const bool seats = pickup->seats <= plan->seats;
        const bool both = seats && pickup->wheelchairs <= plan->wheelchair_spaces;
        has_seats = has_seats || seats;
        fits = fits || both;
        is_usable = is_usable || (both && fleet->vehicles[v].usable);
    }
    if (!fits) {
        name(inquiry, has_seats ? REASON_CONSTRAINT_WHEELCHAIR : REASON_CONSTRAINT_SEATS, 0);
    } else if (!is_usable) {
        name(inquiry, REASON_CONSTRAINT_NO_SERVICE, 0);
    }
    return is_usable;
}

/* Whatever the rider's own limits are but the time of the pick-up. */
static bool try_own_times(struct inquiry *inquiry)
{
    const struct plan_item *limits = &inquiry->request->dropoff;
    struct insertion_request request = *inquiry->request;
    request.dropoff.latest_ms = INT64_MAX;
    request.dropoff.ride_max_ms = INT64_MAX;
    if (!find(inquiry, &request)) {
        return false;
    }
    const struct insertion *found = &inquiry->found;
    if (found->dropoff_arrive_ms > limits->latest_ms) {
        name_found(inquiry, REASON_CONSTRAINT_ARRIVE_BY,
                   found->dropoff_arrive_ms - limits->latest_ms);
    } else {
        name_found(inquiry, REASON_CONSTRAINT_RIDE_TIME,
                   found->dropoff_arrive_ms - found->pickup_depart_ms - limits->ride_max_ms);
    }
    return true;
}

/* Could it be there in time, if it drove there at once? */
static bool can_be_there(const struct inquiry *inquiry, uint32_t vehicle)
{
    const struct fleet *fleet = &inquiry->core->fleet;
    const struct road_cells *cells = &fleet->network->cells;
    const struct plan *plan = &fleet->plans[vehicle];
    const size_t column =
        (size_t)road_cells_of(cells, inquiry->request->pickup.place) * cells->count;
    const int64_t begin_ms = plan->standing ? plan->stand_from_ms : plan->start_ms;
    const int64_t to_ms =
        (int64_t)cells->to[column + road_cells_of(cells, plan->start)] * ROAD_CELLS_UNIT_MS -
        fleet->offset_ms;
    return inquiry->core->config.limits_soft ||
           begin_ms + bound_most(to_ms, 0) <= inquiry->request->pickup.latest_ms;
}

/* By how much the promise is broken at most that `insertion` breaks, past what is broken already.
 */
static int64_t broken_ms(const struct inquiry *inquiry, const struct insertion *insertion)
{
    struct core *core = inquiry->core;
    struct plan *plan = &core->fleet.plans[insertion->vehicle];
    const struct plan before = *plan;
    insertion_apply(&core->fleet, insertion, inquiry->request, &core->config);
    const struct plan after = *plan;
    *plan = before;
    const uint32_t dropoff = insertion->dropoff_at + 1u;
    int64_t most_ms = 0;
    for (uint32_t i = 0; i < after.stop_count; i++) {
        if (i == insertion->pickup_at || i == dropoff) {
            continue;
        }
        const struct plan_item *item = &after.stops[i];
        const uint32_t old = i - (i > insertion->pickup_at) - (i > dropoff);
        const int64_t latest_ms = bound_most(item->latest_ms, before.stops[old].arrive_ms);
        most_ms = bound_most(most_ms, item->arrive_ms - latest_ms);
        for (uint32_t p = 0; item->kind == STOP_DROPOFF && p < i; p++) {
            const struct plan_item *pickup = &after.stops[p];
            if (pickup->kind == STOP_PICKUP && pickup->ride.value == item->ride.value) {
                most_ms =
                    bound_most(most_ms, item->arrive_ms - pickup->depart_ms - item->ride_max_ms);
            }
        }
    }
    return most_ms;
}

/* The best place for `request` in the plans of vehicles that the rider would fit into, and that
 * have something planned: those without are searched for every request. */
static bool find_beside_others(struct inquiry *inquiry, const struct insertion_request *request,
                               bool is_selfish)
{
    struct core *core = inquiry->core;
    struct fleet *fleet = &core->fleet;
    struct probe_counts counts = {0};
    struct probe probe;
    inquiry->found = (struct insertion){.cost = INT64_MAX};
    probe_init(&probe, fleet, request, &core->config, &counts);
    probe.selfish = is_selfish;
    for (uint32_t v = 0; v < fleet->count; v++) {
        if (is_candidate(inquiry, v) && fleet->plans[v].stop_count > 0 &&
            can_be_there(inquiry, v)) {
            probe_vehicle(&probe, v, UINT32_MAX, &inquiry->found);
        }
    }
    return inquiry->found.cost < INT64_MAX;
}

/* Who wants a vehicle for themselves could share it; for who shares it there may be no seat left.
 */
static bool try_company(struct inquiry *inquiry)
{
    struct insertion_request request = *inquiry->request;
    if (!request.pickup.shared) {
        request.pickup.shared = request.dropoff.shared = true;
        if (find(inquiry, &request)) {
            name_found(inquiry, REASON_CONSTRAINT_SHARING, 0);
            return true;
        }
        return false;
    }
    request.pickup.seats = request.dropoff.seats = 0;
    request.pickup.wheelchairs = request.dropoff.wheelchairs = 0;
    if (find_beside_others(inquiry, &request, false)) {
        name_found(inquiry, REASON_CONSTRAINT_FULL, 0);
        return true;
    }
    return false;
}

/* Whatever was promised to others. */
static bool try_others(struct inquiry *inquiry)
{
    if (!find_beside_others(inquiry, inquiry->request, true)) {
        return false;
    }
    name_found(inquiry, REASON_CONSTRAINT_OTHERS, broken_ms(inquiry, &inquiry->found));
    return true;
}

/* Whatever is left in the batteries. */
static bool try_energy(struct inquiry *inquiry)
{
    struct energy *energy = &inquiry->core->energy;
    energy->is_ignored = true;
    const bool found = energy->is_on && find(inquiry, inquiry->request);
    energy->is_ignored = false;
    if (found) {
        name_found(inquiry, REASON_CONSTRAINT_ENERGY, 0);
    }
    return found;
}

/* Whenever it may be. */
static bool try_wait(struct inquiry *inquiry, struct alternative *alternative)
{
    const int64_t latest_ms = inquiry->request->pickup.latest_ms;
    struct insertion_request request = *inquiry->request;
    request.pickup.latest_ms = INT64_MAX;
    request.dropoff.latest_ms = INT64_MAX;
    request.dropoff.ride_max_ms = INT64_MAX;
    if (!find(inquiry, &request)) {
        return false;
    }
    const int64_t pickup_ms =
        bound_most(inquiry->found.pickup_arrive_ms, inquiry->request->pickup.earliest_ms);
    if (alternative->pickup_ms == 0 || pickup_ms < alternative->pickup_ms) {
        alternative->pickup_ms = pickup_ms;
    }
    name_found(inquiry, REASON_CONSTRAINT_WAIT, alternative->pickup_ms - latest_ms);
    return true;
}

/* Would one have come, if its shift were longer? */
static bool try_shift(struct inquiry *inquiry)
{
    struct core *core = inquiry->core;
    struct fleet *fleet = &core->fleet;
    int64_t least_ms = INT64_MAX;
    for (uint32_t v = 0; v < fleet->count; v++) {
        if (!is_candidate(inquiry, v)) {
            continue;
        }
        fleet_refresh(fleet, v, &core->config);
        const struct plan *plan = &fleet->plans[v];
        const int64_t to_ms = road_query_time(fleet->network->query, fleet_end(fleet, v),
                                              inquiry->request->pickup.place);
        const int64_t free_ms = plan->stop_count == 0 ? bound_most(plan->start_ms, plan->from_ms)
                                                      : plan->stops[plan->stop_count - 1].depart_ms;
        const int64_t depart_ms =
            bound_most(free_ms + to_ms, inquiry->request->pickup.earliest_ms) +
            inquiry->request->pickup.dwell_ms;
        if (to_ms < ROAD_UNREACHABLE_MS && depart_ms > plan->until_ms &&
            depart_ms - plan->until_ms < least_ms) {
            least_ms = depart_ms - plan->until_ms;
        }
    }
    if (least_ms < INT64_MAX) {
        name(inquiry, REASON_CONSTRAINT_SHIFT, least_ms);
    }
    return least_ms < INT64_MAX;
}

void explain_refusal(struct core *core, const struct insertion_request *request,
                     struct alternative *alternative, struct reason_refused *why)
{
    struct inquiry inquiry = {.core = core, .request = request, .why = why};
    const bool is_soft = core->config.limits_soft; /* then its own limits are none */
    *why = (struct reason_refused){.nearest.vehicle = VEHICLE_NONE};
    if (!has_vehicles(&inquiry) || (!is_soft && try_own_times(&inquiry)) || try_company(&inquiry) ||
        try_others(&inquiry) || try_energy(&inquiry) ||
        (!is_soft && try_wait(&inquiry, alternative)) || try_shift(&inquiry)) {
        return;
    }
    name(&inquiry, REASON_CONSTRAINT_SEVERAL, 0);
}

/* ---- Moves ---- */

void explain_move(struct core *core, struct ride_id ride, enum reason_move move, uint32_t from,
                  const struct insertion *best, const struct insertion_request *request,
                  int64_t saved_vehicle_ms, int64_t saved_cost)
{
    struct fact fact = {.kind = FACT_RIDE_MOVED};
    CHECK(move > REASON_MOVE_NONE && move < REASON_MOVE_COUNT);
    fact.moved.ride = ride;
    fact.moved.moved = (struct reason_moved){
        .move = move,
        .from = state_vehicle(core->state, from)->enrolled.vehicle,
        .saved_vehicle_ms = cut(saved_vehicle_ms),
        .saved_cost = saved_cost,
        .option = option_of(core, request, best),
    };
    emit_fact(core, &fact);
    hindsight_note(core, from, ride);
}

/* ---- For the rider ---- */

struct ride_reason explain_to_rider(const struct ride *ride)
{
    static const enum ride_why whys[REASON_MOVE_COUNT] = {
        [REASON_MOVE_BETTER] = RIDE_WHY_BETTER,
        [REASON_MOVE_SILENT] = RIDE_WHY_SILENT,
        [REASON_MOVE_ROAD] = RIDE_WHY_ROAD,
        [REASON_MOVE_ROOM] = RIDE_WHY_ROOM,
    };
    const struct reason *reason = &ride->reason;
    const struct reason_moved *moved = &reason->moved;
    const bool is_first =
        reason->option_count > 0 && reason->options[0].vehicle.value == ride->vehicle.value;
    const bool stayed = reason->moved_count == 0 || moved->from.value == ride->vehicle.value;
    if (ride->vehicle.value == VEHICLE_NONE.value) {
        return (struct ride_reason){0};
    }
    if (is_first && stayed) {
        return (struct ride_reason){
            .why = RIDE_WHY_BEST,
            .wait_ms = bound_most(reason->options[0].pickup_ms - ride->earliest_ms, 0),
        };
    }
    if (reason->moved_count == 0 || moved->option.vehicle.value != ride->vehicle.value) {
        return (struct ride_reason){0};
    }
    return (struct ride_reason){
        .why = whys[moved->move],
        .saved_ms = bound_most(moved->saved_vehicle_ms, 0),
    };
}
