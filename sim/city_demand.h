/* Who lives, works and wants to travel in a synthetic city: a fleet at its depots, and days of
 * requests with a morning and an evening peak. Whole numbers only. */
#ifndef SIM_CITY_DEMAND_H
#define SIM_CITY_DEMAND_H

#include <stdint.h>

#include "sim/city_streets.h"
#include "sim/scenario.h"

#define CITY_DEPOTS     4 /* of a small fleet */
#define CITY_DEPOTS_MAX 256

struct city_vehicle {
    uint32_t node; /* of the graph */
    uint32_t seats;
    uint32_t wheelchair_spaces;
    uint32_t designed_for; /* 0: as many as that */
    int64_t from_s;
    int64_t until_s;
};

struct city_request {
    int64_t at_s;
    uint32_t from;
    uint32_t to;
    uint32_t party;
    uint32_t wheelchairs;
    bool shared;
    int64_t pickup_from_s; /* -1: at once */
    int64_t arrive_by_s;   /* 0 here */
    uint32_t rider;
    int32_t walk_m; /* 0: does not walk */
    bool no_show;
    int64_t cancel_after_s; /* -1: does not cancel */
    int64_t refund_after_s; /* -1: keeps what was paid */
    int64_t refund_permille;
};

/* What an operator says of a rider. */
struct city_rider {
    int64_t at_s;
    uint32_t rider;
    uint32_t class;
    uint32_t scheme;
    uint32_t days; /* it holds for so many from the first; 0: for good */
};

/* A vehicle is held up. */
struct city_delay {
    int64_t at_s;
    uint32_t vehicle; /* index */
    int64_t for_s;
};

/* Days, the first of which is a `weekday` (0 Monday), and when each begins: the last entry is when
 * all are over. */
struct city_days {
    uint32_t count;
    uint32_t weekday;
    int64_t starts_s[SCENARIO_DAYS_MAX + 1];
};

/* Of all requests, or riders, in percent. */
struct city_demand_plan {
    const struct city_days *days;
    uint32_t riders;
    uint32_t cancel_pct;
    uint32_t no_show_pct;
    uint32_t refund_pct;
    uint32_t child_pct;
    uint32_t concession_pct;
    uint32_t ahead_pct;
    uint32_t private_pct;
    uint32_t wheelchair_pct;
    uint32_t walk_pct; /* agree to walk so far: */
    int32_t walk_m;
};

/* The nodes of the depots, and how many: CITY_DEPOTS around the centre, and for a large fleet more
 * where people live. */
uint32_t city_demand_depots(const struct city_streets *streets, uint64_t seed, uint32_t vehicles,
                            uint32_t depots[CITY_DEPOTS_MAX]);

/* The fleet stands at its depots in turn. */
void city_demand_vehicles(const uint32_t *depots, uint32_t depot_count, bool has_shifts,
                          const struct city_days *days, struct city_vehicle *vehicles,
                          uint32_t count);

/* What is said of riders 1 to plan->riders, at most one row of `rows` each; returns how many. */
uint32_t city_demand_riders(const struct city_demand_plan *plan, uint64_t seed,
                            struct city_rider *rows);

/* Each of `vehicles` is held up on `delay_pct` of the days, once; `rows` has room for one a day.
 * Returns how many. */
uint32_t city_demand_delays(const struct city_days *days, uint64_t seed, uint32_t vehicles,
                            uint32_t delay_pct, struct city_delay *rows);

/* In order of at_s. */
void city_demand_requests(const struct city_streets *streets, const struct city_demand_plan *plan,
                          uint64_t seed, struct city_request *requests, uint32_t count);

#endif
