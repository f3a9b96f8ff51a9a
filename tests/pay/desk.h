/* A loop with GOV.UK Pay on it, against a stand-in, and a dispatcher that keeps what it is told. */
#ifndef TESTS_PAY_DESK_H
#define TESTS_PAY_DESK_H

#include <uv.h>

#include "pay/pay_govuk.h"
#include "standin.h"

#define DESK_ORDERS_MAX 256
#define DESK_SECRET     "webhook_secret"

/* What was told of one payment. */
struct desk_payment {
    struct message_pay pay;
    enum payment_state state;
    char code[PAYMENT_CODE_MAX];
    char url[PAYMENT_URL_MAX];
    uint32_t told;
    uint32_t answered; /* ... to who waited */
};

struct desk {
    struct standin *standin;
    struct pay *pay;
    uv_loop_t loop;
    uv_timer_t ticks;
    int64_t late_ms;
    bool is_late;
    bool is_closed;
    uint32_t refusals; /* answers to come that the dispatcher cannot take */
    uint32_t log_count;
    char logged[256];                              /* the last line */
    struct desk_payment payments[DESK_ORDERS_MAX]; /* by number */
};

struct desk *desk_open(uint64_t seed);

/* Another provider on the same stand-in, as after a restart; what was under way is forgotten. */
void desk_restart(struct desk *desk);
void desk_close(struct desk *desk);

/* Order what desk->payments[payment].pay says. `request` 0: nobody waits. */
void desk_ask(struct desk *desk, uint64_t payment, uint64_t request, bool is_again);

/* A collection of so many pence under an agreement that is active. */
void desk_collect(struct desk *desk, uint64_t payment, int64_t pence);

/* Turn the loop until the payment is in the state, or in any of the last two; fails the test after
 * 20 s. */
void desk_wait(struct desk *desk, uint64_t payment, enum payment_state state);
void desk_wait_over(struct desk *desk, uint64_t payment);
void desk_turn(struct desk *desk, int64_t ms);

#endif
