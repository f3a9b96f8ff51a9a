/* Stations: a CSV file with the columns charger, node or lon and lat, plugs, power_w and optionally
 * cleans and inspects (docs/scenario.md). */
#ifndef INPUT_STATIONS_CSV_H
#define INPUT_STATIONS_CSV_H

#include "core/stations.h"
#include "input/input_error.h"
#include "input/place_csv.h"
#include "road/graph.h"

/* Read at most STATIONS_MAX stations in the order of the file; (void *)stations->items is the
 * caller's to free. False and *error names file, line and column. */
MUST_CHECK bool stations_csv_read(const char *path, const struct road_graph *graph,
                                  const struct place_csv_options *options,
                                  struct stations *stations, struct input_error *error);

#endif
