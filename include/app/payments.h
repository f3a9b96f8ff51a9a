/* The payment provider that the configuration asks for (pay/pay.h). */
#ifndef APP_PAYMENTS_H
#define APP_PAYMENTS_H

#include <uv.h>

#include "app/configuration.h"
#include "pay/pay.h"

/* NULL: out of memory, which was logged. */
MUST_CHECK struct pay *payments_open(uv_loop_t *loop, const struct configuration_payments *config,
                                     const struct pay_callbacks *callbacks);

#endif
