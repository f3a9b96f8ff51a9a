/* `sim city`: a seeded synthetic city as a scenario folder (docs/scenario.md). */
#ifndef SIM_CITY_H
#define SIM_CITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "input/input_error.h"
#include "sim/city_streets.h"

/* Start with city_plan_default(). */
struct city_plan {
    const char *folder; /* made if it is not there; files of these names are replaced */
    const char *roads;  /* a .roads file to write as well, or NULL */
    uint32_t nodes;     /* about so many; CITY_NODES_MIN to CITY_NODES_MAX */
    uint32_t vehicles;  /* 1 or more */
    uint32_t requests;  /* 1 or more */
    uint64_t seed;
    bool has_zones;     /* a service area, wards, a place where nobody may stop */
    int64_t battery_wh; /* of each vehicle, 80 % full in the beginning; 0: none is written */
    bool has_shifts;    /* a third of the fleet rests at night, and all from 25:00 on */

    /* Of all requests, in percent. */
    uint32_t ahead_pct;      /* booked for later */
    uint32_t private_pct;    /* not shared */
    uint32_t wheelchair_pct; /* with a wheelchair user */
    uint32_t walk_pct;       /* agree to walk walk_m at either end */
    int64_t walk_m;          /* 0 to TRIP_WALK_MAX_M */

    /* As in scenario.yaml. */
    bool limits_soft;
    int64_t pickup_s;
    int64_t dropoff_s;
    int64_t max_wait_s;
    int64_t max_ride_permille;
    int64_t max_ride_extra_s;
    int64_t remote_help_every_s; /* 0 never */

    /* arrive_by_s of every request: the wished departure, and the shortest drive times this, and
     * that, rounded up to a second. 0 permille: none is written. */
    int64_t arrive_permille;
    int64_t arrive_extra_s;
};

/* A small town's, without a folder. */
struct city_plan city_plan_default(void);

/* Make the city and write its files. False and *error when one cannot be written. */
MUST_CHECK bool city_make(const struct city_plan *plan, struct input_error *error);

/* Returns the exit status, as run_main() does. */
int city_main(int argc, char **argv);

#endif
