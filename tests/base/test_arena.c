#include "base/arena.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

static _Alignas(64) uint8_t block[256];

Test(arena, hands_out_aligned_zeroed_pieces_until_full)
{
    struct arena arena;
    arena_init(&arena, block, sizeof block);
    uint8_t *first = arena_take(&arena, 3, 5);
    uint8_t *second = arena_take(&arena, 1, 17);
    cr_assert_eq(first, block);
    cr_assert_eq(second, block + 64, "at the beginning of a line");
    cr_assert_eq(arena.used, 128);
    for (int i = 0; i < 17; i++)
        cr_assert_eq(second[i], 0);
    cr_assert_null(arena_take(&arena, 1, 256 - 128 + 1));
    cr_assert_eq(arena.used, 128, "a refusal takes nothing");
    cr_assert_not_null(arena_take(&arena, 1, 256 - 128));
    cr_assert_null(arena_take(&arena, 1, 1));
}

Test(arena, refuses_sizes_that_overflow)
{
    struct arena arena;
    arena_init(&arena, block, sizeof block);
    const size_t sizes[][2] = {{SIZE_MAX, 1}, {SIZE_MAX, 2}, {SIZE_MAX / 2, 3}, {SIZE_MAX - 14, 1}};
    for (size_t i = 0; i < 4; i++)
        cr_assert_null(arena_take(&arena, sizes[i][0], sizes[i][1]), "row %zu", i);
    cr_assert_eq(arena.used, 0);
}

Test(arena, cost_is_what_taking_uses)
{
    for (size_t count = 0; count < 8; count++) {
        for (size_t size = 1; size < 9; size++) {
            struct arena arena;
            arena_init(&arena, block, sizeof block);
            cr_assert_not_null(arena_take(&arena, count, size));
            cr_assert_eq(arena.used, arena_cost(count, size));
        }
    }
}

Test(arena, rewinding_zeroes_what_was_taken_since)
{
    struct arena arena;
    arena_init(&arena, block, sizeof block);
    memset(arena_take(&arena, 1, 16), 1, 16);
    size_t mark = arena_mark(&arena);
    memset(arena_take(&arena, 1, 40), 2, 40);
    arena_rewind(&arena, mark);
    uint8_t *again = arena_take(&arena, 1, 40);
    cr_assert_eq(again, block + 64);
    for (int i = 0; i < 40; i++)
        cr_assert_eq(again[i], 0);
    cr_assert_eq(block[0], 1, "what was taken before stays");
}

Test(arena, aborts_on_an_unaligned_block, .signal = SIGABRT)
{
    struct arena arena;
    arena_init(&arena, block + 1, 16);
}

Test(arena, aborts_on_a_cost_that_overflows, .signal = SIGABRT)
{
    (void)arena_cost(SIZE_MAX, 2);
}
