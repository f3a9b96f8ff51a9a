/* What riders owe is asked for once a travel day, when it has ended: from those who agreed to it
 * through the payment provider, from all others by a bill. Who is in credit for more than the next
 * rides, because of a refund, gets back what came in through the provider.
 *
 * The round goes over all riders, some in each wake event, and needs no memory of where it was: a
 * rider whose last payment is of that day was asked already. After a start it asks the provider
 * again for what was under way. */
#ifndef CORE_BILLING_H
#define CORE_BILLING_H

#include "core/inside.h"

#define BILLING_VISITS_MAX 256 /* riders that one wake event looks at */
#define BILLING_ASKS_MAX   16  /* ... and asks */

/* After EVENT_START. */
void billing_start(struct core *core);

/* When billing_step() is next due; INT64_MAX while the provider is asked for all it may be. */
int64_t billing_due_ms(const struct core *core);

/* A bounded part of the round; false when nothing was due. */
bool billing_step(struct core *core);

/* FACT_PAYMENT_DUE and, but for a bill, the order to the provider. The caller has seen that
 * fact_apply() will take it. */
void billing_ask(struct core *core, struct rider_id rider, enum payment_kind kind,
                 int32_t travel_day, int64_t amount_pence, struct request_id request);

/* The order for the rider's open payment; once more where is_again. */
void billing_order(struct core *core, const struct state_rider *rider, struct request_id request,
                   bool is_again);

/* The travel day that ended last. */
int32_t billing_day(const struct core *core);

#endif
