/* The CSV tables of a scenario: fleet, demand and closed roads. */
#ifndef SIM_SCENARIO_TABLES_H
#define SIM_SCENARIO_TABLES_H

#include "sim/scenario.h"

/* Each reads `path` into the scenario, whose network is ready. False and *error; what was taken
 * is freed with the scenario. */
MUST_CHECK bool scenario_tables_vehicles(struct scenario *scenario, const char *path,
                                         struct input_error *error);
MUST_CHECK bool scenario_tables_requests(struct scenario *scenario, const char *path,
                                         struct input_error *error);
MUST_CHECK bool scenario_tables_closures(struct scenario *scenario, const char *path,
                                         struct input_error *error);

#endif
