/* Who is joined to whom, whatever the direction: for each node its neighbours, each once and in
 * ascending order. The order and the hierarchy do not care about one-ways. */
#ifndef ROAD_NEIGHBOURS_H
#define ROAD_NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/graph.h"

struct road_neighbours {
    uint32_t *first; /* [node_count + 1] */
    uint32_t *nodes; /* [first[node_count]] */
};

/* Arena bytes at most. */
size_t road_neighbours_cost(uint32_t node_count, uint32_t arc_count);

/* False when the arena is too small. O(nodes + arcs). */
MUST_CHECK bool road_neighbours_init(struct road_neighbours *neighbours, struct arena *arena,
                                     const struct road_graph *graph);

#endif
