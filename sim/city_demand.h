/* Who lives, works and wants to travel in a synthetic city: a fleet at its depots, and a day of
 * requests with a morning and an evening peak. Whole numbers only. */
#ifndef SIM_CITY_DEMAND_H
#define SIM_CITY_DEMAND_H

#include <stdint.h>

#include "sim/city_streets.h"

#define CITY_DEPOTS     4 /* of a small fleet */
#define CITY_DEPOTS_MAX 256

struct city_vehicle {
    uint32_t node; /* of the graph */
    uint32_t seats;
    uint32_t wheelchair_spaces;
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
};

/* Of all requests, in percent. */
struct city_demand_plan {
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
                          struct city_vehicle *vehicles, uint32_t count);

/* In order of at_s. */
void city_demand_requests(const struct city_streets *streets, const struct city_demand_plan *plan,
                          uint64_t seed, struct city_request *requests, uint32_t count);

#endif
