/* Rows are made from the root down. The way from x to an ancestor z begins with an arc to an upper
 * neighbour a of x (an arc of the hierarchy stands for all that is below), and a is an ancestor of
 * x as well. So it is an arc and then the time from one ancestor of x to another, which stands in
 * the row of the deeper one: mostly of a, and then it is a loop over neighbouring numbers.
 *
 * All of x's ancestors have rows when x has: below a node that hangs there are none.
 *
 * Repairing goes the same way. What may have changed is known before: of the nodes on the path from
 * the root to x, which numbers of their rows did change. Where none of them concerns an upper
 * neighbour of x, the whole subtree of x is left alone, because the upper neighbours of what is
 * below x are among those of x, or below x themselves. */
#include "road/rows.h"

#include <string.h>

#define WORD_BITS 64
#define AHEAD     8  /* rows that are asked for before their turn */
#define BLOCK     64 /* ranks that are read together */
#define LINE      16 /* numbers in a cache line */
#define FEW       8  /* numbers that are worked out one by one rather than the whole rows */

struct road_rows_work {
    uint32_t next;       /* building: ranks from here up are done */
    uint64_t building;   /* version of the metric that is being built for */
    uint32_t path_count; /* nodes of the path */
    uint32_t *path;      /* [height] by depth: ranks, from the root down */
    uint32_t word_count; /* of a set of depths */
    uint64_t *changed;   /* [height * word_count] by depth on the path: where its rows changed */
    uint32_t *scratch_ms[2]; /* rows, for comparing */
};

/* Numbers in a row of a rank at this depth, with what fills it up. */
static uint32_t padded(uint32_t depth)
{
    return (depth + ROAD_ROWS_ALIGN) / ROAD_ROWS_ALIGN * ROAD_ROWS_ALIGN;
}

/* Numbers in all rows of one direction, and behind the last what may be read and ignored. */
static uint64_t total(const struct road_hierarchy *hierarchy)
{
    uint64_t sum = ROAD_ROWS_LANES;
    for (uint32_t x = 0; x < hierarchy->node_count; x++) {
        if (!road_hierarchy_hangs(hierarchy, x))
            sum += padded(hierarchy->depth[x]);
    }
    return sum;
}

static uint32_t words_of(const struct road_hierarchy *hierarchy)
{
    return (hierarchy->height + WORD_BITS - 1) / WORD_BITS;
}

bool road_rows_fit(const struct road_hierarchy *hierarchy)
{
    return total(hierarchy) * 2 * sizeof(uint32_t) <=
           (uint64_t)hierarchy->node_count * ROAD_ROWS_NODE_MAX;
}

size_t road_rows_cost(const struct road_hierarchy *hierarchy)
{
    size_t height = hierarchy->height;
    return arena_cost(hierarchy->node_count, sizeof(struct road_rows_node)) +
           arena_cost((size_t)hierarchy->node_count + 1, sizeof(uint32_t)) +
           2 * arena_cost(total(hierarchy), sizeof(uint32_t)) +
           arena_cost(1, sizeof(struct road_rows_work)) + arena_cost(height, sizeof(uint32_t)) +
           arena_cost(height * words_of(hierarchy), sizeof(uint64_t)) +
           2 * arena_cost(padded(hierarchy->height), sizeof(uint32_t));
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
        if (road_hierarchy_hangs(h, x)) {
            *node = rows->nodes[parent];
            node->up_ms = ROAD_FAR_MS;
            node->down_ms = ROAD_FAR_MS;
            continue;
        }
        node->up_ms = 0;
        node->down_ms = 0;
        node->first = first;
        node->depth = h->depth[x];
        node->inlabel = inlabel_of(h, x);
        node->ascendants = node->inlabel & -node->inlabel;
        first += padded(node->depth) / ROAD_ROWS_ALIGN;
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
    size_t height = h->height;
    CHECK(road_rows_fit(h));
    if (road_rows_cost(h) > arena->size - arena->used)
        return false;
    struct road_rows_work *work = arena_take(arena, 1, sizeof *work);
    CHECK(work != NULL);
    *work = (struct road_rows_work){
        .path = arena_take(arena, height, sizeof(uint32_t)),
        .word_count = words_of(h),
        .changed = arena_take(arena, height * words_of(h), sizeof(uint64_t)),
        .scratch_ms = {arena_take(arena, padded(h->height), sizeof(uint32_t)),
                       arena_take(arena, padded(h->height), sizeof(uint32_t))},
    };
    *rows = (struct road_rows){
        .metric = metric,
        .nodes = arena_take(arena, h->node_count, sizeof(struct road_rows_node)),
        .entries = arena_take(arena, (size_t)h->node_count + 1, sizeof(uint32_t)),
        .up_ms = arena_take(arena, total(h), sizeof(uint32_t)),
        .down_ms = arena_take(arena, total(h), sizeof(uint32_t)),
        .work = work,
    };
    CHECK(work->path != NULL && work->changed != NULL);
    CHECK(work->scratch_ms[0] != NULL && work->scratch_ms[1] != NULL);
    CHECK(rows->nodes != NULL && rows->entries != NULL);
    CHECK(rows->up_ms != NULL && rows->down_ms != NULL);
    lay_out(rows);
    road_rows_build(rows);
    return true;
}

/* Have the ancestors of x in the path. */
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
    work->path_count = h->depth[x];
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* out[i] = min(out[i], in[i] + weight) for a row of this depth, which ends with ROAD_FAR_MS. */
static inline void lower(uint32_t *restrict out_ms, const uint32_t *restrict in_ms,
                         uint32_t weight_ms, uint32_t depth)
{
    int32_t *restrict out = (int32_t *)out_ms;
    const int32_t *restrict in = (const int32_t *)in_ms;
    uint32_t length = padded(depth);
    for (uint32_t e = 0; e < length; e++) {
        int32_t sum = in[e] + (int32_t)weight_ms;
        out[e] = sum < out[e] ? sum : out[e];
    }
}

/* The rows of x, whose ancestors are in the path. */
ROAD_ROWS_WIDE static void work_out(const struct road_rows *rows, uint32_t x,
                                    uint32_t *restrict up_ms, uint32_t *restrict down_ms)
{
    const struct road_metric *metric = rows->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    const uint32_t *path = rows->work->path;
    uint32_t depth = h->depth[x];
    for (uint32_t e = 0; e < padded(depth); e++) {
        up_ms[e] = ROAD_FAR_MS;
        down_ms[e] = ROAD_FAR_MS;
    }
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        uint32_t a = h->up_head[arc];
        uint32_t d = h->depth[a];
        uint32_t to_a = metric->up_ms[arc];
        uint32_t from_a = metric->down_ms[arc];
        lower(up_ms, road_rows_up(rows, a), to_a, d);
        lower(down_ms, road_rows_down(rows, a), from_a, d);
        for (uint32_t e = d + 1; e < depth; e++) {
            up_ms[e] = least(up_ms[e], to_a + road_rows_down(rows, path[e])[d]);
            down_ms[e] = least(down_ms[e], from_a + road_rows_up(rows, path[e])[d]);
        }
    }
    up_ms[depth] = 0;
    down_ms[depth] = 0;
}

/* Work out how far a rank that hangs is from its base; true if that changed. */
static bool measure(struct road_rows *rows, uint32_t x)
{
    const struct road_metric *metric = rows->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    const struct road_rows_node *parent = &rows->nodes[h->parent[x]];
    struct road_rows_node *node = &rows->nodes[x];
    uint32_t arc = h->first_up[x];
    uint32_t up_ms = least(ROAD_FAR_MS, parent->up_ms + metric->up_ms[arc]);
    uint32_t down_ms = least(ROAD_FAR_MS, parent->down_ms + metric->down_ms[arc]);
    if (node->up_ms == up_ms && node->down_ms == down_ms)
        return false;
    node->up_ms = up_ms;
    node->down_ms = down_ms;
    return true;
}

void road_rows_begin(struct road_rows *rows)
{
    rows->version = 0;
    rows->work->next = rows->metric->hierarchy->node_count;
    rows->work->building = rows->metric->version;
    rows->work->path_count = 0;
}

bool road_rows_step(struct road_rows *rows, uint32_t node_count)
{
    struct road_rows_work *work = rows->work;
    if (road_rows_fresh(rows))
        return true;
    if (work->building != rows->metric->version)
        road_rows_begin(rows);
    uint32_t end = work->next > node_count ? work->next - node_count : 0;
    while (work->next > end) {
        uint32_t x = --work->next;
        if (road_rows_hangs(rows, x)) {
            (void)measure(rows, x);
            continue;
        }
        size_t first = (size_t)rows->nodes[x].first * ROAD_ROWS_ALIGN;
        find_path(rows, x);
        work_out(rows, x, rows->up_ms + first, rows->down_ms + first);
    }
    if (work->next == 0)
        rows->version = work->building;
    return work->next == 0;
}

void road_rows_build(struct road_rows *rows)
{
    road_rows_begin(rows);
    bool done = road_rows_step(rows, UINT32_MAX);
    CHECK(done);
}

struct road_rows_dead_end road_rows_dead_end(const struct road_rows *rows, uint32_t rank)
{
    const struct road_hierarchy *h = rows->metric->hierarchy;
    CHECK(road_rows_hangs(rows, rank));
    uint32_t top = rank;
    while (road_rows_hangs(rows, h->parent[top]))
        top = h->parent[top];
    return (struct road_rows_dead_end){
        .lowest = road_hierarchy_lowest(h, top),
        .span = h->subtree_size[top] - 1,
    };
}

/* The time between two ranks with the same base, of which one at least hangs: the way leads to the
 * lowest that both are below, and from there down. */
__attribute__((noinline)) static uint32_t walk(const struct road_rows *rows, uint32_t from_rank,
                                               uint32_t to_rank)
{
    const struct road_metric *metric = rows->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t sum = 0;
    while (from_rank != to_rank) {
        bool up = from_rank < to_rank;
        uint32_t x = up ? from_rank : to_rank;
        uint32_t arc_ms = (up ? metric->up_ms : metric->down_ms)[h->first_up[x]];
        sum = least(ROAD_FAR_MS, sum + arc_ms);
        if (up)
            from_rank = h->parent[x];
        else
            to_rank = h->parent[x];
    }
    return sum;
}

ROAD_ROWS_WIDE uint32_t road_rows_time(const struct road_rows *rows, uint32_t from_rank,
                                       uint32_t to_rank)
{
    const struct road_rows_node *from = &rows->nodes[from_rank];
    const struct road_rows_node *to = &rows->nodes[to_rank];
    const uint32_t *up_ms = rows->up_ms + (size_t)from->first * ROAD_ROWS_ALIGN;
    const uint32_t *down_ms = rows->down_ms + (size_t)to->first * ROAD_ROWS_ALIGN;
    __builtin_prefetch(up_ms);
    __builtin_prefetch(down_ms);
    if (from->first == to->first)
        return walk(rows, from_rank, to_rank);
    uint32_t between_ms = road_rows_least(up_ms, down_ms, road_rows_shared(rows, from, to));
    return road_rows_whole(between_ms, from->up_ms, to->down_ms);
}

/* For read_many(): the times between ranks of one dead end. */
static void walk_many(const struct road_rows *rows, uint32_t rank, const uint32_t *ranks,
                      size_t count, bool out, uint32_t *times_ms)
{
    const struct road_rows_dead_end near = road_rows_dead_end(rows, rank);
    for (size_t i = 0; i < count; i++) {
        if (road_rows_inside(near, ranks[i]))
            times_ms[i] = out ? walk(rows, rank, ranks[i]) : walk(rows, ranks[i], rank);
    }
}

/* From one rank to many (out), or from many to one. For BLOCK of them at a time first how much is
 * shared, which is kept where the time will be, and then the times. */
static inline void read_many(const struct road_rows *rows, uint32_t rank, const uint32_t *ranks,
                             size_t count, bool out, uint32_t *restrict times_ms)
{
    const struct road_rows_node node = rows->nodes[rank];
    const struct road_rows_node *nodes = rows->nodes;
    const uint32_t own_ms = out ? node.up_ms : node.down_ms;
    const uint32_t *row_ms = out ? road_rows_up(rows, rank) : road_rows_down(rows, rank);
    const uint32_t *others_ms = out ? rows->down_ms : rows->up_ms;
    for (size_t begin = 0; begin < count; begin += BLOCK) {
        size_t end = begin + BLOCK < count ? begin + BLOCK : count;
        for (size_t i = begin; i < end; i++) {
            const struct road_rows_node *other = &nodes[ranks[i]];
            __builtin_prefetch(others_ms + (size_t)other->first * ROAD_ROWS_ALIGN);
            times_ms[i] = road_rows_shared(rows, &node, other);
        }
        for (size_t i = begin; i < end; i++) {
            const struct road_rows_node *other = &nodes[ranks[i]];
            size_t first = (size_t)other->first * ROAD_ROWS_ALIGN;
            uint32_t between_ms = road_rows_least(row_ms, others_ms + first, times_ms[i]);
            times_ms[i] = road_rows_whole(between_ms, own_ms, out ? other->down_ms : other->up_ms);
        }
    }
    if (road_rows_hangs(rows, rank))
        walk_many(rows, rank, ranks, count, out, times_ms);
}

ROAD_ROWS_WIDE void road_rows_from(const struct road_rows *rows, uint32_t from_rank,
                                   const uint32_t *to_ranks, size_t count, uint32_t *times_ms)
{
    read_many(rows, from_rank, to_ranks, count, true, times_ms);
}

ROAD_ROWS_WIDE void road_rows_to(const struct road_rows *rows, const uint32_t *from_ranks,
                                 size_t count, uint32_t to_rank, uint32_t *times_ms)
{
    read_many(rows, to_rank, from_ranks, count, false, times_ms);
}

/* The time between two ranks of whose rows so many numbers are read. */
static inline uint32_t read_pair(const struct road_rows *rows, uint32_t from_rank, uint32_t to_rank,
                                 uint32_t shared)
{
    const struct road_rows_node *from = &rows->nodes[from_rank];
    const struct road_rows_node *to = &rows->nodes[to_rank];
    if (from->first == to->first)
        return walk(rows, from_rank, to_rank);
    uint32_t between_ms =
        road_rows_least(road_rows_up(rows, from_rank), road_rows_down(rows, to_rank), shared);
    return road_rows_whole(between_ms, from->up_ms, to->down_ms);
}

/* How many numbers of two rows will be read; and ask for the memory of them. */
static inline uint32_t announce(const struct road_rows *rows, uint32_t from_rank, uint32_t to_rank)
{
    const uint32_t *up_ms = road_rows_up(rows, from_rank);
    const uint32_t *down_ms = road_rows_down(rows, to_rank);
    uint32_t shared = road_rows_shared(rows, &rows->nodes[from_rank], &rows->nodes[to_rank]);
    for (uint32_t e = 0; e < shared; e += LINE) {
        __builtin_prefetch(up_ms + e);
        __builtin_prefetch(down_ms + e);
    }
    __builtin_prefetch(up_ms + shared - 1);
    __builtin_prefetch(down_ms + shared - 1);
    return shared;
}

/* Three times over, each time further behind: nodes are asked for, rows are asked for, and read. */
ROAD_ROWS_WIDE void road_rows_pairs(const struct road_rows *rows, const uint32_t *from_ranks,
                                    const uint32_t *to_ranks, size_t count, uint32_t *times_ms)
{
    uint32_t shared[AHEAD];
    for (size_t i = 0; i < count + 2 * (size_t)AHEAD; i++) {
        if (i >= 2 * AHEAD) {
            size_t last = i - 2 * AHEAD;
            times_ms[last] =
                read_pair(rows, from_ranks[last], to_ranks[last], shared[last % AHEAD]);
        }
        if (i >= AHEAD && i - AHEAD < count)
            shared[i % AHEAD] = announce(rows, from_ranks[i - AHEAD], to_ranks[i - AHEAD]);
        if (i < count) {
            __builtin_prefetch(&rows->nodes[from_ranks[i]]);
            __builtin_prefetch(&rows->nodes[to_ranks[i]]);
        }
    }
}

/* ---- repairing ---- */

static uint64_t *changed_at(const struct road_rows_work *work, uint32_t depth)
{
    return work->changed + (size_t)depth * work->word_count;
}

static bool has(const uint64_t *set, uint32_t depth)
{
    return (set[depth / WORD_BITS] >> depth % WORD_BITS & 1) != 0;
}

static void add(uint64_t *set, uint32_t depth)
{
    set[depth / WORD_BITS] |= UINT64_C(1) << depth % WORD_BITS;
}

/* At which depths may the rows of x change because those of its ancestors did? Put them in `set`
 * and count them; no need to find all when it is more than FEW. */
static uint32_t find_concerned(const struct road_rows *rows, uint32_t x, uint64_t *set)
{
    const struct road_hierarchy *h = rows->metric->hierarchy;
    const struct road_rows_work *work = rows->work;
    uint32_t count = 0;
    for (uint32_t word = 0; word < work->word_count; word++) {
        uint64_t bits = 0;
        for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++)
            bits |= changed_at(work, h->depth[h->up_head[arc]])[word];
        set[word] = bits;
        count += (uint32_t)__builtin_popcountll(bits);
    }
    if (count > FEW)
        return count;
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        uint32_t d = h->depth[h->up_head[arc]];
        for (uint32_t e = d + 1; e < h->depth[x]; e++) {
            if (!has(changed_at(work, e), d) || has(set, e))
                continue;
            add(set, e);
            count++;
        }
    }
    return count;
}

/* Work out the rows of x at depth e alone; true if they changed. */
static bool repair_one(struct road_rows *rows, uint32_t x, uint32_t e)
{
    const struct road_metric *metric = rows->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t z = rows->work->path[e];
    uint32_t up = ROAD_FAR_MS;
    uint32_t down = ROAD_FAR_MS;
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        uint32_t a = h->up_head[arc];
        uint32_t d = h->depth[a];
        uint32_t to_z = e <= d ? road_rows_up(rows, a)[e] : road_rows_down(rows, z)[d];
        uint32_t from_z = e <= d ? road_rows_down(rows, a)[e] : road_rows_up(rows, z)[d];
        up = least(up, metric->up_ms[arc] + to_z);
        down = least(down, metric->down_ms[arc] + from_z);
    }
    size_t at = (size_t)rows->nodes[x].first * ROAD_ROWS_ALIGN + e;
    if (rows->up_ms[at] == up && rows->down_ms[at] == down)
        return false;
    rows->up_ms[at] = up;
    rows->down_ms[at] = down;
    return true;
}

/* Work out the rows of x at the depths in the set and leave those that changed in it. */
static void repair_few(struct road_rows *rows, uint32_t x, uint64_t *set)
{
    uint32_t next = x >= AHEAD ? x - AHEAD : 0; /* is likely to need the same */
    for (uint32_t word = 0; word < rows->work->word_count; word++) {
        for (uint64_t left = set[word]; left != 0; left &= left - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(left);
            __builtin_prefetch(road_rows_up(rows, next) + word * WORD_BITS + bit);
            __builtin_prefetch(road_rows_down(rows, next) + word * WORD_BITS + bit);
            if (!repair_one(rows, x, word * WORD_BITS + bit))
                set[word] &= ~(UINT64_C(1) << bit);
        }
    }
}

/* Work out the rows of x and put into the set where they changed. */
ROAD_ROWS_WIDE static void repair_all(struct road_rows *rows, uint32_t x, uint64_t *set)
{
    const struct road_rows_work *work = rows->work;
    size_t first = (size_t)rows->nodes[x].first * ROAD_ROWS_ALIGN;
    uint32_t *up_ms = rows->up_ms + first;
    uint32_t *down_ms = rows->down_ms + first;
    const uint32_t *new_up_ms = work->scratch_ms[0];
    const uint32_t *new_down_ms = work->scratch_ms[1];
    uint32_t depth = rows->nodes[x].depth;
    uint64_t any = 0;
    work_out(rows, x, work->scratch_ms[0], work->scratch_ms[1]);
    for (uint32_t word = 0; word < work->word_count; word++) {
        uint32_t begin = word * WORD_BITS;
        uint32_t end = least(depth, begin + WORD_BITS);
        uint64_t bits = 0;
        for (uint32_t e = begin; e < end; e++) {
            uint32_t differ = (up_ms[e] ^ new_up_ms[e]) | (down_ms[e] ^ new_down_ms[e]);
            bits |= (uint64_t)(differ != 0) << (e - begin);
        }
        set[word] = bits;
        any |= bits;
    }
    if (any != 0) {
        memcpy(up_ms, new_up_ms, depth * sizeof *up_ms);
        memcpy(down_ms, new_down_ms, depth * sizeof *down_ms);
    }
}

/* Make right what concerns x, whose ancestors are right; true if anything changed, or if something
 * may have around `low` below. False tells that the whole subtree is right. */
static bool repair_rank(struct road_rows *rows, uint32_t x, uint32_t low)
{
    const struct road_hierarchy *h = rows->metric->hierarchy;
    bool around_low = road_hierarchy_lowest(h, x) <= low && low <= x;
    if (road_rows_hangs(rows, x))
        return measure(rows, x) || around_low;
    uint64_t *set = changed_at(rows->work, h->depth[x]);
    find_path(rows, x);
    uint32_t concerned = find_concerned(rows, x, set);
    if (around_low || concerned > FEW)
        repair_all(rows, x, set);
    else if (concerned > 0)
        repair_few(rows, x, set);
    return around_low || concerned > 0;
}

/* The arcs that changed have their lower ends between `low` and its ancestor `high`. */
static void repair(struct road_rows *rows, uint32_t low, uint32_t high)
{
    const struct road_hierarchy *h = rows->metric->hierarchy;
    struct road_rows_work *work = rows->work;
    uint32_t lowest = road_hierarchy_lowest(h, high);
    memset(work->changed, 0, (size_t)h->depth[high] * work->word_count * sizeof *work->changed);
    work->path_count = 0;
    for (uint32_t left = high - lowest + 1; left > 0;) {
        uint32_t x = lowest + left - 1;
        left -= repair_rank(rows, x, low) ? 1 : h->subtree_size[x];
    }
}

void road_rows_repair(struct road_rows *rows, uint32_t low, uint32_t high)
{
    struct road_rows_work *work = rows->work;
    uint64_t before = rows->metric->version - 1;
    if (rows->version == before) {
        if (high != ROAD_NONE)
            repair(rows, low, high);
        rows->version = rows->metric->version;
    } else if (work->building == before) {
        if (high != ROAD_NONE && high >= work->next)
            work->next = high + 1;
        work->path_count = 0;
        work->building = rows->metric->version;
    }
}
