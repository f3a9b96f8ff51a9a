/* One rider at a time: what is owed decides what is asked. */
#include "core/billing.h"

#include <string.h>

#include "base/check.h"
#include "core/emit.h"

int32_t billing_day(const struct core *core)
{
    return calendar_travel_day(core->config.calendar, core->now_ms) - 1;
}

static void begin_round(struct core *core, bool asks_again)
{
    core->billing = (struct billing){
        .day = billing_day(core),
        .left = state_rider_count(core->state),
        .next_ms = calendar_next_travel_day_ms(core->config.calendar, core->now_ms),
        .asks_again = asks_again,
    };
}

void billing_start(struct core *core)
{
    begin_round(core, true);
}

int64_t billing_due_ms(const struct core *core)
{
    const struct billing *billing = &core->billing;
    if (billing->left == 0) {
        return billing->next_ms;
    }
    return billing->asks_again || state_payments_open(core->state) < PAYMENTS_OPEN_MAX
               ? core->now_ms
               : INT64_MAX;
}

void billing_order(struct core *core, const struct state_rider *rider, struct request_id request,
                   bool is_again)
{
    const struct payment_account *account = &rider->payment;
    const struct payment *last = &account->last;
    CHECK(payment_is_open(last));
    struct message_pay *pay = &emit_message(core, MESSAGE_PAY, request)->pay;
    *pay = (struct message_pay){
        .rider = rider->id,
        .payment = last->id,
        .kind = last->kind,
        .travel_day = last->travel_day,
        .amount_pence = last->amount_pence,
        .is_again = is_again,
    };
    const char *agreement = last->kind == PAYMENT_SET_UP ? last->agreement : account->agreement;
    memcpy(pay->reference, last->reference, sizeof pay->reference);
    memcpy(pay->agreement, agreement, sizeof pay->agreement);
    if (last->kind == PAYMENT_REFUND) {
        memcpy(pay->paid, account->paid, sizeof pay->paid);
        pay->refunded_pence = account->refunded_pence;
    }
}

void billing_ask(struct core *core, struct rider_id rider, enum payment_kind kind,
                 int32_t travel_day, int64_t amount_pence, struct request_id request)
{
    struct fact fact = {.kind = FACT_PAYMENT_DUE};
    fact.payment_due = (struct fact_payment_due){
        .rider = rider,
        .payment = state_counters(core->state)->next_payment,
        .kind = kind,
        .travel_day = travel_day,
        .amount_pence = amount_pence,
    };
    emit_fact(core, &fact);
    if (kind != PAYMENT_BILL) {
        billing_order(core, state_rider(core->state, rider), request, false);
    }
}

static int64_t at_most(int64_t value, int64_t most)
{
    return value < most ? value : most;
}

/* Of who owes; false when there is nothing new to say. */
static bool ask_for(struct core *core, const struct state_rider *rider, int64_t owed_pence)
{
    const struct payment_account *account = &rider->payment;
    const struct payment *last = &account->last;
    const int32_t day = core->billing.day;
    const int64_t billed_pence = at_most(owed_pence, PENCE_MAX);
    const bool collects = core->config.collects && account->agreement[0] != '\0' &&
                          account->failures < PAYMENT_FAILURES_MAX;
    if (collects) {
        billing_ask(core, rider->id, PAYMENT_COLLECT, day, at_most(owed_pence, PAYMENT_MOST_PENCE),
                    EMIT_WATCHERS);
        return true;
    }
    if (last->id != 0 && last->kind == PAYMENT_BILL && last->amount_pence == billed_pence) {
        return false;
    }
    billing_ask(core, rider->id, PAYMENT_BILL, day, billed_pence, EMIT_WATCHERS);
    return true;
}

/* Of who is in credit. */
static bool give_back(struct core *core, const struct state_rider *rider, int64_t credit_pence)
{
    const struct payment_account *account = &rider->payment;
    const int64_t most_pence = account->paid_pence - account->refunded_pence;
    if (!core->config.collects || most_pence <= 0) {
        return false;
    }
    billing_ask(core, rider->id, PAYMENT_REFUND, core->billing.day,
                at_most(credit_pence, most_pence), EMIT_WATCHERS);
    return true;
}

static bool visit(struct core *core, const struct state_rider *rider)
{
    const struct payment *last = &rider->payment.last;
    if (payment_is_open(last)) {
        if (!core->billing.asks_again) {
            return false;
        }
        billing_order(core, rider, EMIT_WATCHERS, true);
        return true;
    }
    if ((last->id != 0 && last->travel_day >= core->billing.day) ||
        state_payments_open(core->state) >= PAYMENTS_OPEN_MAX) {
        return false;
    }
    const int64_t owed_pence = state_rider_owed_pence(core->state, rider);
    if (owed_pence > 0) {
        return ask_for(core, rider, owed_pence);
    }
    return owed_pence < 0 && give_back(core, rider, -owed_pence);
}

bool billing_step(struct core *core)
{
    struct billing *billing = &core->billing;
    if (billing_due_ms(core) > core->now_ms) {
        return false;
    }
    if (billing->left == 0) {
        begin_round(core, false);
    }
    uint32_t asked = 0;
    for (uint32_t i = 0; i < BILLING_VISITS_MAX && billing->left > 0; i++) {
        if (asked == BILLING_ASKS_MAX ||
            (!billing->asks_again && state_payments_open(core->state) >= PAYMENTS_OPEN_MAX)) {
            break;
        }
        billing->left--;
        asked += visit(core, state_rider_at(core->state, billing->next++));
    }
    return true;
}
