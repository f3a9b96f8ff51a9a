/* Answers of the provider, calls of riders, and money from the bank. */
#include "core/step_pay.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "tests/core/payer.h"

Test(step_pay, takes_each_answer_once)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    cr_assert_eq(payer_owed(service, 1), -100);
    const uint64_t digest = core_digest(service->core);
    /* Twice, late, of others, of nobody: nothing happens. */
    payer_answer(service, 1, 1, PAYMENT_DONE, "");
    payer_answer(service, 1, 1, PAYMENT_SUBMITTED, "");
    payer_answer(service, 1, 1, PAYMENT_FAILED, "P0010");
    payer_answer(service, 1, 2, PAYMENT_DONE, "");
    payer_answer(service, 2, 1, PAYMENT_DONE, "");
    cr_expect_eq(core_digest(service->core), digest);
    cr_expect_eq(payer_owed(service, 1), -100);
    service_free(service);
}

Test(step_pay, refuses_to_set_up_where_no_provider_is)
{
    struct service *service = payer_open(false);
    payer_ask(service, EVENT_SET_UP_PAYMENT, 1);
    cr_expect_eq(service->answer.kind, MESSAGE_ERROR);
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_NO_PROVIDER);
    payer_ask(service, EVENT_END_PAYMENT, 1);
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_NO_PROVIDER);
    cr_expect_eq(service->pays_told, 0);
    cr_expect_eq(service->fact_count, 0);
    service_free(service);
}

Test(step_pay, sets_up_with_what_is_owed_and_gives_the_page_again)
{
    struct service *service = payer_open(true);
    payer_ride(service, 1);
    service->answers = 0;
    payer_ask(service, EVENT_SET_UP_PAYMENT, 1);
    cr_expect_eq(service->answers, 0, "the provider's answer is waited for");
    cr_expect_eq(service->pay.pay.amount_pence, 150, "more than the least");
    cr_expect_eq(service->pay.request.value, 7);
    payer_ask(service, EVENT_SET_UP_PAYMENT, 1);
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_PROVIDER, "it is under way");
    struct event event = {.kind = EVENT_PAYMENT,
                          .request = {7},
                          .payment = {.rider = {0, 1},
                                      .payment = 1,
                                      .state = PAYMENT_SUBMITTED,
                                      .reference = "ref",
                                      .agreement = "agr",
                                      .url = "https://pay.example/1"}};
    service_step(service, &event);
    cr_expect_eq(service->answer.kind, MESSAGE_PAYMENT);
    cr_expect_str_eq(service->answer.payment.url, "https://pay.example/1");
    cr_expect_not(service->answer.payment.is_agreed, "not before it is paid");
    payer_ask(service, EVENT_SET_UP_PAYMENT, 1);
    cr_expect_eq(service->pays_told, 2);
    cr_expect_str_eq(service->pay.pay.reference, "ref", "the same payment, for its page");
    cr_expect_str_eq(service->pay.pay.agreement, "agr");
    service_step(service, &event);
    cr_expect_eq(service->fact_count, 0);
    cr_expect_str_eq(service->answer.payment.url, "https://pay.example/1");
    payer_answer(service, 1, 1, PAYMENT_DONE, "");
    payer_ask(service, EVENT_GET_PAYMENT, 1);
    cr_expect(service->answer.payment.is_agreed);
    cr_expect_eq(service->answer.payment.owed_pence, 0);
    cr_expect_eq(service->answer.payment.account, LEDGER_RIDERS);
    service_free(service);
}

Test(step_pay, keeps_the_old_agreement_when_a_new_one_fails)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    payer_ask(service, EVENT_SET_UP_PAYMENT, 1);
    payer_answer(service, 1, 2, PAYMENT_SUBMITTED, "");
    payer_answer(service, 1, 2, PAYMENT_FAILED, "P0020");
    const struct state_rider *rider = state_rider(service->core->state, (struct rider_id){0, 1});
    cr_assert_not_null(rider);
    cr_expect_str_eq(rider->payment.agreement, "agreement1");
    cr_expect_str_eq(rider->payment.last.code, "P0020");
    cr_expect_eq(rider->payment.failures, 0, "nothing was collected");
    service_free(service);
}

Test(step_pay, ends_an_agreement)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    payer_ask(service, EVENT_END_PAYMENT, 1);
    cr_expect_eq(service->pay.pay.kind, PAYMENT_END);
    cr_expect_str_eq(service->pay.pay.agreement, "agreement1");
    payer_answer(service, 1, 2, PAYMENT_DONE, "");
    payer_ask(service, EVENT_END_PAYMENT, 1);
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_NO_PROVIDER);
    cr_expect_eq(payer_owed(service, 1), -100, "no money moved");
    service_free(service);
}

static void record(struct service *service, uint32_t account, int64_t pence, const char *reference)
{
    struct event event = {.kind = EVENT_RECORD_PAYMENT,
                          .request = {8},
                          .record_payment = {{1, 2}, account, pence, ""}};
    memcpy(event.record_payment.bank_reference, reference, strlen(reference));
    service_step(service, &event);
}

Test(step_pay, records_money_from_the_bank_once)
{
    struct service *service = payer_open(false);
    payer_ride(service, 1);
    record(service, LEDGER_RIDERS, 120, "FPS 1");
    cr_expect_eq(service->answer.kind, MESSAGE_PAYMENT);
    cr_expect_eq(service->answer.payment.owed_pence, 30);
    record(service, LEDGER_RIDERS, 120, "FPS 1");
    cr_expect_eq(service->answer.payment.owed_pence, 30, "the same money");
    cr_expect_eq(service->fact_count, 0);
    record(service, LEDGER_RIDERS, 121, "FPS 1");
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_RECORDED);
    record(service, LEDGER_RIDERS + 1, 120, "FPS 2");
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_NO_ACCOUNT);
    record(service, LEDGER_BANK, 120, "FPS 2");
    cr_expect_eq(service->answer.error, MESSAGE_ERROR_NO_ACCOUNT);
    service_restart(service);
    record(service, LEDGER_RIDERS, 120, "FPS 1");
    cr_expect_eq(service->answer.payment.owed_pence, 30);
    record(service, LEDGER_RIDERS, 30, "FPS 3");
    cr_expect_eq(service->answer.payment.owed_pence, 0);
    service_free(service);
}

Test(step_pay, lists_who_owes_or_has_a_payment_under_way)
{
    struct service *service = payer_open(true);
    payer_ride(service, 1);
    payer_ride(service, 2);
    payer_ask(service, EVENT_SET_UP_PAYMENT, 3);
    record(service, LEDGER_RIDERS, 150, "FPS 1");
    struct event event = {.kind = EVENT_LIST_PAYMENTS, .request = {9}, .list = {0, 1}};
    service_step(service, &event);
    cr_expect_eq(service->answers, 2);
    cr_expect_eq(service->answer.list_end.next_after, 2);
    event.list.after = 2;
    service_step(service, &event);
    cr_expect_eq(service->answers, 2);
    cr_expect_eq(service->answer.list_end.next_after, 0);
    event.list.after = UINT32_MAX;
    service_step(service, &event);
    cr_expect_eq(service->answers, 1);
    service_free(service);
}

/* Whatever the provider says, in whatever order and how often: what riders owe is what they rode
 * for, less what it once said was done. */
Test(step_pay, keeps_books_by_random_answers)
{
    struct random random;
    random_init(&random, 20);
    struct service *service = payer_open(true);
    int64_t owed[4] = {0};
    struct message_pay orders[64];
    uint64_t done = 0; /* payments, as bits */
    uint64_t over = 0;
    uint32_t count = 0;
    for (uint64_t step = 0; step < 300 && count < 60; step++) {
        const uint64_t rider = 1 + random_below(&random, 3);
        const uint32_t pays = service->pays_told;
        if (random_below(&random, 4) == 0) {
            payer_ask(service,
                      random_below(&random, 3) == 0 ? EVENT_END_PAYMENT : EVENT_SET_UP_PAYMENT,
                      rider);
        } else if (random_below(&random, 8) == 0) {
            payer_ride(service, rider);
            owed[rider] += 150;
        } else if (count > 0) {
            const struct message_pay *order = &orders[random_below(&random, count)];
            const uint64_t bit = UINT64_C(1) << order->payment;
            const enum payment_state state =
                (enum payment_state)random_between(&random, PAYMENT_SUBMITTED, PAYMENT_FAILED);
            payer_answer(service, order->rider.low, order->payment, state, "");
            if ((over & bit) == 0 && state != PAYMENT_SUBMITTED) {
                over |= bit;
                done |= state == PAYMENT_DONE ? bit : 0;
                if (state == PAYMENT_DONE && order->kind != PAYMENT_END) {
                    owed[order->rider.low] -=
                        order->kind == PAYMENT_REFUND ? -order->amount_pence : order->amount_pence;
                }
            }
        }
        if (service->pays_told > pays && service->pay.pay.payment > count) {
            orders[count++] = service->pay.pay;
        }
        if (random_below(&random, 10) == 0) {
            service_restart(service);
            service_hello(service, 1);
        }
        for (uint64_t i = 1; i <= 3; i++) {
            cr_assert_eq(payer_owed(service, i), owed[i], "rider %u at %u", (unsigned)i,
                         (unsigned)step);
        }
    }
    cr_expect(__builtin_popcountll(done) > 10);
    service_free(service);
}
