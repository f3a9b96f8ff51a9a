/* Slots in one array; a free list through an array of its own, so that a released slot keeps no
 * trace of the list in its bytes. A generation is odd while its slot is taken: taking and
 * releasing each add one, so after 2^31 reuses of one slot a handle could come again. */
#include "base/pool.h"

#include <string.h>

static uint8_t *slot_at(const struct pool *pool, uint32_t index)
{
    return pool->slots + (size_t)index * pool->slot_size;
}

static bool is_taken(const struct pool *pool, uint32_t index)
{
    return index < pool->high && (pool->generations[index] & 1) != 0;
}

size_t pool_cost(uint32_t capacity, uint32_t slot_size)
{
    return arena_cost(capacity, slot_size) + 2 * arena_cost(capacity, sizeof(uint32_t));
}

void pool_init(struct pool *pool, struct arena *arena, uint32_t capacity, uint32_t slot_size)
{
    CHECK(capacity > 0);
    CHECK(slot_size > 0);
    *pool = (struct pool){
        .slots = arena_take(arena, capacity, slot_size),
        .generations = arena_take(arena, capacity, sizeof(uint32_t)),
        .free_next = arena_take(arena, capacity, sizeof(uint32_t)),
        .slot_size = slot_size,
        .capacity = capacity,
        .free_head = capacity,
    };
    CHECK(pool->slots != NULL && pool->generations != NULL && pool->free_next != NULL);
}

void *pool_take(struct pool *pool, struct pool_handle *handle)
{
    uint32_t index = pool->free_head;
    if (index < pool->capacity)
        pool->free_head = pool->free_next[index];
    else if (pool->high < pool->capacity)
        index = pool->high++;
    else
        return NULL;
    pool->generations[index]++;
    pool->count++;
    CHECK(is_taken(pool, index));
    *handle = (struct pool_handle){.index = index, .generation = pool->generations[index]};
    uint8_t *slot = slot_at(pool, index);
    memset(slot, 0, pool->slot_size);
    return slot;
}

void *pool_get(const struct pool *pool, struct pool_handle handle)
{
    if (!is_taken(pool, handle.index) || pool->generations[handle.index] != handle.generation)
        return NULL;
    return slot_at(pool, handle.index);
}

void *pool_at(const struct pool *pool, uint32_t index)
{
    return is_taken(pool, index) ? slot_at(pool, index) : NULL;
}

struct pool_handle pool_handle_at(const struct pool *pool, uint32_t index)
{
    CHECK(is_taken(pool, index));
    return (struct pool_handle){.index = index, .generation = pool->generations[index]};
}

void pool_release(struct pool *pool, struct pool_handle handle)
{
    CHECK(pool_get(pool, handle) != NULL);
    pool->generations[handle.index]++;
    pool->free_next[handle.index] = pool->free_head;
    pool->free_head = handle.index;
    pool->count--;
}
