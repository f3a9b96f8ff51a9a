/* Account or GOV.UK Pay. */
#include "app/payments.h"

#include "app/log.h"
#include "pay/pay_account.h"
#include "pay/pay_govuk.h"

#define PAUSE_MS 1000 /* the first, after the provider did not answer */

struct pay *payments_open(uv_loop_t *loop, const struct configuration_payments *config,
                          const struct pay_callbacks *callbacks)
{
    const struct pay_govuk_config govuk = {.url = config->url,
                                           .key = config->key,
                                           .webhook_secret = config->webhook_secret,
                                           .return_url = config->return_url,
                                           .description = config->description,
                                           .timeout_ms = config->timeout_ms,
                                           .pause_ms = PAUSE_MS,
                                           .seed = uv_hrtime()};
    struct pay *pay = config->is_govuk ? pay_govuk_open(loop, &govuk, callbacks)
                                       : pay_account_open(loop, callbacks);
    if (pay == NULL)
        log_line(LOG_ERROR, "payments_failed", "reason=\"out of memory\"");
    return pay;
}
