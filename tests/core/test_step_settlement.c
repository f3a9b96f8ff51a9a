/* Two people settle the months of a small service; whatever is refused changes nothing. */
#include "core/step_settlement.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/digest.h"
#include "tests/core/till.h"

#define DAY_MS   (INT64_C(24) * 3600 * 1000)
#define HOUR_MS  (INT64_C(3600) * 1000)
#define MARCH    674                          /* 2026 */
#define APRIL_MS (INT64_C(1775001600) * 1000) /* 2026-04-01 00:00 UTC */
#define MAY_MS   (APRIL_MS + 30 * DAY_MS)

static const struct rider_id ann = {8, 1};
static const struct rider_id bob = {8, 2};
static const struct rider_id cat = {8, 3};

static struct till till;

static const struct message *ask(struct event event)
{
    event.request = (struct request_id){5};
    core_step(till.core, till.core->now_ms, &event, &till.output);
    cr_assert_gt(till.output.message_count, 0);
    return &till.output.messages[till.output.message_count - 1];
}

/* At this time, a step that asks for nothing. */
static void pass_to(int64_t now_ms)
{
    till.core->now_ms = now_ms;
    (void)ask((struct event){.kind = EVENT_GET_STATISTICS});
}

static void ride(int64_t fare_pence)
{
    const struct ride_id id = till_book(&till, 0, fare_pence, 0);
    cr_assert(till_board(&till, id, 0));
    till_alight(&till, id);
}

static struct settlement_books *propose(int32_t period, struct rider_id by)
{
    static struct settlement_books books;
    const struct message *message =
        ask((struct event){.kind = EVENT_PROPOSE_SETTLEMENT, .settlement = {period, by, 0}});
    cr_assert_eq(message->kind, MESSAGE_SETTLEMENT, "error %d", (int)message->error);
    books = message->settlement.books;
    return &books;
}

static struct event approval(int32_t period, struct rider_id by, uint64_t digest)
{
    return (struct event){.kind = EVENT_APPROVE_SETTLEMENT, .settlement = {period, by, digest}};
}

/* Refused with this, and nothing has changed. */
static void refused(struct event event, enum message_error error)
{
    const uint64_t before = core_digest(till.core);
    const struct message *message = ask(event);
    cr_assert_eq(message->kind, MESSAGE_ERROR);
    cr_expect_eq(message->error, error, "%d is %d", (int)error, (int)message->error);
    cr_expect_eq(till.output.fact_count, 0);
    cr_expect_eq(core_digest(till.core), before);
}

static int64_t credit(uint32_t account)
{
    return -till_balance(&till, account);
}

Test(step_settlement, one_person_proposes_another_approves_and_it_is_posted_once)
{
    till_open(&till, 64);
    pass_to(SERVICE_START_MS);
    ride(300);
    ride(140);
    const int64_t income_pence = credit(LEDGER_FARE_INCOME) + credit(LEDGER_CAP_DISCOUNT);
    pass_to(APRIL_MS);
    cr_assert_eq(till.output.facts[0].kind, FACT_PERIOD_BEGUN);
    cr_assert_eq(till.output.facts[0].period_begun, MARCH + 1);
    const uint64_t digest = propose(MARCH, ann)->outcome.digest;
    cr_assert_eq(till.output.fact_count, 1);
    cr_assert_eq(till.output.messages[0].after_seq, core_seq(till.core), "told when it is durable");
    const uint64_t proposed = core_digest(till.core);
    cr_expect_eq(propose(MARCH, ann)->outcome.digest, digest);
    cr_expect_eq(core_digest(till.core), proposed, "the same again changes nothing");
    refused(approval(MARCH, ann, digest), MESSAGE_ERROR_PERIOD_SAME_PERSON);
    cr_expect_eq(credit(LEDGER_FARE_INCOME) + credit(LEDGER_CAP_DISCOUNT), income_pence);

    const struct message *message = ask(approval(MARCH, bob, digest));
    cr_assert_eq(message->kind, MESSAGE_SETTLEMENT);
    cr_expect(message->settlement.is_over && message->settlement.books.settled);
    cr_expect(rider_id_equal(message->settlement.books.approved_by, bob));
    cr_expect_eq(message->settlement.books.outcome.result_pence, income_pence);
    cr_expect_eq(message->after_seq, core_seq(till.core));
    cr_assert_eq(till.output.fact_count, 1);
    cr_assert_eq(till.output.facts[0].kind, FACT_SETTLEMENT_APPROVED);
    cr_expect_eq(credit(LEDGER_FARE_INCOME), 0);
    cr_expect_eq(credit(LEDGER_SURPLUS), 0);
    cr_expect_eq(credit(LEDGER_RESERVE), income_pence); /* as the built-in policy says */
    const uint64_t settled = core_digest(till.core);
    cr_assert_eq(ask(approval(MARCH, bob, digest))->kind, MESSAGE_SETTLEMENT);
    cr_expect_eq(till.output.fact_count, 0);
    cr_expect_eq(core_digest(till.core), settled, "the same again changes nothing");
    refused(approval(MARCH, cat, digest), MESSAGE_ERROR_PERIOD_SETTLED);
    refused((struct event){.kind = EVENT_PROPOSE_SETTLEMENT, .settlement = {MARCH, ann, 0}},
            MESSAGE_ERROR_PERIOD_SETTLED);
    till_close(&till);
}

Test(step_settlement, is_refused_with_the_reason)
{
    const struct event of_march = {.kind = EVENT_PROPOSE_SETTLEMENT, .settlement = {MARCH, ann, 0}};
    struct event event = of_march;
    till_open(&till, 64);
    pass_to(SERVICE_START_MS);
    ride(300);
    refused(of_march, MESSAGE_ERROR_PERIOD_NOT_OVER);
    event.settlement.period = MARCH - 1;
    refused(event, MESSAGE_ERROR_PERIOD_UNKNOWN);
    event.settlement.period = 0;
    refused(event, MESSAGE_ERROR_PERIOD_UNKNOWN);
    refused((struct event){.kind = EVENT_EXPORT_PERIOD, .export = {MARCH + 1, 0, 10}},
            MESSAGE_ERROR_PERIOD_UNKNOWN);
    pass_to(MAY_MS);
    event.settlement.period = MARCH + 1;
    refused(event, MESSAGE_ERROR_PERIOD_EARLIER_OPEN);
    refused(approval(MARCH, bob, 7), MESSAGE_ERROR_PERIOD_NOT_PROPOSED);
    const uint64_t first = propose(MARCH, ann)->outcome.digest;
    refused(approval(MARCH, bob, first + 1), MESSAGE_ERROR_PERIOD_STALE);
    till.service->policy.waterfalls[0].lines[0].use = POLICY_WARD_FUND; /* another decision */
    refused(approval(MARCH, bob, first), MESSAGE_ERROR_PERIOD_STALE);
    const uint64_t second = propose(MARCH, cat)->outcome.digest;
    refused(approval(MARCH, bob, first), MESSAGE_ERROR_PERIOD_STALE);
    refused(approval(MARCH, cat, second), MESSAGE_ERROR_PERIOD_SAME_PERSON);
    cr_expect_eq(ask(approval(MARCH, ann, second))->kind, MESSAGE_SETTLEMENT);
    till_close(&till);
}

/* As docs/protocol.md says it, from what is exported alone. */
static uint64_t add_transfer(uint64_t hash, const struct ledger_transfer *transfer)
{
    const uint64_t words[] = {
        transfer->id,
        transfer->pending,
        transfer->ride,
        transfer->debit * (UINT64_C(1) << 32) + transfer->credit,
        (uint64_t)transfer->amount_pence,
        (uint64_t)transfer->kind * (UINT64_C(1) << 33) + transfer->policy * UINT64_C(2) +
            transfer->linked,
        transfer->refers,
        (uint64_t)transfer->at_ms,
        transfer->area,
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        hash = digest_add(hash, words[i]);
    return hash;
}

/* All pages of a month: its books, worked out again. */
static void export_month(int32_t period, uint32_t limit, struct settlement_books *books)
{
    struct event event = {.kind = EVENT_EXPORT_PERIOD, .export = {period, 0, limit}};
    struct settlement_books again = {.hash = 35};
    do {
        const struct message *last = ask(event);
        cr_assert_eq(last->kind, MESSAGE_TRANSFERS_END);
        cr_assert_eq(till.output.messages[0].kind, MESSAGE_SETTLEMENT);
        *books = till.output.messages[0].settlement.books;
        cr_assert_leq(till.output.message_count, limit + 2);
        for (uint32_t i = 1; i + 1 < till.output.message_count; i++) {
            const struct ledger_transfer *is = &till.output.messages[i].transfer.transfer;
            const bool is_posted = is->kind == LEDGER_MOVE || is->kind == LEDGER_POST;
            const bool closes = is->debit == LEDGER_SURPLUS || is->credit == LEDGER_SURPLUS;
            again.hash = add_transfer(again.hash, is);
            again.transfer_count++;
            if (is_posted && !closes && is->debit < LEDGER_SERVICE_COUNT)
                again.balances[is->debit] -= is->amount_pence;
            if (is_posted && !closes && is->credit < LEDGER_SERVICE_COUNT)
                again.balances[is->credit] += is->amount_pence;
        }
        event.export.after = last->transfers_end.next_after;
    } while (event.export.after != 0);
    cr_expect_eq(again.hash, books->hash);
    cr_expect_eq(again.transfer_count, books->transfer_count);
    cr_expect_arr_eq(again.balances, books->balances, sizeof again.balances);
}

Test(step_settlement, an_export_has_all_that_a_months_books_are_made_of)
{
    struct settlement_books march;
    struct settlement_books before;
    struct settlement_books april;
    till_open(&till, 64);
    pass_to(SERVICE_START_MS);
    for (int i = 0; i < 5; i++)
        ride(100 + 10 * i);
    for (uint32_t limit = 1; limit <= 20; limit++)
        export_month(MARCH, limit, &march);
    cr_expect_gt(march.balances[LEDGER_FARE_INCOME], 0);
    pass_to(APRIL_MS);
    export_month(MARCH, 7, &before);
    const uint64_t digest = propose(MARCH, ann)->outcome.digest;
    cr_assert_eq(ask(approval(MARCH, bob, digest))->kind, MESSAGE_SETTLEMENT);
    ride(99);
    till_restart(&till);
    export_month(MARCH, 7, &march);
    cr_expect(march.settled && !before.settled);
    cr_expect_eq(march.hash, before.hash, "a month that is over does not change");
    export_month(MARCH + 1, 7, &april);
    cr_expect_eq(april.balances[LEDGER_SURPLUS], 0);
    cr_expect_eq(april.balances[LEDGER_RESERVE], 0, "what settlements post is in no balance");
    till_close(&till);
}

Test(step_settlement, months_are_listed_the_newest_first)
{
    till_open(&till, 64);
    pass_to(SERVICE_START_MS);
    pass_to(MAY_MS);
    for (uint32_t limit = 1; limit <= 4; limit++) {
        struct event event = {.kind = EVENT_LIST_SETTLEMENTS, .list = {.limit = limit}};
        int32_t expected = MARCH + 2;
        do {
            const struct message *last = ask(event);
            for (uint32_t i = 0; i + 1 < till.output.message_count; i++) {
                const struct settlement_view *view = &till.output.messages[i].settlement;
                cr_assert_eq(view->books.period, expected);
                cr_expect_eq(view->is_over, expected < MARCH + 2);
                expected--;
            }
            cr_assert_eq(last->kind, MESSAGE_LIST_END);
            event.list.after = last->list_end.next_after;
        } while (event.list.after != 0);
        cr_expect_eq(expected, MARCH - 1);
    }
    till_close(&till);
}

/* Neither a clock that falls nor another time zone brings a month back. */
Test(step_settlement, a_transfer_never_comes_to_a_month_that_is_over)
{
    struct settlement_books books;
    till_open(&till, 64);
    pass_to(SERVICE_START_MS);
    ride(300);
    pass_to(APRIL_MS + HOUR_MS);
    const struct event question = {.kind = EVENT_GET_STATISTICS};
    core_step(till.core, APRIL_MS - DAY_MS, &question, &till.output);
    cr_expect_eq(till.output.fact_count, 0);
    export_month(MARCH, 100, &books);
    const uint64_t hash = books.hash;
    till.service->calendar.changes[0].offset_s = -6 * 3600; /* where it is still March */
    till_restart(&till);
    ride(150);
    export_month(MARCH, 100, &books);
    cr_expect_eq(books.hash, hash);
    export_month(MARCH + 1, 100, &books);
    cr_expect_gt(books.transfer_count, 0);
    pass_to(APRIL_MS + 2 * DAY_MS);
    cr_expect_eq(till.output.fact_count, 0, "April has begun before");
    pass_to(MAY_MS + DAY_MS);
    cr_expect_eq(till.output.facts[0].period_begun, MARCH + 2);
    till_close(&till);
}

Test(step_settlement, a_proposal_lasts_over_a_restart)
{
    till_open(&till, 64);
    pass_to(SERVICE_START_MS);
    ride(300);
    pass_to(APRIL_MS);
    const uint64_t digest = propose(MARCH, ann)->outcome.digest;
    till_restart(&till);
    refused(approval(MARCH, ann, digest), MESSAGE_ERROR_PERIOD_SAME_PERSON);
    cr_expect_eq(ask(approval(MARCH, bob, digest))->kind, MESSAGE_SETTLEMENT);
    till_restart(&till);
    refused(approval(MARCH, cat, digest), MESSAGE_ERROR_PERIOD_SETTLED);
    cr_expect_eq(ask(approval(MARCH, bob, digest))->kind, MESSAGE_SETTLEMENT);
    till_close(&till);
}
