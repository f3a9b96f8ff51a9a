/* Given how many fall into a span, the moments of a Poisson process are as many uniform ones. */
#include "sim/load_demand.h"

#include <stdlib.h>

#include "base/geo.h"
#include "base/random.h"

#define NEAREST_MM INT64_C(300000) /* shorter trips are walked */
#define TRIES_MAX  64

static int compare_due(const void *a, const void *b)
{
    const struct load_demand_request *left = a;
    const struct load_demand_request *right = b;
    if (left->due_ns != right->due_ns) {
        return left->due_ns < right->due_ns ? -1 : 1;
    }
    if (left->key.high != right->key.high) {
        return left->key.high < right->key.high ? -1 : 1;
    }
    return left->key.low < right->key.low ? -1 : left->key.low > right->key.low;
}

void load_demand_sort(struct load_demand *demand)
{
    qsort(demand->requests, demand->count, sizeof *demand->requests, compare_due);
}

struct booking_key load_demand_key(struct random *random)
{
    struct booking_key key = {random_next(random), random_next(random)};
    key.high = (key.high & ~UINT64_C(0xf000)) | 0x4000;
    key.low = (key.low & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;
    return key;
}

static struct spot random_spot(const struct road_network *network, struct random *random)
{
    const uint32_t node = (uint32_t)random_below(random, network->graph->node_count);
    return (struct spot){.point = network->graph->points[node], .node = SPOT_NO_NODE};
}

static struct trip random_trip(const struct road_network *network, struct random *random)
{
    struct trip trip = {.party = 1, .shared = true};
    trip.from = random_spot(network, random);
    for (int i = 0; i < TRIES_MAX; i++) {
        trip.to = random_spot(network, random);
        if (geo_distance_mm(trip.from.point, trip.to.point) >= NEAREST_MM) {
            break;
        }
    }
    trip.party = (uint8_t)(random_below(random, 4) == 0 ? 2 : 1);
    return trip;
}

bool load_demand_random(struct load_demand *demand, const struct load_demand_plan *plan)
{
    struct random random;
    const uint64_t count = plan->rate_milli * plan->seconds / 1000;
    if (count > LOAD_DEMAND_MAX) {
        return false;
    }
    demand->count = (uint32_t)count;
    demand->requests = calloc(count + 1, sizeof *demand->requests);
    if (demand->requests == NULL) {
        return false;
    }
    random_init(&random, plan->seed);
    struct random moments = random_fork(&random, 1);
    struct random trips = random_fork(&random, 2);
    struct random keys = random_fork(&random, 3);
    const uint64_t span_ns = (uint64_t)plan->seconds * 1000000000;
    for (uint32_t i = 0; i < demand->count; i++) {
        struct load_demand_request *request = &demand->requests[i];
        request->due_ns = plan->even ? span_ns / count * i : random_below(&moments, span_ns);
        request->rider = i % plan->riders;
        request->key = load_demand_key(&keys);
        request->trip = random_trip(plan->network, &trips);
    }
    load_demand_sort(demand);
    return true;
}

void load_demand_done(struct load_demand *demand)
{
    free(demand->requests);
    demand->requests = NULL;
    demand->count = 0;
}
