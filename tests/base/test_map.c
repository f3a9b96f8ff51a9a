#include "base/map.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"

enum { KEYS = 100 };

static _Alignas(16) uint8_t block[16384];

static void make(struct map *map, uint32_t capacity)
{
    struct arena arena;
    memset(block, 0, sizeof block);
    arena_init(&arena, block, map_cost(capacity));
    map_init(map, &arena, capacity);
    cr_assert_eq(arena.used, arena.size, "the cost is exact");
}

Test(map, holds_its_capacity_and_refuses_one_more)
{
    const uint32_t capacities[] = {0, 1, 2, 3, 64, 100};
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        struct map map;
        make(&map, capacities[i]);
        for (uint32_t k = 0; k < capacities[i]; k++)
            cr_assert(map_put(&map, (struct map_key){.low = k}, k));
        cr_assert(!map_put(&map, (struct map_key){.high = 1}, 0));
        uint32_t value = 5;
        cr_assert(!map_get(&map, (struct map_key){.high = 1}, &value));
        cr_assert_eq(value, 5);
        if (capacities[i] > 0)
            cr_assert(map_put(&map, (struct map_key){.low = 0}, 9), "a known key is replaced");
        cr_assert_eq(map.count, capacities[i]);
    }
}

Test(map, both_halves_of_the_key_count)
{
    struct map map;
    make(&map, 4);
    cr_assert(map_put(&map, (struct map_key){.high = 1, .low = 2}, 12));
    cr_assert(map_put(&map, (struct map_key){.high = 2, .low = 1}, 21));
    uint32_t value = 0;
    cr_assert(map_get(&map, (struct map_key){.high = 1, .low = 2}, &value));
    cr_assert_eq(value, 12);
    cr_assert(map_get(&map, (struct map_key){.high = 2, .low = 1}, &value));
    cr_assert_eq(value, 21);
    cr_assert(!map_get(&map, (struct map_key){.high = 1, .low = 1}, &value));
}

static struct map_key key_of(uint32_t number)
{
    return (struct map_key){.high = number % 3, .low = number / 3};
}

/* Small tables kept nearly full, so that runs are long and wrap around the end. */
Test(map, random_use_agrees_with_a_naive_model)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct map map;
        struct random random;
        uint32_t values[KEYS] = {0}; /* 0 is absent */
        uint32_t count = 0;
        uint32_t capacity = 4 + (uint32_t)seed * 5;
        make(&map, capacity);
        random_init(&random, seed);
        for (uint32_t step = 1; step <= 1000; step++) {
            uint32_t number = (uint32_t)random_below(&random, KEYS);
            if (random_below(&random, 3) == 0) {
                map_remove(&map, key_of(number));
                count -= values[number] != 0;
                values[number] = 0;
            } else {
                bool is_room = values[number] != 0 || count < capacity;
                cr_assert_eq(map_put(&map, key_of(number), step), is_room);
                count += is_room && values[number] == 0;
                values[number] = is_room ? step : values[number];
            }
            cr_assert_eq(map.count, count);
            for (uint32_t i = 0; i < KEYS; i++) {
                uint32_t value = 0;
                cr_assert_eq(map_get(&map, key_of(i), &value), values[i] != 0);
                cr_assert_eq(value, values[i]);
            }
        }
    }
}
