/* Elimination tree by union with path compression (Liu, ACM TOMS 12, 1986), postorder, and then
 * the arcs without any sorting: the lower neighbours of a node are those on the tree paths from
 * its lower neighbours in the graph up to itself, so walking these paths for ascending nodes lists
 * every arc once and in order. */
#include "road/hierarchy.h"

#include <string.h>

#include "road/neighbours.h"

/* Arrays of the hierarchy while they are still written, and scratch. */
struct build {
    const struct road_graph *graph;
    uint32_t n;
    uint32_t *rank;
    uint32_t *node;
    uint32_t *parent;
    uint32_t *depth;
    uint32_t *subtree_size;
    uint32_t *first_up;
    uint32_t *up_head;
    uint32_t *up_tail;
    uint32_t *first_down;
    uint32_t *down_arc;
    uint32_t *input_up;
    uint32_t *input_down;
    uint32_t *arc_of;
    struct road_neighbours neighbours;
    uint32_t *scratch[3]; /* [n] each */
};

size_t road_hierarchy_cost(uint32_t node_count, uint32_t arc_count, uint32_t hierarchy_arc_count)
{
    size_t by_node = arena_cost((size_t)node_count + 1, sizeof(uint32_t));
    size_t by_arc = arena_cost(hierarchy_arc_count, sizeof(uint32_t));
    return 10 * by_node + 5 * by_arc + arena_cost(arc_count, sizeof(uint32_t)) +
           road_neighbours_cost(node_count, arc_count);
}

static bool take_by_node(struct build *build, struct arena *arena)
{
    uint32_t **arrays[] = {&build->rank,         &build->node,     &build->parent,    &build->depth,
                           &build->subtree_size, &build->first_up, &build->first_down};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = arena_take(arena, (size_t)build->n + 1, sizeof(uint32_t));
        if (*arrays[i] == NULL)
            return false;
    }
    return true;
}

static bool take_by_arc(struct build *build, struct arena *arena, uint32_t arc_count)
{
    uint32_t **arrays[] = {&build->up_head, &build->up_tail, &build->down_arc, &build->input_up,
                           &build->input_down};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = arena_take(arena, arc_count, sizeof(uint32_t));
        if (*arrays[i] == NULL)
            return false;
    }
    build->arc_of = arena_take(arena, build->graph->arc_count, sizeof(uint32_t));
    return build->arc_of != NULL;
}

static bool take_scratch(struct build *build, struct arena *arena)
{
    for (size_t i = 0; i < sizeof build->scratch / sizeof build->scratch[0]; i++) {
        build->scratch[i] = arena_take(arena, (size_t)build->n + 1, sizeof(uint32_t));
        if (build->scratch[i] == NULL)
            return false;
    }
    return road_neighbours_init(&build->neighbours, arena, build->graph);
}

static void invert_rank(struct build *build)
{
    memset(build->node, 0xff, (size_t)build->n * sizeof *build->node);
    for (uint32_t v = 0; v < build->n; v++) {
        CHECK(build->rank[v] < build->n);
        CHECK(build->node[build->rank[v]] == ROAD_NONE);
        build->node[build->rank[v]] = v;
    }
}

/* parent[x] for the ranks given; further roots hang under the last rank. */
static void find_parents(struct build *build)
{
    uint32_t *top = build->scratch[0]; /* an ancestor on the way to the root of the tree so far */
    memset(top, 0xff, (size_t)build->n * sizeof *top);
    memset(build->parent, 0xff, (size_t)build->n * sizeof *build->parent);
    for (uint32_t x = 0; x < build->n; x++) {
        uint32_t v = build->node[x];
        for (uint32_t i = build->neighbours.first[v]; i < build->neighbours.first[v + 1]; i++) {
            uint32_t y = build->rank[build->neighbours.nodes[i]];
            while (y < x && top[y] != x) {
                uint32_t next = top[y];
                top[y] = x;
                if (next == ROAD_NONE)
                    build->parent[y] = x;
                y = next == ROAD_NONE ? x : next;
            }
        }
    }
    for (uint32_t x = 0; x + 1 < build->n; x++) {
        if (build->parent[x] == ROAD_NONE)
            build->parent[x] = build->n - 1;
    }
}

/* Renumber the ranks by a postorder of the tree, siblings in ascending order. No stack: from a
 * node one goes down to the first child, else right to the sibling, else up. */
static void number_in_postorder(struct build *build)
{
    uint32_t *child = build->scratch[0];
    uint32_t *sibling = build->scratch[1];
    uint32_t *number = build->scratch[2];
    memset(child, 0xff, (size_t)build->n * sizeof *child);
    for (uint32_t x = build->n; x-- > 0;) {
        uint32_t parent = build->parent[x];
        sibling[x] = parent == ROAD_NONE ? ROAD_NONE : child[parent];
        if (parent != ROAD_NONE)
            child[parent] = x;
    }
    uint32_t next = 0;
    uint32_t x = build->n - 1;
    while (x != ROAD_NONE) {
        if (child[x] != ROAD_NONE) {
            uint32_t down = child[x];
            child[x] = ROAD_NONE;
            x = down;
            continue;
        }
        number[x] = next++;
        x = sibling[x] != ROAD_NONE ? sibling[x] : build->parent[x];
    }
    CHECK(next == build->n);
    uint32_t *parent = build->scratch[0];
    for (x = 0; x < build->n; x++)
        parent[number[x]] = build->parent[x] == ROAD_NONE ? ROAD_NONE : number[build->parent[x]];
    memcpy(build->parent, parent, (size_t)build->n * sizeof *parent);
    for (uint32_t v = 0; v < build->n; v++)
        build->rank[v] = number[build->rank[v]];
    invert_rank(build);
}

/* Depths from the root down, sizes from the leaves up; gives the height. */
static uint32_t measure_tree(struct build *build)
{
    uint32_t height = 0;
    for (uint32_t x = build->n; x-- > 0;) {
        uint32_t parent = build->parent[x];
        build->depth[x] = parent == ROAD_NONE ? 0 : build->depth[parent] + 1;
        height = build->depth[x] + 1 > height ? build->depth[x] + 1 : height;
        build->subtree_size[x] = 1;
    }
    for (uint32_t x = 0; x + 1 < build->n; x++)
        build->subtree_size[build->parent[x]] += build->subtree_size[x];
    return height;
}

/* List the lower neighbours of x, each once: count them at their first_up[ + 1], or, when up_head
 * is there, write x behind each one's upper neighbours. Gives how many there are. */
static uint32_t walk_lower(struct build *build, uint32_t x, uint32_t *seen, uint32_t *next)
{
    uint32_t found = 0;
    uint32_t v = build->node[x];
    seen[x] = x;
    for (uint32_t i = build->neighbours.first[v]; i < build->neighbours.first[v + 1]; i++) {
        uint32_t y = build->rank[build->neighbours.nodes[i]];
        if (y > x)
            continue;
        for (; seen[y] != x; y = build->parent[y]) {
            seen[y] = x;
            found++;
            if (next == NULL) {
                build->first_up[y + 1]++;
            } else {
                build->up_tail[next[y]] = y;
                build->up_head[next[y]++] = x;
            }
        }
    }
    return found;
}

/* Fill first_up; gives the number of arcs, at most ROAD_HIERARCHY_ARCS_MAX + 1. */
static uint32_t count_arcs(struct build *build)
{
    uint32_t *seen = build->scratch[0];
    memset(seen, 0xff, (size_t)build->n * sizeof *seen);
    uint64_t total = 0;
    for (uint32_t x = 0; x < build->n && total <= ROAD_HIERARCHY_ARCS_MAX; x++)
        total += walk_lower(build, x, seen, NULL);
    if (total > ROAD_HIERARCHY_ARCS_MAX)
        return ROAD_HIERARCHY_ARCS_MAX + 1;
    for (uint32_t x = 0; x < build->n; x++)
        build->first_up[x + 1] += build->first_up[x];
    return (uint32_t)total;
}

static void list_arcs(struct build *build, uint32_t arc_count)
{
    uint32_t *seen = build->scratch[0];
    uint32_t *next = build->scratch[1];
    memset(seen, 0xff, (size_t)build->n * sizeof *seen);
    memcpy(next, build->first_up, (size_t)build->n * sizeof *next);
    for (uint32_t x = 0; x < build->n; x++)
        build->first_down[x + 1] = build->first_down[x] + walk_lower(build, x, seen, next);
    memcpy(next, build->first_down, (size_t)build->n * sizeof *next);
    for (uint32_t arc = 0; arc < arc_count; arc++)
        build->down_arc[next[build->up_head[arc]]++] = arc;
}

static void join_input(struct build *build, const struct road_hierarchy *hierarchy)
{
    memset(build->input_up, 0xff, (size_t)hierarchy->arc_count * sizeof *build->input_up);
    memset(build->input_down, 0xff, (size_t)hierarchy->arc_count * sizeof *build->input_down);
    for (uint32_t e = 0; e < build->graph->arc_count; e++) {
        uint32_t tail = build->rank[build->graph->tail[e]];
        uint32_t head = build->rank[build->graph->head[e]];
        CHECK(tail != head);
        uint32_t low = tail < head ? tail : head;
        uint32_t high = tail < head ? head : tail;
        uint32_t arc = road_hierarchy_arc(hierarchy, low, high);
        uint32_t *input = tail < head ? build->input_up : build->input_down;
        CHECK(arc != ROAD_NONE);
        CHECK(input[arc] == ROAD_NONE);
        input[arc] = e;
        build->arc_of[e] = arc;
    }
}

static void publish(const struct build *build, struct road_hierarchy *hierarchy, uint32_t height,
                    uint32_t arc_count)
{
    *hierarchy = (struct road_hierarchy){
        .graph = build->graph,
        .node_count = build->n,
        .arc_count = arc_count,
        .height = height,
        .rank = build->rank,
        .node = build->node,
        .parent = build->parent,
        .depth = build->depth,
        .subtree_size = build->subtree_size,
        .first_up = build->first_up,
        .up_head = build->up_head,
        .up_tail = build->up_tail,
        .first_down = build->first_down,
        .down_arc = build->down_arc,
        .input_up = build->input_up,
        .input_down = build->input_down,
        .arc_of = build->arc_of,
    };
}

/* The arrays by arc lie below the scratch in the arena, and how long they are is known only after
 * the first use of the scratch: so it is taken twice. */
static enum road_hierarchy_result build_in(struct build *build, struct arena *arena,
                                           struct road_hierarchy *hierarchy, const uint32_t *rank)
{
    if (!take_by_node(build, arena))
        return ROAD_HIERARCHY_NO_ROOM;
    size_t mark = arena_mark(arena);
    if (!take_scratch(build, arena))
        return ROAD_HIERARCHY_NO_ROOM;
    memcpy(build->rank, rank, (size_t)build->n * sizeof *rank);
    invert_rank(build);
    find_parents(build);
    number_in_postorder(build);
    uint32_t height = measure_tree(build);
    uint32_t arc_count = count_arcs(build);
    if (arc_count > ROAD_HIERARCHY_ARCS_MAX)
        return ROAD_HIERARCHY_TOO_DENSE;
    arena_rewind(arena, mark);
    if (!take_by_arc(build, arena, arc_count))
        return ROAD_HIERARCHY_NO_ROOM;
    mark = arena_mark(arena);
    if (!take_scratch(build, arena))
        return ROAD_HIERARCHY_NO_ROOM;
    list_arcs(build, arc_count);
    publish(build, hierarchy, height, arc_count);
    join_input(build, hierarchy);
    arena_rewind(arena, mark);
    return ROAD_HIERARCHY_OK;
}

enum road_hierarchy_result road_hierarchy_build(struct road_hierarchy *hierarchy,
                                                struct arena *arena, const struct road_graph *graph,
                                                const uint32_t *rank)
{
    CHECK(graph->node_count > 0);
    size_t start = arena_mark(arena);
    struct build build = {.graph = graph, .n = graph->node_count};
    enum road_hierarchy_result result = build_in(&build, arena, hierarchy, rank);
    if (result != ROAD_HIERARCHY_OK)
        arena_rewind(arena, start);
    return result;
}

uint32_t road_hierarchy_arc(const struct road_hierarchy *hierarchy, uint32_t low, uint32_t high)
{
    uint32_t begin = hierarchy->first_up[low];
    uint32_t end = hierarchy->first_up[low + 1];
    uint32_t last = end;
    while (begin < end) {
        uint32_t middle = begin + (end - begin) / 2;
        if (hierarchy->up_head[middle] < high)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin < last && hierarchy->up_head[begin] == high ? begin : ROAD_NONE;
}

uint32_t road_hierarchy_lowest(const struct road_hierarchy *hierarchy, uint32_t rank)
{
    return rank - (hierarchy->subtree_size[rank] - 1);
}

/* Only what is a root has no upward arc, and below a rank with one there is no root: so when there
 * are as many arcs as ranks, there is one each. */
bool road_hierarchy_hangs(const struct road_hierarchy *hierarchy, uint32_t rank)
{
    const uint32_t *first_up = hierarchy->first_up;
    uint32_t lowest = road_hierarchy_lowest(hierarchy, rank);
    return first_up[rank + 1] - first_up[rank] == 1 &&
           first_up[rank + 1] - first_up[lowest] == hierarchy->subtree_size[rank];
}

uint32_t road_hierarchy_down(const struct road_hierarchy *hierarchy, uint32_t high, uint32_t low)
{
    uint32_t begin = hierarchy->first_down[high];
    uint32_t end = hierarchy->first_down[high + 1];
    while (begin < end) {
        uint32_t middle = begin + (end - begin) / 2;
        if (hierarchy->up_tail[hierarchy->down_arc[middle]] < low)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

uint32_t road_hierarchy_top(const struct road_hierarchy *hierarchy)
{
    /* As long as there is one child, it is the rank just below and has all descendants but one. */
    uint32_t count = 1;
    uint32_t x = hierarchy->node_count - 1;
    while (x > 0 && hierarchy->subtree_size[x - 1] == hierarchy->subtree_size[x] - 1) {
        x--;
        count++;
    }
    return count;
}

const char *road_hierarchy_result_text(enum road_hierarchy_result result)
{
    switch (result) {
    case ROAD_HIERARCHY_OK:
        return "the hierarchy is built";
    case ROAD_HIERARCHY_NO_ROOM:
        return "there is not enough memory for the hierarchy";
    case ROAD_HIERARCHY_TOO_DENSE:
        return "the order of the nodes gives too large a hierarchy";
    }
    return "unknown result";
}
