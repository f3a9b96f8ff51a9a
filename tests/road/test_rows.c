#include "road/rows.h"

#include <criterion/criterion.h>

#include "road/dijkstra.h"
#include "tests/road/maze.h"

#define SEEDS   12
#define CHANGES 40

/* Every pair of ranks against Dijkstra on the graph. */
static void check_pairs(const struct maze *maze, const struct road_rows *rows,
                        struct road_dijkstra *dijkstra)
{
    const struct road_hierarchy *h = &maze->hierarchy;
    cr_assert(road_rows_fresh(rows));
    for (uint32_t from = 0; from < h->node_count; from++) {
        road_dijkstra_run(dijkstra, road_place_at_node(h->node[from]));
        for (uint32_t to = 0; to < h->node_count; to++) {
            int64_t expected = dijkstra->times_ms[h->node[to]];
            uint32_t time_ms = road_rows_time(rows, from, to);
            if (expected >= ROAD_FAR_MS)
                cr_assert_geq(time_ms, ROAD_FAR_MS);
            else
                cr_assert_eq(time_ms, expected);
        }
    }
}

Test(rows, tell_what_dijkstra_does)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_rows rows;
            struct road_dijkstra dijkstra;
            cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
            cr_assert(
                road_dijkstra_init(&dijkstra, &maze->arena, &maze->graph, maze->metric.weights_ms));
            check_pairs(maze, &rows, &dijkstra);
            for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++)
                maze->metric.weights_ms[arc] = maze_weight(maze);
            road_metric_customize(&maze->metric);
            cr_assert_not(road_rows_fresh(&rows));
            road_rows_build(&rows);
            check_pairs(maze, &rows, &dijkstra);
            maze_free(maze);
        }
    }
}

/* The rows as bytes must equal those made anew, in both arrays. */
static void check_equal(const struct maze *maze, const struct road_rows *rows,
                        struct road_rows *whole)
{
    cr_assert(road_rows_fresh(rows));
    road_rows_build(whole);
    for (uint32_t x = 0; x < maze->hierarchy.node_count; x++) {
        size_t size = (rows->nodes[x].depth + (size_t)1) * sizeof(uint32_t);
        cr_assert_eq(rows->nodes[x].up_ms, whole->nodes[x].up_ms);
        cr_assert_eq(rows->nodes[x].down_ms, whole->nodes[x].down_ms);
        cr_assert_arr_eq(road_rows_up(rows, x), road_rows_up(whole, x), size);
        cr_assert_arr_eq(road_rows_down(rows, x), road_rows_down(whole, x), size);
    }
}

static void change(struct maze *maze, struct road_rows *rows)
{
    uint32_t arc = (uint32_t)random_below(&maze->random, maze->graph.arc_count);
    uint32_t high = road_metric_set(&maze->metric, arc, maze_weight(maze));
    road_rows_repair(rows, maze->hierarchy.up_tail[maze->hierarchy.arc_of[arc]], high);
}

Test(rows, are_the_same_repaired_as_made_anew)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_rows rows;
            struct road_rows whole;
            struct road_dijkstra dijkstra;
            cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
            cr_assert(road_rows_init(&whole, &maze->arena, &maze->metric));
            cr_assert(
                road_dijkstra_init(&dijkstra, &maze->arena, &maze->graph, maze->metric.weights_ms));
            for (int i = 0; i < CHANGES; i++) {
                change(maze, &rows);
                check_equal(maze, &rows, &whole);
            }
            check_pairs(maze, &rows, &dijkstra);
            maze_free(maze);
        }
    }
}

/* Changes come between the slices, some told to the rows and some not. */
Test(rows, made_in_slices_hold_for_the_last_metric)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_rows rows;
            struct road_rows whole;
            cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
            cr_assert(road_rows_init(&whole, &maze->arena, &maze->metric));
            for (int i = 0; i < CHANGES; i++) {
                int slices = 0;
                road_rows_begin(&rows);
                cr_assert_not(road_rows_fresh(&rows));
                do {
                    if (slices < 5 && random_below(&maze->random, 2) == 0)
                        change(maze, &rows);
                    if (slices < 5 && random_below(&maze->random, 16) == 0)
                        (void)road_metric_set(&maze->metric, 0, maze_weight(maze));
                    slices++;
                    cr_assert_lt(slices, 20);
                } while (!road_rows_step(&rows, 7));
                check_equal(maze, &rows, &whole);
            }
            maze_free(maze);
        }
    }
}

/* How far beyond ROAD_FAR_MS does not matter. */
static uint32_t known(uint32_t time_ms)
{
    return time_ms < ROAD_FAR_MS ? time_ms : ROAD_FAR_MS;
}

static void check_many(struct maze *maze)
{
    enum { COUNT = 100 }; /* more than are asked for in advance */
    struct road_rows rows;
    cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
    for (size_t count = 0; count <= COUNT; count = count < 20 ? count + 1 : count * 5) {
        uint32_t from[COUNT];
        uint32_t to[COUNT];
        uint32_t pairs_ms[COUNT];
        uint32_t out_ms[COUNT];
        uint32_t in_ms[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            from[i] = (uint32_t)random_below(&maze->random, maze->hierarchy.node_count);
            to[i] = (uint32_t)random_below(&maze->random, maze->hierarchy.node_count);
        }
        road_rows_pairs(&rows, from, to, count, pairs_ms);
        road_rows_from(&rows, from[0], to, count, out_ms);
        road_rows_to(&rows, from, count, to[0], in_ms);
        for (size_t i = 0; i < count; i++) {
            cr_assert_eq(known(pairs_ms[i]), known(road_rows_time(&rows, from[i], to[i])));
            cr_assert_eq(known(out_ms[i]), known(road_rows_time(&rows, from[0], to[i])));
            cr_assert_eq(known(in_ms[i]), known(road_rows_time(&rows, from[i], to[0])));
        }
    }
}

Test(rows, tell_many_times_what_they_tell_one_by_one)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            check_many(maze);
            maze_free(maze);
        }
    }
}

/* Ranks with one upward arc, and nothing below them that has not. */
Test(rows, are_not_kept_for_dead_ends)
{
    uint32_t hanging = 0;
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        struct maze *maze = maze_make((enum maze_shape)shape, 3);
        const struct road_hierarchy *h = &maze->hierarchy;
        struct road_rows rows;
        cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
        for (uint32_t x = 0; x < h->node_count; x++) {
            bool hangs = true;
            for (uint32_t y = road_hierarchy_lowest(h, x); y <= x; y++)
                hangs = hangs && h->first_up[y + 1] - h->first_up[y] == 1;
            cr_assert_eq(road_hierarchy_hangs(h, x), hangs);
            hanging += hangs;
            for (uint32_t y = h->parent[x]; y != ROAD_NONE; y = h->parent[y])
                cr_assert(hangs || !road_hierarchy_hangs(h, y));
            if (h->parent[x] != ROAD_NONE)
                cr_assert_eq(road_rows_up(&rows, x) == road_rows_up(&rows, h->parent[x]), hangs);
        }
        maze_free(maze);
    }
    cr_assert_gt(hanging, 0);
}

Test(rows, count_the_ancestors_that_two_bases_share)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        struct maze *maze = maze_make((enum maze_shape)shape, 2);
        const struct road_hierarchy *h = &maze->hierarchy;
        struct road_rows rows;
        cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
        for (uint32_t a = 0; a < h->node_count; a++) {
            for (uint32_t b = 0; b < h->node_count; b++) {
                uint32_t x = a;
                uint32_t y = b;
                while (x != y) {
                    if (x < y)
                        x = h->parent[x];
                    else
                        y = h->parent[y];
                }
                while (road_hierarchy_hangs(h, x))
                    x = h->parent[x];
                cr_assert_eq(road_rows_shared(&rows, &rows.nodes[a], &rows.nodes[b]),
                             h->depth[x] + 1);
            }
        }
        maze_free(maze);
    }
}

Test(rows, refuse_an_arena_that_is_too_small)
{
    struct maze *maze = maze_make(MAZE_GRID, 1);
    static uint8_t block[1 << 18] __attribute__((aligned(16)));
    struct arena arena;
    struct road_rows rows;
    size_t cost = road_rows_cost(&maze->hierarchy);
    cr_assert_leq(cost, sizeof block);
    arena_init(&arena, block, cost - 1);
    cr_expect_not(road_rows_init(&rows, &arena, &maze->metric));
    cr_expect_eq(arena.used, 0);
    arena_init(&arena, block, cost);
    cr_expect(road_rows_init(&rows, &arena, &maze->metric));
    cr_expect_eq(arena.used, cost);
    maze_free(maze);
}
