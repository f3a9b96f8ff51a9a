/* The motorways of a large synthetic city: a ring around the built-up middle and five arms
 * outwards, two carriageways each, over or under all other streets and joined to main roads at
 * junctions a few kilometres apart. */
#ifndef SIM_CITY_MOTORWAY_H
#define SIM_CITY_MOTORWAY_H

#include "sim/city_draft.h"
#include "sim/city_fabric.h"

/* Draws them; nothing where the city is too small to have any. `node_at` has the draft's node of
 * each place of the fabric, or ROAD_NONE. */
void city_motorway_draw(struct city_draft *draft, const struct city_fabric *fabric,
                        const uint32_t *node_at);

#endif
