/* A synthetic city as the files of a scenario's folder (docs/scenario.md). */
#ifndef SIM_CITY_FILES_H
#define SIM_CITY_FILES_H

#include "input/input_error.h"
#include "sim/city.h"
#include "sim/city_demand.h"

struct city_town {
    const struct city_plan *plan;
    struct city_streets streets;
    uint32_t depots[CITY_DEPOTS_MAX];
    uint32_t depot_count;
    struct city_vehicle *vehicles; /* as many as planned */
    struct city_request *requests;
    struct city_rider *riders;
    uint32_t rider_count;
    struct city_delay *delays;
    uint32_t delay_count;
};

/* All files of the plan's folder, which is made if it is not there. False and *error when one
 * cannot be written. */
MUST_CHECK bool city_files_write(const struct city_town *town, struct input_error *error);

#endif
