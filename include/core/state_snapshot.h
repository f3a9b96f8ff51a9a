/* The state as a short journal, and back: the facts from FACT_SNAPSHOT on. */
#ifndef CORE_STATE_SNAPSHOT_H
#define CORE_STATE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "core/fact.h"

/* Which fields state_digest() sums up. It rises with a release that sums up others: the digest of
 * an older snapshot cannot be compared then, and its records are taken as they are. */
#define STATE_FORM 1

struct state;

/* Walk the facts of a snapshot of the state as it stands: *cursor from 0; true and *fact, or false
 * at the end. Counters first, then accounts, transfers, riders, vehicles, rides under way by id,
 * ended rides in order of ending, closed roads: a state that takes them in goes on exactly as this
 * one does. O(1), but O(state) for the first and O(n) over n untouched accounts. */
bool state_snapshot_next(const struct state *state, uint64_t *cursor, struct fact *fact);

/* Is no snapshot under way, or is it all there: has the state the digest that FACT_SNAPSHOT said?
 * Else false, and *why a constant sentence. To be asked where the facts end. O(state) after a
 * snapshot, else O(1). */
MUST_CHECK bool state_snapshot_complete(const struct state *state, const char **why);

/* For fact_apply(): take in one fact of a snapshot. NULL, or why not, the state then unchanged. */
const char *state_snapshot_take(struct state *state, const struct fact *fact);

#endif
