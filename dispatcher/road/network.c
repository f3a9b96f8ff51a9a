/* Puts the parts together. */
#include "road/network.h"

size_t road_network_cost(const struct road_graph *graph, const struct road_hierarchy *hierarchy)
{
    size_t rows = road_rows_fit(hierarchy) ? road_rows_cost(hierarchy) : 0;
    return road_metric_cost(hierarchy) + rows + road_refresh_cost(hierarchy) +
           road_query_cost(hierarchy) + road_cells_cost(hierarchy, ROAD_CELLS_MAX) +
           road_cells_cost(hierarchy, ROAD_AREAS_MAX) + road_snapper_cost(graph);
}

static bool make_rows(struct road_network *network, struct arena *arena)
{
    network->has_rows = road_rows_fit(network->hierarchy);
    return !network->has_rows || road_rows_init(&network->rows, arena, &network->metric);
}

static bool make_queries(struct road_network *network, struct arena *arena)
{
    struct road_rows *rows = network->has_rows ? &network->rows : NULL;
    if (!road_refresh_init(&network->refresh, arena, &network->metric, rows))
        return false;
    network->query = road_query_init(arena, &network->metric);
    if (network->query == NULL)
        return false;
    road_query_use_rows(network->query, rows);
    road_drive_init(&network->drive, &network->metric, network->query);
    return true;
}

bool road_network_init(struct road_network *network, struct arena *arena,
                       const struct road_graph *graph, const struct road_hierarchy *hierarchy,
                       bool drive_on_left)
{
    CHECK(hierarchy->graph == graph);
    size_t start = arena_mark(arena);
    *network = (struct road_network){.graph = graph, .hierarchy = hierarchy};
    /* The cells' scratch is given back and used again by what is made after them. */
    if (road_metric_init(&network->metric, arena, hierarchy) &&
        road_cells_init(&network->cells, arena, &network->metric, ROAD_CELLS_MAX) &&
        road_cells_init(&network->areas, arena, &network->metric, ROAD_AREAS_MAX) &&
        make_rows(network, arena) && make_queries(network, arena)) {
        network->snapper = road_snapper_init(arena, graph, drive_on_left);
        if (network->snapper != NULL)
            return true;
    }
    arena_rewind(arena, start);
    return false;
}

void road_network_set(struct road_network *network, uint32_t arc, uint32_t weight_ms)
{
    CHECK(arc < network->graph->arc_count);
    if (weight_ms < network->graph->free_ms[arc])
        weight_ms = network->graph->free_ms[arc];
    uint32_t high = road_metric_set(&network->metric, arc, weight_ms);
    road_refresh_change(&network->refresh, arc, high);
}

void road_network_refresh(struct road_network *network, const uint32_t *weights_ms)
{
    uint32_t *coming_ms = network->refresh.next.weights_ms;
    road_refresh_begin(&network->refresh, weights_ms);
    for (uint32_t arc = 0; arc < network->graph->arc_count; arc++) {
        if (coming_ms[arc] < network->graph->free_ms[arc])
            coming_ms[arc] = network->graph->free_ms[arc];
    }
}

bool road_network_step(struct road_network *network, uint32_t node_count)
{
    return road_refresh_step(&network->refresh, node_count);
}

/* The finishing steps of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) over the running sum. */
static uint64_t digest_add(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) + UINT64_C(0x9e3779b97f4a7c15);
    digest = (digest ^ (digest >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    digest = (digest ^ (digest >> 27)) * UINT64_C(0x94d049bb133111eb);
    return digest ^ (digest >> 31);
}

static uint64_t digest_pair(uint64_t digest, uint32_t high, uint32_t low)
{
    return digest_add(digest, (uint64_t)high << 32 | low);
}

uint64_t road_network_digest(const struct road_graph *graph)
{
    uint64_t digest = digest_pair(0, graph->node_count, graph->arc_count);
    for (uint32_t v = 0; v < graph->node_count; v++) {
        digest = digest_add(digest, (uint64_t)graph->names[v]);
        digest = digest_pair(digest, (uint32_t)graph->points[v].lat_e7,
                             (uint32_t)graph->points[v].lon_e7);
    }
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        digest = digest_pair(digest, graph->tail[arc], graph->head[arc]);
        digest = digest_pair(digest, graph->length_m[arc], graph->free_ms[arc]);
        digest = digest_add(digest, graph->class[arc]);
    }
    return digest;
}
