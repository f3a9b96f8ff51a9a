/* An arena hands out zeroed memory from one block that the caller owns, and takes none of it back
 * but all at once. The core and the road network live in arenas: their memory is bounded, taken
 * once, and freed by freeing the block. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

struct arena {
    uint8_t *block;
    size_t size; /* bytes in block */
    size_t used; /* bytes handed out, with padding */
};

/* `block` is borrowed for the life of the arena, aligned to 16 bytes or more, and must be zeroed
 * (fresh from calloc or mmap). */
void arena_init(struct arena *arena, void *block, size_t size);

/* `count` elements of `size` bytes, zeroed, aligned as the block is, to 64 bytes at the most; NULL
 * when they do not fit, and the arena is then unchanged. An overflowing product does not fit.
 * Borrowed. O(1). */
MUST_CHECK void *arena_take(struct arena *arena, size_t count, size_t size);

/* Bytes that `count` elements of `size` bytes cost in an arena, padding included; for working out
 * a block's size beforehand. CHECKs against overflow. */
size_t arena_cost(size_t count, size_t size);

/* Remember how much is used, and give back and zero all that was taken since. O(bytes). */
size_t arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, size_t mark);

#endif
