/* Streets on their way from a file to road/builder.h: growing lists of nodes and directed edges. */
#ifndef INPUT_STREETS_H
#define INPUT_STREETS_H

#include "road/builder.h"

struct streets {
    struct road_builder_node *nodes;
    size_t node_count;
    size_t node_room;
    struct road_builder_edge *edges;
    size_t edge_count;
    size_t edge_room;
};

/* False when there is no memory, or the list has reached the builder's limit; *streets is as it
 * was. A zeroed struct is an empty one. O(1) amortised. */
MUST_CHECK bool streets_add_node(struct streets *streets, struct road_builder_node node);
MUST_CHECK bool streets_add_edge(struct streets *streets, struct road_builder_edge edge);

/* What the builder takes; borrowed. */
struct road_builder_input streets_input(const struct streets *streets);

void streets_free(struct streets *streets);

#endif
