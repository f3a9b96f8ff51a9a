#include "base/pool.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "base/random.h"

static _Alignas(16) uint8_t block[16384];

static void make(struct pool *pool, uint32_t capacity, uint32_t slot_size)
{
    struct arena arena;
    memset(block, 0, sizeof block);
    arena_init(&arena, block, pool_cost(capacity, slot_size));
    pool_init(pool, &arena, capacity, slot_size);
    cr_assert_eq(arena.used, arena.size, "the cost is exact");
}

Test(pool, refuses_when_full_and_leaves_the_handle)
{
    struct pool pool;
    struct pool_handle handle = {.index = 77, .generation = 77};
    make(&pool, 2, 8);
    cr_assert_not_null(pool_take(&pool, &handle));
    cr_assert_not_null(pool_take(&pool, &handle));
    struct pool_handle before = handle;
    cr_assert_null(pool_take(&pool, &handle));
    cr_assert_eq(handle.index, before.index);
    cr_assert_eq(handle.generation, before.generation);
}

Test(pool, last_released_is_first_taken_zeroed_and_with_a_new_generation)
{
    struct pool pool;
    struct pool_handle handles[3];
    make(&pool, 3, 8);
    for (int i = 0; i < 3; i++)
        memset(pool_take(&pool, &handles[i]), 0xff, 8);
    pool_release(&pool, handles[0]);
    pool_release(&pool, handles[2]);
    struct pool_handle again;
    uint64_t *slot = pool_take(&pool, &again);
    cr_assert_eq(*slot, 0);
    cr_assert_eq(again.index, 2);
    cr_assert_eq(again.generation, handles[2].generation + 2);
    cr_assert_null(pool_get(&pool, handles[2]), "the old handle is stale");
    cr_assert_null(pool_get(&pool, handles[0]));
    cr_assert_not_null(pool_get(&pool, handles[1]));
}

Test(pool, refuses_handles_that_never_were)
{
    struct pool pool;
    make(&pool, 2, 8);
    const struct pool_handle bad[] = {{0, 0}, {0, 1}, {1, 2}, {2, 1}, {UINT32_MAX, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_null(pool_get(&pool, bad[i]), "row %zu", i);
    cr_assert_null(pool_at(&pool, 0));
    cr_assert_null(pool_at(&pool, 9));
}

Test(pool, aborts_on_releasing_twice, .signal = SIGABRT)
{
    struct pool pool;
    struct pool_handle handle;
    make(&pool, 2, 8);
    cr_assert_not_null(pool_take(&pool, &handle));
    pool_release(&pool, handle);
    pool_release(&pool, handle);
}

enum { SLOTS = 40 };

/* A naive pool: which handle and value sit at each index, and every handle that ever was. */
struct model {
    struct pool_handle live[SLOTS];
    uint64_t values[SLOTS];
    bool is_live[SLOTS];
    uint32_t count;
};

static void check_against(const struct pool *pool, const struct model *model)
{
    cr_assert_eq(pool->count, model->count);
    for (uint32_t i = 0; i < SLOTS; i++) {
        const uint64_t *slot = pool_at(pool, i);
        cr_assert_eq(slot != NULL, model->is_live[i]);
        if (slot == NULL)
            continue;
        cr_assert_eq(*slot, model->values[i]);
        cr_assert_eq(pool_get(pool, model->live[i]), slot);
        cr_assert_eq(pool_handle_at(pool, i).generation, model->live[i].generation);
    }
}

Test(pool, random_use_agrees_with_a_naive_model)
{
    struct pool pool;
    struct model model = {.count = 0};
    struct random random;
    make(&pool, SLOTS, sizeof(uint64_t));
    random_init(&random, 7);
    for (uint64_t step = 1; step <= 3000; step++) {
        uint32_t index = (uint32_t)random_below(&random, SLOTS);
        if (random_below(&random, 2) == 0) {
            struct pool_handle handle;
            uint64_t *slot = pool_take(&pool, &handle);
            cr_assert_eq(slot == NULL, model.count == SLOTS);
            if (slot != NULL) {
                cr_assert(!model.is_live[handle.index]);
                *slot = step;
                model.live[handle.index] = handle;
                model.values[handle.index] = step;
                model.is_live[handle.index] = true;
                model.count++;
            }
        } else if (model.is_live[index]) {
            pool_release(&pool, model.live[index]);
            cr_assert_null(pool_get(&pool, model.live[index]));
            model.is_live[index] = false;
            model.count--;
        }
        check_against(&pool, &model);
    }
}
