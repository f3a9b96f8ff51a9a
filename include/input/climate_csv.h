/* What heating and cooling take, by the hour: a CSV file with the columns `hour` and `auxiliary_w`
 * (docs/scenario.md). */
#ifndef INPUT_CLIMATE_CSV_H
#define INPUT_CLIMATE_CSV_H

#include "core/core.h"
#include "input/input_error.h"

/* Sets the hours that the file names, and leaves the others as they are; no two rows may be for one
 * hour. False and *error names file, line and column. */
MUST_CHECK bool climate_csv_read(const char *path, struct core_energy *energy,
                                 struct input_error *error);

#endif
