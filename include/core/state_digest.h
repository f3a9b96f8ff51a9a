/* One number that says whether two states are the same, and would go on the same. */
#ifndef CORE_STATE_DIGEST_H
#define CORE_STATE_DIGEST_H

#include <stdint.h>

struct reason_option;
struct state;
struct trip;

/* The sum of a strong hash of every record and of the counters: it does not depend on where the
 * records lie in memory, nor on the limits. O(state). */
uint64_t state_digest(const struct state *state);

/* Parts of records, for the files that make up the state. */
uint64_t state_digest_add_trip(uint64_t digest, const struct trip *trip);
uint64_t state_digest_add_option(uint64_t digest, const struct reason_option *option);

#endif
