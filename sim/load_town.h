/* What a load run is played on: the roads, where the cars begin, and the demand. */
#ifndef SIM_LOAD_TOWN_H
#define SIM_LOAD_TOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input_error.h"
#include "input/roads.h"
#include "road/network.h"
#include "sim/load_demand.h"
#include "sim/load_options.h"
#include "sim/scenario.h"

struct load_town {
    struct roads roads; /* of --roads */
    struct road_network own_network;
    void *memory;
    struct scenario *scenario;    /* of --scenario, or NULL */
    struct road_network *network; /* the scenario's or our own */
    struct road_place *places;    /* [vehicle_count] where the cars begin */
    uint32_t vehicle_count;
    struct load_demand demand;
};

/* False and *error says what is wrong. load_town_close() frees in either case. */
MUST_CHECK bool load_town_open(struct load_town *town, const struct load_options *options,
                               struct input_error *error);
void load_town_close(struct load_town *town);

#endif
