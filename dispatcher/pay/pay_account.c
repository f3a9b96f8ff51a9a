/* There is nothing to do: the core orders something only where another provider was configured
 * before. Whether that was paid cannot be known here, so it is left open, and said so. */
#include "pay/pay_account.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct account {
    struct pay pay;
    uv_timer_t handle; /* for on_closed to come from the loop */
};

static void account_ask(struct pay *pay, const struct message *message)
{
    char detail[128];
    snprintf(detail, sizeof detail, "payment=%" PRIu64 " kind=%s left open for its own provider",
             message->pay.payment, payment_kind_text(message->pay.kind));
    pay->callbacks.on_log(pay->callbacks.user, "payment_left", detail);
}

static enum pay_webhook account_webhook(struct pay *pay, const uint8_t *body, size_t size,
                                        const char *signature)
{
    (void)pay;
    (void)body;
    (void)size;
    (void)signature;
    return PAY_WEBHOOK_NONE;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct account *account = handle->data;
    const struct pay_callbacks callbacks = account->pay.callbacks;
    free(account);
    callbacks.on_closed(callbacks.user);
}

static void account_close(struct pay *pay)
{
    struct account *account = (struct account *)pay;
    uv_close((uv_handle_t *)&account->handle, on_handle_closed);
}

static const struct pay_ops account_ops = {
    .ask = account_ask, .webhook = account_webhook, .close = account_close};

struct pay *pay_account_open(uv_loop_t *loop, const struct pay_callbacks *callbacks)
{
    struct account *account = calloc(1, sizeof *account);
    if (account == NULL)
        return NULL;
    account->pay = (struct pay){.ops = &account_ops, .callbacks = *callbacks};
    uv_timer_init(loop, &account->handle);
    account->handle.data = account;
    return &account->pay;
}
