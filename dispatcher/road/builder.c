/* Four passes: order the nodes by name, order the edges by (tail, head) and drop loops and
 * parallels, find the strongly connected parts (Tarjan, SIAM J. Comput. 1, 1972, without
 * recursion), and keep the largest. */
#include "road/builder.h"

#include <string.h>

#include "base/sort.h"
#include "road/metric.h"

/* The graph under way; its arrays become the result's, in place. */
struct build {
    const struct road_builder_input *input;
    struct road_builder_report *report;
    uint32_t node_count;
    uint32_t arc_count;
    struct geo_point *points;
    int64_t *names;
    uint32_t *first_out;
    uint32_t *tail;
    uint32_t *head;
    uint32_t *length_m;
    uint32_t *free_ms;
    uint8_t *class;
};

/* Scratch to sort by 64-bit keys. */
struct sorter {
    uint64_t *keys;
    uint64_t *key_scratch;
    uint32_t *values;
    uint32_t *value_scratch;
};

/* Scratch of the search for parts, all [node_count]. */
struct search {
    uint32_t *part;     /* by node: number of its part, or ROAD_NONE while open */
    uint32_t *index;    /* by node: when it was reached, from 1 */
    uint32_t *low;      /* by node: earliest open node known to be reachable */
    uint32_t *next_arc; /* by node: arc to look at next */
    uint32_t *way;      /* nodes from the start to the present one */
    uint32_t *open;     /* reached nodes without a part */
    uint32_t way_count;
    uint32_t open_count;
    uint32_t reached;
    uint32_t part_count;
};

static size_t sorter_cost(size_t count)
{
    return 2 * arena_cost(count, sizeof(uint64_t)) + 2 * arena_cost(count, sizeof(uint32_t));
}

size_t road_builder_cost(size_t node_count, size_t edge_count)
{
    size_t graph =
        arena_cost(node_count, sizeof(struct geo_point)) + arena_cost(node_count, sizeof(int64_t)) +
        arena_cost(node_count + 1, sizeof(uint32_t)) +
        4 * arena_cost(edge_count, sizeof(uint32_t)) + arena_cost(edge_count, sizeof(uint8_t));
    size_t search = 7 * arena_cost(node_count + 1, sizeof(uint32_t));
    size_t nodes = sorter_cost(node_count);
    size_t edges = sorter_cost(edge_count);
    size_t most = nodes > edges ? nodes : edges;
    return graph + (most > search ? most : search);
}

static bool sorter_take(struct sorter *sorter, struct arena *arena, size_t count)
{
    sorter->keys = arena_take(arena, count, sizeof(uint64_t));
    sorter->key_scratch = arena_take(arena, count, sizeof(uint64_t));
    sorter->values = arena_take(arena, count, sizeof(uint32_t));
    sorter->value_scratch = arena_take(arena, count, sizeof(uint32_t));
    return sorter->keys != NULL && sorter->key_scratch != NULL && sorter->values != NULL &&
           sorter->value_scratch != NULL;
}

static void sorter_sort(struct sorter *sorter, size_t count)
{
    sort_pairs(sorter->keys, sorter->values, sorter->key_scratch, sorter->value_scratch, count);
}

static bool take_graph(struct build *build, struct arena *arena)
{
    size_t nodes = build->input->node_count;
    size_t edges = build->input->edge_count;
    build->points = arena_take(arena, nodes, sizeof *build->points);
    build->names = arena_take(arena, nodes, sizeof *build->names);
    build->first_out = arena_take(arena, nodes + 1, sizeof *build->first_out);
    build->tail = arena_take(arena, edges, sizeof *build->tail);
    build->head = arena_take(arena, edges, sizeof *build->head);
    build->length_m = arena_take(arena, edges, sizeof *build->length_m);
    build->free_ms = arena_take(arena, edges, sizeof *build->free_ms);
    build->class = arena_take(arena, edges, sizeof *build->class);
    return build->points != NULL && build->names != NULL && build->first_out != NULL &&
           build->tail != NULL && build->head != NULL && build->length_m != NULL &&
           build->free_ms != NULL && build->class != NULL;
}

static enum road_builder_result refuse(struct build *build, size_t row,
                                       enum road_builder_result result)
{
    build->report->culprit = row;
    return result;
}

static enum road_builder_result order_nodes(struct build *build, struct sorter *sorter)
{
    const struct road_builder_node *nodes = build->input->nodes;
    uint32_t count = (uint32_t)build->input->node_count;
    for (uint32_t i = 0; i < count; i++) {
        if (!geo_valid(nodes[i].point))
            return refuse(build, i, ROAD_BUILDER_NODE_BAD);
        sorter->keys[i] = (uint64_t)nodes[i].name ^ UINT64_C(1) << 63; /* signed order */
        sorter->values[i] = i;
    }
    sorter_sort(sorter, count);
    uint32_t twice = ROAD_NONE; /* the first row whose name stood before */
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = sorter->values[i];
        build->names[i] = nodes[row].name;
        build->points[i] = nodes[row].point;
        if (i > 0 && build->names[i] == build->names[i - 1] && row < twice)
            twice = row;
    }
    build->node_count = count;
    return twice == ROAD_NONE ? ROAD_BUILDER_OK : refuse(build, twice, ROAD_BUILDER_NODE_TWICE);
}

/* Of the arcs of one tail and head: the fastest, then the shortest, then the most important. */
static bool is_better(const struct road_builder_edge *a, const struct road_builder_edge *b)
{
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms;
    if (a->length_m != b->length_m)
        return a->length_m < b->length_m;
    return a->class < b->class;
}

static bool is_edge_valid(const struct road_builder_edge *edge)
{
    return edge->length_m >= 1 && edge->length_m <= INT32_MAX && edge->time_ms >= 1 &&
           edge->time_ms <= ROAD_WEIGHT_MAX_MS && edge->class <= ROAD_CLASS_SERVICE;
}

static void put_arc(struct build *build, uint32_t arc, uint64_t key,
                    const struct road_builder_edge *edge)
{
    build->tail[arc] = (uint32_t)(key >> 32);
    build->head[arc] = (uint32_t)key;
    build->length_m[arc] = edge->length_m;
    build->free_ms[arc] = edge->time_ms;
    build->class[arc] = edge->class;
}

static enum road_builder_result order_edges(struct build *build, struct sorter *sorter)
{
    const struct road_builder_edge *edges = build->input->edges;
    const struct road_graph by_name = {.node_count = build->node_count, .names = build->names};
    uint32_t count = 0;
    for (uint32_t i = 0; i < (uint32_t)build->input->edge_count; i++) {
        uint32_t tail = road_graph_find(&by_name, edges[i].from);
        uint32_t head = road_graph_find(&by_name, edges[i].to);
        if (tail == ROAD_NONE || head == ROAD_NONE)
            return refuse(build, i, ROAD_BUILDER_EDGE_DANGLING);
        if (!is_edge_valid(&edges[i]))
            return refuse(build, i, ROAD_BUILDER_EDGE_BAD);
        if (tail == head) {
            build->report->loops++;
            continue;
        }
        sorter->keys[count] = (uint64_t)tail << 32 | head;
        sorter->values[count++] = i;
    }
    sorter_sort(sorter, count);
    for (uint32_t i = 0; i < count;) {
        uint64_t key = sorter->keys[i];
        const struct road_builder_edge *best = &edges[sorter->values[i]];
        for (i++; i < count && sorter->keys[i] == key; i++) {
            const struct road_builder_edge *other = &edges[sorter->values[i]];
            best = is_better(other, best) ? other : best;
            build->report->parallels++;
        }
        put_arc(build, build->arc_count++, key, best);
    }
    return ROAD_BUILDER_OK;
}

static void index_arcs(struct build *build)
{
    memset(build->first_out, 0, ((size_t)build->node_count + 1) * sizeof *build->first_out);
    for (uint32_t arc = 0; arc < build->arc_count; arc++)
        build->first_out[build->tail[arc] + 1]++;
    for (uint32_t v = 0; v < build->node_count; v++)
        build->first_out[v + 1] += build->first_out[v];
}

static bool search_take(struct search *search, struct arena *arena, size_t nodes)
{
    uint32_t **arrays[] = {&search->part,     &search->index, &search->low,
                           &search->next_arc, &search->way,   &search->open};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = arena_take(arena, nodes + 1, sizeof(uint32_t));
        if (*arrays[i] == NULL)
            return false;
    }
    memset(search->part, 0xff, nodes * sizeof *search->part);
    return true;
}

static void reach(struct search *search, const struct build *build, uint32_t v)
{
    search->index[v] = search->low[v] = ++search->reached;
    search->next_arc[v] = build->first_out[v];
    search->way[search->way_count++] = v;
    search->open[search->open_count++] = v;
}

/* All of v's arcs are seen: close its part if v is the part's first, and go back. */
static void leave(struct search *search, uint32_t v)
{
    search->way_count--;
    if (search->low[v] == search->index[v]) {
        uint32_t member;
        do {
            member = search->open[--search->open_count];
            search->part[member] = search->part_count;
        } while (member != v);
        search->part_count++;
    }
    if (search->way_count > 0) {
        uint32_t back = search->way[search->way_count - 1];
        search->low[back] = search->low[v] < search->low[back] ? search->low[v] : search->low[back];
    }
}

static void find_parts(struct search *search, const struct build *build)
{
    for (uint32_t start = 0; start < build->node_count; start++) {
        if (search->index[start] == 0)
            reach(search, build, start);
        while (search->way_count > 0) {
            uint32_t v = search->way[search->way_count - 1];
            if (search->next_arc[v] == build->first_out[v + 1]) {
                leave(search, v);
                continue;
            }
            uint32_t w = build->head[search->next_arc[v]++];
            if (search->index[w] == 0)
                reach(search, build, w);
            else if (search->part[w] == ROAD_NONE && search->index[w] < search->low[v])
                search->low[v] = search->index[w];
        }
    }
}

/* The part with the most nodes, of equals the one that has the smallest name. */
static uint32_t largest_part(const struct search *search, const struct build *build,
                             uint32_t *sizes)
{
    for (uint32_t v = 0; v < build->node_count; v++)
        sizes[search->part[v]]++;
    uint32_t best = ROAD_NONE;
    for (uint32_t v = 0; v < build->node_count; v++) {
        if (best == ROAD_NONE || sizes[search->part[v]] > sizes[best])
            best = search->part[v];
    }
    return best;
}

/* Keep one part, in place and in order. `number` is scratch. */
static void keep_part(struct build *build, const uint32_t *part, uint32_t kept, uint32_t *number)
{
    uint32_t nodes = 0;
    uint32_t arcs = 0;
    for (uint32_t v = 0; v < build->node_count; v++) {
        if (part[v] != kept)
            continue;
        number[v] = nodes;
        build->names[nodes] = build->names[v];
        build->points[nodes++] = build->points[v];
    }
    for (uint32_t arc = 0; arc < build->arc_count; arc++) {
        if (part[build->tail[arc]] != kept || part[build->head[arc]] != kept)
            continue;
        build->tail[arcs] = number[build->tail[arc]];
        build->head[arcs] = number[build->head[arc]];
        build->length_m[arcs] = build->length_m[arc];
        build->free_ms[arcs] = build->free_ms[arc];
        build->class[arcs++] = build->class[arc];
    }
    build->report->nodes_dropped = build->node_count - nodes;
    build->report->arcs_dropped = build->arc_count - arcs;
    build->node_count = nodes;
    build->arc_count = arcs;
    index_arcs(build);
}

static enum road_builder_result make(struct build *build, struct arena *arena)
{
    struct sorter sorter;
    struct search search = {.part_count = 0};
    if (!take_graph(build, arena))
        return ROAD_BUILDER_NO_ROOM;
    size_t mark = arena_mark(arena);
    if (!sorter_take(&sorter, arena, build->input->node_count))
        return ROAD_BUILDER_NO_ROOM;
    enum road_builder_result result = order_nodes(build, &sorter);
    if (result != ROAD_BUILDER_OK)
        return result;
    arena_rewind(arena, mark);
    if (!sorter_take(&sorter, arena, build->input->edge_count))
        return ROAD_BUILDER_NO_ROOM;
    result = order_edges(build, &sorter);
    if (result != ROAD_BUILDER_OK)
        return result;
    arena_rewind(arena, mark);
    index_arcs(build);
    uint32_t *scratch = arena_take(arena, (size_t)build->node_count + 1, sizeof *scratch);
    if (scratch == NULL || !search_take(&search, arena, build->node_count))
        return ROAD_BUILDER_NO_ROOM;
    find_parts(&search, build);
    uint32_t kept = largest_part(&search, build, scratch);
    build->report->parts_dropped = search.part_count > 0 ? search.part_count - 1 : 0;
    keep_part(build, search.part, kept, scratch);
    arena_rewind(arena, mark);
    return build->arc_count > 0 ? ROAD_BUILDER_OK : ROAD_BUILDER_NOTHING_JOINED;
}

enum road_builder_result road_builder_make(const struct road_builder_input *input,
                                           struct arena *arena, struct road_graph *graph,
                                           struct road_builder_report *report)
{
    size_t start = arena_mark(arena);
    struct build build = {.input = input, .report = report};
    *report = (struct road_builder_report){.culprit = 0};
    if (input->node_count > ROAD_BUILDER_NODES_MAX || input->edge_count > ROAD_BUILDER_EDGES_MAX)
        return ROAD_BUILDER_TOO_MANY;
    enum road_builder_result result = make(&build, arena);
    if (result != ROAD_BUILDER_OK) {
        arena_rewind(arena, start);
        return result;
    }
    *graph = (struct road_graph){
        .node_count = build.node_count,
        .arc_count = build.arc_count,
        .points = build.points,
        .names = build.names,
        .first_out = build.first_out,
        .tail = build.tail,
        .head = build.head,
        .length_m = build.length_m,
        .free_ms = build.free_ms,
        .class = build.class,
    };
    return ROAD_BUILDER_OK;
}

const char *road_builder_result_text(enum road_builder_result result)
{
    switch (result) {
    case ROAD_BUILDER_OK:
        return "the network is built";
    case ROAD_BUILDER_NO_ROOM:
        return "there is not enough memory for the network";
    case ROAD_BUILDER_TOO_MANY:
        return "there are too many nodes or edges";
    case ROAD_BUILDER_NODE_BAD:
        return "a node lies off the earth";
    case ROAD_BUILDER_NODE_TWICE:
        return "a node is listed twice";
    case ROAD_BUILDER_EDGE_DANGLING:
        return "an edge names a node that is not there";
    case ROAD_BUILDER_EDGE_BAD:
        return "an edge has a length, a time or a class out of range";
    case ROAD_BUILDER_NOTHING_JOINED:
        return "no two places of the network can be reached from each other";
    }
    return "unknown result";
}
