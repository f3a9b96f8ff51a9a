/* The lie of a synthetic city's land, before a street is drawn: a board of square cells that are
 * built on or fields, the main roads along their sides, and the rivers and railways that only some
 * of these roads cross. What a real network's small separators come from: few bridges, few
 * crossings, suburbs and villages with fields between them and few roads to them.
 *
 * Positions are whole steps: a cell is CITY_MAP_CELL steps wide, and (0, 0) is the south-west
 * corner of the board. Whole numbers only, so that a seed gives the same city everywhere. */
#ifndef SIM_CITY_MAP_H
#define SIM_CITY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define CITY_MAP_CELL 9

enum city_ground {
    CITY_GROUND_FIELD,
    CITY_GROUND_CENTRE, /* blocks, many streets one way */
    CITY_GROUND_INNER,  /* terraces: many junctions */
    CITY_GROUND_SUBURB, /* estates with few ways in, cul-de-sacs */
    CITY_GROUND_WORKS,  /* industry: few and long streets */
};

/* A water or a railway across the whole board: its course is a function of one direction, so that
 * it takes one look to tell on which side a place is. */
enum city_course {
    CITY_COURSE_EAST,     /* a place is beyond it where y > line[x] */
    CITY_COURSE_NORTH,    /* x > line[y] */
    CITY_COURSE_DIAGONAL, /* x - y > line[x + y] */
};

#define CITY_MAP_BARRIERS 14

struct city_barrier {
    enum city_course course;
    int32_t apart;    /* main roads whose number from the centre it divides cross it */
    int32_t width_mm; /* what lies beyond lies so much farther out */
    int32_t *line;
};

struct city_map {
    uint64_t seed;
    int32_t cells;         /* along a side of the board */
    int32_t centre;        /* in steps, either way */
    int32_t reach;         /* steps: radius of a round city of so many cells */
    uint32_t built_count;  /* cells */
    uint8_t *ground;       /* [cells x cells] enum city_ground */
    uint8_t *is_east_road; /* [(cells + 1)^2] is there a main road from this corner to the next? */
    uint8_t *is_north_road;
    struct city_barrier barriers[CITY_MAP_BARRIERS]; /* the first one is the river */
    uint32_t barrier_count;
};

/* A city of `built` cells, 1 or more; to be freed. */
void city_map_make(struct city_map *map, uint32_t built, uint64_t seed);
void city_map_free(struct city_map *map);

/* -1000 to 1000, smooth over `wave`, different for each seed. */
int32_t city_map_noise(uint64_t seed, int32_t x, int32_t y, int32_t wave);

/* Steps along a side. */
int32_t city_map_steps(const struct city_map *map);

/* Field where there is no such cell. */
enum city_ground city_map_ground(const struct city_map *map, int32_t cell_x, int32_t cell_y);

/* On which sides of the barriers a place is: a bit for each, set where it is beyond. */
uint32_t city_map_sides(const struct city_map *map, int32_t x, int32_t y);

/* May no street go from a place to a neighbouring one? */
bool city_map_is_cut(const struct city_map *map, int32_t x, int32_t y, int32_t to_x, int32_t to_y);

/* The square root, rounded up. */
int32_t city_map_root(int64_t value);

#endif
