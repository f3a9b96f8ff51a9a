/* The only writer of the durable state: the live path and recovery both go through it. */
#ifndef CORE_FACT_APPLY_H
#define CORE_FACT_APPLY_H

#include <stdbool.h>

#include "base/check.h"
#include "core/fact.h"

struct state;

/* False, with *why a constant sentence and the state unchanged, when the fact contradicts the
 * state: a hole in seq, an unknown ride, a move the ride's state does not allow, a transfer that
 * the ledger refuses. On the live path that is a bug (CHECK), in recovery damage.
 *
 * A journal begins with FACT_STARTED. Facts of a snapshot are taken in by an empty state alone, in
 * the order of state_snapshot_next(); the first other fact after them is taken only if the
 * snapshot is complete (state_snapshot_complete()). O(stops^2) for FACT_PLAN_CHANGED, O(state) for
 * the first fact after a snapshot, else O(stops). */
MUST_CHECK bool fact_apply(struct state *state, const struct fact *fact, const char **why);

#endif
