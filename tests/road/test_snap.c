#include "road/snap.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/road/maze.h"
#include "tests/town.h"

/* A two-way street a-b, a one-way street b>c, and a road down from b. */
static const char MAP[] = "a---b>>>c\n"
                          "    |   |\n"
                          "    |   |\n"
                          "    d---e\n";

struct row {
    char near;
    int32_t east_m;
    int32_t north_m;
    int32_t heading_deg;
    const char *arc; /* expected: an arc "ab" or a node "a" */
    int32_t along_permille;
    int64_t distance_mm; /* to the nearest metre */
    char nearest;
};

static void check_rows(const struct town *town, bool kerb, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        struct geo_point point = town_point(town, row->near, row->east_m, row->north_m);
        struct road_snap snap;
        bool near = kerb ? road_snap_kerb(town->network.snapper, point, ROAD_SNAP_MAX_MM, &snap)
                         : road_snap_vehicle(town->network.snapper, point, row->heading_deg,
                                             ROAD_SNAP_MAX_MM, &snap);
        struct road_place expected = town_place(town, row->arc, row->along_permille);
        cr_expect_eq(near, row->distance_mm <= ROAD_SNAP_MAX_MM, "row %zu", i);
        cr_expect_eq(snap.place.arc, expected.arc, "row %zu", i);
        cr_expect_eq(snap.place.node, expected.node, "row %zu", i);
        cr_expect(snap.place.along_permille >= expected.along_permille - 2 &&
                      snap.place.along_permille <= expected.along_permille + 2,
                  "row %zu along %d", i, snap.place.along_permille);
        cr_expect(snap.distance_mm >= row->distance_mm - 1000 &&
                      snap.distance_mm <= row->distance_mm + 1000,
                  "row %zu distance %ld", i, (long)snap.distance_mm);
        cr_expect_eq(snap.nearest_node, town_node(town, row->nearest), "row %zu", i);
    }
}

Test(snap, kerb_is_on_the_side_that_cars_stop_on)
{
    static const struct row LEFT[] = {
        {'a', 100, 20, -1, "ab", 250, 20000, 'a'},   {'a', 100, -20, -1, "ba", 750, 20000, 'a'},
        {'a', 300, 20, -1, "ab", 750, 20000, 'b'},   {'b', 100, 20, -1, "bc", 250, 20000, 'b'},
        {'b', 100, -20, -1, "bc", 250, 20000, 'b'},  {'b', 20, -100, -1, "bd", 333, 20000, 'b'},
        {'b', -20, -200, -1, "db", 333, 20000, 'd'}, {'a', -50, 0, -1, "a", 0, 50000, 'a'},
        {'a', -400, 0, -1, "a", 0, 400000, 'a'},
    };
    static const struct row RIGHT[] = {
        {'a', 100, 20, -1, "ba", 750, 20000, 'a'},
        {'a', 100, -20, -1, "ab", 250, 20000, 'a'},
        {'b', 100, -20, -1, "bc", 250, 20000, 'b'},
    };
    struct town *town = town_from_map(MAP, true);
    check_rows(town, true, LEFT, sizeof LEFT / sizeof LEFT[0]);
    town_free(town);
    town = town_from_map(MAP, false);
    check_rows(town, true, RIGHT, sizeof RIGHT / sizeof RIGHT[0]);
    town_free(town);
}

Test(snap, vehicle_is_on_the_street_that_it_follows)
{
    static const struct row ROWS[] = {
        {'a', 100, 5, 90, "ab", 250, 5000, 'a'},    {'a', 100, 5, 270, "ba", 750, 5000, 'a'},
        {'a', 100, -5, 50, "ab", 250, 5000, 'a'},   {'a', 100, -5, 310, "ba", 750, 5000, 'a'},
        {'b', 20, -30, 180, "bd", 100, 20000, 'b'}, {'b', 20, -30, 0, "db", 900, 20000, 'b'},
        {'b', 30, -20, 90, "bc", 75, 20000, 'b'},   {'b', 30, -20, 270, "b", 0, 36000, 'b'},
        {'b', 30, -10, 180, "bd", 33, 30000, 'b'},  {'a', 100, 5, -1, "ab", 250, 5000, 'a'},
        {'a', 100, -5, -1, "ba", 750, 5000, 'a'},
    };
    struct town *town = town_from_map(MAP, true);
    check_rows(town, false, ROWS, sizeof ROWS / sizeof ROWS[0]);
    town_free(town);
}

Test(snap, kerb_passes_over_motorways_unless_nothing_else_is_near)
{
    struct town *town = town_from_map("a-b\n"
                                      "|  \n"
                                      "c-d\n",
                                      true);
    uint8_t classes[16];
    memcpy(classes, town->graph.class, town->graph.arc_count);
    classes[town_arc(town, "ab")] = ROAD_CLASS_MOTORWAY;
    classes[town_arc(town, "ba")] = ROAD_CLASS_TRUNK;
    town->graph.class = classes;
    static const struct row ROWS[] = {
        {'b', -50, -40, -1, "ac", 200, 150000, 'b'}, /* 150 m off, though a-b is at 40 */
        {'b', -50, 200, -1, "a", 0, 250000, 'b'},
        {'b', 400, 0, -1, "d", 0, 447000, 'b'},
    };
    check_rows(town, true, ROWS, sizeof ROWS / sizeof ROWS[0]);
    struct road_snap snap;
    cr_expect(road_snap_kerb(town->network.snapper, town_point(town, 'b', -50, -10), 20000, &snap));
    cr_expect_eq(snap.place.arc, town_arc(town, "ba"));
    cr_expect(road_snap_vehicle(town->network.snapper, town_point(town, 'b', -50, -10), 90, 20000,
                                &snap));
    cr_expect_eq(snap.place.arc, town_arc(town, "ab"));
    town_free(town);
}

static int64_t nearest_arc_mm(const struct road_graph *graph, struct geo_point point, bool kerb)
{
    int64_t least = INT64_MAX;
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        uint32_t low = graph->tail[arc] < graph->head[arc] ? graph->tail[arc] : graph->head[arc];
        uint32_t high = graph->tail[arc] ^ graph->head[arc] ^ low;
        struct geo_projection at = geo_project(point, graph->points[low], graph->points[high]);
        if (!(kerb && graph->class[arc] <= ROAD_CLASS_TRUNK) && at.distance_mm < least)
            least = at.distance_mm;
    }
    return least;
}

static uint32_t nearest_node(const struct road_graph *graph, struct geo_point point)
{
    uint32_t best = 0;
    for (uint32_t v = 1; v < graph->node_count; v++) {
        if (geo_distance_mm(point, graph->points[v]) < geo_distance_mm(point, graph->points[best]))
            best = v;
    }
    return best;
}

/* Random graphs of long arcs criss-cross, points in and around them: the grid finds what looking at
 * every arc finds. */
Test(snap, finds_the_nearest_of_all)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        struct maze *maze = maze_make((enum maze_shape)shape, 5);
        struct road_snapper *snapper = road_snapper_init(&maze->arena, &maze->graph, true);
        cr_assert_not_null(snapper);
        for (int i = 0; i < 2000; i++) {
            int64_t spread = i % 10 == 0 ? 20000000 : 40000;
            struct geo_point point = {
                (int32_t)(514030000 + random_between(&maze->random, -spread, spread)),
                (int32_t)(-30960000 + 2 * random_between(&maze->random, -spread, spread))};
            struct road_snap snap;
            bool near = road_snap_vehicle(snapper, point, ROAD_HEADING_UNKNOWN, 0, &snap);
            cr_assert_eq(snap.distance_mm, nearest_arc_mm(&maze->graph, point, false));
            cr_assert_eq(snap.nearest_node, nearest_node(&maze->graph, point));
            cr_assert_eq(near, snap.distance_mm == 0);
            near = road_snap_kerb(snapper, point, 0, &snap);
            cr_assert_eq(snap.distance_mm, nearest_arc_mm(&maze->graph, point, true));
            cr_assert_eq(near, snap.distance_mm == 0);
            cr_assert(road_place_valid(&maze->graph, snap.place));
        }
        maze_free(maze);
    }
}

Test(snap, costs_what_it_says_and_refuses_less)
{
    struct maze *maze = maze_make(MAZE_DENSE, 1);
    static uint8_t block[1 << 18] __attribute__((aligned(16)));
    struct arena arena;
    size_t cost = road_snapper_cost(&maze->graph);
    cr_assert_leq(cost, sizeof block);
    arena_init(&arena, block, cost - 16);
    cr_expect_null(road_snapper_init(&arena, &maze->graph, true));
    cr_expect_eq(arena.used, 0);
    arena_init(&arena, block, cost);
    cr_expect_not_null(road_snapper_init(&arena, &maze->graph, true));
    cr_expect_eq(arena.used, cost);
    maze_free(maze);
}
