/* A road network as a scenario's folder gives it: nodes.csv (node,lon,lat) and edges.csv
 * (from,to,length_m,time_ms), directed (docs/scenario.md). */
#ifndef INPUT_NETWORK_CSV_H
#define INPUT_NETWORK_CSV_H

#include "input/input_error.h"
#include "input/streets.h"

/* Reads both files of `folder` into *streets, which is empty and the caller's to free, on failure
 * too. Refused by file, line and column: bad numbers, times outside 1 to ROAD_WEIGHT_MAX_MS,
 * negative lengths (0 counts as 1 m), a node twice, an edge twice, an edge from a node to itself,
 * an edge to a node that is not there. */
MUST_CHECK bool network_csv_read(const char *folder, struct streets *streets,
                                 struct input_error *error);

/* Writes the network as the same two files, to re-check a run with. False and *error. */
MUST_CHECK bool network_csv_write(const char *folder, const struct road_graph *graph,
                                  struct input_error *error);

#endif
