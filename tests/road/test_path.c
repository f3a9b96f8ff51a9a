/* The path that the header promises, worked out from its words alone: no rows, no memory, no stack,
 * every node asked. Found in rows or by walking the tree, a path must be that one. */
#include "road/path.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/road/maze.h"

#define SEEDS     8
#define NODES_MAX 64

/* What the promise calls "the way up" from one end, by rank. */
struct ascent {
    uint32_t ms[NODES_MAX];
    uint32_t via[NODES_MAX]; /* arc from the lowest rank that gives it */
};

struct drive {
    uint32_t arcs[NODES_MAX];
    size_t count;
};

static uint32_t value_of(const struct road_metric *metric, uint32_t arc, bool down)
{
    return down ? metric->down_ms[arc] : metric->up_ms[arc];
}

static void ascend(const struct maze *maze, uint32_t end, bool down, struct ascent *ascent)
{
    const struct road_hierarchy *h = &maze->hierarchy;
    for (uint32_t x = 0; x < h->node_count; x++)
        ascent->ms[x] = ROAD_FAR_MS;
    ascent->ms[end] = 0;
    for (uint32_t x = 0; x < h->node_count; x++) {
        for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
            uint32_t ms = ascent->ms[x] + value_of(&maze->metric, arc, down);
            uint32_t y = h->up_head[arc];
            if (ms < ascent->ms[y]) {
                ascent->ms[y] = ms;
                ascent->via[y] = arc;
            }
        }
    }
}

/* The arcs of the graph that a chain stands for. */
static void unpack(const struct maze *maze, const uint32_t *chain, const bool *chain_down,
                   size_t chain_count, struct drive *drive)
{
    const struct road_metric *metric = &maze->metric;
    const struct road_hierarchy *h = &maze->hierarchy;
    uint32_t arcs[4 * NODES_MAX];
    bool downs[4 * NODES_MAX];
    size_t count = 0;
    drive->count = 0;
    for (size_t i = chain_count; i-- > 0; count++) {
        arcs[count] = chain[i];
        downs[count] = chain_down[i];
    }
    while (count > 0) {
        uint32_t arc = arcs[--count];
        bool down = downs[count];
        uint32_t value = value_of(metric, arc, down);
        uint32_t input = down ? h->input_down[arc] : h->input_up[arc];
        if (input != ROAD_NONE && metric->weights_ms[input] == value) {
            drive->arcs[drive->count++] = input;
            continue;
        }
        uint32_t from = down ? h->up_head[arc] : h->up_tail[arc];
        uint32_t to = down ? h->up_tail[arc] : h->up_head[arc];
        bool found = false;
        for (uint32_t v = 0; v < h->up_tail[arc] && !found; v++) {
            uint32_t first = road_hierarchy_arc(h, v, from);
            uint32_t second = road_hierarchy_arc(h, v, to);
            if (first == ROAD_NONE || second == ROAD_NONE ||
                metric->down_ms[first] + metric->up_ms[second] != value)
                continue;
            found = true;
            arcs[count] = second;
            downs[count++] = false;
            arcs[count] = first;
            downs[count++] = true;
        }
        cr_assert(found);
    }
}

/* The promised path; false when there is none. */
static bool promised(const struct maze *maze, uint32_t from, uint32_t to, struct drive *drive)
{
    const struct road_hierarchy *h = &maze->hierarchy;
    struct ascent ascents[2];
    uint32_t best = ROAD_FAR_MS;
    uint32_t meeting = ROAD_NONE;
    uint32_t chain[2 * NODES_MAX] = {0};
    bool downs[2 * NODES_MAX] = {false};
    size_t count = 0;
    ascend(maze, from, false, &ascents[0]);
    ascend(maze, to, true, &ascents[1]);
    for (uint32_t x = 0; x < h->node_count; x++) {
        if (ascents[0].ms[x] + ascents[1].ms[x] < best) {
            best = ascents[0].ms[x] + ascents[1].ms[x];
            meeting = x;
        }
    }
    if (meeting == ROAD_NONE)
        return false;
    for (uint32_t x = meeting; x != from; x = h->up_tail[ascents[0].via[x]])
        count++;
    for (uint32_t x = meeting, i = (uint32_t)count; x != from; x = h->up_tail[ascents[0].via[x]]) {
        chain[--i] = ascents[0].via[x];
        downs[i] = false;
    }
    for (uint32_t x = meeting; x != to; x = h->up_tail[ascents[1].via[x]]) {
        chain[count] = ascents[1].via[x];
        downs[count++] = true;
    }
    unpack(maze, chain, downs, count, drive);
    return true;
}

static void check_drive(struct maze *maze, struct road_path *path, const struct road_rows *rows,
                        uint32_t from, uint32_t to, const struct drive *drive, size_t step)
{
    uint32_t arcs[NODES_MAX + 1];
    size_t count = 0;
    int64_t sum_ms = 0;
    int64_t left_m = 0;
    for (size_t i = 0; i < drive->count; i++)
        left_m += maze->graph.length_m[drive->arcs[i]];
    cr_assert(road_path_find(path, rows, from, to));
    cr_assert_eq(road_path_take_length(path), left_m);
    cr_assert_eq(road_path_take(path, arcs, NODES_MAX), 0);
    cr_assert(road_path_find(path, rows, from, to));
    for (size_t taken = step; taken == step; count += taken)
        taken = road_path_take(path, arcs + count, step);
    cr_assert_eq(count, drive->count);
    cr_assert(memcmp(arcs, drive->arcs, count * sizeof *arcs) == 0);
    for (size_t i = 0; i < count; i++) {
        cr_assert(road_path_find(path, rows, from, to));
        int64_t weight_ms = maze->metric.weights_ms[arcs[i]];
        int64_t ms = sum_ms + random_between(&maze->random, 1, weight_ms);
        cr_assert_eq(road_path_skip(path, ms), sum_ms);
        uint32_t next = ROAD_NONE;
        cr_assert_eq(road_path_take(path, &next, 1), 1);
        cr_assert_eq(next, arcs[i]);
        sum_ms += weight_ms;
        left_m -= maze->graph.length_m[next];
        cr_assert_eq(road_path_take_length(path), left_m);
    }
    cr_assert(road_path_find(path, rows, from, to));
    cr_assert_eq(road_path_skip(path, 0), 0);
    cr_assert_eq(road_path_skip(path, sum_ms + 1), sum_ms);
    cr_assert_eq(road_path_take(path, arcs, NODES_MAX), 0);
    cr_assert(rows == NULL || road_rows_time(rows, from, to) == sum_ms);
}

/* Weights up to `most`: 1 makes almost all paths equal in time. */
static void set_weights(struct maze *maze, int64_t most)
{
    for (uint32_t arc = 0; arc < maze->graph.arc_count; arc++)
        maze->metric.weights_ms[arc] = random_below(&maze->random, 9) == 0
                                           ? ROAD_CLOSED
                                           : (uint32_t)random_between(&maze->random, 1, most);
    road_metric_customize(&maze->metric);
}

static uint32_t check_all(struct maze *maze, struct road_path *path, const struct road_rows *rows)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < 250; i++) {
        uint32_t from = (uint32_t)random_below(&maze->random, maze->hierarchy.node_count);
        uint32_t to = (uint32_t)random_below(&maze->random, maze->hierarchy.node_count);
        struct drive drive;
        if (!promised(maze, from, to, &drive)) {
            cr_assert_not(road_path_find(path, NULL, from, to));
            cr_assert_not(road_path_find(path, rows, from, to));
            continue;
        }
        check_drive(maze, path, NULL, from, to, &drive, 1 + i % 5);
        check_drive(maze, path, rows, from, to, &drive, 1 + i % 7);
        found++;
    }
    return found;
}

Test(path, is_the_one_promised_with_rows_and_without)
{
    static const int64_t MOST[] = {1, 2, 3, 20};
    uint32_t found = 0;
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_path *path = road_path_init(&maze->arena, &maze->metric);
            struct road_rows rows;
            cr_assert_not_null(path);
            cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
            for (size_t i = 0; i < sizeof MOST / sizeof MOST[0]; i++) {
                set_weights(maze, MOST[i]);
                road_rows_build(&rows);
                found += check_all(maze, path, &rows);
            }
            maze_free(maze);
        }
    }
    cr_assert_gt(found, 20000);
}

/* A change can make a lower middle as short as the one remembered, with no arc above changed. */
Test(path, is_the_one_promised_after_every_change)
{
    for (int shape = 0; shape < MAZE_SHAPE_COUNT; shape++) {
        for (uint64_t seed = 0; seed < 2; seed++) {
            struct maze *maze = maze_make((enum maze_shape)shape, seed);
            struct road_path *path = road_path_init(&maze->arena, &maze->metric);
            struct road_rows rows;
            cr_assert_not_null(path);
            set_weights(maze, 3);
            cr_assert(road_rows_init(&rows, &maze->arena, &maze->metric));
            for (int i = 0; i < 20; i++) {
                uint32_t arc = (uint32_t)random_below(&maze->random, maze->graph.arc_count);
                uint32_t weight_ms = random_below(&maze->random, 3) == 0
                                         ? ROAD_CLOSED
                                         : (uint32_t)random_between(&maze->random, 1, 3);
                uint32_t high = road_metric_set(&maze->metric, arc, weight_ms);
                road_rows_repair(&rows, maze->hierarchy.up_tail[maze->hierarchy.arc_of[arc]], high);
                (void)check_all(maze, path, &rows);
            }
            maze_free(maze);
        }
    }
}

Test(path, refuses_an_arena_that_is_too_small)
{
    struct maze *maze = maze_make(MAZE_GRID, 1);
    static uint8_t block[1 << 16] __attribute__((aligned(16)));
    struct arena arena;
    arena_init(&arena, block, road_path_cost(&maze->hierarchy) - 1);
    cr_expect_null(road_path_init(&arena, &maze->metric));
    cr_expect_eq(arena.used, 0);
    arena_init(&arena, block, road_path_cost(&maze->hierarchy));
    cr_expect_not_null(road_path_init(&arena, &maze->metric));
    cr_expect_eq(arena.used, arena.size);
    maze_free(maze);
}
