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

    /* Of more than one day: the fleet works around the clock, a sixth of it is designed for 10
     * people, and weekends are quieter. */
    uint32_t days;      /* 1 to SCENARIO_DAYS_MAX */
    int64_t first_day;  /* since 1970-01-01 */
    uint32_t riders;    /* who ride, again and again; 0: by the number of requests */
    uint32_t delay_pct; /* of the vehicles are held up each day, for 10 to 40 minutes */

    /* Of all requests, in percent. */
    uint32_t ahead_pct;      /* booked for later */
    uint32_t private_pct;    /* not shared */
    uint32_t wheelchair_pct; /* with a wheelchair user */
    uint32_t walk_pct;       /* agree to walk walk_m at either end */
    int64_t walk_m;          /* 0 to TRIP_WALK_MAX_M */
    uint32_t cancel_pct;     /* give a ride up, the half of them late */
    uint32_t no_show_pct;    /* do not come */
    uint32_t refund_pct;     /* get money back: a third at once, the others up to nine days later */

    /* Of all riders, in percent; one in ten gets it, or loses it, on the way. */
    uint32_t child_pct;      /* of the policy's second class */
    uint32_t concession_pct; /* of its first or second scheme */

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
