#include "sim/city_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/sort.h"
#include "sim/grow.h"

#define BOARD_PERMILLE  1650 /* half a board's side to the radius of a round city */
#define BOARD_MARGIN    2
#define RIVER           0 /* of the barriers */
#define TRIBUTARY       2
#define TOWNS           9  /* around a city, with fields between */
#define CENTRE_PERMILLE 60 /* of the built cells, from the middle out */
#define INNER_PERMILLE  450
#define WORKS_PERMILLE  70 /* of the others */
#define FIELD_COST      6  /* of a road through fields, to 1 where it is there anyway */
#define HIGHWAY_COST    3  /* and of one on a line of highways */
#define HIGHWAY_EVERY   4
#define BUILT_COST      1
#define FAR             INT32_MAX
#define COMPASS         5 /* places that everybody wants a road to */

/* ---- Chance and shape ---- */

static uint32_t mix(uint64_t seed, int32_t x, int32_t y)
{
    uint64_t value = seed ^ (uint64_t)(uint32_t)x * UINT64_C(0x9E3779B97F4A7C15) ^
                     (uint64_t)(uint32_t)y * UINT64_C(0xC2B2AE3D27D4EB4F);
    value = (value ^ (value >> 31)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 29)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(value >> 32);
}

static int32_t knot(uint64_t seed, int32_t x, int32_t y)
{
    return (int32_t)(mix(seed, x, y) % 2001) - 1000;
}

/* 0 to 1000, flat at both ends. */
static int64_t ease(int64_t part, int64_t whole)
{
    const int64_t permille = part * 1000 / whole;
    return permille * permille * (3000 - 2 * permille) / 1000000;
}

int32_t city_map_noise(uint64_t seed, int32_t x, int32_t y, int32_t wave)
{
    const int32_t column = x >= 0 ? x / wave : -((wave - 1 - x) / wave);
    const int32_t row = y >= 0 ? y / wave : -((wave - 1 - y) / wave);
    const int64_t right = ease(x - column * wave, wave);
    const int64_t up = ease(y - row * wave, wave);
    const int64_t low =
        knot(seed, column, row) * (1000 - right) + knot(seed, column + 1, row) * right;
    const int64_t high =
        knot(seed, column, row + 1) * (1000 - right) + knot(seed, column + 1, row + 1) * right;
    return (int32_t)((low * (1000 - up) + high * up) / 1000000);
}

int32_t city_map_root(int64_t value)
{
    int64_t low = 0;
    int64_t high = INT64_C(1) << 31;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (middle * middle < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (int32_t)(low < INT32_MAX ? low : INT32_MAX);
}

int32_t city_map_steps(const struct city_map *map)
{
    return map->cells * CITY_MAP_CELL;
}

enum city_ground city_map_ground(const struct city_map *map, int32_t cell_x, int32_t cell_y)
{
    if (cell_x < 0 || cell_y < 0 || cell_x >= map->cells || cell_y >= map->cells) {
        return CITY_GROUND_FIELD;
    }
    return (enum city_ground)map->ground[cell_y * map->cells + cell_x];
}

/* ---- Waters and tracks ---- */

/* Where the barriers are, in permille of the city's reach. */
struct course {
    enum city_course course;
    uint32_t cells; /* of a city that has it */
    int32_t around; /* from the centre */
    int32_t swing;
    int32_t wave;
    int32_t apart;
    int32_t width_mm;
};

static const struct course courses[CITY_MAP_BARRIERS] = {
    {CITY_COURSE_EAST, 4, 160, 330, 1000, 1, 140000},    /* the river */
    {CITY_COURSE_NORTH, 4, -250, 130, 1000, 2, 35000},   /* a railway */
    {CITY_COURSE_NORTH, 120, 330, 250, 660, 2, 50000},   /* a tributary, south of the river */
    {CITY_COURSE_DIAGONAL, 120, 200, 170, 2000, 2, 0},   /* another railway */
    {CITY_COURSE_EAST, 300, -420, 200, 900, 2, 25000},   /* a brook */
    {CITY_COURSE_NORTH, 300, -720, 160, 1100, 2, 25000}, /* a canal */
    {CITY_COURSE_EAST, 300, 680, 160, 800, 2, 25000},
    {CITY_COURSE_NORTH, 300, 760, 160, 1200, 2, 25000},
    {CITY_COURSE_EAST, 600, -150, 120, 900, 2, 20000},
    {CITY_COURSE_NORTH, 600, 60, 120, 1000, 2, 20000},
    {CITY_COURSE_EAST, 600, 430, 120, 700, 2, 20000},
    {CITY_COURSE_NORTH, 600, -480, 120, 900, 2, 20000},
    {CITY_COURSE_EAST, 600, -750, 150, 1000, 2, 20000},
    {CITY_COURSE_NORTH, 600, 550, 120, 1200, 2, 20000},
};

/* Each winds around where it is, the longer bends with smaller ones in them. */
static void lay_barriers(struct city_map *map)
{
    const int32_t count = 2 * city_map_steps(map) + 1;
    const int32_t reach = map->reach;
    for (uint32_t i = 0; i < CITY_MAP_BARRIERS && map->built_count >= courses[i].cells; i++) {
        const struct course *course = &courses[i];
        const uint64_t seed = map->seed + 100 + 2 * i;
        const int32_t wave = reach * course->wave / 1000 + CITY_MAP_CELL;
        const int32_t middle = course->course == CITY_COURSE_DIAGONAL ? 0 : map->centre;
        int32_t *line = grow_new((size_t)count, sizeof *line);
        for (int32_t at = 0; at < count; at++) {
            const int32_t noise = city_map_noise(seed, at, 0, wave) +
                                  city_map_noise(seed + 1, at, 0, wave / 3 + 1) / 4;
            line[at] = middle + (course->around + noise * course->swing / 1000) * reach / 1000;
        }
        map->barriers[map->barrier_count++] = (struct city_barrier){.course = course->course,
                                                                    .apart = course->apart,
                                                                    .width_mm = course->width_mm,
                                                                    .line = line};
    }
}

static bool is_beyond(const struct city_barrier *barrier, int32_t x, int32_t y)
{
    switch (barrier->course) {
    case CITY_COURSE_EAST:
        return y > barrier->line[x];
    case CITY_COURSE_NORTH:
        return x > barrier->line[y];
    case CITY_COURSE_DIAGONAL:
        return x - y > barrier->line[x + y];
    }
    return false;
}

uint32_t city_map_sides(const struct city_map *map, int32_t x, int32_t y)
{
    uint32_t sides = 0;
    for (uint32_t i = 0; i < map->barrier_count; i++) {
        sides |= is_beyond(&map->barriers[i], x, y) ? 1u << i : 0;
    }
    return (sides & 1u << RIVER) != 0 ? sides & ~(1u << TRIBUTARY) : sides;
}

/* Does the main road with this number cross? More often in the middle of the city. */
static bool has_crossing(const struct city_map *map, int32_t number, int32_t apart)
{
    const int32_t out = abs(number - map->cells / 2);
    const bool is_middle = out * CITY_MAP_CELL * 6 < map->reach;
    return is_middle || out % apart == 0;
}

bool city_map_is_cut(const struct city_map *map, int32_t x, int32_t y, int32_t to_x, int32_t to_y)
{
    uint32_t crossed = city_map_sides(map, x, y) ^ city_map_sides(map, to_x, to_y);
    const int32_t line = x == to_x ? x : y;
    if (crossed == 0) {
        return false;
    }
    if (line % CITY_MAP_CELL != 0) {
        return true;
    }
    if ((crossed & 1u << RIVER) != 0) { /* the tributary ends in it */
        crossed &= ~(1u << TRIBUTARY);
    }
    for (uint32_t i = 0; i < map->barrier_count; i++) {
        if ((crossed & 1u << i) != 0 &&
            !has_crossing(map, line / CITY_MAP_CELL, map->barriers[i].apart)) {
            return true;
        }
    }
    return false;
}

/* ---- Built cells ---- */

struct town {
    int32_t x; /* in cells */
    int32_t y;
    int32_t radius;
};

/* Towns stand around the city, in all directions. */
static void found_towns(const struct city_map *map, struct random *random, struct town *towns)
{
    static const int32_t turns[TOWNS][2] = {{1000, 0},    {766, 643},  {174, 985},
                                            {-500, 866},  {-940, 342}, {-940, -342},
                                            {-500, -866}, {174, -985}, {766, -643}};
    const int32_t reach = map->reach / CITY_MAP_CELL;
    for (int i = 0; i < TOWNS; i++) {
        const int32_t out = reach * (int32_t)random_between(random, 1050, 1450) / 1000;
        towns[i] = (struct town){.x = map->cells / 2 + turns[i][0] * out / 1000,
                                 .y = map->cells / 2 + turns[i][1] * out / 1000,
                                 .radius = reach * (int32_t)random_between(random, 90, 330) / 1000};
    }
}

/* How much a cell asks to be built on; larger first. */
static int64_t appeal(const struct city_map *map, const struct town *towns, int32_t x, int32_t y)
{
    const int32_t reach = map->reach / CITY_MAP_CELL + 1;
    const int64_t east = x - map->cells / 2;
    const int64_t north = y - map->cells / 2;
    const int32_t out = city_map_root((east * east + north * north) * 1000000);
    int64_t most = 1000 - out / reach;
    for (int i = 0; i < TOWNS; i++) {
        const int64_t away_x = x - towns[i].x;
        const int64_t away_y = y - towns[i].y;
        const int32_t away = city_map_root((away_x * away_x + away_y * away_y) * 1000000);
        const int64_t local = 330 - 330 * (int64_t)away / (1000 * (towns[i].radius + 1));
        most = local > most ? local : most;
    }
    return most + city_map_noise(map->seed + 23, x, y, reach / 3 + 2) * 3 / 10 +
           city_map_noise(map->seed + 29, x, y, 3) * 2 / 10;
}

static enum city_ground settle(const struct city_map *map, struct random *random, uint32_t place)
{
    const uint64_t permille = (uint64_t)place * 1000 / map->built_count;
    if (permille < CENTRE_PERMILLE) {
        return CITY_GROUND_CENTRE;
    }
    if (random_below(random, 1000) < WORKS_PERMILLE) {
        return CITY_GROUND_WORKS;
    }
    return permille < INNER_PERMILLE ? CITY_GROUND_INNER : CITY_GROUND_SUBURB;
}

static void build_cells(struct city_map *map, struct random *random)
{
    const uint32_t count = (uint32_t)(map->cells * map->cells);
    uint64_t *keys = grow_new(count, sizeof *keys);
    uint32_t *cells = grow_new(count, sizeof *cells);
    uint64_t *key_scratch = grow_new(count, sizeof *key_scratch);
    uint32_t *cell_scratch = grow_new(count, sizeof *cell_scratch);
    struct town towns[TOWNS];
    found_towns(map, random, towns);
    for (uint32_t i = 0; i < count; i++) {
        const int32_t x = (int32_t)i % map->cells;
        const int32_t y = (int32_t)i / map->cells;
        const bool is_edge = x == 0 || y == 0 || x == map->cells - 1 || y == map->cells - 1;
        cells[i] = i;
        keys[i] = (uint64_t)(is_edge ? INT32_MAX : INT32_MAX / 2 - appeal(map, towns, x, y));
    }
    sort_pairs(keys, cells, key_scratch, cell_scratch, count);
    for (uint32_t i = 0; i < map->built_count; i++) {
        map->ground[cells[i]] = (uint8_t)settle(map, random, i);
    }
    free(keys);
    free(cells);
    free(key_scratch);
    free(cell_scratch);
}

/* ---- Main roads ---- */

struct country {
    struct city_map *map;
    int32_t corners;    /* along a side */
    uint8_t *east_cost; /* from a corner to the next, 0: no road can be */
    uint8_t *north_cost;
    int32_t *cost;   /* of the way from a corner to the place of the moment */
    int32_t *toward; /* the next corner on it */
};

static uint8_t price(const struct city_map *map, int32_t x, int32_t y, int32_t across_x,
                     int32_t across_y)
{
    for (int32_t i = 0; i < CITY_MAP_CELL; i++) {
        const int32_t from_x = x * CITY_MAP_CELL + (across_x == 0 ? i : 0);
        const int32_t from_y = y * CITY_MAP_CELL + (across_y == 0 ? i : 0);
        if (city_map_is_cut(map, from_x, from_y, from_x + (across_x == 0),
                            from_y + (across_y == 0))) {
            return 0;
        }
    }
    const bool is_built = city_map_ground(map, x, y) != CITY_GROUND_FIELD ||
                          city_map_ground(map, x - across_x, y - across_y) != CITY_GROUND_FIELD;
    if (is_built) {
        return BUILT_COST;
    }
    return (across_x != 0 ? x : y) % HIGHWAY_EVERY == 0 ? HIGHWAY_COST : FIELD_COST;
}

static bool relax(struct country *country, int32_t from, int32_t to, uint8_t cost)
{
    if (cost == 0 || country->cost[from] == FAR ||
        country->cost[from] + cost >= country->cost[to]) {
        return false;
    }
    country->cost[to] = country->cost[from] + cost;
    country->toward[to] = from;
    return true;
}

/* Ways from everywhere to one corner, by sweeps in alternating directions: the board is small. */
static void find_ways(struct country *country, int32_t goal)
{
    const int32_t side = country->corners;
    const int32_t count = side * side;
    for (int32_t i = 0; i < count; i++) {
        country->cost[i] = FAR;
        country->toward[i] = -1;
    }
    country->cost[goal] = 0;
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (int32_t i = 0; i < 2 * count; i++) {
            const int32_t at = i < count ? i : 2 * count - 1 - i;
            if (at % side < side - 1) {
                is_changed |= relax(country, at, at + 1, country->east_cost[at]);
                is_changed |= relax(country, at + 1, at, country->east_cost[at]);
            }
            if (at < count - side) {
                is_changed |= relax(country, at, at + side, country->north_cost[at]);
                is_changed |= relax(country, at + side, at, country->north_cost[at]);
            }
        }
    }
}

static void mark_way(struct country *country, int32_t from)
{
    struct city_map *map = country->map;
    for (int32_t at = from; country->toward[at] >= 0; at = country->toward[at]) {
        const int32_t next = country->toward[at];
        const int32_t low = at < next ? at : next;
        const bool is_east = at - next == 1 || next - at == 1;
        (is_east ? map->is_east_road : map->is_north_road)[low] = 1;
    }
}

/* The corner of the built cell that lies farthest in a direction. */
static int32_t farthest(const struct city_map *map, int32_t east, int32_t north)
{
    int32_t most = INT32_MIN;
    int32_t corner = 0;
    for (int32_t i = 0; i < map->cells * map->cells; i++) {
        const int32_t x = i % map->cells;
        const int32_t y = i / map->cells;
        if (map->ground[i] != CITY_GROUND_FIELD && x * east + y * north > most) {
            most = x * east + y * north;
            corner = y * (map->cells + 1) + x;
        }
    }
    return corner;
}

static int32_t middle_corner(const struct city_map *map)
{
    return map->cells / 2 * (map->cells + 1) + map->cells / 2;
}

/* Around every built cell, and from each to the centre and to the far ends of the land. */
static void lay_main_roads(struct city_map *map)
{
    struct country country = {.map = map, .corners = map->cells + 1};
    const size_t count = (size_t)country.corners * (size_t)country.corners;
    country.east_cost = grow_new(count, 1);
    country.north_cost = grow_new(count, 1);
    country.cost = grow_new(count, sizeof *country.cost);
    country.toward = grow_new(count, sizeof *country.toward);
    for (int32_t i = 0; i < (int32_t)count; i++) {
        const int32_t x = i % country.corners;
        const int32_t y = i / country.corners;
        country.east_cost[i] = x < map->cells ? price(map, x, y, 0, 1) : 0;
        country.north_cost[i] = y < map->cells ? price(map, x, y, 1, 0) : 0;
        map->is_east_road[i] = country.east_cost[i] == BUILT_COST;
        map->is_north_road[i] = country.north_cost[i] == BUILT_COST;
    }
    const int32_t goals[COMPASS] = {middle_corner(map), farthest(map, 2, 1), farthest(map, -1, 2),
                                    farthest(map, -2, -1), farthest(map, 1, -2)};
    for (int goal = 0; goal < COMPASS; goal++) {
        find_ways(&country, goals[goal]);
        for (int32_t i = 0; i < map->cells * map->cells; i++) {
            if (map->ground[i] != CITY_GROUND_FIELD) {
                mark_way(&country, i / map->cells * country.corners + i % map->cells);
            }
        }
    }
    free(country.east_cost);
    free(country.north_cost);
    free(country.cost);
    free(country.toward);
}

void city_map_make(struct city_map *map, uint32_t built, uint64_t seed)
{
    struct random random;
    random_init(&random, seed);
    *map = (struct city_map){.seed = random_next(&random) >> 1, .built_count = built};
    const int32_t radius = city_map_root((int64_t)built * 1000000 * 1000 / 3142); /* milli cells */
    map->reach = radius * CITY_MAP_CELL / 1000;
    map->cells = 2 * (radius * BOARD_PERMILLE / 1000000 + BOARD_MARGIN);
    map->centre = map->cells / 2 * CITY_MAP_CELL;
    const size_t corners = (size_t)(map->cells + 1) * (size_t)(map->cells + 1);
    map->ground = grow_new(corners, 1);
    map->is_east_road = grow_new(corners, 1);
    map->is_north_road = grow_new(corners, 1);
    lay_barriers(map);
    build_cells(map, &random);
    lay_main_roads(map);
}

void city_map_free(struct city_map *map)
{
    free(map->ground);
    free(map->is_east_road);
    free(map->is_north_road);
    for (uint32_t i = 0; i < map->barrier_count; i++) {
        free(map->barriers[i].line);
    }
}
