/* What the fleet has done since costs were last reckoned, and what waits for the ledger, as the
 * durable state holds it. Nothing until the first FACT_WORK: only a policy with costs makes one. */
#ifndef CORE_STATE_WORK_H
#define CORE_STATE_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fact.h"

struct state;

/* Borrowed until the next fact_apply(); last.until_ms is 0 before the first. */
const struct fact_snapshot_work *state_work(const struct state *state);
bool state_work_is_on(const struct state *state);

/* The transfers of the last round's lines, from cost to payable, the first with id `next`: 0 to
 * POLICY_COSTS_A_DAY, linked. */
void state_work_transfers(const struct state *state, uint64_t next, struct fact_transfers *group);

/* What a plug gave in the time from `from_ms` to `until_ms`, if that is a visit to charge which has
 * begun: its power for as long as its stay was planned; thousandths of a watt-hour, down. */
int64_t state_work_bought_mwh(const struct visit *visit, int64_t from_ms, int64_t until_ms);

/* For fact_apply() and state_snapshot_take(): NULL, or why not, the state then unchanged. */
const char *state_work_add(struct state *state, const struct fact_work *work, int64_t at_ms);
const char *state_work_restore(struct state *state, const struct fact_snapshot_work *work);

/* A ride, or a visit, has come to its end. */
void state_work_note_ride(struct state *state);
void state_work_note_visit(struct state *state, const struct visit *visit, int64_t at_ms);

/* Transfers from a cost to payable are those of the last round, once, but for corrections, which
 * name what they correct. */
const char *state_work_transfers_fault(const struct state *state,
                                       const struct ledger_transfer *transfers, uint32_t count);
void state_work_posted(struct state *state, const struct ledger_transfer *transfers);

/* To be summed into the state's digest; 0 where there is none. */
uint64_t state_work_digest(const struct state *state);

#endif
