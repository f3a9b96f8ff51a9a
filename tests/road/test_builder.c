#include "road/builder.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "road/metric.h"

#define NODES_MAX  10
#define EDGES_MAX  24
#define ARENA_SIZE ((size_t)1 << 16)
#define PLACE                                                                                      \
    {                                                                                              \
        515000000, -30000000                                                                       \
    }
#define OFF_EARTH                                                                                  \
    {                                                                                              \
        900000001, 0                                                                               \
    }

static uint8_t block[ARENA_SIZE] __attribute__((aligned(16)));

static void fresh_arena(struct arena *arena)
{
    memset(block, 0, sizeof block);
    arena_init(arena, block, sizeof block);
}

/* Towns of one-letter nodes; every edge is "from to" with its time, class residential. */
struct row {
    const char *what;
    const char *nodes; /* '!' behind a node puts it off the earth */
    const char *edges; /* pairs of letters; '!' behind one makes its time 0 */
    enum road_builder_result result;
    struct road_builder_report report;
    const char *kept; /* names of the nodes kept */
};

static const struct row ROWS[] = {
    {"a ring is kept", "abc", "ab bc ca", ROAD_BUILDER_OK, {0}, "abc"},
    {"loops go", "ab", "ab aa ba bb", ROAD_BUILDER_OK, {.loops = 2}, "ab"},
    {"parallels go", "ab", "ab ba ab ab", ROAD_BUILDER_OK, {.parallels = 2}, "ab"},
    {"a dead end goes",
     "abcd",
     "ab ba bc db",
     ROAD_BUILDER_OK,
     {.parts_dropped = 2, .nodes_dropped = 2, .arcs_dropped = 2},
     "ab"},
    {"the largest part stays",
     "abcde",
     "ab ba cd de ec bc",
     ROAD_BUILDER_OK,
     {.parts_dropped = 1, .nodes_dropped = 2, .arcs_dropped = 3},
     "cde"},
    {"of equals the smallest name stays",
     "dcba",
     "cd dc bc ab ba",
     ROAD_BUILDER_OK,
     {.parts_dropped = 1, .nodes_dropped = 2, .arcs_dropped = 3},
     "ab"},
    {"nothing is joined",
     "abc",
     "ab bc",
     ROAD_BUILDER_NOTHING_JOINED,
     {.parts_dropped = 2, .nodes_dropped = 2, .arcs_dropped = 2},
     ""},
    {"no edges", "a", "", ROAD_BUILDER_NOTHING_JOINED, {0}, ""},
    {"nothing at all", "", "", ROAD_BUILDER_NOTHING_JOINED, {0}, ""},
    {"a name twice", "abcbc", "ab ba", ROAD_BUILDER_NODE_TWICE, {.culprit = 3}, ""},
    {"a bad node", "ab!a", "ab ba", ROAD_BUILDER_NODE_BAD, {.culprit = 1}, ""},
    {"a dangling edge", "ab", "ab ba bz", ROAD_BUILDER_EDGE_DANGLING, {.culprit = 2}, ""},
    {"a bad time", "ab", "ab ba!", ROAD_BUILDER_EDGE_BAD, {.culprit = 1}, ""},
};

struct drawn {
    struct road_builder_node nodes[NODES_MAX];
    struct road_builder_edge edges[EDGES_MAX];
    struct road_builder_input input;
};

static void draw(struct drawn *drawn, const struct row *row)
{
    memset(drawn, 0, sizeof *drawn);
    for (const char *c = row->nodes; *c != '\0'; c++) {
        struct road_builder_node good = {.name = *c, .point = PLACE};
        struct road_builder_node bad = {.name = *c, .point = OFF_EARTH};
        if (*c != '!')
            drawn->nodes[drawn->input.node_count++] = c[1] == '!' ? bad : good;
    }
    for (const char *c = row->edges; *c != '\0';) {
        drawn->edges[drawn->input.edge_count++] = (struct road_builder_edge){
            c[0], c[1], 10, c[2] == '!' ? 0 : 1000, ROAD_CLASS_RESIDENTIAL};
        c += c[2] == '!' ? 3 : 2;
        c += *c == ' ';
    }
    drawn->input.nodes = drawn->nodes;
    drawn->input.edges = drawn->edges;
}

Test(builder, keeps_the_largest_connected_part_and_counts_the_rest)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct drawn drawn;
        struct arena arena;
        struct road_graph graph = {.node_count = 99};
        struct road_builder_report report;
        draw(&drawn, &ROWS[i]);
        fresh_arena(&arena);
        cr_expect_eq(road_builder_make(&drawn.input, &arena, &graph, &report), ROWS[i].result, "%s",
                     ROWS[i].what);
        cr_expect_arr_eq(&report, &ROWS[i].report, sizeof report, "%s", ROWS[i].what);
        if (ROWS[i].result != ROAD_BUILDER_OK) {
            cr_expect_eq(graph.node_count, 99, "%s", ROWS[i].what);
            cr_expect_eq(arena.used, 0, "%s", ROWS[i].what);
            continue;
        }
        cr_expect_eq(graph.node_count, strlen(ROWS[i].kept), "%s", ROWS[i].what);
        for (uint32_t v = 0; v < graph.node_count; v++)
            cr_expect_eq(graph.names[v], ROWS[i].kept[v], "%s", ROWS[i].what);
    }
}

Test(builder, refuses_values_out_of_range)
{
    static const struct {
        struct road_builder_edge edge;
        enum road_builder_result result;
    } EDGES[] = {
        {{1, 2, 1, 1, 0}, ROAD_BUILDER_OK},
        {{1, 2, INT32_MAX, ROAD_WEIGHT_MAX_MS, ROAD_CLASS_SERVICE}, ROAD_BUILDER_OK},
        {{1, 2, 0, 1, 0}, ROAD_BUILDER_EDGE_BAD},
        {{1, 2, UINT32_MAX, 1, 0}, ROAD_BUILDER_EDGE_BAD},
        {{1, 2, 1, 0, 0}, ROAD_BUILDER_EDGE_BAD},
        {{1, 2, 1, ROAD_WEIGHT_MAX_MS + 1, 0}, ROAD_BUILDER_EDGE_BAD},
        {{1, 2, 1, 1, ROAD_CLASS_SERVICE + 1}, ROAD_BUILDER_EDGE_BAD},
        {{1, 1, 0, 1, 0}, ROAD_BUILDER_EDGE_BAD},
        {{INT64_MIN, 2, 1, 1, 0}, ROAD_BUILDER_EDGE_DANGLING},
    };
    struct road_builder_node nodes[] = {{1, PLACE}, {2, PLACE}};
    for (size_t i = 0; i < sizeof EDGES / sizeof EDGES[0]; i++) {
        struct road_builder_edge edges[] = {{2, 1, 1, 1, 0}, EDGES[i].edge};
        struct road_builder_input input = {nodes, 2, edges, 2};
        struct road_graph graph;
        struct road_builder_report report;
        struct arena arena;
        fresh_arena(&arena);
        cr_expect_eq(road_builder_make(&input, &arena, &graph, &report), EDGES[i].result, "row %zu",
                     i);
    }
}

Test(builder, keeps_the_fastest_then_shortest_then_most_important_of_parallels)
{
    struct road_builder_node nodes[] = {{-5, PLACE}, {INT64_MAX, PLACE}, {INT64_MIN, PLACE}};
    struct road_builder_edge edges[] = {
        {-5, INT64_MAX, 70, 900, 3},        {-5, INT64_MAX, 90, 800, 4},
        {-5, INT64_MAX, 80, 800, 4},        {-5, INT64_MAX, 80, 800, 2},
        {INT64_MAX, INT64_MIN, 10, 100, 5}, {INT64_MIN, -5, 10, 100, 5},
    };
    struct road_builder_input input = {nodes, 3, edges, 6};
    struct road_graph graph;
    struct road_builder_report report;
    struct arena arena;
    fresh_arena(&arena);
    cr_assert_eq(road_builder_make(&input, &arena, &graph, &report), ROAD_BUILDER_OK);
    cr_expect_eq(report.parallels, 3);
    cr_expect_eq(graph.names[0], INT64_MIN);
    cr_expect_eq(graph.names[1], -5);
    cr_expect_eq(road_graph_find(&graph, INT64_MAX), 2);
    cr_expect_eq(road_graph_find(&graph, 0), ROAD_NONE);
    uint32_t arc = road_graph_arc(&graph, 1, 2);
    cr_expect_eq(graph.free_ms[arc], 800);
    cr_expect_eq(graph.length_m[arc], 80);
    cr_expect_eq(graph.class[arc], 2);
    cr_expect_eq(road_graph_arc(&graph, 2, 1), ROAD_NONE);
}

static void swap_bytes(void *a, void *b, size_t size)
{
    uint8_t held[64];
    cr_assert_leq(size, sizeof held);
    memcpy(held, a, size);
    memmove(a, b, size);
    memcpy(b, held, size);
}

Test(builder, does_not_depend_on_the_order_of_the_rows)
{
    static const struct row ROW = {.nodes = "abcdefgh",
                                   .edges = "ab bc cd da ef fe ag ga gh hg hd"};
    struct drawn drawn;
    struct random random;
    struct road_graph first;
    static uint8_t first_block[ARENA_SIZE] __attribute__((aligned(16)));
    random_init(&random, 7);
    draw(&drawn, &ROW);
    for (int round = 0; round < 20; round++) {
        struct arena arena;
        struct road_graph graph;
        struct road_builder_report report;
        fresh_arena(&arena);
        if (round == 0)
            arena_init(&arena, first_block, sizeof first_block);
        cr_assert_eq(road_builder_make(&drawn.input, &arena, round == 0 ? &first : &graph, &report),
                     ROAD_BUILDER_OK);
        if (round > 0) {
            cr_assert_eq(graph.node_count, first.node_count);
            cr_assert_eq(graph.arc_count, first.arc_count);
            cr_assert_arr_eq(graph.names, first.names, first.node_count * sizeof *first.names);
            cr_assert_arr_eq(graph.head, first.head, first.arc_count * sizeof *first.head);
            cr_assert_arr_eq(graph.tail, first.tail, first.arc_count * sizeof *first.tail);
        }
        for (size_t i = 1; i < drawn.input.node_count; i++)
            swap_bytes(&drawn.nodes[i], &drawn.nodes[random_below(&random, i + 1)],
                       sizeof drawn.nodes[0]);
        for (size_t i = 1; i < drawn.input.edge_count; i++)
            swap_bytes(&drawn.edges[i], &drawn.edges[random_below(&random, i + 1)],
                       sizeof drawn.edges[0]);
    }
}

Test(builder, costs_what_it_says_and_refuses_less)
{
    struct drawn drawn;
    struct road_graph graph;
    struct road_builder_report report;
    draw(&drawn, &ROWS[4]);
    size_t cost = road_builder_cost(drawn.input.node_count, drawn.input.edge_count);
    enum road_builder_result result = ROAD_BUILDER_NO_ROOM;
    for (size_t size = 0; size <= cost && result == ROAD_BUILDER_NO_ROOM; size += 16) {
        struct arena arena;
        arena_init(&arena, block, size);
        result = road_builder_make(&drawn.input, &arena, &graph, &report);
        if (result == ROAD_BUILDER_NO_ROOM)
            cr_assert_eq(arena.used, 0);
    }
    cr_expect_eq(result, ROAD_BUILDER_OK, "the cost is too low");
}
