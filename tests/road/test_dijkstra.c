#include "road/dijkstra.h"

#include <criterion/criterion.h>

#include "tests/road/maze.h"

#define NODES_MAX 64

/* The oracle has an oracle: Floyd and Warshall's three loops. */
static void all_pairs(const struct maze *maze, int64_t ms[NODES_MAX][NODES_MAX])
{
    uint32_t n = maze->graph.node_count;
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t b = 0; b < n; b++) {
            uint32_t arc = road_graph_arc(&maze->graph, a, b);
            bool open = arc != ROAD_NONE && maze->metric.weights_ms[arc] != ROAD_CLOSED;
            ms[a][b] = a == b ? 0 : open ? maze->metric.weights_ms[arc] : ROAD_UNREACHABLE_MS;
        }
    }
    for (uint32_t middle = 0; middle < n; middle++) {
        for (uint32_t a = 0; a < n; a++) {
            for (uint32_t b = 0; b < n; b++) {
                int64_t over = ms[a][middle] + ms[middle][b];
                ms[a][b] = over < ms[a][b] ? over : ms[a][b];
            }
        }
    }
}

Test(dijkstra, equals_floyd_and_warshall)
{
    static int64_t ms[NODES_MAX][NODES_MAX];
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < 4; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_dijkstra dijkstra;
            cr_assert_leq(maze->graph.node_count, NODES_MAX);
            for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++)
                maze->metric.weights_ms[arc] = maze_weight(maze);
            cr_assert(
                road_dijkstra_init(&dijkstra, &maze->arena, &maze->graph, maze->metric.weights_ms));
            all_pairs(maze, ms);
            for (uint32_t a = 0; a < maze->graph.node_count; a++) {
                road_dijkstra_run(&dijkstra, road_place_at_node(a));
                cr_assert_arr_eq(dijkstra.times_ms, ms[a],
                                 maze->graph.node_count * sizeof ms[a][0]);
            }
            maze_free(maze);
        }
    }
}
