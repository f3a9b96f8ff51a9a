/* The streets of a synthetic town: a jittered lattice inside a circle, with arterials, a ring road,
 * one-way streets in the centre, bends, dead ends, and a river and a railway that only a few
 * streets cross. Whole numbers only, so that a seed gives the same town everywhere. */
#ifndef SIM_CITY_STREETS_H
#define SIM_CITY_STREETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "road/builder.h"

#define CITY_CENTRE_LAT_E7 522000000
#define CITY_CENTRE_LON_E7 (-15000000)
#define CITY_NODES_MIN     100
#define CITY_NODES_MAX     500000

struct city_streets {
    struct road_graph graph; /* connected */
    int64_t radius_m;        /* of the town */
    void *memory;
};

/* About `nodes` nodes. */
void city_streets_make(struct city_streets *streets, uint32_t nodes, uint64_t seed);
void city_streets_free(struct city_streets *streets);

/* The point so many metres east and north of the town's centre; and back. */
struct geo_point city_streets_point(int64_t east_m, int64_t north_m);
int64_t city_streets_east_m(struct geo_point point);
int64_t city_streets_north_m(struct geo_point point);

#endif
