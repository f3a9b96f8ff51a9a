/* The files that a run writes for others to re-check it: rides, stands, and the network as imported
 * (docs/scenario.md). Times are seconds after midnight with three decimals. */
#ifndef SIM_TABLES_H
#define SIM_TABLES_H

#include <stdio.h>

#include "sim/world.h"

/* Each false when the file cannot be written; errno says why. */
MUST_CHECK bool tables_write_rides(const struct world *world, FILE *file);
MUST_CHECK bool tables_write_stops(const struct world *world, FILE *file);

/* One row a decision; the world was told to explain. */
MUST_CHECK bool tables_write_decisions(const struct world *world, FILE *file);

/* nodes.csv and edges.csv in `folder`, which is made if it is not there. */
MUST_CHECK bool tables_write_network(const struct road_graph *graph, const char *folder,
                                     struct input_error *error);

#endif
