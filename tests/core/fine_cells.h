/* Every node a cell of its own, with the exact driving times as bounds: in a small town they rule
 * out more than those that road_cells_init() makes, which are never smaller than eight nodes. */
#ifndef TESTS_FINE_CELLS_H
#define TESTS_FINE_CELLS_H

#include "road/network.h"

/* Put them in place of `cells` of this network; fine_cells_free() gives their memory back. */
void fine_cells_make(struct road_cells *cells, struct road_network *network);
void fine_cells_free(struct road_cells *cells);

#endif
