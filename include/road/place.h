/* A place on the network: at a node, or part of the way along an arc. A place on an arc has a
 * side: it is reached by driving the arc in its direction, as a kerb is. */
#ifndef ROAD_PLACE_H
#define ROAD_PLACE_H

#include <stdbool.h>

#include "road/graph.h"

struct road_place {
    uint32_t node;          /* the node, where arc is ROAD_NONE; else ROAD_NONE */
    uint32_t arc;           /* the arc, or ROAD_NONE at a node */
    int32_t along_permille; /* 1 to 999 of the way along the arc; 0 at a node */
};

static inline struct road_place road_place_at_node(uint32_t node)
{
    return (struct road_place){.node = node, .arc = ROAD_NONE, .along_permille = 0};
}

/* `along_permille` 0 and 1000 become the arc's tail and head. */
struct road_place road_place_on_arc(const struct road_graph *graph, uint32_t arc,
                                    int32_t along_permille);

static inline bool road_place_equal(struct road_place a, struct road_place b)
{
    return a.node == b.node && a.arc == b.arc && a.along_permille == b.along_permille;
}

/* Names an existing node or arc of the graph, with its parts in range? For what comes from outside
 * or from an old journal. */
static inline bool road_place_valid(const struct road_graph *graph, struct road_place place)
{
    if (place.arc == ROAD_NONE)
        return place.node < graph->node_count && place.along_permille == 0;
    return place.node == ROAD_NONE && place.arc < graph->arc_count && place.along_permille >= 1 &&
           place.along_permille <= 999;
}

/* Driving time on a place's arc of `weight_ms`: from the tail to the place, rounded down; and the
 * rest, to the head. They add up to the weight. 0 at a node. */
static inline int64_t road_place_before_ms(struct road_place place, uint32_t weight_ms)
{
    return place.arc == ROAD_NONE ? 0 : (int64_t)weight_ms * place.along_permille / 1000;
}

static inline int64_t road_place_after_ms(struct road_place place, uint32_t weight_ms)
{
    return place.arc == ROAD_NONE ? 0 : weight_ms - road_place_before_ms(place, weight_ms);
}

struct geo_point road_place_point(const struct road_graph *graph, struct road_place place);

#endif
