/* The street network that a car may drive, as flat arrays: nodes with coordinates, directed arcs
 * sorted by (tail, head). Every street bend is a node, so an arc is a straight line and the
 * network written out as CSV is all that anyone needs to re-check a run. Borrowed, read-only,
 * usually a memory-mapped .roads file (road/image.h). */
#ifndef ROAD_GRAPH_H
#define ROAD_GRAPH_H

#include <stdint.h>

#include "base/geo.h"

#define ROAD_NONE UINT32_MAX /* no node, no arc */

/* Classes of street, by importance. */
enum road_class {
    ROAD_CLASS_MOTORWAY,
    ROAD_CLASS_TRUNK,
    ROAD_CLASS_PRIMARY,
    ROAD_CLASS_SECONDARY,
    ROAD_CLASS_TERTIARY,
    ROAD_CLASS_RESIDENTIAL, /* residential, unclassified, a scenario's CSV */
    ROAD_CLASS_SERVICE,     /* service roads, living streets, tracks open to cars */
};

struct road_graph {
    uint32_t node_count;
    uint32_t arc_count;
    const struct geo_point *points; /* [node_count] */
    const int64_t *names;           /* [node_count] ids in the source, strictly ascending */
    const uint32_t *first_out;      /* [node_count + 1] first arc that leaves a node */
    const uint32_t *tail;           /* [arc_count] */
    const uint32_t *head;           /* [arc_count] */
    const uint32_t *length_m;       /* [arc_count] whole metres, at least 1 */
    const uint32_t *free_ms;        /* [arc_count] free-flow time, at least 1 */
    const uint8_t *class;           /* [arc_count] enum road_class */
};

/* The arc from tail to head, or ROAD_NONE. O(log degree). */
uint32_t road_graph_arc(const struct road_graph *graph, uint32_t tail, uint32_t head);

/* The node with a name, or ROAD_NONE. O(log node_count). */
uint32_t road_graph_find(const struct road_graph *graph, int64_t name);

#endif
