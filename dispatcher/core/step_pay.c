/* An answer counts for the payment it names and for no other, and once: whatever the provider sends
 * twice, late or in another order finds the payment over and changes nothing. */
#include "core/step_pay.h"

#include <string.h>

#include "base/check.h"
#include "core/billing.h"
#include "core/emit.h"
#include "core/view.h"

#define LIST_VISITS_MAX 4096 /* riders that one page looks at */

static void emit_payment(struct core *core, struct request_id request,
                         const struct state_rider *rider, const char *url)
{
    struct payment_view *view = &emit_message(core, MESSAGE_PAYMENT, request)->payment;
    view_payment(core, rider, view);
    memcpy(view->url, url, strlen(url) + 1);
}

static void move(struct core *core, const struct state_rider *rider,
                 const struct event_payment *answer)
{
    const enum payment_kind kind = rider->payment.last.kind;
    struct fact fact = {.kind = FACT_PAYMENT_CHANGED};
    struct fact_payment_changed *changed = &fact.payment_changed;
    changed->rider = answer->rider;
    changed->payment = answer->payment;
    changed->state = answer->state;
    memcpy(changed->reference, answer->reference, sizeof changed->reference);
    if (kind == PAYMENT_SET_UP) {
        memcpy(changed->agreement, answer->agreement, sizeof changed->agreement);
    }
    if (answer->state == PAYMENT_FAILED) {
        memcpy(changed->code, answer->code, sizeof changed->code);
    }
    if (answer->state == PAYMENT_DONE && payment_moves_money(kind)) {
        changed->transfer = state_counters(core->state)->next_transfer;
    }
    emit_fact(core, &fact);
}

void step_pay_answer(struct core *core, const struct event *event)
{
    const struct event_payment *answer = &event->payment;
    const struct state_rider *rider = state_rider(core->state, answer->rider);
    const bool is_known = rider != NULL && rider->payment.last.id == answer->payment;
    if (is_known && payment_is_open(&rider->payment.last) &&
        payment_may_move(rider->payment.last.state, answer->state)) {
        move(core, rider, answer);
    }
    if (event->request.value == 0) {
        return;
    }
    if (!is_known || answer->state == PAYMENT_FAILED) {
        emit_error(core, event->request, MESSAGE_ERROR_PROVIDER);
        return;
    }
    emit_payment(core, event->request, rider, answer->url);
}

static int64_t owed_by(const struct core *core, const struct state_rider *rider)
{
    return rider != NULL ? state_rider_owed_pence(core->state, rider) : 0;
}

void step_pay_set_up(struct core *core, const struct event *event)
{
    const struct state_rider *rider = state_rider(core->state, event->payer);
    const bool is_open = rider != NULL && payment_is_open(&rider->payment.last);
    if (!core->config.collects) {
        emit_error(core, event->request, MESSAGE_ERROR_NO_PROVIDER);
        return;
    }
    if (is_open) {
        if (rider->payment.last.kind == PAYMENT_SET_UP &&
            rider->payment.last.state == PAYMENT_SUBMITTED) {
            billing_order(core, rider, event->request, true); /* the same page once more */
        } else {
            emit_error(core, event->request, MESSAGE_ERROR_PROVIDER);
        }
        return;
    }
    if (state_payments_open(core->state) >= PAYMENTS_OPEN_MAX ||
        (rider == NULL && !state_has_room(core->state, event->payer))) {
        emit_error(core, event->request, MESSAGE_ERROR_BUSY);
        return;
    }
    int64_t amount_pence = owed_by(core, rider);
    if (amount_pence < core->config.set_up_pence) {
        amount_pence = core->config.set_up_pence;
    }
    if (amount_pence > PAYMENT_MOST_PENCE) {
        amount_pence = PAYMENT_MOST_PENCE;
    }
    billing_ask(core, event->payer, PAYMENT_SET_UP, billing_day(core), amount_pence,
                event->request);
}

void step_pay_end(struct core *core, const struct event *event)
{
    const struct state_rider *rider = state_rider(core->state, event->payer);
    if (rider == NULL || rider->payment.agreement[0] == '\0') {
        emit_error(core, event->request, MESSAGE_ERROR_NO_PROVIDER);
        return;
    }
    if (payment_is_open(&rider->payment.last)) {
        emit_error(core, event->request, MESSAGE_ERROR_PROVIDER);
        return;
    }
    if (state_payments_open(core->state) >= PAYMENTS_OPEN_MAX) {
        emit_error(core, event->request, MESSAGE_ERROR_BUSY);
        return;
    }
    billing_ask(core, event->payer, PAYMENT_END, billing_day(core), 0, event->request);
}

void step_pay_read(struct core *core, const struct event *event)
{
    emit_payment(core, event->request, state_rider(core->state, event->payer), "");
}

/* The same reference again is the same money: harmless if all else is the same too. */
void step_pay_record(struct core *core, const struct event *event)
{
    const struct event_record_payment *asked = &event->record_payment;
    const struct state_rider *rider =
        asked->account >= LEDGER_RIDERS
            ? state_rider_at(core->state, asked->account - LEDGER_RIDERS)
            : NULL;
    if (rider == NULL) {
        emit_error(core, event->request, MESSAGE_ERROR_NO_ACCOUNT);
        return;
    }
    const struct payment_receipt *known = state_receipt(core->state, asked->bank_reference);
    if (known != NULL &&
        (known->rider_number != rider->number || known->amount_pence != asked->amount_pence ||
         strcmp(known->bank_reference, asked->bank_reference) != 0)) {
        emit_error(core, event->request, MESSAGE_ERROR_RECORDED);
        return;
    }
    if (known == NULL) {
        struct fact fact = {.kind = FACT_PAYMENT_RECORDED};
        fact.payment_recorded = (struct fact_payment_recorded){
            .rider = rider->id,
            .by = asked->by,
            .amount_pence = asked->amount_pence,
            .transfer = state_counters(core->state)->next_transfer,
        };
        memcpy(fact.payment_recorded.bank_reference, asked->bank_reference,
               sizeof fact.payment_recorded.bank_reference);
        emit_fact(core, &fact);
    }
    emit_payment(core, event->request, rider, "");
}

/* Riders who owe, or have a payment under way, by account. */
void step_pay_list(struct core *core, const struct event *event)
{
    const uint32_t count = state_rider_count(core->state);
    const uint32_t limit = event->list.limit < LIST_PAGE_MAX ? event->list.limit : LIST_PAGE_MAX;
    uint32_t next = event->list.after;
    uint32_t shown = 0;
    for (uint32_t i = 0; i < LIST_VISITS_MAX && shown < limit && next < count; i++) {
        const struct state_rider *rider = state_rider_at(core->state, next++);
        if (payment_is_open(&rider->payment.last) ||
            state_rider_owed_pence(core->state, rider) != 0) {
            emit_payment(core, event->request, rider, "");
            shown++;
        }
    }
    emit_message(core, MESSAGE_LIST_END, event->request)->list_end.next_after =
        next < count ? next : 0;
}
