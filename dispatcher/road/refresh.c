/* The metric is double-buffered, 12 bytes for an arc of the hierarchy and 4 for one of the graph;
 * rows are far too large for that, and are not needed to be exact. */
#include "road/refresh.h"

#include <string.h>

size_t road_refresh_cost(const struct road_hierarchy *hierarchy)
{
    return arena_cost(hierarchy->graph->arc_count, sizeof(uint32_t)) +
           2 * arena_cost(hierarchy->arc_count, sizeof(uint32_t)) +
           2 * arena_cost(hierarchy->arc_count, sizeof(uint16_t));
}

bool road_refresh_init(struct road_refresh *refresh, struct arena *arena,
                       struct road_metric *metric, struct road_rows *rows)
{
    const struct road_hierarchy *h = metric->hierarchy;
    CHECK(rows == NULL || rows->metric == metric);
    if (road_refresh_cost(h) > arena->size - arena->used)
        return false;
    *refresh = (struct road_refresh){
        .metric = metric,
        .rows = rows,
        .next =
            {
                .hierarchy = h,
                .weights_ms = arena_take(arena, h->graph->arc_count, sizeof(uint32_t)),
                .up_ms = arena_take(arena, h->arc_count, sizeof(uint32_t)),
                .down_ms = arena_take(arena, h->arc_count, sizeof(uint32_t)),
                .up_m = arena_take(arena, h->arc_count, sizeof(uint16_t)),
                .down_m = arena_take(arena, h->arc_count, sizeof(uint16_t)),
                .slots = metric->slots,
            },
    };
    CHECK(refresh->next.weights_ms != NULL);
    CHECK(refresh->next.up_ms != NULL && refresh->next.down_ms != NULL);
    CHECK(refresh->next.up_m != NULL && refresh->next.down_m != NULL);
    return true;
}

void road_refresh_begin(struct road_refresh *refresh, const uint32_t *weights_ms)
{
    uint32_t arc_count = refresh->metric->hierarchy->graph->arc_count;
    for (uint32_t arc = 0; arc < arc_count; arc++)
        CHECK(road_metric_weight_valid(weights_ms[arc]));
    if (arc_count > 0)
        memcpy(refresh->next.weights_ms, weights_ms, arc_count * sizeof *weights_ms);
    refresh->rank = 0;
    refresh->state = ROAD_REFRESH_CUSTOMIZE;
}

/* The customized metric becomes that of now. weights_ms stays where it is: others look at it. */
static void take_over(struct road_refresh *refresh)
{
    struct road_metric *metric = refresh->metric;
    struct road_metric *next = &refresh->next;
    const struct road_metric old = *metric;
    uint32_t arc_count = metric->hierarchy->graph->arc_count;
    if (arc_count > 0)
        memcpy(metric->weights_ms, next->weights_ms, arc_count * sizeof *next->weights_ms);
    metric->up_ms = next->up_ms;
    metric->down_ms = next->down_ms;
    metric->up_m = next->up_m;
    metric->down_m = next->down_m;
    metric->version++;
    next->up_ms = old.up_ms;
    next->down_ms = old.down_ms;
    next->up_m = old.up_m;
    next->down_m = old.down_m;
    if (refresh->rows != NULL)
        road_rows_begin(refresh->rows);
    refresh->state = refresh->rows != NULL ? ROAD_REFRESH_ROWS : ROAD_REFRESH_IDLE;
}

bool road_refresh_step(struct road_refresh *refresh, uint32_t node_count)
{
    uint32_t nodes = refresh->metric->hierarchy->node_count;
    CHECK(node_count > 0);
    switch (refresh->state) {
    case ROAD_REFRESH_IDLE:
        break;
    case ROAD_REFRESH_CUSTOMIZE: {
        uint32_t left = nodes - refresh->rank;
        uint32_t end = refresh->rank + (left < node_count ? left : node_count);
        road_metric_customize_some(&refresh->next, refresh->rank, end);
        refresh->rank = end;
        if (end == nodes)
            take_over(refresh);
        break;
    }
    case ROAD_REFRESH_ROWS:
        if (road_rows_step(refresh->rows, node_count))
            refresh->state = ROAD_REFRESH_IDLE;
        break;
    }
    return refresh->state == ROAD_REFRESH_IDLE;
}

void road_refresh_change(struct road_refresh *refresh, uint32_t arc, uint32_t high)
{
    const struct road_hierarchy *h = refresh->metric->hierarchy;
    uint32_t low = h->up_tail[h->arc_of[arc]];
    if (refresh->state == ROAD_REFRESH_CUSTOMIZE) {
        refresh->next.weights_ms[arc] = refresh->metric->weights_ms[arc];
        refresh->rank = refresh->rank < low ? refresh->rank : low;
    }
    if (refresh->rows != NULL)
        road_rows_repair(refresh->rows, low, high);
}
