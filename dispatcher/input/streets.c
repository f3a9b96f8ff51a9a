/* Two arrays that double. */
#include "input/streets.h"

#include <stdlib.h>

#define ROOM_FIRST 1024

/* Room for one more element of `size` bytes; `most` elements is the end. */
static bool make_room(void **items, size_t count, size_t *room, size_t size, size_t most)
{
    if (count < *room)
        return true;
    if (count >= most)
        return false;
    size_t wanted = *room == 0 ? ROOM_FIRST : 2 * *room;
    void *grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return false;
    *items = grown;
    *room = wanted;
    return true;
}

bool streets_add_node(struct streets *streets, struct road_builder_node node)
{
    void *nodes = streets->nodes;
    if (!make_room(&nodes, streets->node_count, &streets->node_room, sizeof node,
                   ROAD_BUILDER_NODES_MAX))
        return false;
    streets->nodes = nodes;
    streets->nodes[streets->node_count++] = node;
    return true;
}

bool streets_add_edge(struct streets *streets, struct road_builder_edge edge)
{
    void *edges = streets->edges;
    if (!make_room(&edges, streets->edge_count, &streets->edge_room, sizeof edge,
                   ROAD_BUILDER_EDGES_MAX))
        return false;
    streets->edges = edges;
    streets->edges[streets->edge_count++] = edge;
    return true;
}

struct road_builder_input streets_input(const struct streets *streets)
{
    return (struct road_builder_input){.nodes = streets->nodes,
                                       .node_count = streets->node_count,
                                       .edges = streets->edges,
                                       .edge_count = streets->edge_count};
}

void streets_free(struct streets *streets)
{
    free(streets->nodes);
    free(streets->edges);
    *streets = (struct streets){.nodes = NULL};
}
