/* The transfers that a ride's end and each of its refunds lead to: pure, from what is kept with the
 * ride, so that a journal that was torn between a fact and its transfers is mended with the same.
 */
#ifndef CORE_POSTINGS_H
#define CORE_POSTINGS_H

#include "core/fact.h"

/* What they are made of besides the ride. */
struct postings_terms {
    uint64_t next_transfer; /* the first one's id */
    uint32_t rider_account;
    uint32_t policy; /* number of the one that runs */
};

/* Of an ended ride, whose bill says what it came to. The hold is posted for the charge, or voided.
 * Fare income becomes the full fare: the concession is due from its funder, and what the caps saved
 * is a discount. VAT is that of all that is paid for the ride, by whomever. Then a fee, and what a
 * late vehicle gives back. Linked, 0 to LEDGER_GROUP_MAX. */
void postings_end(const struct ride *ride, const struct postings_terms *terms,
                  struct fact_transfers *group);

/* Of its last refund. Each names the transfer that charged the ride. */
void postings_refund(const struct ride *ride, const struct postings_terms *terms,
                     struct fact_transfers *group);

/* Is there anything to post at all? */
bool postings_has_end(const struct ride *ride);
bool postings_has_refund(const struct ride *ride);

/* What was paid for a ride, as charge or fee, and what of it was not given back so far. */
int64_t postings_paid_pence(const struct ride *ride);
int64_t postings_left_pence(const struct ride *ride);

/* VAT that is due for the ride after all refunds, with that of what the caps then saved less or
 * more on other rides. */
int64_t postings_vat_pence(const struct ride *ride);

/* What counts for the caps: the rider's part of the fare, but no more than was quoted. */
int64_t postings_counted_pence(const struct ride *ride);

#endif
