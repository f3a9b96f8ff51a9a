/* What is owed is asked for once a travel day, whatever happens meanwhile. */
#include "core/billing.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/core/payer.h"

#define HOUR_S INT64_C(3600)

Test(billing, states_a_bill_when_the_travel_day_is_over)
{
    struct service *service = payer_open(false);
    payer_ride(service, 1);
    service_run(service, DAY_END_S - 1);
    cr_expect_eq(payer_last(service, 1).id, 0);
    service_run(service, DAY_END_S);
    cr_expect(payer_is(service, 1, 1, PAYMENT_BILL, 150));
    cr_expect_eq(service->pays_told, 0, "nobody is asked for a bill");
    service_run(service, DAY_END_S + 24 * HOUR_S + 60);
    cr_expect_eq(payer_last(service, 1).id, 1, "there is nothing new to say the next day");
    service_free(service);
}

Test(billing, collects_from_who_agreed)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    payer_ride(service, 1);
    service_run(service, DAY_END_S + 60);
    cr_expect(payer_is(service, 1, 2, PAYMENT_COLLECT, 50));
    cr_expect_eq(service->pay.pay.kind, PAYMENT_COLLECT);
    cr_expect_eq(service->pay.pay.amount_pence, 50, "100p were paid when it was set up");
    cr_expect_str_eq(service->pay.pay.agreement, "agreement1");
    payer_answer(service, 1, 2, PAYMENT_SUBMITTED, "");
    payer_answer(service, 1, 2, PAYMENT_DONE, "");
    cr_expect_eq(payer_owed(service, 1), 0);
    cr_expect_eq(service_statistics(service).payments_open, 0);
    service_free(service);
}

Test(billing, gives_back_what_is_not_owed)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    service_run(service, DAY_END_S + 60);
    cr_expect(payer_is(service, 1, 2, PAYMENT_REFUND, 100));
    const struct message_pay refund = service->pay.pay;
    cr_expect_str_eq(refund.paid, "payment1");
    cr_expect_eq(refund.refunded_pence, 0);
    payer_answer(service, 1, 2, PAYMENT_DONE, "");
    cr_expect_eq(payer_owed(service, 1), 0);
    service_run(service, DAY_END_S + 24 * HOUR_S + 60);
    cr_expect_eq(service->pays_told, 2, "no more than came in goes back");
    service_free(service);
}

Test(billing, falls_back_to_bills_after_three_failures)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    payer_ride(service, 1);
    for (uint64_t day = 0; day < PAYMENT_FAILURES_MAX; day++) {
        service_run(service, DAY_END_S + (int64_t)day * 24 * HOUR_S + 60);
        cr_assert_eq(service->pay.pay.payment, 2 + day);
        payer_answer(service, 1, 2 + day, PAYMENT_FAILED, "P0010");
    }
    service_run(service, DAY_END_S + 3 * 24 * HOUR_S + 60);
    cr_expect(payer_is(service, 1, 5, PAYMENT_BILL, 50));
    /* A new agreement makes it good. */
    payer_agree(service, 1);
    cr_expect_eq(payer_owed(service, 1), -50);
    service_free(service);
}

Test(billing, asks_again_after_a_restart_for_what_was_under_way)
{
    struct service *service = payer_open(true);
    payer_agree(service, 1);
    payer_ride(service, 1);
    service_run(service, DAY_END_S + 60);
    payer_answer(service, 1, 2, PAYMENT_SUBMITTED, "");
    const struct message_pay before = service->pay.pay;
    service->pays_told = 0;
    service_restart(service);
    service_run(service, DAY_END_S + 120);
    cr_assert_eq(service->pays_told, 1);
    cr_expect_eq(service->pay.pay.payment, before.payment);
    cr_expect_eq(service->pay.pay.amount_pence, before.amount_pence);
    cr_expect_str_eq(service->pay.pay.reference, "payment2");
    payer_answer(service, 1, 2, PAYMENT_DONE, "");
    cr_expect_eq(payer_owed(service, 1), 0);
    /* ... and for nothing that is over. */
    service->pays_told = 0;
    service_restart(service);
    service_run(service, DAY_END_S + 180);
    cr_expect_eq(service->pays_told, 0);
    service_free(service);
}

/* The round is bounded in each wake event, and reaches everybody. */
Test(billing, reaches_all_riders)
{
    struct service *service = payer_open(false);
    for (uint64_t rider = 1; rider <= 40; rider++) {
        payer_ride(service, rider);
    }
    service_run(service, DAY_END_S + 3600);
    for (uint64_t rider = 1; rider <= 40; rider++) {
        const struct payment last = payer_last(service, rider);
        cr_expect_eq(last.kind, PAYMENT_BILL);
        cr_expect_eq(last.amount_pence, payer_owed(service, rider));
    }
    service_free(service);
}
