/* Two transpositions: the arcs and their reverses, dealt out by head and then dealt back, lie
 * sorted for each node; what stands twice is then dropped in place. */
#include "road/neighbours.h"

#include <string.h>

size_t road_neighbours_cost(uint32_t node_count, uint32_t arc_count)
{
    return 2 * arena_cost((size_t)node_count + 1, sizeof(uint32_t)) +
           2 * arena_cost((size_t)arc_count * 2, sizeof(uint32_t));
}

/* counts[v + 1] = how many ends of arcs lie at v, loops left out; then the running sum. */
static void count_ends(const struct road_graph *graph, uint32_t *counts)
{
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        if (graph->tail[arc] == graph->head[arc])
            continue;
        counts[graph->tail[arc] + 1]++;
        counts[graph->head[arc] + 1]++;
    }
    for (uint32_t v = 0; v < graph->node_count; v++)
        counts[v + 1] += counts[v];
}

/* The relation is symmetric, so dealing v to each of its neighbours, for ascending v, gives every
 * node its neighbours in ascending order. */
static void deal(uint32_t node_count, const uint32_t *first, const uint32_t *unsorted,
                 uint32_t *next, uint32_t *sorted)
{
    memcpy(next, first, (size_t)node_count * sizeof *next);
    for (uint32_t v = 0; v < node_count; v++) {
        for (uint32_t i = first[v]; i < first[v + 1]; i++)
            sorted[next[unsorted[i]]++] = v;
    }
}

static void drop_repeats(uint32_t node_count, uint32_t *first, uint32_t *nodes)
{
    uint32_t kept = 0;
    uint32_t begin = 0;
    for (uint32_t v = 0; v < node_count; v++) {
        uint32_t end = first[v + 1];
        first[v] = kept;
        for (uint32_t i = begin; i < end; i++) {
            if (i == begin || nodes[i] != nodes[i - 1])
                nodes[kept++] = nodes[i];
        }
        begin = end;
    }
    first[node_count] = kept;
}

bool road_neighbours_init(struct road_neighbours *neighbours, struct arena *arena,
                          const struct road_graph *graph)
{
    CHECK(graph->arc_count <= UINT32_MAX / 2);
    size_t start = arena_mark(arena);
    uint32_t node_count = graph->node_count;
    size_t ends = (size_t)graph->arc_count * 2;
    uint32_t *first = arena_take(arena, (size_t)node_count + 1, sizeof *first);
    uint32_t *nodes = arena_take(arena, ends, sizeof *nodes);
    size_t scratch = arena_mark(arena);
    uint32_t *next = arena_take(arena, (size_t)node_count + 1, sizeof *next);
    uint32_t *unsorted = arena_take(arena, ends, sizeof *unsorted);
    if (first == NULL || nodes == NULL || next == NULL || unsorted == NULL) {
        arena_rewind(arena, start);
        return false;
    }
    count_ends(graph, first);
    memcpy(next, first, (size_t)node_count * sizeof *next);
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        uint32_t tail = graph->tail[arc];
        uint32_t head = graph->head[arc];
        if (tail == head)
            continue;
        unsorted[next[tail]++] = head;
        unsorted[next[head]++] = tail;
    }
    deal(node_count, first, unsorted, next, nodes);
    drop_repeats(node_count, first, nodes);
    arena_rewind(arena, scratch);
    *neighbours = (struct road_neighbours){.first = first, .nodes = nodes};
    return true;
}
