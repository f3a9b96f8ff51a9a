/* The CSV tables of a scenario: fleet, demand and closed roads; and how such a table is read. */
#ifndef SIM_SCENARIO_TABLES_H
#define SIM_SCENARIO_TABLES_H

#include "input/csv.h"
#include "sim/scenario.h"

#define SCENARIO_TABLES_S_MAX ((INT64_C(14) + SCENARIO_DAYS_MAX) * 86400) /* the last second */

/* Each reads `path` into the scenario, whose network is ready. False and *error; what was taken
 * is freed with the scenario. */
MUST_CHECK bool scenario_tables_vehicles(struct scenario *scenario, const char *path,
                                         struct input_error *error);
MUST_CHECK bool scenario_tables_requests(struct scenario *scenario, const char *path,
                                         struct input_error *error);
MUST_CHECK bool scenario_tables_closures(struct scenario *scenario, const char *path,
                                         struct input_error *error);

/* Open `path` with these columns and let `read` take its rows. */
MUST_CHECK bool scenario_tables_read(struct scenario *scenario, const char *path,
                                     const struct csv_column *columns, size_t column_count,
                                     bool (*read)(struct csv *, struct scenario *,
                                                  struct input_error *),
                                     struct input_error *error);

/* An optional number of this row, `otherwise` where it is not given. */
MUST_CHECK bool scenario_tables_read_or(const struct csv *csv, size_t column, int64_t low,
                                        int64_t high, int64_t otherwise, int64_t *value,
                                        struct input_error *error);

#endif
