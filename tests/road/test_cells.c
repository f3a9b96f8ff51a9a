/* What the cells promise must hold for every pair of nodes, under any metric that is nowhere
 * faster. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "maze.h"
#include "road/cells.h"
#include "road/dijkstra.h"

/* The pairs of nodes for which a bound says something: */
struct told {
    uint32_t from;   /* that of their cells, */
    uint32_t border; /* the ways to the borders, */
    uint32_t near;   /* the way in by where one comes from, more than from anywhere. */
};

/* Every bound against Dijkstra's. */
static void check_bounds(const struct maze *maze, const struct road_cells *cells,
                         struct road_dijkstra *dijkstra, struct told *told)
{
    static uint16_t to_units[ROAD_CELLS_MAX];
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
            road_cells_to(cells, road_place_at_node(w), to_units);
            const uint32_t leave_units = same ? 0 : road_cells_leave(cells, road_place_at_node(v));
            const uint32_t near_units = to_units[cells->of_node[v]] + leave_units;
            cr_assert_leq((int64_t)near_units * ROAD_CELLS_UNIT_MS, dijkstra->times_ms[w],
                          "from %u to %u by its cell", v, w);
            cr_assert_geq(near_units, same ? 0 : units + border_units);
            told->from += units > 0;
            told->border += border_units > 0;
            told->near += near_units > units + border_units;
        }
    }
}

Test(cells, bound_the_time_between_any_two_nodes)
{
    struct told told = {0};
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
        check_bounds(maze, &cells, &dijkstra, &told);
        for (int i = 0; i < 20; i++) { /* slower, or closed */
            const uint32_t arc = (uint32_t)random_below(&maze->random, maze->graph.arc_count);
            uint32_t *weight = &maze->metric.weights_ms[arc];
            *weight = i % 2 == 0 || *weight == ROAD_CLOSED ? ROAD_CLOSED : *weight + 5000;
        }
        check_bounds(maze, &cells, &dijkstra, &told);
        free(block);
        maze_free(maze);
    }
    cr_assert_gt(told.from, 10000);
    cr_assert_gt(told.border, 10000);
    cr_assert_gt(told.near, 10000);
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
