/* The bridge to METIS. */
#include "road/order.h"

#include <metis.h>

#include "road/neighbours.h"

#define SEED       1
#define SEPARATORS 5 /* tries for each separator; the smallest is taken */

static enum road_order_result dissect(struct arena *arena, const struct road_graph *graph,
                                      uint32_t *rank)
{
    struct road_neighbours neighbours;
    size_t nodes = graph->node_count;
    if (!road_neighbours_init(&neighbours, arena, graph))
        return ROAD_ORDER_NO_ROOM;
    size_t ends = neighbours.first[nodes];
    idx_t *first = arena_take(arena, nodes + 1, sizeof *first);
    idx_t *adjacent = arena_take(arena, ends + 1, sizeof *adjacent);
    idx_t *by_rank = arena_take(arena, nodes, sizeof *by_rank);
    idx_t *by_node = arena_take(arena, nodes, sizeof *by_node);
    if (first == NULL || adjacent == NULL || by_rank == NULL || by_node == NULL)
        return ROAD_ORDER_NO_ROOM;
    if (nodes > INT32_MAX || ends > INT32_MAX)
        return ROAD_ORDER_FAILED;
    for (size_t v = 0; v <= nodes; v++)
        first[v] = (idx_t)neighbours.first[v];
    for (size_t i = 0; i < ends; i++)
        adjacent[i] = (idx_t)neighbours.nodes[i];

    idx_t options[METIS_NOPTIONS];
    METIS_SetDefaultOptions(options);
    options[METIS_OPTION_NUMBERING] = 0;
    options[METIS_OPTION_SEED] = SEED;
    options[METIS_OPTION_NSEPS] = SEPARATORS;
    idx_t count = (idx_t)nodes;
    int status = METIS_NodeND(&count, first, adjacent, NULL, options, by_rank, by_node);
    if (status != METIS_OK)
        return status == METIS_ERROR_MEMORY ? ROAD_ORDER_NO_ROOM : ROAD_ORDER_FAILED;
    for (size_t v = 0; v < nodes; v++)
        rank[v] = (uint32_t)by_node[v];
    return ROAD_ORDER_OK;
}

enum road_order_result road_order_make(struct arena *arena, const struct road_graph *graph,
                                       uint32_t *rank)
{
    if (graph->arc_count == 0) { /* METIS wants at least one edge */
        for (uint32_t v = 0; v < graph->node_count; v++)
            rank[v] = v;
        return ROAD_ORDER_OK;
    }
    size_t start = arena_mark(arena);
    enum road_order_result result = dissect(arena, graph, rank);
    arena_rewind(arena, start);
    return result;
}

const char *road_order_result_text(enum road_order_result result)
{
    switch (result) {
    case ROAD_ORDER_OK:
        return "the order is made";
    case ROAD_ORDER_NO_ROOM:
        return "there is not enough memory to order the nodes";
    case ROAD_ORDER_FAILED:
        return "the nodes could not be ordered";
    }
    return "unknown result";
}
