/* Random graphs of several shapes, for properties that must hold on every graph. Unlike towns they
 * may be in several parts and have dead ends that nobody leaves. Lengths have nothing to do with
 * times, and a few are so large that two are more than ROAD_LONG_M. */
#ifndef TESTS_ROAD_MAZE_H
#define TESTS_ROAD_MAZE_H

#include "base/random.h"
#include "road/hierarchy.h"
#include "road/metric.h"
#include "road/place.h"

enum maze_shape {
    MAZE_GRID,   /* streets in squares, a third one-way */
    MAZE_TREE,   /* two-way, no circle */
    MAZE_SPARSE, /* random pairs, one-way, seldom connected */
    MAZE_DENSE,  /* random pairs, many */
    MAZE_PARTS,  /* two grids without a way between them */
    MAZE_SHAPE_COUNT
};

struct maze {
    struct arena arena;
    struct road_graph graph;
    struct road_hierarchy hierarchy;
    struct road_metric metric;
    struct random random;
};

/* Aborts on failure. Odd seeds take the order from METIS, even ones a random one. */
struct maze *maze_make(enum maze_shape shape, uint64_t seed);
void maze_free(struct maze *maze);

/* A node or a place on an arc, at random. */
struct road_place maze_place(struct maze *maze);

/* A weight at random: short times, so that equal paths are frequent, and one in eight closed. */
uint32_t maze_weight(struct maze *maze);

#endif
