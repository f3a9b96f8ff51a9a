#include "road/hierarchy.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/road/maze.h"

static void check_tree(const struct road_hierarchy *h)
{
    uint32_t root = h->node_count - 1;
    uint32_t height = 0;
    for (uint32_t x = 0; x < h->node_count; x++) {
        cr_assert_eq(h->rank[h->node[x]], x);
        cr_assert_eq(h->parent[x] == ROAD_NONE, x == root);
        if (x != root) {
            cr_assert_gt(h->parent[x], x);
            cr_assert_eq(h->depth[x], h->depth[h->parent[x]] + 1);
            /* Postorder: the subtree is the range of ranks below. */
            uint32_t above = h->parent[x];
            cr_assert_geq(x - h->subtree_size[x] + 1, above - h->subtree_size[above] + 1);
            if (h->first_up[x] < h->first_up[x + 1])
                cr_assert_eq(h->parent[x], h->up_head[h->first_up[x]]);
        }
        height = h->depth[x] + 1 > height ? h->depth[x] + 1 : height;
    }
    cr_assert_eq(h->depth[root], 0);
    cr_assert_eq(h->subtree_size[root], h->node_count);
    cr_assert_eq(h->height, height);
}

static void check_arcs(const struct road_hierarchy *h)
{
    for (uint32_t x = 0; x < h->node_count; x++) {
        for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
            cr_assert_eq(h->up_tail[arc], x);
            cr_assert_gt(h->up_head[arc], arc == h->first_up[x] ? x : h->up_head[arc - 1]);
            for (uint32_t other = arc + 1; other < h->first_up[x + 1]; other++)
                cr_assert_neq(road_hierarchy_arc(h, h->up_head[arc], h->up_head[other]), ROAD_NONE);
        }
        for (uint32_t i = h->first_down[x]; i < h->first_down[x + 1]; i++) {
            cr_assert_eq(h->up_head[h->down_arc[i]], x);
            if (i > h->first_down[x])
                cr_assert_gt(h->up_tail[h->down_arc[i]], h->up_tail[h->down_arc[i - 1]]);
        }
    }
    cr_assert_eq(h->first_up[h->node_count], h->arc_count);
    cr_assert_eq(h->first_down[h->node_count], h->arc_count);
    for (uint32_t e = 0; e < h->graph->arc_count; e++) {
        uint32_t arc = h->arc_of[e];
        bool up = h->rank[h->graph->tail[e]] < h->rank[h->graph->head[e]];
        cr_assert_eq((up ? h->input_up : h->input_down)[arc], e);
        cr_assert_eq(h->up_tail[arc], h->rank[up ? h->graph->tail[e] : h->graph->head[e]]);
        cr_assert_eq(h->up_head[arc], h->rank[up ? h->graph->head[e] : h->graph->tail[e]]);
    }
}

Test(hierarchy, joins_any_two_upper_neighbours_and_keeps_a_postorder)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            check_tree(&maze->hierarchy);
            check_arcs(&maze->hierarchy);
            cr_assert_geq(road_hierarchy_top(&maze->hierarchy), 1);
            maze_free(maze);
        }
    }
}

Test(hierarchy, costs_what_it_says_and_refuses_less)
{
    struct maze *maze = maze_make(MAZE_GRID, 3);
    const struct road_hierarchy *known = &maze->hierarchy;
    size_t cost = road_hierarchy_cost(known->node_count, maze->graph.arc_count, known->arc_count);
    void *block = calloc(1, cost);
    cr_assert_not_null(block);
    struct road_hierarchy built;
    size_t least = 0;
    for (size_t size = 0; size <= cost; size += 16) {
        struct arena arena;
        arena_init(&arena, block, size);
        enum road_hierarchy_result result =
            road_hierarchy_build(&built, &arena, &maze->graph, known->rank);
        if (result == ROAD_HIERARCHY_OK) {
            least = size;
            break;
        }
        cr_assert_eq(result, ROAD_HIERARCHY_NO_ROOM);
        cr_assert_eq(arena.used, 0);
    }
    cr_assert_gt(least, 0, "the cost is too low");
    cr_assert_eq(built.arc_count, known->arc_count);
    free(block);
    maze_free(maze);
}
