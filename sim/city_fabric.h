/* The streets of a synthetic city on the board of city_map.h: between which neighbouring steps
 * there is one, of which class, one-way or not; and the dead ends that hang on them. Inside a cell
 * streets join into one piece, with few ways out to the main roads around it; most junctions have
 * three arms, as in real cities. */
#ifndef SIM_CITY_FABRIC_H
#define SIM_CITY_FABRIC_H

#include "base/random.h"
#include "sim/city_map.h"

/* A street in one byte: 0 none, else its class + 1, and a direction. */
#define CITY_FABRIC_CLASS    15u
#define CITY_FABRIC_FORWARD  16u /* only east or north */
#define CITY_FABRIC_BACKWARD 32u

struct city_fabric {
    const struct city_map *map;
    struct random random;
    int32_t side;   /* places along a side: steps + 1 */
    uint8_t *east;  /* [side x side] the street from a place to the one east of it */
    uint8_t *north; /* and north of it */
    uint8_t *stub;  /* a dead end here: 1 east, 2 north, 3 west, 4 south, with its class + 1 as
                       above,  times 8 */
};

/* `map` is borrowed. To be freed. */
void city_fabric_make(struct city_fabric *fabric, const struct city_map *map, uint64_t seed);
void city_fabric_free(struct city_fabric *fabric);

/* How many streets meet at a place, without dead ends. */
uint32_t city_fabric_degree(const struct city_fabric *fabric, int32_t x, int32_t y);

#endif
