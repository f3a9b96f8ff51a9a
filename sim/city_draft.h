/* A city's nodes and streets as they are drawn: from steps of the board (city_map.h) to metres,
 * with a tighter centre, warped so that no line stays straight, and with room for the rivers. */
#ifndef SIM_CITY_DRAFT_H
#define SIM_CITY_DRAFT_H

#include "input/streets.h"
#include "sim/city_map.h"

#define CITY_DRAFT_FINE          16 /* positions of the draft: parts of a step */
#define CITY_DRAFT_CENTRE_LAT_E7 522000000
#define CITY_DRAFT_CENTRE_LON_E7 (-15000000)

struct city_draft {
    const struct city_map *map;
    struct streets streets;
};

struct city_spot {
    int32_t x; /* CITY_DRAFT_FINE a step */
    int32_t y;
};

/* The number of the new node. Ends the program when there is no memory, as all here. */
uint32_t city_draft_node(struct city_draft *draft, struct city_spot spot);

/* A straight street between two nodes; direction 1: only from the first to the second, -1: only
 * back, 0: both. */
void city_draft_street(struct city_draft *draft, uint32_t from, uint32_t to, enum road_class class,
                       int direction);

/* The point so many metres east and north of the city's centre; and back. */
struct geo_point city_draft_point(int64_t east_m, int64_t north_m);
int64_t city_draft_east_m(struct geo_point point);
int64_t city_draft_north_m(struct geo_point point);

#endif
