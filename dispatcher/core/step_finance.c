/* Reads go by the ledger's own order, so that a page costs what it shows. */
#include "core/step_finance.h"

#include "core/charge.h"
#include "core/emit.h"
#include "core/terms.h"
#include "core/view.h"

void step_finance_refund(struct core *core, const struct event *event)
{
    struct refund_view view;
    const enum message_error error = charge_refund(core, &event->refund, &view);
    if (error != MESSAGE_ERROR_NONE) {
        emit_error(core, event->request, error);
        return;
    }
    emit_message(core, MESSAGE_REFUND_MADE, event->request)->refund = view;
}

static void emit_account(struct core *core, struct request_id request, uint32_t account,
                         const struct ledger_account *content)
{
    if ((content->debits_pending | content->debits_posted | content->credits_pending |
         content->credits_posted) != 0) {
        emit_message(core, MESSAGE_ACCOUNT, request)->account =
            (struct account_view){.account = account, .content = *content};
    }
}

void step_finance_balance(struct core *core, const struct event *event)
{
    const struct ledger *ledger = state_ledger(core->state);
    for (uint32_t account = 0; account < LEDGER_SERVICE_COUNT; account++) {
        const struct ledger_account content = ledger_account(ledger, account);
        emit_account(core, event->request, account, &content);
    }
    const struct ledger_account riders = ledger_riders(ledger);
    emit_account(core, event->request, LEDGER_RIDERS, &riders);
    struct message_balance_end end = {
        .last_seq = state_counters(core->state)->seq,
        .difference_pence = ledger_difference_pence(ledger),
    };
    view_policy(core, terms_policy(core), &end.policy);
    emit_message(core, MESSAGE_BALANCE_END, event->request)->balance_end = end;
}

/* The page is full, or enough was looked at: the next begins behind what was seen last. */
void step_finance_transfers(struct core *core, const struct event *event)
{
    const struct event_transfers *asked = &event->transfers;
    const struct ledger *ledger = state_ledger(core->state);
    uint64_t last = asked->after;
    uint32_t shown = 0;
    uint32_t seen = 0;
    bool more = true;
    while (shown < asked->limit && seen < FINANCE_SCAN_MAX) {
        struct transfer_view view;
        more = ledger_transfer_before(ledger, &last, &view.transfer, &view.state);
        if (!more) {
            break;
        }
        seen++;
        if (asked->ride.value == 0 || asked->ride.value == view.transfer.ride) {
            view_policy(core, view.transfer.policy, &view.policy);
            emit_message(core, MESSAGE_TRANSFER, event->request)->transfer = view;
            shown++;
        }
    }
    emit_message(core, MESSAGE_TRANSFERS_END, event->request)->transfers_end.next_after =
        more ? last : 0;
}
