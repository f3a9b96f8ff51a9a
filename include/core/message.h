/* Messages: what is to be sent, as plain data. Each names the last fact it depends on: the shell
 * holds it until that fact is durable (even a mere read, since it may show what a crash could
 * still forget). */
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"
#include "core/fact.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/trip.h"

enum message_kind {
    MESSAGE_NONE,

    /* To `request`, who asked. */
    MESSAGE_QUOTE,
    MESSAGE_REFUSED, /* reply to QUOTE or BOOK */
    MESSAGE_ERROR,   /* what was asked for is not there or not possible */
    MESSAGE_STATISTICS,
    MESSAGE_CLOSURE,
    MESSAGE_EXPLANATION,
    MESSAGE_RIDER_CLASS,
    MESSAGE_REFUSAL, /* one of the list that MESSAGE_LIST_END ends */
    MESSAGE_REFUND_MADE,
    MESSAGE_ACCOUNT, /* one of the trial balance that MESSAGE_BALANCE_END ends */
    MESSAGE_BALANCE_END,
    MESSAGE_TRANSFER, /* one of the page that MESSAGE_TRANSFERS_END ends */
    MESSAGE_TRANSFERS_END,
    MESSAGE_CAP_STATUS,
    MESSAGE_RECEIPT,   /* alone; or one of the page that MESSAGE_RECEIPTS_END ends */
    MESSAGE_STATEMENT, /* on the first page, behind its receipts: one for each month */
    MESSAGE_RECEIPTS_END,
    MESSAGE_LIST_END, /* after the MESSAGE_VEHICLEs or MESSAGE_CLOSUREs of one page */

    MESSAGE_PAYMENT,    /* how a rider pays, or one of the list that MESSAGE_LIST_END ends */
    MESSAGE_SETTLEMENT, /* of a month; one of the list that MESSAGE_LIST_END ends, or before the
                           page of its transfers that MESSAGE_TRANSFERS_END ends */

    /* To `request`; with request 0 to everybody who watches the ride, or the fleet. */
    MESSAGE_RIDE,
    MESSAGE_VEHICLE,

    /* To the vehicle. */
    MESSAGE_WELCOME,
    MESSAGE_PLAN,
    MESSAGE_ACK,    /* a report is durable: the vehicle may forget it */
    MESSAGE_REJECT, /* a report makes no sense; the plan follows again */

    MESSAGE_PAY, /* to the payment provider: an EVENT_PAYMENT answers it, with the same request */
    MESSAGE_KIND_COUNT,
};

/* The cap that a quote reaches; the day's where it is both. */
enum quote_cap { QUOTE_CAP_NONE, QUOTE_CAP_DAY, QUOTE_CAP_WEEK };

struct message_quote {
    int64_t fare_pence;      /* by the tariff */
    int64_t quote_pence;     /* the most the rider would pay: after concession and caps */
    int64_t cap_saved_pence; /* fare less concession less quote */
    struct fare fare;        /* how it comes about */
    enum quote_cap cap;      /* that makes cap_saved_pence */
    int64_t pickup_ms;       /* expected arrival of the vehicle */
    int64_t dropoff_ms;
    int64_t direct_ms;
    int64_t direct_m;
    struct geo_point from; /* on the road, as `to` */
    struct geo_point to;
    int32_t walk_from_m;
    int32_t walk_to_m;
    int64_t be_there_by_ms; /* at `from` */
};

struct message_refused {
    enum refusal reason;
    enum reason_constraint constraint; /* what stood in the way, where it was looked for */
    int64_t over_ms;                   /* as in struct reason_refused; 0 where it is of others */
    struct alternative alternative;
};

enum message_error {
    MESSAGE_ERROR_NONE,
    MESSAGE_ERROR_NOT_FOUND,    /* no such ride, or somebody else's */
    MESSAGE_ERROR_TOO_LATE,     /* cancelling a ride that has begun or ended */
    MESSAGE_ERROR_BUSY,         /* a limit of the dispatcher is reached */
    MESSAGE_ERROR_NO_ROAD,      /* no road is near the point, or none has the number */
    MESSAGE_ERROR_NOT_PAID,     /* a refund where nothing was paid, or the ride has not ended */
    MESSAGE_ERROR_OVER_PAID,    /* a refund of more than was paid and not given back */
    MESSAGE_ERROR_KEY_TAKEN,    /* a refund with the key of another one */
    MESSAGE_ERROR_NOT_ENDED,    /* a receipt of a ride under way */
    MESSAGE_ERROR_REFUNDS_FULL, /* REFUNDS_MAX refunds of the ride were made */
    MESSAGE_ERROR_NO_PROVIDER,  /* payments under an agreement are not offered, or there is none */
    MESSAGE_ERROR_PROVIDER,   /* the payment provider does not answer, or a payment is under way */
    MESSAGE_ERROR_NO_ACCOUNT, /* no rider has the account */
    MESSAGE_ERROR_RECORDED,   /* the bank's reference was recorded with other content */
    MESSAGE_ERROR_PERIOD_UNKNOWN, /* as enum settlement_result has it, as all below */
    MESSAGE_ERROR_PERIOD_NOT_OVER,
    MESSAGE_ERROR_PERIOD_EARLIER_OPEN,
    MESSAGE_ERROR_PERIOD_SETTLED,
    MESSAGE_ERROR_PERIOD_NOT_PROPOSED,
    MESSAGE_ERROR_PERIOD_SAME_PERSON,
    MESSAGE_ERROR_PERIOD_STALE,
    MESSAGE_ERROR_PERIOD_TOO_LARGE,
    MESSAGE_ERROR_COUNT,
};

/* Why this vehicle, as far as it is the rider's business: nothing of other riders. */
enum ride_why {
    RIDE_WHY_NONE,   /* not known, or no vehicle */
    RIDE_WHY_BEST,   /* the best of all for everybody together, when it was booked */
    RIDE_WHY_BETTER, /* moved, since the plans then take less */
    RIDE_WHY_SILENT, /* moved, since the vehicle before was not heard any more */
    RIDE_WHY_ROAD,   /* moved, since the vehicle before could not be there in time */
    RIDE_WHY_ROOM,   /* moved, to make room for another rider */
};

struct ride_reason {
    enum ride_why why;
    int64_t wait_ms;  /* BEST: from the earliest boarding to the vehicle, as planned then */
    int64_t saved_ms; /* BETTER: driving saved; 0 where it is waiting or riding that is saved */
};

/* The policy that a ride was priced by; zeroed where it is not known any more. */
struct policy_name {
    char id[POLICY_ID_MAX];
    uint8_t hash[POLICY_HASH_SIZE];
};

struct ride_view {
    struct ride_id ride;
    enum ride_state state;
    struct vehicle_id vehicle; /* or VEHICLE_NONE */
    struct geo_point from;     /* on the road */
    struct geo_point to;
    struct geo_point vehicle_point; /* last known; 0, 0 without a vehicle */
    uint8_t party;
    uint8_t wheelchairs;
    int64_t booked_ms;
    int64_t promised_ms; /* pick-up as told at booking */
    int64_t pickup_ms;   /* expected, or when it happened; 0 unknown: closed roads are between */
    int64_t dropoff_ms;
    int64_t quote_pence;
    int64_t charged_pence;
    struct ride_reason reason;
    int32_t walk_from_m; /* on foot to `from` */
    int32_t walk_to_m;
    int64_t be_there_by_ms; /* when the rider is to be at `from`; 0 once aboard, or ended */
    struct policy_name policy;
    int64_t cancel_fee_pence; /* for cancelling now, by the rider */
    int64_t fee_pence;        /* charged for cancelling late, or not coming */
};

struct rider_class_view {
    struct rider_id rider;
    struct rider_class class;
};

/* All that is kept of the decisions about one ride: for who runs the fleet. */
struct explanation_view {
    struct ride_id ride;
    enum ride_state state;
    struct vehicle_id vehicle; /* now, or VEHICLE_NONE */
    int64_t booked_ms;
    struct reason reason;
};

enum vehicle_link {
    VEHICLE_OFFLINE, /* never heard in this epoch */
    VEHICLE_ONLINE,
    VEHICLE_SILENT, /* not heard for longer than the service allows */
};

struct vehicle_view {
    struct vehicle_id vehicle;
    enum vehicle_link link;
    struct geo_point point;
    int64_t heard_ms;
    int32_t battery_permille;
    uint8_t seats;
    uint8_t wheelchair_spaces;
    uint8_t people_aboard;
    uint8_t stop_count;       /* planned */
    struct ride_id next_ride; /* of the next stop; none of a visit, and without stops */
    enum stop_kind next_stop;
    int64_t help_since_ms; /* asks for remote help since then; 0: it does not */
};

struct closure_view {
    struct closure closure;
    struct geo_point from; /* the ends of the piece of road, in the direction that is closed */
    struct geo_point to;
};

struct refund_view {
    struct ride_id ride;
    int64_t paid_pence;     /* for the ride: charge or fee */
    int64_t refund_pence;   /* what this refund gives back of it */
    int64_t adjusted_pence; /* what the caps save less on other rides; below 0 more */
    int64_t returned_pence; /* by all refunds of the ride, less what was adjusted */
};

/* LEDGER_RIDERS stands for all riders' accounts as one. */
struct account_view {
    uint32_t account;
    struct ledger_account content;
};

struct message_balance_end {
    uint64_t last_seq;
    int64_t difference_pence;
    struct policy_name policy; /* the running one */
};

struct transfer_view {
    struct ledger_transfer transfer;
    enum ledger_hold_state state;
    struct policy_name policy; /* transfer.policy's */
};

struct message_transfers_end {
    uint64_t next_after; /* 0: no more */
};

struct cap_status_view {
    uint32_t class;
    char class_name[POLICY_ID_MAX]; /* of the running policy; "" where it has none */
    struct caps_status caps;        /* of the travel day of now */
};

/* What an ended ride came to: enough to work it out again line by line. */
struct receipt_view {
    struct ride_id ride;
    enum ride_state state; /* ALIGHTED, CANCELLED or NO_SHOW */
    int64_t booked_ms;
    int64_t ended_ms;
    struct policy_name policy;
    struct fare fare;               /* as quoted; all 0 where it is not known */
    char class_name[POLICY_ID_MAX]; /* of fare.class, by the running policy; "" where it has none */
    char scheme_name[POLICY_ID_MAX]; /* of fare.scheme, ditto */
    int64_t direct_m;                /* what the fare is for */
    int64_t direct_ms;
    int64_t fare_pence;
    int64_t quote_pence;
    int64_t charged_pence;
    int64_t vat_pence;  /* postings_vat_pence() */
    int64_t paid_pence; /* in the end: charge or fee, less all that came back */
    struct bill bill;
};

/* What rides came to that ended in one civil month: sums over their receipts. */
struct statement_view {
    int32_t month; /* calendar_month() */
    uint32_t ride_count;
    int64_t fare_pence; /* of rides that took place */
    int64_t concession_pence;
    int64_t cap_saved_pence;
    int64_t charged_pence;
    int64_t fee_pence;
    int64_t compensation_pence;
    int64_t returned_pence; /* by refunds, less what was adjusted */
    int64_t paid_pence;
    int64_t vat_pence;
};

struct message_receipts_end {
    struct ride_id next_after; /* 0: no more */
    int64_t remembered_ms;     /* rides that ended before may be missing; 0: none has ended */
};

struct message_list_end {
    uint32_t next_after; /* 0: no more */
};

struct statistics_view {
    uint64_t epoch;
    uint64_t facts; /* seq of the last */
    uint64_t booked_count;
    uint64_t refused_count;
    uint64_t alighted_count;
    uint64_t cancelled_count;
    uint64_t no_show_count;
    uint32_t waiting_count; /* booked or at the pick-up */
    uint32_t aboard_count;
    uint32_t vehicles_online;
    uint32_t vehicles_silent;
    uint32_t vehicles_offline;
    int64_t charged_pence;
    int64_t cap_saved_pence;
    int64_t held_pence;
    int64_t ledger_difference_pence; /* 0, or the books are broken */
    uint64_t reports_rejected;
    uint64_t parking_full_count; /* vehicles that found all waiting places full, once a round */
    uint32_t payments_open;      /* the payment provider is asked for */
    uint32_t closure_count;      /* roads closed now, each direction counted */
};

struct message_stop {
    struct ride_id ride; /* none of a visit */
    enum stop_kind kind;
    struct road_place place;
    struct geo_point point;
    uint8_t party;
    uint8_t wheelchairs;
    int64_t leave_ms;  /* sets off for it not before */
    int64_t arrive_ms; /* as planned */
    int64_t depart_ms; /* as planned: not before it while boarding */
};

struct message_plan {
    struct vehicle_id vehicle;
    uint64_t epoch;
    uint32_t plan_id;
    uint32_t revision;
    uint32_t stop_count;
    struct message_stop stops[PLAN_STOPS_MAX];
    bool rests; /* without stops it goes there and waits */
    struct road_place rest;
    struct geo_point rest_point;
};

struct message_vehicle_reply {
    struct vehicle_id vehicle;
    uint64_t epoch;
    uint64_t seq; /* ACK, REJECT: the report's; WELCOME: highest taken in before */
    enum report_kind kind;
    int64_t silent_after_ms; /* WELCOME: silence after which the vehicle's pick-ups go to others */
    int64_t now_ms;          /* WELCOME: the clock that plans go by */
    const char *why;         /* REJECT: a constant sentence */
};

/* What the provider is to do, or to say how it stands: the same order may come again, as after a
 * restart, and is then the same payment. */
struct message_pay {
    struct rider_id rider;
    uint64_t payment;
    enum payment_kind kind; /* no BILL */
    int32_t travel_day;
    int64_t amount_pence;
    char reference[PAYMENT_REFERENCE_MAX]; /* the provider's, once known; of a REFUND, that of the
                                              refund */
    char agreement[PAYMENT_REFERENCE_MAX]; /* COLLECT, END: under which; SET_UP: once known */
    char paid[PAYMENT_REFERENCE_MAX];      /* REFUND: the payment of which, ... */
    int64_t refunded_pence;                /* ... and how much of it went back before */
    bool is_again; /* it was asked for before the dispatcher started: the provider may have it */
};

struct payment_view {
    uint32_t account;   /* the ledger's, by which money from the bank is recorded; 0: none yet */
    int64_t owed_pence; /* below 0: in credit */
    bool is_agreed;     /* pays under an agreement */
    struct payment last;
    char url[PAYMENT_URL_MAX]; /* the page to send the rider to; "" none */
};

struct settlement_view {
    struct settlement_books books;
    bool is_over;
};

struct message {
    enum message_kind kind;
    uint64_t after_seq; /* not to be sent before this fact is durable */
    struct request_id request;
    union {
        struct message_quote quote;
        struct message_refused refused;
        enum message_error error;
        struct ride_view ride;
        struct rider_class_view rider_class;
        struct explanation_view explanation;
        struct fact_snapshot_refusal refusal;
        struct vehicle_view vehicle;
        struct closure_view closure;
        struct refund_view refund;
        struct account_view account;
        struct message_balance_end balance_end;
        struct transfer_view transfer;
        struct message_transfers_end transfers_end;
        struct cap_status_view cap_status;
        struct receipt_view receipt;
        struct statement_view statement;
        struct message_receipts_end receipts_end;
        struct message_list_end list_end;
        struct statistics_view statistics;
        struct message_plan plan;
        struct message_vehicle_reply vehicle_reply;
        struct message_pay pay;
        struct payment_view payment;
        struct settlement_view settlement;
    };
};

#endif
