/* The CSV tables of what happens besides people's requests: operators say what riders are, and
 * vehicles are held up. */
#ifndef SIM_SCENARIO_HAPPENINGS_H
#define SIM_SCENARIO_HAPPENINGS_H

#include "sim/scenario.h"

/* riders.csv and delays.csv, each in order of time then. False and *error; what was taken is freed
 * with the scenario. Vehicles are read before. */
MUST_CHECK bool scenario_happenings_riders(struct scenario *scenario, const char *path,
                                           struct input_error *error);
MUST_CHECK bool scenario_happenings_delays(struct scenario *scenario, const char *path,
                                           struct input_error *error);

#endif
