#include "sim/city_draft.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

#define STEP_MM         88000
#define LAT_E7_PER_KM   89932
#define LON_E7_PER_KM   146726 /* at the city's latitude */
#define CENTRE_PERMILLE 780    /* how long a step is in the centre, to 1000 at the edge */
#define LAND_WAVE       (18 * CITY_MAP_CELL * CITY_DRAFT_FINE)
#define LAND_SWING_MM   1700000
#define BOARD_WAVE      (6 * CITY_MAP_CELL * CITY_DRAFT_FINE)
#define BOARD_SWING_MM  420000
#define CELL_WAVE       (2 * CITY_MAP_CELL * CITY_DRAFT_FINE + 37)
#define CELL_SWING_MM   180000
#define STEP_WAVE       (CITY_DRAFT_FINE * 2 + 5)
#define STEP_SWING_MM   24000

static const int64_t speeds_kmh[] = {
    [ROAD_CLASS_MOTORWAY] = 96,  [ROAD_CLASS_TRUNK] = 66,    [ROAD_CLASS_PRIMARY] = 48,
    [ROAD_CLASS_SECONDARY] = 44, [ROAD_CLASS_TERTIARY] = 37, [ROAD_CLASS_RESIDENTIAL] = 26,
    [ROAD_CLASS_SERVICE] = 14};

struct geo_point city_draft_point(int64_t east_m, int64_t north_m)
{
    return (struct geo_point){
        .lat_e7 = (int32_t)(CITY_DRAFT_CENTRE_LAT_E7 + north_m * LAT_E7_PER_KM / 1000),
        .lon_e7 = (int32_t)(CITY_DRAFT_CENTRE_LON_E7 + east_m * LON_E7_PER_KM / 1000)};
}

int64_t city_draft_east_m(struct geo_point point)
{
    return ((int64_t)point.lon_e7 - CITY_DRAFT_CENTRE_LON_E7) * 1000 / LON_E7_PER_KM;
}

int64_t city_draft_north_m(struct geo_point point)
{
    return ((int64_t)point.lat_e7 - CITY_DRAFT_CENTRE_LAT_E7) * 1000 / LAT_E7_PER_KM;
}

static int64_t swing(const struct city_draft *draft, struct city_spot spot, uint64_t purpose)
{
    const uint64_t seed = draft->map->seed + purpose;
    return (int64_t)city_map_noise(seed + 3, spot.x, spot.y, LAND_WAVE) * LAND_SWING_MM / 1000 +
           (int64_t)city_map_noise(seed, spot.x, spot.y, BOARD_WAVE) * BOARD_SWING_MM / 1000 +
           (int64_t)city_map_noise(seed + 1, spot.x, spot.y, CELL_WAVE) * CELL_SWING_MM / 1000 +
           (int64_t)city_map_noise(seed + 2, spot.x, spot.y, STEP_WAVE) * STEP_SWING_MM / 1000;
}

/* Steps are shorter in the centre. */
static int64_t shrink_permille(const struct city_map *map, int64_t east_mm, int64_t north_mm)
{
    const int64_t reach_m = (int64_t)map->reach * STEP_MM / 1000 + 1;
    const int64_t out_m = city_map_root((east_mm * east_mm + north_mm * north_mm) / 1000000);
    const int64_t part = out_m < reach_m ? out_m * 1000 / reach_m : 1000;
    return CENTRE_PERMILLE + (1000 - CENTRE_PERMILLE) * part / 1000;
}

static struct geo_point point_of(const struct city_draft *draft, struct city_spot spot)
{
    const struct city_map *map = draft->map;
    const uint32_t sides = city_map_sides(map, spot.x / CITY_DRAFT_FINE, spot.y / CITY_DRAFT_FINE);
    int64_t east_mm =
        ((int64_t)spot.x - (int64_t)map->centre * CITY_DRAFT_FINE) * STEP_MM / CITY_DRAFT_FINE;
    int64_t north_mm =
        ((int64_t)spot.y - (int64_t)map->centre * CITY_DRAFT_FINE) * STEP_MM / CITY_DRAFT_FINE;
    const int64_t permille = shrink_permille(map, east_mm, north_mm);
    east_mm = (east_mm + swing(draft, spot, 31)) * permille / 1000;
    north_mm = (north_mm + swing(draft, spot, 37)) * permille / 1000;
    for (uint32_t i = 0; i < map->barrier_count; i++) {
        if ((sides & 1u << i) != 0) {
            const struct city_barrier *barrier = &map->barriers[i];
            *(barrier->course == CITY_COURSE_EAST ? &north_mm : &east_mm) += barrier->width_mm;
        }
    }
    return (struct geo_point){
        .lat_e7 = (int32_t)(CITY_DRAFT_CENTRE_LAT_E7 + north_mm * LAT_E7_PER_KM / 1000000),
        .lon_e7 = (int32_t)(CITY_DRAFT_CENTRE_LON_E7 + east_mm * LON_E7_PER_KM / 1000000)};
}

static void must(bool ok)
{
    if (!ok) {
        fputs("sim: out of memory\n", stderr);
        exit(1);
    }
}

uint32_t city_draft_node(struct city_draft *draft, struct city_spot spot)
{
    struct streets *streets = &draft->streets;
    const struct road_builder_node node = {.name = (int64_t)streets->node_count + 1,
                                           .point = point_of(draft, spot)};
    must(streets_add_node(streets, node));
    return (uint32_t)streets->node_count - 1;
}

static void add_edge(struct city_draft *draft, uint32_t from, uint32_t to, enum road_class class)
{
    struct streets *streets = &draft->streets;
    const int64_t length_mm =
        geo_distance_mm(streets->nodes[from].point, streets->nodes[to].point) + 1000;
    must(streets_add_edge(
        streets, (struct road_builder_edge){
                     .from = streets->nodes[from].name,
                     .to = streets->nodes[to].name,
                     .length_m = (uint32_t)(length_mm / 1000), /* at least 1, and not too short */
                     .time_ms = (uint32_t)(length_mm * 36 / (speeds_kmh[class] * 10)),
                     .class = (uint8_t) class}));
}

void city_draft_street(struct city_draft *draft, uint32_t from, uint32_t to, enum road_class class,
                       int direction)
{
    CHECK(from != to);
    CHECK(from < draft->streets.node_count);
    CHECK(to < draft->streets.node_count);
    if (direction >= 0) {
        add_edge(draft, from, to, class);
    }
    if (direction <= 0) {
        add_edge(draft, to, from, class);
    }
}
