#include "road/query.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "road/builder.h"
#include "road/dijkstra.h"
#include "road/order.h"
#include "tests/road/maze.h"
#include "tests/town.h"

#define SEEDS      12
#define PLACES_MAX 40

struct places {
    struct road_place at[PLACES_MAX];
};

static void choose_places(struct maze *maze, struct places *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        places->at[i] = maze_place(maze);
    if (count > 2)
        places->at[count - 1] = places->at[0]; /* equal places are never far */
}

static void set_weights(struct maze *maze)
{
    for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++)
        maze->metric.weights_ms[arc] = maze_weight(maze);
    road_metric_customize(&maze->metric);
}

/* A drive over the graph from place to place, arc by arc; gives the time it takes. */
static int64_t drive_ms(const struct maze *maze, struct road_place from, struct road_place to,
                        const uint32_t *arcs, size_t count)
{
    const struct road_graph *graph = &maze->graph;
    int64_t time_ms = 0;
    uint32_t at = from.arc == ROAD_NONE ? from.node : graph->tail[from.arc];
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(graph->tail[arcs[i]], at, "arc %zu does not begin where the last ended", i);
        cr_assert_neq(maze->metric.weights_ms[arcs[i]], ROAD_CLOSED);
        time_ms += maze->metric.weights_ms[arcs[i]];
        at = graph->head[arcs[i]];
    }
    if (count == 0)
        return 0;
    if (from.arc != ROAD_NONE) {
        cr_assert_eq(arcs[0], from.arc);
        time_ms -= road_place_before_ms(from, maze->metric.weights_ms[from.arc]);
    }
    if (to.arc != ROAD_NONE) {
        cr_assert_eq(arcs[count - 1], to.arc);
        time_ms -= road_place_after_ms(to, maze->metric.weights_ms[to.arc]);
    } else {
        cr_assert_eq(at, to.node);
    }
    return time_ms;
}

/* The length of that drive. */
static int64_t drive_mm(const struct maze *maze, struct road_place from, struct road_place to,
                        const uint32_t *arcs, size_t count)
{
    int64_t length_mm = 0;
    for (size_t i = 0; i < count; i++)
        length_mm += maze->graph.length_m[arcs[i]] * INT64_C(1000);
    if (count > 0 && from.arc != ROAD_NONE)
        length_mm -= maze->graph.length_m[from.arc] * (int64_t)from.along_permille;
    if (count > 0 && to.arc != ROAD_NONE)
        length_mm -= maze->graph.length_m[to.arc] * (int64_t)(1000 - to.along_permille);
    return length_mm;
}

static void check_pair(struct maze *maze, struct road_query *query, struct road_dijkstra *dijkstra,
                       struct road_place from, struct road_place to, int64_t expected)
{
    uint32_t arcs[128];
    uint32_t others[128];
    size_t count = 77;
    size_t other_count = 77;
    cr_assert_eq(road_query_time(query, from, to), expected);
    enum road_path_result result = road_query_path(query, from, to, arcs, 128, &count);
    enum road_path_result other = road_dijkstra_path(dijkstra, from, to, others, 128, &other_count);
    cr_assert_eq(result, other);
    int64_t length_mm = 99;
    cr_assert_eq(road_query_length(query, from, to, &length_mm), result == ROAD_PATH_OK);
    if (expected == ROAD_UNREACHABLE_MS) {
        cr_assert_eq(result, ROAD_PATH_UNREACHABLE);
        cr_assert_eq(count, 77);
        cr_assert_eq(length_mm, 99);
        return;
    }
    cr_assert_eq(result, ROAD_PATH_OK);
    cr_assert_eq(drive_ms(maze, from, to, arcs, count), expected);
    cr_assert_eq(length_mm, drive_mm(maze, from, to, arcs, count));
    cr_assert_eq(drive_ms(maze, from, to, others, other_count), expected);
    if (count > 0) {
        uint32_t untouched = 1234567;
        size_t same = 88;
        cr_assert_eq(road_query_path(query, from, to, &untouched, count - 1, &same),
                     ROAD_PATH_TOO_LONG);
        cr_assert_eq(untouched, 1234567);
        cr_assert_eq(same, 88);
    }
}

/* Every kind of query against the oracle, for `from_count` x `to_count` random places. */
static void check_all(struct maze *maze, struct road_query *query, struct road_dijkstra *dijkstra,
                      size_t from_count, size_t to_count)
{
    static int64_t matrix[PLACES_MAX * PLACES_MAX];
    int64_t row[PLACES_MAX];
    int64_t column[PLACES_MAX];
    struct places from;
    struct places to;
    choose_places(maze, &from, from_count);
    choose_places(maze, &to, to_count);
    to.at[0] = from.at[from_count - 1];
    road_query_matrix(query, from.at, from_count, to.at, to_count, matrix);
    for (size_t i = 0; i < from_count; i++) {
        road_query_from(query, from.at[i], to.at, to_count, row);
        for (size_t j = 0; j < to_count; j++) {
            int64_t expected = road_dijkstra_time(dijkstra, from.at[i], to.at[j]);
            cr_assert_eq(row[j], expected);
            cr_assert_eq(matrix[i * to_count + j], expected);
            if (i < 4)
                check_pair(maze, query, dijkstra, from.at[i], to.at[j], expected);
        }
    }
    for (size_t j = 0; j < to_count; j++) {
        road_query_to(query, from.at, from_count, to.at[j], column);
        for (size_t i = 0; i < from_count; i++)
            cr_assert_eq(column[i], matrix[i * to_count + j]);
    }
}

Test(query, equals_dijkstra_on_every_shape_of_graph)
{
    static const size_t SIZES[][2] = {{1, 1}, {3, 40}, {40, 3}, {18, 21}, {21, 17}, {33, 33}};
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_query *query = road_query_init(&maze->arena, &maze->metric);
            struct road_dijkstra dijkstra;
            struct road_rows rows;
            cr_assert_not_null(query);
            cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
            cr_assert(
                road_dijkstra_init(&dijkstra, &maze->arena, &maze->graph, maze->metric.weights_ms));
            for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
                road_query_use_rows(query, NULL);
                check_all(maze, query, &dijkstra, SIZES[i][0], SIZES[i][1]);
                road_query_use_rows(query, &rows);
                check_all(maze, query, &dijkstra, SIZES[i][0], SIZES[i][1]);
                set_weights(maze); /* the rows are stale and must not be used */
                check_all(maze, query, &dijkstra, SIZES[i][0], SIZES[i][1]);
                road_rows_build(&rows);
            }
            maze_free(maze);
        }
    }
}

/* A street of many nodes, there and back. */
/* A street with two directions; as a ring the last node is followed by the first. */
static void make_street(struct arena *arena, struct road_graph *graph, uint32_t nodes, bool ring)
{
    struct road_builder_node *points = calloc(nodes, sizeof *points);
    struct road_builder_edge *edges = calloc(2 * (size_t)nodes, sizeof *edges);
    struct road_builder_input input = {.nodes = points, .node_count = nodes, .edges = edges};
    struct road_builder_report report;
    cr_assert(points != NULL && edges != NULL);
    for (uint32_t v = 0; v < nodes; v++) {
        points[v] = (struct road_builder_node){v, {514000000, (int32_t)(9000 * v)}};
        if (v == 0)
            continue;
        edges[input.edge_count++] = (struct road_builder_edge){v - 1, v, 60, 1000 + v % 7, 5};
        edges[input.edge_count++] = (struct road_builder_edge){v, v - 1, 60, 2000 + v % 5, 5};
    }
    if (ring)
        edges[input.edge_count++] = (struct road_builder_edge){nodes - 1, 0, 60, 3000, 5};
    cr_assert_eq(road_builder_make(&input, arena, graph, &report), ROAD_BUILDER_OK);
    free(points);
    free(edges);
}

/* All nodes of a large network have more ancestors than there are lanes for at once. */
Test(query, walks_for_more_places_than_there_is_room_for_in_parts)
{
    enum { NODES = 20000, FEW = 6 };
    size_t size = (size_t)64 << 20;
    struct arena arena;
    struct road_graph graph;
    struct road_hierarchy hierarchy;
    struct road_metric metric;
    arena_init(&arena, calloc(1, size), size);
    make_street(&arena, &graph, NODES, false);
    uint32_t *rank = arena_take(&arena, NODES, sizeof *rank);
    cr_assert_eq(road_order_make(&arena, &graph, rank), ROAD_ORDER_OK);
    cr_assert_eq(road_hierarchy_build(&hierarchy, &arena, &graph, rank), ROAD_HIERARCHY_OK);
    cr_assert(road_metric_init(&metric, &arena, &hierarchy));
    struct road_query *query = road_query_init(&arena, &metric);
    struct road_place *all = arena_take(&arena, NODES, sizeof *all);
    int64_t *matrix = arena_take(&arena, FEW * NODES, sizeof *matrix);
    int64_t *row = arena_take(&arena, NODES, sizeof *row);
    cr_assert(query != NULL && all != NULL && matrix != NULL && row != NULL);
    struct road_place few[FEW];
    for (uint32_t v = 0; v < NODES; v++)
        all[v] = road_place_at_node(v * 7919 % NODES);
    for (uint32_t i = 0; i < FEW; i++)
        few[i] = road_place_at_node(i * 3571);
    road_query_matrix(query, few, FEW, all, NODES, matrix);
    for (size_t i = 0; i < FEW; i++) {
        road_query_from(query, few[i], all, NODES, row);
        cr_assert_arr_eq(matrix + i * NODES, row, NODES * sizeof *row);
    }
    free(arena.block);
}

/* An order that makes the tree a chain, so that every node has all the others above it. */
Test(query, walks_the_tree_where_rows_would_be_too_large)
{
    enum { NODES = 600 };
    size_t size = (size_t)8 << 20;
    struct arena arena;
    struct road_graph graph;
    struct road_hierarchy hierarchy;
    struct road_network network;
    struct road_dijkstra dijkstra;
    struct random random;
    uint32_t rank[NODES];
    uint32_t weights_ms[2 * NODES + 1];
    random_init(&random, 1);
    arena_init(&arena, calloc(1, size), size);
    make_street(&arena, &graph, NODES, true);
    for (uint32_t v = 0; v < NODES; v++)
        rank[v] = v;
    cr_assert_eq(road_hierarchy_build(&hierarchy, &arena, &graph, rank), ROAD_HIERARCHY_OK);
    cr_assert_not(road_rows_fit(&hierarchy));
    cr_assert(road_network_init(&network, &arena, &graph, &hierarchy, true));
    cr_assert_not(network.has_rows);
    cr_assert(road_dijkstra_init(&dijkstra, &arena, &graph, network.metric.weights_ms));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 50; i++) {
            struct road_place from = road_place_at_node((uint32_t)random_below(&random, NODES));
            struct road_place to = road_place_at_node((uint32_t)random_below(&random, NODES));
            cr_assert_eq(road_query_time(network.query, from, to),
                         road_dijkstra_time(&dijkstra, from, to));
        }
        road_network_set(&network, (uint32_t)random_below(&random, graph.arc_count), ROAD_CLOSED);
        for (uint32_t arc = 0; round == 1 && arc < graph.arc_count; arc++)
            weights_ms[arc] = (uint32_t)random_between(&random, 1, 9);
        if (round == 1)
            road_network_refresh(&network, weights_ms);
        while (!road_network_step(&network, 100))
            continue;
    }
    free(arena.block);
}

/* The whole street is a dead end, on both sides of the middle or from one end, and so long that the
 * sum of its times would overflow. */
Test(query, knows_no_way_that_takes_too_long)
{
    enum { NODES = 600, STEP = 23 };
    size_t size = (size_t)8 << 20;
    for (uint32_t root = NODES / 2; root < NODES; root += NODES / 2 - 1) {
        struct arena arena;
        struct road_graph graph;
        struct road_hierarchy hierarchy;
        struct road_network network;
        struct road_place places[NODES];
        uint32_t rank[NODES];
        int64_t times_ms[NODES];
        static int64_t matrix_ms[NODES * NODES];
        arena_init(&arena, calloc(1, size), size);
        make_street(&arena, &graph, NODES, false);
        for (uint32_t v = 0; v < NODES; v++) {
            rank[v] = v < root ? v : NODES - 1 - (v - root);
            places[v] = road_place_at_node(v);
        }
        cr_assert_eq(road_hierarchy_build(&hierarchy, &arena, &graph, rank), ROAD_HIERARCHY_OK);
        cr_assert(road_network_init(&network, &arena, &graph, &hierarchy, true));
        cr_assert(network.has_rows);
        for (uint32_t arc = 0; arc < graph.arc_count; arc++)
            road_network_set(&network, arc, ROAD_WEIGHT_MAX_MS);
        road_query_matrix(network.query, places, NODES, places, NODES, matrix_ms);
        for (uint32_t v = 0; v < NODES; v += STEP) {
            road_query_from(network.query, places[v], places, NODES, times_ms);
            for (uint32_t w = 0; w < NODES; w++) {
                int64_t expected_ms = (int64_t)(v < w ? w - v : v - w) * ROAD_WEIGHT_MAX_MS;
                if (expected_ms >= ROAD_FAR_MS)
                    expected_ms = ROAD_UNREACHABLE_MS;
                cr_assert_eq(times_ms[w], expected_ms);
                cr_assert_eq(matrix_ms[v * NODES + w], expected_ms);
                cr_assert_eq(road_query_time(network.query, places[v], places[w]), expected_ms);
                bool found =
                    road_query_between(network.query, hierarchy.rank[v], hierarchy.rank[w]) != NULL;
                cr_assert_eq(found, expected_ms != ROAD_UNREACHABLE_MS);
            }
        }
        free(arena.block);
    }
}

Test(query, drives_on_and_around_the_same_arc)
{
    struct town *town = town_from_map("a-->b\n"
                                      "^   |\n"
                                      "|   v\n"
                                      "c<--d\n",
                                      true);
    static const struct {
        const char *from;
        int32_t from_along;
        const char *to;
        int32_t to_along;
        int64_t ms;
        size_t arcs;
    } ROWS[] = {
        {"a", 0, "a", 0, 0, 0},
        {"a", 0, "b", 0, 40000, 1},
        {"ab", 250, "ab", 250, 0, 0},
        {"ab", 250, "ab", 750, 20000, 1},
        {"ab", 750, "ab", 250, 120000, 5},
        {"b", 0, "a", 0, 100000, 3},
        {"ab", 250, "b", 0, 30000, 1},
        {"ab", 250, "a", 0, 130000, 4},
        {"a", 0, "ab", 999, 39960, 1},
        {"ab", 1000, "b", 0, 0, 0},
        {"d", 0, "ab", 500, 90000, 3},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct road_place from = town_place(town, ROWS[i].from, ROWS[i].from_along);
        struct road_place to = town_place(town, ROWS[i].to, ROWS[i].to_along);
        uint32_t arcs[8];
        size_t count;
        cr_expect_eq(road_query_time(town->network.query, from, to), ROWS[i].ms, "row %zu", i);
        cr_expect_eq(road_query_path(town->network.query, from, to, arcs, 8, &count), ROAD_PATH_OK);
        cr_expect_eq(count, ROWS[i].arcs, "row %zu", i);
    }
    town_free(town);
}

Test(query, does_not_drive_closed_roads)
{
    struct town *town = town_from_map("a--b--c\n"
                                      "|     |\n"
                                      "d-----e\n",
                                      true);
    struct road_query *query = town->network.query;
    struct road_place on_closed = town_place(town, "ab", 500);
    cr_expect_eq(road_query_time(query, town_place(town, "a", 0), town_place(town, "c", 0)), 60000);
    (void)road_metric_set(&town->network.metric, town_arc(town, "ab"), ROAD_CLOSED);
    cr_expect_eq(road_query_time(query, town_place(town, "a", 0), town_place(town, "c", 0)),
                 100000);
    cr_expect_eq(road_query_time(query, town_place(town, "b", 0), town_place(town, "a", 0)), 30000);
    cr_expect_eq(road_query_time(query, town_place(town, "a", 0), on_closed), ROAD_UNREACHABLE_MS);
    cr_expect_eq(road_query_time(query, on_closed, town_place(town, "b", 0)), ROAD_UNREACHABLE_MS);
    cr_expect_eq(road_query_time(query, on_closed, town_place(town, "ab", 600)),
                 ROAD_UNREACHABLE_MS);
    cr_expect_eq(road_query_time(query, on_closed, on_closed), 0);
    (void)road_metric_set(&town->network.metric, town_arc(town, "ab"), 1);
    cr_expect_eq(road_query_time(query, town_place(town, "a", 0), town_place(town, "c", 0)), 30001);
    town_free(town);
}

Test(query, refuses_an_arena_that_is_too_small)
{
    struct maze *maze = maze_make(MAZE_GRID, 1);
    static uint8_t block[1 << 18] __attribute__((aligned(16)));
    struct arena arena;
    arena_init(&arena, block, road_query_cost(&maze->hierarchy) - 1);
    cr_expect_null(road_query_init(&arena, &maze->metric));
    cr_expect_eq(arena.used, 0);
    arena_init(&arena, block, road_query_cost(&maze->hierarchy));
    cr_expect_not_null(road_query_init(&arena, &maze->metric));
    cr_expect_eq(arena.used, arena.size);
    maze_free(maze);
}
