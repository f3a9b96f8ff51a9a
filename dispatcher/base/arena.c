/* A cursor through one block. */
#include "base/arena.h"

#include <stdbool.h>
#include <string.h>

#define ARENA_ALIGNMENT ((size_t)64) /* of pieces in the block: a line of memory */
#define BLOCK_ALIGNMENT ((size_t)16)

/* The bytes of `count` elements of `size` bytes rounded up to the alignment; false when that does
 * not fit a size_t. */
static bool padded_bytes(size_t count, size_t size, size_t *bytes)
{
    size_t product;
    if (__builtin_mul_overflow(count, size, &product) || product > SIZE_MAX - ARENA_ALIGNMENT)
        return false;
    *bytes = (product + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1);
    return true;
}

void arena_init(struct arena *arena, void *block, size_t size)
{
    CHECK(block != NULL || size == 0);
    CHECK((uintptr_t)block % BLOCK_ALIGNMENT == 0);
    *arena = (struct arena){.block = block, .size = size};
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!padded_bytes(count, size, &bytes) || bytes > arena->size - arena->used)
        return NULL;
    void *piece = arena->block + arena->used;
    arena->used += bytes;
    return piece;
}

size_t arena_cost(size_t count, size_t size)
{
    size_t bytes = 0;
    CHECK(padded_bytes(count, size, &bytes));
    return bytes;
}

size_t arena_mark(const struct arena *arena)
{
    return arena->used;
}

void arena_rewind(struct arena *arena, size_t mark)
{
    CHECK(mark <= arena->used);
    CHECK(mark % ARENA_ALIGNMENT == 0);
    memset(arena->block + mark, 0, arena->used - mark);
    arena->used = mark;
}
