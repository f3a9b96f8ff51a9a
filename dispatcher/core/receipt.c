/* A fare that was not ridden is no part of a receipt: such a ride costs its fee, or nothing. */
#include "core/receipt.h"

#include "base/check.h"
#include "core/postings.h"
#include "core/state_rides.h"

static int64_t returned_pence(const struct bill *bill)
{
    int64_t pence = bill->refunded_pence;
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        pence -= bill->refunds[i].adjusted_pence;
    }
    return pence;
}

void receipt_show(const struct ride *ride, struct receipt_view *receipt)
{
    CHECK(state_rides_is_ended(ride->state));
    const struct bill *bill = &ride->bill;
    *receipt = (struct receipt_view){
        .ride = ride->id,
        .state = ride->state,
        .booked_ms = ride->booked_ms,
        .ended_ms = ride->ended_ms,
        .quote_pence = ride->quote_pence,
        .charged_pence = ride->charged_pence,
        .vat_pence = postings_vat_pence(ride),
        .paid_pence = postings_paid_pence(ride) - bill->compensation_pence - returned_pence(bill),
        .bill = *bill,
    };
    if (ride->state == RIDE_ALIGHTED) {
        receipt->fare = ride->fare;
        receipt->fare_pence = ride->fare_pence;
        receipt->direct_m = ride->direct_m;
        receipt->direct_ms = ride->direct_ms;
    }
}

void receipt_add(struct statement_view *statement, const struct receipt_view *receipt)
{
    const struct bill *bill = &receipt->bill;
    statement->ride_count++;
    statement->fare_pence += receipt->fare_pence;
    statement->concession_pence += receipt->fare.lines.concession_pence;
    statement->cap_saved_pence += bill->cap_saved_pence;
    statement->charged_pence += receipt->charged_pence;
    statement->fee_pence += bill->fee_pence;
    statement->compensation_pence += bill->compensation_pence;
    statement->returned_pence += returned_pence(bill);
    statement->paid_pence += receipt->paid_pence;
    statement->vat_pence += receipt->vat_pence;
}
