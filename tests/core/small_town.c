#include "small_town.h"

#include <stdlib.h>

#include "base/check.h"
#include "road/builder.h"
#include "road/order.h"

#define EDGES_MAX  256
#define BLOCK_SIZE (4u << 20)

static void add_edge(struct small_town *town, struct road_builder_edge *edges, size_t *count,
                     uint32_t from, uint32_t to, uint32_t time_ms)
{
    CHECK(*count < EDGES_MAX);
    const uint32_t speed = 1 + (from * 7 + to * 3) % 4; /* some are driven faster than others */
    edges[(*count)++] = (struct road_builder_edge){
        .from = from, .to = to, .length_m = time_ms * speed / 200 + 1, .time_ms = time_ms};
    if (from != to && time_ms < town->times_ms[from][to]) {
        town->times_ms[from][to] = time_ms;
    }
}

static void work_out_times(struct small_town *town)
{
    for (uint32_t via = 0; via < SMALL_TOWN_NODES; via++) {
        for (uint32_t from = 0; from < SMALL_TOWN_NODES; from++) {
            for (uint32_t to = 0; to < SMALL_TOWN_NODES; to++) {
                const int64_t time_ms = town->times_ms[from][via] + town->times_ms[via][to];
                if (time_ms < town->times_ms[from][to]) {
                    town->times_ms[from][to] = time_ms;
                }
            }
        }
    }
}

void small_town_make(struct small_town *town, struct random *random)
{
    struct road_builder_node nodes[SMALL_TOWN_NODES];
    struct road_builder_edge edges[EDGES_MAX];
    size_t edge_count = 0;
    for (uint32_t n = 0; n < SMALL_TOWN_NODES; n++) {
        nodes[n].name = n; /* the builder sorts by name: names are node numbers */
        nodes[n].point = (struct geo_point){.lat_e7 = (int32_t)n * 10000, .lon_e7 = 0};
        for (uint32_t to = 0; to < SMALL_TOWN_NODES; to++) {
            town->times_ms[n][to] = n == to ? 0 : ROAD_UNREACHABLE_MS;
        }
    }
    for (uint32_t n = 0; n < SMALL_TOWN_NODES; n++) {
        const uint32_t time_ms = (uint32_t)random_between(random, 1, 60) * 1000;
        add_edge(town, edges, &edge_count, n, (n + 1) % SMALL_TOWN_NODES, time_ms);
    }
    for (int i = 0; i < 2 * SMALL_TOWN_NODES; i++) {
        const uint32_t from = (uint32_t)random_below(random, SMALL_TOWN_NODES);
        const uint32_t to = (uint32_t)random_below(random, SMALL_TOWN_NODES);
        const uint32_t time_ms = (uint32_t)random_between(random, 1, 60) * 1000;
        add_edge(town, edges, &edge_count, from, to, time_ms);
        if (random_below(random, 2) == 0) {
            add_edge(town, edges, &edge_count, to, from, time_ms);
        }
    }
    work_out_times(town);

    const struct road_builder_input input = {
        .nodes = nodes, .node_count = SMALL_TOWN_NODES, .edges = edges, .edge_count = edge_count};
    struct road_builder_report report;
    struct arena arena;
    uint32_t rank[SMALL_TOWN_NODES];
    town->block = calloc(1, BLOCK_SIZE);
    CHECK(town->block != NULL);
    arena_init(&arena, town->block, BLOCK_SIZE);
    CHECK(road_builder_make(&input, &arena, &town->graph, &report) == ROAD_BUILDER_OK);
    CHECK(road_order_make(&arena, &town->graph, rank) == ROAD_ORDER_OK);
    CHECK(road_hierarchy_build(&town->hierarchy, &arena, &town->graph, rank) == ROAD_HIERARCHY_OK);
    CHECK(road_network_init(&town->network, &arena, &town->graph, &town->hierarchy, true));
}

void small_town_free(struct small_town *town)
{
    free(town->block);
}
