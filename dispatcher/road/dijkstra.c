/* Label setting with a binary heap, straight from the textbook. */
#include "road/dijkstra.h"

#include <string.h>

size_t road_dijkstra_cost(const struct road_graph *graph)
{
    return heap_cost(graph->node_count) + arena_cost(graph->node_count, sizeof(int64_t)) +
           arena_cost(graph->node_count, sizeof(uint32_t));
}

bool road_dijkstra_init(struct road_dijkstra *dijkstra, struct arena *arena,
                        const struct road_graph *graph, const uint32_t *weights_ms)
{
    if (road_dijkstra_cost(graph) > arena->size - arena->used)
        return false;
    *dijkstra = (struct road_dijkstra){
        .graph = graph,
        .weights_ms = weights_ms,
        .times_ms = arena_take(arena, graph->node_count, sizeof(int64_t)),
        .via = arena_take(arena, graph->node_count, sizeof(uint32_t)),
    };
    CHECK(dijkstra->times_ms != NULL && dijkstra->via != NULL);
    heap_init(&dijkstra->heap, arena, graph->node_count);
    return true;
}

/* Settle nodes from `from` on, until `until` is settled (ROAD_NONE: all). As in the hierarchy,
 * ROAD_FAR_MS or more from the first node counts as no way. */
static void search(struct road_dijkstra *dijkstra, struct road_place from, uint32_t until)
{
    const struct road_graph *graph = dijkstra->graph;
    CHECK(road_place_valid(graph, from));
    for (uint32_t v = 0; v < graph->node_count; v++) {
        dijkstra->times_ms[v] = ROAD_UNREACHABLE_MS;
        dijkstra->via[v] = ROAD_NONE;
    }
    heap_clear(&dijkstra->heap);
    int64_t offset_ms = 0;
    uint32_t start = from.node;
    if (from.arc != ROAD_NONE) {
        if (dijkstra->weights_ms[from.arc] == ROAD_CLOSED)
            return;
        start = graph->head[from.arc];
        offset_ms = road_place_after_ms(from, dijkstra->weights_ms[from.arc]);
    }
    dijkstra->times_ms[start] = offset_ms;
    heap_put(&dijkstra->heap, start, offset_ms);
    uint32_t v;
    int64_t time_ms;
    while (heap_pop(&dijkstra->heap, &v, &time_ms) && v != until) {
        for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
            uint32_t w = graph->head[arc];
            int64_t candidate = time_ms + dijkstra->weights_ms[arc];
            if (dijkstra->weights_ms[arc] == ROAD_CLOSED || candidate - offset_ms >= ROAD_FAR_MS ||
                candidate >= dijkstra->times_ms[w])
                continue;
            dijkstra->times_ms[w] = candidate;
            dijkstra->via[w] = arc;
            heap_put(&dijkstra->heap, w, candidate);
        }
    }
}

void road_dijkstra_run(struct road_dijkstra *dijkstra, struct road_place from)
{
    search(dijkstra, from, ROAD_NONE);
}

/* No node need be passed. */
static bool is_direct(const struct road_dijkstra *dijkstra, struct road_place from,
                      struct road_place to)
{
    return road_place_equal(from, to) || (from.arc != ROAD_NONE && from.arc == to.arc &&
                                          from.along_permille < to.along_permille &&
                                          dijkstra->weights_ms[from.arc] != ROAD_CLOSED);
}

int64_t road_dijkstra_time(struct road_dijkstra *dijkstra, struct road_place from,
                           struct road_place to)
{
    CHECK(road_place_valid(dijkstra->graph, from));
    CHECK(road_place_valid(dijkstra->graph, to));
    uint32_t weight = to.arc == ROAD_NONE ? 0 : dijkstra->weights_ms[to.arc];
    if (is_direct(dijkstra, from, to))
        return road_place_before_ms(to, weight) - road_place_before_ms(from, weight);
    if (weight == ROAD_CLOSED)
        return ROAD_UNREACHABLE_MS;
    uint32_t target = to.arc == ROAD_NONE ? to.node : dijkstra->graph->tail[to.arc];
    search(dijkstra, from, target);
    if (dijkstra->times_ms[target] == ROAD_UNREACHABLE_MS)
        return ROAD_UNREACHABLE_MS;
    return dijkstra->times_ms[target] + road_place_before_ms(to, weight);
}

enum road_path_result road_dijkstra_path(struct road_dijkstra *dijkstra, struct road_place from,
                                         struct road_place to, uint32_t *arcs, size_t arcs_max,
                                         size_t *arc_count)
{
    if (road_dijkstra_time(dijkstra, from, to) == ROAD_UNREACHABLE_MS)
        return ROAD_PATH_UNREACHABLE;
    const struct road_graph *graph = dijkstra->graph;
    bool direct = is_direct(dijkstra, from, to);
    uint32_t target = to.arc == ROAD_NONE ? to.node : graph->tail[to.arc];
    size_t count = direct ? !road_place_equal(from, to) : (from.arc != ROAD_NONE);
    count += !direct && to.arc != ROAD_NONE;
    for (uint32_t v = target; !direct && dijkstra->via[v] != ROAD_NONE;
         v = graph->tail[dijkstra->via[v]])
        count++;
    if (count > arcs_max)
        return ROAD_PATH_TOO_LONG;
    *arc_count = count;
    if (count > 0 && from.arc != ROAD_NONE)
        arcs[0] = from.arc;
    if (direct)
        return ROAD_PATH_OK;
    if (to.arc != ROAD_NONE)
        arcs[--count] = to.arc;
    for (uint32_t v = target; dijkstra->via[v] != ROAD_NONE; v = graph->tail[dijkstra->via[v]])
        arcs[--count] = dijkstra->via[v];
    return ROAD_PATH_OK;
}
