/* Everything about the roads that the dispatcher needs, made from one .roads image: graph,
 * hierarchy, metric of now, rows, queries, cells and snapping, in one arena. */
#ifndef ROAD_NETWORK_H
#define ROAD_NETWORK_H

#include "road/cells.h"
#include "road/drive.h"
#include "road/metric.h"
#include "road/query.h"
#include "road/refresh.h"
#include "road/rows.h"
#include "road/snap.h"

#define ROAD_AREAS_MAX 64

struct road_network {
    const struct road_graph *graph;
    const struct road_hierarchy *hierarchy;
    struct road_metric metric;
    struct road_rows rows; /* all zero unless has_rows */
    bool has_rows;         /* the hierarchy is shallow enough (road_rows_fit()) */
    struct road_refresh refresh;
    struct road_query *query;
    struct road_drive drive;
    struct road_cells cells; /* by free-flow times: no metric may be faster; as below */
    struct road_cells areas; /* large ones, for demand and supply */
    struct road_snapper *snapper;
};

size_t road_network_cost(const struct road_graph *graph, const struct road_hierarchy *hierarchy);

/* False when the arena is too small. The graph and hierarchy are borrowed, and *network must stay
 * where it is, as its parts refer to one another. */
MUST_CHECK bool road_network_init(struct road_network *network, struct arena *arena,
                                  const struct road_graph *graph,
                                  const struct road_hierarchy *hierarchy, bool drive_on_left);

/* Set the travel time of one arc, or close it (ROAD_CLOSED): road_metric_set(), with a time shorter
 * than in free flow taken as that, since the cells' bounds rest on it; and the rows stay
 * as fresh as they were; weights still to come (road_network_refresh()) get it as well. The way to
 * change a network's metric: what is written past it makes the rows stale, and the answers slow.
 * Microseconds for most arcs, in the worst case about as long as road_rows_build(). */
void road_network_set(struct road_network *network, uint32_t arc, uint32_t weight_ms);

/* Set all travel times, one for each arc, none shorter than in free flow, in slices: call
 * road_network_step() until it is true. Answers are exact throughout, for the old times or for the
 * new (road/refresh.h). */
void road_network_refresh(struct road_network *network, const uint32_t *weights_ms);
bool road_network_step(struct road_network *network, uint32_t node_count);

/* A checksum of the graph (not of the metric): a journal's places are valid on the network that it
 * was written with and no other. */
uint64_t road_network_digest(const struct road_graph *graph);

#endif
