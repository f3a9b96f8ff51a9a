#include "road/refresh.h"

#include <criterion/criterion.h>
#include <string.h>

#include "road/dijkstra.h"
#include "road/network.h"
#include "tests/road/maze.h"

#define SEEDS  10
#define ROUNDS 6

/* A network on the graph of a maze, and Dijkstra on the weights that its answers must hold for. */
struct bench {
    struct maze *maze;
    struct road_network network;
    uint32_t *weights_ms; /* of now, kept by the test */
    struct road_dijkstra dijkstra;
};

static void bench_make(struct bench *bench, enum maze_shape shape, uint64_t seed)
{
    struct maze *maze = maze_make(shape, seed);
    bench->maze = maze;
    cr_assert(
        road_network_init(&bench->network, &maze->arena, &maze->graph, &maze->hierarchy, true));
    cr_assert(bench->network.has_rows);
    bench->weights_ms = arena_take(&maze->arena, maze->graph.arc_count, sizeof(uint32_t));
    cr_assert_not_null(bench->weights_ms);
    memcpy(bench->weights_ms, maze->graph.free_ms, maze->graph.arc_count * sizeof(uint32_t));
    cr_assert(road_dijkstra_init(&bench->dijkstra, &maze->arena, &maze->graph, bench->weights_ms));
}

static void check_answers(struct bench *bench)
{
    for (int i = 0; i < 4; i++) {
        struct road_place from = maze_place(bench->maze);
        for (int j = 0; j < 4; j++) {
            struct road_place to = maze_place(bench->maze);
            cr_assert_eq(road_query_time(bench->network.query, from, to),
                         road_dijkstra_time(&bench->dijkstra, from, to));
        }
    }
}

/* A weight that the arc may have: no time below free flow, or closed. */
static uint32_t weight(struct bench *bench, uint32_t arc)
{
    const uint32_t weight_ms = maze_weight(bench->maze);
    const uint32_t free_ms = bench->maze->graph.free_ms[arc];
    return weight_ms < free_ms ? free_ms : weight_ms;
}

static void change_one(struct bench *bench, uint32_t *coming_ms)
{
    uint32_t arc = (uint32_t)random_below(&bench->maze->random, bench->maze->graph.arc_count);
    uint32_t weight_ms = weight(bench, arc);
    road_network_set(&bench->network, arc, weight_ms);
    bench->weights_ms[arc] = weight_ms;
    coming_ms[arc] = weight_ms;
}

/* Until the new weights take over, all answers hold for the old ones, and afterwards for the new.
 */
static void refresh(struct bench *bench, uint32_t *coming_ms, uint32_t slice, bool changes)
{
    struct maze *maze = bench->maze;
    size_t size = maze->graph.arc_count * sizeof(uint32_t);
    for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++)
        coming_ms[arc] = weight(bench, arc);
    road_network_refresh(&bench->network, coming_ms);
    uint64_t version = bench->network.metric.version;
    bool taken_over = false;
    bool done = false;
    int changes_left = changes ? 6 : 0;
    for (int steps = 0; !done; steps++) {
        cr_assert_lt(steps, 1000);
        if (changes_left > 0 && random_below(&maze->random, 2) == 0) {
            changes_left--;
            change_one(bench, coming_ms);
            version++;
            check_answers(bench);
        }
        done = road_network_step(&bench->network, slice);
        if (!taken_over && bench->network.metric.version != version) {
            taken_over = true;
            memcpy(bench->weights_ms, coming_ms, size);
        }
        cr_assert_arr_eq(bench->network.metric.weights_ms, bench->weights_ms, size);
        check_answers(bench);
    }
    cr_assert(taken_over);
    cr_assert(road_rows_fresh(&bench->network.rows));
    cr_assert(road_network_step(&bench->network, 1), "nothing is left to do");
}

Test(refresh, answers_for_the_old_times_or_for_the_new_between_any_two_slices)
{
    static const uint32_t SLICES[ROUNDS] = {1, 3, 10, 48, 49, 1000};
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct bench bench;
            bench_make(&bench, (enum maze_shape)shape, seed);
            uint32_t *coming_ms =
                arena_take(&bench.maze->arena, bench.maze->graph.arc_count, sizeof(uint32_t));
            cr_assert_not_null(coming_ms);
            for (int round = 0; round < ROUNDS; round++)
                refresh(&bench, coming_ms, SLICES[round], (seed + (uint64_t)round) % 2 == 0);
            maze_free(bench.maze);
        }
    }
}

Test(refresh, can_be_begun_again_at_any_time)
{
    for (uint32_t given_up_after = 0; given_up_after < 110; given_up_after++) {
        struct bench bench;
        bench_make(&bench, MAZE_GRID, 3);
        uint32_t *coming_ms =
            arena_take(&bench.maze->arena, bench.maze->graph.arc_count, sizeof(uint32_t));
        cr_assert_not_null(coming_ms);
        for (uint32_t arc = 0; arc < bench.maze->graph.arc_count; arc++)
            coming_ms[arc] = weight(&bench, arc);
        road_network_refresh(&bench.network, coming_ms);
        for (uint32_t i = 0; i < given_up_after; i++)
            (void)road_network_step(&bench.network, 1);
        if (given_up_after >= bench.maze->graph.node_count)
            memcpy(bench.weights_ms, coming_ms,
                   bench.maze->graph.arc_count * sizeof *bench.weights_ms);
        check_answers(&bench);
        refresh(&bench, coming_ms, 7, false);
        maze_free(bench.maze);
    }
}

Test(refresh, no_road_becomes_faster_than_in_free_flow)
{
    struct bench bench;
    bench_make(&bench, MAZE_GRID, 6);
    const struct road_graph *graph = &bench.maze->graph;
    const size_t size = graph->arc_count * sizeof(uint32_t);
    uint32_t *coming_ms = arena_take(&bench.maze->arena, graph->arc_count, sizeof(uint32_t));
    cr_assert_not_null(coming_ms);
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        coming_ms[arc] = 1;
        road_network_set(&bench.network, arc, ROAD_CLOSED);
        road_network_set(&bench.network, arc, 1);
    }
    cr_assert_arr_eq(bench.network.metric.weights_ms, graph->free_ms, size);
    road_network_refresh(&bench.network, coming_ms);
    while (!road_network_step(&bench.network, 1000))
        continue;
    cr_assert_arr_eq(bench.network.metric.weights_ms, graph->free_ms, size);
    check_answers(&bench);
    maze_free(bench.maze);
}

Test(refresh, works_without_rows)
{
    struct maze *maze = maze_make(MAZE_GRID, 4);
    struct road_refresh refresh;
    struct road_metric whole;
    cr_assert(road_metric_init(&whole, &maze->arena, &maze->hierarchy));
    cr_assert(road_refresh_init(&refresh, &maze->arena, &maze->metric, NULL));
    for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++)
        whole.weights_ms[arc] = maze_weight(maze);
    road_metric_customize(&whole);
    road_refresh_begin(&refresh, whole.weights_ms);
    while (!road_refresh_step(&refresh, 5))
        continue;
    size_t size = maze->hierarchy.arc_count * sizeof(uint32_t);
    cr_assert_arr_eq(maze->metric.up_ms, whole.up_ms, size);
    cr_assert_arr_eq(maze->metric.down_ms, whole.down_ms, size);
    cr_assert_arr_eq(maze->metric.up_m, whole.up_m, size / 2);
    cr_assert_arr_eq(maze->metric.down_m, whole.down_m, size / 2);
    maze_free(maze);
}
