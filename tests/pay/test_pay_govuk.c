/* GOV.UK Pay against a stand-in that follows its API and misbehaves. */
#include "pay/pay_govuk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "desk.h"
#include "sign.h"

Test(pay_govuk, collects_under_an_agreement)
{
    struct desk *desk = desk_open(1);
    desk_collect(desk, 1, 420);
    desk_wait(desk, 1, PAYMENT_DONE);
    cr_expect_eq(standin_taken(desk->standin), 420);
    cr_expect_eq(desk->payments[1].told, 2, "submitted, done");
    cr_expect_str_eq(desk->payments[1].pay.reference, desk->standin->payments[0].id);
    cr_expect_eq(desk->standin->wrong, 0);
    desk_close(desk);
}

Test(pay_govuk, fails_with_the_code_of_who_declines)
{
    struct desk *desk = desk_open(2);
    desk->standin->declines_permille = 1000;
    desk_collect(desk, 1, 420);
    desk_wait(desk, 1, PAYMENT_FAILED);
    cr_expect_str_eq(desk->payments[1].code, "P0010");
    /* An agreement that is not active is refused at once. */
    desk->payments[2].pay =
        (struct message_pay){.kind = PAYMENT_COLLECT, .amount_pence = 10, .agreement = "unknown"};
    desk_ask(desk, 2, 0, false);
    desk_wait(desk, 2, PAYMENT_FAILED);
    cr_expect_str_eq(desk->payments[2].code, "P0102");
    cr_expect_eq(standin_taken(desk->standin), 0);
    desk_close(desk);
}

/* Each fault once, at each request of a payment in turn: the money moves once, whatever is lost. */
Test(pay_govuk, takes_the_money_once_whatever_goes_wrong)
{
    struct desk *desk = desk_open(3);
    desk->standin->late_ms = 300;
    uint64_t payment = 1;
    for (int strict = 0; strict < 2; strict++) {
        for (int late = 0; late < 2; late++) {
            for (int fault = STANDIN_TOO_MANY; fault < STANDIN_FAULT_COUNT; fault++) {
                desk->standin->is_key_strict = strict == 1;
                desk->standin->search_is_late = late == 1;
                desk->standin->only = (enum standin_fault)fault;
                desk_collect(desk, payment, 100);
                desk_wait(desk, payment, PAYMENT_DONE);
                cr_expect_eq(standin_taken(desk->standin), 100 * (int64_t)payment,
                             "fault %d strict %d late %d", fault, strict, late);
                payment++;
            }
        }
    }
    cr_expect_not(standin_has_doubles(desk->standin));
    cr_expect_eq(desk->standin->wrong, 0);
    desk_close(desk);
}

Test(pay_govuk, keeps_trying_while_nobody_listens)
{
    struct desk *desk = desk_open(4);
    desk->standin->is_down = true;
    desk_collect(desk, 1, 420);
    desk_turn(desk, 300);
    cr_expect_eq(desk->payments[1].told, 0, "what is not known is not told");
    cr_expect(desk->log_count > 1 && desk->log_count < 12, "%u lines", desk->log_count);
    desk->standin->is_down = false;
    desk_wait(desk, 1, PAYMENT_DONE);
    cr_expect_eq(standin_taken(desk->standin), 420);
    desk_close(desk);
}

Test(pay_govuk, sets_up_an_agreement_on_the_providers_page)
{
    struct desk *desk = desk_open(5);
    struct desk_payment *payment = &desk->payments[1];
    payment->pay = (struct message_pay){.kind = PAYMENT_SET_UP, .amount_pence = 100};
    desk_ask(desk, 1, 77, false);
    desk_wait(desk, 1, PAYMENT_SUBMITTED);
    cr_expect_eq(payment->answered, 1);
    cr_expect_neq(strstr(payment->url, payment->pay.reference), NULL, "%s", payment->url);
    cr_expect_eq(standin_taken(desk->standin), 0);
    /* Asked for again, the page is the same. */
    desk_ask(desk, 1, 78, true);
    while (payment->answered < 2)
        uv_run(&desk->loop, UV_RUN_ONCE);
    cr_expect_eq(payment->state, PAYMENT_SUBMITTED);
    cr_expect_neq(payment->url[0], '\0');
    cr_assert(standin_visit(desk->standin, payment->pay.reference, true));
    desk_wait(desk, 1, PAYMENT_DONE);
    cr_expect_eq(standin_taken(desk->standin), 100, "captured");
    cr_expect_str_eq(desk->standin->agreements[0], payment->pay.agreement);
    cr_expect(desk->standin->is_active[0]);
    cr_expect_eq(desk->standin->payment_count, 1);
    /* ... and ended. */
    desk->payments[2].pay = (struct message_pay){.kind = PAYMENT_END};
    memcpy(desk->payments[2].pay.agreement, payment->pay.agreement, PAYMENT_REFERENCE_MAX);
    desk_ask(desk, 2, 0, false);
    desk_wait(desk, 2, PAYMENT_DONE);
    cr_expect_not(desk->standin->is_active[0]);
    desk->payments[3].pay = desk->payments[2].pay;
    desk_ask(desk, 3, 0, false);
    desk_wait(desk, 3, PAYMENT_DONE); /* it is over already: as good */
    desk_close(desk);
}

Test(pay_govuk, gives_up_a_page_that_nobody_can_be_sent_to)
{
    struct desk *desk = desk_open(6);
    desk->standin->is_down = true;
    desk->payments[1].pay = (struct message_pay){.kind = PAYMENT_SET_UP, .amount_pence = 100};
    desk_ask(desk, 1, 77, false);
    desk_wait(desk, 1, PAYMENT_FAILED);
    cr_expect_str_eq(desk->payments[1].code, "LOST");
    cr_expect_eq(desk->payments[1].answered, 1);
    /* After a restart nobody waits for it. */
    desk->payments[2].pay = desk->payments[1].pay;
    desk_ask(desk, 2, 0, true);
    desk_wait(desk, 2, PAYMENT_FAILED);
    cr_expect_eq(desk->standin->requests, 0);
    desk_close(desk);
}

static void pay_in(struct desk *desk, uint64_t payment, int64_t pence)
{
    desk_collect(desk, payment, pence);
    desk_wait(desk, payment, PAYMENT_DONE);
}

static void order_refund(struct desk *desk, uint64_t payment, int64_t pence, int64_t before)
{
    struct message_pay *pay = &desk->payments[payment].pay;
    *pay = (struct message_pay){
        .kind = PAYMENT_REFUND, .amount_pence = pence, .refunded_pence = before};
    memcpy(pay->paid, desk->payments[1].pay.reference, sizeof pay->paid);
    desk_ask(desk, payment, 0, false);
}

Test(pay_govuk, refunds_once_whatever_goes_wrong)
{
    struct desk *desk = desk_open(7);
    desk->standin->late_ms = 300;
    pay_in(desk, 1, 1000);
    uint64_t payment = 2;
    int64_t before = 0;
    for (int at = 0; at < 2; at++) {
        for (int fault = STANDIN_TOO_MANY; fault < STANDIN_FAULT_COUNT; fault++) {
            order_refund(desk, payment, 10, before);
            if (at == 1) { /* at the second request, which does it */
                const uint32_t seen = desk->standin->requests;
                while (desk->standin->requests == seen)
                    uv_run(&desk->loop, UV_RUN_ONCE);
            }
            desk->standin->only = (enum standin_fault)fault;
            desk_wait(desk, payment, PAYMENT_DONE);
            before += 10;
            cr_expect_eq(standin_taken(desk->standin), 1000 - before, "fault %d", fault);
            payment++;
        }
    }
    order_refund(desk, payment, 1000 - before + 1, before);
    desk_wait(desk, payment, PAYMENT_FAILED);
    cr_expect_str_eq(desk->payments[payment].code, "NOFUND");
    desk_close(desk);
}

/* The provider is closed and opened anew at any moment; what was under way is asked for again. */
Test(pay_govuk, takes_the_money_once_over_restarts)
{
    struct random random;
    struct desk *desk = desk_open(8);
    random_init(&random, 8);
    desk->standin->late_ms = 300;
    for (int strict = 0; strict < 2; strict++) {
        desk->standin->is_key_strict = strict == 1;
        const uint64_t first = 1 + (uint64_t)strict * 40;
        desk->standin->faults_permille = 150;
        for (uint64_t i = first; i < first + 40; i++)
            desk_collect(desk, i, 100);
        for (int round = 0; round < 8; round++) {
            desk_turn(desk, (int64_t)random_below(&random, 30));
            desk_restart(desk);
            for (uint64_t i = first; i < first + 40; i++) {
                if (desk->payments[i].state < PAYMENT_DONE)
                    desk_ask(desk, i, 0, true);
            }
        }
        for (uint64_t i = first; i < first + 40; i++)
            desk_wait(desk, i, PAYMENT_DONE);
    }
    cr_expect_eq(standin_taken(desk->standin), 80 * 100);
    cr_expect_not(standin_has_doubles(desk->standin));
    desk_close(desk);
}

/* Everything at once, with declines: what is told agrees with what the provider did. */
Test(pay_govuk, agrees_with_the_provider_about_every_payment)
{
    struct desk *desk = desk_open(9);
    desk->standin->late_ms = 300;
    desk->standin->faults_permille = 300;
    desk->standin->declines_permille = 300;
    desk->refusals = 20;
    int64_t done_pence = 0;
    uint32_t failed = 0;
    for (uint64_t i = 1; i <= 200; i++)
        desk_collect(desk, i, (int64_t)i);
    for (uint64_t i = 1; i <= 200; i++) {
        desk_wait_over(desk, i);
        done_pence += desk->payments[i].state == PAYMENT_DONE ? (int64_t)i : 0;
        failed += desk->payments[i].state == PAYMENT_FAILED;
    }
    cr_expect_eq(standin_taken(desk->standin), done_pence);
    cr_expect(failed > 20 && failed < 120, "%u", failed);
    cr_expect_not(standin_has_doubles(desk->standin));
    cr_expect_eq(desk->standin->wrong, 0);
    for (int fault = STANDIN_TOO_MANY; fault < STANDIN_FAULT_COUNT; fault++)
        cr_expect(desk->standin->fault_counts[fault] > 5, "fault %d", fault);
    desk_close(desk);
}

static enum pay_webhook send_webhook(struct desk *desk, const char *body, const char *secret)
{
    char signature[SIGN_MAX];
    sign(secret, body, signature);
    return pay_webhook(desk->pay, (const uint8_t *)body, strlen(body), signature);
}

Test(pay_govuk, looks_at_a_payment_when_a_webhook_says_so)
{
    char body[512];
    struct desk *desk = desk_open(10);
    struct desk_payment *payment = &desk->payments[1];
    payment->pay = (struct message_pay){.kind = PAYMENT_SET_UP, .amount_pence = 100};
    desk_ask(desk, 1, 77, false);
    desk_wait(desk, 1, PAYMENT_SUBMITTED);
    desk_turn(desk, 100); /* pauses between looks are long by now */
    snprintf(body, sizeof body,
             "{\"resource_id\":\"%s\",\"resource_type\":\"PAYMENT\",\"event_type\":"
             "\"CARD_PAYMENT_SUCCEEDED\",\"resource\":{\"state\":{\"status\":\"failed\"}}}",
             payment->pay.reference);
    /* Forged, it is not even read. */
    const uint32_t requests = desk->standin->requests;
    cr_expect_eq(send_webhook(desk, body, "wrong"), PAY_WEBHOOK_FORGED);
    cr_expect_eq(pay_webhook(desk->pay, (const uint8_t *)body, strlen(body), ""),
                 PAY_WEBHOOK_FORGED);
    cr_assert(standin_visit(desk->standin, payment->pay.reference, true));
    cr_expect_eq(desk->standin->requests, requests);
    /* What it says is not believed, and twice is harmless. */
    cr_expect_eq(send_webhook(desk, body, DESK_SECRET), PAY_WEBHOOK_TAKEN);
    cr_expect_eq(send_webhook(desk, body, DESK_SECRET), PAY_WEBHOOK_TAKEN);
    desk_wait(desk, 1, PAYMENT_DONE);
    cr_expect_eq(send_webhook(desk, body, DESK_SECRET), PAY_WEBHOOK_IGNORED, "it is over");
    cr_expect_eq(send_webhook(desk, "{}", DESK_SECRET), PAY_WEBHOOK_BAD);
    cr_expect_eq(send_webhook(desk, "not JSON", DESK_SECRET), PAY_WEBHOOK_BAD);
    cr_expect_eq(standin_taken(desk->standin), 100);
    desk_close(desk);
}
