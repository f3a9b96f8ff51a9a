/* One function a kind: it looks at everything first and returns what contradicts the state, or
 * changes the state and returns NULL. */
#include "core/fact_apply.h"

#include <string.h>

#include "core/state_money.h"
#include "core/state_payments.h"
#include "core/state_plan.h"
#include "core/state_refusals.h"
#include "core/state_rides.h"
#include "core/state_snapshot.h"

typedef const char *apply(struct state *state, const struct fact *fact);

static bool is_amount(int64_t pence)
{
    return pence >= 0 && pence <= PENCE_MAX;
}

static const char *apply_started(struct state *state, const struct fact *fact)
{
    if (fact->started.epoch != state->counters.epoch + 1)
        return "the epoch is not one more than the last";
    state->counters.epoch = fact->started.epoch;
    state->counters.network_digest = fact->started.network_digest;
    return NULL;
}

static const char *apply_enrolled(struct state *state, const struct fact *fact)
{
    const struct fact_vehicle *enrolled = &fact->vehicle;
    if (enrolled->vehicle.value == VEHICLE_NONE.value)
        return "the vehicle has no number";
    if (enrolled->seats > SEATS_MAX || enrolled->wheelchair_spaces > SEATS_MAX)
        return "the vehicle has too many seats";
    if (enrolled->battery_wh < 0 || enrolled->battery_wh > BATTERY_MAX_WH)
        return "the vehicle's battery is out of range";
    struct state_vehicle *vehicle = state_vehicle_find(state, enrolled->vehicle);
    if (vehicle == NULL && state->vehicle_count == state->limits.vehicles_max)
        return "there are more vehicles than the limit allows";
    if (vehicle == NULL)
        vehicle = state_vehicle_add(state, enrolled->vehicle);
    else
        kinds_remove(&state->kinds, &vehicle->enrolled);
    vehicle->enrolled = *enrolled;
    kinds_add(&state->kinds, enrolled);
    return NULL;
}

static bool walks_as_agreed(const struct fact_booked *booked)
{
    const int32_t most_m = trip_may_walk(&booked->trip) ? booked->trip.walk_max_m : 0;
    return booked->walk_from_m >= 0 && booked->walk_from_m <= most_m && booked->walk_to_m >= 0 &&
           booked->walk_to_m <= most_m;
}

static const char *booked_fault(const struct state *state, const struct fact_booked *booked)
{
    if (booked->ride.value != state->counters.next_ride)
        return "the ride's number is not the next";
    if (!is_amount(booked->fare_pence) || !is_amount(booked->quote_pence) ||
        booked->quote_pence > booked->fare_pence - booked->fare.lines.concession_pence)
        return "the quote is not between nothing and the fare";
    if (booked->policy != 0 && tariff_fare_pence(&booked->fare.lines) != booked->fare_pence)
        return "the lines do not make the fare";
    if (!walks_as_agreed(booked))
        return "the rider walks further than agreed";
    const struct state_rider *rider = state_rider_find(state, booked->rider);
    if (rider == NULL && state->rider_count == state->limits.riders_max)
        return "there are more riders than the limit allows";
    if (rider != NULL && state_rides_find_key(state, rider, booked->key) != NULL)
        return "the rider has booked with this key before";
    if (booked->option_count > REASON_OPTIONS_MAX)
        return "the ride has more options than are kept";
    if (!state_rides_has_room(state))
        return "there are more rides under way than the limit allows";
    return NULL;
}

static const char *apply_booked(struct state *state, const struct fact *fact)
{
    const struct fact_booked *booked = &fact->booked;
    const char *fault = booked_fault(state, booked);
    if (fault != NULL)
        return fault;
    if (state_rider_find(state, booked->rider) == NULL)
        (void)state_rider_add(state, booked->rider);
    struct ride ride = {
        .id = booked->ride,
        .rider = booked->rider,
        .key = booked->key,
        .trip = booked->trip,
        .from = booked->from,
        .to = booked->to,
        .walk_from_m = booked->walk_from_m,
        .walk_to_m = booked->walk_to_m,
        .state = RIDE_BOOKED,
        .vehicle = VEHICLE_NONE,
        .booked_ms = fact->at_ms,
        .earliest_ms = booked->earliest_ms,
        .pickup_latest_ms = booked->pickup_latest_ms,
        .dropoff_latest_ms = booked->dropoff_latest_ms,
        .ride_max_ms = booked->ride_max_ms,
        .promised_ms = booked->promised_ms,
        .direct_ms = booked->direct_ms,
        .direct_m = booked->direct_m,
        .policy = booked->policy,
        .fare = booked->fare,
        .fare_pence = booked->fare_pence,
        .quote_pence = booked->quote_pence,
    };
    ride.reason.option_count = booked->option_count;
    memcpy(ride.reason.options, booked->options, sizeof ride.reason.options);
    state_rides_add(state, &ride);
    state->counters.next_ride++;
    state->counters.booked_count++;
    return NULL;
}

static const char *apply_refused(struct state *state, const struct fact *fact)
{
    enum refusal reason = fact->refused.reason;
    if (reason <= REFUSAL_NONE || reason >= REFUSAL_COUNT)
        return "the refusal has no reason";
    if (fact->refused.why.constraint >= REASON_CONSTRAINT_COUNT)
        return "the refusal has a constraint that is none";
    state->counters.refused_count[reason]++;
    state_refusals_add(state, &(struct fact_snapshot_refusal){fact->at_ms, fact->refused});
    return NULL;
}

static const char *apply_plan(struct state *state, const struct fact *fact)
{
    const char *fault = state_plan_fault(state, &fact->plan);
    if (fault == NULL)
        state_plan_put(state, &fact->plan);
    return fault;
}

/* What ARRIVED, BOARDED, ALIGHTED, CANCELLED and NO_SHOW have in common. */
static const char *move_fault(const struct state *state, const struct fact_ride *moved,
                              enum ride_state to)
{
    const struct ride *ride = state_rides_find(state, moved->ride);
    if (ride == NULL)
        return "the ride is not known";
    if (!state_rides_may_move(ride->state, to))
        return "the ride's state does not allow it";
    if (ride->vehicle.value != moved->vehicle.value)
        return "the ride is another vehicle's";
    if (to == RIDE_CANCELLED) {
        if (moved->by < CANCEL_BY_RIDER || moved->by > CANCEL_BY_SERVICE)
            return "the cancellation is nobody's";
    } else {
        if (moved->by != 0)
            return "it is no cancellation";
        if (moved->vehicle.value == VEHICLE_NONE.value)
            return "the ride has no vehicle";
    }
    return NULL;
}

static const char *apply_arrived(struct state *state, const struct fact *fact)
{
    const char *fault = move_fault(state, &fact->ride, RIDE_ARRIVED);
    if (fault != NULL)
        return fault;
    struct ride *ride = state_rides_find(state, fact->ride.ride);
    state_rides_move(state, ride, RIDE_ARRIVED);
    ride->arrived_ms = fact->at_ms;
    return NULL;
}

static const char *apply_boarded(struct state *state, const struct fact *fact)
{
    const char *fault = move_fault(state, &fact->ride, RIDE_ABOARD);
    if (fault != NULL)
        return fault;
    struct ride *ride = state_rides_find(state, fact->ride.ride);
    if (state_plan_visits_first(state, ride))
        return "the rider boards before a visit that comes first";
    state_rides_move(state, ride, RIDE_ABOARD);
    state_plan_drop(state, ride, STOP_PICKUP);
    ride->boarded_ms = fact->at_ms;
    return NULL;
}

static void end_ride(struct state *state, struct ride *ride, enum ride_state to, int64_t at_ms)
{
    state_rides_move(state, ride, to);
    state_plan_drop(state, ride, STOP_PICKUP);
    state_plan_drop(state, ride, STOP_DROPOFF);
    ride->ended_ms = at_ms;
}

static const char *apply_alighted(struct state *state, const struct fact *fact)
{
    const char *fault = move_fault(state, &fact->ride, RIDE_ALIGHTED);
    if (fault != NULL)
        return fault;
    struct ride *ride = state_rides_find(state, fact->ride.ride);
    end_ride(state, ride, RIDE_ALIGHTED, fact->at_ms);
    ride->alighted_ms = fact->at_ms;
    state->counters.alighted_count++;
    state_work_note_ride(state);
    return NULL;
}

static const char *apply_cancelled(struct state *state, const struct fact *fact)
{
    const char *fault = move_fault(state, &fact->ride, RIDE_CANCELLED);
    if (fault != NULL)
        return fault;
    struct ride *ride = state_rides_find(state, fact->ride.ride);
    end_ride(state, ride, RIDE_CANCELLED, fact->at_ms);
    ride->cancelled_by = fact->ride.by;
    state->counters.cancelled_count++;
    return NULL;
}

static const char *apply_no_show(struct state *state, const struct fact *fact)
{
    const char *fault = move_fault(state, &fact->ride, RIDE_NO_SHOW);
    if (fault != NULL)
        return fault;
    end_ride(state, state_rides_find(state, fact->ride.ride), RIDE_NO_SHOW, fact->at_ms);
    state->counters.no_show_count++;
    return NULL;
}

static const char *apply_closed(struct state *state, const struct fact *fact)
{
    struct closure closure = {.arc = fact->road.arc, .by = fact->road.by, .closed_ms = fact->at_ms};
    memcpy(closure.reason, fact->road.reason, sizeof closure.reason);
    return state_closures_add(state, &closure);
}

static const char *apply_opened(struct state *state, const struct fact *fact)
{
    return state_closures_remove(state, fact->road.arc);
}

/* A record alone: what the places are is not durable state. */
static const char *apply_places(struct state *state, const struct fact *fact)
{
    const struct fact_places *places = &fact->places;
    (void)state;
    if (places->kind <= 0 || places->kind >= PLACES_KIND_COUNT)
        return "the places are neither zones nor for parking";
    if (memchr(places->reason, '\0', sizeof places->reason) == NULL)
        return "the reason of the places has no end";
    return NULL;
}

static const char *apply_moved(struct state *state, const struct fact *fact)
{
    const struct fact_moved *moved = &fact->moved;
    struct ride *ride = state_rides_find(state, moved->ride);
    if (ride == NULL)
        return "the ride is not known";
    if (ride->state != RIDE_BOOKED && ride->state != RIDE_ARRIVED)
        return "a ride is moved that does not wait";
    if (moved->moved.move <= REASON_MOVE_NONE || moved->moved.move >= REASON_MOVE_COUNT)
        return "the ride is moved for no reason";
    if (ride->reason.moved_count < UINT32_MAX)
        ride->reason.moved_count++;
    ride->reason.moved_ms = fact->at_ms;
    ride->reason.moved = moved->moved;
    return NULL;
}

static const char *apply_policy(struct state *state, const struct fact *fact)
{
    const struct fact_snapshot_policy policy = {.policy = fact->policy, .adopted_ms = fact->at_ms};
    return state_policies_add(state, &policy);
}

static const char *apply_class(struct state *state, const struct fact *fact)
{
    const struct fact_rider_class *said = &fact->rider_class;
    struct state_rider *rider = state_rider_find(state, said->rider);
    if (!state_class_is_sound(&said->class))
        return "the rider is of a class or scheme that is none";
    if (rider == NULL && state->rider_count == state->limits.riders_max)
        return "there are more riders than the limit allows";
    if (rider == NULL)
        rider = state_rider_add(state, said->rider);
    rider->class = said->class;
    return NULL;
}

static const char *apply_visit_planned(struct state *state, const struct fact *fact)
{
    const struct visit *visit = &fact->visit.visit;
    struct state_vehicle *vehicle = state_vehicle_find(state, fact->visit.vehicle);
    if (vehicle == NULL)
        return "the visit is of a vehicle that is not known";
    if (vehicle->visit.kind != 0)
        return "the vehicle has a visit before it already";
    const char *fault = state_plan_visit_fault(visit);
    if (fault != NULL)
        return fault;
    if (visit->begun_ms != 0)
        return "the visit has begun before it is planned";
    vehicle->visit = *visit;
    return NULL;
}

/* The vehicle of a visit that is in its plan, and of the fact's kind; else NULL. */
static struct state_vehicle *find_visitor(struct state *state, const struct fact_visit *fact)
{
    struct state_vehicle *vehicle = state_vehicle_find(state, fact->vehicle);
    const bool is_its = vehicle != NULL && fact_is_visit(fact->visit.kind) &&
                        vehicle->visit.kind == fact->visit.kind &&
                        state_plan_visits(&vehicle->plan);
    return is_its ? vehicle : NULL;
}

static const char *apply_visit_begun(struct state *state, const struct fact *fact)
{
    struct state_vehicle *vehicle = find_visitor(state, &fact->visit);
    if (vehicle == NULL || vehicle->visit.begun_ms != 0)
        return "a visit begins that is not before the vehicle";
    vehicle->visit.begun_ms = fact->at_ms;
    return NULL;
}

static const char *apply_visit_ended(struct state *state, const struct fact *fact)
{
    struct state_vehicle *vehicle = find_visitor(state, &fact->visit);
    if (vehicle == NULL || vehicle->visit.begun_ms == 0)
        return "a visit ends that has not begun";
    state_work_note_visit(state, &vehicle->visit, fact->at_ms);
    if (vehicle->visit.kind == STOP_CLEAN)
        vehicle->cleaned_ms = fact->at_ms;
    if (vehicle->visit.kind == STOP_INSPECT)
        vehicle->inspected_ms = fact->at_ms;
    state_plan_end_visit(vehicle);
    return NULL;
}

static const char *apply_payment_due(struct state *state, const struct fact *fact)
{
    return state_payments_due(state, &fact->payment_due);
}

static const char *apply_payment_changed(struct state *state, const struct fact *fact)
{
    return state_payments_changed(state, fact);
}

static const char *apply_payment_recorded(struct state *state, const struct fact *fact)
{
    return state_payments_recorded(state, fact);
}

static const char *apply_work(struct state *state, const struct fact *fact)
{
    return state_work_add(state, &fact->work, fact->at_ms);
}

static const char *apply_period(struct state *state, const struct fact *fact)
{
    return state_settlement_begin(state, fact->period_begun);
}

static apply *const kinds[FACT_SNAPSHOT] = {
    [FACT_STARTED] = apply_started,
    [FACT_VEHICLE_ENROLLED] = apply_enrolled,
    [FACT_RIDE_BOOKED] = apply_booked,
    [FACT_RIDE_REFUSED] = apply_refused,
    [FACT_PLAN_CHANGED] = apply_plan,
    [FACT_RIDE_ARRIVED] = apply_arrived,
    [FACT_RIDE_BOARDED] = apply_boarded,
    [FACT_RIDE_ALIGHTED] = apply_alighted,
    [FACT_RIDE_CANCELLED] = apply_cancelled,
    [FACT_RIDE_NO_SHOW] = apply_no_show,
    [FACT_RIDE_CHARGED] = state_money_charged,
    [FACT_TRANSFER] = state_money_transfer,
    [FACT_ROAD_CLOSED] = apply_closed,
    [FACT_ROAD_OPENED] = apply_opened,
    [FACT_PLACES_SET] = apply_places,
    [FACT_RIDE_MOVED] = apply_moved,
    [FACT_TRANSFERS] = state_money_transfers,
    [FACT_RIDE_FEE] = state_money_fee,
    [FACT_RIDE_REFUNDED] = state_money_refunded,
    [FACT_POLICY_ADOPTED] = apply_policy,
    [FACT_RIDER_CLASS] = apply_class,
    [FACT_WORK] = apply_work,
    [FACT_PERIOD_BEGUN] = apply_period,
    [FACT_SETTLEMENT_PROPOSED] = state_settlement_proposed,
    [FACT_SETTLEMENT_APPROVED] = state_settlement_approved,
    [FACT_VISIT_PLANNED] = apply_visit_planned,
    [FACT_VISIT_BEGUN] = apply_visit_begun,
    [FACT_VISIT_ENDED] = apply_visit_ended,
    [FACT_PAYMENT_DUE] = apply_payment_due,
    [FACT_PAYMENT_CHANGED] = apply_payment_changed,
    [FACT_PAYMENT_RECORDED] = apply_payment_recorded,
};

/* What every fact of a journal must keep. */
static const char *order_fault(const struct state *state, const struct fact *fact)
{
    const char *fault = NULL;
    if (fact->kind <= FACT_NONE || fact->kind >= FACT_KIND_COUNT)
        return "the fact is of no known kind";
    if (!state_snapshot_complete(state, &fault))
        return fault;
    if (fact->seq != state->counters.seq + 1)
        return "the fact's number is not the next";
    if (state->counters.seq > 0 && fact->at_ms < state->at_ms)
        return "the fact is earlier than the one before";
    if (state->counters.epoch == 0 && fact->kind != FACT_STARTED)
        return "the journal does not begin with a start";
    return NULL;
}

bool fact_apply(struct state *state, const struct fact *fact, const char **why)
{
    if (fact->kind >= FACT_SNAPSHOT && fact->kind < FACT_KIND_COUNT) {
        *why = state_snapshot_take(state, fact);
        return *why == NULL;
    }
    *why = order_fault(state, fact);
    if (*why == NULL)
        *why = kinds[fact->kind](state, fact);
    if (*why != NULL)
        return false;
    state->phase = STATE_LIVE;
    state->counters.seq = fact->seq;
    state->at_ms = fact->at_ms;
    return true;
}
