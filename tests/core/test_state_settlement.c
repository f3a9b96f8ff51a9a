/* Facts about months, one by one; random histories are in test_fact_apply.c and
 * test_state_snapshot.c. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/history.h"

#define PERIOD 670

static const struct core_limits limits = {.vehicles_max = 2, .rides_max = 8, .riders_max = 4};
static const struct rider_id ann = {1, 1};
static const struct rider_id bob = {1, 2};

static struct history history;

static void begin_month(int32_t period)
{
    struct fact fact = history_next(&history, FACT_PERIOD_BEGUN);
    fact.period_begun = period;
    history_must(&history, &fact);
}

static void earn(int64_t pence)
{
    struct fact fact = history_next(&history, FACT_TRANSFER);
    fact.transfer = (struct ledger_transfer){.id = state_counters(history.state)->next_transfer,
                                             .debit = LEDGER_BANK,
                                             .credit = LEDGER_FARE_INCOME,
                                             .amount_pence = pence,
                                             .kind = LEDGER_MOVE};
    history_must(&history, &fact);
}

static struct fact proposal(int32_t period)
{
    struct policy policy;
    policy_default(&policy);
    const struct settlement_terms terms = {.waterfall = &policy.waterfalls[0], .policy = 1};
    struct fact fact = history_next(&history, FACT_SETTLEMENT_PROPOSED);
    fact.proposed.period = period;
    fact.proposed.by = ann;
    cr_assert_eq(settlement_compute(state_settlements(history.state), period, &terms,
                                    &fact.proposed.outcome),
                 SETTLEMENT_OK);
    return fact;
}

static struct fact approval(int32_t period)
{
    const struct settlement_books *books =
        settlement_books(state_settlements(history.state), period);
    struct fact fact = history_next(&history, FACT_SETTLEMENT_APPROVED);
    fact.approved.period = period;
    fact.approved.by = bob;
    fact.approved.digest = books->outcome.digest;
    fact.approved.count =
        settlement_transfers(books, &books->outcome, state_counters(history.state)->next_transfer,
                             fact.approved.transfers);
    return fact;
}

static void refused(const struct fact *fact, const char *expected)
{
    const char *why = history_apply(&history, fact);
    cr_assert_not_null(why, "%s", expected);
    cr_expect_str_eq(why, expected);
}

static void open_books(void)
{
    history_begin(&history, &limits, 1);
    history_start(&history);
    begin_month(PERIOD);
    earn(500);
    begin_month(PERIOD + 1);
    earn(70);
    begin_month(PERIOD + 2);
}

Test(state_settlement, a_month_that_begins_is_later_than_all_before_and_within_a_policys_years)
{
    struct fact fact;
    open_books();
    for (int32_t back = 0; back < 3; back++) {
        fact = history_next(&history, FACT_PERIOD_BEGUN);
        fact.period_begun = PERIOD + 2 - back;
        refused(&fact, "a month begins that is not later than the last");
    }
    fact.period_begun = INT32_MAX;
    refused(&fact, "the month is out of range");
    fact.period_begun = INT32_MIN;
    refused(&fact, "the month is out of range");
    history_end(&history);
}

Test(state_settlement, a_proposal_is_of_a_month_that_is_due_and_follows_from_it)
{
    open_books();
    struct fact fact = proposal(PERIOD);
    fact.proposed.period = PERIOD + 1;
    refused(&fact, "a settlement is proposed of a month that is not due");
    fact.proposed.period = PERIOD + 2;
    refused(&fact, "a settlement is proposed of a month that is not due");
    fact.proposed.period = PERIOD - 1;
    refused(&fact, "a settlement is proposed of a month that is not due");
    fact.proposed.period = PERIOD;
    fact.proposed.outcome.lines[0].pence++;
    refused(&fact, "the settlement does not give away the result, and nothing else");
    fact.proposed.outcome.result_pence++;
    refused(&fact, "the settlement's sums are not those of the month");
    history_end(&history);
}

Test(state_settlement, an_approval_is_of_the_last_proposal_by_another_person_and_posts_that)
{
    open_books();
    struct fact fact = proposal(PERIOD);
    history_must(&history, &fact);
    fact = approval(PERIOD);
    fact.approved.by = ann;
    refused(&fact, "a settlement is approved by who proposed it");
    fact = approval(PERIOD);
    fact.approved.digest ^= 1;
    refused(&fact, "a settlement is approved that is not the one proposed");
    fact = approval(PERIOD);
    for (uint32_t i = 0; i < fact.approved.count; i++) {
        fact.approved.transfers[i].amount_pence--;
        refused(&fact, "a settlement posts something else than was proposed");
        fact.approved.transfers[i].amount_pence++;
    }
    fact.approved.count--;
    refused(&fact, "a settlement posts something else than was proposed");
    fact.approved.count++;
    for (uint32_t i = 0; i < fact.approved.count; i++)
        fact.approved.transfers[i].id--;
    refused(&fact, "the transfer's number does not rise");
    fact = approval(PERIOD);
    history_must(&history, &fact);
    const struct ledger *ledger = state_ledger(history.state);
    cr_expect_eq(ledger_account(ledger, LEDGER_RESERVE).credits_posted, 500);
    cr_expect_eq(ledger_account(ledger, LEDGER_SURPLUS).credits_posted, 500);
    cr_expect_eq(ledger_account(ledger, LEDGER_SURPLUS).debits_posted, 500);
    fact.seq++;
    fact.at_ms++;
    refused(&fact, "a settlement is approved of a month that is not due");
    fact = approval(PERIOD + 1);
    refused(&fact, "a settlement is approved that is not the one proposed");
    history_end(&history);
}

/* A month without a transfer is settled with none. */
Test(state_settlement, an_empty_month_is_settled_too)
{
    history_begin(&history, &limits, 1);
    history_start(&history);
    begin_month(PERIOD);
    begin_month(PERIOD + 1);
    struct fact fact = proposal(PERIOD);
    history_must(&history, &fact);
    fact = approval(PERIOD);
    cr_expect_eq(fact.approved.count, 0);
    history_must(&history, &fact);
    cr_expect(settlement_books(state_settlements(history.state), PERIOD)->settled);
    history_end(&history);
}

/* What a journal of before has posted belongs to the first month. */
Test(state_settlement, the_first_month_takes_over_what_was_posted_before_it)
{
    history_begin(&history, &limits, 1);
    history_start(&history);
    earn(500);
    cr_expect_eq(state_settlements(history.state)->count, 0);
    begin_month(PERIOD);
    earn(20);
    begin_month(PERIOD + 1);
    const struct fact fact = proposal(PERIOD);
    cr_expect_eq(fact.proposed.outcome.result_pence, 520);
    cr_expect_eq(settlement_books(state_settlements(history.state), PERIOD)->transfer_count, 1);
    history_end(&history);
}

Test(state_settlement, a_month_of_a_snapshot_that_makes_no_sense_is_refused)
{
    struct history copy;
    struct fact head;
    uint64_t cursor = 0;
    open_books();
    struct fact fact = proposal(PERIOD);
    history_must(&history, &fact);
    cr_assert(state_snapshot_next(history.state, &cursor, &head));
    const struct settlement_books sound =
        *settlement_books(state_settlements(history.state), PERIOD);
    for (int row = 0; row < 5; row++) {
        struct settlement_books books = sound;
        const char *why = NULL;
        struct fact taken = {.kind = FACT_SNAPSHOT_PERIOD, .at_ms = head.at_ms};
        if (row == 1)
            books.balances[LEDGER_VAT] = INT64_MAX;
        if (row == 2)
            books.outcome.carried_pence = 1;
        if (row == 3)
            books.period = INT32_MAX;
        if (row == 4) {
            books.outcome.digest = 0;
            books.settled = true;
        }
        history_begin(&copy, &limits, 1);
        cr_assert(fact_apply(copy.state, &head, &why));
        taken.snapshot_period = books;
        cr_expect_eq(fact_apply(copy.state, &taken, &why), row == 0, "row %d", row);
        if (row == 0) { /* the same again, and one with a hole before it */
            cr_expect_not(fact_apply(copy.state, &taken, &why));
            taken.snapshot_period.period += 2;
            cr_expect_not(fact_apply(copy.state, &taken, &why));
        }
        history_end(&copy);
    }
    history_end(&history);
}
