/* Who takes riders' money: one narrow table that every payment provider implements, the account
 * (pay/pay_account.h), where everybody gets bills, and GOV.UK Pay (pay/pay_govuk.h).
 *
 * Orders come in when they are durable, answers go out as EVENT_PAYMENT. What is ordered twice is
 * done once. An order is answered when its outcome is known and not before: a provider that does
 * not answer is asked until it does, because what is in doubt may have been paid.
 *
 * All callbacks run on the loop's thread, none from inside pay_ask() or pay_close(). No card data
 * ever comes here: riders give it on the provider's own page. */
#ifndef PAY_PAY_H
#define PAY_PAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "core/message.h"

struct pay_callbacks {
    void *user;
    /* False: the dispatcher cannot take it now; it is given again a moment later. */
    bool (*on_answer)(void *user, const struct event *event);
    /* One line for the log: `what` is a word such as "payment_retry", detail is free text. */
    void (*on_log)(void *user, const char *what, const char *detail);
    void (*on_closed)(void *user);
};

/* What became of a webhook; the HTTP status to answer it with. */
enum pay_webhook {
    PAY_WEBHOOK_TAKEN = 200,   /* the payment it names is looked at, */
    PAY_WEBHOOK_IGNORED = 202, /* ... or is none of ours, or over: twice is harmless */
    PAY_WEBHOOK_BAD = 400,     /* signed, but not what the provider sends */
    PAY_WEBHOOK_FORGED = 401,  /* not signed by the provider */
    PAY_WEBHOOK_NONE = 404,    /* this provider sends none */
};

struct pay;

struct pay_ops {
    void (*ask)(struct pay *pay, const struct message *message);
    enum pay_webhook (*webhook)(struct pay *pay, const uint8_t *body, size_t size,
                                const char *signature);
    void (*close)(struct pay *pay);
};

struct pay {
    const struct pay_ops *ops;
    struct pay_callbacks callbacks;
};

/* Take a MESSAGE_PAY; copied. */
static inline void pay_ask(struct pay *pay, const struct message *message)
{
    CHECK(message->kind == MESSAGE_PAY);
    pay->ops->ask(pay, message);
}

/* A webhook's body as it came, and its signature header or "". */
static inline enum pay_webhook pay_webhook(struct pay *pay, const uint8_t *body, size_t size,
                                           const char *signature)
{
    return pay->ops->webhook(pay, body, size, signature);
}

/* Give up what is under way, then on_closed. */
static inline void pay_close(struct pay *pay)
{
    pay->ops->close(pay);
}

#endif
