/* Facts: what happened and counts. They are the journal, in order of `seq`; an acknowledged fact is
 * durable. Facts are outcomes, not inputs: applying them needs no map, no matcher and no clock, so
 * that a new release reads an old journal.
 *
 * A snapshot is a shorter journal that leads to the same state: the facts from FACT_SNAPSHOT on,
 * which never stand in a journal itself. */
#ifndef CORE_FACT_H
#define CORE_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bill.h"
#include "core/caps.h"
#include "core/cost.h"
#include "core/fare.h"
#include "core/ids.h"
#include "core/ledger.h"
#include "core/limits.h"
#include "core/payment.h"
#include "core/reason.h"
#include "core/settlement.h"
#include "core/trip.h"
#include "road/place.h"

enum fact_kind {
    FACT_NONE,
    FACT_STARTED,          /* a dispatcher took over: a new epoch */
    FACT_VEHICLE_ENROLLED, /* a vehicle joined the fleet, or its equipment or shift changed */
    FACT_RIDE_BOOKED,
    FACT_RIDE_REFUSED,
    FACT_PLAN_CHANGED,  /* the stops before a vehicle; assigns the rides picked up in it */
    FACT_RIDE_ARRIVED,  /* the vehicle stands at the pick-up */
    FACT_RIDE_BOARDED,  /* its pick-up stop is done */
    FACT_RIDE_ALIGHTED, /* its drop-off stop is done; the ride has ended */
    FACT_RIDE_CANCELLED,
    FACT_RIDE_NO_SHOW,
    FACT_RIDE_CHARGED,   /* what the rider pays, and how much the caps saved */
    FACT_TRANSFER,       /* in the ledger */
    FACT_ROAD_CLOSED,    /* one direction of a piece of road may not be driven */
    FACT_ROAD_OPENED,    /* ... and may again */
    FACT_RIDE_MOVED,     /* why a ride went to another place in the plans, which then follow */
    FACT_VISIT_PLANNED,  /* a vehicle has a slot at a station; its plan with the stop follows */
    FACT_VISIT_BEGUN,    /* it stands there */
    FACT_VISIT_ENDED,    /* it may leave; the stop is done */
    FACT_POLICY_ADOPTED, /* what rides cost from here on rests on another policy */
    FACT_RIDER_CLASS,    /* an operator says what class a rider is of, and what scheme */
    FACT_TRANSFERS,      /* in the ledger, linked: all or nothing */
    FACT_RIDE_FEE,       /* what the rider pays for a ride that did not take place */
    FACT_RIDE_REFUNDED,
    FACT_PAYMENT_DUE,     /* a rider is to pay, or to get back, before anybody is asked for it */
    FACT_PAYMENT_CHANGED, /* the provider has it, or how it ended, with the transfer of the money */
    FACT_PAYMENT_RECORDED, /* money that came in by bank, with its transfer */
    FACT_WORK, /* what the fleet did in a round, and what that costs; its transfers follow */
    FACT_PERIOD_BEGUN,        /* a civil month: transfers belong to it from here on */
    FACT_SETTLEMENT_PROPOSED, /* what a month that is over would come to */
    FACT_SETTLEMENT_APPROVED, /* ... and, by another person, what it came to, with its transfers */
    FACT_PLACES_SET, /* an officer's zones, or waiting places, took the place of those before */

    FACT_SNAPSHOT, /* begins a snapshot: counters and statistics */
    FACT_SNAPSHOT_ACCOUNT,
    FACT_SNAPSHOT_TRANSFER,
    FACT_SNAPSHOT_RIDER,
    FACT_SNAPSHOT_VEHICLE,
    FACT_SNAPSHOT_RIDE,
    FACT_SNAPSHOT_CLOSURE,
    FACT_SNAPSHOT_REFUSAL,
    FACT_SNAPSHOT_POLICY,
    FACT_SNAPSHOT_PAYMENT, /* how a rider pays */
    FACT_SNAPSHOT_RECEIPT,
    FACT_SNAPSHOT_WORK,
    FACT_SNAPSHOT_PERIOD, /* the books of a month */
    FACT_KIND_COUNT,
};

/* For riders; and visits, for the vehicle itself, without riders aboard. */
enum stop_kind {
    STOP_PICKUP = 1,
    STOP_DROPOFF,
    STOP_CHARGE,
    STOP_CLEAN,
    STOP_INSPECT,
    STOP_KIND_COUNT,
};

static inline bool fact_is_visit(enum stop_kind kind)
{
    return kind >= STOP_CHARGE;
}

struct plan_stop {
    struct ride_id ride; /* none of a visit */
    enum stop_kind kind;
};

/* A slot at a station (core/stations.h). A vehicle has one visit before it at the most. */
struct visit {
    enum stop_kind kind; /* a visit's; 0: there is none, and all is 0 */
    uint32_t station;    /* its number */
    struct road_place place;
    int64_t from_ms;   /* the slot begins, and not before the visit; */
    int64_t latest_ms; /* the vehicle arrives at the latest, */
    int64_t dwell_ms;  /* and stands so long; to VISIT_MAX_MS */
    int64_t power_w;   /* CHARGE: what it charges with; else 0 */
    int64_t begun_ms;  /* when it arrived; 0 until then */
};

#define VISIT_MAX_MS (INT64_C(24) * 3600 * 1000)

enum ride_state {
    RIDE_NONE,
    RIDE_BOOKED,  /* accepted; with a vehicle unless that was lost */
    RIDE_ARRIVED, /* its vehicle stands at the pick-up */
    RIDE_ABOARD,
    RIDE_ALIGHTED, /* ended, charged */
    RIDE_CANCELLED,
    RIDE_NO_SHOW,
    RIDE_STATE_COUNT,
};

enum cancel_by { CANCEL_BY_RIDER = 1, CANCEL_BY_OPERATOR, CANCEL_BY_SERVICE };

/* A ride as the durable state holds it. */
struct ride {
    struct ride_id id;
    struct rider_id rider;
    struct booking_key key;
    struct trip trip;       /* as asked for */
    struct road_place from; /* where it begins: the asked place, or a meeting point */
    struct road_place to;
    int32_t walk_from_m; /* to `from`; 0 to trip.walk_max_m, as below */
    int32_t walk_to_m;   /* from `to` */
    enum ride_state state;
    enum cancel_by cancelled_by;
    struct vehicle_id vehicle; /* assigned, or VEHICLE_NONE */
    int64_t booked_ms;         /* when it was booked */
    int64_t earliest_ms;       /* earliest boarding: after the walk */
    int64_t pickup_latest_ms;  /* the vehicle's arrival, never broken once given */
    int64_t dropoff_latest_ms; /* ditto at the drop-off; INT64_MAX where there is none */
    int64_t ride_max_ms;       /* from departure at the pick-up to arrival at the drop-off */
    int64_t promised_ms;       /* pick-up time told at booking */
    int64_t direct_ms;         /* shortest drive that the fare is for, when booked */
    int64_t direct_m;
    uint32_t policy;     /* number of the policy that it was priced by; 0 not known */
    struct fare fare;    /* how the fare came about; all 0 where the policy is 0 */
    int64_t fare_pence;  /* by the tariff, before concession and caps */
    int64_t quote_pence; /* the most the rider pays; held in the ledger */
    uint64_t hold; /* open LEDGER_HOLD of the quote, set and cleared by FACT_TRANSFER; 0 none */
    int64_t charged_pence;
    int64_t arrived_ms; /* 0 until it happened, as all below */
    int64_t boarded_ms;
    int64_t alighted_ms;
    int64_t ended_ms;
    struct bill bill;
    struct reason reason;
};

/* One direction of one piece of road that may not be driven. */
struct closure {
    uint32_t arc;
    struct rider_id by; /* the operator who closed it */
    int64_t closed_ms;
    char reason[CLOSURE_REASON_MAX]; /* as the operator gave it, UTF-8; zeroed behind its end */
};

struct fact_started {
    uint64_t epoch;          /* one more than the last */
    uint64_t network_digest; /* road_network_digest(): the places below are on this network */
};

struct fact_vehicle {
    struct vehicle_id vehicle;
    uint8_t seats;             /* 0 to SEATS_MAX */
    uint8_t wheelchair_spaces; /* 0 to SEATS_MAX */
    uint8_t designed_for;      /* people; 0: as many as seats and spaces (core/kinds.h) */
    int64_t from_ms;           /* its shift; nobody boards after until_ms */
    int64_t until_ms;
    struct road_place home;
    int64_t battery_wh; /* 0: it has none that counts; to BATTERY_MAX_WH */
};

struct fact_booked {
    struct ride_id ride;
    struct rider_id rider;
    struct booking_key key;
    struct trip trip;
    struct road_place from;
    struct road_place to;
    int32_t walk_from_m;
    int32_t walk_to_m;
    int64_t earliest_ms;
    int64_t pickup_latest_ms;
    int64_t dropoff_latest_ms;
    int64_t ride_max_ms;
    int64_t promised_ms;
    int64_t direct_ms;
    int64_t direct_m;
    uint32_t policy;
    struct fare fare;
    int64_t fare_pence;
    int64_t quote_pence;
    uint32_t option_count; /* as in struct reason */
    struct reason_option options[REASON_OPTIONS_MAX];
};

struct fact_refused {
    struct rider_id rider;
    struct booking_key key;
    struct trip trip;
    enum refusal reason;
    struct reason_refused why;
};

struct fact_moved {
    struct ride_id ride;
    struct reason_moved moved;
};

/* All stops still before the vehicle, in driving order. */
struct fact_plan {
    struct vehicle_id vehicle;
    uint32_t plan_id;  /* rises when a vehicle without stops gets some */
    uint32_t revision; /* rises with each change of one plan */
    uint32_t stop_count;
    struct plan_stop stops[PLAN_STOPS_MAX];
    bool rests;             /* without stops it goes to ... */
    struct road_place rest; /* ... and waits there; all 0 if not */
};

/* VISIT_PLANNED; BEGUN and ENDED say the kind, and nothing more of the visit. */
struct fact_visit {
    struct vehicle_id vehicle;
    struct visit visit;
};

/* ARRIVED, BOARDED, ALIGHTED, CANCELLED, NO_SHOW */
struct fact_ride {
    struct ride_id ride;
    struct vehicle_id vehicle;
    enum cancel_by by; /* CANCELLED only, else 0 */
};

struct fact_charged {
    struct ride_id ride;
    int64_t charged_pence;   /* at most the quote */
    int64_t cap_saved_pence; /* fare less concession less charge */
    int32_t travel_day;
    int32_t vat_permille;       /* on the net amount: 0 to 1000 */
    int64_t compensation_pence; /* given back at once for lateness, at most the charge */
};

/* After CANCELLED by the rider, or NO_SHOW. */
struct fact_fee {
    struct ride_id ride;
    int64_t fee_pence;    /* 1 to the quote */
    int32_t vat_permille; /* as above */
};

struct fact_refunded {
    struct ride_id ride;
    struct rider_id by; /* the finance officer */
    struct bill_refund refund;
    int64_t fall_pence; /* what the total under the caps falls by: 0 unless all is refunded */
    char reason[REFUND_REASON_MAX]; /* zeroed behind its end */
};

/* ROAD_CLOSED, ROAD_OPENED */
struct fact_road {
    uint32_t arc;
    struct rider_id by;              /* the operator */
    char reason[CLOSURE_REASON_MAX]; /* CLOSED only, else empty; zeroed behind its end */
};

enum places_kind {
    PLACES_ZONES = 1, /* core/zones.h */
    PLACES_PARKING,   /* core/parking.h */
    PLACES_KIND_COUNT,
};

/* What they are is not in the facts: whoever runs the dispatcher keeps it, as at its start. */
struct fact_places {
    enum places_kind kind;
    uint32_t count;
    struct rider_id by;              /* the officer */
    char reason[CLOSURE_REASON_MAX]; /* what was published; zeroed behind its end */
};

struct fact_transfers {
    uint32_t count;                                     /* 2 to LEDGER_GROUP_MAX */
    struct ledger_transfer transfers[LEDGER_GROUP_MAX]; /* at_ms is the fact's */
};

/* The running policy is another than before. */
struct fact_policy {
    uint32_t number; /* one more than the last, from 1 */
    uint8_t hash[POLICY_HASH_SIZE];
    char id[POLICY_ID_MAX]; /* zeroed behind its end, as name */
    char name[POLICY_TEXT_MAX];
};

/* What an operator knows of a rider; of the built-in class and no scheme where nothing is said. */
struct rider_class {
    uint8_t class;            /* below POLICY_CLASSES_MAX; 0 the first, which needs no proof */
    uint8_t scheme;           /* 0 none, to POLICY_SCHEMES_MAX */
    int32_t class_until_day;  /* last travel day; then the class is 0 */
    int32_t scheme_until_day; /* ... and the scheme is none */
};

struct fact_rider_class {
    struct rider_id rider;
    struct rider_id by; /* the operator */
    struct rider_class class;
};

struct fact_payment_due {
    struct rider_id rider;
    uint64_t payment; /* the next number */
    enum payment_kind kind;
    int32_t travel_day;
    int64_t amount_pence; /* 1 to PAYMENT_MOST_PENCE (a bill: PENCE_MAX); END: 0 */
};

/* The transfer is in the same fact, so that an outcome without its money, or money twice, cannot
 * be in any journal, however it is cut. */
struct fact_payment_changed {
    struct rider_id rider;
    uint64_t payment;
    enum payment_state state;
    char reference[PAYMENT_REFERENCE_MAX]; /* SUBMITTED, DONE: the provider's, "" none */
    char agreement[PAYMENT_REFERENCE_MAX]; /* SET_UP: the one to be used once it is done */
    char code[PAYMENT_CODE_MAX];           /* FAILED */
    uint64_t
        transfer; /* DONE, where money moves: the ledger's id of bank -> rider or back; else 0 */
};

struct fact_payment_recorded {
    struct rider_id rider;
    struct rider_id by; /* the finance officer */
    int64_t amount_pence;
    char bank_reference[PAYMENT_BANK_MAX];
    uint64_t transfer; /* the ledger's id of bank -> rider */
};

/* What one rate makes of a round's work (core/cost.h). */
struct work_line {
    enum policy_cost_category category;
    enum policy_unit unit;
    uint32_t area; /* the supplier's; 0 none */
    int64_t rate_millipence;
    int64_t pence; /* due now; 0 posts nothing */
    int64_t rest;  /* what waits for the next round */
};

/* Of the whole fleet. The first of all has no length: reckoning begins. */
struct fact_work {
    int64_t from_ms; /* the end of the round before; */
    int64_t until_ms;
    uint32_t policy;
    int64_t work[COST_WORK_COUNT]; /* 0 to COST_WORK_MAX each */
    uint32_t line_count;           /* 0 to POLICY_COSTS_A_DAY, no category and unit twice */
    struct work_line lines[POLICY_COSTS_A_DAY];
};

struct fact_proposed {
    int32_t period;
    struct rider_id by; /* the finance officer */
    struct settlement_outcome outcome;
};

struct fact_approved {
    int32_t period;
    struct rider_id by;                                         /* another one */
    uint64_t digest;                                            /* of the proposal */
    uint32_t count;                                             /* 0 to SETTLEMENT_TRANSFERS_MAX */
    struct ledger_transfer transfers[SETTLEMENT_TRANSFERS_MAX]; /* at_ms is the fact's */
};

struct fact_snapshot {
    uint64_t seq; /* of the last fact in it */
    uint64_t epoch;
    uint64_t network_digest;
    uint64_t next_ride;
    uint64_t next_transfer;
    uint64_t booked_count; /* statistics since the journal began */
    uint64_t refused_count[REFUSAL_COUNT];
    uint64_t alighted_count;
    uint64_t cancelled_count;
    uint64_t no_show_count;
    int64_t charged_pence;
    int64_t cap_saved_pence;
    uint64_t digest; /* of the state that the whole snapshot leads to */
    uint32_t form;   /* STATE_FORM of the release that wrote it */
    uint64_t next_payment;
};

struct fact_snapshot_account {
    uint32_t account;
    struct ledger_account content;
};

struct fact_snapshot_transfer {
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
};

struct fact_snapshot_rider {
    struct rider_id rider;
    uint32_t number; /* LEDGER_RIDERS + number is the rider's account */
    struct cap_account caps;
    struct rider_class class;
};

struct fact_snapshot_policy {
    struct fact_policy policy;
    int64_t adopted_ms;
};

/* Only once reckoning has begun. */
struct fact_snapshot_work {
    struct fact_work last; /* its lines are in the ledger, or not yet */
    bool unposted;
    int64_t ride_count; /* brought to their end since, as below */
    int64_t cleaned_count;
    int64_t inspected_count;
    int64_t bought_mwh;
    int64_t rests[POLICY_COST_CATEGORIES][POLICY_UNIT_COUNT]; /* as core/cost.h holds them */
};

struct fact_snapshot_vehicle {
    struct fact_vehicle enrolled;
    struct fact_plan plan;
    struct visit visit;
    int64_t cleaned_ms; /* when a visit of this kind last ended; 0 never */
    int64_t inspected_ms;
};

struct fact_snapshot_refusal {
    int64_t at_ms;
    struct fact_refused refused;
};

struct fact_snapshot_payment {
    uint32_t rider_number;
    struct payment_account account;
};

struct fact {
    uint64_t seq;  /* 1, 2, 3 ... without a hole */
    int64_t at_ms; /* since 1970-01-01 UTC; never falls from one fact to the next */
    enum fact_kind kind;
    union {
        struct fact_started started;
        struct fact_vehicle vehicle;
        struct fact_booked booked;
        struct fact_refused refused;
        struct fact_plan plan;
        struct fact_ride ride;
        struct fact_charged charged;
        struct fact_fee fee;
        struct fact_refunded refunded;
        struct fact_moved moved;
        struct fact_visit visit;
        struct ledger_transfer transfer; /* at_ms is the fact's */
        struct fact_transfers transfers;
        struct fact_road road;
        struct fact_places places;
        struct fact_policy policy;
        struct fact_rider_class rider_class;
        struct fact_work work;
        int32_t period_begun; /* as in struct settlement_books, ditto below */
        struct fact_proposed proposed;
        struct fact_approved approved;
        struct fact_snapshot snapshot;
        struct fact_snapshot_account snapshot_account;
        struct fact_snapshot_transfer snapshot_transfer;
        struct fact_snapshot_rider snapshot_rider;
        struct fact_snapshot_vehicle snapshot_vehicle;
        struct ride snapshot_ride;
        struct closure snapshot_closure;
        struct fact_snapshot_refusal snapshot_refusal;
        struct fact_snapshot_policy snapshot_policy;
        struct fact_payment_due payment_due;
        struct fact_payment_changed payment_changed;
        struct fact_payment_recorded payment_recorded;
        struct fact_snapshot_payment snapshot_payment;
        struct payment_receipt snapshot_receipt;
        struct fact_snapshot_work snapshot_work;
        struct settlement_books snapshot_period;
    };
};

const char *fact_kind_text(enum fact_kind kind); /* "ride_booked": for logs and `check` */
const char *ride_state_text(enum ride_state state);

#endif
