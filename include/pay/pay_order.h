/* One order under way at GOV.UK Pay: what to ask next, the request for it, and what an answer
 * means. No I/O: pay_govuk.c sends and waits. */
#ifndef PAY_PAY_ORDER_H
#define PAY_PAY_ORDER_H

#include "core/event.h"
#include "core/message.h"
#include "pay/pay_http.h"

#define PAY_ORDER_KEY_MAX  37   /* a UUID and the NUL */
#define PAY_ORDER_BODY_MAX 2048 /* longest request body, with the NUL */
#define PAY_ORDER_TEXT_MAX 512  /* of return_url, with the NUL */
#define PAY_ORDER_WHAT_MAX 256  /* of description, with the NUL: the provider takes 255 */

enum pay_order_step {
    PAY_ORDER_AGREE = 1,   /* make the agreement that the first payment sets up */
    PAY_ORDER_FIND,        /* is there a payment with our reference? */
    PAY_ORDER_CREATE,      /* make it */
    PAY_ORDER_LOOK,        /* how does it stand? */
    PAY_ORDER_CAPTURE,     /* take the money, now that the journal knows of it */
    PAY_ORDER_AVAILABLE,   /* how much of the payment can be refunded? */
    PAY_ORDER_REFUND,      /* refund it */
    PAY_ORDER_LOOK_REFUND, /* how does the refund stand? */
    PAY_ORDER_CANCEL,      /* the agreement */
};

/* What an answer leads to. */
enum pay_order_next {
    PAY_ORDER_GO_ON, /* with `step`, at once */
    PAY_ORDER_WAIT,  /* with `step`, after a pause: it is in the provider's hands */
    PAY_ORDER_RETRY, /* with `step`, after a pause: it went wrong, see `why` */
    PAY_ORDER_OVER,  /* `state` is the outcome */
};

struct pay_order {
    struct message_pay pay; /* references become known on the way */
    enum pay_order_step step;
    enum payment_state state; /* DUE, then as it is to be told */
    char code[PAYMENT_CODE_MAX];
    char url[PAYMENT_URL_MAX];
    int64_t available_pence; /* REFUND */
    const char *why;         /* of a RETRY: a constant text */
};

/* The order of a MESSAGE_PAY, with its first step. */
void pay_order_init(struct pay_order *order, const struct message_pay *pay);

struct pay_order_texts {
    const char *return_url;
    const char *description;
};

/* The request of the order's step, in buffers of the caller's. */
struct pay_order_request {
    char path[PAY_HTTP_PATH_MAX];
    char body[PAY_ORDER_BODY_MAX];
    char key[PAY_ORDER_KEY_MAX];
    bool has_body; /* POST */
    bool has_key;
};

void pay_order_request(const struct pay_order *order, const struct pay_order_texts *texts,
                       struct pay_order_request *request);

/* The key of the payment, a UUID (RFC 9562, version 8) made of what it is: the same for the same
 * payment after any restart, and no other's. */
void pay_order_key(const struct message_pay *pay, char key[PAY_ORDER_KEY_MAX]);

/* Take the answer to the order's step. */
enum pay_order_next pay_order_take(struct pay_order *order, const struct pay_http_answer *answer);

/* How it stands, as an event for the core. */
void pay_order_event(const struct pay_order *order, struct event *event);

#endif
