/* The state decides nothing here: it is asked, and what is due becomes a fact. Asking for the same
 * again, by the same person, makes none. */
#include "core/step_settlement.h"

#include <string.h>

#include "base/bound.h"
#include "core/emit.h"
#include "core/terms.h"

static void emit_refusal(struct core *core, struct request_id request,
                         enum settlement_result result)
{
    static const enum message_error errors[SETTLEMENT_RESULT_COUNT] = {
        [SETTLEMENT_UNKNOWN_PERIOD] = MESSAGE_ERROR_PERIOD_UNKNOWN,
        [SETTLEMENT_NOT_OVER] = MESSAGE_ERROR_PERIOD_NOT_OVER,
        [SETTLEMENT_EARLIER_OPEN] = MESSAGE_ERROR_PERIOD_EARLIER_OPEN,
        [SETTLEMENT_SETTLED] = MESSAGE_ERROR_PERIOD_SETTLED,
        [SETTLEMENT_NOT_PROPOSED] = MESSAGE_ERROR_PERIOD_NOT_PROPOSED,
        [SETTLEMENT_SAME_PERSON] = MESSAGE_ERROR_PERIOD_SAME_PERSON,
        [SETTLEMENT_STALE] = MESSAGE_ERROR_PERIOD_STALE,
        [SETTLEMENT_TOO_LARGE] = MESSAGE_ERROR_PERIOD_TOO_LARGE,
    };
    CHECK(errors[result] != MESSAGE_ERROR_NONE);
    emit_error(core, request, errors[result]);
}

static void emit_settlement(struct core *core, struct request_id request,
                            const struct settlement_books *books)
{
    int32_t open = 0;
    CHECK(books != NULL && state_settlement_open(core->state, &open));
    emit_message(core, MESSAGE_SETTLEMENT, request)->settlement =
        (struct settlement_view){.books = *books, .is_over = books->period < open};
}

static struct settlement_terms terms_of(const struct core *core, int32_t period)
{
    const struct ledger *ledger = state_ledger(core->state);
    const struct ledger_account loss = ledger_account(ledger, LEDGER_LOSS);
    const struct ledger_account reserve = ledger_account(ledger, LEDGER_RESERVE);
    const int32_t last_day = calendar_month_begins(period + 1) - 1;
    return (struct settlement_terms){
        .waterfall = policy_waterfall(core->config.policy, last_day),
        .policy = terms_policy(core),
        .loss_pence = bound_most(loss.debits_posted - loss.credits_posted, 0),
        .reserve_pence = reserve.credits_posted - reserve.debits_posted,
    };
}

void step_settlement_propose(struct core *core, const struct event *event)
{
    const struct settlement_register *all = state_settlements(core->state);
    const struct event_settlement *asked = &event->settlement;
    const struct settlement_terms terms = terms_of(core, asked->period);
    struct fact fact = {.kind = FACT_SETTLEMENT_PROPOSED};
    fact.proposed.period = asked->period;
    fact.proposed.by = asked->by;
    const enum settlement_result result =
        settlement_compute(all, asked->period, &terms, &fact.proposed.outcome);
    if (result != SETTLEMENT_OK) {
        emit_refusal(core, event->request, result);
        return;
    }
    const struct settlement_books *books = settlement_books(all, asked->period);
    if (books->outcome.digest != fact.proposed.outcome.digest ||
        !rider_id_equal(books->proposed_by, asked->by)) {
        emit_fact(core, &fact);
    }
    emit_settlement(core, event->request, books);
}

void step_settlement_approve(struct core *core, const struct event *event)
{
    const struct settlement_register *all = state_settlements(core->state);
    const struct event_settlement *asked = &event->settlement;
    const struct settlement_terms terms = terms_of(core, asked->period);
    const struct settlement_books *books = settlement_books(all, asked->period);
    const enum settlement_result result =
        settlement_review(all, asked->period, &terms, asked->by, asked->digest);
    struct fact fact = {.kind = FACT_SETTLEMENT_APPROVED};
    struct fact_approved *approved = &fact.approved;
    if (result != SETTLEMENT_OK && result != SETTLEMENT_EXISTS) {
        emit_refusal(core, event->request, result);
        return;
    }
    if (result == SETTLEMENT_OK) {
        approved->period = asked->period;
        approved->by = asked->by;
        approved->digest = asked->digest;
        approved->count =
            settlement_transfers(books, &books->outcome, state_counters(core->state)->next_transfer,
                                 approved->transfers);
        if (approved->count > 0 && ledger_check(state_ledger(core->state), approved->transfers,
                                                approved->count) != LEDGER_OK) {
            emit_refusal(core, event->request, SETTLEMENT_TOO_LARGE);
            return;
        }
        emit_fact(core, &fact);
    }
    emit_settlement(core, event->request, books);
}

/* The newest first; `after` counts those that were given. */
void step_settlement_list(struct core *core, const struct event *event)
{
    const struct settlement_register *all = state_settlements(core->state);
    uint32_t next = event->list.after;
    for (uint32_t shown = 0; shown < event->list.limit && next < all->count; shown++) {
        emit_settlement(core, event->request, &all->books[all->count - 1 - next++]);
    }
    emit_message(core, MESSAGE_LIST_END, event->request)->list_end.next_after =
        next < all->count ? next : 0;
}

/* Behind the last transfer of a month. */
static uint64_t end_of(const struct core *core, const struct settlement_books *books)
{
    const struct settlement_register *all = state_settlements(core->state);
    return books < &all->books[all->count - 1] ? books[1].first_transfer
                                               : state_counters(core->state)->next_transfer;
}

/* In the order of their numbers, which is that of the month's hash. */
void step_settlement_export(struct core *core, const struct event *event)
{
    const struct event_export *asked = &event->export;
    const struct settlement_books *books =
        settlement_books(state_settlements(core->state), asked->period);
    if (books == NULL) {
        emit_refusal(core, event->request, SETTLEMENT_UNKNOWN_PERIOD);
        return;
    }
    const uint64_t end = end_of(core, books);
    uint64_t next = asked->after < books->first_transfer ? books->first_transfer : asked->after + 1;
    uint32_t shown = 0;
    emit_settlement(core, event->request, books);
    for (uint32_t i = 0; i < SETTLEMENT_SCAN_MAX && shown < asked->limit && next < end; i++) {
        struct transfer_view view;
        if (ledger_transfer(state_ledger(core->state), next++, &view.transfer, &view.state)) {
            emit_message(core, MESSAGE_TRANSFER, event->request)->transfer = view;
            shown++;
        }
    }
    emit_message(core, MESSAGE_TRANSFERS_END, event->request)->transfers_end.next_after =
        next < end ? next - 1 : 0;
}
