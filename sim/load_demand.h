/* Who asks for which trip, and when: settled before a load run begins, so that nothing the
 * dispatcher does can change what it is asked. */
#ifndef SIM_LOAD_DEMAND_H
#define SIM_LOAD_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/random.h"
#include "core/ids.h"
#include "core/trip.h"
#include "road/network.h"

#define LOAD_DEMAND_MAX 4000000 /* requests of one run */

struct load_demand_request {
    uint64_t due_ns; /* after the start of the run */
    uint32_t rider;  /* index of the token */
    struct booking_key key;
    struct trip trip; /* its times are after the moment of the request; 0 none */
};

struct load_demand {
    struct load_demand_request *requests; /* [count] by due_ns; owned */
    uint32_t count;
};

struct load_demand_plan {
    const struct road_network *network;
    uint64_t rate_milli; /* thousandths of a request a second */
    uint32_t seconds;
    uint32_t riders;
    uint64_t seed;
    bool even; /* the same gap between all requests; else as a Poisson process leaves them */
};

/* Trips between random nodes: rate times seconds of them. False: too many, or out of memory. */
MUST_CHECK bool load_demand_random(struct load_demand *demand, const struct load_demand_plan *plan);
void load_demand_done(struct load_demand *demand);

/* Sort by due_ns; used by whoever fills in requests. */
void load_demand_sort(struct load_demand *demand);

/* A version 4 UUID (RFC 9562). */
struct booking_key load_demand_key(struct random *random);

#endif
