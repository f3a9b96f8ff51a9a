/* The topology of the customizable contraction hierarchy (Dibbelt, Strasser, Wagner, ACM JEA 21,
 * 2016): which shortcuts there are, not how long they take (that is road/metric.h).
 *
 * Inside the hierarchy a node goes by its rank, 0 the least important, so that what is near in the
 * tree is near in memory. Ranks are a postorder of the elimination tree: the descendants of rank x
 * are the subtree_size[x] - 1 ranks just below it. An arc of the hierarchy joins a lower rank to a
 * higher one and stands for both directions. The upper neighbours of a rank are all among its
 * ancestors in the tree, and any two of them are joined. */
#ifndef ROAD_HIERARCHY_H
#define ROAD_HIERARCHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/graph.h"

#define ROAD_HIERARCHY_ARCS_MAX (1u << 29)

struct road_hierarchy {
    const struct road_graph *graph;
    uint32_t node_count;
    uint32_t arc_count;           /* of the hierarchy */
    uint32_t height;              /* nodes on the longest way from a node to the root */
    const uint32_t *rank;         /* [node_count] by graph node */
    const uint32_t *node;         /* [node_count] by rank: the graph's node */
    const uint32_t *parent;       /* [node_count] by rank: lowest upper neighbour; the root, which
                                     is the last rank, has ROAD_NONE. Other parts of a graph in
                                     several parts hang under the root. */
    const uint32_t *depth;        /* [node_count] by rank: number of ancestors */
    const uint32_t *subtree_size; /* [node_count] by rank, itself included */
    const uint32_t *first_up;     /* [node_count + 1] by rank: first arc to an upper neighbour */
    const uint32_t *up_head;      /* [arc_count] higher end, ascending for each lower end */
    const uint32_t *up_tail;      /* [arc_count] lower end */
    const uint32_t *first_down;   /* [node_count + 1] by rank: where in down_arc */
    const uint32_t *down_arc;     /* [arc_count] arcs to lower neighbours, these ascending */
    const uint32_t *input_up;     /* [arc_count] graph arc from lower to higher end, or ROAD_NONE */
    const uint32_t *input_down;   /* [arc_count] graph arc from higher to lower end, or ROAD_NONE */
    const uint32_t *arc_of;       /* [graph arc_count] the arc of the hierarchy it is input to */
};

enum road_hierarchy_result {
    ROAD_HIERARCHY_OK,
    ROAD_HIERARCHY_NO_ROOM,   /* the arena is too small */
    ROAD_HIERARCHY_TOO_DENSE, /* more than ROAD_HIERARCHY_ARCS_MAX arcs: the order is useless */
};

/* Arena bytes that building takes at most, scratch included, for a graph of these counts whose
 * hierarchy has `hierarchy_arc_count` arcs (an image knows; else give room and see). */
size_t road_hierarchy_cost(uint32_t node_count, uint32_t arc_count, uint32_t hierarchy_arc_count);

/* Build from the graph and an order, rank[node], which is a permutation (CHECKed). The arrays stay
 * in the arena; scratch is given back, and on failure everything. The ranks of the hierarchy are
 * those of an equivalent order. O(arcs of the hierarchy): about 10 ms for 130,000 nodes. */
MUST_CHECK enum road_hierarchy_result road_hierarchy_build(struct road_hierarchy *hierarchy,
                                                           struct arena *arena,
                                                           const struct road_graph *graph,
                                                           const uint32_t *rank);

/* The arc of the hierarchy between two ranks, or ROAD_NONE. O(log of the neighbours). */
uint32_t road_hierarchy_arc(const struct road_hierarchy *hierarchy, uint32_t low, uint32_t high);

/* The lowest descendant of a rank: the subtree is from there up to the rank itself. O(1). */
uint32_t road_hierarchy_lowest(const struct road_hierarchy *hierarchy, uint32_t rank);

/* Does the rank hang: has all of its subtree, itself included, one upward arc each? Then the
 * subtree is a tree in the graph too, a dead end with its branches, which nothing but the arc to
 * the rank's parent joins to the rest. O(1). */
bool road_hierarchy_hangs(const struct road_hierarchy *hierarchy, uint32_t rank);

/* Where in down_arc the lower neighbours of `high` that are not below rank `low` begin; they end at
 * first_down[high + 1]. O(log of the neighbours). */
uint32_t road_hierarchy_down(const struct road_hierarchy *hierarchy, uint32_t high, uint32_t low);

/* Nodes in the top separator: those from the root down to the first that has two children. */
uint32_t road_hierarchy_top(const struct road_hierarchy *hierarchy);

/* One line for people. Static. */
const char *road_hierarchy_result_text(enum road_hierarchy_result result);

#endif
