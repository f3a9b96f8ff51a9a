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
        .slots = arena_take(arena, hierarchy->node_count, sizeof(uint32_t)),
        .pending = arena_take(arena, hierarchy->arc_count, sizeof(uint8_t)),
    };
    if (made.weights_ms == NULL || made.up_ms == NULL || made.down_ms == NULL ||
        made.slots == NULL || made.pending == NULL) {
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
    uint32_t *restrict slots = metric->slots;
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        slots[h->up_head[arc]] = arc;
        up_ms[arc] = input_ms(metric, h->input_up[arc]);
        down_ms[arc] = input_ms(metric, h->input_down[arc]);
    }
    for (uint32_t i = h->first_down[x]; i < h->first_down[x + 1]; i++) {
        uint32_t below = h->down_arc[i]; /* between v and x */
        uint32_t from_x = down_ms[below];
        uint32_t to_x = up_ms[below];
        uint32_t end = h->first_up[h->up_tail[below] + 1];
        for (uint32_t side = below + 1; side < end; side++) { /* between v and y > x */
            uint32_t arc = slots[h->up_head[side]];
            up_ms[arc] = least(up_ms[arc], from_x + up_ms[side]);
            down_ms[arc] = least(down_ms[arc], down_ms[side] + to_x);
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

/* One arc from its input and all its lower triangles. These lie in the subtree of its lower end,
 * which is a range of ranks. */
static void recompute(struct road_metric *metric, uint32_t arc)
{
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t x = h->up_tail[arc];
    uint32_t y = h->up_head[arc];
    uint32_t up = input_ms(metric, h->input_up[arc]);
    uint32_t down = input_ms(metric, h->input_down[arc]);
    uint32_t i = h->first_down[x];
    uint32_t i_end = h->first_down[x + 1];
    uint32_t j = road_hierarchy_down(h, y, road_hierarchy_lowest(h, x));
    while (i < i_end && j < h->first_down[y + 1]) {
        uint32_t to_x = h->down_arc[i];
        uint32_t to_y = h->down_arc[j];
        uint32_t v = h->up_tail[to_x];
        uint32_t w = h->up_tail[to_y];
        if (v == w) {
            up = least(up, metric->down_ms[to_x] + metric->up_ms[to_y]);
            down = least(down, metric->down_ms[to_y] + metric->up_ms[to_x]);
        }
        i += v <= w;
        j += w <= v;
    }
    metric->up_ms[arc] = up;
    metric->down_ms[arc] = down;
}

/* Does `arc` depend on a candidate that went from `was` to `is`? */
static bool depends(uint32_t value, uint32_t was, uint32_t is)
{
    return was != is && (was == value || is < value);
}

struct change {
    uint32_t arc;
    uint32_t old_up;
    uint32_t old_down;
};

/* Mark the third sides of the triangles over a changed arc from x to y and another one from x to
 * z that may depend on it. Gives how many were newly marked. */
static uint32_t mark_dependents(struct road_metric *metric, struct change change)
{
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t x = h->up_tail[change.arc];
    uint32_t y = h->up_head[change.arc];
    uint32_t new_up = metric->up_ms[change.arc];
    uint32_t new_down = metric->down_ms[change.arc];
    uint32_t marked = 0;
    for (uint32_t side = h->first_up[x]; side < h->first_up[x + 1]; side++) {
        if (side == change.arc)
            continue;
        uint32_t z = h->up_head[side];
        uint32_t third = y < z ? road_hierarchy_arc(h, y, z) : road_hierarchy_arc(h, z, y);
        CHECK(third != ROAD_NONE);
        uint32_t y_to_z = y < z ? metric->up_ms[third] : metric->down_ms[third];
        uint32_t z_to_y = y < z ? metric->down_ms[third] : metric->up_ms[third];
        uint32_t x_to_z = metric->up_ms[side];
        uint32_t z_to_x = metric->down_ms[side];
        if (metric->pending[third] == 0 &&
            (depends(y_to_z, change.old_down + x_to_z, new_down + x_to_z) ||
             depends(z_to_y, z_to_x + change.old_up, z_to_x + new_up))) {
            metric->pending[third] = 1;
            marked++;
        }
    }
    return marked;
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
            struct change change = {e, metric->up_ms[e], metric->down_ms[e]};
            metric->pending[e] = 0;
            pending--;
            recompute(metric, e);
            if (metric->up_ms[e] == change.old_up && metric->down_ms[e] == change.old_down)
                continue;
            pending += mark_dependents(metric, change);
            highest = x;
        }
    }
    return highest;
}
