/* One record of the journal: which content a kind has, and the envelope around it. */
#include "wire/codec_fact.h"

#include "wire/codec_bill.h"
#include "wire/codec_ledger.h"
#include "wire/codec_memory.h"
#include "wire/codec_payment.h"
#include "wire/codec_policy.h"
#include "wire/codec_record.h"
#include "wire/codec_settlement.h"
#include "wire/codec_snapshot.h"
#include "wire/codec_work.h"

/* What an encoding points to while it is packed. */
union content {
    Commonwheel__V1__FactStarted started;
    struct codec_record_vehicle vehicle;
    struct codec_record_booked booked;
    struct codec_record_refused refused;
    struct codec_record_plan plan;
    Commonwheel__V1__FactRide ride;
    Commonwheel__V1__FactCharged charged;
    Commonwheel__V1__FactFee fee;
    struct codec_bill_refunded refunded;
    Commonwheel__V1__LedgerTransfer transfer;
    struct codec_ledger_group transfers;
    struct codec_record_moved moved;
    struct codec_snapshot_head head;
    Commonwheel__V1__FactSnapshotAccount account;
    struct codec_snapshot_transfer snapshot_transfer;
    struct codec_snapshot_rider rider;
    struct codec_snapshot_vehicle snapshot_vehicle;
    struct codec_snapshot_ride snapshot_ride;
    struct codec_record_road road;
    struct codec_record_places places;
    struct codec_record_visit visit;
    struct codec_snapshot_closure snapshot_closure;
    struct codec_snapshot_refusal snapshot_refusal;
    Commonwheel__V1__FactPolicy policy;
    struct codec_policy_class rider_class;
    struct codec_policy_snapshot snapshot_policy;
    struct codec_payment_due payment_due;
    struct codec_payment_changed payment_changed;
    struct codec_payment_recorded payment_recorded;
    struct codec_payment_snapshot snapshot_payment;
    struct codec_payment_receipt snapshot_receipt;
    struct codec_work work;
    struct codec_work_snapshot snapshot_work;
    Commonwheel__V1__FactPeriod period;
    struct codec_settlement_proposed proposed;
    struct codec_settlement_approved approved;
    struct codec_settlement_snapshot snapshot_period;
};

#define CONTENT(name) COMMONWHEEL__V1__FACT__CONTENT_##name

static const Commonwheel__V1__Fact__ContentCase content_of_kind[FACT_KIND_COUNT] = {
    [FACT_STARTED] = CONTENT(STARTED),
    [FACT_VEHICLE_ENROLLED] = CONTENT(VEHICLE_ENROLLED),
    [FACT_RIDE_BOOKED] = CONTENT(RIDE_BOOKED),
    [FACT_RIDE_REFUSED] = CONTENT(RIDE_REFUSED),
    [FACT_PLAN_CHANGED] = CONTENT(PLAN_CHANGED),
    [FACT_RIDE_ARRIVED] = CONTENT(RIDE_ARRIVED),
    [FACT_RIDE_BOARDED] = CONTENT(RIDE_BOARDED),
    [FACT_RIDE_ALIGHTED] = CONTENT(RIDE_ALIGHTED),
    [FACT_RIDE_CANCELLED] = CONTENT(RIDE_CANCELLED),
    [FACT_RIDE_NO_SHOW] = CONTENT(RIDE_NO_SHOW),
    [FACT_RIDE_CHARGED] = CONTENT(RIDE_CHARGED),
    [FACT_TRANSFER] = CONTENT(TRANSFER),
    [FACT_ROAD_CLOSED] = CONTENT(ROAD_CLOSED),
    [FACT_ROAD_OPENED] = CONTENT(ROAD_OPENED),
    [FACT_RIDE_MOVED] = CONTENT(RIDE_MOVED),
    [FACT_TRANSFERS] = CONTENT(TRANSFERS),
    [FACT_RIDE_FEE] = CONTENT(RIDE_FEE),
    [FACT_RIDE_REFUNDED] = CONTENT(RIDE_REFUNDED),
    [FACT_POLICY_ADOPTED] = CONTENT(POLICY_ADOPTED),
    [FACT_RIDER_CLASS] = CONTENT(RIDER_CLASS),
    [FACT_VISIT_PLANNED] = CONTENT(VISIT_PLANNED),
    [FACT_VISIT_BEGUN] = CONTENT(VISIT_BEGUN),
    [FACT_VISIT_ENDED] = CONTENT(VISIT_ENDED),
    [FACT_PAYMENT_DUE] = CONTENT(PAYMENT_DUE),
    [FACT_PAYMENT_CHANGED] = CONTENT(PAYMENT_CHANGED),
    [FACT_PAYMENT_RECORDED] = CONTENT(PAYMENT_RECORDED),
    [FACT_SNAPSHOT] = CONTENT(SNAPSHOT),
    [FACT_SNAPSHOT_ACCOUNT] = CONTENT(SNAPSHOT_ACCOUNT),
    [FACT_SNAPSHOT_TRANSFER] = CONTENT(SNAPSHOT_TRANSFER),
    [FACT_SNAPSHOT_RIDER] = CONTENT(SNAPSHOT_RIDER),
    [FACT_SNAPSHOT_VEHICLE] = CONTENT(SNAPSHOT_VEHICLE),
    [FACT_SNAPSHOT_RIDE] = CONTENT(SNAPSHOT_RIDE),
    [FACT_SNAPSHOT_CLOSURE] = CONTENT(SNAPSHOT_CLOSURE),
    [FACT_SNAPSHOT_REFUSAL] = CONTENT(SNAPSHOT_REFUSAL),
    [FACT_WORK] = CONTENT(WORK),
    [FACT_SNAPSHOT_WORK] = CONTENT(SNAPSHOT_WORK),
    [FACT_PERIOD_BEGUN] = CONTENT(PERIOD_BEGUN),
    [FACT_SETTLEMENT_PROPOSED] = CONTENT(SETTLEMENT_PROPOSED),
    [FACT_SETTLEMENT_APPROVED] = CONTENT(SETTLEMENT_APPROVED),
    [FACT_PLACES_SET] = CONTENT(PLACES_SET),
    [FACT_SNAPSHOT_PERIOD] = CONTENT(SNAPSHOT_PERIOD),
    [FACT_SNAPSHOT_POLICY] = CONTENT(SNAPSHOT_POLICY),
    [FACT_SNAPSHOT_PAYMENT] = CONTENT(SNAPSHOT_PAYMENT),
    [FACT_SNAPSHOT_RECEIPT] = CONTENT(SNAPSHOT_RECEIPT),
};

static void build_snapshot(const struct fact *fact, union content *content,
                           Commonwheel__V1__Fact *wire)
{
    switch (fact->kind) {
    case FACT_SNAPSHOT:
        codec_snapshot_build_head(&fact->snapshot, &content->head);
        wire->snapshot = &content->head.wire;
        return;
    case FACT_SNAPSHOT_ACCOUNT:
        codec_snapshot_build_account(&fact->snapshot_account, &content->account);
        wire->snapshot_account = &content->account;
        return;
    case FACT_SNAPSHOT_TRANSFER:
        codec_snapshot_build_transfer(&fact->snapshot_transfer, &content->snapshot_transfer);
        wire->snapshot_transfer = &content->snapshot_transfer.wire;
        return;
    case FACT_SNAPSHOT_RIDER:
        codec_snapshot_build_rider(&fact->snapshot_rider, &content->rider);
        wire->snapshot_rider = &content->rider.wire;
        return;
    case FACT_SNAPSHOT_VEHICLE:
        codec_snapshot_build_vehicle(&fact->snapshot_vehicle, &content->snapshot_vehicle);
        wire->snapshot_vehicle = &content->snapshot_vehicle.wire;
        return;
    case FACT_SNAPSHOT_REFUSAL:
        codec_snapshot_build_refusal(&fact->snapshot_refusal, &content->snapshot_refusal);
        wire->snapshot_refusal = &content->snapshot_refusal.wire;
        return;
    case FACT_SNAPSHOT_RIDE:
        codec_snapshot_build_ride(&fact->snapshot_ride, &content->snapshot_ride);
        wire->snapshot_ride = &content->snapshot_ride.wire;
        return;
    case FACT_SNAPSHOT_POLICY:
        codec_policy_build_snapshot(&fact->snapshot_policy, &content->snapshot_policy);
        wire->snapshot_policy = &content->snapshot_policy.wire;
        return;
    case FACT_SNAPSHOT_PAYMENT:
        codec_payment_build_snapshot(&fact->snapshot_payment, &content->snapshot_payment);
        wire->snapshot_payment = &content->snapshot_payment.wire;
        return;
    case FACT_SNAPSHOT_RECEIPT:
        codec_payment_build_receipt(&fact->snapshot_receipt, &content->snapshot_receipt);
        wire->snapshot_receipt = &content->snapshot_receipt.wire;
        return;
    case FACT_SNAPSHOT_WORK:
        codec_work_build_snapshot(&fact->snapshot_work, &content->snapshot_work);
        wire->snapshot_work = &content->snapshot_work.wire;
        return;
    case FACT_SNAPSHOT_PERIOD:
        codec_settlement_build_snapshot(&fact->snapshot_period, &content->snapshot_period);
        wire->snapshot_period = &content->snapshot_period.wire;
        return;
    default:
        CHECK(fact->kind == FACT_SNAPSHOT_CLOSURE);
        codec_snapshot_build_closure(&fact->snapshot_closure, &content->snapshot_closure);
        wire->snapshot_closure = &content->snapshot_closure.wire;
    }
}

static void build_money(const struct fact *fact, union content *content,
                        Commonwheel__V1__Fact *wire)
{
    switch (fact->kind) {
    case FACT_RIDE_CHARGED:
        codec_bill_build_charged(&fact->charged, &content->charged);
        wire->ride_charged = &content->charged;
        return;
    case FACT_RIDE_FEE:
        codec_bill_build_fee(&fact->fee, &content->fee);
        wire->ride_fee = &content->fee;
        return;
    case FACT_RIDE_REFUNDED:
        codec_bill_build_refunded(&fact->refunded, &content->refunded);
        wire->ride_refunded = &content->refunded.wire;
        return;
    case FACT_WORK:
        codec_work_build(&fact->work, &content->work);
        wire->work = &content->work.wire;
        return;
    case FACT_TRANSFER:
        codec_ledger_build(&fact->transfer, &content->transfer);
        content->transfer.at_ms = 0; /* it is the fact's */
        wire->transfer = &content->transfer;
        return;
    case FACT_TRANSFERS:
        codec_ledger_build_group(&fact->transfers, &content->transfers);
        for (uint32_t i = 0; i < fact->transfers.count; i++)
            content->transfers.transfers[i].at_ms = 0;
        wire->transfers = &content->transfers.wire;
        return;
    default:
        build_snapshot(fact, content, wire);
    }
}

static void build_settlement(const struct fact *fact, union content *content,
                             Commonwheel__V1__Fact *wire)
{
    switch (fact->kind) {
    case FACT_PERIOD_BEGUN:
        content->period = (Commonwheel__V1__FactPeriod)COMMONWHEEL__V1__FACT_PERIOD__INIT;
        content->period.month = fact->period_begun;
        wire->period_begun = &content->period;
        return;
    case FACT_SETTLEMENT_PROPOSED:
        codec_settlement_build_proposed(&fact->proposed, &content->proposed);
        wire->settlement_proposed = &content->proposed.wire;
        return;
    case FACT_SETTLEMENT_APPROVED:
        codec_settlement_build_approved(&fact->approved, &content->approved);
        wire->settlement_approved = &content->approved.wire;
        return;
    default:
        build_money(fact, content, wire);
    }
}

static void build_payment(const struct fact *fact, union content *content,
                          Commonwheel__V1__Fact *wire)
{
    switch (fact->kind) {
    case FACT_PAYMENT_DUE:
        codec_payment_build_due(&fact->payment_due, &content->payment_due);
        wire->payment_due = &content->payment_due.wire;
        return;
    case FACT_PAYMENT_CHANGED:
        codec_payment_build_changed(&fact->payment_changed, &content->payment_changed);
        wire->payment_changed = &content->payment_changed.wire;
        return;
    case FACT_PAYMENT_RECORDED:
        codec_payment_build_recorded(&fact->payment_recorded, &content->payment_recorded);
        wire->payment_recorded = &content->payment_recorded.wire;
        return;
    default:
        build_settlement(fact, content, wire);
    }
}

static void build_started(const struct fact_started *started, Commonwheel__V1__FactStarted *wire)
{
    *wire = (Commonwheel__V1__FactStarted)COMMONWHEEL__V1__FACT_STARTED__INIT;
    wire->epoch = started->epoch;
    wire->network_digest = started->network_digest;
}

static void build(const struct fact *fact, union content *content, Commonwheel__V1__Fact *wire)
{
    switch (fact->kind) {
    case FACT_STARTED:
        build_started(&fact->started, &content->started);
        wire->started = &content->started;
        return;
    case FACT_VEHICLE_ENROLLED:
        codec_record_build_vehicle(&fact->vehicle, &content->vehicle);
        wire->vehicle_enrolled = &content->vehicle.wire;
        return;
    case FACT_RIDE_BOOKED:
        codec_record_build_booked(&fact->booked, &content->booked);
        wire->ride_booked = &content->booked.wire;
        return;
    case FACT_RIDE_REFUSED:
        codec_record_build_refused(&fact->refused, &content->refused);
        wire->ride_refused = &content->refused.wire;
        return;
    case FACT_PLAN_CHANGED:
        codec_record_build_plan(&fact->plan, &content->plan);
        wire->plan_changed = &content->plan.wire;
        return;
    case FACT_RIDE_ARRIVED:
    case FACT_RIDE_BOARDED:
    case FACT_RIDE_ALIGHTED:
    case FACT_RIDE_CANCELLED:
    case FACT_RIDE_NO_SHOW:
        codec_record_build_ride(&fact->ride, &content->ride);
        wire->ride_arrived = &content->ride; /* all five share one member of the union */
        return;
    case FACT_ROAD_CLOSED:
    case FACT_ROAD_OPENED:
        codec_record_build_road(&fact->road, &content->road);
        wire->road_closed = &content->road.wire; /* both share one member of the union */
        return;
    case FACT_PLACES_SET:
        codec_record_build_places(&fact->places, &content->places);
        wire->places_set = &content->places.wire;
        return;
    case FACT_RIDE_MOVED:
        codec_record_build_moved(&fact->moved, &content->moved);
        wire->ride_moved = &content->moved.wire;
        return;
    case FACT_POLICY_ADOPTED:
        codec_policy_build(&fact->policy, &content->policy);
        wire->policy_adopted = &content->policy;
        return;
    case FACT_RIDER_CLASS:
        codec_policy_build_rider_class(&fact->rider_class, &content->rider_class);
        wire->rider_class = &content->rider_class.wire;
        return;
    case FACT_VISIT_PLANNED:
        codec_record_build_visit(fact->visit.vehicle, &fact->visit.visit, &content->visit);
        wire->visit_planned = &content->visit.wire;
        return;
    case FACT_VISIT_BEGUN:
    case FACT_VISIT_ENDED:
        codec_record_build_visit_mark(&fact->visit, &content->visit.wire);
        wire->visit_begun = &content->visit.wire; /* both share one member of the union */
        return;
    default:
        build_payment(fact, content, wire);
    }
}

size_t codec_fact_encode(const struct fact *fact, uint8_t *bytes)
{
    CHECK(fact->kind > FACT_NONE && fact->kind < FACT_KIND_COUNT);
    CHECK(fact->at_ms >= 0);
    Commonwheel__V1__Fact wire = COMMONWHEEL__V1__FACT__INIT;
    union content content;
    wire.seq = fact->seq;
    wire.at_ms = fact->at_ms;
    wire.content_case = content_of_kind[fact->kind];
    build(fact, &content, &wire);
    return codec_memory_pack(&wire.base, bytes, CODEC_FACT_MAX);
}

static enum fact_kind kind_of_content(Commonwheel__V1__Fact__ContentCase content)
{
    for (enum fact_kind kind = FACT_NONE + 1; kind < FACT_KIND_COUNT; kind++) {
        if (content_of_kind[kind] == content)
            return kind;
    }
    return FACT_NONE;
}

static const char *read_snapshot(const Commonwheel__V1__Fact *wire, struct fact *fact)
{
    switch (fact->kind) {
    case FACT_SNAPSHOT:
        return codec_snapshot_read_head(wire->snapshot, &fact->snapshot);
    case FACT_SNAPSHOT_ACCOUNT:
        return codec_snapshot_read_account(wire->snapshot_account, &fact->snapshot_account);
    case FACT_SNAPSHOT_TRANSFER:
        return codec_snapshot_read_transfer(wire->snapshot_transfer, &fact->snapshot_transfer);
    case FACT_SNAPSHOT_RIDER:
        return codec_snapshot_read_rider(wire->snapshot_rider, &fact->snapshot_rider);
    case FACT_SNAPSHOT_VEHICLE:
        return codec_snapshot_read_vehicle(wire->snapshot_vehicle, &fact->snapshot_vehicle);
    case FACT_SNAPSHOT_RIDE:
        return codec_snapshot_read_ride(wire->snapshot_ride, &fact->snapshot_ride);
    case FACT_SNAPSHOT_CLOSURE:
        return codec_snapshot_read_closure(wire->snapshot_closure, &fact->snapshot_closure);
    case FACT_SNAPSHOT_REFUSAL:
        return codec_snapshot_read_refusal(wire->snapshot_refusal, &fact->snapshot_refusal);
    case FACT_SNAPSHOT_POLICY:
        return codec_policy_read_snapshot(wire->snapshot_policy, &fact->snapshot_policy);
    case FACT_SNAPSHOT_PAYMENT:
        return codec_payment_read_snapshot(wire->snapshot_payment, &fact->snapshot_payment);
    case FACT_SNAPSHOT_RECEIPT:
        return codec_payment_read_receipt(wire->snapshot_receipt, &fact->snapshot_receipt);
    case FACT_SNAPSHOT_WORK:
        return codec_work_read_snapshot(wire->snapshot_work, &fact->snapshot_work);
    case FACT_SNAPSHOT_PERIOD:
        return codec_settlement_read_snapshot(wire->snapshot_period, &fact->snapshot_period);
    default:
        return "content: of no kind that this release knows";
    }
}

static const char *read_money(const Commonwheel__V1__Fact *wire, struct fact *fact)
{
    switch (fact->kind) {
    case FACT_RIDE_CHARGED:
        return codec_bill_read_charged(wire->ride_charged, &fact->charged);
    case FACT_RIDE_FEE:
        return codec_bill_read_fee(wire->ride_fee, &fact->fee);
    case FACT_RIDE_REFUNDED:
        return codec_bill_read_refunded(wire->ride_refunded, &fact->refunded);
    case FACT_WORK:
        return codec_work_read(wire->work, &fact->work);
    case FACT_TRANSFER:
        return codec_ledger_read(wire->transfer, &fact->transfer);
    case FACT_TRANSFERS:
        return codec_ledger_read_group(wire->transfers, &fact->transfers);
    case FACT_PERIOD_BEGUN:
        fact->period_begun = wire->period_begun->month;
        return NULL;
    case FACT_SETTLEMENT_PROPOSED:
        return codec_settlement_read_proposed(wire->settlement_proposed, &fact->proposed);
    case FACT_SETTLEMENT_APPROVED:
        return codec_settlement_read_approved(wire->settlement_approved, &fact->approved);
    default:
        return read_snapshot(wire, fact);
    }
}

static const char *read_content(const Commonwheel__V1__Fact *wire, struct fact *fact)
{
    switch (fact->kind) {
    case FACT_STARTED:
        fact->started = (struct fact_started){wire->started->epoch, wire->started->network_digest};
        return NULL;
    case FACT_VEHICLE_ENROLLED:
        return codec_record_read_vehicle(wire->vehicle_enrolled, &fact->vehicle);
    case FACT_RIDE_BOOKED:
        return codec_record_read_booked(wire->ride_booked, &fact->booked);
    case FACT_RIDE_REFUSED:
        return codec_record_read_refused(wire->ride_refused, &fact->refused);
    case FACT_PLAN_CHANGED:
        return codec_record_read_plan(wire->plan_changed, &fact->plan);
    case FACT_RIDE_ARRIVED:
    case FACT_RIDE_BOARDED:
    case FACT_RIDE_ALIGHTED:
    case FACT_RIDE_CANCELLED:
    case FACT_RIDE_NO_SHOW:
        return codec_record_read_ride(wire->ride_arrived, fact->kind, &fact->ride);
    case FACT_ROAD_CLOSED:
    case FACT_ROAD_OPENED:
        return codec_record_read_road(wire->road_closed, &fact->road);
    case FACT_PLACES_SET:
        return codec_record_read_places(wire->places_set, &fact->places);
    case FACT_RIDE_MOVED:
        return codec_record_read_moved(wire->ride_moved, &fact->moved);
    case FACT_POLICY_ADOPTED:
        return codec_policy_read(wire->policy_adopted, &fact->policy);
    case FACT_RIDER_CLASS:
        return codec_policy_read_rider_class(wire->rider_class, &fact->rider_class);
    case FACT_VISIT_PLANNED:
        return codec_record_read_visit(wire->visit_planned, &fact->visit);
    case FACT_VISIT_BEGUN:
    case FACT_VISIT_ENDED:
        return codec_record_read_visit_mark(wire->visit_begun, &fact->visit);
    case FACT_PAYMENT_DUE:
        return codec_payment_read_due(wire->payment_due, &fact->payment_due);
    case FACT_PAYMENT_CHANGED:
        return codec_payment_read_changed(wire->payment_changed, &fact->payment_changed);
    case FACT_PAYMENT_RECORDED:
        return codec_payment_read_recorded(wire->payment_recorded, &fact->payment_recorded);
    default:
        return read_money(wire, fact);
    }
}

const char *codec_fact_decode(const uint8_t *bytes, size_t size, struct fact *fact)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__fact__descriptor, bytes, size,
                                          CODEC_FACT_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__Fact *wire = (const Commonwheel__V1__Fact *)message;
    struct fact read = {
        .seq = wire->seq,
        .at_ms = wire->at_ms,
        .kind = kind_of_content(wire->content_case),
    };
    if (wire->at_ms < 0)
        return "at_ms: must be 0 or more";
    if (wire->seq == 0 && read.kind < FACT_SNAPSHOT)
        return "seq: must be 1 or more";
    why = read_content(wire, &read);
    if (why == NULL)
        *fact = read;
    return why;
}
