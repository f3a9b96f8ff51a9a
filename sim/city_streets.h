/* The streets of a synthetic city, from a village to a conurbation, as a network ready for use.
 * What is on the board (city_map.h, city_fabric.h) is drawn (city_draft.h), the motorways are
 * added, and of it all the largest connected part is kept. Whole numbers only, so that a seed gives
 * the same city everywhere. */
#ifndef SIM_CITY_STREETS_H
#define SIM_CITY_STREETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "input/roads.h"

#define CITY_NODES_MIN 100
#define CITY_NODES_MAX 500000

struct city_streets {
    struct roads roads; /* connected; a struct city_streets is not to be copied */
    int64_t radius_m;   /* of a circle around the centre with nearly all of the city in it */
};

/* About `nodes` nodes. Seconds for a large city, most of them for the order of the nodes. */
void city_streets_make(struct city_streets *streets, uint32_t nodes, uint64_t seed);
void city_streets_free(struct city_streets *streets);

#endif
