/* Events: what comes in, already checked and typed (wire/ checks the bytes). core_step() takes one
 * with the time of the turn. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fact.h"
#include "core/ids.h"
#include "core/parking.h"
#include "core/trip.h"
#include "core/zones.h"
#include "road/snap.h" /* ROAD_HEADING_UNKNOWN */

enum event_kind {
    EVENT_NONE,
    EVENT_START, /* once, after recovery: a new epoch */
    EVENT_WAKE,  /* core_wake_at_ms() has come */
    EVENT_ENROL, /* from the fleet list at start-up */
    EVENT_QUOTE,
    EVENT_BOOK,
    EVENT_CANCEL,
    EVENT_GET_RIDE,
    EVENT_LIST_VEHICLES,
    EVENT_GET_STATISTICS,
    EVENT_EXPLAIN_RIDE,  /* an operator's */
    EVENT_LIST_REFUSALS, /* ditto */
    EVENT_HELLO,         /* a vehicle's link is up */
    EVENT_GONE,          /* a vehicle's link is down */
    EVENT_TELEMETRY,
    EVENT_REPORT, /* a vehicle did something at a stop */
    EVENT_CLOSE_ROAD,
    EVENT_OPEN_ROAD,
    EVENT_LIST_CLOSURES,
    EVENT_SET_ZONES,       /* an officer's, from the shell: no call leads here */
    EVENT_SET_PARKING,     /* ditto */
    EVENT_SET_RIDER_CLASS, /* an operator's */
    EVENT_REFUND_RIDE,     /* a finance officer's, as those below */
    EVENT_TRIAL_BALANCE,
    EVENT_LIST_TRANSFERS,
    EVENT_GET_RECEIPT,    /* of any ride */
    EVENT_LIST_RECEIPTS,  /* a rider's */
    EVENT_GET_CAP_STATUS, /* ditto */
    EVENT_PAYMENT,        /* the payment provider's answer to a MESSAGE_PAY */
    EVENT_SET_UP_PAYMENT, /* a rider wants to pay under an agreement, ... */
    EVENT_END_PAYMENT,    /* ... no more, ... */
    EVENT_GET_PAYMENT,    /* ... or to see how it stands */
    EVENT_RECORD_PAYMENT, /* finance: money came in by bank */
    EVENT_LIST_PAYMENTS,  /* finance, as those below */
    EVENT_PROPOSE_SETTLEMENT,
    EVENT_APPROVE_SETTLEMENT,
    EVENT_LIST_SETTLEMENTS,
    EVENT_EXPORT_PERIOD,
    EVENT_PLANS_LATE, /* the shell's: facts were not durable for so long that plans are late */
    EVENT_KIND_COUNT,
};

struct event_enrol {
    struct vehicle_id vehicle;
    uint8_t seats;
    uint8_t wheelchair_spaces;
    uint8_t designed_for; /* people; 0: as many as seats and spaces */
    int64_t from_ms;
    int64_t until_ms;
    struct spot home;
    int64_t battery_wh; /* 0: it has none that counts; to BATTERY_MAX_WH */
};

struct event_quote {
    struct rider_id rider;
    struct trip trip;
};

struct event_book {
    struct rider_id rider;
    struct booking_key key;
    struct trip trip;
    bool has_agreed; /* the rider saw a quote: a dearer ride is refused */
    int64_t agreed_pence;
};

/* A rider cancels and sees their own rides only, an operator everybody's. */
struct event_ride {
    bool any_rider; /* an operator asks; `rider` is then not read */
    struct rider_id rider;
    struct ride_id ride;
};

struct event_list {
    uint32_t after; /* position in the list, 0 to begin; the reply's next_after to go on */
    uint32_t limit; /* 1 to LIST_PAGE_MAX */
};

/* Where a vehicle is, or where it can next turn: at `spot` from `at_ms` on. */
struct event_telemetry {
    struct vehicle_id vehicle;
    uint64_t seq; /* of this vehicle, rising; equal or lower is late or a duplicate: dropped */
    struct spot spot;
    int32_t heading_deg;      /* 0 to 359, or ROAD_HEADING_UNKNOWN */
    int64_t at_ms;            /* 0: now */
    int32_t battery_permille; /* of its charge; 0 not known */
    bool needs_help;          /* it stands, and asks for remote help until it says otherwise */
};

enum report_kind {
    REPORT_ARRIVED = 1, /* stands at the stop of `ride`, or of a visit (kind tells which) */
    REPORT_BOARDED,
    REPORT_NO_SHOW,
    REPORT_ALIGHTED,
    REPORT_DEPARTED, /* left the stand; `ride` is none */
    REPORT_VISITED,  /* its visit is over, and the stand; ditto */
    REPORT_KIND_COUNT,
};

struct event_report {
    struct vehicle_id vehicle;
    uint64_t seq; /* shared with telemetry */
    uint64_t epoch;
    uint32_t plan_id;
    enum report_kind kind;
    struct ride_id ride;
    enum stop_kind stop; /* ARRIVED: at its pick-up or drop-off, or at this visit */
};

struct event_hello {
    struct vehicle_id vehicle;
    struct spot spot; /* where it is */
    int64_t at_ms;    /* as in telemetry */
};

/* Which road: one direction of it by its number, or what is nearest to a point. */
struct event_road {
    struct rider_id by;     /* the operator */
    uint32_t arc;           /* this one, or ROAD_NONE: by point */
    struct geo_point point; /* by point: the nearest street, ... */
    int32_t heading_deg;    /* ... in this direction alone, or ROAD_HEADING_UNKNOWN: in both */
    char reason[CLOSURE_REASON_MAX]; /* CLOSE: as in struct closure */
};

/* Zones or waiting places that take the place of those before, borrowed until the next such event
 * or the core's end. They are the shell's, which keeps them for its next start. */
struct event_places {
    struct rider_id by;              /* the officer */
    const struct zones *zones;       /* SET_ZONES */
    const struct parking *parking;   /* SET_PARKING: without fault (core/parking.h), on roads */
    uint32_t parking_count;          /* to PARKING_MAX */
    char reason[CLOSURE_REASON_MAX]; /* as in struct fact_places */
};

/* Give back what was paid for a ride. */
struct event_refund {
    struct rider_id by; /* the finance officer */
    struct ride_id ride;
    struct booking_key key; /* of this refund: again the same changes nothing */
    bool all;
    int64_t pence;                  /* all: 0; else 1 to PENCE_MAX */
    char reason[REFUND_REASON_MAX]; /* UTF-8; zeroed behind its end */
};

struct event_transfers {
    uint64_t after;      /* a transfer's id, 0 to begin; the reply's next_after to go on */
    uint32_t limit;      /* 1 to LIST_PAGE_MAX */
    struct ride_id ride; /* of this ride alone, or 0 */
};

/* Whose rides have ended, the last first. */
struct event_receipts {
    struct rider_id rider;
    struct ride_id after; /* 0 to begin; the reply's next_after to go on */
    uint32_t limit;       /* 1 to LIST_PAGE_MAX */
};

struct event_rider_class {
    struct rider_id rider;
    struct rider_id by; /* the operator */
    struct rider_class class;
};

/* How a payment that the provider was asked for stands. Of one that is not the rider's last, or
 * over: ignored, so that an answer may come twice, late or never. */
struct event_payment {
    struct rider_id rider;
    uint64_t payment;
    enum payment_state state;              /* SUBMITTED, DONE or FAILED */
    char reference[PAYMENT_REFERENCE_MAX]; /* as in struct fact_payment_changed */
    char agreement[PAYMENT_REFERENCE_MAX];
    char code[PAYMENT_CODE_MAX];
    char url[PAYMENT_URL_MAX]; /* SET_UP, SUBMITTED: the page to send the rider to; "" none now */
};

struct event_record_payment {
    struct rider_id by;
    uint32_t account; /* of the ledger: LEDGER_RIDERS + rider number */
    int64_t amount_pence;
    char bank_reference[PAYMENT_BANK_MAX];
};

/* PROPOSE_SETTLEMENT, APPROVE_SETTLEMENT */
struct event_settlement {
    int32_t period; /* calendar_month(), within the years that a policy may be of */
    struct rider_id by;
    uint64_t digest; /* APPROVE: of the proposal that was seen */
};

struct event_export {
    int32_t period;
    uint64_t after; /* a transfer's id, 0 to begin; the reply's next_after to go on */
    uint32_t limit; /* 1 to LIST_PAGE_MAX */
};

struct event {
    enum event_kind kind;
    struct request_id request; /* who waits for the reply, or 0 */
    union {
        uint64_t network_digest; /* START */
        struct event_enrol enrol;
        struct event_quote quote;
        struct event_book book;
        struct event_ride ride; /* CANCEL, GET_RIDE, EXPLAIN_RIDE, GET_RECEIPT */
        struct event_list list; /* LIST_VEHICLES, _CLOSURES, _PAYMENTS, _SETTLEMENTS */
        struct event_hello hello;
        struct vehicle_id gone;
        struct event_telemetry telemetry;
        struct event_report report;
        struct event_road road; /* CLOSE_ROAD, OPEN_ROAD */
        struct event_places places;
        struct event_refund refund;
        struct event_transfers transfers;
        struct event_rider_class rider_class;
        struct event_receipts receipts;
        struct rider_id cap_status; /* GET_CAP_STATUS: whose */
        struct event_payment payment;
        struct rider_id payer; /* SET_UP_PAYMENT, END_PAYMENT, GET_PAYMENT */
        struct event_record_payment record_payment;
        struct event_settlement settlement;
        struct event_export export;
        uint64_t told_seq; /* PLANS_LATE: plans told after this fact are held back, and none of them
                              will be told: each is worked out anew, and told again */
    };
};

#endif
