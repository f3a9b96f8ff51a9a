/* What a snapshot's facts say: the state itself, in parts. */
#include "wire/codec_snapshot.h"

#include <string.h>

#include "core/calendar.h"
#include "wire/codec_ledger.h"
#include "wire/codec_policy.h"

#define ACCOUNT_SUM_MAX (INT64_C(1) << 62)

void codec_snapshot_build_head(const struct fact_snapshot *head, struct codec_snapshot_head *record)
{
    Commonwheel__V1__FactSnapshot *wire = &record->wire;
    *wire = (Commonwheel__V1__FactSnapshot)COMMONWHEEL__V1__FACT_SNAPSHOT__INIT;
    memcpy(record->refused_counts, head->refused_count, sizeof record->refused_counts);
    wire->last_seq = head->seq;
    wire->epoch = head->epoch;
    wire->network_digest = head->network_digest;
    wire->next_ride_id = head->next_ride;
    wire->next_transfer_id = head->next_transfer;
    wire->booked_count = head->booked_count;
    wire->n_refused_counts = REFUSAL_COUNT;
    wire->refused_counts = record->refused_counts;
    wire->alighted_count = head->alighted_count;
    wire->cancelled_count = head->cancelled_count;
    wire->no_show_count = head->no_show_count;
    wire->charged_pence = head->charged_pence;
    wire->cap_saved_pence = head->cap_saved_pence;
    wire->digest = head->digest;
    wire->form = head->form;
    wire->next_payment_id = head->next_payment;
}

const char *codec_snapshot_read_head(const Commonwheel__V1__FactSnapshot *wire,
                                     struct fact_snapshot *head)
{
    if (wire->n_refused_counts > REFUSAL_COUNT)
        return "refused_counts: more reasons than this release knows";
    if (wire->charged_pence < 0 || wire->cap_saved_pence < 0)
        return "charged_pence, cap_saved_pence: must be 0 or more";
    memset(head->refused_count, 0, sizeof head->refused_count);
    for (size_t i = 0; i < wire->n_refused_counts; i++)
        head->refused_count[i] = wire->refused_counts[i];
    head->seq = wire->last_seq;
    head->epoch = wire->epoch;
    head->network_digest = wire->network_digest;
    head->next_ride = wire->next_ride_id;
    head->next_transfer = wire->next_transfer_id;
    head->booked_count = wire->booked_count;
    head->alighted_count = wire->alighted_count;
    head->cancelled_count = wire->cancelled_count;
    head->no_show_count = wire->no_show_count;
    head->charged_pence = wire->charged_pence;
    head->cap_saved_pence = wire->cap_saved_pence;
    head->digest = wire->digest;
    head->form = wire->form;
    head->next_payment = wire->next_payment_id;
    return NULL;
}

void codec_snapshot_build_account(const struct fact_snapshot_account *account,
                                  Commonwheel__V1__FactSnapshotAccount *wire)
{
    *wire = (Commonwheel__V1__FactSnapshotAccount)COMMONWHEEL__V1__FACT_SNAPSHOT_ACCOUNT__INIT;
    CHECK(account->account < UINT32_MAX);
    wire->number_plus_one = account->account + 1;
    wire->debits_pending_pence = account->content.debits_pending;
    wire->debits_posted_pence = account->content.debits_posted;
    wire->credits_pending_pence = account->content.credits_pending;
    wire->credits_posted_pence = account->content.credits_posted;
}

const char *codec_snapshot_read_account(const Commonwheel__V1__FactSnapshotAccount *wire,
                                        struct fact_snapshot_account *account)
{
    const int64_t sums[] = {wire->debits_pending_pence, wire->debits_posted_pence,
                            wire->credits_pending_pence, wire->credits_posted_pence};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        if (sums[i] < 0 || sums[i] > ACCOUNT_SUM_MAX)
            return "sums of an account: must be 0 to 2^62";
    }
    account->account = wire->number_plus_one != 0 ? wire->number_plus_one - 1
                                                  : codec_ledger_account_of_before(wire->account);
    account->content = (struct ledger_account){sums[0], sums[1], sums[2], sums[3]};
    return NULL;
}

void codec_snapshot_build_transfer(const struct fact_snapshot_transfer *transfer,
                                   struct codec_snapshot_transfer *record)
{
    CHECK(transfer->state <= LEDGER_HOLD_OVER);
    record->wire =
        (Commonwheel__V1__FactSnapshotTransfer)COMMONWHEEL__V1__FACT_SNAPSHOT_TRANSFER__INIT;
    codec_ledger_build(&transfer->transfer, &record->transfer);
    record->wire.transfer = &record->transfer;
    record->wire.state = (Commonwheel__V1__HoldState)transfer->state;
}

const char *codec_snapshot_read_transfer(const Commonwheel__V1__FactSnapshotTransfer *wire,
                                         struct fact_snapshot_transfer *transfer)
{
    if ((int)wire->state < LEDGER_HOLD_NONE || (int)wire->state > LEDGER_HOLD_OVER)
        return "state: unknown";
    transfer->state = (enum ledger_hold_state)wire->state;
    return codec_ledger_read(wire->transfer, &transfer->transfer);
}

void codec_snapshot_build_rider(const struct fact_snapshot_rider *rider,
                                struct codec_snapshot_rider *record)
{
    record->wire = (Commonwheel__V1__FactSnapshotRider)COMMONWHEEL__V1__FACT_SNAPSHOT_RIDER__INIT;
    codec_record_build_id(rider->rider.high, rider->rider.low, &record->rider);
    record->wire.rider = &record->rider;
    record->wire.number = rider->number;
    for (uint32_t i = 0; i < CAPS_WEEKS; i++) {
        Commonwheel__V1__CapsWeek *week = &record->weeks[i];
        *week = (Commonwheel__V1__CapsWeek)COMMONWHEEL__V1__CAPS_WEEK__INIT;
        memcpy(record->fares_pence[i], rider->caps.weeks[i].fares_pence,
               sizeof record->fares_pence[i]);
        week->week = rider->caps.weeks[i].week;
        week->n_fares_pence = CAPS_DAYS;
        week->fares_pence = record->fares_pence[i];
        week->charged_pence = rider->caps.weeks[i].charged_pence;
        record->pointers[i] = week;
    }
    record->wire.n_weeks = CAPS_WEEKS;
    record->wire.weeks = record->pointers;
    if (rider->class.class != 0 || rider->class.scheme != 0 || rider->class.class_until_day != 0 ||
        rider->class.scheme_until_day != 0) {
        codec_policy_build_class(&rider->class, &record->class);
        record->wire.class_ = &record->class;
    }
}

/* What was charged in a week, of which only the latest day's part is known: the rest is spread over
 * the days before it, as evenly as pence allow, so that no day seems to have passed its cap. */
static bool read_caps_of_before(const Commonwheel__V1__FactSnapshotRider *wire,
                                struct cap_account *caps)
{
    if (wire->day_pence < 0 || wire->week_pence < wire->day_pence ||
        wire->week != calendar_travel_week(wire->day))
        return false;
    struct caps_week *week = &caps->weeks[(uint32_t)wire->week % CAPS_WEEKS];
    const uint32_t before = caps_weekday(wire->day);
    int64_t rest_pence = wire->week_pence - wire->day_pence;
    *caps = (struct cap_account){0};
    week->week = wire->week;
    week->charged_pence = before > 0 ? wire->week_pence : wire->day_pence;
    week->fares_pence[before] = wire->day_pence;
    for (uint32_t i = 0; i < before; i++) { /* rounded down, the last takes what is left */
        week->fares_pence[i] = rest_pence / (before - i);
        rest_pence -= week->fares_pence[i];
    }
    return true;
}

static bool read_caps(const Commonwheel__V1__FactSnapshotRider *wire, struct cap_account *caps)
{
    if (wire->n_weeks == 0)
        return read_caps_of_before(wire, caps);
    if (wire->n_weeks != CAPS_WEEKS)
        return false;
    for (uint32_t i = 0; i < CAPS_WEEKS; i++) {
        const Commonwheel__V1__CapsWeek *week = wire->weeks[i];
        if (week->n_fares_pence != CAPS_DAYS)
            return false;
        caps->weeks[i].week = week->week;
        caps->weeks[i].charged_pence = week->charged_pence;
        memcpy(caps->weeks[i].fares_pence, week->fares_pence, sizeof caps->weeks[i].fares_pence);
    }
    return caps_sound(caps);
}

const char *codec_snapshot_read_rider(const Commonwheel__V1__FactSnapshotRider *wire,
                                      struct fact_snapshot_rider *rider)
{
    if (wire->rider == NULL)
        return "rider: required";
    if (!read_caps(wire, &rider->caps))
        return "weeks, day_pence, week_pence: below 0, too large or of another week";
    rider->rider = (struct rider_id){wire->rider->high, wire->rider->low};
    rider->number = wire->number;
    rider->class = (struct rider_class){0};
    return wire->class_ != NULL ? codec_policy_read_class(wire->class_, &rider->class) : NULL;
}

void codec_snapshot_build_vehicle(const struct fact_snapshot_vehicle *vehicle,
                                  struct codec_snapshot_vehicle *record)
{
    record->wire =
        (Commonwheel__V1__FactSnapshotVehicle)COMMONWHEEL__V1__FACT_SNAPSHOT_VEHICLE__INIT;
    codec_record_build_vehicle(&vehicle->enrolled, &record->enrolled);
    codec_record_build_plan(&vehicle->plan, &record->plan);
    record->wire.enrolled = &record->enrolled.wire;
    record->wire.plan = &record->plan.wire;
    record->wire.cleaned_ms = vehicle->cleaned_ms;
    record->wire.inspected_ms = vehicle->inspected_ms;
    if (vehicle->visit.kind != 0) {
        codec_record_build_visit(vehicle->enrolled.vehicle, &vehicle->visit, &record->visit);
        record->wire.visit = &record->visit.wire;
    }
}

const char *codec_snapshot_read_vehicle(const Commonwheel__V1__FactSnapshotVehicle *wire,
                                        struct fact_snapshot_vehicle *vehicle)
{
    struct fact_visit visit = {.visit.kind = 0};
    const char *why = codec_record_read_vehicle(wire->enrolled, &vehicle->enrolled);
    if (why == NULL)
        why = codec_record_read_plan(wire->plan, &vehicle->plan);
    if (why == NULL && wire->visit != NULL)
        why = codec_record_read_visit(wire->visit, &visit);
    if (why == NULL && (wire->cleaned_ms < 0 || wire->inspected_ms < 0))
        why = "cleaned_ms, inspected_ms: must be 0 or more";
    vehicle->visit = visit.visit;
    vehicle->cleaned_ms = wire->cleaned_ms;
    vehicle->inspected_ms = wire->inspected_ms;
    return why;
}

void codec_snapshot_build_ride(const struct ride *ride, struct codec_snapshot_ride *record)
{
    struct fact_booked booked = {
        .ride = ride->id,
        .rider = ride->rider,
        .key = ride->key,
        .trip = ride->trip,
        .from = ride->from,
        .to = ride->to,
        .walk_from_m = ride->walk_from_m,
        .walk_to_m = ride->walk_to_m,
        .earliest_ms = ride->earliest_ms,
        .pickup_latest_ms = ride->pickup_latest_ms,
        .dropoff_latest_ms = ride->dropoff_latest_ms,
        .ride_max_ms = ride->ride_max_ms,
        .promised_ms = ride->promised_ms,
        .direct_ms = ride->direct_ms,
        .direct_m = ride->direct_m,
        .policy = ride->policy,
        .fare = ride->fare,
        .fare_pence = ride->fare_pence,
        .quote_pence = ride->quote_pence,
    };
    booked.option_count = ride->reason.option_count;
    memcpy(booked.options, ride->reason.options, sizeof booked.options);
    CHECK(ride->state > RIDE_NONE && ride->state < RIDE_STATE_COUNT);
    codec_record_build_booked(&booked, &record->booked);
    record->wire = (Commonwheel__V1__FactSnapshotRide)COMMONWHEEL__V1__FACT_SNAPSHOT_RIDE__INIT;
    record->wire.booked = &record->booked.wire;
    record->wire.state = (Commonwheel__V1__RideState)ride->state;
    record->wire.cancelled_by = (Commonwheel__V1__CancelBy)ride->cancelled_by;
    record->wire.vehicle_id = ride->vehicle.value;
    record->wire.booked_ms = ride->booked_ms;
    record->wire.charged_pence = ride->charged_pence;
    record->wire.arrived_ms = ride->arrived_ms;
    record->wire.boarded_ms = ride->boarded_ms;
    record->wire.alighted_ms = ride->alighted_ms;
    record->wire.ended_ms = ride->ended_ms;
    record->wire.hold_id = ride->hold;
    record->wire.bill = codec_bill_build(&ride->bill, &record->bill);
    if (ride->reason.moved_count == 0)
        return;
    codec_reason_build_move(&ride->reason.moved, &record->move);
    record->wire.moved_count = ride->reason.moved_count;
    record->wire.moved_ms = ride->reason.moved_ms;
    record->wire.move = &record->move.wire;
}

static const char *read_reason(const Commonwheel__V1__FactSnapshotRide *wire,
                               const struct fact_booked *booked, struct reason *reason)
{
    reason->option_count = booked->option_count;
    memcpy(reason->options, booked->options, sizeof reason->options);
    reason->moved_count = wire->moved_count;
    reason->moved_ms = wire->moved_ms;
    if ((wire->moved_count == 0) != (wire->move == NULL) || wire->moved_ms < 0)
        return "moved_count, moved_ms, move: do not fit";
    if (wire->move != NULL && !codec_reason_read_move(wire->move, &reason->moved))
        return "move: without a reason or an option";
    return NULL;
}

static const char *check_ride(const Commonwheel__V1__FactSnapshotRide *wire)
{
    int by = (int)wire->cancelled_by;
    if ((int)wire->state <= RIDE_NONE || (int)wire->state >= RIDE_STATE_COUNT)
        return "state: unknown";
    if (by < 0 || by > CANCEL_BY_SERVICE)
        return "cancelled_by: unknown";
    if (!codec_part_is_amount(wire->charged_pence))
        return "charged_pence: not an amount";
    if (wire->booked_ms < 0 || wire->arrived_ms < 0 || wire->boarded_ms < 0 ||
        wire->alighted_ms < 0 || wire->ended_ms < 0)
        return "times of the ride: must be 0 or more";
    return NULL;
}

const char *codec_snapshot_read_ride(const Commonwheel__V1__FactSnapshotRide *wire,
                                     struct ride *ride)
{
    struct fact_booked booked;
    const char *why = check_ride(wire);
    if (why == NULL)
        why = codec_record_read_booked(wire->booked, &booked);
    if (why != NULL)
        return why;
    *ride = (struct ride){
        .id = booked.ride,
        .rider = booked.rider,
        .key = booked.key,
        .trip = booked.trip,
        .from = booked.from,
        .to = booked.to,
        .walk_from_m = booked.walk_from_m,
        .walk_to_m = booked.walk_to_m,
        .state = (enum ride_state)wire->state,
        .cancelled_by = (enum cancel_by)wire->cancelled_by,
        .vehicle = {wire->vehicle_id},
        .booked_ms = wire->booked_ms,
        .earliest_ms = booked.earliest_ms,
        .pickup_latest_ms = booked.pickup_latest_ms,
        .dropoff_latest_ms = booked.dropoff_latest_ms,
        .ride_max_ms = booked.ride_max_ms,
        .promised_ms = booked.promised_ms,
        .direct_ms = booked.direct_ms,
        .direct_m = booked.direct_m,
        .policy = booked.policy,
        .fare = booked.fare,
        .fare_pence = booked.fare_pence,
        .quote_pence = booked.quote_pence,
        .hold = wire->hold_id,
        .charged_pence = wire->charged_pence,
        .arrived_ms = wire->arrived_ms,
        .boarded_ms = wire->boarded_ms,
        .alighted_ms = wire->alighted_ms,
        .ended_ms = wire->ended_ms,
    };
    why = codec_bill_read(wire->bill, &ride->bill);
    return why != NULL ? why : read_reason(wire, &booked, &ride->reason);
}

void codec_snapshot_build_refusal(const struct fact_snapshot_refusal *refusal,
                                  struct codec_snapshot_refusal *record)
{
    CHECK(refusal->at_ms >= 0);
    record->wire =
        (Commonwheel__V1__FactSnapshotRefusal)COMMONWHEEL__V1__FACT_SNAPSHOT_REFUSAL__INIT;
    codec_record_build_refused(&refusal->refused, &record->refused);
    record->wire.refused = &record->refused.wire;
    record->wire.at_ms = refusal->at_ms;
}

const char *codec_snapshot_read_refusal(const Commonwheel__V1__FactSnapshotRefusal *wire,
                                        struct fact_snapshot_refusal *refusal)
{
    if (wire->refused == NULL || wire->at_ms < 0)
        return "refused, at_ms: required, 0 or more";
    refusal->at_ms = wire->at_ms;
    return codec_record_read_refused(wire->refused, &refusal->refused);
}

void codec_snapshot_build_closure(const struct closure *closure,
                                  struct codec_snapshot_closure *record)
{
    struct fact_road road = {.arc = closure->arc, .by = closure->by};
    memcpy(road.reason, closure->reason, sizeof road.reason);
    CHECK(closure->closed_ms >= 0);
    codec_record_build_road(&road, &record->road);
    record->wire =
        (Commonwheel__V1__FactSnapshotClosure)COMMONWHEEL__V1__FACT_SNAPSHOT_CLOSURE__INIT;
    record->wire.road = &record->road.wire;
    record->wire.closed_ms = closure->closed_ms;
}

const char *codec_snapshot_read_closure(const Commonwheel__V1__FactSnapshotClosure *wire,
                                        struct closure *closure)
{
    struct fact_road road;
    const char *why = codec_record_read_road(wire->road, &road);
    if (why != NULL)
        return why;
    if (wire->closed_ms < 0)
        return "closed_ms: must be 0 or more";
    *closure = (struct closure){.arc = road.arc, .by = road.by, .closed_ms = wire->closed_ms};
    memcpy(closure->reason, road.reason, sizeof closure->reason);
    return NULL;
}
