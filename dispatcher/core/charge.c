/* The rider's account is debited, income credited; core/postings.h says how in full. */
#include "core/charge.h"

#include <string.h>

#include "base/check.h"
#include "core/emit.h"
#include "core/postings.h"
#include "core/terms.h"

static const struct ride *must_ride(const struct core *core, struct ride_id ride)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL);
    return stored;
}

static struct postings_terms postings_terms(const struct core *core, const struct ride *ride)
{
    const struct state_rider *rider = state_rider(core->state, ride->rider);
    CHECK(rider != NULL);
    return (struct postings_terms){
        .next_transfer = state_counters(core->state)->next_transfer,
        .rider_account = LEDGER_RIDERS + rider->number,
        .policy = terms_policy(core),
    };
}

/* One transfer needs no group, and none no fact. */
static void post(struct core *core, const struct fact_transfers *group)
{
    struct fact fact = {.kind = FACT_TRANSFERS};
    if (group->count == 0) {
        return;
    }
    if (group->count == 1) {
        fact.kind = FACT_TRANSFER;
        fact.transfer = group->transfers[0];
    } else {
        fact.transfers = *group;
    }
    emit_fact(core, &fact);
}

static void post_end(struct core *core, struct ride_id ride)
{
    const struct ride *stored = must_ride(core, ride);
    const struct postings_terms terms = postings_terms(core, stored);
    struct fact_transfers group;
    postings_end(stored, &terms, &group);
    post(core, &group);
}

static void post_refund(struct core *core, struct ride_id ride)
{
    const struct ride *stored = must_ride(core, ride);
    const struct postings_terms terms = postings_terms(core, stored);
    struct fact_transfers group;
    postings_refund(stored, &terms, &group);
    post(core, &group);
}

void charge_hold(struct core *core, struct ride_id ride)
{
    const struct ride *stored = must_ride(core, ride);
    CHECK(stored->hold == 0);
    if (stored->quote_pence == 0) {
        return;
    }
    const struct postings_terms terms = postings_terms(core, stored);
    struct fact fact = {.kind = FACT_TRANSFER};
    fact.transfer = (struct ledger_transfer){
        .id = terms.next_transfer,
        .ride = ride.value,
        .debit = terms.rider_account,
        .credit = LEDGER_FARE_INCOME,
        .amount_pence = stored->quote_pence,
        .kind = LEDGER_HOLD,
        .policy = terms.policy,
    };
    emit_fact(core, &fact);
}

void charge_ride(struct core *core, struct ride_id ride)
{
    const struct ride *stored = must_ride(core, ride);
    CHECK(stored->boarded_ms > 0);
    const struct state_rider *rider = state_rider(core->state, stored->rider);
    CHECK(rider != NULL);
    const int32_t day = calendar_travel_day(core->config.calendar, stored->boarded_ms);
    const struct caps_rule rule = terms_caps(core, rider, day);
    const int64_t due_pence = stored->fare_pence - stored->fare.lines.concession_pence;
    const int64_t counted_pence = due_pence < stored->quote_pence ? due_pence : stored->quote_pence;
    const int64_t charge_pence = caps_charge(&rule, &rider->caps, day, counted_pence);
    struct fact fact = {.kind = FACT_RIDE_CHARGED};
    fact.charged = (struct fact_charged){
        .ride = ride,
        .charged_pence = charge_pence,
        .cap_saved_pence = due_pence - charge_pence,
        .travel_day = day,
        .vat_permille = terms_vat_permille(core, stored, day),
        .compensation_pence = terms_lateness_pence(core, stored, charge_pence),
    };
    emit_fact(core, &fact);
    post_end(core, ride);
}

void charge_release(struct core *core, struct ride_id ride, int64_t fee_pence)
{
    const struct ride *stored = must_ride(core, ride);
    CHECK(fee_pence >= 0 && fee_pence <= stored->quote_pence);
    if (fee_pence > 0) {
        const int32_t day = calendar_travel_day(core->config.calendar, core->now_ms);
        struct fact fact = {.kind = FACT_RIDE_FEE};
        fact.fee = (struct fact_fee){
            .ride = ride,
            .fee_pence = fee_pence,
            .vat_permille = terms_vat_permille(core, stored, day),
        };
        emit_fact(core, &fact);
    }
    post_end(core, ride);
}

bool charge_is_torn(const struct ride *ride)
{
    return ride->hold != 0 || ride->bill.unposted;
}

void charge_mend(struct core *core, struct ride_id ride)
{
    const struct ride *stored = must_ride(core, ride);
    CHECK(charge_is_torn(stored));
    if (stored->state == RIDE_ALIGHTED && !stored->bill.unposted) {
        charge_ride(core, ride);
    } else if (stored->bill.refund_count > 0) {
        post_refund(core, ride);
    } else {
        post_end(core, ride);
    }
}

static void show_refund(const struct ride *ride, uint32_t index, struct refund_view *view)
{
    const struct bill *bill = &ride->bill;
    *view = (struct refund_view){
        .ride = ride->id,
        .paid_pence = postings_paid_pence(ride),
        .refund_pence = bill->refunds[index].refund_pence,
        .adjusted_pence = bill->refunds[index].adjusted_pence,
    };
    for (uint32_t i = 0; i <= index; i++) {
        view->returned_pence += bill->refunds[i].refund_pence - bill->refunds[i].adjusted_pence;
    }
}

/* The refund of that key, or refund_count. */
static uint32_t find_refund(const struct bill *bill, struct booking_key key)
{
    uint32_t index = 0;
    while (index < bill->refund_count && !booking_key_equal(bill->refunds[index].key, key)) {
        index++;
    }
    return index;
}

/* What the total under the caps falls by, were the ride refunded as a whole. A fee is no part of
 * them, and comes back as it is. */
static int64_t fall_of(const struct core *core, const struct ride *ride)
{
    if (ride->state != RIDE_ALIGHTED) {
        return postings_paid_pence(ride);
    }
    const struct state_rider *rider = state_rider(core->state, ride->rider);
    CHECK(rider != NULL);
    const struct caps_rule rule = terms_caps(core, rider, ride->bill.travel_day);
    return caps_fall(&rule, &rider->caps, ride->bill.travel_day, postings_counted_pence(ride),
                     ride->charged_pence);
}

static enum message_error refuse(const struct ride *ride, const struct event_refund *asked,
                                 int64_t fall_pence)
{
    const struct bill *bill = &ride->bill;
    const int64_t left_pence = postings_left_pence(ride);
    const bool ended = ride->ended_ms > 0 && !charge_is_torn(ride);
    if (!ended || (postings_paid_pence(ride) == 0 && (fall_pence == 0 || !asked->all))) {
        return MESSAGE_ERROR_NOT_PAID;
    }
    if (bill->is_out || asked->pence > left_pence) {
        return MESSAGE_ERROR_OVER_PAID;
    }
    return bill->refund_count == REFUNDS_MAX ? MESSAGE_ERROR_REFUNDS_FULL : MESSAGE_ERROR_NONE;
}

enum message_error charge_refund(struct core *core, const struct event_refund *asked,
                                 struct refund_view *view)
{
    const struct ride *ride = state_ride(core->state, asked->ride);
    if (ride == NULL) {
        return MESSAGE_ERROR_NOT_FOUND;
    }
    const struct bill *bill = &ride->bill;
    const uint32_t known = find_refund(bill, asked->key);
    if (known < bill->refund_count) {
        const bool same = bill->refunds[known].asked_pence == (asked->all ? 0 : asked->pence);
        if (same) {
            show_refund(ride, known, view);
        }
        return same ? MESSAGE_ERROR_NONE : MESSAGE_ERROR_KEY_TAKEN;
    }
    const bool may_fall = asked->all && !bill->is_out && ride->ended_ms > 0;
    const int64_t fall_pence = may_fall ? fall_of(core, ride) : 0;
    const enum message_error error = refuse(ride, asked, fall_pence);
    if (error != MESSAGE_ERROR_NONE) {
        return error;
    }
    const int64_t refund_pence = asked->all ? postings_left_pence(ride) : asked->pence;
    const int64_t before_pence = bill->refunded_pence + bill->compensation_pence;
    const int64_t net_pence = fall_pence > before_pence ? fall_pence - before_pence : 0;
    struct fact fact = {.kind = FACT_RIDE_REFUNDED};
    fact.refunded = (struct fact_refunded){
        .ride = asked->ride,
        .by = asked->by,
        .refund = {.key = asked->key,
                   .asked_pence = asked->pence,
                   .refund_pence = refund_pence,
                   .adjusted_pence = asked->all ? refund_pence - net_pence : 0},
        .fall_pence = fall_pence,
    };
    memcpy(fact.refunded.reason, asked->reason, sizeof fact.refunded.reason);
    emit_fact(core, &fact);
    post_refund(core, asked->ride);
    show_refund(must_ride(core, asked->ride), bill->refund_count - 1, view);
    return MESSAGE_ERROR_NONE;
}
