/* One table of every field of every fact: by it facts are made and compared. New fields go to its
 * end, so that those of before keep their values in test_golden.c. */
#include "random_fact.h"

#include "core/stations.h"

#include <stddef.h>
#include <string.h>

#include "random_money.h"

enum range {
    ANY, /* all values of an unsigned integer */
    FROM_1,
    NOT_LAST, /* all but the highest: ids and nodes */
    POSITIVE, /* int64_t from 0 */
    TIME,     /* up to the year 2100 */
    AMOUNT,
    ACCOUNT_SUM,
    DAY, /* any int32_t */
    SEATS,
    PARTY, /* set with wheelchairs */
    WALK,  /* metres */
    FLAG,
    PLACE,
    POINT,
    STOPS,
    REST,      /* set with the place */
    ENUM_STOP, /* enums: from 1 to their last */
    ENUM_REFUSAL,
    ENUM_STATE,
    ENUM_CANCEL,
    ENUM_CANCEL_OR_0,
    ENUM_LEDGER,
    ENUM_HOLD_OR_0,
    ZERO,
    TEXT,
    OPTION,      /* a struct reason_option */
    OPTIONS,     /* set with the array behind it */
    HAS_NEAREST, /* set with the option */
    ENUM_CONSTRAINT_OR_0,
    ENUM_MOVE,
    PRICED, /* the policy's number, set with the fare behind it; or 0 */
    NAME,   /* a text that is not empty */
    CLASS,
    SCHEME,
    ENUM_LEDGER_TODAY,
    GROUP, /* set with the transfers behind it */
    CAPS,
    RATE,
    REFUND,
    BILL,
    ENUM_VISIT,
    BATTERY,
    DWELL,
    POWER,
    ENUM_PAYMENT_KIND,
    ENUM_PAYMENT_STATE,
    WORK,       /* a struct fact_work */
    WORK_SINCE, /* set with all that stands behind it */
};

struct field {
    enum fact_kind kind;
    const char *name;
    size_t offset;
    size_t size;
    enum range range;
};

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

static const struct field fields[] = {
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
};

/* From a refusal's flag to its option. */
#define NEAREST_AT                                                                                 \
    (offsetof(struct reason_refused, nearest) - offsetof(struct reason_refused, has_nearest))

/* From a policy's number to the fare. */
#define FARE_AT (offsetof(struct fact_booked, fare) - offsetof(struct fact_booked, policy))
_Static_assert(FARE_AT == offsetof(struct ride, fare) - offsetof(struct ride, policy), "alike");
/* From a snapshot of work to the numbers that it ends with. */
#define SINCE_AT offsetof(struct fact_snapshot_work, ride_count)

/* From a group's count to its transfers. */
#define GROUP_AT                                                                                   \
    (offsetof(struct fact_transfers, transfers) - offsetof(struct fact_transfers, count))

/* From a plan's flag to its place. */
#define REST_AT (offsetof(struct fact_plan, rest) - offsetof(struct fact_plan, rests))

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

static struct geo_point draw_point(struct random *random)
{
    return (struct geo_point){
        (int32_t)(random_money_draw(random, 0, 1800000000) - 900000000),
        (int32_t)((int64_t)random_money_draw(random, 0, 3600000000) - 1800000000),
    };
}

static struct road_place draw_place(struct random *random)
{
    uint32_t index = (uint32_t)random_money_draw(random, 0, ROAD_NONE - 1);
    if (random_next(random) % 2 == 0)
        return (struct road_place){index, ROAD_NONE, 0};
    return (struct road_place){ROAD_NONE, index, (int32_t)random_money_draw(random, 1, 999)};
}

static uint64_t enum_last(enum range range)
{
    switch (range) {
    case ENUM_STOP:
        return STOP_DROPOFF;
    case ENUM_REFUSAL:
        return REFUSAL_COUNT - 1;
    case ENUM_STATE:
        return RIDE_STATE_COUNT - 1;
    case ENUM_CANCEL:
    case ENUM_CANCEL_OR_0:
        return CANCEL_BY_SERVICE;
    case ENUM_LEDGER:
        return LEDGER_VOID; /* what there was first */
    case ENUM_LEDGER_TODAY:
        return LEDGER_EXPIRE;
    case ENUM_CONSTRAINT_OR_0:
        return REASON_CONSTRAINT_COUNT - 1;
    case ENUM_MOVE:
        return REASON_MOVE_COUNT - 1;
    case ENUM_PAYMENT_KIND:
        return PAYMENT_KIND_COUNT - 1;
    case ENUM_PAYMENT_STATE:
        return PAYMENT_STATE_COUNT - 1;
    default:
        return LEDGER_HOLD_VOIDED;
    }
}

static uint64_t draw_number(struct random *random, enum range range, size_t size)
{
    uint64_t last = size == 8 ? UINT64_MAX : (UINT64_C(1) << size * 8) - 1;
    switch (range) {
    case ANY:
    case DAY:
        return random_money_draw(random, 0, last);
    case FROM_1:
        return random_money_draw(random, 1, last);
    case NOT_LAST:
        return random_money_draw(random, 0, last - 1);
    case ENUM_VISIT:
        return random_money_draw(random, STOP_CHARGE, STOP_KIND_COUNT - 1);
    case BATTERY:
        return random_money_draw(random, 0, BATTERY_MAX_WH);
    case DWELL:
        return random_money_draw(random, 0, VISIT_MAX_MS);
    case POWER:
        return random_money_draw(random, 0, STATION_POWER_MAX_W);
    case POSITIVE:
        return random_money_draw(random, 0, INT64_MAX);
    case TIME:
        return random_money_draw(random, 0, 4102444800000);
    case RATE:
        return random_money_draw(random, 0, 1000);
    case AMOUNT:
        return random_money_draw(random, 0, PENCE_MAX);
    case ACCOUNT_SUM:
        return random_money_draw(random, 0, UINT64_C(1) << 62);
    case SEATS:
        return random_money_draw(random, 0, SEATS_MAX);
    case PARTY:
        return random_money_draw(random, 1, PARTY_MAX);
    case WALK:
        return random_money_draw(random, 0, TRIP_WALK_MAX_M);
    case CLASS:
        return random_money_draw(random, 0, POLICY_CLASSES_MAX - 1);
    case SCHEME:
        return random_money_draw(random, 0, POLICY_SCHEMES_MAX);
    case FLAG:
        return random_money_draw(random, 0, 1);
    case ZERO:
        return 0;
    case ENUM_CANCEL_OR_0:
    case ENUM_HOLD_OR_0:
    case ENUM_CONSTRAINT_OR_0:
        return random_money_draw(random, 0, enum_last(range));
    default:
        return random_money_draw(random, 1, enum_last(range));
    }
}

static struct reason_option draw_option(struct random *random)
{
    return (struct reason_option){
        .vehicle.value = (uint32_t)random_money_draw(random, 0, UINT32_MAX),
        .vehicle_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .wait_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .ride_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .others_wait_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .others_ride_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .pickup_ms = (int64_t)random_money_draw(random, 0, UINT64_MAX),
        .cost = (int64_t)random_money_draw(random, 0, UINT64_MAX),
    };
}

/* A count, and the options behind it. */
struct options {
    uint32_t count;
    struct reason_option options[REASON_OPTIONS_MAX];
};
_Static_assert(offsetof(struct options, options) == offsetof(struct reason, options),
               "as in struct reason");
_Static_assert(offsetof(struct fact_booked, options) - offsetof(struct fact_booked, option_count) ==
                   offsetof(struct options, options),
               "as in struct fact_booked");

/* True where the range is one of these, and was filled. */
static bool fill_reason(struct random *random, enum range range, uint8_t *at)
{
    if (range == OPTION) {
        struct reason_option option = draw_option(random);
        memcpy(at, &option, sizeof option);
    } else if (range == OPTIONS) {
        struct options *options = (void *)at;
        options->count = (uint32_t)random_money_draw(random, 0, REASON_OPTIONS_MAX);
        for (uint32_t i = 0; i < options->count; i++)
            options->options[i] = draw_option(random);
    } else if (range == HAS_NEAREST) {
        struct reason_refused *why = (void *)(at - offsetof(struct reason_refused, has_nearest));
        why->has_nearest = random_money_draw(random, 0, 1) == 1;
        if (why->has_nearest)
            why->nearest = draw_option(random);
    } else {
        return false;
    }
    return true;
}

static bool fill_whole(struct random *random, enum range range, uint8_t *at)
{
    if (range == REFUND)
        random_money_refund(random, (void *)at);
    else if (range == BILL)
        random_money_bill(random, (void *)at);
    else if (range == WORK)
        random_money_work(random, (void *)at);
    else if (range == WORK_SINCE)
        random_money_since(random, (void *)(at - SINCE_AT));
    else if (range == CAPS)
        random_money_caps(random, (void *)at);
    else if (range == GROUP)
        random_money_group(random, (void *)(at - offsetof(struct fact_transfers, count)));
    else if (range == POINT)
        *(struct geo_point *)(void *)at = draw_point(random);
    else if (range == PLACE)
        *(struct road_place *)(void *)at = draw_place(random);
    else
        return false;
    return true;
}

static void fill(struct random *random, const struct field *field, uint8_t *at)
{
    if (fill_whole(random, field->range, at) || fill_reason(random, field->range, at))
        return;
    if (field->range == PRICED) {
        *(uint32_t *)(void *)at = (uint32_t)random_money_draw(random, 0, UINT32_MAX);
        if (*(uint32_t *)(void *)at != 0)
            random_money_fare(random, (void *)(at + FARE_AT));
        return;
    }
    if (field->range == STOPS) {
        struct fact_plan *plan = (void *)(at - offsetof(struct fact_plan, stop_count));
        plan->stop_count = (uint32_t)random_money_draw(random, 0, PLAN_STOPS_MAX);
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            plan->stops[i].ride.value = random_money_draw(random, 1, UINT64_MAX);
            plan->stops[i].kind = (enum stop_kind)random_money_draw(random, 1, 2);
        }
        return;
    }
    if (field->range == REST) {
        struct fact_plan *plan = (void *)(at - offsetof(struct fact_plan, rests));
        plan->rests = random_money_draw(random, 0, 1) == 1;
        if (plan->rests)
            plan->rest = draw_place(random);
        return;
    }
    if (field->range == TEXT || field->range == NAME) { /* the rest stays zeroed, with the NUL */
        memset(at, 'x',
               (size_t)random_money_draw(random, field->range == NAME ? 1 : 0, field->size - 1));
        return;
    }
    size_t step = field->size > 8 ? 8 : field->size; /* an array of 64-bit counts */
    for (size_t done = 0; done < field->size; done += step) {
        uint64_t number = draw_number(random, field->range, step);
        memcpy(at + done, &number, step); /* little-endian, as every machine this runs on */
    }
}

static void fit_wheelchairs(struct trip *trip)
{
    if (trip->wheelchairs > trip->party)
        trip->wheelchairs = trip->party;
}

void random_fact(struct random *random, enum fact_kind kind, struct fact *fact)
{
    memset(fact, 0, sizeof *fact);
    fact->seq = random_money_draw(random, kind < FACT_SNAPSHOT ? 1 : 0, UINT64_MAX);
    fact->at_ms = (int64_t)random_money_draw(random, 0, INT64_MAX);
    fact->kind = kind;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (fields[i].kind == kind)
            fill(random, &fields[i], (uint8_t *)fact + fields[i].offset);
    }
    if (kind == FACT_TRANSFER)
        random_money_fit(&fact->transfer);
    if (kind == FACT_SNAPSHOT_TRANSFER)
        random_money_fit(&fact->snapshot_transfer.transfer);
    if (kind == FACT_RIDE_BOOKED)
        fit_wheelchairs(&fact->booked.trip);
    if (kind == FACT_RIDE_REFUSED)
        fit_wheelchairs(&fact->refused.trip);
    if (kind == FACT_SNAPSHOT_REFUSAL)
        fit_wheelchairs(&fact->snapshot_refusal.refused.trip);
    if (kind == FACT_SNAPSHOT_RIDE)
        fit_wheelchairs(&fact->snapshot_ride.trip);
}

static bool stops_equal(const struct fact_plan *a, const struct fact_plan *b)
{
    if (a->stop_count != b->stop_count)
        return false;
    for (uint32_t i = 0; i < a->stop_count; i++) {
        if (a->stops[i].ride.value != b->stops[i].ride.value ||
            a->stops[i].kind != b->stops[i].kind)
            return false;
    }
    return true;
}

const char *random_fact_difference(const struct fact *a, const struct fact *b)
{
    if (a->seq != b->seq || a->at_ms != b->at_ms || a->kind != b->kind)
        return "seq, at_ms or kind";
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const uint8_t *in_a = (const uint8_t *)a + fields[i].offset;
        const uint8_t *in_b = (const uint8_t *)b + fields[i].offset;
        size_t into_plan = offsetof(struct fact_plan, stop_count);
        if (fields[i].kind != a->kind)
            continue;
        if (fields[i].range == REST &&
            memcmp(in_a + REST_AT, in_b + REST_AT, sizeof(struct road_place)) != 0)
            return "rest";
        if (fields[i].range == WORK_SINCE &&
            memcmp(in_a, in_b, sizeof a->snapshot_work - SINCE_AT) != 0)
            return "work since";
        if (fields[i].range == GROUP &&
            memcmp(in_a + GROUP_AT, in_b + GROUP_AT, sizeof a->transfers.transfers) != 0)
            return "transfers";
        if (fields[i].range == PRICED &&
            memcmp(in_a + FARE_AT, in_b + FARE_AT, sizeof(struct fare)) != 0)
            return "fare";
        if (fields[i].range == OPTIONS && memcmp(in_a, in_b, sizeof(struct options)) != 0)
            return "options";
        if (fields[i].range == HAS_NEAREST &&
            memcmp(in_a + NEAREST_AT, in_b + NEAREST_AT, sizeof(struct reason_option)) != 0)
            return "nearest";
        if (fields[i].range == STOPS
                ? !stops_equal((const void *)(in_a - into_plan), (const void *)(in_b - into_plan))
                : memcmp(in_a, in_b, fields[i].size) != 0)
            return fields[i].name;
    }
    return NULL;
}
