/* A plan is checked as a whole before any of it is written. */
#include "core/state_plan.h"

#include "core/state_rides.h"
#include "core/stations.h"

#define NOT_THERE UINT32_MAX

/* Position of a stop in a plan, or NOT_THERE. */
static uint32_t find(const struct fact_plan *plan, struct ride_id ride, enum stop_kind kind)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].ride.value == ride.value && plan->stops[i].kind == kind)
            return i;
    }
    return NOT_THERE;
}

static bool is_waiting(const struct ride *ride)
{
    return ride->state == RIDE_BOOKED || ride->state == RIDE_ARRIVED;
}

const char *state_plan_visit_fault(const struct visit *visit)
{
    if (!fact_is_visit(visit->kind) || visit->kind >= STOP_KIND_COUNT)
        return "the visit is of no kind";
    if (visit->from_ms < 0 || visit->latest_ms < visit->from_ms || visit->begun_ms < 0 ||
        visit->dwell_ms < 0 || visit->dwell_ms > VISIT_MAX_MS || visit->power_w < 0 ||
        visit->power_w > STATION_POWER_MAX_W)
        return "the visit's times or power are out of range";
    return NULL;
}

static uint32_t find_visit(const struct fact_plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (fact_is_visit(plan->stops[i].kind))
            return i;
    }
    return NOT_THERE;
}

bool state_plan_visits(const struct fact_plan *plan)
{
    return find_visit(plan) != NOT_THERE;
}

bool state_plan_visits_first(const struct state *state, const struct ride *ride)
{
    const struct state_vehicle *vehicle = state_vehicle_find(state, ride->vehicle);
    return vehicle != NULL &&
           find_visit(&vehicle->plan) < find(&vehicle->plan, ride->id, STOP_PICKUP);
}

/* Whoever boards before a visit alights before it. */
static const char *visit_stop_fault(const struct state *state, const struct fact_plan *plan,
                                    uint32_t at)
{
    const struct state_vehicle *vehicle = state_vehicle_find(state, plan->vehicle);
    if (vehicle->visit.kind != plan->stops[at].kind || plan->stops[at].ride.value != 0)
        return "the plan has a visit that was not planned";
    if (find_visit(plan) != at)
        return "the plan has more than one visit";
    for (uint32_t i = at + 1; i < plan->stop_count; i++) {
        const uint32_t pickup = find(plan, plan->stops[i].ride, STOP_PICKUP);
        if (plan->stops[i].kind == STOP_DROPOFF && (pickup == NOT_THERE || pickup < at))
            return "the plan has a visit with riders aboard";
    }
    return NULL;
}

static const char *stop_fault(const struct state *state, const struct fact_plan *plan, uint32_t at)
{
    const struct plan_stop *stop = &plan->stops[at];
    if (fact_is_visit(stop->kind))
        return visit_stop_fault(state, plan, at);
    if (stop->kind != STOP_PICKUP && stop->kind != STOP_DROPOFF)
        return "a stop of the plan is neither a pick-up nor a drop-off nor a visit";
    const struct ride *ride = state_rides_find(state, stop->ride);
    if (ride == NULL)
        return "a stop of the plan names a ride that is not known";
    if (find(plan, stop->ride, stop->kind) != at)
        return "the plan has a stop twice";
    uint32_t pickup = find(plan, stop->ride, STOP_PICKUP);
    uint32_t dropoff = find(plan, stop->ride, STOP_DROPOFF);
    if (is_waiting(ride)) {
        if (pickup == NOT_THERE || dropoff == NOT_THERE || pickup > dropoff)
            return "the plan does not pick a rider up and then set them down";
    } else if (ride->state == RIDE_ABOARD) {
        if (pickup != NOT_THERE)
            return "the plan picks up a rider who is aboard";
        if (ride->vehicle.value != plan->vehicle.value)
            return "the plan sets down a rider who is aboard another vehicle";
    } else {
        return "a stop of the plan is for a ride that has ended";
    }
    return NULL;
}

static bool rises(const struct fact_plan *old, const struct fact_plan *plan)
{
    if (plan->plan_id == old->plan_id)
        return plan->revision > old->revision;
    return plan->plan_id > old->plan_id;
}

const char *state_plan_fault(const struct state *state, const struct fact_plan *plan)
{
    const struct state_vehicle *vehicle = state_vehicle_find(state, plan->vehicle);
    if (vehicle == NULL)
        return "the plan is for a vehicle that is not known";
    if (plan->stop_count > PLAN_STOPS_MAX)
        return "the plan has too many stops";
    if (!rises(&vehicle->plan, plan))
        return "the plan's number does not rise";
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const char *fault = stop_fault(state, plan, i);
        if (fault != NULL)
            return fault;
    }
    if (vehicle->visit.begun_ms != 0 && !state_plan_visits(plan))
        return "the plan forgets a visit under way";
    for (uint32_t i = 0; i < vehicle->plan.stop_count; i++) {
        const struct plan_stop *stop = &vehicle->plan.stops[i];
        if (fact_is_visit(stop->kind))
            continue;
        const struct ride *ride = state_rides_find(state, stop->ride);
        CHECK(ride != NULL);
        if (ride->state == RIDE_ABOARD && find(plan, stop->ride, STOP_DROPOFF) == NOT_THERE)
            return "the plan forgets a rider who is aboard";
    }
    return NULL;
}

/* Are the stops that an active ride needs in its vehicle's plan? */
static bool is_planned(const struct state *state, const struct ride *ride)
{
    const struct state_vehicle *vehicle = state_vehicle_find(state, ride->vehicle);
    if (vehicle == NULL)
        return ride->state == RIDE_BOOKED;
    if (ride->state != RIDE_ABOARD && find(&vehicle->plan, ride->id, STOP_PICKUP) == NOT_THERE)
        return false;
    return find(&vehicle->plan, ride->id, STOP_DROPOFF) != NOT_THERE;
}

bool state_plan_all_hold(const struct state *state)
{
    for (uint32_t slot = state->active.oldest; slot != STATE_NO_SLOT;
         slot = state->slots[slot].newer) {
        if (!is_planned(state, &state->slots[slot].ride))
            return false;
    }
    for (uint32_t i = 0; i < state->vehicle_count; i++) {
        const struct fact_plan *plan = &state->vehicles[i].plan;
        if (state->vehicles[i].visit.begun_ms != 0 && !state_plan_visits(plan))
            return false;
        for (uint32_t at = 0; at < plan->stop_count; at++) {
            if (stop_fault(state, plan, at) != NULL)
                return false;
            if (fact_is_visit(plan->stops[at].kind))
                continue;
            const struct ride *ride = state_rides_find(state, plan->stops[at].ride);
            if (ride->vehicle.value != plan->vehicle.value)
                return false;
        }
    }
    return true;
}

static void remove_at(struct fact_plan *plan, uint32_t at)
{
    for (uint32_t i = at + 1; i < plan->stop_count; i++)
        plan->stops[i - 1] = plan->stops[i];
    plan->stop_count--;
    plan->stops[plan->stop_count] = (struct plan_stop){.kind = 0};
}

void state_plan_end_visit(struct state_vehicle *vehicle)
{
    remove_at(&vehicle->plan, find_visit(&vehicle->plan));
    vehicle->visit = (struct visit){.kind = 0};
}

void state_plan_drop(struct state *state, const struct ride *ride, enum stop_kind kind)
{
    struct state_vehicle *vehicle = state_vehicle_find(state, ride->vehicle);
    if (vehicle == NULL)
        return;
    uint32_t at = find(&vehicle->plan, ride->id, kind);
    if (at != NOT_THERE)
        remove_at(&vehicle->plan, at);
}

/* The ride waits for another vehicle than before, or for none: nobody stands there for it. */
static void assign(struct state *state, struct ride *ride, struct vehicle_id vehicle)
{
    if (ride->state == RIDE_ARRIVED) {
        state_rides_move(state, ride, RIDE_BOOKED);
        ride->arrived_ms = 0;
    }
    ride->vehicle = vehicle;
}

void state_plan_put(struct state *state, const struct fact_plan *plan)
{
    struct state_vehicle *vehicle = state_vehicle_find(state, plan->vehicle);
    CHECK(vehicle != NULL);
    for (uint32_t i = 0; i < vehicle->plan.stop_count; i++) {
        const struct plan_stop *stop = &vehicle->plan.stops[i];
        if (stop->kind == STOP_PICKUP && find(plan, stop->ride, STOP_PICKUP) == NOT_THERE)
            assign(state, state_rides_find(state, stop->ride), VEHICLE_NONE);
    }
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].kind != STOP_PICKUP)
            continue;
        struct ride *ride = state_rides_find(state, plan->stops[i].ride);
        if (ride->vehicle.value == plan->vehicle.value)
            continue;
        state_plan_drop(state, ride, STOP_PICKUP);
        state_plan_drop(state, ride, STOP_DROPOFF);
        assign(state, ride, plan->vehicle);
    }
    vehicle->plan = *plan;
    for (uint32_t i = plan->stop_count; i < PLAN_STOPS_MAX; i++)
        vehicle->plan.stops[i] = (struct plan_stop){.kind = 0};
    if (!state_plan_visits(plan))
        vehicle->visit = (struct visit){.kind = 0}; /* given up */
}
