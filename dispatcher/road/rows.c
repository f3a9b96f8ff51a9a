/* Rows are made from the root down. The way from x to an ancestor z begins with an arc to an upper
 * neighbour a of x (an arc of the hierarchy stands for all that is below), and a is an ancestor of
 * x as well: so it is an arc and then the time from one ancestor of x to another. All ancestors of
 * x lie on one path of the tree. The times between any two nodes of that path are kept in two
 * square tables, one the other's mirror image, so that a row of x is the least over a few lines of
 * a table, each raised by an arc: no indirection, long loops over neighbouring numbers.
 *
 * In descending ranks, a preorder, most of the path stays as it is from one rank to the next. */
#include "road/rows.h"

#include <string.h>

struct road_rows_work {
    uint32_t stride;     /* of the tables, a multiple of ROAD_ROWS_LANES */
    uint32_t path_count; /* nodes of the path in the tables */
    uint32_t *path;      /* [height] by depth: ranks, from the root down */
    uint32_t *to_ms;     /* [height * stride] at (d, e): from the path's node at depth d to that
                            at depth e */
    uint32_t *from_ms;   /* [height * stride] at (d, e): from depth e to depth d */
};

/* Numbers in a row of a rank at this depth, with what fills it up. */
static uint32_t padded(uint32_t depth)
{
    return (depth + ROAD_ROWS_LANES) / ROAD_ROWS_LANES * ROAD_ROWS_LANES;
}

/* Numbers in all rows of one direction. */
static uint64_t total(const struct road_hierarchy *hierarchy)
{
    uint64_t sum = 0;
    for (uint32_t x = 0; x < hierarchy->node_count; x++)
        sum += padded(hierarchy->depth[x]);
    return sum;
}

/* An odd number of cache lines, so that a column of a table does not fall into few cache sets. */
static uint32_t stride_of(const struct road_hierarchy *hierarchy)
{
    uint32_t lines = (hierarchy->height + 15) / 16;
    return (lines | 1) * 16;
}

bool road_rows_fit(const struct road_hierarchy *hierarchy)
{
    return total(hierarchy) * 2 * sizeof(uint32_t) <=
           (uint64_t)hierarchy->node_count * ROAD_ROWS_NODE_MAX;
}

size_t road_rows_cost(const struct road_hierarchy *hierarchy)
{
    size_t square = (size_t)hierarchy->height * stride_of(hierarchy);
    return arena_cost(hierarchy->node_count, sizeof(struct road_rows_node)) +
           arena_cost((size_t)hierarchy->node_count + 1, sizeof(uint32_t)) +
           2 * arena_cost(total(hierarchy), sizeof(uint32_t)) +
           arena_cost(1, sizeof(struct road_rows_work)) +
           arena_cost(hierarchy->height, sizeof(uint32_t)) +
           2 * arena_cost(square, sizeof(uint32_t));
}

/* The number with the most trailing zeros among those of x and its descendants, from 1 up. */
static uint32_t inlabel_of(const struct road_hierarchy *hierarchy, uint32_t x)
{
    uint32_t before = road_hierarchy_lowest(hierarchy, x);
    uint32_t last = x + 1;
    uint32_t highest = UINT32_C(1) << (31 - __builtin_clz(before ^ last));
    return last & ~(highest - 1);
}

/* Every rank's place in the tree and in the rows. */
static void lay_out(struct road_rows *rows)
{
    const struct road_hierarchy *h = rows->metric->hierarchy;
    uint32_t first = 0;
    for (uint32_t x = h->node_count; x-- > 0;) {
        struct road_rows_node *node = &rows->nodes[x];
        uint32_t parent = h->parent[x];
        node->first = first;
        node->depth = h->depth[x];
        node->inlabel = inlabel_of(h, x);
        node->ascendants = node->inlabel & -node->inlabel;
        first += padded(node->depth) / ROAD_ROWS_LANES;
        if (parent == ROAD_NONE)
            continue;
        node->ascendants |= rows->nodes[parent].ascendants;
        if (rows->nodes[parent].inlabel != node->inlabel)
            rows->entries[node->inlabel] = h->depth[parent];
    }
}

bool road_rows_init(struct road_rows *rows, struct arena *arena, const struct road_metric *metric)
{
    const struct road_hierarchy *h = metric->hierarchy;
    CHECK(road_rows_fit(h));
    if (road_rows_cost(h) > arena->size - arena->used)
        return false;
    uint32_t stride = stride_of(h);
    size_t square = (size_t)h->height * stride;
    struct road_rows_work *work = arena_take(arena, 1, sizeof *work);
    CHECK(work != NULL);
    *work = (struct road_rows_work){
        .stride = stride,
        .path = arena_take(arena, h->height, sizeof(uint32_t)),
        .to_ms = arena_take(arena, square, sizeof(uint32_t)),
        .from_ms = arena_take(arena, square, sizeof(uint32_t)),
    };
    *rows = (struct road_rows){
        .metric = metric,
        .nodes = arena_take(arena, h->node_count, sizeof(struct road_rows_node)),
        .entries = arena_take(arena, (size_t)h->node_count + 1, sizeof(uint32_t)),
        .up_ms = arena_take(arena, total(h), sizeof(uint32_t)),
        .down_ms = arena_take(arena, total(h), sizeof(uint32_t)),
        .work = work,
    };
    CHECK(work->path != NULL && work->to_ms != NULL && work->from_ms != NULL);
    CHECK(rows->nodes != NULL && rows->entries != NULL);
    CHECK(rows->up_ms != NULL && rows->down_ms != NULL);
    lay_out(rows);
    road_rows_build(rows);
    return true;
}

/* Enter the rows of z, whose depth is d, as line and column d of the tables. */
static void enter(struct road_rows *rows, uint32_t z, uint32_t d)
{
    const struct road_rows_work *work = rows->work;
    const uint32_t *restrict up_ms = road_rows_up(rows, z);
    const uint32_t *restrict down_ms = road_rows_down(rows, z);
    size_t stride = work->stride;
    uint32_t *restrict to_ms = work->to_ms;
    uint32_t *restrict from_ms = work->from_ms;
    memcpy(to_ms + d * stride, up_ms, ((size_t)d + 1) * sizeof *up_ms);
    memcpy(from_ms + d * stride, down_ms, ((size_t)d + 1) * sizeof *down_ms);
    for (size_t e = 0; e < d; e++) {
        to_ms[e * stride + d] = down_ms[e];
        from_ms[e * stride + d] = up_ms[e];
    }
}

/* Have the ancestors of x in the tables. */
static void find_path(struct road_rows *rows, uint32_t x)
{
    const struct road_hierarchy *h = rows->metric->hierarchy;
    struct road_rows_work *work = rows->work;
    uint32_t d = h->depth[x];
    uint32_t z = h->parent[x];
    while (d > 0 && (d > work->path_count || work->path[d - 1] != z)) {
        work->path[--d] = z;
        z = h->parent[z];
    }
    for (; d < h->depth[x]; d++)
        enter(rows, work->path[d], d);
    work->path_count = d;
}

/* out[i] = min(out[i], in[i] + weight) for `groups` groups of lanes. */
static void lower(uint32_t *restrict out_ms, const uint32_t *restrict in_ms, uint32_t weight_ms,
                  uint32_t groups)
{
    road_rows_lanes *out = (road_rows_lanes *)out_ms;
    const road_rows_lanes *in = (const road_rows_lanes *)in_ms;
    for (uint32_t group = 0; group < groups; group++) {
        road_rows_lanes sum = in[group] + (int32_t)weight_ms;
        road_rows_lanes less = sum < out[group];
        out[group] = (sum & less) | (out[group] & ~less);
    }
}

/* The rows of x, whose ancestors are in the tables. */
static void work_out(struct road_rows *rows, uint32_t x, uint32_t *restrict up_ms,
                     uint32_t *restrict down_ms)
{
    const struct road_metric *metric = rows->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    const struct road_rows_work *work = rows->work;
    uint32_t depth = h->depth[x];
    uint32_t length = padded(depth);
    for (uint32_t e = 0; e < length; e++) {
        up_ms[e] = ROAD_FAR_MS;
        down_ms[e] = ROAD_FAR_MS;
    }
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        size_t line = (size_t)h->depth[h->up_head[arc]] * work->stride;
        lower(up_ms, work->to_ms + line, metric->up_ms[arc], length / ROAD_ROWS_LANES);
        lower(down_ms, work->from_ms + line, metric->down_ms[arc], length / ROAD_ROWS_LANES);
    }
    up_ms[depth] = 0;
    down_ms[depth] = 0;
    for (uint32_t e = depth + 1; e < length; e++) {
        up_ms[e] = ROAD_FAR_MS;
        down_ms[e] = ROAD_FAR_MS;
    }
}

void road_rows_build(struct road_rows *rows)
{
    rows->work->path_count = 0;
    for (uint32_t x = rows->metric->hierarchy->node_count; x-- > 0;) {
        size_t first = (size_t)rows->nodes[x].first * ROAD_ROWS_LANES;
        find_path(rows, x);
        work_out(rows, x, rows->up_ms + first, rows->down_ms + first);
    }
    rows->version = rows->metric->version;
}
