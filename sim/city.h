/* `sim city`: a seeded synthetic town as a scenario folder (docs/scenario.md). */
#ifndef SIM_CITY_H
#define SIM_CITY_H

#include "base/check.h"
#include "input/input_error.h"
#include "sim/city_streets.h"

struct city_plan {
    const char *folder; /* made if it is not there; files of these names are replaced */
    uint32_t nodes;     /* about so many */
    uint32_t vehicles;
    uint32_t requests;
    uint64_t seed;
};

/* Make the town and write its files. False and *error when one cannot be written. */
MUST_CHECK bool city_make(const struct city_plan *plan, struct input_error *error);

/* Returns the exit status, as run_main() does. */
int city_main(int argc, char **argv);

#endif
