#include "tests/town.h"

#include <stdlib.h>
#include <string.h>

#include "road/builder.h"
#include "road/order.h"

#define NODES_MAX  64
#define EDGES_MAX  512
#define SIDE_MAX   128
#define ARENA_SIZE ((size_t)4 << 20)

/* Near 51.5 degrees north, where 100 m are these many 1e-7 degrees. */
#define NORTH_E7    515000000
#define WEST_E7     (-30000000)
#define CELL_LAT_E7 8988
#define CELL_LON_E7 14402

struct drawing {
    char cells[SIDE_MAX][SIDE_MAX];
    struct road_builder_node nodes[NODES_MAX];
    struct road_builder_edge edges[EDGES_MAX];
    size_t node_count;
    size_t edge_count;
};

static bool is_node(char c)
{
    return c != 'v' && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

static void read_cells(struct drawing *drawing, const char *map)
{
    int row = 0;
    int column = 0;
    for (; *map != '\0'; map++) {
        CHECK(row + 1 < SIDE_MAX && column + 1 < SIDE_MAX);
        if (*map == '\n') {
            row++;
            column = 0;
            continue;
        }
        CHECK(is_node(*map) || strchr(" -|<>^v", *map) != NULL);
        drawing->cells[row][column] = *map;
        if (is_node(*map)) {
            CHECK(drawing->node_count < NODES_MAX);
            drawing->nodes[drawing->node_count++] = (struct road_builder_node){
                .name = *map,
                .point = {NORTH_E7 - row * CELL_LAT_E7, WEST_E7 + column * CELL_LON_E7}};
        }
        column++;
    }
}

static void add_edge(struct drawing *drawing, char from, char to, uint32_t cells)
{
    CHECK(drawing->edge_count < EDGES_MAX);
    drawing->edges[drawing->edge_count++] =
        (struct road_builder_edge){.from = from,
                                   .to = to,
                                   .length_m = cells * TOWN_CELL_M,
                                   .time_ms = cells * TOWN_CELL_MS,
                                   .class = ROAD_CLASS_RESIDENTIAL};
}

/* The street that leaves the node at (row, column) to the right or downwards, if there is one. */
static void read_street(struct drawing *drawing, int row, int column, bool downwards)
{
    const char *both = downwards ? "|" : "-";
    char there = downwards ? 'v' : '>';
    char back = downwards ? '^' : '<';
    char first = drawing->cells[row][column];
    bool forth_open = true;
    bool back_open = true;
    for (uint32_t cells = 1; row + 1 < SIDE_MAX && column + 1 < SIDE_MAX; cells++) {
        row += downwards;
        column += !downwards;
        char c = drawing->cells[row][column];
        if (is_node(c)) {
            if (forth_open)
                add_edge(drawing, first, c, cells);
            if (back_open)
                add_edge(drawing, c, first, cells);
            return;
        }
        if (c != *both && c != there && c != back) {
            CHECK(cells == 1); /* a street must end at a node */
            return;
        }
        forth_open = forth_open && c != back;
        back_open = back_open && c != there;
    }
}

struct town *town_from_map(const char *map, bool drive_on_left)
{
    struct drawing *drawing = calloc(1, sizeof *drawing);
    struct town *town = calloc(1, sizeof *town);
    void *block = calloc(1, ARENA_SIZE);
    CHECK(drawing != NULL && town != NULL && block != NULL);
    arena_init(&town->arena, block, ARENA_SIZE);
    read_cells(drawing, map);
    for (int row = 0; row < SIDE_MAX; row++) {
        for (int column = 0; column < SIDE_MAX; column++) {
            if (is_node(drawing->cells[row][column])) {
                read_street(drawing, row, column, false);
                read_street(drawing, row, column, true);
            }
        }
    }
    struct road_builder_input input = {drawing->nodes, drawing->node_count, drawing->edges,
                                       drawing->edge_count};
    struct road_builder_report report;
    CHECK(road_builder_make(&input, &town->arena, &town->graph, &report) == ROAD_BUILDER_OK);
    CHECK(report.nodes_dropped == 0);
    uint32_t rank[NODES_MAX];
    CHECK(road_order_make(&town->arena, &town->graph, rank) == ROAD_ORDER_OK);
    CHECK(road_hierarchy_build(&town->hierarchy, &town->arena, &town->graph, rank) ==
          ROAD_HIERARCHY_OK);
    CHECK(road_network_init(&town->network, &town->arena, &town->graph, &town->hierarchy,
                            drive_on_left));
    free(drawing);
    return town;
}

void town_free(struct town *town)
{
    free(town->arena.block);
    free(town);
}

uint32_t town_node(const struct town *town, char letter)
{
    uint32_t node = road_graph_find(&town->graph, letter);
    CHECK(node != ROAD_NONE);
    return node;
}

uint32_t town_arc(const struct town *town, const char *letters)
{
    uint32_t arc =
        road_graph_arc(&town->graph, town_node(town, letters[0]), town_node(town, letters[1]));
    CHECK(arc != ROAD_NONE);
    return arc;
}

struct road_place town_place(const struct town *town, const char *letters, int32_t along_permille)
{
    if (letters[1] == '\0')
        return road_place_at_node(town_node(town, letters[0]));
    return road_place_on_arc(&town->graph, town_arc(town, letters), along_permille);
}

struct geo_point town_point(const struct town *town, char letter, int32_t east_m, int32_t north_m)
{
    struct geo_point point = town->graph.points[town_node(town, letter)];
    point.lat_e7 += north_m * CELL_LAT_E7 / TOWN_CELL_M;
    point.lon_e7 += east_m * CELL_LON_E7 / TOWN_CELL_M;
    return point;
}
