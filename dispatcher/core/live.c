/* The plan's start is the one thing that moves with time: a stand's end, the place where an idle
 * vehicle is, or the stop that a vehicle left for the next. */
#include "core/live.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/spot.h"
#include "core/work.h"

uint32_t live_stop(const struct plan *plan, struct ride_id ride, enum stop_kind kind)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].ride.value == ride.value && plan->stops[i].kind == kind) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* Work out the timetable and bring it up to now. Limits may be broken by what happened: the search
 * takes them as broken, and makes nobody later still. */
static void settle(struct core *core, uint32_t index)
{
    struct plan *plan = &core->plans[index];
    (void)plan_schedule(plan, &core->config);
    plan_refresh(plan, core->now_ms, &core->config);
    fleet_update(&core->fleet, index, &core->config);
}

void live_note(struct core *core, uint32_t index)
{
    const struct live *live = &core->vehicles[index];
    core->fleet.vehicles[index].usable = live->link == VEHICLE_ONLINE && live->linked &&
                                         live->place_known && live->help_since_ms == 0;
}

static struct plan_item item_of(const struct core *core, const struct ride *ride,
                                enum stop_kind kind)
{
    struct plan_item item = {
        .ride = ride->id,
        .kind = kind,
        .seats = (uint8_t)(ride->trip.party - ride->trip.wheelchairs),
        .wheelchairs = ride->trip.wheelchairs,
        .shared = ride->trip.shared,
        .dwell_ms = plan_dwell_ms(&core->config, kind, ride->trip.wheelchairs),
    };
    if (kind == STOP_PICKUP) {
        item.place = ride->from;
        item.earliest_ms = ride->earliest_ms;
        item.latest_ms = ride->pickup_latest_ms;
    } else {
        item.place = ride->to;
        item.latest_ms = ride->dropoff_latest_ms;
        item.ride_max_ms = ride->ride_max_ms;
    }
    return item;
}

struct plan_item live_visit_item(const struct visit *visit)
{
    return (struct plan_item){
        .kind = visit->kind,
        .place = visit->place,
        .earliest_ms = visit->from_ms,
        .latest_ms = visit->latest_ms,
        .ride_max_ms = INT64_MAX,
        .dwell_ms = (int32_t)visit->dwell_ms,
    };
}

static void take_aboard(struct plan *plan, const struct plan_item *item)
{
    plan->seats_aboard = (uint8_t)(plan->seats_aboard + item->seats);
    plan->wheelchairs_aboard = (uint8_t)(plan->wheelchairs_aboard + item->wheelchairs);
    plan->parties_aboard++;
    plan->private_aboard = !item->shared;
}

void live_enrol(struct core *core, uint32_t index)
{
    const struct fact_vehicle *enrolled = &state_vehicle(core->state, index)->enrolled;
    struct plan *plan = &core->plans[index];
    struct live *live = &core->vehicles[index];
    plan->seats = enrolled->seats;
    plan->wheelchair_spaces = enrolled->wheelchair_spaces;
    plan->from_ms = enrolled->from_ms;
    plan->until_ms = enrolled->until_ms;
    if (live->heard_ms == 0) {
        live->place = enrolled->home;
        plan->start = enrolled->home;
        plan->start_ms = core->now_ms;
    }
    core->fleet.count = state_vehicle_count(core->state);
    settle(core, index);
}

/* A drive as a leg; one from a closed road begins where that ends. */
static int64_t measure(const struct core *core, struct road_place from, struct road_place to)
{
    if (!road_place_equal(from, to)) {
        from = spot_way_out(core, from);
    }
    return plan_leg_ms(road_query_time(core->network->query, from, to));
}

bool live_measure(const struct core *core, struct plan *plan, uint32_t first)
{
    bool has_changed = false;
    for (uint32_t i = first; i < plan->stop_count; i++) {
        const struct road_place from = i == 0 ? plan->start : plan->stops[i - 1].place;
        const int64_t leg_ms = measure(core, from, plan->stops[i].place);
        has_changed = has_changed || leg_ms != plan->stops[i].leg_ms;
        plan->stops[i].leg_ms = leg_ms;
    }
    return has_changed;
}

/* It had arrived, and did not say that it left. */
static void stand_since(struct plan *plan, int64_t arrived_ms)
{
    plan->standing = true;
    plan->start = plan->stops[0].place;
    plan->stand_from_ms = arrived_ms;
    plan->visiting = fact_is_visit(plan->stops[0].kind);
}

void live_restore(struct core *core, uint32_t index)
{
    const struct fact_plan *durable = &state_vehicle(core->state, index)->plan;
    const struct visit *visit = &state_vehicle(core->state, index)->visit;
    struct plan *plan = &core->plans[index];
    memset(plan, 0, sizeof *plan);
    memset(&core->vehicles[index], 0, sizeof core->vehicles[index]);
    live_enrol(core, index);
    for (uint32_t i = 0; i < durable->stop_count; i++) {
        const struct plan_stop *stop = &durable->stops[i];
        const struct ride *ride = state_ride(core->state, stop->ride);
        struct plan_item *item = &plan->stops[plan->stop_count++];
        if (fact_is_visit(stop->kind)) {
            *item = live_visit_item(visit);
            plan->plug_w = visit->power_w;
            continue;
        }
        CHECK(ride != NULL);
        *item = item_of(core, ride, stop->kind);
        if (stop->kind == STOP_DROPOFF && ride->state == RIDE_ABOARD) {
            item->latest_ms = bound_least(item->latest_ms, ride->boarded_ms + ride->ride_max_ms);
            take_aboard(plan, item);
        }
    }
    const uint32_t leading = plan_leading(plan);
    if (visit->begun_ms != 0) {
        stand_since(plan, visit->begun_ms);
    }
    for (uint32_t i = 0; i < leading && !fact_is_visit(plan->stops[i].kind); i++) {
        const struct ride *ride = state_ride(core->state, plan->stops[i].ride);
        if (ride->state == RIDE_ARRIVED) {
            stand_since(plan, ride->arrived_ms);
        }
    }
    (void)live_measure(core, plan, 0);
    if (durable->rests && durable->stop_count == 0) {
        plan_send_to_rest(plan, durable->rest, measure(core, plan->start, durable->rest));
    }
    settle(core, index);
}

void live_refresh(struct core *core, uint32_t index)
{
    plan_refresh(&core->plans[index], core->now_ms, &core->config);
}

bool live_is_usable(const struct core *core, uint32_t index)
{
    return core->fleet.vehicles[index].usable;
}

void live_move_link(struct core *core, uint32_t index, enum vehicle_link to)
{
    struct live *live = &core->vehicles[index];
    static const bool allowed[VEHICLE_SILENT + 1][VEHICLE_SILENT + 1] = {
        [VEHICLE_OFFLINE] = {[VEHICLE_ONLINE] = true, [VEHICLE_SILENT] = true},
        [VEHICLE_ONLINE] = {[VEHICLE_ONLINE] = true, [VEHICLE_SILENT] = true},
        [VEHICLE_SILENT] = {[VEHICLE_ONLINE] = true},
    };
    CHECK(allowed[live->link][to]);
    live->link = to;
    live_note(core, index);
}

bool live_locate(struct core *core, uint32_t index, struct road_place place, int64_t at_ms)
{
    struct plan *plan = &core->plans[index];
    struct live *live = &core->vehicles[index];
    const bool known = live->place_known;
    live->place = place;
    live->place_known = true;
    live_note(core, index);
    live_refresh(core, index);
    if (plan->standing) {
        return false; /* it is where its stand is */
    }
    at_ms = bound_most(at_ms, core->now_ms);
    if (known && !plan->under_way && at_ms == plan->start_ms &&
        road_place_equal(place, plan->start)) {
        return false; /* where it was: nothing is new */
    }
    if (plan->stop_count > 0) {
        struct plan_item *next = &plan->stops[0];
        const int64_t leg_ms = measure(core, place, next->place);
        const int64_t drift_ms = at_ms + leg_ms - next->arrive_ms;
        if (known && plan->under_way && drift_ms < LIVE_DRIFT_MS && drift_ms > -LIVE_DRIFT_MS) {
            plan->seen = place; /* on its way, as planned */
            plan->seen_ms = at_ms;
            fleet_seen(&core->fleet, index);
            return false;
        }
        next->leg_ms = leg_ms;
    } else if (plan->under_way) {
        const int64_t leg_ms = measure(core, place, plan->rest);
        const int64_t drift_ms = at_ms + leg_ms - (plan->start_ms + plan->rest_leg_ms);
        if (known && drift_ms < LIVE_DRIFT_MS && drift_ms > -LIVE_DRIFT_MS) {
            plan->seen = place;
            plan->seen_ms = at_ms;
            return false;
        }
        plan->rest_leg_ms = leg_ms;
    }
    plan->start = place;
    plan->start_ms = at_ms;
    settle(core, index);
    return plan->stop_count > 0;
}

/* The drive under way, to the first stop or to rest, from where the vehicle was last seen, if that
 * is another drive now. A vehicle on a closed road drives to its end; one that cannot come to where
 * it was to rest stays where it is. */
static bool turn_drive(struct core *core, struct plan *plan)
{
    int64_t *leg_ms = plan->stop_count > 0 ? &plan->stops[0].leg_ms : &plan->rest_leg_ms;
    const struct road_place to = plan->stop_count > 0 ? plan->stops[0].place : plan->rest;
    if (measure(core, plan->start, to) == *leg_ms) {
        return false;
    }
    if (plan->seen_ms > plan->start_ms) {
        plan->start = plan->seen;
        plan->start_ms = plan->seen_ms;
    }
    plan->start = spot_way_out(core, plan->start);
    *leg_ms = measure(core, plan->start, to);
    if (plan->stop_count == 0 && *leg_ms >= PLAN_LEG_MAX_MS) {
        plan->rests = false;
        plan->under_way = false;
    }
    return true;
}

void live_find(struct core *core, uint32_t index)
{
    struct plan *plan = &core->plans[index];
    const struct live *live = &core->vehicles[index];
    live_refresh(core, index);
    if (plan->standing || plan->stop_count == 0 || !live->place_known ||
        plan->start_ms > core->now_ms) {
        return;
    }
    plan->start = spot_way_out(core, live->place);
    plan->start_ms = bound_most(plan->seen_ms, core->now_ms);
    (void)live_measure(core, plan, 0);
    settle(core, index);
}

bool live_retime(struct core *core, uint32_t index)
{
    struct plan *plan = &core->plans[index];
    int64_t before_ms[PLAN_STOPS_MAX] = {0};
    live_refresh(core, index);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        before_ms[i] = plan->stops[i].arrive_ms;
    }
    bool has_turned = false;
    if (plan->under_way) {
        has_turned = turn_drive(core, plan);
    } else if (!plan->standing) {
        plan->start = spot_way_out(core, plan->start);
    }
    if (!live_measure(core, plan, plan->under_way ? 1 : 0) && !has_turned) {
        return false;
    }
    settle(core, index);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const int64_t moved_ms = plan->stops[i].arrive_ms - before_ms[i];
        has_turned = has_turned || moved_ms >= RETIME_TOLD_MS || moved_ms <= -RETIME_TOLD_MS;
    }
    return has_turned;
}

void live_replace(struct core *core, uint32_t index, const struct plan *plan)
{
    core->plans[index] = *plan;
    settle(core, index);
}

void live_rest(struct core *core, uint32_t index, struct road_place rest)
{
    struct plan *plan = &core->plans[index];
    CHECK(live_is_usable(core, index) && plan->stop_count == 0);
    live_refresh(core, index);
    if (plan->under_way && !plan_advance(plan, core->now_ms, &core->network->drive)) {
        live_lose_place(core, index);
    }
    work_drive(core, index, plan->start);
    plan_send_to_rest(plan, rest, measure(core, plan->start, rest));
    settle(core, index);
}

bool live_help(struct core *core, uint32_t index, bool needs_help)
{
    struct live *live = &core->vehicles[index];
    work_help(core, index);
    if (needs_help == (live->help_since_ms != 0)) {
        return false;
    }
    live->help_since_ms = needs_help ? core->now_ms : 0;
    live_note(core, index);
    return true;
}

void live_charge(struct core *core, uint32_t index, int32_t battery_permille)
{
    const int64_t battery_wh = state_vehicle(core->state, index)->enrolled.battery_wh;
    struct plan *plan = &core->plans[index];
    core->vehicles[index].battery_permille = (int16_t)battery_permille;
    plan->battery_mwh = battery_permille == 0 ? 0 : battery_wh * 1000;
    plan->charge_mwh = battery_wh * battery_permille;
    plan->charge_ms = core->now_ms;
    core->energy.is_on = core->energy.is_on || plan->battery_mwh > 0;
}

void live_lose_place(struct core *core, uint32_t index)
{
    core->vehicles[index].place_known = false;
    live_note(core, index);
}

void live_request(struct core *core, const struct ride *ride, struct insertion_request *request)
{
    request->pickup = item_of(core, ride, STOP_PICKUP);
    request->dropoff = item_of(core, ride, STOP_DROPOFF);
    request->direct_ms = road_query_time(core->network->query, ride->from, ride->to);
    request->spares = false;
}

void live_insert(struct core *core, const struct insertion *insertion,
                 const struct insertion_request *request)
{
    struct plan *plan = &core->plans[insertion->vehicle];
    const struct ride *ride = state_ride(core->state, request->pickup.ride);
    CHECK(live_is_usable(core, insertion->vehicle) && ride != NULL);
    insertion_apply(&core->fleet, insertion, request, &core->config);
    /* The rider keeps what was promised, whatever stricter limits the search was under. */
    plan->stops[live_stop(plan, ride->id, STOP_PICKUP)].latest_ms = ride->pickup_latest_ms;
    plan->stops[live_stop(plan, ride->id, STOP_DROPOFF)].latest_ms = ride->dropoff_latest_ms;
    settle(core, insertion->vehicle);
}

static void take_out(struct plan *plan, uint32_t at)
{
    CHECK(at < plan->stop_count);
    memmove(&plan->stops[at], &plan->stops[at + 1],
            (size_t)(plan->stop_count - at - 1) * sizeof *plan->stops);
    plan->stop_count--;
}

/* plan_withdraw(); a vehicle that cannot be followed to where it would turn is somewhere between,
 * and must say where. */
static void withdraw(struct core *core, uint32_t index, uint32_t pickup, uint32_t dropoff)
{
    struct plan *plan = &core->plans[index];
    if (!plan_withdraw(plan, pickup, dropoff, core->now_ms, &core->config, &core->network->drive)) {
        take_out(plan, dropoff);
        if (pickup < dropoff) {
            take_out(plan, pickup);
        }
        (void)live_measure(core, plan, 0);
        live_lose_place(core, index);
        plan->start_ms = core->now_ms;
        plan->under_way = false;
    }
    settle(core, index);
}

void live_drop(struct core *core, uint32_t index, struct ride_id ride)
{
    struct plan *plan = &core->plans[index];
    const uint32_t pickup = live_stop(plan, ride, STOP_PICKUP);
    const uint32_t dropoff = live_stop(plan, ride, STOP_DROPOFF);
    CHECK(pickup < dropoff && dropoff < plan->stop_count);
    withdraw(core, index, pickup, dropoff);
}

void live_drop_visit(struct core *core, uint32_t index)
{
    const struct plan *plan = &core->plans[index];
    const uint32_t visit = plan_visit(plan);
    CHECK(visit < plan->stop_count && !plan->visiting);
    withdraw(core, index, visit, visit);
}

static void put_in(struct plan *plan, uint32_t at, const struct plan_item *item)
{
    CHECK(plan->stop_count < PLAN_STOPS_MAX && at <= plan->stop_count);
    memmove(&plan->stops[at + 1], &plan->stops[at],
            (size_t)(plan->stop_count - at) * sizeof *plan->stops);
    plan->stops[at] = *item;
    plan->stop_count++;
}

/* Whatever was thought, it is there, and a stand under way is there. */
static void come_to(struct core *core, uint32_t index, struct road_place place)
{
    struct plan *plan = &core->plans[index];
    core->vehicles[index].place = place;
    core->vehicles[index].place_known = true;
    live_note(core, index);
    if (plan_stand_pending(plan) > 0) {
        CHECK(road_place_equal(plan->stops[0].place, place));
        return;
    }
    plan->start = place;
    plan->start_ms = core->now_ms;
    plan->standing = false;
    plan->under_way = false;
    plan->rests = false;
}

void live_meet(struct core *core, uint32_t index, uint32_t at, struct ride_id ride)
{
    struct plan *plan = &core->plans[index];
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL && stored->state == RIDE_BOOKED);
    const struct plan_item pickup = item_of(core, stored, STOP_PICKUP);
    const struct plan_item dropoff = item_of(core, stored, STOP_DROPOFF);
    uint32_t best_at = at + 1;
    int64_t best_cost = INT64_MAX;
    come_to(core, index, pickup.place);
    put_in(plan, at, &pickup);
    (void)live_measure(core, plan, 0);
    for (uint32_t i = at + 1; i <= plan->stop_count; i++) {
        struct plan trial = *plan;
        put_in(&trial, i, &dropoff);
        (void)live_measure(core, &trial, i);
        if (plan_schedule(&trial, &core->strict) && plan_cost(&trial, &core->strict) < best_cost) {
            best_cost = plan_cost(&trial, &core->strict);
            best_at = i;
        }
    }
    put_in(plan, best_at, &dropoff);
    (void)live_measure(core, plan, best_at);
    settle(core, index);
}

void live_bring_forward(struct core *core, uint32_t index, uint32_t at)
{
    struct plan *plan = &core->plans[index];
    CHECK(at < plan->stop_count && plan->stops[at].kind != STOP_PICKUP);
    const struct plan_item item = plan->stops[at];
    come_to(core, index, item.place);
    take_out(plan, at);
    put_in(plan, 0, &item);
    (void)live_measure(core, plan, 0);
    settle(core, index);
}

void live_arrive(struct core *core, uint32_t index)
{
    struct plan *plan = &core->plans[index];
    struct live *live = &core->vehicles[index];
    CHECK(plan->stop_count > 0);
    live_refresh(core, index);
    live->place_known = true;
    live->place = plan->stops[0].place;
    live_note(core, index);
    if (plan_stand_pending(plan) == 0) {
        work_drive(core, index, plan->stops[0].place);
        stand_since(plan, core->now_ms);
        plan->start_ms = core->now_ms;
        plan->stops[0].leg_ms = 0;
    }
    settle(core, index);
}

/* The stand lasts `own_ms` at least, and now if that is later. */
static void finish_stop(struct core *core, uint32_t index, uint32_t at, int64_t own_ms)
{
    struct plan *plan = &core->plans[index];
    CHECK(plan->standing && at < plan_leading(plan));
    plan->start_ms = bound_most(bound_most(plan->start_ms, own_ms), core->now_ms);
    take_out(plan, at);
    settle(core, index);
}

void live_board(struct core *core, uint32_t index, uint32_t at)
{
    struct plan *plan = &core->plans[index];
    const struct plan_item item = plan->stops[at];
    const uint32_t dropoff = live_stop(plan, item.ride, STOP_DROPOFF);
    CHECK(item.kind == STOP_PICKUP && dropoff != UINT32_MAX);
    take_aboard(plan, &item);
    const int64_t own_ms = item.earliest_ms <= plan->stand_from_ms
                               ? plan->stand_from_ms + item.dwell_ms
                               : item.depart_ms;
    struct plan_item *later_stop = &plan->stops[dropoff];
    later_stop->latest_ms = bound_least(
        later_stop->latest_ms,
        bound_most(bound_most(plan->start_ms, own_ms), core->now_ms) + later_stop->ride_max_ms);
    finish_stop(core, index, at, own_ms);
}

void live_alight(struct core *core, uint32_t index, uint32_t at)
{
    struct plan *plan = &core->plans[index];
    const struct plan_item item = plan->stops[at];
    CHECK(item.kind == STOP_DROPOFF && plan->parties_aboard > 0);
    plan->seats_aboard = (uint8_t)(plan->seats_aboard - item.seats);
    plan->wheelchairs_aboard = (uint8_t)(plan->wheelchairs_aboard - item.wheelchairs);
    plan->parties_aboard--;
    plan->private_aboard = plan->private_aboard && plan->parties_aboard > 0;
    finish_stop(core, index, at, plan->stand_from_ms + item.dwell_ms);
}

void live_depart(struct core *core, uint32_t index)
{
    struct plan *plan = &core->plans[index];
    if (plan_stand_pending(plan) > 0) {
        live_lose_place(core, index); /* it left before it heard of one more stop there */
    }
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        struct plan_item *item = &plan->stops[i];
        const struct ride *ride = state_ride(core->state, item->ride);
        if (fact_is_visit(item->kind)) {
            continue;
        }
        CHECK(ride != NULL);
        /* The ride began now, at the end of the stand, and not when the rider stepped in. */
        if (ride->state == RIDE_ABOARD && ride->boarded_ms >= plan->stand_from_ms) {
            item->latest_ms =
                bound_least(ride->dropoff_latest_ms, core->now_ms + ride->ride_max_ms);
        }
    }
    plan->standing = false;
    plan->start_ms = core->now_ms;
    settle(core, index);
}

void live_end_visit(struct core *core, uint32_t index)
{
    struct plan *plan = &core->plans[index];
    CHECK(plan->visiting && plan_stand_pending(plan) == 1);
    if (plan->stops[0].kind == STOP_CHARGE) { /* until it says more */
        const int64_t from_ms = bound_most(plan->stand_from_ms, plan->charge_ms);
        plan->charge_mwh = bound_least(
            plan->battery_mwh, plan->charge_mwh + energy_plugged_mwh(plan, core->now_ms - from_ms));
        plan->charge_ms = core->now_ms;
    }
    take_out(plan, 0);
    plan->standing = false;
    plan->visiting = false;
    plan->start_ms = core->now_ms;
    settle(core, index);
}
