/* A scenario: a road network, a fleet, a demand, and how they are to be run, read from a folder as
 * docs/scenario.md defines it. Nothing is skipped silently: what cannot be read is refused with
 * file, line and reason. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "input/input_error.h"
#include "input/roads_import.h"
#include "road/network.h"
#include "sim/remote_help.h"

#define SCENARIO_VEHICLES_MAX 65536
#define SCENARIO_REQUESTS_MAX 4000000
#define SCENARIO_CLOSURES_MAX CLOSURES_MAX /* rows: so the dispatcher takes all at one time */
#define SCENARIO_CLASSES_MAX  4000000      /* rows of riders.csv */
#define SCENARIO_DELAYS_MAX   4000000      /* rows of delays.csv */
#define SCENARIO_DAYS_MAX     62
#define SCENARIO_NAME_MAX     64
#define SCENARIO_NONE         INT64_MIN /* an optional number that is not given */

struct scenario_vehicle {
    uint32_t id;
    struct spot home; /* with its node */
    uint8_t seats;
    uint8_t wheelchair_spaces;
    uint8_t designed_for; /* people; 0 as many as seats and spaces */
    int64_t battery_wh;   /* 0: it has none that counts */
    int64_t charge_pct;   /* in the beginning */
    int64_t from_s;       /* after midnight of the day, as all times here */
    int64_t until_s;
};

struct scenario_request {
    int64_t id;
    int64_t at_s;
    struct spot from; /* node SPOT_NO_NODE: no road within reach */
    struct spot to;
    uint8_t party;
    uint8_t wheelchairs;
    bool shared;
    int64_t pickup_from_s; /* or SCENARIO_NONE, as the three below */
    int64_t pickup_by_s;
    int64_t arrive_by_s;
    int64_t rider;
    int32_t walk_m;          /* agrees to walk so far at either end; 0 not at all */
    bool no_show;            /* gets a ride, and does not come */
    int64_t cancel_after_s;  /* gives a ride up so long after getting it, if the vehicle has not
                                come by then; or SCENARIO_NONE */
    int64_t refund_after_s;  /* finance gives money back so long after the end; or SCENARIO_NONE */
    int64_t refund_permille; /* of what was paid; 1000: the whole ride */
};

/* An operator says what a rider is. */
struct scenario_class {
    int64_t at_s;
    int64_t rider;
    struct rider_class class;
};

/* Something holds a vehicle up: its next stand takes so much longer. */
struct scenario_delay {
    int64_t at_s;
    uint32_t vehicle; /* its id */
    int64_t for_s;
};

/* A road is closed, or opened. */
struct scenario_closure {
    int64_t at_s;
    uint32_t arc;
    bool opens;
};

struct scenario {
    char name[SCENARIO_NAME_MAX];
    int64_t midnight_ms; /* of the service day, since 1970-01-01 UTC */
    int32_t first_day;   /* that day, since 1970-01-01 */
    int64_t until_ms;    /* the run lasts at least until then; 0 until all is done */
    struct calendar calendar;
    struct zones zones;
    struct roads roads;
    struct road_network network;
    struct roads_report roads_report;
    int64_t retry_ms; /* who was refused for want of a vehicle asks again after so long; 0 never */
    struct remote_help_plan remote_help; /* what befalls its cars */
    struct policy policy;
    struct core_config config; /* limits by the counts below; borrows policy, calendar, zones */
    uint32_t vehicle_count;
    uint32_t request_count;
    uint32_t closure_count;
    uint32_t class_count;
    uint32_t delay_count;
    struct scenario_vehicle *vehicles; /* in order of the file */
    struct scenario_request *requests; /* ditto */
    struct scenario_closure *closures; /* in order of time, as the two below */
    struct scenario_class *classes;
    struct scenario_delay *delays;
    bool has_no_shows; /* somebody is waited for in vain */
    bool has_speeds;   /* cars drive as `speeds` says, whatever is expected */
    struct road_speeds_profile speeds;
    struct road_speeds_profile given_speeds; /* what the dispatcher is told of them */
    struct parking *parking;                 /* [config.parking_count] */
    void *network_memory;
    size_t network_memory_size;
};

/* What may be changed on the way in. */
struct scenario_options {
    uint32_t vehicles; /* fleet size: the first ones, or all and copies of them; 0 as it is */
    bool sets_improve; /* improve_searches is in place of the scenario's */
    int64_t improve_searches;
    bool sets_rebalance; /* ditto */
    int64_t rebalance_s;
    bool sets_floor; /* ditto */
    int64_t floor_s;
    bool sets_remote_help; /* ditto */
    int64_t remote_help_every_s;
};

/* False and *error names file, line and reason; nothing is then held. A scenario is not to be
 * copied: its parts point at each other. */
MUST_CHECK bool scenario_load(const char *folder, const struct scenario_options *options,
                              struct scenario *scenario, struct input_error *error);
void scenario_free(struct scenario *scenario);

/* Do cars come when the dispatcher expects them to? Not where they have speeds of their own, are
 * held up, need remote help, or wait for who does not come. */
bool scenario_is_punctual(const struct scenario *scenario);

/* Shortest drive between the ends of a request, -1 where one of them is off the road. */
int64_t scenario_direct_ms(const struct scenario *scenario, const struct scenario_request *request);

/* The moment of a time of the scenario. */
int64_t scenario_moment_ms(const struct scenario *scenario, int64_t second);

#endif
