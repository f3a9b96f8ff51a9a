/* What facts about money do to rides, riders and the ledger. */
#include "core/state_money.h"

#include "core/postings.h"
#include "core/state_rides.h"

#define VAT_PERMILLE_MAX 1000

/* Sums of amounts stay so far below their type's end that one more always fits. */
#define SUM_MAX (INT64_MAX - PENCE_MAX)

static bool is_rate(int32_t permille)
{
    return permille >= 0 && permille <= VAT_PERMILLE_MAX;
}

static const char *charged_fault(const struct state *state, const struct fact_charged *charged)
{
    const struct ride *ride = state_rides_find(state, charged->ride);
    if (ride == NULL)
        return "the ride is not known";
    if (ride->state != RIDE_ALIGHTED)
        return "the ride is charged without having been ridden";
    if (ride->charged_pence != 0 || ride->bill.unposted || ride->bill.transfer != 0)
        return "the ride was charged before";
    if (charged->charged_pence < 0 || charged->charged_pence > ride->quote_pence)
        return "the charge is more than the quote";
    if (charged->cap_saved_pence !=
        ride->fare_pence - ride->fare.lines.concession_pence - charged->charged_pence)
        return "charge and savings do not make the rider's part of the fare";
    if (charged->charged_pence != 0 && ride->hold == 0)
        return "the ride is charged with nothing held for it";
    if (charged->compensation_pence < 0 || charged->compensation_pence > charged->charged_pence)
        return "more is given back for lateness than is charged";
    if (!is_rate(charged->vat_permille))
        return "the rate of VAT is none";
    if (state->counters.charged_pence > SUM_MAX || state->counters.cap_saved_pence > SUM_MAX)
        return "the sum of charges would be too large";
    return NULL;
}

const char *state_money_charged(struct state *state, const struct fact *fact)
{
    const struct fact_charged *charged = &fact->charged;
    const char *fault = charged_fault(state, charged);
    if (fault != NULL)
        return fault;
    struct ride *ride = state_rides_find(state, charged->ride);
    struct state_rider *rider = state_rider_find(state, ride->rider);
    struct ride after = *ride;
    after.charged_pence = charged->charged_pence;
    after.bill.travel_day = charged->travel_day;
    after.bill.cap_saved_pence = charged->cap_saved_pence;
    after.bill.vat_permille = charged->vat_permille;
    after.bill.compensation_pence = charged->compensation_pence;
    after.bill.unposted = postings_has_end(&after);
    if (!caps_record(&rider->caps, charged->travel_day, postings_counted_pence(&after),
                     charged->charged_pence))
        return "the sum of charges would be too large";
    *ride = after;
    state->counters.charged_pence += charged->charged_pence;
    state->counters.cap_saved_pence += charged->cap_saved_pence;
    return NULL;
}

const char *state_money_fee(struct state *state, const struct fact *fact)
{
    const struct fact_fee *fee = &fact->fee;
    struct ride *ride = state_rides_find(state, fee->ride);
    if (ride == NULL)
        return "the ride is not known";
    const bool by_rider = ride->state == RIDE_NO_SHOW ||
                          (ride->state == RIDE_CANCELLED && ride->cancelled_by == CANCEL_BY_RIDER);
    if (!by_rider)
        return "a fee is for a ride that its rider cancelled or did not come to";
    if (ride->bill.fee_pence != 0 || ride->bill.transfer != 0)
        return "the ride was charged before";
    if (fee->fee_pence < 1 || fee->fee_pence > ride->quote_pence)
        return "the fee is nothing, or more than the quote";
    if (!is_rate(fee->vat_permille))
        return "the rate of VAT is none";
    ride->bill.fee_pence = fee->fee_pence;
    ride->bill.vat_permille = fee->vat_permille;
    ride->bill.unposted = true;
    return NULL;
}

static bool knows_key(const struct bill *bill, struct booking_key key)
{
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        if (booking_key_equal(bill->refunds[i].key, key))
            return true;
    }
    return false;
}

/* What a refund of all leaves to pay again is what it gives back above the fall of the total. */
static bool is_adjusted(const struct ride *ride, const struct fact_refunded *refunded)
{
    const struct bill_refund *refund = &refunded->refund;
    const int64_t before_pence = ride->bill.refunded_pence + ride->bill.compensation_pence;
    const int64_t net_pence =
        refunded->fall_pence > before_pence ? refunded->fall_pence - before_pence : 0;
    return refund->adjusted_pence == refund->refund_pence - net_pence;
}

static const char *refunded_fault(const struct ride *ride, const struct fact_refunded *refunded)
{
    const struct bill_refund *refund = &refunded->refund;
    const int64_t left_pence = postings_left_pence(ride);
    const bool all = refund->asked_pence == 0;
    if (!state_rides_is_ended(ride->state) || ride->hold != 0)
        return "a ride is refunded that has not ended";
    if (ride->bill.refund_count == REFUNDS_MAX || ride->bill.is_out)
        return "the ride was refunded as a whole, or too often";
    if (knows_key(&ride->bill, refund->key))
        return "a refund with this key was made before";
    if (refund->asked_pence < 0 || refunded->fall_pence < 0)
        return "the refund is less than nothing";
    if (refund->refund_pence != (all ? left_pence : refund->asked_pence) ||
        refund->refund_pence > left_pence)
        return "the refund is not what was asked for, or more than is left";
    if (all ? !is_adjusted(ride, refunded)
            : refund->adjusted_pence != 0 || refunded->fall_pence != 0)
        return "the adjustment is not what the caps make of it";
    return NULL;
}

const char *state_money_refunded(struct state *state, const struct fact *fact)
{
    const struct fact_refunded *refunded = &fact->refunded;
    struct ride *ride = state_rides_find(state, refunded->ride);
    const char *fault = ride == NULL ? "the ride is not known" : refunded_fault(ride, refunded);
    if (fault != NULL)
        return fault;
    struct bill *bill = &ride->bill;
    const bool all = refunded->refund.asked_pence == 0;
    struct state_rider *rider = state_rider_find(state, ride->rider);
    if (all && ride->state == RIDE_ALIGHTED &&
        !caps_remove(&rider->caps, bill->travel_day, postings_counted_pence(ride),
                     refunded->fall_pence))
        return "the rider's week has no such ride";
    bill->refunds[bill->refund_count++] = refunded->refund;
    bill->refunded_pence += refunded->refund.refund_pence;
    bill->is_out = all;
    bill->unposted = postings_has_refund(ride);
    return NULL;
}

/* Holds are tied to rides, and last as long: one ride has at most one open, an ended one takes
 * none, and what is posted is what was charged. A hold for no ride must expire one day. */
static const char *hold_fault(const struct state *state, const struct ledger_transfer *transfer)
{
    const struct ride *ride = state_rides_find(state, (struct ride_id){transfer->ride});
    if (transfer->ride == 0)
        return transfer->kind == LEDGER_HOLD && transfer->expires_ms == 0
                   ? "the hold is for nothing and never expires"
                   : NULL;
    if (ride == NULL)
        return "the transfer is for a ride that is not known";
    if (transfer->kind == LEDGER_HOLD)
        return ride->hold == 0 && !state_rides_is_ended(ride->state) && transfer->expires_ms == 0
                   ? NULL
                   : "the ride takes no hold, or has one";
    if (ride->hold != transfer->pending)
        return "the hold is another ride's";
    if (transfer->amount_pence != ride->charged_pence)
        return "what is posted is not what was charged";
    return NULL;
}

static const char *transfers_fault(const struct state *state,
                                   const struct ledger_transfer *transfers, uint32_t count)
{
    uint64_t next = state->counters.next_transfer;
    for (uint32_t i = 0; i < count; i++) {
        if (transfers[i].id < next || transfers[i].id == UINT64_MAX)
            return "the transfer's number does not rise";
        next = transfers[i].id + 1;
    }
    const char *wrong = state_work_transfers_fault(state, transfers, count);
    if (wrong != NULL)
        return wrong;
    const enum ledger_result result = ledger_check(state->ledger, transfers, count);
    if (result != LEDGER_OK)
        return ledger_result_text(result);
    for (uint32_t i = 0; i < count; i++) {
        const char *fault =
            transfers[i].kind == LEDGER_MOVE ? NULL : hold_fault(state, &transfers[i]);
        if (fault != NULL)
            return fault;
    }
    return NULL;
}

const char *state_money_post(struct state *state, int64_t at_ms,
                             const struct ledger_transfer *given, uint32_t count)
{
    CHECK(count >= 1 && count <= LEDGER_GROUP_MAX);
    struct ledger_transfer transfers[LEDGER_GROUP_MAX];
    for (uint32_t i = 0; i < count; i++) {
        transfers[i] = given[i];
        transfers[i].at_ms = at_ms;
    }
    const char *fault = transfers_fault(state, transfers, count);
    if (fault != NULL)
        return fault;
    CHECK(ledger_apply(state->ledger, transfers, count) == LEDGER_OK);
    state->counters.next_transfer = transfers[count - 1].id + 1;
    state_work_posted(state, transfers);
    state_settlement_posted(state, transfers, count);
    for (uint32_t i = 0; i < count; i++) {
        struct ride *ride = state_rides_find(state, (struct ride_id){transfers[i].ride});
        if (ride == NULL)
            continue;
        if (transfers[i].kind != LEDGER_MOVE)
            ride->hold = transfers[i].kind == LEDGER_HOLD ? transfers[i].id : 0;
        if (ride->bill.transfer == 0 && state_rides_is_ended(ride->state))
            ride->bill.transfer = transfers[i].id;
        ride->bill.unposted = false;
    }
    return NULL;
}

const char *state_money_transfer(struct state *state, const struct fact *fact)
{
    return state_money_post(state, fact->at_ms, &fact->transfer, 1);
}

const char *state_money_transfers(struct state *state, const struct fact *fact)
{
    if (fact->transfers.count < 2 || fact->transfers.count > LEDGER_GROUP_MAX)
        return "the transfers are none, one or too many";
    return state_money_post(state, fact->at_ms, fact->transfers.transfers, fact->transfers.count);
}
