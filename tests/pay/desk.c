#include "desk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 20000
#define TICK_MS     2

static bool on_answer(void *user, const struct event *event)
{
    struct desk *desk = user;
    const struct event_payment *said = &event->payment;
    struct desk_payment *payment = &desk->payments[said->payment];
    cr_assert_eq(event->kind, EVENT_PAYMENT);
    if (desk->refusals > 0) {
        desk->refusals--;
        return false;
    }
    cr_assert(payment->state < PAYMENT_DONE, "what is over is not told again");
    payment->told++;
    payment->answered += event->request.value != 0;
    payment->state = said->state;
    memcpy(payment->code, said->code, sizeof payment->code);
    memcpy(payment->url, said->url, sizeof payment->url);
    memcpy(payment->pay.reference, said->reference, sizeof payment->pay.reference);
    if (payment->pay.kind == PAYMENT_SET_UP)
        memcpy(payment->pay.agreement, said->agreement, sizeof payment->pay.agreement);
    return true;
}

static void on_log(void *user, const char *what, const char *detail)
{
    struct desk *desk = user;
    desk->log_count++;
    snprintf(desk->logged, sizeof desk->logged, "%s %s", what, detail);
    cr_assert_null(strstr(desk->logged, STANDIN_KEY), "a secret is never logged");
    cr_assert_null(strstr(desk->logged, DESK_SECRET));
}

static void on_closed(void *user)
{
    struct desk *desk = user;
    desk->is_closed = true;
}

static void open_pay(struct desk *desk)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", desk->standin->port);
    const struct pay_govuk_config config = {
        .url = url,
        .key = STANDIN_KEY,
        .webhook_secret = DESK_SECRET,
        .return_url = "https://rides.example.gov.uk/paid",
        .description = "Rides",
        .timeout_ms = 200,
        .pause_ms = 4,
        .seed = 1,
    };
    const struct pay_callbacks callbacks = {desk, on_answer, on_log, on_closed};
    desk->pay = pay_govuk_open(&desk->loop, &config, &callbacks);
    cr_assert_not_null(desk->pay);
}

struct desk *desk_open(uint64_t seed)
{
    struct desk *desk = calloc(1, sizeof *desk);
    cr_assert_not_null(desk);
    desk->standin = standin_open(seed, 0);
    cr_assert_not_null(desk->standin);
    cr_assert_eq(uv_loop_init(&desk->loop), 0);
    uv_timer_init(&desk->loop, &desk->ticks);
    desk->ticks.data = desk;
    open_pay(desk);
    return desk;
}

static void close_pay(struct desk *desk)
{
    desk->is_closed = false;
    pay_close(desk->pay);
    while (!desk->is_closed)
        uv_run(&desk->loop, UV_RUN_ONCE);
}

void desk_restart(struct desk *desk)
{
    close_pay(desk);
    open_pay(desk);
}

void desk_close(struct desk *desk)
{
    close_pay(desk);
    uv_close((uv_handle_t *)&desk->ticks, NULL);
    uv_run(&desk->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&desk->loop), 0);
    standin_close(desk->standin);
    free(desk);
}

void desk_ask(struct desk *desk, uint64_t payment, uint64_t request, bool is_again)
{
    struct desk_payment *known = &desk->payments[payment];
    cr_assert(payment < DESK_ORDERS_MAX);
    known->pay.rider = (struct rider_id){7, payment};
    known->pay.payment = payment;
    known->pay.is_again = is_again;
    const struct message message = {.kind = MESSAGE_PAY, .request = {request}, .pay = known->pay};
    pay_ask(desk->pay, &message);
}

void desk_collect(struct desk *desk, uint64_t payment, int64_t pence)
{
    struct message_pay *pay = &desk->payments[payment].pay;
    *pay = (struct message_pay){.kind = PAYMENT_COLLECT, .amount_pence = pence};
    standin_agree(desk->standin, pay->agreement);
    desk_ask(desk, payment, 0, false);
}

static void on_tick(uv_timer_t *timer)
{
    struct desk *desk = timer->data;
    desk->is_late = (int64_t)uv_now(&desk->loop) >= desk->late_ms;
}

/* A turn of the loop may sleep until the next timer, so there is one every other millisecond. */
static void be_late_after(struct desk *desk, int64_t ms)
{
    uv_update_time(&desk->loop);
    desk->is_late = false;
    desk->late_ms = (int64_t)uv_now(&desk->loop) + ms;
    uv_timer_start(&desk->ticks, on_tick, TICK_MS, TICK_MS);
}

void desk_turn(struct desk *desk, int64_t ms)
{
    be_late_after(desk, ms);
    while (!desk->is_late)
        uv_run(&desk->loop, UV_RUN_ONCE);
}

static void wait_until(struct desk *desk, uint64_t payment, enum payment_state least,
                       enum payment_state most)
{
    const struct desk_payment *known = &desk->payments[payment];
    be_late_after(desk, PATIENCE_MS);
    while (known->state < least && !desk->is_late)
        uv_run(&desk->loop, UV_RUN_ONCE);
    cr_assert(known->state >= least && known->state <= most, "payment %u is %d, last: %s",
              (unsigned)payment, (int)known->state, desk->logged);
}

void desk_wait(struct desk *desk, uint64_t payment, enum payment_state state)
{
    wait_until(desk, payment, state, state);
}

void desk_wait_over(struct desk *desk, uint64_t payment)
{
    wait_until(desk, payment, PAYMENT_DONE, PAYMENT_FAILED);
}
