/* A webhook of GOV.UK Pay (docs.payments.service.gov.uk/webhooks): whether it is theirs, and which
 * payment it is about. What it says of that payment is not used: webhooks may come twice, late and
 * in any order, so the payment is asked for instead. */
#ifndef PAY_PAY_WEBHOOK_H
#define PAY_PAY_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/payment.h"

#define PAY_WEBHOOK_SIGNATURE_MAX 65 /* 64 hexadecimal digits and the NUL */

/* Is `signature` the lower-case hexadecimal HMAC-SHA256 of the body under the secret? In a time
 * that does not depend on how much of it is right. */
MUST_CHECK bool pay_webhook_is_signed(const char *secret, const uint8_t *body, size_t size,
                                      const char *signature);

struct pay_webhook_about {
    char payment[PAYMENT_REFERENCE_MAX]; /* the provider's name of the payment, ... */
    char refund[PAYMENT_REFERENCE_MAX];  /* ... and of its refund, or "" */
};

/* False when the body is not a webhook's. */
MUST_CHECK bool pay_webhook_read(const uint8_t *body, size_t size, struct pay_webhook_about *about);

#endif
