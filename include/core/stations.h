/* Places where vehicles charge, are cleaned or inspected: given by the configuration, as zones are.
 * A place to stand is a plug or a bay; a vehicle that visits takes one for as long as its slot
 * lasts, whatever for. */
#ifndef CORE_STATIONS_H
#define CORE_STATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"
#include "road/place.h"

#define STATION_PLUGS_MAX   100000
#define STATION_POWER_MAX_W INT64_C(10000000)

struct station {
    uint32_t id; /* as numbered by the fleet's owner */
    struct road_place place;
    uint32_t plugs;  /* vehicles at one time; 1 to STATION_PLUGS_MAX */
    int64_t power_w; /* each plug gives, to STATION_POWER_MAX_W; 0: nobody charges here */
    bool cleans;
    bool inspects;
};

/* None: all zeros. Items are borrowed; no two have one id. */
struct stations {
    uint32_t count; /* to STATIONS_MAX */
    const struct station *items;
};

#endif
