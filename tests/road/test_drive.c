/* Whoever drives on from where the drive has got to must be as soon there. */
#include <criterion/criterion.h>

#include "maze.h"
#include "road/drive.h"

/* The same by unpacking the whole drive and walking it arc by arc. */
static bool walk_ahead(const struct maze *maze, struct road_query *query, struct road_place from,
                       struct road_place to, int64_t driven_ms, struct road_place *place,
                       int64_t *reached_ms)
{
    uint32_t arcs[128];
    size_t count = 0;
    int64_t at_ms = 0;
    *place = driven_ms <= 0 ? from : to;
    *reached_ms = 0;
    if (driven_ms <= 0)
        return true;
    if (road_query_path(query, from, to, arcs, 128, &count) != ROAD_PATH_OK)
        return false;
    for (size_t i = 0; i < count; i++) {
        const uint32_t weight = maze->metric.weights_ms[arcs[i]];
        const bool last = i + 1 == count;
        const bool ends = last && to.arc == arcs[i];
        const bool begins = i == 0 && from.arc == arcs[i];
        at_ms += ends ? road_place_before_ms(to, weight) : weight;
        at_ms -= begins ? road_place_before_ms(from, weight) : 0;
        *place = last ? to : road_place_at_node(maze->graph.head[arcs[i]]);
        *reached_ms = at_ms;
        if (at_ms >= driven_ms)
            break;
    }
    return true;
}

/* Ask for one moment of the drive; true when it is a node before its end. */
static bool check_ahead(struct maze *maze, struct road_drive *drive, struct road_place from,
                        struct road_place to, int64_t driven_ms)
{
    const int64_t whole_ms = road_query_time(drive->query, from, to);
    struct road_place place = {7, 7, 7};
    int64_t reached_ms = -1;
    const bool found = road_drive_ahead(drive, from, to, driven_ms, &place, &reached_ms);
    cr_assert_eq(found, driven_ms == 0 || whole_ms < ROAD_UNREACHABLE_MS);
    if (!found) {
        cr_assert_eq(reached_ms, -1);
        return false;
    }
    if (driven_ms == 0) {
        cr_assert(road_place_equal(place, from) && reached_ms == 0);
        return false;
    }
    cr_assert_eq(reached_ms + road_query_time(drive->query, place, to), whole_ms);
    cr_assert(reached_ms >= driven_ms || road_place_equal(place, to));
    struct road_place walked;
    int64_t walked_ms;
    cr_assert(walk_ahead(maze, drive->query, from, to, driven_ms, &walked, &walked_ms));
    cr_assert(road_place_equal(place, walked) && reached_ms == walked_ms);
    return !road_place_equal(place, to);
}

Test(drive, passes_nodes_on_a_shortest_way)
{
    uint32_t turned = 0;
    for (uint64_t seed = 0; seed < 4 * MAZE_SHAPE_COUNT; seed++) {
        struct maze *maze = maze_make((enum maze_shape)(seed % MAZE_SHAPE_COUNT), seed);
        struct road_query *query = road_query_init(&maze->arena, &maze->metric);
        struct road_drive drive;
        struct road_rows rows;
        cr_assert_not_null(query);
        cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
        road_drive_init(&drive, &maze->metric, query);
        for (int i = 0; i < 300; i++) {
            road_query_use_rows(query, i % 2 == 0 ? &rows : NULL);
            const struct road_place from = maze_place(maze);
            const struct road_place to = maze_place(maze);
            turned += check_ahead(maze, &drive, from, to, random_between(&maze->random, 0, 60));
        }
        maze_free(maze);
    }
    cr_assert_gt(turned, 500);
}

/* Of a few drives that are asked about again and again, while now and then a road gets slower or is
 * closed: what is remembered is what would be found. */
Test(drive, is_remembered_only_while_it_holds)
{
    uint32_t turned = 0;
    for (uint64_t seed = 0; seed < 4 * MAZE_SHAPE_COUNT; seed++) {
        struct maze *maze = maze_make((enum maze_shape)(seed % MAZE_SHAPE_COUNT), seed);
        struct road_query *query = road_query_init(&maze->arena, &maze->metric);
        struct road_place places[6];
        struct road_drive drive;
        cr_assert_not_null(query);
        road_drive_init(&drive, &maze->metric, query);
        for (int i = 0; i < 6; i++)
            places[i] = maze_place(maze);
        for (int i = 0; i < 600; i++) {
            const int64_t pair = random_between(&maze->random, 0, 35);
            if (i % 50 == 49) {
                const uint32_t last = maze->graph.arc_count - 1;
                const int64_t weight_ms = random_between(&maze->random, 0, 20);
                (void)road_metric_set(&maze->metric,
                                      (uint32_t)random_between(&maze->random, 0, last),
                                      weight_ms == 0 ? ROAD_CLOSED : (uint32_t)weight_ms);
            }
            turned += check_ahead(maze, &drive, places[pair / 6], places[pair % 6],
                                  random_between(&maze->random, 0, 30));
        }
        maze_free(maze);
    }
    cr_assert_gt(turned, 500);
}
