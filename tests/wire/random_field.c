#include "random_field.h"

/* The names of members cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses) */
#define FIELD(which, member, range)                                                                \
    {                                                                                              \
        which, #member, offsetof(struct fact, member), sizeof(((struct fact *)0)->member), range   \
    }
#define ID(which, member)   FIELD(which, member.high, ANY), FIELD(which, member.low, ANY)
#define SPOT(which, member) FIELD(which, member.point, POINT), FIELD(which, member.node, ANY)
#define TRIP(which, member)                                                                        \
    SPOT(which, member.from), SPOT(which, member.to), FIELD(which, member.party, PARTY),           \
        FIELD(which, member.wheelchairs, PARTY), FIELD(which, member.shared, FLAG),                \
        FIELD(which, member.pickup_from_ms, TIME), FIELD(which, member.pickup_by_ms, TIME),        \
        FIELD(which, member.arrive_by_ms, TIME)
#define RIDE(which, canceller)                                                                     \
    FIELD(which, ride.ride, FROM_1), FIELD(which, ride.vehicle, ANY),                              \
        FIELD(which, ride.by, canceller)
#define MOVED(which, member)                                                                       \
    FIELD(which, member.move, ENUM_MOVE), FIELD(which, member.from, ANY),                          \
        FIELD(which, member.saved_vehicle_ms, DAY), FIELD(which, member.saved_cost, ANY),          \
        FIELD(which, member.option, OPTION)
#define VEHICLE(which, member)                                                                     \
    FIELD(which, member.vehicle, NOT_LAST), FIELD(which, member.seats, SEATS),                     \
        FIELD(which, member.wheelchair_spaces, SEATS), FIELD(which, member.from_ms, POSITIVE),     \
        FIELD(which, member.until_ms, POSITIVE), FIELD(which, member.home, PLACE)
#define PLAN(which, member)                                                                        \
    FIELD(which, member.vehicle, NOT_LAST), FIELD(which, member.plan_id, ANY),                     \
        FIELD(which, member.revision, ANY), FIELD(which, member.stop_count, STOPS)
#define TRANSFER(which, member)                                                                    \
    FIELD(which, member.id, FROM_1), FIELD(which, member.pending, ANY),                            \
        FIELD(which, member.ride, ANY), FIELD(which, member.debit, ANY),                           \
        FIELD(which, member.credit, ANY), FIELD(which, member.amount_pence, AMOUNT),               \
        FIELD(which, member.kind, ENUM_LEDGER)
#define BOOKED(which, member)                                                                      \
    ID(which, member.rider), ID(which, member.key), TRIP(which, member.trip),                      \
        FIELD(which, member.from, PLACE), FIELD(which, member.to, PLACE),                          \
        FIELD(which, member.earliest_ms, POSITIVE),                                                \
        FIELD(which, member.pickup_latest_ms, POSITIVE),                                           \
        FIELD(which, member.dropoff_latest_ms, POSITIVE),                                          \
        FIELD(which, member.ride_max_ms, POSITIVE), FIELD(which, member.promised_ms, POSITIVE),    \
        FIELD(which, member.direct_ms, POSITIVE), FIELD(which, member.direct_m, POSITIVE),         \
        FIELD(which, member.fare_pence, AMOUNT), FIELD(which, member.quote_pence, AMOUNT)
#define WALKS(which, member)                                                                       \
    FIELD(which, member.trip.walk_max_m, WALK), FIELD(which, member.trip.accessible, FLAG),        \
        FIELD(which, member.walk_from_m, WALK), FIELD(which, member.walk_to_m, WALK)
#define ADOPTED(which, member)                                                                     \
    FIELD(which, member.number, FROM_1), FIELD(which, member.hash, ANY),                           \
        FIELD(which, member.id, NAME), FIELD(which, member.name, TEXT)
#define RIDER_CLASS(which, member)                                                                 \
    FIELD(which, member.class, CLASS), FIELD(which, member.scheme, SCHEME),                        \
        FIELD(which, member.class_until_day, DAY), FIELD(which, member.scheme_until_day, DAY)
#define LINKS(which, member)                                                                       \
    FIELD(which, member.policy, ANY), FIELD(which, member.refers, ANY),                            \
        FIELD(which, member.expires_ms, POSITIVE), FIELD(which, member.area, ANY),                 \
        FIELD(which, member.linked, FLAG), FIELD(which, member.kind, ENUM_LEDGER_TODAY)
#define VISIT(which, member)                                                                       \
    FIELD(which, member.kind, ENUM_VISIT), FIELD(which, member.station, ANY),                      \
        FIELD(which, member.place, PLACE), FIELD(which, member.from_ms, POSITIVE),                 \
        FIELD(which, member.latest_ms, POSITIVE), FIELD(which, member.dwell_ms, DWELL),            \
        FIELD(which, member.power_w, POWER), FIELD(which, member.begun_ms, POSITIVE)
/* NOLINTEND(bugprone-macro-parentheses) */

const struct random_field random_fields[] = {
    FIELD(FACT_STARTED, started.epoch, ANY),
    FIELD(FACT_STARTED, started.network_digest, ANY),
    VEHICLE(FACT_VEHICLE_ENROLLED, vehicle),
    FIELD(FACT_RIDE_BOOKED, booked.ride, FROM_1),
    BOOKED(FACT_RIDE_BOOKED, booked),
    ID(FACT_RIDE_REFUSED, refused.rider),
    ID(FACT_RIDE_REFUSED, refused.key),
    TRIP(FACT_RIDE_REFUSED, refused.trip),
    FIELD(FACT_RIDE_REFUSED, refused.reason, ENUM_REFUSAL),
    PLAN(FACT_PLAN_CHANGED, plan),
    RIDE(FACT_RIDE_ARRIVED, ZERO),
    RIDE(FACT_RIDE_BOARDED, ZERO),
    RIDE(FACT_RIDE_ALIGHTED, ZERO),
    RIDE(FACT_RIDE_CANCELLED, ENUM_CANCEL),
    RIDE(FACT_RIDE_NO_SHOW, ZERO),
    FIELD(FACT_RIDE_CHARGED, charged.ride, FROM_1),
    FIELD(FACT_RIDE_CHARGED, charged.charged_pence, AMOUNT),
    FIELD(FACT_RIDE_CHARGED, charged.cap_saved_pence, AMOUNT),
    FIELD(FACT_RIDE_CHARGED, charged.travel_day, DAY),
    TRANSFER(FACT_TRANSFER, transfer),
    FIELD(FACT_SNAPSHOT, snapshot.seq, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.epoch, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.network_digest, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.next_ride, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.next_transfer, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.booked_count, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.refused_count, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.alighted_count, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.cancelled_count, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.no_show_count, ANY),
    FIELD(FACT_SNAPSHOT, snapshot.charged_pence, POSITIVE),
    FIELD(FACT_SNAPSHOT, snapshot.cap_saved_pence, POSITIVE),
    FIELD(FACT_SNAPSHOT, snapshot.digest, ANY),
    FIELD(FACT_SNAPSHOT_ACCOUNT, snapshot_account.account, NOT_LAST),
    FIELD(FACT_SNAPSHOT_ACCOUNT, snapshot_account.content.debits_pending, ACCOUNT_SUM),
    FIELD(FACT_SNAPSHOT_ACCOUNT, snapshot_account.content.debits_posted, ACCOUNT_SUM),
    FIELD(FACT_SNAPSHOT_ACCOUNT, snapshot_account.content.credits_pending, ACCOUNT_SUM),
    FIELD(FACT_SNAPSHOT_ACCOUNT, snapshot_account.content.credits_posted, ACCOUNT_SUM),
    TRANSFER(FACT_SNAPSHOT_TRANSFER, snapshot_transfer.transfer),
    FIELD(FACT_SNAPSHOT_TRANSFER, snapshot_transfer.state, ENUM_HOLD_OR_0),
    ID(FACT_SNAPSHOT_RIDER, snapshot_rider.rider),
    FIELD(FACT_SNAPSHOT_RIDER, snapshot_rider.number, ANY),
    FIELD(FACT_SNAPSHOT_RIDER, snapshot_rider.caps, CAPS),
    VEHICLE(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.enrolled),
    PLAN(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.plan),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.id, FROM_1),
    BOOKED(FACT_SNAPSHOT_RIDE, snapshot_ride),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.state, ENUM_STATE),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.cancelled_by, ENUM_CANCEL_OR_0),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.vehicle, ANY),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.booked_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.hold, ANY),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.charged_pence, AMOUNT),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.arrived_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.boarded_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.alighted_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.ended_ms, POSITIVE),
    FIELD(FACT_PLAN_CHANGED, plan.rests, REST),
    FIELD(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.plan.rests, REST),
    FIELD(FACT_ROAD_CLOSED, road.arc, NOT_LAST),
    ID(FACT_ROAD_CLOSED, road.by),
    FIELD(FACT_ROAD_CLOSED, road.reason, TEXT),
    FIELD(FACT_ROAD_OPENED, road.arc, NOT_LAST),
    ID(FACT_ROAD_OPENED, road.by),
    FIELD(FACT_SNAPSHOT_CLOSURE, snapshot_closure.arc, NOT_LAST),
    ID(FACT_SNAPSHOT_CLOSURE, snapshot_closure.by),
    FIELD(FACT_SNAPSHOT_CLOSURE, snapshot_closure.closed_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_CLOSURE, snapshot_closure.reason, TEXT),
    FIELD(FACT_RIDE_BOOKED, booked.option_count, OPTIONS),
    FIELD(FACT_RIDE_REFUSED, refused.why.constraint, ENUM_CONSTRAINT_OR_0),
    FIELD(FACT_RIDE_REFUSED, refused.why.over_ms, POSITIVE),
    FIELD(FACT_RIDE_REFUSED, refused.why.has_nearest, HAS_NEAREST),
    FIELD(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.at_ms, POSITIVE),
    ID(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.rider),
    ID(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.key),
    TRIP(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.trip),
    FIELD(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.reason, ENUM_REFUSAL),
    FIELD(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.why.constraint, ENUM_CONSTRAINT_OR_0),
    FIELD(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.why.over_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_REFUSAL, snapshot_refusal.refused.why.has_nearest, HAS_NEAREST),
    FIELD(FACT_RIDE_MOVED, moved.ride, FROM_1),
    MOVED(FACT_RIDE_MOVED, moved.moved),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.reason.option_count, OPTIONS),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.reason.moved_count, FROM_1),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.reason.moved_ms, POSITIVE),
    MOVED(FACT_SNAPSHOT_RIDE, snapshot_ride.reason.moved),
    WALKS(FACT_RIDE_BOOKED, booked),
    FIELD(FACT_RIDE_REFUSED, refused.trip.walk_max_m, WALK),
    FIELD(FACT_RIDE_REFUSED, refused.trip.accessible, FLAG),
    WALKS(FACT_SNAPSHOT_RIDE, snapshot_ride),
    FIELD(FACT_VEHICLE_ENROLLED, vehicle.battery_wh, BATTERY),
    FIELD(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.enrolled.battery_wh, BATTERY),
    FIELD(FACT_VISIT_PLANNED, visit.vehicle, NOT_LAST),
    VISIT(FACT_VISIT_PLANNED, visit.visit),
    FIELD(FACT_VISIT_BEGUN, visit.vehicle, NOT_LAST),
    FIELD(FACT_VISIT_BEGUN, visit.visit.kind, ENUM_VISIT),
    FIELD(FACT_VISIT_ENDED, visit.vehicle, NOT_LAST),
    FIELD(FACT_VISIT_ENDED, visit.visit.kind, ENUM_VISIT),
    VISIT(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.visit),
    FIELD(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.cleaned_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.inspected_ms, POSITIVE),
    FIELD(FACT_RIDE_BOOKED, booked.policy, PRICED),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.policy, PRICED),
    FIELD(FACT_VEHICLE_ENROLLED, vehicle.designed_for, ANY),
    FIELD(FACT_SNAPSHOT_VEHICLE, snapshot_vehicle.enrolled.designed_for, ANY),
    ADOPTED(FACT_POLICY_ADOPTED, policy),
    ADOPTED(FACT_SNAPSHOT_POLICY, snapshot_policy.policy),
    FIELD(FACT_SNAPSHOT_POLICY, snapshot_policy.adopted_ms, POSITIVE),
    ID(FACT_RIDER_CLASS, rider_class.rider),
    ID(FACT_RIDER_CLASS, rider_class.by),
    RIDER_CLASS(FACT_RIDER_CLASS, rider_class.class),
    RIDER_CLASS(FACT_SNAPSHOT_RIDER, snapshot_rider.class),
    LINKS(FACT_TRANSFER, transfer),
    LINKS(FACT_SNAPSHOT_TRANSFER, snapshot_transfer.transfer),
    FIELD(FACT_SNAPSHOT_TRANSFER, snapshot_transfer.transfer.at_ms, POSITIVE),
    FIELD(FACT_SNAPSHOT, snapshot.form, ANY),
    FIELD(FACT_TRANSFERS, transfers.count, GROUP),
    FIELD(FACT_RIDE_CHARGED, charged.vat_permille, RATE),
    FIELD(FACT_RIDE_CHARGED, charged.compensation_pence, AMOUNT),
    FIELD(FACT_RIDE_FEE, fee.ride, FROM_1),
    FIELD(FACT_RIDE_FEE, fee.fee_pence, AMOUNT),
    FIELD(FACT_RIDE_FEE, fee.vat_permille, RATE),
    FIELD(FACT_RIDE_REFUNDED, refunded.ride, FROM_1),
    ID(FACT_RIDE_REFUNDED, refunded.by),
    FIELD(FACT_RIDE_REFUNDED, refunded.refund, REFUND),
    FIELD(FACT_RIDE_REFUNDED, refunded.fall_pence, AMOUNT),
    FIELD(FACT_RIDE_REFUNDED, refunded.reason, TEXT),
    FIELD(FACT_SNAPSHOT_RIDE, snapshot_ride.bill, BILL),
    FIELD(FACT_SNAPSHOT, snapshot.next_payment, ANY),
    ID(FACT_PAYMENT_DUE, payment_due.rider),
    FIELD(FACT_PAYMENT_DUE, payment_due.payment, FROM_1),
    FIELD(FACT_PAYMENT_DUE, payment_due.kind, ENUM_PAYMENT_KIND),
    FIELD(FACT_PAYMENT_DUE, payment_due.travel_day, DAY),
    FIELD(FACT_PAYMENT_DUE, payment_due.amount_pence, AMOUNT),
    ID(FACT_PAYMENT_CHANGED, payment_changed.rider),
    FIELD(FACT_PAYMENT_CHANGED, payment_changed.payment, FROM_1),
    FIELD(FACT_PAYMENT_CHANGED, payment_changed.state, ENUM_PAYMENT_STATE),
    FIELD(FACT_PAYMENT_CHANGED, payment_changed.reference, TEXT),
    FIELD(FACT_PAYMENT_CHANGED, payment_changed.agreement, TEXT),
    FIELD(FACT_PAYMENT_CHANGED, payment_changed.code, TEXT),
    FIELD(FACT_PAYMENT_CHANGED, payment_changed.transfer, ANY),
    ID(FACT_PAYMENT_RECORDED, payment_recorded.rider),
    ID(FACT_PAYMENT_RECORDED, payment_recorded.by),
    FIELD(FACT_PAYMENT_RECORDED, payment_recorded.amount_pence, AMOUNT),
    FIELD(FACT_PAYMENT_RECORDED, payment_recorded.bank_reference, TEXT),
    FIELD(FACT_PAYMENT_RECORDED, payment_recorded.transfer, ANY),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.rider_number, ANY),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.id, FROM_1),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.kind, ENUM_PAYMENT_KIND),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.state, ENUM_PAYMENT_STATE),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.travel_day, DAY),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.amount_pence, AMOUNT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.reference, TEXT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.agreement, TEXT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.last.code, TEXT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.agreement, TEXT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.failures, ANY),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.paid, TEXT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.paid_pence, AMOUNT),
    FIELD(FACT_SNAPSHOT_PAYMENT, snapshot_payment.account.refunded_pence, AMOUNT),
    FIELD(FACT_SNAPSHOT_RECEIPT, snapshot_receipt.bank_reference, TEXT),
    FIELD(FACT_SNAPSHOT_RECEIPT, snapshot_receipt.rider_number, ANY),
    FIELD(FACT_SNAPSHOT_RECEIPT, snapshot_receipt.amount_pence, AMOUNT),
    FIELD(FACT_WORK, work, WORK),
    FIELD(FACT_SNAPSHOT_WORK, snapshot_work.last, WORK),
    FIELD(FACT_SNAPSHOT_WORK, snapshot_work.unposted, FLAG),
    FIELD(FACT_SNAPSHOT_WORK, snapshot_work.ride_count, WORK_SINCE),
    FIELD(FACT_PERIOD_BEGUN, period_begun, DAY),
    FIELD(FACT_SETTLEMENT_PROPOSED, proposed.period, DAY),
    ID(FACT_SETTLEMENT_PROPOSED, proposed.by),
    FIELD(FACT_SETTLEMENT_PROPOSED, proposed.outcome, OUTCOME),
    FIELD(FACT_SETTLEMENT_APPROVED, approved.period, DAY),
    ID(FACT_SETTLEMENT_APPROVED, approved.by),
    FIELD(FACT_SETTLEMENT_APPROVED, approved.digest, ANY),
    FIELD(FACT_SETTLEMENT_APPROVED, approved.count, CLOSING),
    FIELD(FACT_SETTLEMENT_APPROVED, approved.transfers, SET_BEFORE),
    FIELD(FACT_SNAPSHOT_PERIOD, snapshot_period, BOOKS),
    FIELD(FACT_PLACES_SET, places.kind, ENUM_PLACES),
    FIELD(FACT_PLACES_SET, places.count, ANY),
    ID(FACT_PLACES_SET, places.by),
    FIELD(FACT_PLACES_SET, places.reason, TEXT),
};

const size_t random_field_count = sizeof random_fields / sizeof random_fields[0];
