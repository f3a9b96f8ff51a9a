#include "base/ring.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "base/random.h"

static _Alignas(16) uint8_t block[1024];

static void make(struct ring *ring, uint32_t capacity)
{
    struct arena arena;
    memset(block, 0, sizeof block);
    arena_init(&arena, block, ring_cost(capacity, sizeof(uint64_t)));
    ring_init(ring, &arena, capacity, sizeof(uint64_t));
}

/* The naive model is two counters: what goes in is numbered, and comes out in that order. */
Test(ring, gives_back_in_order_and_refuses_when_full)
{
    for (uint32_t capacity = 1; capacity <= 9; capacity++) {
        struct ring ring;
        struct random random;
        uint64_t pushed = 0;
        uint64_t popped = 0;
        make(&ring, capacity);
        random_init(&random, capacity);
        for (int step = 0; step < 2000; step++) {
            if (random_below(&random, 2) == 0) {
                uint64_t *slot = ring_push(&ring);
                cr_assert_eq(slot == NULL, pushed - popped == capacity);
                if (slot != NULL)
                    *slot = pushed++;
            } else if (pushed > popped) {
                const uint64_t *slot = ring_peek(&ring);
                cr_assert_eq(*slot, popped);
                ring_pop(&ring);
                popped++;
            } else {
                cr_assert_null(ring_peek(&ring));
            }
            cr_assert_eq(ring.count, pushed - popped);
        }
    }
}

Test(ring, aborts_on_popping_nothing, .signal = SIGABRT)
{
    struct ring ring;
    make(&ring, 2);
    ring_pop(&ring);
}
