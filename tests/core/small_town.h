/* Towns of a few nodes for the matcher's tests: random streets, some of them one-way, with the
 * driving times between all pairs worked out by Floyd and Warshall as the oracle. */
#ifndef TESTS_SMALL_TOWN_H
#define TESTS_SMALL_TOWN_H

#include "base/random.h"
#include "road/network.h"

#define SMALL_TOWN_NODES 36

struct small_town {
    void *block; /* of the arena that the network lies in */
    struct road_graph graph;
    struct road_hierarchy hierarchy;
    struct road_network network;
    int64_t times_ms[SMALL_TOWN_NODES][SMALL_TOWN_NODES];
};

/* A ring of one-way streets, so that there is a way from everywhere to everywhere, and others in
 * one or both directions. */
void small_town_make(struct small_town *town, struct random *random);
void small_town_free(struct small_town *town);

#endif
