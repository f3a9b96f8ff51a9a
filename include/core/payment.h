/* What riders owe, and how it is asked for. Each rider has one payment at a time, the last one: a
 * bill that the rider pays as they like, or something that the payment provider is asked to do. A
 * payment is a fact when it becomes due, before anybody is asked, and again when its outcome is
 * known; so one that was under way when the dispatcher stopped is asked for again, under the same
 * number.
 *
 *     DUE -> SUBMITTED -> DONE | FAILED      (SUBMITTED may be left out; a bill stays DUE)
 *
 * No card, name or address is ever in it: references are the provider's own words for what it
 * keeps. */
#ifndef CORE_PAYMENT_H
#define CORE_PAYMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define PAYMENT_REFERENCE_MAX 32       /* bytes with the NUL; GOV.UK Pay's have 26 and it */
#define PAYMENT_CODE_MAX      8        /* ditto, of a failure: "P0010" */
#define PAYMENT_URL_MAX       512      /* ditto, of the provider's page */
#define PAYMENT_BANK_MAX      36       /* ditto, of a bank's reference: ISO 20022's Max35Text */
#define PAYMENT_MOST_PENCE    10000000 /* one payment; GOV.UK Pay takes no more */
#define PAYMENT_FAILURES_MAX  3        /* collections that fail one after the other: then bills */
#define PAYMENTS_OPEN_MAX     1024     /* the provider is asked for at one time */

enum payment_kind {
    PAYMENT_BILL = 1, /* stated; the rider pays by bank, and finance records what came in */
    PAYMENT_COLLECT,  /* under the rider's agreement, by the provider */
    PAYMENT_SET_UP,   /* the first, on the provider's page: it makes the agreement */
    PAYMENT_REFUND,   /* of what came in through the provider, back to where it came from */
    PAYMENT_END,      /* of the agreement; no money */
    PAYMENT_KIND_COUNT,
};

enum payment_state {
    PAYMENT_DUE = 1,
    PAYMENT_SUBMITTED, /* the provider has it: its reference is known */
    PAYMENT_DONE,
    PAYMENT_FAILED,
    PAYMENT_STATE_COUNT,
};

struct payment {
    uint64_t id; /* from 1, in order of becoming due; 0: there was none yet */
    enum payment_kind kind;
    enum payment_state state;
    int32_t travel_day; /* up to its end */
    int64_t amount_pence;
    char reference[PAYMENT_REFERENCE_MAX]; /* the provider's; "" not known, as below */
    char agreement[PAYMENT_REFERENCE_MAX]; /* SET_UP: the rider's, once it is done */
    char code[PAYMENT_CODE_MAX];           /* FAILED: why, in the provider's words */
};

/* How one rider pays. */
struct payment_account {
    struct payment last;
    char agreement[PAYMENT_REFERENCE_MAX]; /* that the rider pays under; "" none */
    uint32_t failures;                     /* collections since the last that was done */
    char paid[PAYMENT_REFERENCE_MAX];      /* the provider's last payment that came in, ... */
    int64_t paid_pence;                    /* ... how much it was, ... */
    int64_t refunded_pence;                /* ... and how much of it went back */
};

/* Money that came in by bank, once for each reference. */
struct payment_receipt {
    char bank_reference[PAYMENT_BANK_MAX];
    uint32_t rider_number;
    int64_t amount_pence;
};

/* Is the provider asked, and has not said how it ended? */
static inline bool payment_is_open(const struct payment *payment)
{
    return payment->id != 0 && payment->kind != PAYMENT_BILL && payment->state < PAYMENT_DONE;
}

/* May a payment go from one state to the other? */
bool payment_may_move(enum payment_state from, enum payment_state to);

/* Does money move when it is done? */
static inline bool payment_moves_money(enum payment_kind kind)
{
    return kind == PAYMENT_COLLECT || kind == PAYMENT_SET_UP || kind == PAYMENT_REFUND;
}

/* Letters, digits, '-' and '_', at most size - 1 of them, zeroed behind the end: a reference as it
 * may stand in a URL. "" is none. */
bool payment_reference_valid(const char *reference, size_t size);

/* ditto of printable ASCII, 1 or more, neither first nor last a space: a bank's reference. */
bool payment_bank_valid(const char *reference, size_t size);

/* "collect", "submitted": for logs. */
const char *payment_kind_text(enum payment_kind kind);
const char *payment_state_text(enum payment_state state);

#endif
