/* A uniform grid over the network's bounding box, with about as many cells as arcs. Every cell
 * lists the arcs that pass it and the nodes in it. A search looks at rings of cells outwards until
 * what is left is certainly further away than the best found, so its answers are exact.
 *
 * The two directions of a street are measured in one and the same way, so they are equally far; the
 * side of the street decides between them, then the arc's number. Networks across the antimeridian
 * are searched as if the world ended there. */
#include "road/snap.h"

#include <string.h>

struct road_snapper {
    const struct road_graph *graph;
    uint32_t *first_arc;  /* [cells + 1] */
    uint32_t *arcs;       /* by cell */
    uint32_t *first_node; /* [cells + 1] */
    uint32_t *nodes;      /* [node_count] by cell */
    struct geo_point low; /* south-west corner */
    struct geo_point high;
    int64_t cell_lat_e7;
    int64_t cell_lon_e7;
    int64_t rows;
    int64_t columns;
    bool drive_on_left;
};

/* The cells of one row that an arc passes. */
struct span {
    int64_t row;
    int64_t first;
    int64_t last;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t square_root(int64_t x)
{
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 31; bit > 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= x)
            root += bit;
    }
    return root;
}

static void find_corners(struct road_snapper *grid)
{
    const struct road_graph *graph = grid->graph;
    grid->low = grid->high = graph->points[0];
    for (uint32_t v = 1; v < graph->node_count; v++) {
        struct geo_point p = graph->points[v];
        grid->low.lat_e7 = (int32_t)smaller(grid->low.lat_e7, p.lat_e7);
        grid->low.lon_e7 = (int32_t)smaller(grid->low.lon_e7, p.lon_e7);
        grid->high.lat_e7 = (int32_t)larger(grid->high.lat_e7, p.lat_e7);
        grid->high.lon_e7 = (int32_t)larger(grid->high.lon_e7, p.lon_e7);
    }
}

/* Cells are about square and no smaller than the mean arc, nor so small that there would be more
 * rows or columns than arcs. So arcs stand in a few cells each, and cells are few. */
static void lay_out(struct road_snapper *grid, const struct road_graph *graph)
{
    const int64_t step = 10000; /* 1e-7 degrees: far enough to be measured in millimetres */
    *grid = (struct road_snapper){.graph = graph};
    find_corners(grid);
    int64_t height = (int64_t)grid->high.lat_e7 - grid->low.lat_e7;
    int64_t width = (int64_t)grid->high.lon_e7 - grid->low.lon_e7;
    struct geo_point middle = {.lat_e7 = (int32_t)(grid->low.lat_e7 + height / 2), .lon_e7 = 0};
    struct geo_point north = {.lat_e7 = middle.lat_e7, .lon_e7 = 0};
    north.lat_e7 += middle.lat_e7 > 0 ? (int32_t)-step : (int32_t)step;
    struct geo_point east = {.lat_e7 = middle.lat_e7, .lon_e7 = (int32_t)step};
    int64_t lat_mm = larger(geo_distance_mm(middle, north), 1);
    int64_t lon_mm = larger(geo_distance_mm(middle, east), 1);
    int64_t count = larger(graph->arc_count, 1);
    int64_t height_m = height * lat_mm / step / 1000 + 1;
    int64_t width_m = width * lon_mm / step / 1000 + 1;
    int64_t total_mm = 0;
    for (uint32_t arc = 0; arc < graph->arc_count; arc++)
        total_mm +=
            geo_distance_mm(graph->points[graph->tail[arc]], graph->points[graph->head[arc]]);
    int64_t edge_mm = larger(total_mm / count, 1000 * square_root(height_m * width_m / count));
    edge_mm = larger(edge_mm, 1000 * larger(height_m, width_m) / count);
    edge_mm = larger(edge_mm, 1000);
    grid->cell_lat_e7 = larger(edge_mm * step / lat_mm, 1);
    grid->cell_lon_e7 = larger(edge_mm * step / lon_mm, 1);
    grid->rows = height / grid->cell_lat_e7 + 1;
    grid->columns = width / grid->cell_lon_e7 + 1;
}

static int64_t row_of(const struct road_snapper *grid, int64_t lat_e7)
{
    int64_t row = (lat_e7 - grid->low.lat_e7) / grid->cell_lat_e7;
    return smaller(larger(row, 0), grid->rows - 1);
}

static int64_t column_of(const struct road_snapper *grid, int64_t lon_e7)
{
    int64_t column = (lon_e7 - grid->low.lon_e7) / grid->cell_lon_e7;
    return smaller(larger(column, 0), grid->columns - 1);
}

/* The longitude at a latitude on the line a-b, a and b on different latitudes. */
static int64_t longitude_at(struct geo_point a, struct geo_point b, int64_t lat_e7)
{
    return a.lon_e7 +
           ((int64_t)b.lon_e7 - a.lon_e7) * (lat_e7 - a.lat_e7) / ((int64_t)b.lat_e7 - a.lat_e7);
}

/* The cells that the line a-b passes in a row, one unit of rounding allowed for on either side;
 * a is not north of b. */
static struct span span_in_row(const struct road_snapper *grid, struct geo_point a,
                               struct geo_point b, int64_t row)
{
    int64_t west = smaller(a.lon_e7, b.lon_e7);
    int64_t east = larger(a.lon_e7, b.lon_e7);
    if (a.lat_e7 != b.lat_e7) {
        int64_t south = grid->low.lat_e7 + row * grid->cell_lat_e7;
        int64_t from = longitude_at(a, b, larger(a.lat_e7, south));
        int64_t to = longitude_at(a, b, smaller(b.lat_e7, south + grid->cell_lat_e7));
        west = larger(west, smaller(from, to) - 1);
        east = smaller(east, larger(from, to) + 1);
    }
    return (struct span){.row = row, .first = column_of(grid, west), .last = column_of(grid, east)};
}

/* With arcs == NULL count the arcs of every cell at first_arc[cell + 1]; else write them, using
 * first_arc[cell] as the place of the next. Gives the number of entries. */
static size_t enter_arcs(const struct road_snapper *grid, uint32_t *first_arc, uint32_t *arcs)
{
    const struct road_graph *graph = grid->graph;
    size_t entries = 0;
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        struct geo_point a = graph->points[graph->tail[arc]];
        struct geo_point b = graph->points[graph->head[arc]];
        struct geo_point south = a.lat_e7 <= b.lat_e7 ? a : b;
        struct geo_point north = a.lat_e7 <= b.lat_e7 ? b : a;
        int64_t last_row = row_of(grid, north.lat_e7);
        for (int64_t row = row_of(grid, south.lat_e7); row <= last_row; row++) {
            struct span span = span_in_row(grid, south, north, row);
            entries += (size_t)(span.last - span.first + 1);
            for (int64_t column = span.first; first_arc != NULL && column <= span.last; column++) {
                int64_t cell = row * grid->columns + column;
                if (arcs == NULL)
                    first_arc[cell + 1]++;
                else
                    arcs[first_arc[cell]++] = arc;
            }
        }
    }
    return entries;
}

static int64_t cell_of(const struct road_snapper *grid, struct geo_point point)
{
    return row_of(grid, point.lat_e7) * grid->columns + column_of(grid, point.lon_e7);
}

static void enter_nodes(const struct road_snapper *grid, uint32_t *first_node, uint32_t *nodes)
{
    for (uint32_t v = 0; v < grid->graph->node_count; v++) {
        int64_t cell = cell_of(grid, grid->graph->points[v]);
        if (nodes == NULL)
            first_node[cell + 1]++;
        else
            nodes[first_node[cell]++] = v;
    }
}

/* Counts at [cell + 1] to where each cell begins. */
static void sum_up(uint32_t *first, int64_t cells)
{
    for (int64_t cell = 0; cell < cells; cell++)
        first[cell + 1] += first[cell];
}

/* After writing, first[cell] is where the next cell begins: move all by one. */
static void move_back(uint32_t *first, int64_t cells)
{
    memmove(first + 1, first, (size_t)cells * sizeof *first);
    first[0] = 0;
}

size_t road_snapper_cost(const struct road_graph *graph)
{
    struct road_snapper grid;
    lay_out(&grid, graph);
    return arena_cost(1, sizeof grid) +
           2 * arena_cost((size_t)(grid.rows * grid.columns) + 1, sizeof(uint32_t)) +
           arena_cost(enter_arcs(&grid, NULL, NULL), sizeof(uint32_t)) +
           arena_cost(graph->node_count, sizeof(uint32_t));
}

struct road_snapper *road_snapper_init(struct arena *arena, const struct road_graph *graph,
                                       bool drive_on_left)
{
    CHECK(graph->node_count > 0 && graph->arc_count > 0);
    struct road_snapper layout;
    lay_out(&layout, graph);
    layout.drive_on_left = drive_on_left;
    int64_t cells = layout.rows * layout.columns;
    size_t entries = enter_arcs(&layout, NULL, NULL);
    size_t start = arena_mark(arena);
    struct road_snapper *grid = arena_take(arena, 1, sizeof *grid);
    layout.first_arc = arena_take(arena, (size_t)cells + 1, sizeof(uint32_t));
    layout.arcs = arena_take(arena, entries, sizeof(uint32_t));
    layout.first_node = arena_take(arena, (size_t)cells + 1, sizeof(uint32_t));
    layout.nodes = arena_take(arena, graph->node_count, sizeof(uint32_t));
    if (grid == NULL || layout.first_arc == NULL || layout.arcs == NULL ||
        layout.first_node == NULL || layout.nodes == NULL || entries > UINT32_MAX) {
        arena_rewind(arena, start);
        return NULL;
    }
    *grid = layout;
    enter_arcs(grid, grid->first_arc, NULL);
    sum_up(grid->first_arc, cells);
    enter_arcs(grid, grid->first_arc, grid->arcs);
    move_back(grid->first_arc, cells);
    enter_nodes(grid, grid->first_node, NULL);
    sum_up(grid->first_node, cells);
    enter_nodes(grid, grid->first_node, grid->nodes);
    move_back(grid->first_node, cells);
    return grid;
}

/* A search outwards: the block of cells within `radius` of the point's own has been seen. */
struct rings {
    const struct road_snapper *grid;
    struct geo_point point;  /* as asked for */
    struct geo_point inside; /* moved into the grid */
    int64_t row;
    int64_t column;
    int64_t radius;
};

static struct rings rings_around(const struct road_snapper *grid, struct geo_point point)
{
    struct geo_point inside = {
        .lat_e7 = (int32_t)larger(smaller(point.lat_e7, grid->high.lat_e7), grid->low.lat_e7),
        .lon_e7 = (int32_t)larger(smaller(point.lon_e7, grid->high.lon_e7), grid->low.lon_e7),
    };
    return (struct rings){
        .grid = grid,
        .point = point,
        .inside = inside,
        .row = row_of(grid, inside.lat_e7),
        .column = column_of(grid, inside.lon_e7),
        .radius = 0,
    };
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* All that is outside the block is further than this, INT64_MAX when nothing is. Widths are taken
 * where degrees of longitude are shortest, and 2 % are given away for the projection. */
static int64_t beyond_mm(const struct rings *rings)
{
    const struct road_snapper *grid = rings->grid;
    int64_t south = grid->low.lat_e7 + (rings->row - rings->radius) * grid->cell_lat_e7;
    int64_t north = grid->low.lat_e7 + (rings->row + rings->radius + 1) * grid->cell_lat_e7;
    int64_t west = grid->low.lon_e7 + (rings->column - rings->radius) * grid->cell_lon_e7;
    int64_t east = grid->low.lon_e7 + (rings->column + rings->radius + 1) * grid->cell_lon_e7;
    bool sides[4] = {south > grid->low.lat_e7, north <= grid->high.lat_e7, west > grid->low.lon_e7,
                     east <= grid->high.lon_e7};
    south = larger(south, grid->low.lat_e7);
    north = smaller(north, grid->high.lat_e7);
    west = larger(west, grid->low.lon_e7);
    east = smaller(east, grid->high.lon_e7);
    int64_t narrow =
        larger(magnitude(rings->point.lat_e7), larger(magnitude(south), magnitude(north)));
    struct geo_point at = {.lat_e7 = (int32_t)narrow, .lon_e7 = rings->inside.lon_e7};
    struct geo_point reached[4] = {{(int32_t)south, rings->inside.lon_e7},
                                   {(int32_t)north, rings->inside.lon_e7},
                                   {at.lat_e7, (int32_t)west},
                                   {at.lat_e7, (int32_t)east}};
    int64_t least = INT64_MAX;
    for (int i = 0; i < 4; i++) {
        if (sides[i])
            least = smaller(least, geo_distance_mm(i < 2 ? rings->inside : at, reached[i]));
    }
    return least == INT64_MAX ? least : least / 100 * 98;
}

/* The cells of the ring in one row: all of the first and last row, else the two outer ones. Gives
 * the step from one to the next. */
static int64_t ring_step(const struct rings *rings, int64_t row)
{
    return magnitude(row - rings->row) == rings->radius || rings->radius == 0 ? 1
                                                                              : 2 * rings->radius;
}

/* What an arc is to a search: class 0 is better than class 1, at any distance within reach. */
struct wish {
    int64_t reach_mm;
    int32_t heading_deg; /* of vehicles */
    bool kerb;           /* for a kerb, not for a vehicle */
};

struct found {
    int64_t distance_mm; /* INT64_MAX: none */
    uint32_t arc;
    int32_t along_permille;
    bool wrong_side;
};

static bool is_better(const struct found *a, const struct found *b)
{
    if (a->distance_mm != b->distance_mm)
        return a->distance_mm < b->distance_mm;
    if (a->wrong_side != b->wrong_side)
        return b->wrong_side;
    return a->arc < b->arc;
}

/* sin of whole degrees, times 2^15. */
static const int32_t SINES[91] = {
    0,     572,   1144,  1715,  2286,  2856,  3425,  3993,  4560,  5126,  5690,  6252,  6813,
    7371,  7927,  8481,  9032,  9580,  10126, 10668, 11207, 11743, 12275, 12803, 13328, 13848,
    14365, 14876, 15384, 15886, 16384, 16877, 17364, 17847, 18324, 18795, 19261, 19720, 20174,
    20622, 21063, 21498, 21926, 22348, 22763, 23170, 23571, 23965, 24351, 24730, 25102, 25466,
    25822, 26170, 26510, 26842, 27166, 27482, 27789, 28088, 28378, 28660, 28932, 29197, 29452,
    29698, 29935, 30163, 30382, 30592, 30792, 30983, 31164, 31336, 31499, 31651, 31795, 31928,
    32052, 32166, 32270, 32365, 32449, 32524, 32588, 32643, 32688, 32723, 32748, 32763, 32768};

static int32_t sine_of(int32_t degrees)
{
    int32_t turn = degrees % 360;
    int32_t half = turn % 180;
    int32_t sine = SINES[half <= 90 ? half : 180 - half];
    return turn < 180 ? sine : -sine;
}

/* Does the arc run within 45 degrees of a heading? */
static bool is_along(const struct road_graph *graph, uint32_t arc, int32_t heading_deg)
{
    struct geo_point a = graph->points[graph->tail[arc]];
    struct geo_point b = graph->points[graph->head[arc]];
    int64_t east = geo_distance_mm(a, (struct geo_point){a.lat_e7, b.lon_e7});
    int64_t north = geo_distance_mm(a, (struct geo_point){b.lat_e7, a.lon_e7});
    east = b.lon_e7 < a.lon_e7 ? -east : east;
    north = b.lat_e7 < a.lat_e7 ? -north : north;
    int64_t to_east = sine_of(heading_deg);
    int64_t to_north = sine_of(heading_deg + 90);
    int64_t dot = east * to_east + north * to_north;
    int64_t cross = east * to_north - north * to_east;
    return dot > 0 && magnitude(cross) <= dot;
}

static int class_of(const struct road_graph *graph, uint32_t arc, const struct wish *wish)
{
    if (wish->kerb)
        return graph->class[arc] <= ROAD_CLASS_TRUNK;
    return wish->heading_deg != ROAD_HEADING_UNKNOWN && !is_along(graph, arc, wish->heading_deg);
}

static void look_at(const struct rings *rings, uint32_t arc, const struct wish *wish,
                    struct found best[2])
{
    const struct road_graph *graph = rings->grid->graph;
    uint32_t tail = graph->tail[arc];
    uint32_t head = graph->head[arc];
    bool turned = tail > head; /* measured from the lower node to the higher one */
    struct geo_projection at = geo_project(rings->point, graph->points[turned ? head : tail],
                                           graph->points[turned ? tail : head]);
    int32_t side = turned ? -at.side : at.side;
    struct found candidate = {
        .distance_mm = at.distance_mm,
        .arc = arc,
        .along_permille = turned ? 1000 - at.along_permille : at.along_permille,
        .wrong_side = side == (rings->grid->drive_on_left ? 1 : -1),
    };
    struct found *least = &best[class_of(graph, arc, wish)];
    if (is_better(&candidate, least))
        *least = candidate;
}

static void look_around(const struct rings *rings, const struct wish *wish, struct found best[2])
{
    const struct road_snapper *grid = rings->grid;
    int64_t last_row = smaller(rings->row + rings->radius, grid->rows - 1);
    for (int64_t row = larger(rings->row - rings->radius, 0); row <= last_row; row++) {
        int64_t step = ring_step(rings, row);
        for (int64_t column = rings->column - rings->radius;
             column <= rings->column + rings->radius; column += step) {
            if (column < 0 || column >= grid->columns)
                continue;
            int64_t cell = row * grid->columns + column;
            for (uint32_t i = grid->first_arc[cell]; i < grid->first_arc[cell + 1]; i++)
                look_at(rings, grid->arcs[i], wish, best);
        }
    }
}

/* The best of what is certain once all that is nearer than `seen_mm` was looked at; else NULL. */
static const struct found *decide(const struct found best[2], const struct wish *wish,
                                  int64_t seen_mm)
{
    for (int class = 0; class < 2; class ++) {
        if (best[class].distance_mm <= wish->reach_mm)
            return best[class].distance_mm < seen_mm ? &best[class] : NULL;
        if (wish->reach_mm >= seen_mm)
            return NULL;
    }
    /* Nothing within reach: the nearest all the same; for a kerb one where cars may stop. */
    const struct found *nearest = &best[0];
    if (wish->kerb ? best[0].distance_mm == INT64_MAX : is_better(&best[1], &best[0]))
        nearest = &best[1];
    if (seen_mm == INT64_MAX)
        return nearest;
    if (wish->kerb && nearest == &best[1])
        return NULL;
    return nearest->distance_mm < seen_mm ? nearest : NULL;
}

static uint32_t find_node(const struct road_snapper *grid, struct geo_point point)
{
    struct rings rings = rings_around(grid, point);
    uint32_t best = ROAD_NONE;
    int64_t best_mm = INT64_MAX;
    for (;; rings.radius++) {
        int64_t last_row = smaller(rings.row + rings.radius, grid->rows - 1);
        for (int64_t row = larger(rings.row - rings.radius, 0); row <= last_row; row++) {
            int64_t step = ring_step(&rings, row);
            for (int64_t column = rings.column - rings.radius;
                 column <= rings.column + rings.radius; column += step) {
                if (column < 0 || column >= grid->columns)
                    continue;
                int64_t cell = row * grid->columns + column;
                for (uint32_t i = grid->first_node[cell]; i < grid->first_node[cell + 1]; i++) {
                    uint32_t v = grid->nodes[i];
                    int64_t mm = geo_distance_mm(point, grid->graph->points[v]);
                    if (mm < best_mm || (mm == best_mm && v < best)) {
                        best_mm = mm;
                        best = v;
                    }
                }
            }
        }
        int64_t beyond = beyond_mm(&rings);
        if (best_mm < beyond || beyond == INT64_MAX)
            return best;
    }
}

static bool snap_to(const struct road_snapper *grid, struct geo_point point,
                    const struct wish *wish, struct road_snap *snap)
{
    CHECK(geo_valid(point));
    CHECK(wish->reach_mm >= 0 && wish->reach_mm < INT64_MAX);
    struct found best[2] = {{.distance_mm = INT64_MAX}, {.distance_mm = INT64_MAX}};
    struct rings rings = rings_around(grid, point);
    const struct found *found;
    for (;; rings.radius++) {
        look_around(&rings, wish, best);
        found = decide(best, wish, beyond_mm(&rings));
        if (found != NULL)
            break;
    }
    CHECK(found->distance_mm != INT64_MAX);
    struct road_place place = road_place_on_arc(grid->graph, found->arc, found->along_permille);
    *snap = (struct road_snap){
        .place = place,
        .arc = found->arc,
        .nearest_node = find_node(grid, point),
        .distance_mm = found->distance_mm,
        .point = road_place_point(grid->graph, place),
    };
    return found->distance_mm <= wish->reach_mm;
}

bool road_snap_kerb(const struct road_snapper *snapper, struct geo_point point, int64_t reach_mm,
                    struct road_snap *snap)
{
    struct wish wish = {.reach_mm = reach_mm, .heading_deg = ROAD_HEADING_UNKNOWN, .kerb = true};
    return snap_to(snapper, point, &wish, snap);
}

bool road_snap_vehicle(const struct road_snapper *snapper, struct geo_point point,
                       int32_t heading_deg, int64_t reach_mm, struct road_snap *snap)
{
    CHECK(heading_deg == ROAD_HEADING_UNKNOWN || (heading_deg >= 0 && heading_deg < 360));
    struct wish wish = {.reach_mm = reach_mm, .heading_deg = heading_deg, .kerb = false};
    return snap_to(snapper, point, &wish, snap);
}
