/* The last refusals whose constraint is known, for who runs the fleet; a part of the state. Older
 * ones are in the journal alone. Those of a journal from before constraints were kept never were
 * here, so that it leads to the same state whether it is read whole or from a snapshot. */
#ifndef CORE_STATE_REFUSALS_H
#define CORE_STATE_REFUSALS_H

#include "core/state_inside.h"

/* Keep one; the oldest makes room. Nothing where its constraint is not known. O(1). */
void state_refusals_add(struct state *state, const struct fact_snapshot_refusal *refusal);

/* The one that is `back` before the newest, or NULL. */
const struct fact_snapshot_refusal *state_refusals_at(const struct state *state, uint32_t back);

/* To be summed into the state's digest; 0 where there is none. */
uint64_t state_refusals_digest(const struct state *state);

#endif
