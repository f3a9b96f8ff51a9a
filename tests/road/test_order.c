#include "road/order.h"

#include <criterion/criterion.h>
#include <string.h>

#include "road/neighbours.h"
#include "tests/road/maze.h"

#define NODES_MAX 64

Test(order, is_a_permutation_and_the_same_every_time)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        struct maze *maze = maze_make((enum maze_shape)shape, 3);
        uint32_t rank[NODES_MAX];
        uint32_t again[NODES_MAX];
        bool seen[NODES_MAX] = {false};
        cr_assert_leq(maze->graph.node_count, NODES_MAX);
        size_t used = maze->arena.used;
        cr_assert_eq(road_order_make(&maze->arena, &maze->graph, rank), ROAD_ORDER_OK);
        cr_assert_eq(road_order_make(&maze->arena, &maze->graph, again), ROAD_ORDER_OK);
        cr_expect_eq(maze->arena.used, used);
        for (uint32_t v = 0; v < maze->graph.node_count; v++) {
            cr_assert_lt(rank[v], maze->graph.node_count);
            cr_expect_not(seen[rank[v]]);
            cr_expect_eq(rank[v], again[v]);
            seen[rank[v]] = true;
        }
        maze_free(maze);
    }
}

Test(order, leaves_dead_ends_from_their_ends_on)
{
    for (uint64_t seed = 1; seed < 40; seed += 2) {
        struct maze *maze = maze_make(MAZE_TREE, seed);
        const struct road_hierarchy *h = &maze->hierarchy;
        for (uint32_t x = 0; x < h->node_count; x++)
            cr_expect_eq(road_hierarchy_hangs(h, x), h->parent[x] != ROAD_NONE);
        maze_free(maze);
    }
}

Test(order, refuses_an_arena_that_is_too_small)
{
    struct maze *maze = maze_make(MAZE_GRID, 1);
    static uint8_t block[1 << 15] __attribute__((aligned(16)));
    uint32_t rank[NODES_MAX];
    enum road_order_result result = ROAD_ORDER_NO_ROOM;
    for (size_t size = 0; size < sizeof block && result == ROAD_ORDER_NO_ROOM; size += 16) {
        struct arena arena;
        arena_init(&arena, block, size);
        result = road_order_make(&arena, &maze->graph, rank);
        cr_assert_eq(arena.used, 0);
    }
    cr_expect_eq(result, ROAD_ORDER_OK);
    maze_free(maze);
}

Test(neighbours, are_who_is_joined_in_either_direction)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        struct maze *maze = maze_make((enum maze_shape)shape, 4);
        struct road_neighbours neighbours;
        const struct road_graph *graph = &maze->graph;
        cr_assert(road_neighbours_init(&neighbours, &maze->arena, graph));
        for (uint32_t v = 0; v < graph->node_count; v++) {
            uint32_t at = neighbours.first[v];
            for (uint32_t w = 0; w < graph->node_count; w++) {
                if (road_graph_arc(graph, v, w) == ROAD_NONE &&
                    road_graph_arc(graph, w, v) == ROAD_NONE)
                    continue;
                cr_assert_lt(at, neighbours.first[v + 1]);
                cr_assert_eq(neighbours.nodes[at++], w);
            }
            cr_assert_eq(at, neighbours.first[v + 1]);
        }
        maze_free(maze);
    }
}
