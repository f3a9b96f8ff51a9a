/* The books of each civil month (core/settlement.h), as the durable state holds them. None until
 * the first FACT_PERIOD_BEGUN, so that journals of before lead to what they led to. */
#ifndef CORE_STATE_SETTLEMENT_H
#define CORE_STATE_SETTLEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fact.h"

struct state;

/* Borrowed until the next fact_apply(). */
const struct settlement_register *state_settlements(const struct state *state);

/* The month that transfers belong to now; false where none has begun. */
bool state_settlement_open(const struct state *state, int32_t *period);

/* For fact_apply() and state_snapshot_take(): NULL, or why not, the state then unchanged. */
const char *state_settlement_begin(struct state *state, int32_t period);
const char *state_settlement_proposed(struct state *state, const struct fact *fact);
const char *state_settlement_approved(struct state *state, const struct fact *fact);
const char *state_settlement_restore(struct state *state, const struct settlement_books *books);

/* The ledger has taken these. */
void state_settlement_posted(struct state *state, const struct ledger_transfer *transfers,
                             uint32_t count);

/* To be summed into the state's digest; 0 where there is none. */
uint64_t state_settlement_digest(const struct state *state);

#endif
