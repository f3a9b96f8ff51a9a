/* What the cells promise must hold for every pair of nodes, under any metric that is nowhere
 * faster. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "maze.h"
#include "road/cells.h"
#include "road/dijkstra.h"

/* Every bound against Dijkstra's; counts the pairs for which it says anything at all, and those for
 * which the ways to the borders do. */
static void check_bounds(const struct maze *maze, const struct road_cells *cells,
                         struct road_dijkstra *dijkstra, uint32_t *telling, uint32_t *bordering)
{
    const uint32_t nodes = maze->graph.node_count;
    for (uint32_t v = 0; v < nodes; v++) {
        road_dijkstra_run(dijkstra, road_place_at_node(v));
        const size_t row = (size_t)cells->of_node[v] * cells->count;
        for (uint32_t w = 0; w < nodes; w++) {
            const uint32_t units = cells->from[row + cells->of_node[w]];
            cr_assert_eq(units,
                         cells->to[(size_t)cells->of_node[w] * cells->count + cells->of_node[v]]);
            const bool same = cells->of_node[v] == cells->of_node[w];
            const uint32_t border_units = same ? 0
                                               : road_cells_leave(cells, road_place_at_node(v)) +
                                                     road_cells_enter(cells, road_place_at_node(w));
            cr_assert_leq((int64_t)(units + border_units) * ROAD_CELLS_UNIT_MS,
                          dijkstra->times_ms[w], "from %u to %u", v, w);
            *telling += units > 0;
            *bordering += border_units > 0;
        }
    }
}

Test(cells, bound_the_time_between_any_two_nodes)
{
    uint32_t telling = 0;
    uint32_t bordering = 0;
    for (uint64_t seed = 0; seed < 10 * MAZE_SHAPE_COUNT; seed++) {
        struct maze *maze = maze_make((enum maze_shape)(seed % MAZE_SHAPE_COUNT), seed);
        const size_t size =
            road_cells_cost(&maze->hierarchy, ROAD_CELLS_MAX) + road_dijkstra_cost(&maze->graph);
        void *block = calloc(1, size);
        struct arena arena;
        struct road_cells cells;
        struct road_dijkstra dijkstra;
        arena_init(&arena, block, size);
        /* Times of a size that units can tell apart. */
        for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++) {
            maze->metric.weights_ms[arc] = 1000 + 100 * (maze_weight(maze) % 100);
        }
        road_metric_customize(&maze->metric);
        cr_assert(road_cells_init(&cells, &arena, &maze->metric, ROAD_CELLS_MAX));
        cr_assert(road_dijkstra_init(&dijkstra, &arena, &maze->graph, maze->metric.weights_ms));
        cr_assert_geq(cells.count, 1);
        check_bounds(maze, &cells, &dijkstra, &telling, &bordering);
        for (int i = 0; i < 20; i++) { /* slower, or closed */
            const uint32_t arc = (uint32_t)random_below(&maze->random, maze->graph.arc_count);
            uint32_t *weight = &maze->metric.weights_ms[arc];
            *weight = i % 2 == 0 || *weight == ROAD_CLOSED ? ROAD_CLOSED : *weight + 5000;
        }
        check_bounds(maze, &cells, &dijkstra, &telling, &bordering);
        free(block);
        maze_free(maze);
    }
    cr_assert_gt(telling, 10000);
    cr_assert_gt(bordering, 10000);
}

Test(cells, refuse_an_arena_that_is_too_small)
{
    struct maze *maze = maze_make(MAZE_GRID, 1);
    const size_t size = road_cells_cost(&maze->hierarchy, ROAD_CELLS_MAX) - 16;
    void *block = calloc(1, size);
    struct arena arena;
    struct road_cells cells;
    arena_init(&arena, block, size);
    cr_assert_not(road_cells_init(&cells, &arena, &maze->metric, ROAD_CELLS_MAX));
    cr_assert_eq(arena.used, 0);
    free(block);
    maze_free(maze);
}
