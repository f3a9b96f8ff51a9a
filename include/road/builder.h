/* From streets as a map or a scenario lists them, in any order and with any flaws, to a graph that
 * can be driven: no loops, no parallel arcs, every node reachable from every other.
 *
 * Nodes come out in ascending order of name and arcs by (tail, head), so the result depends on
 * what is in the input and not on the order of its rows. */
#ifndef ROAD_BUILDER_H
#define ROAD_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/graph.h"

#define ROAD_BUILDER_NODES_MAX (1u << 27)
#define ROAD_BUILDER_EDGES_MAX (1u << 28)

struct road_builder_node {
    int64_t name; /* unique */
    struct geo_point point;
};

/* A directed edge; a two-way street is two. */
struct road_builder_edge {
    int64_t from; /* a node's name */
    int64_t to;
    uint32_t length_m; /* 1 to INT32_MAX */
    uint32_t time_ms;  /* 1 to ROAD_WEIGHT_MAX_MS */
    uint8_t class;     /* enum road_class */
};

struct road_builder_input {
    const struct road_builder_node *nodes;
    size_t node_count;
    const struct road_builder_edge *edges;
    size_t edge_count;
};

enum road_builder_result {
    ROAD_BUILDER_OK,
    ROAD_BUILDER_NO_ROOM,        /* the arena is too small */
    ROAD_BUILDER_TOO_MANY,       /* nodes or edges, above the limits */
    ROAD_BUILDER_NODE_BAD,       /* nodes[culprit] has coordinates off the earth */
    ROAD_BUILDER_NODE_TWICE,     /* nodes[culprit] has the name of an earlier row */
    ROAD_BUILDER_EDGE_DANGLING,  /* edges[culprit] names a node that is not there */
    ROAD_BUILDER_EDGE_BAD,       /* edges[culprit] has a length, time or class out of range */
    ROAD_BUILDER_NOTHING_JOINED, /* there is no arc left: no connected part */
};

struct road_builder_report {
    size_t culprit;         /* row that was refused; else 0 */
    uint32_t loops;         /* edges from a node to itself, dropped */
    uint32_t parallels;     /* slower (then longer) edges beside another, dropped */
    uint32_t parts_dropped; /* strongly connected parts other than the largest */
    uint32_t nodes_dropped; /* nodes in these */
    uint32_t arcs_dropped;  /* arcs in these or between parts */
};

/* Arena bytes that building takes at most, scratch included. */
size_t road_builder_cost(size_t node_count, size_t edge_count);

/* Build *graph in the arena. Of two equally large parts the one with the smallest name is kept.
 * Scratch is given back, and on failure everything; *graph is then untouched, *report always
 * filled. Of several bad rows the first is the culprit, nodes before edges. O(nodes + edges). */
MUST_CHECK enum road_builder_result road_builder_make(const struct road_builder_input *input,
                                                      struct arena *arena, struct road_graph *graph,
                                                      struct road_builder_report *report);

/* One line for people. Static. */
const char *road_builder_result_text(enum road_builder_result result);

#endif
