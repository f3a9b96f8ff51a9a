#include "base/heap.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "base/random.h"

enum { ITEMS = 64 };

static _Alignas(16) uint8_t block[ITEMS * 32];

static void make(struct heap *heap)
{
    struct arena arena;
    memset(block, 0, sizeof block);
    arena_init(&arena, block, heap_cost(ITEMS));
    heap_init(heap, &arena, ITEMS);
    cr_assert_eq(arena.used, arena.size, "the cost is exact");
}

Test(heap, an_empty_heap_gives_nothing)
{
    struct heap heap;
    uint32_t item = 5;
    int64_t key = 6;
    make(&heap);
    cr_assert(!heap_pop(&heap, &item, &key));
    cr_assert(!heap_peek(&heap, &item, &key));
    cr_assert_eq(item, 5);
    cr_assert_eq(key, 6);
    heap_remove(&heap, 3);
    cr_assert_eq(heap.count, 0);
}

Test(heap, ties_go_to_the_smaller_item)
{
    struct heap heap;
    make(&heap);
    for (uint32_t i = 0; i < ITEMS; i++)
        heap_put(&heap, (i * 37) % ITEMS, 100);
    for (uint32_t i = 0; i < ITEMS; i++) {
        uint32_t item;
        int64_t key;
        cr_assert(heap_pop(&heap, &item, &key));
        cr_assert_eq(item, i);
    }
}

Test(heap, aborts_on_an_item_past_its_capacity, .signal = SIGABRT)
{
    struct heap heap;
    make(&heap);
    heap_put(&heap, ITEMS, 1);
}

struct model {
    int64_t keys[ITEMS];
    bool is_in[ITEMS];
};

/* The smallest by looking at all; ITEMS when there is none. */
static uint32_t smallest(const struct model *model)
{
    uint32_t best = ITEMS;
    for (uint32_t i = 0; i < ITEMS; i++) {
        if (model->is_in[i] && (best == ITEMS || model->keys[i] < model->keys[best]))
            best = i;
    }
    return best;
}

static void check_pop(struct heap *heap, struct model *model)
{
    uint32_t item;
    int64_t key;
    uint32_t expected = smallest(model);
    cr_assert_eq(heap_pop(heap, &item, &key), expected < ITEMS);
    if (expected == ITEMS)
        return;
    cr_assert_eq(item, expected);
    cr_assert_eq(key, model->keys[expected]);
    model->is_in[expected] = false;
}

Test(heap, random_use_agrees_with_a_naive_model)
{
    struct heap heap;
    struct model model = {.keys = {0}};
    struct random random;
    make(&heap);
    random_init(&random, 11);
    for (int step = 0; step < 20000; step++) {
        uint32_t item = (uint32_t)random_below(&random, ITEMS);
        switch (random_below(&random, 6)) {
        case 0:
            check_pop(&heap, &model);
            break;
        case 1:
            heap_remove(&heap, item);
            model.is_in[item] = false;
            break;
        case 2:
            if (random_below(&random, 200) == 0) {
                heap_clear(&heap);
                memset(&model, 0, sizeof model);
            }
            break;
        default:
            model.keys[item] = random_between(&random, -20, 20);
            model.is_in[item] = true;
            heap_put(&heap, item, model.keys[item]);
        }
        for (uint32_t i = 0; i < ITEMS; i++)
            cr_assert_eq(heap_has(&heap, i), model.is_in[i]);
    }
    while (heap.count > 0)
        check_pop(&heap, &model);
    cr_assert_eq(smallest(&model), ITEMS);
}

Test(heap, keeps_the_extreme_keys_in_order)
{
    struct heap heap;
    uint32_t item;
    int64_t key;
    make(&heap);
    heap_put(&heap, 1, INT64_MAX);
    heap_put(&heap, 2, INT64_MIN);
    cr_assert(heap_peek(&heap, &item, &key));
    cr_assert_eq(key, INT64_MIN);
    heap_put(&heap, 2, INT64_MAX);
    cr_assert(heap_peek(&heap, &item, &key));
    cr_assert_eq(item, 1, "a raised key lets the other through");
}
