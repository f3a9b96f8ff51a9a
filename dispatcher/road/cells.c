/* Subtrees that are large enough become cells; smaller ones and the separators above join the
 * nearest cell over the streets. The bounds are PHAST's sweep (Delling, Goldberg, Nowatzyk,
 * Werneck, 2011) from all nodes of a cell at once, LANES cells at a time. */
#include "road/cells.h"

#include <string.h>

#define LANES       16
#define CELL_LEAST  8 /* nodes: smaller cells do not pay */
#define CELL_SHARE  8 /* a subtree of at least 1/8 of a full cell is a cell */
#define CELL_NONE   UINT16_MAX
#define FULL_FACTOR 2 /* of nodes / cells_max, where the search for a size begins */

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* So many units, as ways within a cell are kept. */
static uint8_t way(uint32_t units)
{
    return (uint8_t)lesser(units / ROAD_CELLS_WAY_UNITS, UINT8_MAX);
}

/* A full cell's nodes; doubled until there are few enough cells. */
static uint32_t least_full(uint32_t node_count, uint32_t cells_max)
{
    const uint32_t full = node_count / cells_max * FULL_FACTOR;
    return full > CELL_LEAST ? full : CELL_LEAST;
}

size_t road_cells_cost(const struct road_hierarchy *hierarchy, uint32_t cells_max)
{
    const size_t nodes = hierarchy->node_count;
    const size_t cells = nodes < cells_max ? nodes : cells_max;
    return arena_cost(nodes, sizeof(uint16_t)) + 2 * arena_cost(nodes, sizeof(uint8_t)) +
           arena_cost(nodes * ROAD_CELLS_NEAR, sizeof(uint8_t)) +
           arena_cost(cells * ROAD_CELLS_NEAR, sizeof(uint16_t)) +
           2 * arena_cost(cells * cells, sizeof(uint16_t)) + arena_cost(nodes, sizeof(uint32_t)) +
           arena_cost(nodes * LANES, sizeof(uint32_t)) + arena_cost(cells * LANES, sizeof(uint8_t));
}

/* Is the subtree of rank x a cell of its own? Its parent's must be too large to be one. */
static bool is_cell(const struct road_hierarchy *h, uint32_t x, uint32_t full)
{
    const uint32_t parent = h->parent[x];
    const uint32_t size = h->subtree_size[x];
    if (size > full || (parent != ROAD_NONE && h->subtree_size[parent] <= full)) {
        return false;
    }
    return parent == ROAD_NONE || size >= full / CELL_SHARE;
}

static uint32_t count_cells(const struct road_hierarchy *h, uint32_t full)
{
    uint32_t count = 0;
    for (uint32_t x = 0; x < h->node_count; x++) {
        count += is_cell(h, x, full);
    }
    return count;
}

/* Number the subtrees; false when none is large enough to begin with. */
static bool number_subtrees(struct road_cells *cells, const struct road_hierarchy *h,
                            uint32_t cells_max)
{
    uint32_t full = least_full(h->node_count, cells_max);
    uint32_t count = count_cells(h, full);
    while (count > cells_max) {
        full += full / 2;
        count = count_cells(h, full);
    }
    memset(cells->of_node, 0xff, h->node_count * sizeof *cells->of_node);
    cells->count = 0;
    for (uint32_t x = 0; x < h->node_count; x++) {
        if (!is_cell(h, x, full)) {
            continue;
        }
        for (uint32_t y = road_hierarchy_lowest(h, x); y <= x; y++) {
            cells->of_node[h->node[y]] = (uint16_t)cells->count;
        }
        cells->count++;
    }
    return cells->count > 0;
}

/* Whoever has no cell joins that of the nearest neighbour, breadth first along the arcs. What
 * cannot be reached (parts of a graph in several) joins the first cell. */
static void spread(struct road_cells *cells, uint32_t *queue)
{
    const struct road_graph *graph = cells->graph;
    uint32_t end = 0;
    for (uint32_t v = 0; v < graph->node_count; v++) {
        if (cells->of_node[v] != CELL_NONE) {
            queue[end++] = v;
        }
    }
    for (uint32_t begin = 0; begin < end; begin++) {
        const uint32_t v = queue[begin];
        for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
            const uint32_t w = graph->head[arc];
            if (cells->of_node[w] == CELL_NONE) {
                cells->of_node[w] = cells->of_node[v];
                queue[end++] = w;
            }
        }
    }
    for (uint32_t v = 0; v < graph->node_count; v++) {
        if (cells->of_node[v] == CELL_NONE) {
            cells->of_node[v] = 0;
        }
    }
}

static void lower(uint32_t *restrict out, const uint32_t *restrict in, uint32_t weight)
{
    for (int lane = 0; lane < LANES; lane++) {
        const uint32_t candidate = in[lane] + weight;
        out[lane] = candidate < out[lane] ? candidate : out[lane];
    }
}

/* Times from the cells first .. first + LANES - 1 to every rank. */
static void sweep(const struct road_metric *metric, const struct road_cells *cells, uint32_t first,
                  uint32_t *lanes)
{
    const struct road_hierarchy *h = metric->hierarchy;
    for (uint32_t x = 0; x < h->node_count; x++) {
        const uint32_t own = cells->of_node[h->node[x]];
        uint32_t *row = lanes + (size_t)x * LANES;
        for (uint32_t lane = 0; lane < LANES; lane++) {
            row[lane] = own == first + lane ? 0 : ROAD_FAR_MS;
        }
    }
    for (uint32_t x = 0; x < h->node_count; x++) {
        for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
            lower(lanes + (size_t)h->up_head[arc] * LANES, lanes + (size_t)x * LANES,
                  metric->up_ms[arc]);
        }
    }
    for (uint32_t x = h->node_count; x > 0; x--) {
        for (uint32_t arc = h->first_up[x - 1]; arc < h->first_up[x]; arc++) {
            lower(lanes + (size_t)(x - 1) * LANES, lanes + (size_t)h->up_head[arc] * LANES,
                  metric->down_ms[arc]);
        }
    }
}

/* The least over each cell's nodes, in units. */
static void take_least(struct road_cells *cells, const struct road_hierarchy *h, uint32_t first,
                       const uint32_t *lanes)
{
    const uint32_t count = cells->count;
    for (uint32_t x = 0; x < h->node_count; x++) {
        const uint32_t b = cells->of_node[h->node[x]];
        for (uint32_t lane = 0; lane < LANES && first + lane < count; lane++) {
            const uint32_t units = lanes[(size_t)x * LANES + lane] / ROAD_CELLS_UNIT_MS;
            uint16_t *least = &cells->from[(size_t)(first + lane) * count + b];
            if (units < *least) {
                *least = (uint16_t)units;
            }
        }
    }
}

/* Which of the cells near b the cell a becomes: one that is free, or the furthest if a is nearer;
 * else ROAD_CELLS_NEAR. */
static uint32_t find_near(const struct road_cells *cells, uint32_t a, uint32_t b)
{
    const uint16_t *near = cells->near + (size_t)b * ROAD_CELLS_NEAR;
    uint32_t most = cells->from[(size_t)a * cells->count + b];
    uint32_t slot = ROAD_CELLS_NEAR;
    if (a == b || most >= ROAD_CELLS_UNITS_MAX) {
        return ROAD_CELLS_NEAR;
    }
    for (uint32_t i = 0; i < ROAD_CELLS_NEAR; i++) {
        if (near[i] == CELL_NONE) {
            return i;
        }
        const uint32_t units = cells->from[(size_t)near[i] * cells->count + b];
        if (units > most) {
            most = units;
            slot = i;
        }
    }
    return slot;
}

/* The ways in from the cells first .. first + LANES - 1, wherever they are near. Of two that get
 * the same slot the later stays. */
static void take_near(struct road_cells *cells, const struct road_hierarchy *h, uint32_t first,
                      const uint32_t *lanes, uint8_t *slots)
{
    const uint32_t count = cells->count;
    const uint32_t lane_count = count - first < LANES ? count - first : LANES;
    for (uint32_t b = 0; b < count; b++) {
        for (uint32_t lane = 0; lane < lane_count; lane++) {
            const uint32_t slot = find_near(cells, first + lane, b);
            slots[(size_t)b * LANES + lane] = (uint8_t)slot;
            if (slot < ROAD_CELLS_NEAR) {
                cells->near[(size_t)b * ROAD_CELLS_NEAR + slot] = (uint16_t)(first + lane);
            }
        }
    }
    for (uint32_t x = 0; x < h->node_count; x++) {
        const uint32_t b = cells->of_node[h->node[x]];
        uint8_t *enter_by = cells->enter_by + (size_t)h->node[x] * ROAD_CELLS_NEAR;
        for (uint32_t lane = 0; lane < lane_count; lane++) {
            const uint32_t slot = slots[(size_t)b * LANES + lane];
            if (slot < ROAD_CELLS_NEAR) {
                const uint32_t units = lanes[(size_t)x * LANES + lane] / ROAD_CELLS_UNIT_MS -
                                       cells->from[(size_t)(first + lane) * count + b];
                enter_by[slot] = way(units);
            }
        }
    }
}

static void transpose(struct road_cells *cells)
{
    const size_t count = cells->count;
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            cells->to[b * count + a] = cells->from[a * count + b];
        }
    }
}

/* One more look at all arcs, for the time to where cells end (times_ms[0]) and from where they
 * begin (times_ms[1]); true while something became less. */
static bool look_at_borders(const struct road_cells *cells, const struct road_metric *metric,
                            uint32_t *const times_ms[2])
{
    const struct road_graph *graph = cells->graph;
    bool is_less = false;
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        const uint32_t v = graph->tail[arc];
        const uint32_t w = graph->head[arc];
        const bool inside = cells->of_node[v] == cells->of_node[w];
        const uint32_t ms = lesser(metric->weights_ms[arc], ROAD_FAR_MS);
        const uint32_t leaves_ms = inside ? lesser(ROAD_FAR_MS, times_ms[0][w] + ms) : 0;
        const uint32_t enters_ms = inside ? lesser(ROAD_FAR_MS, times_ms[1][v] + ms) : 0;
        is_less |= leaves_ms < times_ms[0][v] || enters_ms < times_ms[1][w];
        times_ms[0][v] = lesser(times_ms[0][v], leaves_ms);
        times_ms[1][w] = lesser(times_ms[1][w], enters_ms);
    }
    return is_less;
}

static void measure_borders(struct road_cells *cells, const struct road_metric *metric,
                            uint32_t *scratch)
{
    const uint32_t count = cells->graph->node_count;
    uint32_t *const times_ms[2] = {scratch, scratch + count};
    for (uint32_t i = 0; i < 2 * count; i++) {
        scratch[i] = ROAD_FAR_MS;
    }
    while (look_at_borders(cells, metric, times_ms)) {
    }
    for (uint32_t v = 0; v < count; v++) {
        cells->leave[v] = way(times_ms[0][v] / ROAD_CELLS_UNIT_MS);
        cells->enter[v] = way(times_ms[1][v] / ROAD_CELLS_UNIT_MS);
    }
}

bool road_cells_init(struct road_cells *cells, struct arena *arena,
                     const struct road_metric *metric, uint32_t cells_max)
{
    const struct road_hierarchy *h = metric->hierarchy;
    CHECK(cells_max >= 1 && cells_max <= ROAD_CELLS_MAX);
    if (road_cells_cost(h, cells_max) > arena->size - arena->used) {
        return false;
    }
    const size_t nodes = h->node_count;
    *cells = (struct road_cells){.graph = h->graph};
    cells->of_node = arena_take(arena, nodes, sizeof *cells->of_node);
    cells->leave = arena_take(arena, nodes, sizeof *cells->leave);
    cells->enter = arena_take(arena, nodes, sizeof *cells->enter);
    cells->enter_by = arena_take(arena, nodes * ROAD_CELLS_NEAR, sizeof *cells->enter_by);
    CHECK(cells->of_node != NULL);
    if (!number_subtrees(cells, h, cells_max)) {
        memset(cells->of_node, 0, nodes * sizeof *cells->of_node);
        cells->count = 1;
    }
    const size_t pairs = (size_t)cells->count * cells->count;
    cells->from = arena_take(arena, pairs, sizeof *cells->from);
    cells->to = arena_take(arena, pairs, sizeof *cells->to);
    cells->near = arena_take(arena, cells->count * ROAD_CELLS_NEAR, sizeof *cells->near);
    const size_t mark = arena_mark(arena);
    uint32_t *queue = arena_take(arena, nodes, sizeof *queue);
    uint32_t *lanes = arena_take(arena, nodes * LANES, sizeof *lanes);
    uint8_t *slots = arena_take(arena, cells->count * LANES, sizeof *slots);
    CHECK(cells->from != NULL && cells->to != NULL && cells->near != NULL);
    CHECK(queue != NULL && lanes != NULL && slots != NULL);
    spread(cells, queue);
    for (size_t i = 0; i < pairs; i++) {
        cells->from[i] = ROAD_CELLS_UNITS_MAX;
    }
    memset(cells->near, 0xff, cells->count * ROAD_CELLS_NEAR * sizeof *cells->near);
    for (uint32_t first = 0; first < cells->count; first += LANES) {
        sweep(metric, cells, first, lanes);
        take_least(cells, h, first, lanes);
        take_near(cells, h, first, lanes, slots);
    }
    transpose(cells);
    measure_borders(cells, metric, lanes);
    arena_rewind(arena, mark);
    return true;
}

uint32_t road_cells_of(const struct road_cells *cells, struct road_place place)
{
    return cells->of_node[place.arc == ROAD_NONE ? place.node : cells->graph->tail[place.arc]];
}

void road_cells_to(const struct road_cells *cells, struct road_place place, uint16_t *units)
{
    /* A drive to a place on an arc leads over the arc's tail, unless it begins on the arc. */
    const uint32_t node = place.arc == ROAD_NONE ? place.node : cells->graph->tail[place.arc];
    const uint32_t own = cells->of_node[node];
    const uint32_t enter_units = cells->enter[node] * ROAD_CELLS_WAY_UNITS;
    const uint16_t *to = cells->to + (size_t)own * cells->count;
    const uint16_t *near = cells->near + (size_t)own * ROAD_CELLS_NEAR;
    const uint8_t *enter_by = cells->enter_by + (size_t)node * ROAD_CELLS_NEAR;
    for (uint32_t a = 0; a < cells->count; a++) {
        units[a] = (uint16_t)(to[a] + enter_units);
    }
    for (uint32_t i = 0; i < ROAD_CELLS_NEAR && near[i] != CELL_NONE; i++) {
        units[near[i]] = (uint16_t)(to[near[i]] + enter_by[i] * ROAD_CELLS_WAY_UNITS);
    }
    units[own] = 0;
}
