/* The facts of core/fact_apply.h that move money: each NULL when it is applied, or what contradicts
 * the state, which is then unchanged. */
#ifndef CORE_STATE_MONEY_H
#define CORE_STATE_MONEY_H

#include "core/state_inside.h"

const char *state_money_charged(struct state *state, const struct fact *fact);
const char *state_money_fee(struct state *state, const struct fact *fact);
const char *state_money_refunded(struct state *state, const struct fact *fact);
const char *state_money_transfer(struct state *state, const struct fact *fact);
const char *state_money_transfers(struct state *state, const struct fact *fact);

/* Transfers made at `at_ms`, one or linked, all or nothing. */
const char *state_money_post(struct state *state, int64_t at_ms,
                             const struct ledger_transfer *given, uint32_t count);

#endif
