/* Small towns drawn in ASCII, for tests that read like a map:
 *
 *     a--b>>c
 *     |  |  ^
 *     e--f--g
 *
 * Letters are nodes ('v' is not: it is an arrow), named by their character code. Between two
 * letters in a row or column, '-' and '|' are a two-way street, '>' '<' '^' 'v' anywhere in between
 * make it one-way. Every character is a cell of 100 m or 10 s in either direction, so a-b above is
 * 300 m and 30 s; north is up. */
#ifndef TESTS_TOWN_H
#define TESTS_TOWN_H

#include "road/network.h"

#define TOWN_CELL_M  100
#define TOWN_CELL_MS 10000

struct town {
    struct arena arena;
    struct road_graph graph;
    struct road_hierarchy hierarchy;
    struct road_network network;
};

/* Aborts when the drawing is wrong. All streets are residential. */
struct town *town_from_map(const char *map, bool drive_on_left);
void town_free(struct town *town);

uint32_t town_node(const struct town *town, char letter);

/* The arc between two letters, as "ab". Aborts when there is none. */
uint32_t town_arc(const struct town *town, const char *letters);

/* A place at a node "a", or part of the way along an arc: "ab", 300. */
struct road_place town_place(const struct town *town, const char *letters, int32_t along_permille);

/* A point so many metres east and north of a node. */
struct geo_point town_point(const struct town *town, char letter, int32_t east_m, int32_t north_m);

#endif
