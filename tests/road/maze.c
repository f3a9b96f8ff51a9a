#include "tests/road/maze.h"

#include <stdlib.h>
#include <string.h>

#include "road/order.h"

#define SIDE       7
#define NODES      (SIDE * SIDE)
#define ARENA_SIZE ((size_t)4 << 20)

/* Weights by pair of nodes, 0 where there is no arc. */
struct pairs {
    uint32_t ms[NODES][NODES];
};

static void join(struct maze *maze, struct pairs *pairs, uint32_t a, uint32_t b, bool both)
{
    if (a == b)
        return;
    pairs->ms[a][b] = (uint32_t)random_between(&maze->random, 1, 20);
    if (both)
        pairs->ms[b][a] = (uint32_t)random_between(&maze->random, 1, 20);
}

static void join_squares(struct maze *maze, struct pairs *pairs, uint32_t gap_column)
{
    for (uint32_t v = 0; v < NODES; v++) {
        uint32_t column = v % SIDE;
        if (column + 1 < SIDE && column + 1 != gap_column)
            join(maze, pairs, v, v + 1, random_below(&maze->random, 3) != 0);
        if (v + SIDE < NODES)
            join(maze, pairs, v + SIDE, v, random_below(&maze->random, 3) != 0);
    }
}

static void join_shape(struct maze *maze, struct pairs *pairs, enum maze_shape shape)
{
    uint32_t arcs = shape == MAZE_DENSE ? NODES * 6 : NODES + NODES / 2;
    switch (shape) {
    case MAZE_GRID:
        join_squares(maze, pairs, 0);
        break;
    case MAZE_PARTS:
        join_squares(maze, pairs, SIDE / 2);
        break;
    case MAZE_TREE:
        for (uint32_t v = 1; v < NODES; v++)
            join(maze, pairs, v, (uint32_t)random_below(&maze->random, v), true);
        break;
    default:
        for (uint32_t i = 0; i < arcs; i++)
            join(maze, pairs, (uint32_t)random_below(&maze->random, NODES),
                 (uint32_t)random_below(&maze->random, NODES), false);
        break;
    }
}

static void *take(struct maze *maze, size_t count, size_t size)
{
    void *piece = arena_take(&maze->arena, count, size);
    CHECK(piece != NULL);
    return piece;
}

static void make_graph(struct maze *maze, const struct pairs *pairs)
{
    struct geo_point *points = take(maze, NODES, sizeof *points);
    int64_t *names = take(maze, NODES, sizeof *names);
    uint32_t *first_out = take(maze, NODES + 1, sizeof *first_out);
    uint32_t *tail = take(maze, NODES * NODES, sizeof *tail);
    uint32_t *head = take(maze, NODES * NODES, sizeof *head);
    uint32_t *length_m = take(maze, NODES * NODES, sizeof *length_m);
    uint32_t *free_ms = take(maze, NODES * NODES, sizeof *free_ms);
    uint8_t *class = take(maze, NODES * NODES, sizeof *class);
    uint32_t arcs = 0;
    for (uint32_t a = 0; a < NODES; a++) {
        points[a] = (struct geo_point){.lat_e7 = (int32_t)(514000000 + 9000 * (a / SIDE)),
                                       .lon_e7 = (-31000000 + 14000 * (int32_t)(a % SIDE))};
        names[a] = 10 * (int64_t)a - 100;
        for (uint32_t b = 0; b < NODES; b++) {
            if (pairs->ms[a][b] == 0)
                continue;
            tail[arcs] = a;
            head[arcs] = b;
            length_m[arcs] = arcs % 16 == 5 ? 30000 + 9 * arcs : 1 + 37 * arcs % 200;
            class[arcs] = (uint8_t)random_below(&maze->random, ROAD_CLASS_SERVICE + 1);
            free_ms[arcs++] = pairs->ms[a][b];
        }
        first_out[a + 1] = arcs;
    }
    maze->graph = (struct road_graph){
        .node_count = NODES,
        .arc_count = arcs,
        .points = points,
        .names = names,
        .first_out = first_out,
        .tail = tail,
        .head = head,
        .length_m = length_m,
        .free_ms = free_ms,
        .class = class,
    };
}

struct maze *maze_make(enum maze_shape shape, uint64_t seed)
{
    struct maze *maze = calloc(1, sizeof *maze);
    struct pairs *pairs = calloc(1, sizeof *pairs);
    void *block = calloc(1, ARENA_SIZE);
    CHECK(maze != NULL && pairs != NULL && block != NULL);
    arena_init(&maze->arena, block, ARENA_SIZE);
    random_init(&maze->random, seed * MAZE_SHAPE_COUNT + shape);
    join_shape(maze, pairs, shape);
    make_graph(maze, pairs);
    free(pairs);
    uint32_t rank[NODES];
    if (seed % 2 != 0) {
        CHECK(road_order_make(&maze->arena, &maze->graph, rank) == ROAD_ORDER_OK);
    } else {
        for (uint32_t v = 0; v < NODES; v++) {
            uint32_t other = (uint32_t)random_below(&maze->random, v + 1);
            rank[v] = v == other ? v : rank[other];
            rank[other] = v;
        }
    }
    CHECK(road_hierarchy_build(&maze->hierarchy, &maze->arena, &maze->graph, rank) ==
          ROAD_HIERARCHY_OK);
    CHECK(road_metric_init(&maze->metric, &maze->arena, &maze->hierarchy));
    return maze;
}

void maze_free(struct maze *maze)
{
    free(maze->arena.block);
    free(maze);
}

struct road_place maze_place(struct maze *maze)
{
    if (random_below(&maze->random, 2) == 0)
        return road_place_at_node((uint32_t)random_below(&maze->random, maze->graph.node_count));
    return road_place_on_arc(&maze->graph,
                             (uint32_t)random_below(&maze->random, maze->graph.arc_count),
                             (int32_t)random_between(&maze->random, 0, 1000));
}

uint32_t maze_weight(struct maze *maze)
{
    if (random_below(&maze->random, 8) == 0)
        return ROAD_CLOSED;
    return (uint32_t)random_between(&maze->random, 1, 20);
}
