#include "road/metric.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/road/maze.h"

#define SEEDS   12
#define CHANGES 60

Test(metric, one_changed_arc_gives_the_same_as_customizing_all_anew)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_metric whole;
            cr_assert(road_metric_init(&whole, &maze->arena, &maze->hierarchy));
            size_t size = maze->hierarchy.arc_count * sizeof(uint32_t);
            for (int i = 0; i < CHANGES; i++) {
                uint32_t arc = (uint32_t)random_below(&maze->random, maze->graph.arc_count);
                uint32_t weight_ms = maze_weight(maze);
                (void)road_metric_set(&maze->metric, arc, weight_ms);
                whole.weights_ms[arc] = weight_ms;
                road_metric_customize(&whole);
                cr_assert_arr_eq(maze->metric.up_ms, whole.up_ms, size);
                cr_assert_arr_eq(maze->metric.down_ms, whole.down_ms, size);
                cr_assert_arr_eq(maze->metric.up_m, whole.up_m, size / 2);
                cr_assert_arr_eq(maze->metric.down_m, whole.down_m, size / 2);
            }
            for (uint32_t arc = 0; arc < maze->hierarchy.arc_count; arc++)
                cr_assert_eq(maze->metric.pending[arc], 0);
            maze_free(maze);
        }
    }
}

Test(metric, refuses_an_arena_that_is_too_small)
{
    struct maze *maze = maze_make(MAZE_GRID, 1);
    static uint8_t block[1 << 16] __attribute__((aligned(16)));
    struct arena arena;
    struct road_metric metric;
    size_t cost = road_metric_cost(&maze->hierarchy);
    cr_assert_leq(cost, sizeof block);
    arena_init(&arena, block, cost - 1);
    cr_expect_not(road_metric_init(&metric, &arena, &maze->hierarchy));
    cr_expect_eq(arena.used, 0);
    arena_init(&arena, block, cost);
    cr_expect(road_metric_init(&metric, &arena, &maze->hierarchy));
    cr_expect_eq(arena.used, cost);
    maze_free(maze);
}
