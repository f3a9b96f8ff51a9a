#include <criterion/criterion.h>
#include <string.h>

#include "core/step_finance.h"
#include "tests/core/till.h"

static struct till till;

static void ask(struct event event)
{
    event.request = (struct request_id){5};
    core_step(till.core, till.core->now_ms, &event, &till.output);
    cr_assert_eq(till.output.messages[till.output.message_count - 1].request.value, 5);
}

static struct ride_id ride_for(uint32_t rider, int64_t fare)
{
    const struct ride_id ride = till_book(&till, rider, fare, 0);
    cr_assert(till_board(&till, ride, 0));
    till_alight(&till, ride);
    return ride;
}

Test(step_finance, shows_a_balance_that_adds_up_with_riders_as_one)
{
    till_open(&till, 64);
    (void)ride_for(0, 300);
    (void)ride_for(1, 240);
    (void)till_book(&till, 2, 100, 0);
    ask((struct event){.kind = EVENT_TRIAL_BALANCE});
    int64_t debits = 0;
    int64_t credits = 0;
    const uint32_t count = till.output.message_count;
    for (uint32_t i = 0; i + 1 < count; i++) {
        const struct message *message = &till.output.messages[i];
        cr_assert_eq(message->kind, MESSAGE_ACCOUNT);
        cr_assert(i == 0 || message->account.account > message[-1].account.account);
        debits += message->account.content.debits_posted;
        credits += message->account.content.credits_posted;
        if (message->account.account == LEDGER_RIDERS) {
            cr_expect_eq(message->account.content.debits_posted, 540);
            cr_expect_eq(message->account.content.debits_pending, 100);
        }
    }
    cr_expect(debits == credits && debits > 0);
    const struct message *end = &till.output.messages[count - 1];
    cr_assert_eq(end->kind, MESSAGE_BALANCE_END);
    cr_expect(end->balance_end.difference_pence == 0 &&
              end->balance_end.last_seq == core_seq(till.core));
    cr_expect_str_eq(end->balance_end.policy.id, till.service->policy.row.id);
    till_close(&till);
}

/* All pages of transfers, of one ride or all; how many, each once. */
static uint32_t list(struct ride_id ride, uint32_t limit)
{
    struct event event = {.kind = EVENT_LIST_TRANSFERS,
                          .transfers = {.limit = limit, .ride = ride}};
    uint32_t count = 0;
    bool seen[64] = {false};
    do {
        ask(event);
        cr_assert_leq(till.output.message_count, limit + 1);
        for (uint32_t i = 0; i + 1 < till.output.message_count; i++) {
            const struct transfer_view *view = &till.output.messages[i].transfer;
            cr_assert(view->transfer.id < 64 && !seen[view->transfer.id]);
            cr_assert(ride.value == 0 || view->transfer.ride == ride.value);
            cr_assert_gt(view->transfer.at_ms, 0);
            cr_assert_str_eq(view->policy.id, till.service->policy.row.id);
            seen[view->transfer.id] = true;
            count++;
        }
        event.transfers.after =
            till.output.messages[till.output.message_count - 1].transfers_end.next_after;
    } while (event.transfers.after != 0);
    return count;
}

Test(step_finance, lists_every_transfer_once_in_pages)
{
    till_open(&till, 64);
    const struct ride_id first = ride_for(0, 300); /* hold, post, VAT */
    const struct ride_id second = ride_for(1, 240);
    (void)till_book(&till, 2, 100, 0); /* a hold that is open */
    for (uint32_t limit = 1; limit <= 8; limit++) {
        cr_expect_eq(list((struct ride_id){0}, limit), 7, "limit %u", limit);
        cr_expect_eq(list(first, limit), 3);
        cr_expect_eq(list(second, limit), 3);
        cr_expect_eq(list((struct ride_id){99}, limit), 0);
    }
    till_close(&till);
}

Test(step_finance, refunds_and_says_why_not)
{
    till_open(&till, 64);
    const struct ride_id ride = ride_for(0, 300);
    struct event event = {.kind = EVENT_REFUND_RIDE,
                          .refund = {.by = {8, 8}, .ride = ride, .key = {1, 1}, .pence = 301}};
    memcpy(event.refund.reason, "late", sizeof "late");
    ask(event);
    cr_assert_eq(till.output.messages[0].kind, MESSAGE_ERROR);
    cr_expect_eq(till.output.messages[0].error, MESSAGE_ERROR_OVER_PAID);
    event.refund.pence = 300;
    ask(event);
    cr_assert_eq(till.output.messages[0].kind, MESSAGE_REFUND_MADE);
    cr_expect_eq(till.output.messages[0].refund.returned_pence, 300);
    cr_expect_eq(till.output.messages[0].after_seq, core_seq(till.core), "told when it is durable");
    cr_assert_eq(till.output.facts[0].kind, FACT_RIDE_REFUNDED);
    cr_expect_str_eq(till.output.facts[0].refunded.reason, "late");
    cr_expect_eq(till.output.facts[0].refunded.by.low, 8);
    till_close(&till);
}
