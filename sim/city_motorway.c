#include "sim/city_motorway.h"

#include <stdlib.h>

#include "base/check.h"
#include "sim/grow.h"

#define CELLS_MIN        150 /* of a city with motorways */
#define RING_PERMILLE    680 /* of the city's reach */
#define ARM_END_PERMILLE 1500
#define TURN             64 /* vertices of the ring */
#define QUARTER          (TURN / 4)
#define ARMS             5
#define APART            3  /* half the way between the carriageways, in parts of a step */
#define STRIDE           4  /* steps between two nodes */
#define JUNCTION_STEPS   28 /* between two junctions, about */
#define SEARCH           2  /* cells around a junction for a main road to join */

static const int32_t sines[QUARTER + 1] = {0,   98,  195, 290, 383, 471, 556, 634, 707,
                                           773, 831, 882, 924, 957, 981, 995, 1000};
static const int32_t arm_turns[ARMS] = {3, 16, 28, 41, 53};

/* A carriageway pair at work: the nodes where it was last. */
struct way {
    struct city_draft *draft;
    const struct city_fabric *fabric;
    const uint32_t *node_at;
    uint32_t out_node; /* of the carriageway that goes on; ROAD_NONE at the beginning */
    uint32_t back_node;
};

static int32_t sine(int32_t turn)
{
    const int32_t at = (turn % TURN + TURN) % TURN;
    const int32_t quarter = at / QUARTER;
    const int32_t part = quarter % 2 == 0 ? at % QUARTER : QUARTER - at % QUARTER;
    return quarter < 2 ? sines[part] : -sines[part];
}

/* The spot at `out` parts of a step from the centre, `permille` of the way to the next vertex. */
static struct city_spot spot_at(const struct city_map *map, int32_t turn, int32_t permille,
                                int32_t out)
{
    const int32_t cosine_here = sine(turn + QUARTER);
    const int32_t sine_here = sine(turn);
    const int32_t cosine = cosine_here + (sine(turn + 1 + QUARTER) - cosine_here) * permille / 1000;
    const int32_t height = sine_here + (sine(turn + 1) - sine_here) * permille / 1000;
    return (struct city_spot){.x = map->centre * CITY_DRAFT_FINE + out * cosine / 1000,
                              .y = map->centre * CITY_DRAFT_FINE + out * height / 1000};
}

static bool is_on_board(const struct city_map *map, struct city_spot spot)
{
    const int32_t end = city_map_steps(map) * CITY_DRAFT_FINE;
    return spot.x >= 0 && spot.y >= 0 && spot.x <= end && spot.y <= end;
}

/* The nearest corner where main roads meet, ROAD_NONE if there is none near; *corner is its place.
 */
static uint32_t main_corner(const struct way *way, struct city_spot spot, struct city_spot *corner)
{
    const int32_t cell = CITY_MAP_CELL * CITY_DRAFT_FINE;
    uint32_t nearest = ROAD_NONE;
    int64_t nearest_square = INT64_MAX;
    for (int32_t y = spot.y / cell - SEARCH + 1; y <= spot.y / cell + SEARCH; y++) {
        for (int32_t x = spot.x / cell - SEARCH + 1; x <= spot.x / cell + SEARCH; x++) {
            const int32_t side = way->fabric->side;
            if (x < 0 || y < 0 || x * CITY_MAP_CELL >= side || y * CITY_MAP_CELL >= side) {
                continue;
            }
            const uint32_t node =
                way->node_at[(size_t)y * CITY_MAP_CELL * (size_t)side + (size_t)x * CITY_MAP_CELL];
            const int64_t east = spot.x - x * cell;
            const int64_t north = spot.y - y * cell;
            if (node != ROAD_NONE && east * east + north * north < nearest_square) {
                nearest_square = east * east + north * north;
                nearest = node;
                *corner = (struct city_spot){.x = x * cell, .y = y * cell};
            }
        }
    }
    return nearest;
}

/* From one node to another with a node on the way, which goes by a little. */
static void ramp(struct way *way, uint32_t from, uint32_t to, struct city_spot middle)
{
    const uint32_t bend = city_draft_node(way->draft, middle);
    city_draft_street(way->draft, from, bend, ROAD_CLASS_TRUNK, 1);
    city_draft_street(way->draft, bend, to, ROAD_CLASS_TRUNK, 1);
}

/* Both carriageways have an exit and an entry. */
static void join_roads(struct way *way, struct city_spot spot)
{
    struct city_spot corner;
    const uint32_t node = main_corner(way, spot, &corner);
    if (node == ROAD_NONE) {
        return;
    }
    const struct city_spot middle = {.x = (spot.x + corner.x) / 2, .y = (spot.y + corner.y) / 2};
    const uint32_t ways[2] = {way->out_node, way->back_node};
    for (int32_t i = 0; i < 2; i++) {
        const int32_t aside = i == 0 ? 6 : -6;
        ramp(way, ways[i], node, (struct city_spot){.x = middle.x + aside, .y = middle.y + 3});
        ramp(way, node, ways[i], (struct city_spot){.x = middle.x + aside, .y = middle.y - 3});
    }
}

/* The next pair of nodes. */
static void go_on(struct way *way, struct city_spot out, struct city_spot back)
{
    const uint32_t out_node = city_draft_node(way->draft, out);
    const uint32_t back_node = city_draft_node(way->draft, back);
    if (way->out_node != ROAD_NONE) {
        city_draft_street(way->draft, way->out_node, out_node, ROAD_CLASS_MOTORWAY, 1);
        city_draft_street(way->draft, back_node, way->back_node, ROAD_CLASS_MOTORWAY, 1);
    }
    way->out_node = out_node;
    way->back_node = back_node;
}

/* The ring; arm_nodes get the nodes where the arms begin. */
static void draw_ring(struct way *way, int32_t radius, uint32_t arm_nodes[ARMS][2])
{
    const struct city_map *map = way->draft->map;
    const int32_t vertex_steps = radius / CITY_DRAFT_FINE * 628 / 100 / TURN + 1;
    const int32_t parts = vertex_steps / STRIDE + 1;
    const int32_t junction_vertices = JUNCTION_STEPS / vertex_steps + 1;
    uint32_t first_out = ROAD_NONE;
    uint32_t first_back = ROAD_NONE;
    for (int32_t i = 0; i < TURN * parts; i++) {
        const int32_t turn = i / parts;
        const int32_t permille = i % parts * 1000 / parts;
        go_on(way, spot_at(map, turn, permille, radius + APART),
              spot_at(map, turn, permille, radius - APART));
        if (i == 0) {
            first_out = way->out_node;
            first_back = way->back_node;
        }
        if (i % parts == 0 && turn % junction_vertices == 0) {
            join_roads(way, spot_at(map, turn, permille, radius));
        }
        for (int32_t arm = 0; arm < ARMS; arm++) {
            if (i % parts == 0 && turn == arm_turns[arm]) {
                arm_nodes[arm][0] = way->out_node;
                arm_nodes[arm][1] = way->back_node;
            }
        }
    }
    city_draft_street(way->draft, way->out_node, first_out, ROAD_CLASS_MOTORWAY, 1);
    city_draft_street(way->draft, first_back, way->back_node, ROAD_CLASS_MOTORWAY, 1);
}

static void draw_arm(struct way *way, int32_t turn, int32_t radius, const uint32_t ring[2])
{
    const struct city_map *map = way->draft->map;
    const int32_t end = map->reach * CITY_DRAFT_FINE * ARM_END_PERMILLE / 1000;
    const int32_t stride = STRIDE * CITY_DRAFT_FINE;
    int32_t count = 0;
    way->out_node = ROAD_NONE;
    way->back_node = ROAD_NONE;
    for (int32_t out = radius + stride; out < end; out += stride) {
        const struct city_spot spot = spot_at(map, turn, 0, out);
        const struct city_spot beside = {.x = spot.x - sine(turn) * 2 * APART / 1000,
                                         .y = spot.y + sine(turn + QUARTER) * 2 * APART / 1000};
        if (!is_on_board(map, spot) || !is_on_board(map, beside)) {
            break;
        }
        go_on(way, beside, spot);
        if (count == 0) {
            for (int i = 0; i < 2; i++) {
                city_draft_street(way->draft, ring[i], way->out_node, ROAD_CLASS_TRUNK, 1);
                city_draft_street(way->draft, way->back_node, ring[i], ROAD_CLASS_TRUNK, 1);
            }
        }
        count++;
        if (count % (JUNCTION_STEPS / STRIDE) == 0) {
            join_roads(way, spot);
        }
    }
}

void city_motorway_draw(struct city_draft *draft, const struct city_fabric *fabric,
                        const uint32_t *node_at)
{
    struct way way = {.draft = draft,
                      .fabric = fabric,
                      .node_at = node_at,
                      .out_node = ROAD_NONE,
                      .back_node = ROAD_NONE};
    const struct city_map *map = draft->map;
    const int32_t radius = map->reach * CITY_DRAFT_FINE * RING_PERMILLE / 1000;
    uint32_t arm_nodes[ARMS][2] = {{0}};
    if (map->built_count < CELLS_MIN) {
        return;
    }
    draw_ring(&way, radius, arm_nodes);
    for (int arm = 0; arm < ARMS; arm++) {
        draw_arm(&way, arm_turns[arm], radius, arm_nodes[arm]);
    }
}
