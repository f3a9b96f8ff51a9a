/* Where the members of a rising series of numbers lie in an array of fixed length: a hash index by
 * 64-bit numbers. Numbers that follow one another share cache lines, so that a long series is put
 * in and taken out again at the cost of few loads, where a struct map would miss the cache for
 * each. Chains are short for dense numbers; those that are all multiples of 64 or more share few
 * chains. */
#ifndef BASE_SERIES_H
#define BASE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct series_place {
    uint64_t number;
    uint32_t next; /* of its chain */
    bool used;
};

struct series {
    struct series_place *places; /* [place_count] */
    uint32_t *heads;             /* [mask + 1], the first place of a chain */
    uint32_t mask;
    uint32_t place_count;
};

size_t series_cost(uint32_t place_count); /* 1 to 2^30 */
void series_init(struct series *series, struct arena *arena, uint32_t place_count);

/* True and *place when the number is there; else false, *place untouched. */
MUST_CHECK bool series_get(const struct series *series, uint64_t number, uint32_t *place);

/* Put a number, which is not there, at a free place below place_count. */
void series_put(struct series *series, uint64_t number, uint32_t place);

/* Take out what is at a used place. */
void series_remove(struct series *series, uint32_t place);

#endif
