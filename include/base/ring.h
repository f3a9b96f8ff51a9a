/* A bounded queue of slots of one size: first in, first out. Full means refuse. */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct ring {
    uint8_t *slots; /* [capacity * slot_size] */
    uint32_t slot_size;
    uint32_t capacity;
    uint32_t head; /* index of the oldest */
    uint32_t count;
};

size_t ring_cost(uint32_t capacity, uint32_t slot_size);
void ring_init(struct ring *ring, struct arena *arena, uint32_t capacity, uint32_t slot_size);

/* The slot at the tail for the caller to fill, or NULL when full. Its bytes are what an earlier
 * use left there. Borrowed until it is popped. */
MUST_CHECK void *ring_push(struct ring *ring);

/* The oldest slot, or NULL when empty; and let it go. Popping an empty ring aborts. */
void *ring_peek(const struct ring *ring);
void ring_pop(struct ring *ring);

#endif
