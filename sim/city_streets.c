#include "sim/city_streets.h"

#include <stdlib.h>

#include "base/check.h"
#include "sim/grow.h"

#define SPACING_M           120 /* of the lattice */
#define JITTER_M            30
#define ARTERIAL_EVERY      8 /* lattice lines */
#define LAT_E7_PER_KM       89932
#define LON_E7_PER_KM       146726 /* at the town's latitude */
#define CROSSROADS_PERMILLE 500    /* of all nodes; the rest are bends and dead ends */
#define KEPT_PERMILLE       820    /* of the residential streets */
#define BEND_PERMILLE       450
#define DEAD_END_PERMILLE   200
#define STOP_MS             1500 /* what a crossing takes besides driving */
#define NODES_PER_CROSSROAD 4    /* at most: itself, two bends, a dead end */
#define EDGES_PER_CROSSROAD 10

enum street { STREET_RESIDENTIAL, STREET_ARTERIAL, STREET_RING };

static const int32_t speeds_kmh[] = {
    [STREET_RESIDENTIAL] = 32, [STREET_ARTERIAL] = 48, [STREET_RING] = 64};

static const uint8_t classes[] = {[STREET_RESIDENTIAL] = ROAD_CLASS_RESIDENTIAL,
                                  [STREET_ARTERIAL] = ROAD_CLASS_SECONDARY,
                                  [STREET_RING] = ROAD_CLASS_PRIMARY};

struct maker {
    struct random random;
    int32_t radius; /* in lattice steps */
    struct road_builder_node *nodes;
    size_t node_count;
    size_t node_capacity;
    struct road_builder_edge *edges;
    size_t edge_count;
    size_t edge_capacity;
    uint32_t *at; /* node of each lattice point, or ROAD_NONE */
};

struct geo_point city_streets_point(int64_t east_m, int64_t north_m)
{
    return (struct geo_point){
        .lat_e7 = (int32_t)(CITY_CENTRE_LAT_E7 + north_m * LAT_E7_PER_KM / 1000),
        .lon_e7 = (int32_t)(CITY_CENTRE_LON_E7 + east_m * LON_E7_PER_KM / 1000)};
}

int64_t city_streets_east_m(struct geo_point point)
{
    return ((int64_t)point.lon_e7 - CITY_CENTRE_LON_E7) * 1000 / LON_E7_PER_KM;
}

int64_t city_streets_north_m(struct geo_point point)
{
    return ((int64_t)point.lat_e7 - CITY_CENTRE_LAT_E7) * 1000 / LAT_E7_PER_KM;
}

static bool chance(struct maker *maker, uint64_t permille)
{
    return random_below(&maker->random, 1000) < permille;
}

static int32_t distance(int32_t value)
{
    return value < 0 ? -value : value;
}

static uint32_t add_node(struct maker *maker, int64_t east_m, int64_t north_m)
{
    CHECK(maker->node_count < maker->node_capacity);
    maker->nodes[maker->node_count] = (struct road_builder_node){
        .name = (int64_t)maker->node_count + 1, .point = city_streets_point(east_m, north_m)};
    return (uint32_t)maker->node_count++;
}

static void add_edge(struct maker *maker, uint32_t from, uint32_t to, enum street street)
{
    CHECK(maker->edge_count < maker->edge_capacity);
    const int64_t length_mm = geo_distance_mm(maker->nodes[from].point, maker->nodes[to].point) + 1;
    maker->edges[maker->edge_count++] = (struct road_builder_edge){
        .from = maker->nodes[from].name,
        .to = maker->nodes[to].name,
        .length_m = (uint32_t)(length_mm / 1000 + 1), /* up */
        .time_ms = (uint32_t)(length_mm * 36 / (speeds_kmh[street] * 10) + STOP_MS),
        .class = classes[street],
    };
}

/* A street between two nodes; one-way: 1 from the first to the second, -1 back, 0 both. */
static void add_street(struct maker *maker, uint32_t from, uint32_t to, enum street street,
                       int one_way)
{
    if (one_way >= 0) {
        add_edge(maker, from, to, street);
    }
    if (one_way <= 0) {
        add_edge(maker, to, from, street);
    }
}

static uint32_t *lattice(struct maker *maker, int32_t x, int32_t y)
{
    const int32_t side = 2 * maker->radius + 1;
    return &maker->at[(size_t)(y + maker->radius) * (size_t)side + (size_t)(x + maker->radius)];
}

/* Which bank of the river, and which side of the railway; both wind a little. */
static bool is_north(const struct maker *maker, int32_t x, int32_t y)
{
    return y > maker->radius / 4 + distance(x % 12) / 3;
}

static bool is_east(const struct maker *maker, int32_t x, int32_t y)
{
    return x > -maker->radius / 3 + distance(y % 20) / 5;
}

static bool is_arterial(int32_t line)
{
    return distance(line) % ARTERIAL_EVERY == 0;
}

/* May a street cross the river or the railway? Every second arterial does. */
static bool is_cut(const struct maker *maker, int32_t x, int32_t y, int32_t to_x, int32_t to_y)
{
    const bool over_river = is_north(maker, x, y) != is_north(maker, to_x, to_y);
    const bool over_railway = is_east(maker, x, y) != is_east(maker, to_x, to_y);
    if (over_river && !(x == to_x && distance(x) % (2 * ARTERIAL_EVERY) == 0)) {
        return true;
    }
    return over_railway && !(y == to_y && distance(y) % (2 * ARTERIAL_EVERY) == 0);
}

static bool is_ring(const struct maker *maker, int32_t x, int32_t y)
{
    const int32_t farther = distance(x) > distance(y) ? distance(x) : distance(y);
    return farther == maker->radius * 3 / 5;
}

static enum street street_of(const struct maker *maker, int32_t x, int32_t y, int32_t to_x,
                             int32_t to_y)
{
    if (is_ring(maker, x, y) && is_ring(maker, to_x, to_y)) {
        return STREET_RING;
    }
    return is_arterial(x == to_x ? x : y) ? STREET_ARTERIAL : STREET_RESIDENTIAL;
}

/* Streets in the centre alternate, line by line. */
static int direction_of(struct maker *maker, int32_t x, int32_t y, int32_t line)
{
    const int32_t centre = maker->radius / 3;
    const bool is_central = x * x + y * y < centre * centre;
    if (!chance(maker, is_central ? 700 : 40)) {
        return 0;
    }
    return distance(line) % 2 == 0 ? 1 : -1;
}

static void add_residential(struct maker *maker, uint32_t from, uint32_t to, int one_way)
{
    if (!chance(maker, BEND_PERMILLE)) {
        add_street(maker, from, to, STREET_RESIDENTIAL, one_way);
        return;
    }
    const struct geo_point middle =
        geo_between(maker->nodes[from].point, maker->nodes[to].point, 500);
    const uint32_t bend =
        add_node(maker, city_streets_east_m(middle) + random_between(&maker->random, -25, 25),
                 city_streets_north_m(middle) + random_between(&maker->random, -25, 25));
    add_street(maker, from, bend, STREET_RESIDENTIAL, one_way);
    add_street(maker, bend, to, STREET_RESIDENTIAL, one_way);
}

/* The street from a lattice point to its neighbour, if there is one. */
static void add_lattice_street(struct maker *maker, int32_t x, int32_t y, int32_t to_x,
                               int32_t to_y)
{
    const uint32_t from = *lattice(maker, x, y);
    const uint32_t to =
        to_x > maker->radius || to_y > maker->radius ? ROAD_NONE : *lattice(maker, to_x, to_y);
    if (from == ROAD_NONE || to == ROAD_NONE || is_cut(maker, x, y, to_x, to_y)) {
        return;
    }
    const enum street street = street_of(maker, x, y, to_x, to_y);
    if (street != STREET_RESIDENTIAL) {
        add_street(maker, from, to, street, 0);
    } else if (chance(maker, KEPT_PERMILLE)) {
        add_residential(maker, from, to, direction_of(maker, x, y, x == to_x ? x : y));
    }
}

static void add_dead_end(struct maker *maker, int32_t x, int32_t y)
{
    const uint32_t from = *lattice(maker, x, y);
    if (from == ROAD_NONE || !chance(maker, DEAD_END_PERMILLE)) {
        return;
    }
    const struct geo_point point = maker->nodes[from].point;
    const uint32_t end =
        add_node(maker, city_streets_east_m(point) + random_between(&maker->random, 25, 55),
                 city_streets_north_m(point) + random_between(&maker->random, 25, 55));
    add_street(maker, from, end, STREET_RESIDENTIAL, 0);
}

static void make_lattice(struct maker *maker)
{
    const int32_t radius = maker->radius;
    for (int32_t y = -radius; y <= radius; y++) {
        for (int32_t x = -radius; x <= radius; x++) {
            const int64_t east_m =
                x * SPACING_M + random_between(&maker->random, -JITTER_M, JITTER_M);
            const int64_t north_m =
                y * SPACING_M + random_between(&maker->random, -JITTER_M, JITTER_M);
            *lattice(maker, x, y) =
                x * x + y * y <= radius * radius ? add_node(maker, east_m, north_m) : ROAD_NONE;
        }
    }
    for (int32_t y = -radius; y <= radius; y++) {
        for (int32_t x = -radius; x <= radius; x++) {
            add_lattice_street(maker, x, y, x + 1, y);
            add_lattice_street(maker, x, y, x, y + 1);
            add_dead_end(maker, x, y);
        }
    }
}

/* The smallest circle with so many lattice points in it, by its area. */
static int32_t radius_for(uint32_t crossroads)
{
    int32_t radius = 4;
    while ((int64_t)radius * radius * 3142 < (int64_t)crossroads * 1000) {
        radius++;
    }
    return radius;
}

void city_streets_make(struct city_streets *streets, uint32_t nodes, uint64_t seed)
{
    struct maker maker = {.radius =
                              radius_for((uint32_t)((uint64_t)nodes * CROSSROADS_PERMILLE / 1000))};
    const size_t side = 2 * (size_t)maker.radius + 1;
    random_init(&maker.random, seed);
    maker.node_capacity = side * side * NODES_PER_CROSSROAD;
    maker.edge_capacity = side * side * EDGES_PER_CROSSROAD;
    maker.nodes = grow_new(maker.node_capacity, sizeof *maker.nodes);
    maker.edges = grow_new(maker.edge_capacity, sizeof *maker.edges);
    maker.at = grow_new(side * side, sizeof *maker.at);
    make_lattice(&maker);

    const struct road_builder_input input = {.nodes = maker.nodes,
                                             .node_count = maker.node_count,
                                             .edges = maker.edges,
                                             .edge_count = maker.edge_count};
    const size_t size = road_builder_cost(maker.node_count, maker.edge_count);
    struct road_builder_report report;
    struct arena arena;
    streets->memory = grow_new(size, 1);
    streets->radius_m = (int64_t)maker.radius * SPACING_M;
    arena_init(&arena, streets->memory, size);
    CHECK(road_builder_make(&input, &arena, &streets->graph, &report) == ROAD_BUILDER_OK);
    free(maker.nodes);
    free(maker.edges);
    free(maker.at);
}

void city_streets_free(struct city_streets *streets)
{
    free(streets->memory);
}
