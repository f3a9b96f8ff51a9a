#include "core/step_receipt.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "core/receipt.h"
#include "tests/core/till.h"

#define DAY_MS  (INT64_C(24) * 3600 * 1000)
#define ALL_MAX 4096
#define NOBODY  9 /* a rider who never books */
#define RIDERS  4

static struct till till;
static struct receipt_view receipts[ALL_MAX];

static const struct message *ask(struct event event)
{
    event.request = (struct request_id){5};
    core_step(till.core, till.core->now_ms, &event, &till.output);
    cr_assert_gt(till.output.message_count, 0);
    cr_assert(till.output.fact_count == 0 || till.output.facts[0].kind == FACT_PERIOD_BEGUN);
    cr_assert_leq(till.output.fact_count, 1, "a question changes nothing else");
    return &till.output.messages[till.output.message_count - 1];
}

/* All receipts of a rider, page by page, and the statements of the first page. */
static uint32_t list(uint32_t rider, uint32_t limit, struct statement_view *statements,
                     uint32_t *months, struct message_receipts_end *end)
{
    struct event event = {.kind = EVENT_LIST_RECEIPTS,
                          .receipts = {.rider = till_rider(rider), .limit = limit}};
    uint32_t count = 0;
    *months = 0;
    do {
        const struct message *last = ask(event);
        uint32_t page = 0;
        for (uint32_t i = 0; i + 1 < till.output.message_count; i++) {
            const struct message *message = &till.output.messages[i];
            if (message->kind == MESSAGE_STATEMENT) {
                cr_assert_eq(event.receipts.after.value, 0, "statements on the first page alone");
                statements[(*months)++] = message->statement;
                continue;
            }
            cr_assert_eq(message->kind, MESSAGE_RECEIPT);
            receipts[count++] = message->receipt;
            page++;
        }
        cr_assert_eq(last->kind, MESSAGE_RECEIPTS_END);
        cr_assert_leq(page, limit);
        if (event.receipts.after.value == 0)
            *end = last->receipts_end;
        event.receipts.after = last->receipts_end.next_after;
    } while (event.receipts.after.value != 0);
    return count;
}

static void do_something(struct random *random)
{
    const uint32_t rider = (uint32_t)random_below(random, RIDERS);
    const int64_t fare = 50 + (int64_t)random_below(random, 300);
    const struct ride_id ride =
        till_book(&till, rider, fare, random_below(random, 4) == 0 ? fare / 3 : 0);
    struct refund_view view;
    till.core->now_ms += (int64_t)random_below(random, (uint64_t)DAY_MS / 4);
    switch (random_below(random, 5)) {
    case 0:
        till_cancel(&till, ride, CANCEL_BY_RIDER);
        break;
    case 1:
        cr_assert(till_miss(&till, ride, 0));
        break;
    default:
        cr_assert(till_board(&till, ride, (int64_t)random_below(random, 3) * 700000));
        till_alight(&till, ride);
        break;
    }
    for (uint32_t i = 0; i < random_below(random, 3); i++)
        (void)till_refund(&till, ride, 100 + i, (int64_t)random_below(random, 60), &view);
}

static int64_t sum_of_lines(const struct receipt_view *receipt)
{
    const struct bill *bill = &receipt->bill;
    int64_t sum = receipt->fare_pence - receipt->fare.lines.concession_pence -
                  bill->cap_saved_pence + bill->fee_pence - bill->compensation_pence;
    for (uint32_t i = 0; i < bill->refund_count; i++)
        sum += bill->refunds[i].adjusted_pence - bill->refunds[i].refund_pence;
    return sum;
}

/* To the penny what the ledger says, whatever was refunded; and each ride once. */
Test(step_receipt, receipts_and_statements_add_up_to_the_ledger)
{
    struct random random;
    random_init(&random, 71);
    till_open(&till, ALL_MAX);
    for (int i = 0; i < 400; i++)
        do_something(&random);
    for (int again = 0; again < 2; again++) {
        int64_t vat = 0;
        uint32_t total = 0;
        for (uint32_t rider = 0; rider < RIDERS; rider++) {
            struct statement_view months[RECEIPT_MONTHS_MAX];
            struct message_receipts_end end;
            uint32_t month_count = 0;
            const uint32_t count = list(rider, 7 + 31 * rider, months, &month_count, &end);
            int64_t paid = 0;
            int64_t by_month = 0;
            uint32_t rides = 0;
            for (uint32_t i = 0; i < count; i++) {
                cr_assert(i == 0 || receipts[i].ended_ms <= receipts[i - 1].ended_ms);
                cr_assert_eq(receipts[i].paid_pence, sum_of_lines(&receipts[i]));
                cr_assert_str_eq(receipts[i].policy.id, till.service->policy.row.id);
                paid += receipts[i].paid_pence;
                vat += receipts[i].vat_pence;
            }
            for (uint32_t i = 0; i < month_count; i++) {
                cr_assert(i == 0 || months[i].month < months[i - 1].month);
                by_month += months[i].paid_pence;
                rides += months[i].ride_count;
            }
            cr_assert_gt(month_count, 1, "so many days are more than a month");
            cr_expect_eq(paid, till_owes(&till, rider), "rider %u", rider);
            cr_expect_eq(by_month, paid);
            cr_expect_eq(rides, count);
            cr_expect_gt(end.remembered_ms, SERVICE_START_MS - 1);
            total += count;
        }
        cr_expect_eq(total, 400);
        cr_expect_eq(vat, -till_balance(&till, LEDGER_VAT));
        till_restart(&till); /* and the same from a snapshot */
    }
    till_close(&till);
}

Test(step_receipt, ends_where_the_memory_of_rides_ends)
{
    struct statement_view months[RECEIPT_MONTHS_MAX];
    struct message_receipts_end end;
    uint32_t month_count = 0;
    struct ride_id first = {0};
    till_open(&till, 64);
    for (uint32_t i = 0; i < 100; i++) {
        const struct ride_id ride = till_book(&till, i % 2, 100, 0);
        first = i == 0 ? ride : first;
        till.core->now_ms += 1000;
        cr_assert(till_board(&till, ride, 0));
        till_alight(&till, ride);
    }
    cr_expect_eq(list(0, 5, months, &month_count, &end), 32);
    const struct ride *oldest = state_ride(till.core->state, receipts[31].ride);
    cr_assert_not_null(oldest);
    cr_expect_leq(end.remembered_ms, oldest->ended_ms);
    cr_expect_gt(end.remembered_ms, SERVICE_START_MS + 30000);
    cr_expect_eq(months[0].ride_count, 32);
    /* A page that goes on behind a forgotten ride, or another rider's, is empty. */
    struct event event = {.kind = EVENT_LIST_RECEIPTS,
                          .receipts = {.rider = till_rider(0), .limit = 5, .after = first}};
    cr_expect(ask(event)->kind == MESSAGE_RECEIPTS_END && till.output.message_count == 1);
    event.receipts.rider = till_rider(1);
    event.receipts.after = receipts[3].ride;
    cr_expect(ask(event)->kind == MESSAGE_RECEIPTS_END && till.output.message_count == 1);
    event.receipts = (struct event_receipts){.rider = till_rider(NOBODY), .limit = 5};
    cr_expect(ask(event)->kind == MESSAGE_RECEIPTS_END && till.output.message_count == 1);
    till_close(&till);
}

Test(step_receipt, shows_any_ride_that_has_ended_to_who_answers_for_the_money)
{
    till_open(&till, 64);
    const struct ride_id ride = till_book(&till, 0, 300, 100);
    struct event event = {.kind = EVENT_GET_RECEIPT, .ride = {.any_rider = true, .ride = ride}};
    cr_expect_eq(ask(event)->error, MESSAGE_ERROR_NOT_ENDED);
    cr_assert(till_board(&till, ride, 1200000));
    till_alight(&till, ride);
    const struct message *message = ask(event);
    cr_assert_eq(message->kind, MESSAGE_RECEIPT);
    cr_expect_eq(message->receipt.charged_pence, 200);
    cr_expect_eq(message->receipt.fare.lines.concession_pence, 100);
    cr_expect_eq(message->receipt.bill.compensation_pence, 100);
    cr_expect_eq(message->receipt.paid_pence, 100);
    cr_expect_eq(message->receipt.vat_pence, -till_balance(&till, LEDGER_VAT));
    event.ride.ride.value = 99;
    cr_expect_eq(ask(event)->error, MESSAGE_ERROR_NOT_FOUND);
    event.ride = (struct event_ride){.rider = till_rider(0), .ride = ride};
    cr_expect_eq(ask(event)->error, MESSAGE_ERROR_NOT_FOUND, "not by this call");
    till_close(&till);
}

Test(step_receipt, shows_what_is_left_of_the_caps)
{
    till_open(&till, 64); /* 500 a day, 1200 a week */
    const struct event event = {.kind = EVENT_GET_CAP_STATUS, .cap_status = till_rider(0)};
    static const struct {
        int64_t fare;
        int64_t pause_ms;
        struct caps_status status;
    } rows[] = {
        {0, 0, {0, 500, 500, 0, 1200, 1200}}, /* a Monday */
        {300, 0, {300, 500, 200, 300, 1200, 900}},
        {300, DAY_MS, {0, 500, 500, 500, 1200, 700}},
        {600, DAY_MS, {0, 500, 200, 1000, 1200, 200}},
        {90, 0, {90, 500, 110, 1090, 1200, 110}},
        {500, 0, {200, 500, 0, 1200, 1200, 0}},
        {500, 5 * DAY_MS, {0, 500, 500, 0, 1200, 1200}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].fare > 0) {
            const struct ride_id ride = till_book(&till, 0, rows[i].fare, 0);
            cr_assert(till_board(&till, ride, 0));
            till_alight(&till, ride);
        }
        till.core->now_ms += rows[i].pause_ms;
        const struct message *message = ask(event);
        cr_assert_eq(message->kind, MESSAGE_CAP_STATUS);
        cr_expect(memcmp(&message->cap_status.caps, &rows[i].status, sizeof rows[i].status) == 0,
                  "row %zu: %ld %ld %ld %ld", i, (long)message->cap_status.caps.day_spent_pence,
                  (long)message->cap_status.caps.day_left_pence,
                  (long)message->cap_status.caps.week_spent_pence,
                  (long)message->cap_status.caps.week_left_pence);
        cr_expect_str_eq(message->cap_status.class_name, till.service->policy.classes[0]);
    }
    till_close(&till);
}

/* The fee is told before the act, and what was charged after it. */
Test(step_receipt, rides_show_what_cancelling_costs_and_cost)
{
    till_open(&till, 64);
    const struct ride_id ride = till_book(&till, 0, 400, 0);
    struct event event = {.kind = EVENT_GET_RIDE, .ride = {.rider = till_rider(0), .ride = ride}};
    cr_expect_eq(ask(event)->ride.cancel_fee_pence, 0, "free soon after booking");
    cr_expect_str_eq(ask(event)->ride.policy.id, till.service->policy.row.id);
    till.core->now_ms += 600000;
    cr_expect_eq(ask(event)->ride.cancel_fee_pence, 150);
    cr_expect_eq(ask(event)->ride.fee_pence, 0);
    event.kind = EVENT_CANCEL;
    event.request.value = 5;
    core_step(till.core, till.core->now_ms, &event, &till.output);
    const struct message *message = &till.output.messages[till.output.message_count - 1];
    cr_assert_eq(message->kind, MESSAGE_RIDE);
    cr_expect_eq(message->ride.fee_pence, 150);
    cr_expect_eq(message->ride.cancel_fee_pence, 0);
    till_close(&till);
}
