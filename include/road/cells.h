/* The network cut into cells, and the least driving time from any node of one cell to any node of
 * another: a lower bound for all pairs at once, by which the matcher leaves out whole parts of a
 * city without looking at the vehicles there.
 *
 * Whoever drives from one cell to another first drives to where the one ends, and last from where
 * the other begins: for nodes of two cells the bound is leave + from + enter. Where a cell begins
 * depends on where one comes from, so of the cells that are near the way in is kept by cell.
 *
 * A cell is a subtree of the elimination tree with what is left of the separators beside it, so
 * its nodes lie together. The bounds hold for the metric that they were made from and for every
 * metric that is nowhere faster; a metric with faster arcs needs new ones. */
#ifndef ROAD_CELLS_H
#define ROAD_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/metric.h"
#include "road/place.h"

#define ROAD_CELLS_MAX       1024
#define ROAD_CELLS_NEAR      16  /* the way in is kept by so many cells */
#define ROAD_CELLS_UNIT_MS   256 /* bounds are whole units, rounded down */
#define ROAD_CELLS_WAY_UNITS 4   /* ways within a cell are whole fours of them, 255 at the most */
#define ROAD_CELLS_UNITS_MAX 0x7fff /* 2.3 hours or more, or no way; two of them fit in a sum */

struct road_cells {
    const struct road_graph *graph;
    uint32_t count;    /* of cells, 1 to ROAD_CELLS_MAX */
    uint16_t *of_node; /* [node_count] by graph node */
    uint16_t *from;    /* [count * count] from[a * count + b]: units from cell a to cell b */
    uint16_t *to;      /* [count * count] to[b * count + a]: the same, by the cell driven to */
    uint8_t *leave;    /* [node_count] from a node to the last of its cell on a way out */
    uint8_t *enter;    /* [node_count] to a node from the first of its cell on a way in */
    uint16_t *near;    /* [count * ROAD_CELLS_NEAR] least far to each cell; UINT16_MAX: none more */
    uint8_t *enter_by; /* [node_count * ROAD_CELLS_NEAR] from that cell, beyond `from`, to a node */
};

/* Arena bytes, scratch included; scratch is given back. */
size_t road_cells_cost(const struct road_hierarchy *hierarchy, uint32_t cells_max);

/* At most `cells_max` cells (1 to ROAD_CELLS_MAX), and bounds by the metric of now; false when the
 * arena is too small. The graph is borrowed. O(cells x arcs of the hierarchy): about 0.2 s for
 * 130,000 nodes. */
MUST_CHECK bool road_cells_init(struct road_cells *cells, struct arena *arena,
                                const struct road_metric *metric, uint32_t cells_max);

/* Units at the least that the way out of its cell takes from a place; on an arc, none. */
static inline uint32_t road_cells_leave(const struct road_cells *cells, struct road_place place)
{
    return place.arc == ROAD_NONE ? cells->leave[place.node] * ROAD_CELLS_WAY_UNITS : 0;
}

/* ... and the way in, to a place. */
static inline uint32_t road_cells_enter(const struct road_cells *cells, struct road_place place)
{
    return place.arc == ROAD_NONE ? cells->enter[place.node] * ROAD_CELLS_WAY_UNITS : 0;
}

/* units[a]: at the least from where a way out of cell a ends to the place; 0 for the place's own
 * cell. Room for one a cell. O(cells). */
void road_cells_to(const struct road_cells *cells, struct road_place place, uint16_t *units);

/* The cell of a place: that of its node, or of the tail of its arc. */
uint32_t road_cells_of(const struct road_cells *cells, struct road_place place);

#endif
