/* A fleet: vehicles.csv with the columns vehicle, node or lon and lat, seats, wheelchair_spaces,
 * from_s, until_s and optionally battery_wh, charge_pct and designed_for (docs/scenario.md). */
#ifndef INPUT_VEHICLES_CSV_H
#define INPUT_VEHICLES_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/trip.h"
#include "input/input_error.h"
#include "road/graph.h"

struct fleet_vehicle {
    uint32_t vehicle; /* its number, unique */
    struct spot home; /* `node` set where the file names one */
    uint8_t seats;
    uint8_t wheelchair_spaces;
    uint8_t designed_for; /* people; 0 where the file does not say: seats and spaces together */
    int64_t from_s;       /* shift, in seconds after midnight */
    int64_t until_s;
    int64_t battery_wh; /* 0 where the file does not say */
    int64_t charge_pct;
};

/* Read at most VEHICLES_LIMIT vehicles in the order of the file; *vehicles is the caller's to free.
 * False and *error names file, line and column. */
MUST_CHECK bool vehicles_csv_read(const char *path, const struct road_graph *graph,
                                  struct fleet_vehicle **vehicles, uint32_t *count,
                                  struct input_error *error);

#endif
