/* Customization by lower triangles: for an arc between x < y and any node v below both and joined
 * to both, the way over v is a candidate. All arcs with lower end v are final before v is used,
 * because arcs are handled by ascending lower end.
 *
 * One changed weight only reaches arcs between ancestors, on one path of the tree. Of these, an arc
 * is worked out anew when a triangle that carried its old value has lost it or a triangle
 * undercuts it; both are seen when the changed side of the triangle is handled. */
#include "road/metric.h"

#include <string.h>

size_t road_metric_cost(const struct road_hierarchy *hierarchy)
{
    return arena_cost(hierarchy->graph->arc_count, sizeof(uint32_t)) +
           2 * arena_cost(hierarchy->arc_count, sizeof(uint32_t)) +
           2 * arena_cost(hierarchy->arc_count, sizeof(uint16_t)) +
           arena_cost(hierarchy->node_count, sizeof(uint32_t)) +
           arena_cost(hierarchy->arc_count, sizeof(uint8_t));
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* ROAD_CLOSED is larger than ROAD_FAR_MS, and no arc is the missing one's weight. */
static uint32_t input_ms(const struct road_metric *metric, uint32_t input)
{
    return input == ROAD_NONE ? ROAD_FAR_MS : least(metric->weights_ms[input], ROAD_FAR_MS);
}

static uint16_t input_m(const struct road_metric *metric, uint32_t input)
{
    const uint32_t *length_m = metric->hierarchy->graph->length_m;
    return input == ROAD_NONE ? 0 : (uint16_t)least(length_m[input], ROAD_LONG_M);
}

/* Take the way over a middle, in two parts, where it is quicker than what is known so far. */
static void take_quicker(uint32_t *ms, uint16_t *m, uint32_t way_ms, uint32_t first_m,
                         uint32_t second_m)
{
    const bool quicker = way_ms < *ms;
    const uint32_t way_m = least(first_m + second_m, ROAD_LONG_M);
    *ms = quicker ? way_ms : *ms;
    *m = quicker ? (uint16_t)way_m : *m;
}

bool road_metric_init(struct road_metric *metric, struct arena *arena,
                      const struct road_hierarchy *hierarchy)
{
    const struct road_graph *graph = hierarchy->graph;
    size_t start = arena_mark(arena);
    struct road_metric made = {
        .hierarchy = hierarchy,
        .weights_ms = arena_take(arena, graph->arc_count, sizeof(uint32_t)),
        .up_ms = arena_take(arena, hierarchy->arc_count, sizeof(uint32_t)),
        .down_ms = arena_take(arena, hierarchy->arc_count, sizeof(uint32_t)),
        .up_m = arena_take(arena, hierarchy->arc_count, sizeof(uint16_t)),
        .down_m = arena_take(arena, hierarchy->arc_count, sizeof(uint16_t)),
        .slots = arena_take(arena, hierarchy->node_count, sizeof(uint32_t)),
        .pending = arena_take(arena, hierarchy->arc_count, sizeof(uint8_t)),
    };
    if (made.weights_ms == NULL || made.up_ms == NULL || made.down_ms == NULL ||
        made.up_m == NULL || made.down_m == NULL || made.slots == NULL || made.pending == NULL) {
        arena_rewind(arena, start);
        return false;
    }
    memcpy(made.weights_ms, graph->free_ms, (size_t)graph->arc_count * sizeof(uint32_t));
    *metric = made;
    road_metric_customize(metric);
    return true;
}

/* The arcs that have x as their lower end, from their input and all triangles below them. slots[y]
 * is the arc from x to y, for every upper neighbour y of x. */
static void customize_node(struct road_metric *metric, uint32_t x)
{
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t *restrict up_ms = metric->up_ms;
    uint32_t *restrict down_ms = metric->down_ms;
    uint16_t *restrict up_m = metric->up_m;
    uint16_t *restrict down_m = metric->down_m;
    uint32_t *restrict slots = metric->slots;
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        slots[h->up_head[arc]] = arc;
        up_ms[arc] = input_ms(metric, h->input_up[arc]);
        down_ms[arc] = input_ms(metric, h->input_down[arc]);
        up_m[arc] = input_m(metric, h->input_up[arc]);
        down_m[arc] = input_m(metric, h->input_down[arc]);
    }
    for (uint32_t i = h->first_down[x]; i < h->first_down[x + 1]; i++) {
        uint32_t below = h->down_arc[i]; /* between v and x */
        uint32_t from_x = down_ms[below];
        uint32_t to_x = up_ms[below];
        uint32_t from_x_m = down_m[below];
        uint32_t to_x_m = up_m[below];
        uint32_t end = h->first_up[h->up_tail[below] + 1];
        for (uint32_t side = below + 1; side < end; side++) { /* between v and y > x */
            uint32_t arc = slots[h->up_head[side]];
            take_quicker(&up_ms[arc], &up_m[arc], from_x + up_ms[side], from_x_m, up_m[side]);
            take_quicker(&down_ms[arc], &down_m[arc], down_ms[side] + to_x, down_m[side], to_x_m);
        }
    }
}

void road_metric_customize_some(struct road_metric *metric, uint32_t first, uint32_t end)
{
    for (uint32_t x = first; x < end; x++)
        customize_node(metric, x);
}

void road_metric_customize(struct road_metric *metric)
{
    road_metric_customize_some(metric, 0, metric->hierarchy->node_count);
    metric->version++;
}

/* The time and length of an arc of the hierarchy, both ways. */
struct ways {
    uint32_t up_ms;
    uint32_t down_ms;
    uint16_t up_m;
    uint16_t down_m;
};

static struct ways ways_of(const struct road_metric *metric, uint32_t arc)
{
    return (struct ways){metric->up_ms[arc], metric->down_ms[arc], metric->up_m[arc],
                         metric->down_m[arc]};
}

/* One arc from its input and all its lower triangles, the lowest middle first. These lie in the
 * subtree of its lower end, which is a range of ranks. */
static struct ways recompute(const struct road_metric *metric, uint32_t arc)
{
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t x = h->up_tail[arc];
    uint32_t y = h->up_head[arc];
    struct ways ways = {input_ms(metric, h->input_up[arc]), input_ms(metric, h->input_down[arc]),
                        input_m(metric, h->input_up[arc]), input_m(metric, h->input_down[arc])};
    uint32_t i = h->first_down[x];
    uint32_t i_end = h->first_down[x + 1];
    uint32_t j = road_hierarchy_down(h, y, road_hierarchy_lowest(h, x));
    while (i < i_end && j < h->first_down[y + 1]) {
        uint32_t to_x = h->down_arc[i];
        uint32_t to_y = h->down_arc[j];
        uint32_t v = h->up_tail[to_x];
        uint32_t w = h->up_tail[to_y];
        if (v == w) {
            struct ways x_v = ways_of(metric, to_x);
            struct ways y_v = ways_of(metric, to_y);
            take_quicker(&ways.up_ms, &ways.up_m, x_v.down_ms + y_v.up_ms, x_v.down_m, y_v.up_m);
            take_quicker(&ways.down_ms, &ways.down_m, y_v.down_ms + x_v.up_ms, y_v.down_m,
                         x_v.up_m);
        }
        i += v <= w;
        j += w <= v;
    }
    return ways;
}

/* Does an arc that takes `value` depend on one of its two ways over a middle that went from `was`
 * to `is`, in time or, if `bent`, in length? Of ways that are as quick it has the lowest. */
static bool depends(uint32_t value, uint32_t was, uint32_t is, bool bent)
{
    return (was != is || bent) && (was == value || is <= value);
}

struct change {
    uint32_t arc;
    struct ways was;
    struct ways is;
};

/* Mark the third sides of the triangles over a changed arc from x to y and another one from x to
 * z that may depend on it. Gives how many were newly marked. */
static uint32_t mark_dependents(struct road_metric *metric, const struct change *change)
{
    const struct road_hierarchy *h = metric->hierarchy;
    const struct ways *was = &change->was;
    const struct ways *is = &change->is;
    uint32_t x = h->up_tail[change->arc];
    uint32_t y = h->up_head[change->arc];
    uint32_t marked = 0;
    for (uint32_t side = h->first_up[x]; side < h->first_up[x + 1]; side++) {
        if (side == change->arc)
            continue;
        uint32_t z = h->up_head[side];
        uint32_t third = y < z ? road_hierarchy_arc(h, y, z) : road_hierarchy_arc(h, z, y);
        CHECK(third != ROAD_NONE);
        uint32_t y_to_z = y < z ? metric->up_ms[third] : metric->down_ms[third];
        uint32_t z_to_y = y < z ? metric->down_ms[third] : metric->up_ms[third];
        uint32_t x_to_z = metric->up_ms[side];
        uint32_t z_to_x = metric->down_ms[side];
        if (metric->pending[third] == 0 &&
            (depends(y_to_z, was->down_ms + x_to_z, is->down_ms + x_to_z,
                     was->down_m != is->down_m) ||
             depends(z_to_y, z_to_x + was->up_ms, z_to_x + is->up_ms, was->up_m != is->up_m))) {
            metric->pending[third] = 1;
            marked++;
        }
    }
    return marked;
}

/* Work one arc out anew. What it was and is, for those that depend on it. */
static struct change renew(struct road_metric *metric, uint32_t arc)
{
    const struct change change = {arc, ways_of(metric, arc), recompute(metric, arc)};
    metric->up_ms[arc] = change.is.up_ms;
    metric->down_ms[arc] = change.is.down_ms;
    metric->up_m[arc] = change.is.up_m;
    metric->down_m[arc] = change.is.down_m;
    return change;
}

uint32_t road_metric_set(struct road_metric *metric, uint32_t arc, uint32_t weight_ms)
{
    const struct road_hierarchy *h = metric->hierarchy;
    CHECK(arc < h->graph->arc_count);
    CHECK(road_metric_weight_valid(weight_ms));
    metric->weights_ms[arc] = weight_ms;
    metric->version++;
    metric->pending[h->arc_of[arc]] = 1;
    uint32_t pending = 1;
    uint32_t highest = ROAD_NONE;
    uint32_t x = h->up_tail[h->arc_of[arc]];
    for (; pending > 0; x = h->parent[x]) {
        for (uint32_t e = h->first_up[x]; e < h->first_up[x + 1]; e++) {
            if (metric->pending[e] == 0)
                continue;
            metric->pending[e] = 0;
            pending--;
            const struct change change = renew(metric, e);
            const bool is_timed =
                change.was.up_ms != change.is.up_ms || change.was.down_ms != change.is.down_ms;
            if (!is_timed && change.was.up_m == change.is.up_m &&
                change.was.down_m == change.is.down_m)
                continue;
            pending += mark_dependents(metric, &change);
            if (is_timed)
                highest = x;
        }
    }
    return highest;
}
