/* The embedded default: riders owe on their account, bills say how much, and finance records what
 * comes in by bank. Nobody is asked over any network. */
#ifndef PAY_PAY_ACCOUNT_H
#define PAY_PAY_ACCOUNT_H

#include <uv.h>

#include "pay/pay.h"

/* NULL: out of memory. */
MUST_CHECK struct pay *pay_account_open(uv_loop_t *loop, const struct pay_callbacks *callbacks);

#endif
