/* Plain Dijkstra on the graph itself: the oracle that the fast queries must equal, and nothing to
 * dispatch with. */
#ifndef ROAD_DIJKSTRA_H
#define ROAD_DIJKSTRA_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/heap.h"
#include "road/place.h"
#include "road/query.h"

struct road_dijkstra {
    const struct road_graph *graph;
    const uint32_t *weights_ms; /* [arc_count], as in struct road_metric */
    struct heap heap;
    int64_t *times_ms; /* [node_count] of the last search */
    uint32_t *via;     /* [node_count] the arc that a node was reached by */
};

size_t road_dijkstra_cost(const struct road_graph *graph);

/* False when the arena is too small. `graph` and `weights_ms` are borrowed. */
MUST_CHECK bool road_dijkstra_init(struct road_dijkstra *dijkstra, struct arena *arena,
                                   const struct road_graph *graph, const uint32_t *weights_ms);

/* times_ms of every node from a place; ROAD_UNREACHABLE_MS where there is no way. */
void road_dijkstra_run(struct road_dijkstra *dijkstra, struct road_place from);

/* One to one, stopping as soon as the target is settled. */
int64_t road_dijkstra_time(struct road_dijkstra *dijkstra, struct road_place from,
                           struct road_place to);

/* As road_query_path; of several shortest paths it may give another one. */
MUST_CHECK enum road_path_result road_dijkstra_path(struct road_dijkstra *dijkstra,
                                                    struct road_place from, struct road_place to,
                                                    uint32_t *arcs, size_t arcs_max,
                                                    size_t *arc_count);

#endif
