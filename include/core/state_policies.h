/* The policies that were in force, as the durable state holds them: the last STATE_POLICIES_MAX, in
 * the order in which they were adopted. Older ones are in the journal alone. */
#ifndef CORE_STATE_POLICIES_H
#define CORE_STATE_POLICIES_H

#include <stdint.h>

#include "core/fact.h"

struct state;

/* The policy with this number; NULL: none ever had it, or it is forgotten. Borrowed until the next
 * fact_apply(), as below. O(policies). */
const struct fact_snapshot_policy *state_policies_find(const struct state *state, uint32_t number);

/* The one in force; NULL before the first. */
const struct fact_snapshot_policy *state_policies_last(const struct state *state);

/* For fact_apply() and state_snapshot_take(): NULL, or why not, the state then unchanged. */
const char *state_policies_add(struct state *state, const struct fact_snapshot_policy *policy);

/* To be summed into the state's digest; 0 where there is none. */
uint64_t state_policies_digest(const struct state *state);

#endif
