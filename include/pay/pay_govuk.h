/* GOV.UK Pay (docs.payments.service.gov.uk, API version 1): agreements that riders set up on its
 * own pages, payments under them, captures and refunds.
 *
 * 429, errors of the server and answers that do not come are tried again, with pauses that double
 * up to PAY_GOVUK_PAUSE_MAX_MS and a random part, for as long as it takes. A refusal that cannot
 * succeed is the payment's failure, with its code. Where an answer is lost after the server may
 * have acted, the state is asked for before anything is sent again: payments under an agreement
 * carry an idempotency key made of the payment itself, refunds the amount that was available.
 * Failures of ours: "LOST" (no page could be had for the rider), "NOFUND" (not refundable). */
#ifndef PAY_PAY_GOVUK_H
#define PAY_PAY_GOVUK_H

#include <uv.h>

#include "pay/pay.h"

#define PAY_GOVUK_URL          "https://publicapi.payments.service.gov.uk"
#define PAY_GOVUK_PAUSE_MAX_MS 300000 /* between two tries */
#define PAY_GOVUK_REQUESTS_MAX 8      /* under way at one time */
#define PAY_GOVUK_SET_UP_TRIES 3      /* while a rider waits for the page */

struct pay_govuk_config {
    const char *url;            /* PAY_GOVUK_URL, or a stand-in's; all are copied */
    const char *key;            /* the API key: a secret */
    const char *webhook_secret; /* a secret; "" where webhooks are not used */
    const char *return_url;     /* where riders come back to from the page */
    const char *description;    /* of payments and agreements, as riders see it */
    int64_t timeout_ms;         /* of one request */
    int64_t pause_ms;           /* the first pause */
    uint64_t seed;              /* of the pauses' random part */
};

/* NULL: out of memory. */
MUST_CHECK struct pay *pay_govuk_open(uv_loop_t *loop, const struct pay_govuk_config *config,
                                      const struct pay_callbacks *callbacks);

#endif
