/* In which order the hierarchy takes the nodes away: first dead ends, then bends, then the
 * junctions by nested dissection, so that small separators come last. Made once for a map and kept
 * in its .roads image; METIS (Karypis, Kumar, SIAM J. Sci. Comput. 20, 1998) finds the separators,
 * and it is the one part of this folder that takes memory of its own. Of several answers the one
 * with the least mean depth is kept, because that is what rows cost (road/rows.h). The seeds are
 * fixed: the same graph gives the same order with the same METIS. */
#ifndef ROAD_ORDER_H
#define ROAD_ORDER_H

#include <stdint.h>

#include "base/arena.h"
#include "road/graph.h"

enum road_order_result {
    ROAD_ORDER_OK,
    ROAD_ORDER_NO_ROOM, /* the arena is too small, or METIS got no memory */
    ROAD_ORDER_FAILED,  /* METIS refused the graph */
};

/* rank[node] = place in the order, 0 first and least important. `arena` serves as scratch and is
 * given back as it was. Seconds for a city. */
MUST_CHECK enum road_order_result road_order_make(struct arena *arena,
                                                  const struct road_graph *graph, uint32_t *rank);

/* One line for people. Static. */
const char *road_order_result_text(enum road_order_result result);

#endif
