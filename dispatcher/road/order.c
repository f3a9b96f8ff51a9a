/* Most nodes of a street network are bends and ends of streets: with two neighbours or one. They go
 * first, and their neighbours are joined in their place, which makes nothing worse for what
 * remains. Dead ends and what branches off them go before all else, from their ends on: so each of
 * their nodes has one arc upwards and needs no rows of its own (road/rows.h). Of the others no two
 * that are joined go in one round: so a street of n bends becomes a tree of height log n, where one
 * after the other would make a chain. (Miller and Reif call it rake and compress, FOCS 1985.) The
 * junctions that are left, a fifth of the nodes, are METIS's: it is asked in different ways, and
 * the order that gives the least mean depth is taken. */
#include "road/order.h"

#include <metis.h>
#include <string.h>

#include "road/hierarchy.h"
#include "road/neighbours.h"

#define DEGREE_MAX 2      /* of what goes first */
#define EFFORT_MAX 150000 /* junctions times tries, unless it is the first: some seconds */

/* What METIS is asked: how many tries for each separator, and by how many permille its sides may
 * differ. Uneven halves often have the smaller separator. */
static const struct {
    idx_t seed;
    idx_t separators;
    idx_t imbalance;
} TRIES[] = {{1, 5, 400}, {2, 5, 400}, {3, 5, 400}, {1, 5, 600}, {2, 5, 600}, {2, 5, 200}};

#define TRY_COUNT (sizeof TRIES / sizeof TRIES[0])

struct work {
    struct arena *arena;
    const struct road_graph *graph;
    struct road_neighbours neighbours; /* first[v] on; a list becomes shorter in place */
    uint32_t *degrees;                 /* [node_count] of the nodes that remain */
    uint32_t *rounds;                  /* [node_count] last round in which a neighbour went */
    uint32_t *left;                    /* [node_count] the nodes that remain, ascending */
    uint32_t left_count;
    uint32_t *rank; /* [node_count] ROAD_NONE: remains */
    uint32_t *best; /* [node_count] of the tries */
    uint64_t best_depths;
};

/* In the list of a, put b in place of v, or drop v if b is there already. */
static void replace(struct work *work, uint32_t a, uint32_t v, uint32_t b)
{
    uint32_t *list = work->neighbours.nodes + work->neighbours.first[a];
    uint32_t at = 0;
    bool known = b == ROAD_NONE;
    for (uint32_t i = 0; i < work->degrees[a]; i++) {
        at = list[i] == v ? i : at;
        known = known || list[i] == b;
    }
    list[at] = known ? list[--work->degrees[a]] : b;
}

static void remove_node(struct work *work, uint32_t v, uint32_t round)
{
    const uint32_t *list = work->neighbours.nodes + work->neighbours.first[v];
    uint32_t degree = work->degrees[v];
    for (uint32_t i = 0; i < degree; i++) {
        replace(work, list[i], v, degree == DEGREE_MAX ? list[1 - i] : ROAD_NONE);
        work->rounds[list[i]] = round;
    }
}

/* Rank the dead ends, each street from its end to where another goes on; gives the next rank. */
static uint32_t peel(struct work *work)
{
    uint32_t next = 0;
    const uint32_t node_count = work->left_count;
    work->left_count = 0;
    for (uint32_t i = 0; i < node_count; i++) {
        uint32_t v = i;
        while (v != ROAD_NONE && work->rank[v] == ROAD_NONE && work->degrees[v] <= 1) {
            uint32_t ahead = work->degrees[v] == 1
                                 ? work->neighbours.nodes[work->neighbours.first[v]]
                                 : ROAD_NONE;
            remove_node(work, v, 0);
            work->rank[v] = next++;
            v = ahead;
        }
    }
    for (uint32_t v = 0; v < node_count; v++) {
        if (work->rank[v] == ROAD_NONE)
            work->left[work->left_count++] = v;
    }
    return next;
}

/* Rank what has few neighbours, until nothing has. */
static void strip(struct work *work)
{
    uint32_t next = peel(work);
    uint32_t before = UINT32_MAX;
    for (uint32_t round = 1; work->left_count < before; round++) {
        before = work->left_count;
        work->left_count = 0;
        for (uint32_t i = 0; i < before; i++) {
            uint32_t v = work->left[i];
            if (work->degrees[v] > DEGREE_MAX || work->rounds[v] == round) {
                work->left[work->left_count++] = v;
                continue;
            }
            remove_node(work, v, round);
            work->rank[v] = next++;
        }
    }
}

/* The junctions as METIS wants them, numbered as they stand in left[]. */
struct core {
    idx_t *first;
    idx_t *adjacent;
    idx_t *by_rank;
    idx_t *by_node;
};

static bool make_core(struct work *work, struct core *core)
{
    size_t count = work->left_count;
    uint32_t *number = work->rounds; /* not needed any more */
    size_t ends = 0;
    for (uint32_t i = 0; i < count; i++) {
        number[work->left[i]] = i;
        ends += work->degrees[work->left[i]];
    }
    core->first = arena_take(work->arena, count + 1, sizeof(idx_t));
    core->adjacent = arena_take(work->arena, ends + 1, sizeof(idx_t));
    core->by_rank = arena_take(work->arena, count, sizeof(idx_t));
    core->by_node = arena_take(work->arena, count, sizeof(idx_t));
    if (core->first == NULL || core->adjacent == NULL || core->by_rank == NULL ||
        core->by_node == NULL)
        return false;
    idx_t end = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = work->left[i];
        for (uint32_t j = 0; j < work->degrees[v]; j++)
            core->adjacent[end++] =
                (idx_t)number[work->neighbours.nodes[work->neighbours.first[v] + j]];
        core->first[i + 1] = end;
    }
    return true;
}

static enum road_order_result ask_metis(const struct work *work, struct core *core, size_t try)
{
    idx_t options[METIS_NOPTIONS];
    METIS_SetDefaultOptions(options);
    options[METIS_OPTION_NUMBERING] = 0;
    options[METIS_OPTION_SEED] = TRIES[try].seed;
    options[METIS_OPTION_NSEPS] = TRIES[try].separators;
    options[METIS_OPTION_UFACTOR] = TRIES[try].imbalance;
    idx_t count = (idx_t)work->left_count;
    int status = METIS_NodeND(&count, core->first, core->adjacent, NULL, options, core->by_rank,
                              core->by_node);
    if (status != METIS_OK)
        return status == METIS_ERROR_MEMORY ? ROAD_ORDER_NO_ROOM : ROAD_ORDER_FAILED;
    uint32_t begin = work->graph->node_count - work->left_count;
    for (uint32_t i = 0; i < work->left_count; i++)
        work->rank[work->left[i]] = begin + (uint32_t)core->by_node[i];
    return ROAD_ORDER_OK;
}

/* Keep the order if its tree has the least sum of depths so far. */
static enum road_order_result judge(struct work *work)
{
    struct road_hierarchy hierarchy;
    size_t start = arena_mark(work->arena);
    enum road_hierarchy_result built =
        road_hierarchy_build(&hierarchy, work->arena, work->graph, work->rank);
    if (built != ROAD_HIERARCHY_OK)
        return built == ROAD_HIERARCHY_NO_ROOM ? ROAD_ORDER_NO_ROOM : ROAD_ORDER_FAILED;
    uint64_t depths = 0;
    for (uint32_t x = 0; x < hierarchy.node_count; x++)
        depths += hierarchy.depth[x];
    arena_rewind(work->arena, start);
    if (depths < work->best_depths) {
        work->best_depths = depths;
        memcpy(work->best, work->rank, work->graph->node_count * sizeof *work->best);
    }
    return ROAD_ORDER_OK;
}

static enum road_order_result dissect(struct work *work)
{
    struct core core;
    if (!make_core(work, &core))
        return ROAD_ORDER_NO_ROOM;
    size_t tries = EFFORT_MAX / work->left_count;
    for (size_t try = 0; try < TRY_COUNT && (try == 0 || try < tries); try++) {
        enum road_order_result result = ask_metis(work, &core, try);
        if (result == ROAD_ORDER_OK)
            result = judge(work);
        if (result != ROAD_ORDER_OK)
            return result;
    }
    return ROAD_ORDER_OK;
}

static enum road_order_result make(struct arena *arena, const struct road_graph *graph,
                                   uint32_t *rank)
{
    uint32_t nodes = graph->node_count;
    if (nodes > INT32_MAX || graph->arc_count > INT32_MAX / 2)
        return ROAD_ORDER_FAILED;
    struct work work = {
        .arena = arena,
        .graph = graph,
        .degrees = arena_take(arena, nodes, sizeof(uint32_t)),
        .rounds = arena_take(arena, nodes, sizeof(uint32_t)),
        .left = arena_take(arena, nodes, sizeof(uint32_t)),
        .left_count = nodes,
        .rank = arena_take(arena, nodes, sizeof(uint32_t)),
        .best = rank,
        .best_depths = UINT64_MAX,
    };
    if (work.degrees == NULL || work.rounds == NULL || work.left == NULL || work.rank == NULL ||
        !road_neighbours_init(&work.neighbours, arena, graph))
        return ROAD_ORDER_NO_ROOM;
    for (uint32_t v = 0; v < nodes; v++) {
        work.degrees[v] = work.neighbours.first[v + 1] - work.neighbours.first[v];
        work.rank[v] = ROAD_NONE;
    }
    strip(&work);
    if (work.left_count > 0) /* METIS wants at least one edge */
        return dissect(&work);
    memcpy(rank, work.rank, nodes * sizeof *rank);
    return ROAD_ORDER_OK;
}

enum road_order_result road_order_make(struct arena *arena, const struct road_graph *graph,
                                       uint32_t *rank)
{
    size_t start = arena_mark(arena);
    enum road_order_result result = make(arena, graph, rank);
    arena_rewind(arena, start);
    return result;
}

const char *road_order_result_text(enum road_order_result result)
{
    switch (result) {
    case ROAD_ORDER_OK:
        return "the order is made";
    case ROAD_ORDER_NO_ROOM:
        return "there is not enough memory to order the nodes";
    case ROAD_ORDER_FAILED:
        return "the nodes could not be ordered";
    }
    return "unknown result";
}
