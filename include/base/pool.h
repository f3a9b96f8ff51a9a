/* A pool hands out slots of one size from a fixed array. A slot is named by a handle, an index
 * with a generation, so that a handle kept past its slot's release is recognised and refused.
 * Handles cross modules; pointers into the pool last one call. Index order is the order of reuse
 * (last released, first taken), so runs repeat exactly. A pool holds no pointers of its own but
 * the three arrays, so that its memory can be copied as an image. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct pool_handle {
    uint32_t index;
    uint32_t generation; /* odd while taken; 0 is never valid */
};

struct pool {
    uint8_t *slots;        /* [capacity * slot_size] */
    uint32_t *generations; /* [capacity] */
    uint32_t *free_next;   /* [capacity] list of free slots */
    uint32_t slot_size;
    uint32_t capacity;
    uint32_t count;     /* slots taken */
    uint32_t free_head; /* index, or capacity when full */
    uint32_t high;      /* indices at or above were never taken */
};

/* Arena bytes of a pool; and the pool in `arena`, which must have them (CHECKed). */
size_t pool_cost(uint32_t capacity, uint32_t slot_size);
void pool_init(struct pool *pool, struct arena *arena, uint32_t capacity, uint32_t slot_size);

/* A zeroed slot and its handle, or NULL when the pool is full (*handle untouched). O(1). */
MUST_CHECK void *pool_take(struct pool *pool, struct pool_handle *handle);

/* The slot of a handle, or NULL when it was released. Borrowed. */
void *pool_get(const struct pool *pool, struct pool_handle handle);

/* The slot at an index if it is taken, else NULL; for walks over 0 .. high - 1. */
void *pool_at(const struct pool *pool, uint32_t index);
struct pool_handle pool_handle_at(const struct pool *pool, uint32_t index);

/* Release a taken slot. A stale handle is a bug and aborts. */
void pool_release(struct pool *pool, struct pool_handle handle);

#endif
