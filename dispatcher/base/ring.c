/* A circular buffer of slots. */
#include "base/ring.h"

static uint8_t *slot_at(const struct ring *ring, uint32_t index)
{
    return ring->slots + (size_t)index * ring->slot_size;
}

size_t ring_cost(uint32_t capacity, uint32_t slot_size)
{
    return arena_cost(capacity, slot_size);
}

void ring_init(struct ring *ring, struct arena *arena, uint32_t capacity, uint32_t slot_size)
{
    CHECK(capacity > 0);
    CHECK(slot_size > 0);
    *ring = (struct ring){
        .slots = arena_take(arena, capacity, slot_size),
        .slot_size = slot_size,
        .capacity = capacity,
    };
    CHECK(ring->slots != NULL);
}

void *ring_push(struct ring *ring)
{
    if (ring->count == ring->capacity)
        return NULL;
    uint64_t tail = (uint64_t)ring->head + ring->count++;
    return slot_at(ring, (uint32_t)(tail < ring->capacity ? tail : tail - ring->capacity));
}

void *ring_peek(const struct ring *ring)
{
    return ring->count == 0 ? NULL : slot_at(ring, ring->head);
}

void ring_pop(struct ring *ring)
{
    CHECK(ring->count > 0);
    ring->count--;
    ring->head = ring->head + 1 == ring->capacity ? 0 : ring->head + 1;
}
