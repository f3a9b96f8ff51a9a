/* What a ride came to: kept with the ride, so that each correction and receipt rests on the numbers
 * of then, whatever policy runs today. */
#ifndef CORE_BILL_H
#define CORE_BILL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ids.h"
#include "core/limits.h"

/* One refund; all of what was left where asked_pence is 0. */
struct bill_refund {
    struct booking_key key;
    int64_t asked_pence;
    int64_t refund_pence;   /* given back of the charge or fee */
    int64_t adjusted_pence; /* what the caps save less on other rides; below 0 more */
};

/* All 0 until the ride has ended and was charged. */
struct bill {
    int32_t travel_day;         /* whose caps it counts for */
    int32_t vat_permille;       /* on the net amount, by the vehicle used */
    int64_t cap_saved_pence;    /* of the rider's part of the fare */
    int64_t compensation_pence; /* given back at once, for lateness */
    int64_t fee_pence;          /* for cancelling late, or not coming */
    int64_t refunded_pence;     /* by all refunds, of charge or fee */
    uint64_t transfer;          /* the first of those that charged it; corrections name it */
    bool is_out;                /* refunded as a whole: no longer in the caps */
    bool unposted;              /* the last of these facts has no transfers yet */
    uint32_t refund_count;
    struct bill_refund refunds[REFUNDS_MAX];
};

/* VAT within a gross amount (0 to 2 * PENCE_MAX), half a penny up; the rest is net, so that both
 * add up to the gross exactly. */
int64_t bill_vat_pence(int64_t gross_pence, int32_t vat_permille);

#endif
