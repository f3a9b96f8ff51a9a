/* A binary min-heap over small integers (node or vehicle numbers), keyed by 64 bits, with
 * decrease-key. Ties go to the smaller item, so the order is total. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct heap {
    uint32_t *items;     /* [capacity] in heap order */
    uint32_t *positions; /* [capacity] by item: place in items + 1, 0 when not in the heap */
    int64_t *keys;       /* [capacity] by item */
    uint32_t capacity;   /* items are 0 .. capacity - 1 */
    uint32_t count;
};

size_t heap_cost(uint32_t capacity);
void heap_init(struct heap *heap, struct arena *arena, uint32_t capacity);

/* Insert `item`, or lower or raise its key if it is there. O(log n). */
void heap_put(struct heap *heap, uint32_t item, int64_t key);

/* Take `item` out if it is there. O(log n). */
void heap_remove(struct heap *heap, uint32_t item);

bool heap_has(const struct heap *heap, uint32_t item);

/* The smallest: true with *item and *key, false when empty (both untouched). */
bool heap_peek(const struct heap *heap, uint32_t *item, int64_t *key);
bool heap_pop(struct heap *heap, uint32_t *item, int64_t *key);

/* Forget every item. O(count). */
void heap_clear(struct heap *heap);

#endif
