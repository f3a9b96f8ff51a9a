/* Where idle vehicles may wait: parking.csv with the columns parking (a whole number that names the
 * row, unique), node or lon and lat, room (vehicles) and kind (kerb or depot); docs/scenario.md. */
#ifndef INPUT_PARKING_CSV_H
#define INPUT_PARKING_CSV_H

#include <stdint.h>

#include "core/parking.h"
#include "input/input_error.h"
#include "input/place_csv.h"
#include "road/graph.h"

/* Read at most PARKING_MAX rows into the order that core/parking.h asks for; *list is the caller's
 * to free. False and *error names file, line and column. */
MUST_CHECK bool parking_csv_read(const char *path, const struct road_graph *graph,
                                 const struct place_csv_options *options, struct parking **list,
                                 uint32_t *count, struct input_error *error);

/* ditto, of a text of `size` bytes; `name` stands for the file in errors. */
MUST_CHECK bool parking_csv_parse(const char *name, const char *text, size_t size,
                                  const struct road_graph *graph,
                                  const struct place_csv_options *options, struct parking **list,
                                  uint32_t *count, struct input_error *error);

#endif
