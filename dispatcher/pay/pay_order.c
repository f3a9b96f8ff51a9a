/* Each step knows its request and its answers. Whatever cannot be read, or says something of
 * another payment, is as good as lost: what is in doubt is looked at again, never believed. */
#include "pay/pay_order.h"

#include <inttypes.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_SIZE 16

static bool is_set(const char *reference)
{
    return reference[0] != '\0';
}

static enum pay_order_step first_step(const struct message_pay *pay)
{
    switch (pay->kind) {
    case PAYMENT_COLLECT:
        if (is_set(pay->reference))
            return PAY_ORDER_LOOK;
        return pay->is_again ? PAY_ORDER_FIND : PAY_ORDER_CREATE;
    case PAYMENT_SET_UP:
        return is_set(pay->reference) ? PAY_ORDER_LOOK : PAY_ORDER_AGREE;
    case PAYMENT_REFUND:
        return is_set(pay->reference) ? PAY_ORDER_LOOK_REFUND : PAY_ORDER_AVAILABLE;
    default:
        CHECK(pay->kind == PAYMENT_END);
        return PAY_ORDER_CANCEL;
    }
}

void pay_order_init(struct pay_order *order, const struct message_pay *pay)
{
    *order = (struct pay_order){.pay = *pay, .step = first_step(pay), .state = PAYMENT_DUE};
}

void pay_order_key(const struct message_pay *pay, char key[PAY_ORDER_KEY_MAX])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[160];
    const int length = snprintf(text, sizeof text,
                                "commonwheel payment %016" PRIx64 "%016" PRIx64 " %" PRIu64
                                " %d %" PRId32 " %" PRId64,
                                pay->rider.high, pay->rider.low, pay->payment, (int)pay->kind,
                                pay->travel_day, pay->amount_pence);
    CHECK(length > 0 && (size_t)length < sizeof text);
    CHECK(EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha256(), NULL) == 1);
    digest[6] = (uint8_t)((digest[6] & 0x0f) | 0x80); /* version 8 */
    digest[8] = (uint8_t)((digest[8] & 0x3f) | 0x80); /* variant */
    char *at = key;
    for (int i = 0; i < KEY_SIZE; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = "0123456789abcdef"[digest[i] >> 4];
        *at++ = "0123456789abcdef"[digest[i] & 15];
    }
    *at = '\0';
}

__attribute__((format(printf, 3, 4))) static void write_text(char *text, size_t size,
                                                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    CHECK(length >= 0 && (size_t)length < size);
}

#define PATH(...) write_text(request->path, sizeof request->path, __VA_ARGS__)

static void write_body(struct pay_order_request *request, json_t *body)
{
    request->has_body = true;
    CHECK(body != NULL);
    const size_t size = json_dumpb(body, request->body, sizeof request->body - 1, JSON_COMPACT);
    json_decref(body);
    CHECK(size > 0 && size < sizeof request->body);
    request->body[size] = '\0';
}

static void request_create(const struct pay_order *order, const struct pay_order_texts *texts,
                           struct pay_order_request *request)
{
    const struct message_pay *pay = &order->pay;
    PATH("/v1/payments");
    if (pay->kind == PAYMENT_COLLECT) {
        request->has_key = true;
        write_body(request,
                   json_pack("{sIssssssss}", "amount", (json_int_t)pay->amount_pence, "reference",
                             request->key, "description", texts->description, "authorisation_mode",
                             "agreement", "agreement_id", pay->agreement));
        return;
    }
    write_body(request, json_pack("{sIsssssssssb}", "amount", (json_int_t)pay->amount_pence,
                                  "reference", request->key, "description", texts->description,
                                  "return_url", texts->return_url, "set_up_agreement",
                                  pay->agreement, "delayed_capture", 1));
}

void pay_order_request(const struct pay_order *order, const struct pay_order_texts *texts,
                       struct pay_order_request *request)
{
    const struct message_pay *pay = &order->pay;
    memset(request, 0, sizeof *request);
    pay_order_key(pay, request->key);
    switch (order->step) {
    case PAY_ORDER_AGREE:
        PATH("/v1/agreements");
        write_body(request, json_pack("{ssss}", "reference", request->key, "description",
                                      texts->description));
        return;
    case PAY_ORDER_FIND:
        PATH("/v1/payments?reference=%s", request->key);
        return;
    case PAY_ORDER_CREATE:
        request_create(order, texts, request);
        return;
    case PAY_ORDER_LOOK:
        PATH("/v1/payments/%s", pay->reference);
        return;
    case PAY_ORDER_CAPTURE:
        PATH("/v1/payments/%s/capture", pay->reference);
        request->has_body = true; /* of nothing */
        return;
    case PAY_ORDER_AVAILABLE:
        PATH("/v1/payments/%s", pay->paid);
        return;
    case PAY_ORDER_REFUND:
        PATH("/v1/payments/%s/refunds", pay->paid);
        write_body(request,
                   json_pack("{sIsI}", "amount", (json_int_t)pay->amount_pence,
                             "refund_amount_available", (json_int_t)order->available_pence));
        return;
    case PAY_ORDER_LOOK_REFUND:
        PATH("/v1/payments/%s/refunds/%s", pay->paid, pay->reference);
        return;
    case PAY_ORDER_CANCEL:
        PATH("/v1/agreements/%s/cancel", pay->agreement);
        request->has_body = true;
        return;
    }
}

/* ---- Answers ---- */

static enum pay_order_next go_on(struct pay_order *order, enum pay_order_step step)
{
    order->step = step;
    return PAY_ORDER_GO_ON;
}

static enum pay_order_next wait_for(struct pay_order *order, enum pay_order_step step)
{
    order->step = step;
    order->state = PAYMENT_SUBMITTED;
    return PAY_ORDER_WAIT;
}

static enum pay_order_next over(struct pay_order *order, enum payment_state state, const char *code)
{
    order->state = state;
    memset(order->code, 0, sizeof order->code);
    if (state == PAYMENT_FAILED && strlen(code) < sizeof order->code)
        memcpy(order->code, code, strlen(code) + 1);
    if (!payment_reference_valid(order->code, sizeof order->code))
        memset(order->code, 0, sizeof order->code);
    return PAY_ORDER_OVER;
}

/* To be tried again: where the provider may have acted, by looking first. */
static enum pay_order_next doubt(struct pay_order *order, const char *why)
{
    order->why = why;
    if (order->step == PAY_ORDER_CREATE)
        order->step = PAY_ORDER_FIND;
    else if (order->step == PAY_ORDER_CAPTURE)
        order->step = PAY_ORDER_LOOK;
    else if (order->step == PAY_ORDER_REFUND)
        order->step = PAY_ORDER_AVAILABLE;
    return PAY_ORDER_RETRY;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* A reference of the provider's; false where there is none, or none that we would put in a URL. */
static bool read_reference(const json_t *object, const char *name,
                           char reference[PAYMENT_REFERENCE_MAX])
{
    char read[PAYMENT_REFERENCE_MAX] = "";
    const char *text = text_of(object, name);
    if (text[0] == '\0' || strlen(text) >= sizeof read)
        return false;
    memcpy(read, text, strlen(text) + 1);
    if (!payment_reference_valid(read, sizeof read))
        return false;
    memcpy(reference, read, sizeof read);
    return true;
}

static void read_url(const json_t *payment, char url[PAYMENT_URL_MAX])
{
    const json_t *link = json_object_get(json_object_get(payment, "_links"), "next_url");
    const char *text = text_of(link, "href");
    memset(url, 0, PAYMENT_URL_MAX);
    if (strlen(text) < PAYMENT_URL_MAX &&
        (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://127.0.0.1:", 17) == 0))
        memcpy(url, text, strlen(text) + 1);
}

/* Is it this payment, as we asked for it? */
static bool is_ours(const struct pay_order *order, const json_t *payment)
{
    char key[PAY_ORDER_KEY_MAX];
    pay_order_key(&order->pay, key);
    return strcmp(text_of(payment, "reference"), key) == 0 &&
           json_integer_value(json_object_get(payment, "amount")) == order->pay.amount_pence;
}

static enum pay_order_next take_payment(struct pay_order *order, const json_t *payment)
{
    const json_t *state = json_object_get(payment, "state");
    const char *status = text_of(state, "status");
    char reference[PAYMENT_REFERENCE_MAX];
    if (!is_ours(order, payment) || !read_reference(payment, "payment_id", reference))
        return doubt(order, "the answer is of another payment");
    if (order->step == PAY_ORDER_LOOK && strcmp(reference, order->pay.reference) != 0)
        return doubt(order, "the answer is of another payment");
    memcpy(order->pay.reference, reference, sizeof reference);
    if (order->step == PAY_ORDER_FIND && order->pay.kind == PAYMENT_SET_UP)
        return go_on(order, PAY_ORDER_LOOK); /* a search does not say where the page is */
    read_url(payment, order->url);
    if (strcmp(status, "success") == 0)
        return over(order, PAYMENT_DONE, "");
    if (strcmp(status, "failed") == 0 || strcmp(status, "cancelled") == 0 ||
        strcmp(status, "error") == 0)
        return over(order, PAYMENT_FAILED, text_of(state, "code"));
    if (strcmp(status, "capturable") == 0)
        return go_on(order, PAY_ORDER_CAPTURE);
    if (strcmp(status, "created") == 0 || strcmp(status, "started") == 0 ||
        strcmp(status, "submitted") == 0)
        return wait_for(order, PAY_ORDER_LOOK);
    return doubt(order, "the payment is in no known state");
}

/* The payment with our reference; what the search knows may be late, so none means only that the
 * idempotency key has to be relied on. */
static enum pay_order_next take_found(struct pay_order *order, const json_t *found)
{
    const json_t *results = json_object_get(found, "results");
    if (!json_is_array(results))
        return doubt(order, "the answer is no list");
    for (size_t i = 0; i < json_array_size(results); i++) {
        if (is_ours(order, json_array_get(results, i)))
            return take_payment(order, json_array_get(results, i));
    }
    return go_on(order, PAY_ORDER_CREATE);
}

static enum pay_order_next take_agreement(struct pay_order *order, const json_t *agreement)
{
    if (!read_reference(agreement, "agreement_id", order->pay.agreement))
        return doubt(order, "the answer is no agreement");
    return go_on(order, PAY_ORDER_CREATE);
}

static enum pay_order_next take_available(struct pay_order *order, const json_t *payment)
{
    const json_t *summary = json_object_get(payment, "refund_summary");
    const json_t *available = json_object_get(summary, "amount_available");
    const json_t *submitted = json_object_get(summary, "amount_submitted");
    const char *status = text_of(summary, "status");
    if (strcmp(text_of(payment, "payment_id"), order->pay.paid) != 0 ||
        !json_is_integer(available) || !json_is_integer(submitted))
        return doubt(order, "the answer does not say what can be refunded");
    if (json_integer_value(submitted) >= order->pay.refunded_pence + order->pay.amount_pence)
        return over(order, PAYMENT_DONE, ""); /* its answer was lost */
    if (strcmp(status, "pending") == 0)
        return wait_for(order, PAY_ORDER_AVAILABLE);
    order->available_pence = json_integer_value(available);
    if (strcmp(status, "available") != 0 || order->available_pence < order->pay.amount_pence)
        return over(order, PAYMENT_FAILED, "NOFUND");
    return go_on(order, PAY_ORDER_REFUND);
}

static enum pay_order_next take_refund(struct pay_order *order, const json_t *refund)
{
    const char *status = text_of(refund, "status");
    char reference[PAYMENT_REFERENCE_MAX];
    if (!read_reference(refund, "refund_id", reference) ||
        json_integer_value(json_object_get(refund, "amount")) != order->pay.amount_pence)
        return doubt(order, "the answer is of another refund");
    memcpy(order->pay.reference, reference, sizeof reference);
    if (strcmp(status, "success") == 0)
        return over(order, PAYMENT_DONE, "");
    if (strcmp(status, "error") == 0)
        return over(order, PAYMENT_FAILED, "P0050");
    if (strcmp(status, "submitted") == 0)
        return wait_for(order, PAY_ORDER_LOOK_REFUND);
    return doubt(order, "the refund is in no known state");
}

static enum pay_order_next take_success(struct pay_order *order, const json_t *root)
{
    switch (order->step) {
    case PAY_ORDER_AGREE:
        return take_agreement(order, root);
    case PAY_ORDER_FIND:
        return take_found(order, root);
    case PAY_ORDER_CREATE:
    case PAY_ORDER_LOOK:
        return take_payment(order, root);
    case PAY_ORDER_CAPTURE:
        return go_on(order, PAY_ORDER_LOOK);
    case PAY_ORDER_AVAILABLE:
        return take_available(order, root);
    case PAY_ORDER_REFUND:
    case PAY_ORDER_LOOK_REFUND:
        return take_refund(order, root);
    case PAY_ORDER_CANCEL:
        break;
    }
    return over(order, PAYMENT_DONE, "");
}

/* A refusal. Those of a mere look say nothing of the payment; a key that was used before is good
 * news; the rest cannot succeed. */
static enum pay_order_next take_refusal(struct pay_order *order, int status, const json_t *root)
{
    const char *code = text_of(root, "code");
    switch (order->step) {
    case PAY_ORDER_CREATE:
        if (strcmp(code, "P0191") == 0)
            return doubt(order, "the idempotency key was used before");
        return over(order, PAYMENT_FAILED, code);
    case PAY_ORDER_AGREE:
        return over(order, PAYMENT_FAILED, code);
    case PAY_ORDER_REFUND:
        if (status == 412)
            return doubt(order, "the amount available to refund has changed");
        return over(order, PAYMENT_FAILED, code);
    case PAY_ORDER_CANCEL: /* it is not active, or not known: not to be used any more either way */
        return over(order, PAYMENT_DONE, "");
    default:
        return doubt(order, "the provider refused to say how it stands");
    }
}

enum pay_order_next pay_order_take(struct pay_order *order, const struct pay_http_answer *answer)
{
    const int status = answer->status;
    if (answer->outcome == PAY_HTTP_UNSENT) {
        order->why = answer->reason;
        return PAY_ORDER_RETRY;
    }
    if (answer->outcome == PAY_HTTP_LOST)
        return doubt(order, answer->reason);
    if (status == 429 || status == 401 || status == 403) { /* nothing was done */
        order->why = status == 429 ? "too many requests" : "the API key is not accepted";
        return PAY_ORDER_RETRY;
    }
    if (status < 200 || (status >= 300 && status < 400) || status == 408 || status >= 500)
        return doubt(order, "the provider is in trouble");
    json_t *root = json_loadb(answer->body, answer->size, JSON_REJECT_DUPLICATES, NULL);
    enum pay_order_next next = PAY_ORDER_RETRY;
    if (status >= 400)
        next = take_refusal(order, status, root);
    else if (root != NULL || status == 204)
        next = take_success(order, root);
    else
        next = doubt(order, "the answer is not JSON");
    json_decref(root);
    return next;
}

void pay_order_event(const struct pay_order *order, struct event *event)
{
    CHECK(order->state != PAYMENT_DUE);
    memset(event, 0, sizeof *event);
    event->kind = EVENT_PAYMENT;
    event->payment.rider = order->pay.rider;
    event->payment.payment = order->pay.payment;
    event->payment.state = order->state;
    memcpy(event->payment.reference, order->pay.reference, sizeof event->payment.reference);
    memcpy(event->payment.code, order->code, sizeof event->payment.code);
    if (order->pay.kind == PAYMENT_SET_UP)
        memcpy(event->payment.agreement, order->pay.agreement, sizeof event->payment.agreement);
    if (order->pay.kind == PAYMENT_SET_UP && order->state == PAYMENT_SUBMITTED)
        memcpy(event->payment.url, order->url, sizeof event->payment.url);
}
