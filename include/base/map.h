/* A hash map from 128-bit keys to 32-bit values in a fixed table (open addressing, backward-shift
 * deletion, load at most one half). It is never iterated to decide anything, and cannot be: it
 * has no iterator. Where a key lands is no secret: keys that strangers may choose are hashed with
 * a secret by the caller first, or strangers could make every look-up walk the table. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct map_key {
    uint64_t high;
    uint64_t low;
};

struct map_entry {
    struct map_key key;
    uint32_t value;
    uint32_t used; /* 0 or 1 */
};

struct map {
    struct map_entry *entries; /* [mask + 1] */
    uint32_t mask;
    uint32_t count;
    uint32_t capacity; /* most keys it will hold */
};

size_t map_cost(uint32_t capacity);
void map_init(struct map *map, struct arena *arena, uint32_t capacity);

/* Set key to value; false when the map is full and the key is new (map unchanged). */
MUST_CHECK bool map_put(struct map *map, struct map_key key, uint32_t value);

/* True and *value when the key is there; else false, *value untouched. */
bool map_get(const struct map *map, struct map_key key, uint32_t *value);

/* Take the key out if it is there. */
void map_remove(struct map *map, struct map_key key);

#endif
