/* How riders pay, in the durable state: for fact_apply.c and state*.c alone. Each function that
 * changes the state looks at everything first and returns what contradicts it, or changes it and
 * returns NULL. */
#ifndef CORE_STATE_PAYMENTS_H
#define CORE_STATE_PAYMENTS_H

#include "core/state_inside.h"

size_t state_payments_cost(const struct core_limits *limits);
void state_payments_init(struct state *state, struct arena *arena);

const char *state_payments_due(struct state *state, const struct fact_payment_due *due);
const char *state_payments_changed(struct state *state, const struct fact *fact);
const char *state_payments_recorded(struct state *state, const struct fact *fact);

/* What was recorded under a bank's reference, or NULL. */
const struct payment_receipt *state_payments_receipt(const struct state *state,
                                                     const char *bank_reference);

/* A snapshot's facts, each way, as in core/state_snapshot.c: places count from 0. */
bool state_payments_give(const struct state *state, uint32_t *place, struct fact *fact);
bool state_payments_give_receipt(const struct state *state, uint32_t *place, struct fact *fact);
const char *state_payments_take(struct state *state, const struct fact_snapshot_payment *payment);
const char *state_payments_take_receipt(struct state *state, const struct payment_receipt *receipt);

uint64_t state_payments_digest(const struct state *state);

#endif
