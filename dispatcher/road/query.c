/* Three ways to use the elimination tree, all without a priority queue:
 *
 * - One to one: both ends climb towards the root, the lower rank first, and meet at all their
 *   common ancestors; the best meeting is the answer.
 * - One to many: the one climbs to the root; then, over the union of the ancestors of the many and
 *   from the root down, the distance to a node is the least over its upper neighbours, which are
 *   all done before it. Each node of the union is handled once, however many places lie below.
 * - Many to many: the same, for LANES of the smaller side at a time.
 *
 * "Forward" is from the climbing side to the swept side; the other way round, up and down change
 * places. Paths are for road/path.h. */
#include "road/query.h"

#include <string.h>

#include "road/end.h"
#include "road/many.h"

#define LANES     16
#define LANES_MIN 4     /* below, one at a time is faster */
#define UNION_MAX 16384 /* nodes in a union that has lanes, unless the tree is higher */

struct road_query {
    const struct road_metric *metric;
    const struct road_rows *rows; /* NULL: there are none */
    struct road_many *many;
    struct road_path *path;
    uint32_t *labels[2]; /* [node_count] by rank, from the one end and the other; ROAD_FAR_MS
                            between calls */
    uint32_t *stamps;    /* [node_count] by rank: generation of the last union it was in */
    uint32_t *slots;     /* [node_count] by rank: place in the union */
    uint32_t *members;   /* [node_count + 2] the union as ranks, every node behind its ancestors;
                            or the arcs of a path */
    int32_t *lanes;      /* [union_max * LANES] by slot */
    uint32_t union_max;
    uint32_t generation;
    uint32_t member_count;
};

/* Which weights lead away from the climbing side, up and then down. */
struct direction {
    const uint32_t *climb_ms;
    const uint32_t *sweep_ms;
    bool forward; /* the climbing side is where the drive begins */
};

/* A place and its ancestors always find room. */
static uint32_t union_max(const struct road_hierarchy *hierarchy)
{
    uint32_t most = hierarchy->node_count < UNION_MAX ? hierarchy->node_count : UNION_MAX;
    return most > hierarchy->height ? most : hierarchy->height;
}

size_t road_query_cost(const struct road_hierarchy *hierarchy)
{
    size_t nodes = hierarchy->node_count;
    return arena_cost(1, sizeof(struct road_query)) + road_many_cost() + road_path_cost(hierarchy) +
           4 * arena_cost(nodes, sizeof(uint32_t)) +
           arena_cost((size_t)union_max(hierarchy) * LANES, sizeof(int32_t)) +
           arena_cost(nodes + 2, sizeof(uint32_t));
}

struct road_query *road_query_init(struct arena *arena, const struct road_metric *metric)
{
    const struct road_hierarchy *h = metric->hierarchy;
    if (road_query_cost(h) > arena->size - arena->used)
        return NULL;
    struct road_query *query = arena_take(arena, 1, sizeof *query);
    CHECK(query != NULL);
    uint32_t **by_node[] = {&query->labels[0], &query->labels[1], &query->stamps, &query->slots};
    for (size_t i = 0; i < sizeof by_node / sizeof by_node[0]; i++) {
        *by_node[i] = arena_take(arena, h->node_count, sizeof(uint32_t));
        CHECK(*by_node[i] != NULL);
    }
    query->union_max = union_max(h);
    query->lanes = arena_take(arena, (size_t)query->union_max * LANES, sizeof(int32_t));
    query->members = arena_take(arena, (size_t)h->node_count + 2, sizeof(uint32_t));
    CHECK(query->lanes != NULL && query->members != NULL);
    query->many = road_many_init(arena);
    query->path = road_path_init(arena, metric);
    CHECK(query->many != NULL && query->path != NULL);
    query->metric = metric;
    for (uint32_t x = 0; x < h->node_count; x++) {
        query->labels[0][x] = ROAD_FAR_MS;
        query->labels[1][x] = ROAD_FAR_MS;
    }
    return query;
}

/* Settle x: pass its label on to its upper neighbours. */
static void relax(const struct road_hierarchy *h, const uint32_t *restrict weights_ms,
                  uint32_t *restrict labels, uint32_t x)
{
    uint32_t label = labels[x];
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        uint32_t y = h->up_head[arc];
        uint32_t candidate = label + weights_ms[arc];
        labels[y] = candidate < labels[y] ? candidate : labels[y];
    }
}

/* Shortest time between two ranks. Labels are put back as they are passed. */
static uint32_t meet(struct road_query *query, const uint32_t start[2])
{
    const struct road_hierarchy *h = query->metric->hierarchy;
    const uint32_t *weights_ms[2] = {query->metric->up_ms, query->metric->down_ms};
    uint32_t at[2] = {start[0], start[1]};
    uint32_t best = ROAD_FAR_MS;
    query->labels[0][at[0]] = 0;
    query->labels[1][at[1]] = 0;
    while (at[0] != ROAD_NONE) {
        bool met = at[0] == at[1];
        uint32_t x = at[0] < at[1] ? at[0] : at[1];
        if (met && query->labels[0][x] + query->labels[1][x] < best)
            best = query->labels[0][x] + query->labels[1][x];
        for (int side = 0; side < 2; side++) {
            if (at[side] != x)
                continue;
            if (query->labels[side][x] < best)
                relax(h, weights_ms[side], query->labels[side], x);
            query->labels[side][x] = ROAD_FAR_MS;
        }
        at[0] = at[0] == x ? h->parent[x] : at[0];
        at[1] = at[1] == x ? h->parent[x] : at[1];
    }
    return best;
}

static inline bool use_rows(const struct road_query *query)
{
    return query->rows != NULL && road_rows_fresh(query->rows);
}

void road_query_use_rows(struct road_query *query, const struct road_rows *rows)
{
    CHECK(rows == NULL || rows->metric == query->metric);
    query->rows = rows;
}

int64_t road_query_time_parts(struct road_query *query, uint32_t from_node, uint32_t from_arc,
                              int32_t from_along_permille, uint32_t to_node, uint32_t to_arc,
                              int32_t to_along_permille)
{
    struct road_place from = {from_node, from_arc, from_along_permille};
    struct road_place to = {to_node, to_arc, to_along_permille};
    struct road_end first = road_end_of(query->metric, from, true);
    struct road_end last = road_end_of(query->metric, to, false);
    int64_t time_ms;
    if (from_node == to_node && from_arc == to_arc &&
        road_end_direct(query->metric, from, to, &time_ms))
        return time_ms;
    if (!road_end_open(&first) || !road_end_open(&last))
        return ROAD_UNREACHABLE_MS;
    uint32_t between_ms = use_rows(query) ? road_rows_time(query->rows, first.rank, last.rank)
                                          : meet(query, (uint32_t[]){first.rank, last.rank});
    return road_end_total(between_ms, first.offset_ms, last.offset_ms);
}

/* Put `x` and its ancestors into the union, as far as they are not there; false when it would then
 * have more than `member_max` nodes. */
static bool join_union(struct road_query *query, uint32_t x, uint32_t member_max)
{
    const struct road_hierarchy *h = query->metric->hierarchy;
    uint32_t new_count = 0;
    for (uint32_t y = x; y != ROAD_NONE && query->stamps[y] != query->generation; y = h->parent[y])
        new_count++;
    if (new_count > member_max - query->member_count)
        return false;
    query->member_count += new_count;
    for (uint32_t slot = query->member_count; new_count > 0; new_count--) {
        slot--;
        query->stamps[x] = query->generation;
        query->slots[x] = slot;
        query->members[slot] = x;
        x = h->parent[x];
    }
    return true;
}

/* Make the union of as many places as there is room for; gives how many. */
static size_t collect_union(struct road_query *query, const struct road_place *places, size_t count,
                            bool begins, uint32_t member_max)
{
    query->generation++;
    if (query->generation == 0) { /* once in four thousand million calls */
        memset(query->stamps, 0, query->metric->hierarchy->node_count * sizeof *query->stamps);
        query->generation = 1;
    }
    query->member_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct road_end end = road_end_of(query->metric, places[i], begins);
        if (road_end_open(&end) && !join_union(query, end.rank, member_max))
            return i;
    }
    return count;
}

/* Label all ancestors of x with their distance over nodes below them. */
static void climb(struct road_query *query, const struct direction *direction, uint32_t x)
{
    const struct road_hierarchy *h = query->metric->hierarchy;
    uint32_t *labels = query->labels[0];
    labels[x] = 0;
    for (; x != ROAD_NONE; x = h->parent[x]) {
        if (labels[x] < ROAD_FAR_MS)
            relax(h, direction->climb_ms, labels, x);
    }
}

static void forget(struct road_query *query, uint32_t x)
{
    for (; x != ROAD_NONE; x = query->metric->hierarchy->parent[x])
        query->labels[0][x] = ROAD_FAR_MS;
}

/* After climb(): make the label of every member of the union its distance. */
static void sweep(struct road_query *query, const struct direction *direction)
{
    const struct road_hierarchy *h = query->metric->hierarchy;
    const uint32_t *restrict weights_ms = direction->sweep_ms;
    uint32_t *restrict labels = query->labels[0];
    for (uint32_t i = 0; i < query->member_count; i++) {
        uint32_t x = query->members[i];
        uint32_t least = labels[x];
        for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
            uint32_t candidate = labels[h->up_head[arc]] + weights_ms[arc];
            least = candidate < least ? candidate : least;
        }
        labels[x] = least;
    }
}

static struct direction direction_of(const struct road_metric *metric, bool forward)
{
    return (struct direction){
        .climb_ms = forward ? metric->up_ms : metric->down_ms,
        .sweep_ms = forward ? metric->down_ms : metric->up_ms,
        .forward = forward,
    };
}

/* A place with its end, on the climbing or on the swept side. */
struct party {
    struct road_place place;
    struct road_end end;
};

static struct party party_of(const struct road_query *query, struct road_place place, bool begins)
{
    return (struct party){.place = place, .end = road_end_of(query->metric, place, begins)};
}

/* The answer for a pair, given the time between its ends' nodes. */
static int64_t answer_ms(const struct road_query *query, const struct direction *direction,
                         const struct party *climber, const struct party *swept,
                         uint32_t between_ms)
{
    const struct party *from = direction->forward ? climber : swept;
    const struct party *to = direction->forward ? swept : climber;
    int64_t time_ms;
    if (road_end_direct(query->metric, from->place, to->place, &time_ms))
        return time_ms;
    return road_end_total(between_ms, from->end.offset_ms, to->end.offset_ms);
}

/* One climber against `count` places whose union is collected; times_ms[i * stride]. */
static void sweep_one(struct road_query *query, const struct direction *direction,
                      struct road_place climber, const struct road_place *swept, size_t count,
                      int64_t *times_ms, size_t stride)
{
    struct party one = party_of(query, climber, direction->forward);
    if (road_end_open(&one.end)) {
        climb(query, direction, one.end.rank);
        sweep(query, direction);
    }
    for (size_t i = 0; i < count; i++) {
        struct party other = party_of(query, swept[i], !direction->forward);
        times_ms[i * stride] =
            answer_ms(query, direction, &one, &other, query->labels[0][other.end.rank]);
    }
    if (!road_end_open(&one.end))
        return;
    forget(query, one.end.rank);
    for (uint32_t i = 0; i < query->member_count; i++)
        query->labels[0][query->members[i]] = ROAD_FAR_MS;
}

/* A matrix from the rows: the more numerous side makes the columns. */
static void look_up(struct road_query *query, const struct road_place *from, size_t from_count,
                    const struct road_place *to, size_t to_count, int64_t *times_ms)
{
    bool forward = from_count <= to_count;
    struct road_many_task task = {
        .lines = forward ? from : to,
        .line_count = forward ? from_count : to_count,
        .columns = forward ? to : from,
        .column_count = forward ? to_count : from_count,
        .times_ms = times_ms,
        .line_stride = forward ? to_count : 1,
        .column_stride = forward ? 1 : to_count,
        .forward = forward,
    };
    road_many_times(query->many, query->rows, &task);
}

void road_query_from(struct road_query *query, struct road_place from, const struct road_place *to,
                     size_t count, int64_t *times_ms)
{
    if (use_rows(query)) {
        look_up(query, &from, 1, to, count, times_ms);
        return;
    }
    struct direction direction = direction_of(query->metric, true);
    (void)collect_union(query, to, count, false, query->metric->hierarchy->node_count);
    sweep_one(query, &direction, from, to, count, times_ms, 1);
}

void road_query_to(struct road_query *query, const struct road_place *from, size_t count,
                   struct road_place to, int64_t *times_ms)
{
    if (use_rows(query)) {
        look_up(query, from, count, &to, 1, times_ms);
        return;
    }
    struct direction direction = direction_of(query->metric, false);
    (void)collect_union(query, from, count, true, query->metric->hierarchy->node_count);
    sweep_one(query, &direction, to, from, count, times_ms, 1);
}

/* Climb for one lane; what is labelled outside the union cannot matter to it. */
static void climb_lane(struct road_query *query, const struct direction *direction,
                       struct road_end end, size_t lane)
{
    const struct road_hierarchy *h = query->metric->hierarchy;
    if (!road_end_open(&end))
        return;
    climb(query, direction, end.rank);
    for (uint32_t x = end.rank; x != ROAD_NONE; x = h->parent[x]) {
        if (query->stamps[x] == query->generation)
            query->lanes[(size_t)query->slots[x] * LANES + lane] = (int32_t)query->labels[0][x];
    }
    forget(query, end.rank);
}

/* out[l] = min(out[l], in[l] + weight): no sum passes INT32_MAX, as both are ROAD_FAR_MS at most.
 * Signed, because that is what vector units compare. */
static void lower_lanes(int32_t *restrict out, const int32_t *restrict in, int32_t weight)
{
    for (int lane = 0; lane < LANES; lane++) {
        int32_t candidate = in[lane] + weight;
        out[lane] = candidate < out[lane] ? candidate : out[lane];
    }
}

static void sweep_lanes(struct road_query *query, const struct direction *direction)
{
    const struct road_hierarchy *h = query->metric->hierarchy;
    for (uint32_t i = 0; i < query->member_count; i++) {
        uint32_t x = query->members[i];
        int32_t least[LANES];
        int32_t *out = query->lanes + (size_t)i * LANES;
        memcpy(least, out, sizeof least);
        for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++)
            lower_lanes(least, query->lanes + (size_t)query->slots[h->up_head[arc]] * LANES,
                        (int32_t)direction->sweep_ms[arc]);
        memcpy(out, least, sizeof least);
    }
}

/* Up to LANES climbers against the collected union. times_ms[i * climb_stride + j * sweep_stride]
 * is for climber i and swept place j. */
static void sweep_batch(struct road_query *query, const struct direction *direction,
                        const struct road_place *climbers, size_t climber_count,
                        const struct road_place *swept, size_t swept_count, int64_t *times_ms,
                        size_t climb_stride, size_t sweep_stride)
{
    for (size_t i = 0; i < (size_t)query->member_count * LANES; i++)
        query->lanes[i] = (int32_t)ROAD_FAR_MS;
    struct party batch[LANES];
    for (size_t lane = 0; lane < climber_count; lane++) {
        batch[lane] = party_of(query, climbers[lane], direction->forward);
        climb_lane(query, direction, batch[lane].end, lane);
    }
    sweep_lanes(query, direction);
    for (size_t j = 0; j < swept_count; j++) {
        struct party other = party_of(query, swept[j], !direction->forward);
        const int32_t *lanes = query->lanes + (size_t)query->slots[other.end.rank] * LANES;
        for (size_t i = 0; i < climber_count; i++) {
            uint32_t between_ms = road_end_open(&other.end) ? (uint32_t)lanes[i] : ROAD_FAR_MS;
            times_ms[i * climb_stride + j * sweep_stride] =
                answer_ms(query, direction, &batch[i], &other, between_ms);
        }
    }
}

/* All climbers against the collected union. */
static void sweep_all(struct road_query *query, const struct direction *direction,
                      const struct road_place *climbers, size_t climber_count,
                      const struct road_place *swept, size_t swept_count, int64_t *times_ms,
                      size_t climb_stride, size_t sweep_stride)
{
    for (size_t i = 0; i < climber_count;) {
        size_t left = climber_count - i;
        size_t batch = left < LANES_MIN ? 1 : left < LANES ? left : LANES;
        int64_t *rows = times_ms + i * climb_stride;
        if (batch == 1)
            sweep_one(query, direction, climbers[i], swept, swept_count, rows, sweep_stride);
        else
            sweep_batch(query, direction, climbers + i, batch, swept, swept_count, rows,
                        climb_stride, sweep_stride);
        i += batch;
    }
}

void road_query_matrix(struct road_query *query, const struct road_place *from, size_t from_count,
                       const struct road_place *to, size_t to_count, int64_t *times_ms)
{
    if (use_rows(query)) {
        look_up(query, from, from_count, to, to_count, times_ms);
        return;
    }
    bool forward = from_count <= to_count;
    struct direction direction = direction_of(query->metric, forward);
    const struct road_place *climbers = forward ? from : to;
    const struct road_place *swept = forward ? to : from;
    size_t climber_count = forward ? from_count : to_count;
    size_t swept_count = forward ? to_count : from_count;
    size_t climb_stride = forward ? to_count : 1;
    size_t sweep_stride = forward ? 1 : to_count;
    for (size_t j = 0; j < swept_count;) {
        size_t some = collect_union(query, swept + j, swept_count - j, !forward, query->union_max);
        sweep_all(query, &direction, climbers, climber_count, swept + j, some,
                  times_ms + j * sweep_stride, climb_stride, sweep_stride);
        j += some;
    }
}

struct road_path *road_query_between(struct road_query *query, uint32_t from_rank, uint32_t to_rank)
{
    const struct road_rows *rows = use_rows(query) ? query->rows : NULL;
    return road_path_find(query->path, rows, from_rank, to_rank) ? query->path : NULL;
}

enum road_path_result road_query_path(struct road_query *query, struct road_place from,
                                      struct road_place to, uint32_t *arcs, size_t arcs_max,
                                      size_t *arc_count)
{
    struct road_end first = road_end_of(query->metric, from, true);
    struct road_end last = road_end_of(query->metric, to, false);
    int64_t time_ms;
    size_t count = 0;
    if (road_end_direct(query->metric, from, to, &time_ms)) {
        if (!road_place_equal(from, to))
            query->members[count++] = from.arc;
    } else {
        if (!road_end_open(&first) || !road_end_open(&last))
            return ROAD_PATH_UNREACHABLE;
        struct road_path *path = road_query_between(query, first.rank, last.rank);
        if (path == NULL)
            return ROAD_PATH_UNREACHABLE;
        if (from.arc != ROAD_NONE)
            query->members[count++] = from.arc;
        count += road_path_take(path, query->members + count, query->metric->hierarchy->node_count);
        if (to.arc != ROAD_NONE)
            query->members[count++] = to.arc;
    }
    if (count > arcs_max)
        return ROAD_PATH_TOO_LONG;
    if (count > 0)
        memcpy(arcs, query->members, count * sizeof *arcs);
    *arc_count = count;
    return ROAD_PATH_OK;
}

bool road_query_length(struct road_query *query, struct road_place from, struct road_place to,
                       int64_t *length_mm)
{
    const uint32_t *length_m = query->metric->hierarchy->graph->length_m;
    struct road_end first = road_end_of(query->metric, from, true);
    struct road_end last = road_end_of(query->metric, to, false);
    int64_t time_ms;
    if (road_end_direct(query->metric, from, to, &time_ms)) {
        int64_t permille = to.along_permille - from.along_permille;
        *length_mm = from.arc == ROAD_NONE ? 0 : length_m[from.arc] * permille;
        return true;
    }
    if (!road_end_open(&first) || !road_end_open(&last))
        return false;
    struct road_path *path = road_query_between(query, first.rank, last.rank);
    if (path == NULL)
        return false;
    int64_t sum_mm = road_path_take_length(path) * 1000;
    if (from.arc != ROAD_NONE)
        sum_mm += length_m[from.arc] * (int64_t)(1000 - from.along_permille);
    if (to.arc != ROAD_NONE)
        sum_mm += length_m[to.arc] * (int64_t)to.along_permille;
    *length_mm = sum_mm;
    return true;
}
