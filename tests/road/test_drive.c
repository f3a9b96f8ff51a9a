/* Whoever drives on from where the drive has got to must be as soon there. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "maze.h"
#include "road/drive.h"

Test(drive, passes_nodes_on_a_shortest_way)
{
    uint32_t turned = 0;
    for (uint64_t seed = 0; seed < 4 * MAZE_SHAPE_COUNT; seed++) {
        struct maze *maze = maze_make((enum maze_shape)(seed % MAZE_SHAPE_COUNT), seed);
        const size_t size = road_query_cost(&maze->hierarchy) + road_drive_cost(&maze->hierarchy);
        void *block = calloc(1, size);
        struct arena arena;
        struct road_drive drive;
        arena_init(&arena, block, size);
        struct road_query *query = road_query_init(&arena, &maze->metric);
        cr_assert(road_drive_init(&drive, &arena, &maze->metric, query));
        for (int i = 0; i < 300; i++) {
            const struct road_place from = maze_place(maze);
            const struct road_place to = maze_place(maze);
            const int64_t whole_ms = road_query_time(query, from, to);
            const int64_t driven_ms = random_between(&maze->random, 0, 60);
            struct road_place place = {7, 7, 7};
            int64_t reached_ms = -1;
            const bool found = road_drive_ahead(&drive, from, to, driven_ms, &place, &reached_ms);
            cr_assert_eq(found, driven_ms == 0 || whole_ms < ROAD_UNREACHABLE_MS);
            if (!found) {
                cr_assert_eq(reached_ms, -1);
                continue;
            }
            if (driven_ms == 0) {
                cr_assert(road_place_equal(place, from) && reached_ms == 0);
                continue;
            }
            cr_assert_eq(reached_ms + road_query_time(query, place, to), whole_ms);
            cr_assert(reached_ms >= driven_ms || road_place_equal(place, to));
            turned += !road_place_equal(place, to);
        }
        free(block);
        maze_free(maze);
    }
    cr_assert_gt(turned, 500);
}
