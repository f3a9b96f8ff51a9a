#include "sim/city_streets.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/sort.h"
#include "sim/city_draft.h"
#include "sim/city_fabric.h"
#include "sim/city_motorway.h"
#include "sim/grow.h"

#define NODES_PER_CELL      90 /* about; then see */
#define TRIES               4  /* to come near the number asked for */
#define NEAR_PERMILLE       15
#define LOST_PERMILLE       4  /* of the nodes are not joined to the others */
#define MAIN_BEND_PERMILLE  80 /* of the places on a main road where nothing meets it */
#define FIELD_BEND_PERMILLE 300
#define BEND_PERMILLE       30  /* of the streets between two junctions */
#define REACH_PERMILLE      985 /* of the nodes are in the city's circle */

/* A city being drawn. */
struct maker {
    struct random random;
    struct city_map map;
    struct city_fabric fabric;
    struct city_draft draft;
    uint32_t *node_at; /* by place of the fabric, or ROAD_NONE */
};

static bool chance(struct maker *maker, uint64_t permille)
{
    return random_below(&maker->random, 1000) < permille;
}

static size_t index_of(const struct maker *maker, int32_t x, int32_t y)
{
    return (size_t)y * (size_t)maker->fabric.side + (size_t)x;
}

static enum road_class class_of(uint8_t flags)
{
    return (enum road_class)((flags & CITY_FABRIC_CLASS) - 1);
}

static int direction_of(uint8_t flags)
{
    return (flags & CITY_FABRIC_FORWARD) != 0 ? 1 : (flags & CITY_FABRIC_BACKWARD) != 0 ? -1 : 0;
}

/* A main road goes straight on here, and nothing meets it. */
static bool is_plain(const struct maker *maker, int32_t x, int32_t y)
{
    const bool is_corner = x % CITY_MAP_CELL == 0 && y % CITY_MAP_CELL == 0;
    const bool is_main = x % CITY_MAP_CELL == 0 || y % CITY_MAP_CELL == 0;
    return is_main && !is_corner && city_fabric_degree(&maker->fabric, x, y) == 2 &&
           maker->fabric.stub[index_of(maker, x, y)] == 0;
}

static bool is_in_fields(const struct maker *maker, int32_t x, int32_t y)
{
    const int32_t cell = CITY_MAP_CELL;
    return city_map_ground(&maker->map, x / cell, y / cell) == CITY_GROUND_FIELD &&
           city_map_ground(&maker->map, (x - 1) / cell, (y - 1) / cell) == CITY_GROUND_FIELD;
}

static struct city_spot spot_of(int32_t x, int32_t y)
{
    return (struct city_spot){.x = x * CITY_DRAFT_FINE, .y = y * CITY_DRAFT_FINE};
}

static void draw_nodes(struct maker *maker)
{
    for (int32_t y = 0; y < maker->fabric.side; y++) {
        for (int32_t x = 0; x < maker->fabric.side; x++) {
            uint32_t *node = &maker->node_at[index_of(maker, x, y)];
            *node = ROAD_NONE;
            if (city_fabric_degree(&maker->fabric, x, y) == 0) {
                continue;
            }
            const uint32_t kept =
                is_in_fields(maker, x, y) ? FIELD_BEND_PERMILLE : MAIN_BEND_PERMILLE;
            if (!is_plain(maker, x, y) || chance(maker, kept)) {
                *node = city_draft_node(&maker->draft, spot_of(x, y));
            }
        }
    }
}

static void draw_street(struct maker *maker, uint32_t from, uint32_t to, struct city_spot middle,
                        uint8_t flags)
{
    const enum road_class class = class_of(flags);
    const int direction = direction_of(flags);
    if (class < ROAD_CLASS_RESIDENTIAL || !chance(maker, BEND_PERMILLE)) {
        city_draft_street(&maker->draft, from, to, class, direction);
        return;
    }
    middle.x += (int32_t)random_between(&maker->random, -3, 3);
    middle.y += (int32_t)random_between(&maker->random, -3, 3);
    const uint32_t bend = city_draft_node(&maker->draft, middle);
    city_draft_street(&maker->draft, from, bend, class, direction);
    city_draft_street(&maker->draft, bend, to, class, direction);
}

/* The streets along one line of places, from node to node. */
static void draw_line(struct maker *maker, int32_t line, bool is_east)
{
    const uint8_t *streets = is_east ? maker->fabric.east : maker->fabric.north;
    uint32_t from = ROAD_NONE;
    int32_t from_at = 0;
    uint8_t flags = 0;
    for (int32_t at = 0; at < maker->fabric.side; at++) {
        const int32_t x = is_east ? at : line;
        const int32_t y = is_east ? line : at;
        const uint32_t node = maker->node_at[index_of(maker, x, y)];
        if (node != ROAD_NONE) {
            const int32_t twice = (from_at + at) * CITY_DRAFT_FINE / 2;
            const int32_t across = line * CITY_DRAFT_FINE;
            if (flags != 0 && from != ROAD_NONE) {
                const struct city_spot middle = {.x = is_east ? twice : across,
                                                 .y = is_east ? across : twice};
                draw_street(maker, from, node, middle, flags);
            }
            from = node;
            from_at = at;
        }
        flags = streets[index_of(maker, x, y)];
        from = flags != 0 ? from : ROAD_NONE;
    }
}

static void draw_stubs(struct maker *maker)
{
    static const int32_t ways[5][2] = {{0, 0}, {1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    for (int32_t y = 0; y < maker->fabric.side; y++) {
        for (int32_t x = 0; x < maker->fabric.side; x++) {
            const uint8_t stub = maker->fabric.stub[index_of(maker, x, y)];
            if (stub == 0) {
                continue;
            }
            const int32_t *way = ways[stub % 8];
            const int32_t length = (int32_t)random_between(&maker->random, 6, 11);
            const int32_t aside = (int32_t)random_between(&maker->random, -3, 3);
            struct city_spot spot = spot_of(x, y);
            spot.x += way[0] * length + way[1] * aside;
            spot.y += way[1] * length + way[0] * aside;
            city_draft_street(&maker->draft, maker->node_at[index_of(maker, x, y)],
                              city_draft_node(&maker->draft, spot), class_of(stub / 8), 0);
        }
    }
}

static void draw(struct maker *maker, uint32_t cells, uint64_t seed)
{
    random_init(&maker->random, seed);
    const uint64_t map_seed = random_next(&maker->random);
    city_map_make(&maker->map, cells, map_seed);
    city_fabric_make(&maker->fabric, &maker->map, random_next(&maker->random));
    maker->draft = (struct city_draft){.map = &maker->map};
    maker->node_at =
        grow_new((size_t)maker->fabric.side * (size_t)maker->fabric.side, sizeof *maker->node_at);
    draw_nodes(maker);
    for (int32_t line = 0; line < maker->fabric.side; line++) {
        draw_line(maker, line, true);
        draw_line(maker, line, false);
    }
    draw_stubs(maker);
    city_motorway_draw(&maker->draft, &maker->fabric, maker->node_at);
}

static void erase(struct maker *maker)
{
    streets_free(&maker->draft.streets);
    free(maker->node_at);
    city_fabric_free(&maker->fabric);
    city_map_free(&maker->map);
}

/* Draws with as many cells as it takes. */
static void draw_about(struct maker *maker, uint32_t nodes, uint64_t seed)
{
    uint32_t cells = (nodes + NODES_PER_CELL / 2) / NODES_PER_CELL;
    for (int i = 0;; i++) {
        cells = cells > 0 ? cells : 1;
        draw(maker, cells, seed);
        const uint64_t got = maker->draft.streets.node_count * (1000 - LOST_PERMILLE) / 1000;
        CHECK(got > 0);
        const uint64_t off = got > nodes ? got - nodes : nodes - got;
        const uint32_t better = (uint32_t)((2 * (uint64_t)cells * nodes + got) / (2 * got));
        if (off * 1000 <= (uint64_t)nodes * NEAR_PERMILLE || i == TRIES || better == cells) {
            return;
        }
        erase(maker);
        cells = better;
    }
}

/* How far out REACH_PERMILLE of the nodes are. */
static int64_t measure_radius_m(const struct road_graph *graph)
{
    uint64_t *out_m = grow_new(graph->node_count, sizeof *out_m);
    uint64_t *scratch = grow_new(graph->node_count, sizeof *scratch);
    const struct geo_point centre = city_draft_point(0, 0);
    for (uint32_t node = 0; node < graph->node_count; node++) {
        out_m[node] = (uint64_t)geo_distance_mm(centre, graph->points[node]) / 1000;
    }
    sort_u64(out_m, scratch, graph->node_count);
    const int64_t radius_m =
        (int64_t)out_m[(uint64_t)(graph->node_count - 1) * REACH_PERMILLE / 1000];
    free(out_m);
    free(scratch);
    return radius_m;
}

void city_streets_make(struct city_streets *streets, uint32_t nodes, uint64_t seed)
{
    struct maker maker = {.node_at = NULL};
    struct road_builder_report report;
    struct input_error error;
    draw_about(&maker, nodes, seed);
    const struct roads_source source = {.name = "city",
                                        .input = streets_input(&maker.draft.streets)};
    if (!roads_make(&streets->roads, &source, &report, &error)) {
        fprintf(stderr, "sim: %s\n", error.text); /* no memory: all else is sound */
        exit(1);
    }
    streets->radius_m = measure_radius_m(&streets->roads.graph);
    erase(&maker);
}

void city_streets_free(struct city_streets *streets)
{
    roads_close(&streets->roads);
}
