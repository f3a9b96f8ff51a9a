/* Orders wait in a table for their time; a few are asked for at once. An answer is given to the
 * dispatcher from the loop, again until it is taken. */
#include "pay/pay_govuk.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "pay/pay_order.h"
#include "pay/pay_webhook.h"

#define ANSWER_RETRY_MS 50  /* until an answer that the dispatcher could not take is given again */
#define DOUBLINGS_MAX   20  /* of the first pause */
#define SECRET_MAX      512 /* of key and webhook secret, with the NUL */
#define DETAIL_MAX      256
#define RETRY_AFTER_MAX (PAY_GOVUK_PAUSE_MAX_MS / 1000)

/* A place in the table; in use where order.pay.payment is not 0. */
struct place {
    struct govuk *govuk;
    struct pay_order order;
    struct request_id request; /* who waits for the page, or 0 */
    bool is_asking;            /* a request is under way */
    bool is_nudged;            /* ... and a webhook came meanwhile */
    bool has_news;             /* the order's state is to be told */
    uint32_t tries;            /* since it last went well */
    int64_t due_ms;            /* when something is to be done next */
};

struct govuk {
    struct pay pay;
    uv_loop_t *loop;
    uv_timer_t timer;
    struct pay_http *http;
    struct random random;
    int64_t pause_ms;
    uint32_t asking_count;
    char webhook_secret[SECRET_MAX];
    char return_url[PAY_ORDER_TEXT_MAX];
    char description[PAY_ORDER_WHAT_MAX];
    struct place places[PAYMENTS_OPEN_MAX];
};

static void say(const struct place *place, const char *what, const char *why, int64_t pause_ms)
{
    const struct govuk *govuk = place->govuk;
    char detail[DETAIL_MAX];
    snprintf(detail, sizeof detail,
             "payment=%" PRIu64 " kind=%s tries=%u pause_ms=%" PRId64 " code=%s: %s",
             place->order.pay.payment, payment_kind_text(place->order.pay.kind), place->tries,
             pause_ms, place->order.code[0] != '\0' ? place->order.code : "-", why);
    govuk->pay.callbacks.on_log(govuk->pay.callbacks.user, what, detail);
}

static bool is_used(const struct place *place)
{
    return place->order.pay.payment != 0;
}

/* Doubles with each try, up to a maximum; half of it is left to chance, so that many orders that
 * failed together do not come back together. */
static int64_t pause_after(struct govuk *govuk, uint32_t tries, int64_t least_ms)
{
    int64_t pause_ms = govuk->pause_ms;
    for (uint32_t i = 1; i < tries && i < DOUBLINGS_MAX && pause_ms < PAY_GOVUK_PAUSE_MAX_MS; i++)
        pause_ms *= 2;
    if (pause_ms > PAY_GOVUK_PAUSE_MAX_MS)
        pause_ms = PAY_GOVUK_PAUSE_MAX_MS;
    pause_ms = pause_ms / 2 + random_between(&govuk->random, 0, pause_ms - pause_ms / 2);
    return pause_ms > least_ms ? pause_ms : least_ms;
}

static void on_timer(uv_timer_t *timer);

/* Wake up when the first is due; those that are asked for come by themselves. */
static void arm(struct govuk *govuk)
{
    const int64_t now_ms = (int64_t)uv_now(govuk->loop);
    int64_t first_ms = INT64_MAX;
    for (uint32_t i = 0; i < PAYMENTS_OPEN_MAX; i++) {
        const struct place *place = &govuk->places[i];
        if (is_used(place) && !place->is_asking && place->due_ms < first_ms)
            first_ms = place->due_ms;
    }
    if (first_ms == INT64_MAX ||
        (first_ms <= now_ms && govuk->asking_count == PAY_GOVUK_REQUESTS_MAX)) {
        uv_timer_stop(&govuk->timer);
        return;
    }
    uv_timer_start(&govuk->timer, on_timer, first_ms > now_ms ? (uint64_t)(first_ms - now_ms) : 0,
                   0);
}

/* The order's state to the dispatcher; true when it is taken. */
static bool tell(struct place *place)
{
    struct govuk *govuk = place->govuk;
    struct event event;
    pay_order_event(&place->order, &event);
    event.request = place->request;
    if (!govuk->pay.callbacks.on_answer(govuk->pay.callbacks.user, &event)) {
        place->due_ms = (int64_t)uv_now(govuk->loop) + ANSWER_RETRY_MS;
        return false;
    }
    place->request = (struct request_id){0};
    place->has_news = false;
    if (place->order.state != PAYMENT_SUBMITTED)
        place->order.pay.payment = 0;
    return true;
}

/* Nobody can be sent to a page that could not be had: nothing was paid, and nothing will be. */
static void give_up(struct place *place)
{
    place->order.state = PAYMENT_FAILED;
    memcpy(place->order.code, "LOST", sizeof "LOST");
    place->has_news = true;
    place->due_ms = (int64_t)uv_now(place->govuk->loop);
}

static bool is_hopeless(const struct place *place)
{
    const struct message_pay *pay = &place->order.pay;
    return pay->kind == PAYMENT_SET_UP && pay->reference[0] == '\0' &&
           (place->request.value == 0 || place->tries >= PAY_GOVUK_SET_UP_TRIES);
}

static void retry(struct place *place, int64_t least_ms)
{
    struct govuk *govuk = place->govuk;
    place->tries++;
    const int64_t pause_ms = pause_after(govuk, place->tries, least_ms);
    place->due_ms = (int64_t)uv_now(govuk->loop) + pause_ms;
    if ((place->tries & (place->tries - 1)) == 0) /* the 1st, 2nd, 4th, 8th ... */
        say(place, "payment_retry", place->order.why, pause_ms);
    if (is_hopeless(place))
        give_up(place);
    else if (place->request.value != 0 && place->order.pay.reference[0] != '\0')
        place->has_news = place->order.state == PAYMENT_SUBMITTED; /* without the page */
}

static void take(struct place *place, enum pay_order_next next, enum payment_state before,
                 int64_t retry_after_ms)
{
    struct govuk *govuk = place->govuk;
    const int64_t now_ms = (int64_t)uv_now(govuk->loop);
    place->due_ms = now_ms;
    switch (next) {
    case PAY_ORDER_GO_ON:
        return;
    case PAY_ORDER_RETRY:
        retry(place, retry_after_ms);
        return;
    case PAY_ORDER_WAIT:
        place->has_news = before != PAYMENT_SUBMITTED || place->request.value != 0;
        place->tries++;
        if (!place->is_nudged && !place->has_news)
            place->due_ms = now_ms + pause_after(govuk, place->tries, 0);
        return;
    case PAY_ORDER_OVER:
        place->has_news = true;
        if (place->order.state == PAYMENT_FAILED)
            say(place, "payment_failed", "the provider says so", 0);
        return;
    }
}

static void on_answer(void *user, const struct pay_http_answer *answer)
{
    struct place *place = user;
    struct govuk *govuk = place->govuk;
    const enum payment_state before = place->order.state;
    CHECK(place->is_asking && govuk->asking_count > 0);
    place->is_asking = false;
    govuk->asking_count--;
    const int64_t after_s =
        answer->retry_after_s < RETRY_AFTER_MAX ? answer->retry_after_s : RETRY_AFTER_MAX;
    take(place, pay_order_take(&place->order, answer), before, after_s * 1000);
    place->is_nudged = false;
    arm(govuk);
}

static void ask(struct place *place)
{
    struct govuk *govuk = place->govuk;
    const struct pay_order_texts texts = {govuk->return_url, govuk->description};
    struct pay_order_request request;
    pay_order_request(&place->order, &texts, &request);
    const struct pay_http_request sent = {
        .path = request.path,
        .body = request.has_body ? request.body : NULL,
        .idempotency_key = request.has_key ? request.key : NULL,
        .done = on_answer,
        .user = place,
    };
    place->is_asking = pay_http_send(govuk->http, &sent);
    if (place->is_asking) {
        govuk->asking_count++;
        return;
    }
    place->order.why = "out of memory";
    retry(place, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct govuk *govuk = timer->data;
    const int64_t now_ms = (int64_t)uv_now(govuk->loop);
    for (uint32_t i = 0; i < PAYMENTS_OPEN_MAX; i++) {
        struct place *place = &govuk->places[i];
        if (!is_used(place) || place->is_asking || place->due_ms > now_ms)
            continue;
        if (place->has_news) {
            if (tell(place) && is_used(place))
                place->due_ms = now_ms + pause_after(govuk, place->tries, 0);
        } else if (govuk->asking_count < PAY_GOVUK_REQUESTS_MAX) {
            ask(place);
        }
    }
    arm(govuk);
}

/* The place of a payment, or a free one. */
static struct place *find_place(struct govuk *govuk, uint64_t payment)
{
    struct place *free_place = NULL;
    for (uint32_t i = 0; i < PAYMENTS_OPEN_MAX; i++) {
        struct place *place = &govuk->places[i];
        if (place->order.pay.payment == payment)
            return place;
        if (free_place == NULL && !is_used(place))
            free_place = place;
    }
    CHECK(free_place != NULL); /* the core orders no more at one time */
    return free_place;
}

/* An order that is there already is the same payment: only who waits for it may be another. */
static void govuk_ask(struct pay *pay, const struct message *message)
{
    struct govuk *govuk = (struct govuk *)pay;
    struct place *place = find_place(govuk, message->pay.payment);
    const int64_t now_ms = (int64_t)uv_now(govuk->loop);
    if (!is_used(place)) {
        *place = (struct place){.govuk = govuk};
        pay_order_init(&place->order, &message->pay);
        if (place->order.pay.reference[0] != '\0')
            place->order.state = PAYMENT_SUBMITTED;
    }
    place->request = message->request;
    place->tries = 0;
    place->due_ms = now_ms;
    if (is_hopeless(place))
        give_up(place);
    arm(govuk);
}

static struct place *find_about(struct govuk *govuk, const struct pay_webhook_about *about)
{
    for (uint32_t i = 0; i < PAYMENTS_OPEN_MAX; i++) {
        struct place *place = &govuk->places[i];
        const struct message_pay *pay = &place->order.pay;
        if (!is_used(place))
            continue;
        if ((about->payment[0] != '\0' && (strcmp(pay->reference, about->payment) == 0 ||
                                           strcmp(pay->paid, about->payment) == 0)) ||
            (about->refund[0] != '\0' && strcmp(pay->reference, about->refund) == 0))
            return place;
    }
    return NULL;
}

static enum pay_webhook govuk_webhook(struct pay *pay, const uint8_t *body, size_t size,
                                      const char *signature)
{
    struct govuk *govuk = (struct govuk *)pay;
    struct pay_webhook_about about;
    char detail[DETAIL_MAX];
    if (govuk->webhook_secret[0] == '\0')
        return PAY_WEBHOOK_NONE;
    if (!pay_webhook_is_signed(govuk->webhook_secret, body, size, signature)) {
        pay->callbacks.on_log(pay->callbacks.user, "webhook_forged", "the signature is wrong");
        return PAY_WEBHOOK_FORGED;
    }
    if (!pay_webhook_read(body, size, &about)) {
        pay->callbacks.on_log(pay->callbacks.user, "webhook_bad", "it names no payment");
        return PAY_WEBHOOK_BAD;
    }
    struct place *place = find_about(govuk, &about);
    if (place == NULL) {
        snprintf(detail, sizeof detail, "payment=%s refund=%s is over, or none of ours",
                 about.payment, about.refund);
        pay->callbacks.on_log(pay->callbacks.user, "webhook_ignored", detail);
        return PAY_WEBHOOK_IGNORED;
    }
    place->is_nudged = place->is_asking;
    place->due_ms = (int64_t)uv_now(govuk->loop);
    arm(govuk);
    return PAY_WEBHOOK_TAKEN;
}

static void free_govuk(struct govuk *govuk)
{
    OPENSSL_cleanse(govuk->webhook_secret, sizeof govuk->webhook_secret);
    free(govuk);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct govuk *govuk = handle->data;
    const struct pay_callbacks callbacks = govuk->pay.callbacks;
    free_govuk(govuk);
    callbacks.on_closed(callbacks.user);
}

static void on_http_closed(void *user)
{
    struct govuk *govuk = user;
    uv_close((uv_handle_t *)&govuk->timer, on_timer_closed);
}

static void govuk_close(struct pay *pay)
{
    struct govuk *govuk = (struct govuk *)pay;
    uv_timer_stop(&govuk->timer);
    pay_http_close(govuk->http, on_http_closed, govuk);
}

static const struct pay_ops govuk_ops = {
    .ask = govuk_ask, .webhook = govuk_webhook, .close = govuk_close};

static bool open_http(struct govuk *govuk, const struct pay_govuk_config *config)
{
    char authorization[SECRET_MAX + 8];
    CHECK(strlen(config->key) < SECRET_MAX);
    snprintf(authorization, sizeof authorization, "Bearer %s", config->key);
    const struct pay_http_config http = {
        .url = config->url, .authorization = authorization, .timeout_ms = config->timeout_ms};
    govuk->http = pay_http_open(govuk->loop, &http);
    OPENSSL_cleanse(authorization, sizeof authorization);
    return govuk->http != NULL;
}

struct pay *pay_govuk_open(uv_loop_t *loop, const struct pay_govuk_config *config,
                           const struct pay_callbacks *callbacks)
{
    struct govuk *govuk = calloc(1, sizeof *govuk);
    CHECK(strlen(config->webhook_secret) < SECRET_MAX && config->pause_ms >= 1);
    CHECK(strlen(config->return_url) < PAY_ORDER_TEXT_MAX);
    CHECK(strlen(config->description) < PAY_ORDER_WHAT_MAX);
    if (govuk == NULL)
        return NULL;
    govuk->pay = (struct pay){.ops = &govuk_ops, .callbacks = *callbacks};
    govuk->loop = loop;
    govuk->pause_ms = config->pause_ms;
    random_init(&govuk->random, config->seed);
    memcpy(govuk->webhook_secret, config->webhook_secret, strlen(config->webhook_secret));
    memcpy(govuk->return_url, config->return_url, strlen(config->return_url));
    memcpy(govuk->description, config->description, strlen(config->description));
    if (!open_http(govuk, config)) {
        free_govuk(govuk);
        return NULL;
    }
    uv_timer_init(loop, &govuk->timer);
    govuk->timer.data = govuk;
    return &govuk->pay;
}
