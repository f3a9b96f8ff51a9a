/* How fast roads are driven, by the hour: a CSV file with the columns `hour`, `permille` and
 * optionally `class` (docs/scenario.md). */
#ifndef INPUT_SPEEDS_CSV_H
#define INPUT_SPEEDS_CSV_H

#include "input/input_error.h"
#include "road/speeds.h"

/* Free flow where no row says otherwise. Without a class a row is for all of them; no two rows may
 * be for one class and hour. False and *error names file, line and column. */
MUST_CHECK bool speeds_csv_read(const char *path, struct road_speeds_profile *profile,
                                struct input_error *error);

#endif
