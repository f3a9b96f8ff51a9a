/* The roads that are closed, as the durable state holds them: at most CLOSURES_MAX, in the order in
 * which they were closed. */
#ifndef CORE_STATE_CLOSURES_H
#define CORE_STATE_CLOSURES_H

#include <stdint.h>

#include "core/fact.h"

struct state;

uint32_t state_closures_count(const struct state *state);

/* The closure at a position, below the count. Borrowed until the next fact_apply(). */
const struct closure *state_closures_at(const struct state *state, uint32_t position);

/* The position of an arc's closure, UINT32_MAX where it is open. O(closures). */
uint32_t state_closures_find(const struct state *state, uint32_t arc);

/* For fact_apply() and state_snapshot_take(): NULL, or why not, the state then unchanged. */
const char *state_closures_add(struct state *state, const struct closure *closure);
const char *state_closures_remove(struct state *state, uint32_t arc);

#endif
