/* A path climbs from one end to a meeting and descends to the other: two chains of arcs that go up
 * from either end, which wait on a stack, the first to be driven on top, to be unpacked.
 *
 * With rows no time is searched for. Out of a dead end there is one way, as far as its base. From
 * there on, the rows tell which common ancestors lie on a shortest path: those at which the two
 * rows add up to the least sum, here called crossings. A path is found at its highest crossing
 * only, as the others are passed on the way up or down, so from both ends the arcs are followed
 * that lie on a shortest path to any crossing, and the lowest crossing that is reached by arcs
 * going up from both ends is where the tree walk would have met. An arc from x to y is such an arc
 * when the row of the end grows by just its time, and y is a crossing or has one straight ahead.
 */
#include "road/path.h"

#include <string.h>

#define WORD_BITS 64
#define TAKE      256 /* arcs at once */

/* What is remembered of an arc that goes over a middle: the arc from that to the lower end, and how
 * many more than one further on in the middle's list is the one to the higher end, GAP_FAR if that
 * many or more. Of an arc that stands for its graph arc: itself. 0 when nothing is known; where 0
 * would be the answer it is looked for each time. */
#define GAP_SHIFT 29
#define GAP_FAR   7u
#define ARC_MASK  (ROAD_HIERARCHY_ARCS_MAX - 1)

struct road_path {
    const struct road_metric *metric;
    uint32_t *middles;   /* [2 * arc_count] by arc, for up and down */
    uint64_t version;    /* of the metric that they are of */
    uint32_t word_count; /* of a set of depths */
    uint32_t stack_count;
    uint32_t *stack; /* [stack_max()] arcs yet to drive, twice the arc + 1 if downward */
    uint32_t crossing_count;
    uint32_t *crossings; /* [height] depths, from the root down */
    uint64_t *crossed;   /* [word_count] the same as a set */
    uint64_t *open[2];   /* [word_count] depths that were come upon and not yet followed */
    uint32_t *labels[2]; /* [height] by depth, of the tree walk from the one end and the other */
    uint32_t *via[2];    /* [height] by depth: the arc that leads there from the end */
    uint32_t *below[2];  /* [height] by depth: that of the arc's lower end */
    uint32_t *ranks[2];  /* [height] by depth, of what is open */
};

/* The two chains, and for each step down from their ends to lower middles one more. */
static size_t stack_max(const struct road_hierarchy *hierarchy)
{
    return 3 * (size_t)hierarchy->height + 2;
}

static uint32_t words_of(const struct road_hierarchy *hierarchy)
{
    return (hierarchy->height + WORD_BITS - 1) / WORD_BITS;
}

size_t road_path_cost(const struct road_hierarchy *hierarchy)
{
    return arena_cost(1, sizeof(struct road_path)) +
           arena_cost(2 * (size_t)hierarchy->arc_count, sizeof(uint32_t)) +
           arena_cost(stack_max(hierarchy), sizeof(uint32_t)) +
           9 * arena_cost(hierarchy->height, sizeof(uint32_t)) +
           3 * arena_cost(words_of(hierarchy), sizeof(uint64_t));
}

struct road_path *road_path_init(struct arena *arena, const struct road_metric *metric)
{
    const struct road_hierarchy *h = metric->hierarchy;
    if (road_path_cost(h) > arena->size - arena->used)
        return NULL;
    struct road_path *path = arena_take(arena, 1, sizeof *path);
    CHECK(path != NULL);
    path->metric = metric;
    path->version = metric->version;
    path->word_count = words_of(h);
    path->middles = arena_take(arena, 2 * (size_t)h->arc_count, sizeof(uint32_t));
    path->stack = arena_take(arena, stack_max(h), sizeof(uint32_t));
    CHECK(path->middles != NULL && path->stack != NULL);
    uint32_t **by_depth[] = {&path->crossings, &path->labels[0], &path->labels[1],
                             &path->via[0],    &path->via[1],    &path->below[0],
                             &path->below[1],  &path->ranks[0],  &path->ranks[1]};
    for (size_t i = 0; i < sizeof by_depth / sizeof by_depth[0]; i++) {
        *by_depth[i] = arena_take(arena, h->height, sizeof(uint32_t));
        CHECK(*by_depth[i] != NULL);
    }
    uint64_t **sets[] = {&path->crossed, &path->open[0], &path->open[1]};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        *sets[i] = arena_take(arena, path->word_count, sizeof(uint64_t));
        CHECK(*sets[i] != NULL);
    }
    for (uint32_t d = 0; d < h->height; d++) {
        path->labels[0][d] = ROAD_FAR_MS;
        path->labels[1][d] = ROAD_FAR_MS;
    }
    return path;
}

/* ---- the tree walk ---- */

/* The way from an end to depth `to` is by this arc from depth `from`. */
static inline void lead(struct road_path *path, int side, uint32_t arc, uint32_t from, uint32_t to)
{
    path->via[side][to] = arc;
    path->below[side][to] = from;
}

/* Settle x: pass its label on to its upper neighbours. */
static void relax(struct road_path *path, int side, uint32_t x)
{
    const struct road_metric *metric = path->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    const uint32_t *restrict weights_ms = side == 0 ? metric->up_ms : metric->down_ms;
    uint32_t *restrict labels = path->labels[side];
    uint32_t from = h->depth[x];
    uint32_t label = labels[from];
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        uint32_t d = h->depth[h->up_head[arc]];
        if (label + weights_ms[arc] < labels[d]) {
            labels[d] = label + weights_ms[arc];
            lead(path, side, arc, from, d);
        }
    }
}

/* Where the two sides meet, the arcs that lead there in via[]; ROAD_NONE if there is no way. Both
 * ends climb, the lower rank first. Labels are put back as they are passed. */
static uint32_t find_in_tree(struct road_path *path, const uint32_t ends[2])
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    uint32_t at[2] = {ends[0], ends[1]};
    uint32_t best = ROAD_FAR_MS;
    uint32_t meeting = ROAD_NONE;
    path->labels[0][h->depth[at[0]]] = 0;
    path->labels[1][h->depth[at[1]]] = 0;
    while (at[0] != ROAD_NONE) {
        uint32_t x = at[0] < at[1] ? at[0] : at[1];
        uint32_t d = h->depth[x];
        if (at[0] == at[1] && path->labels[0][d] + path->labels[1][d] < best) {
            best = path->labels[0][d] + path->labels[1][d];
            meeting = x;
        }
        for (int side = 0; side < 2; side++) {
            if (at[side] != x)
                continue;
            if (path->labels[side][d] < best)
                relax(path, side, x);
            path->labels[side][d] = ROAD_FAR_MS;
            at[side] = h->parent[x];
        }
    }
    return meeting;
}

/* ---- with rows ---- */

static bool has(const uint64_t *set, uint32_t depth)
{
    return (set[depth / WORD_BITS] >> depth % WORD_BITS & 1) != 0;
}

static void add(uint64_t *set, uint32_t depth)
{
    set[depth / WORD_BITS] |= UINT64_C(1) << depth % WORD_BITS;
}

static const uint32_t *row_of(const struct road_rows *rows, int side, uint32_t rank)
{
    return side == 0 ? road_rows_up(rows, rank) : road_rows_down(rows, rank);
}

/* Put the crossings of the paths between two bases, which take `best`, into the list and the set.
 */
static void collect_crossings(struct road_path *path, const struct road_rows *rows,
                              const uint32_t ends[2], uint32_t shared, uint32_t best)
{
    const uint32_t *up_ms = road_rows_up(rows, ends[0]);
    const uint32_t *down_ms = road_rows_down(rows, ends[1]);
    memset(path->crossed, 0, path->word_count * sizeof *path->crossed);
    path->crossing_count = 0;
    for (uint32_t d = 0; d < shared; d++) {
        if (up_ms[d] + down_ms[d] == best) {
            path->crossings[path->crossing_count++] = d;
            add(path->crossed, d);
        }
    }
}

/* What one end's arcs are followed by. */
struct trail {
    const struct road_rows *rows;
    int side;
    uint32_t shared;        /* depths below this are ancestors of both ends */
    const uint32_t *row_ms; /* of the end */
    const uint32_t *weights_ms;
    uint32_t reach_ms; /* to the farthest crossing */
};

/* Does x, at depth d on a shortest path from the end, have a crossing straight ahead? */
static bool leads_on(const struct road_path *path, const struct trail *trail, uint32_t x,
                     uint32_t d)
{
    const uint32_t *row_ms = row_of(trail->rows, trail->side, x);
    for (uint32_t i = 0; i < path->crossing_count; i++) {
        uint32_t c = path->crossings[i];
        if (trail->row_ms[d] + row_ms[c] == trail->row_ms[c])
            return true;
    }
    return false;
}

/* Ask for the memory of what is come upon: for leads_on(), and where its arcs are. */
static void fetch_node(const struct road_path *path, const struct trail *trail, uint32_t x)
{
    __builtin_prefetch(&row_of(trail->rows, trail->side, x)[path->crossings[0]]);
    __builtin_prefetch(&path->metric->hierarchy->first_up[x]);
}

/* ... and of its arcs, for follow(). */
static void fetch_arcs(const struct road_path *path, const struct trail *trail, uint32_t x)
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    __builtin_prefetch(&trail->weights_ms[h->first_up[x]]);
    __builtin_prefetch(&h->up_head[h->first_up[x]]);
}

/* Open the upper ends of those arcs of x, at depth d, that lie on a shortest path; of common
 * ancestors only crossings. What is open already was come upon from a lower rank. */
static void follow(struct road_path *path, const struct trail *trail, uint32_t x, uint32_t d)
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    uint32_t to_x_ms = trail->row_ms[d];
    for (uint32_t arc = h->first_up[x]; arc < h->first_up[x + 1]; arc++) {
        uint32_t to_y_ms = to_x_ms + trail->weights_ms[arc];
        if (to_y_ms > trail->reach_ms)
            continue;
        uint32_t y = h->up_head[arc];
        uint32_t e = trail->rows->nodes[y].depth;
        if (to_y_ms != trail->row_ms[e] || has(path->open[trail->side], e))
            continue;
        if (e < trail->shared && !has(path->crossed, e))
            continue;
        fetch_node(path, trail, y);
        add(path->open[trail->side], e);
        lead(path, trail->side, arc, d, e);
        path->ranks[trail->side][e] = y;
    }
}

/* Follow the arcs up from both ends, the deepest first, to the first common ancestor that both lead
 * to: its rank. The sides take turns, so that what one asked for comes while the other is at work.
 */
static uint32_t climb(struct road_path *path, const struct trail trails[2], const uint32_t ends[2])
{
    uint32_t deepest = 0;
    for (int side = 0; side < 2; side++) {
        uint32_t depth = trails[side].rows->nodes[ends[side]].depth;
        memset(path->open[side], 0, path->word_count * sizeof *path->open[side]);
        add(path->open[side], depth);
        path->ranks[side][depth] = ends[side];
        deepest = depth > deepest ? depth : deepest;
    }
    for (uint32_t word = deepest / WORD_BITS + 1; word-- > 0;) {
        while ((path->open[0][word] | path->open[1][word]) != 0) {
            uint64_t either = path->open[0][word] | path->open[1][word];
            uint64_t bit = UINT64_C(1) << (WORD_BITS - 1 - (uint32_t)__builtin_clzll(either));
            uint32_t d = word * WORD_BITS + (uint32_t)__builtin_ctzll(bit);
            bool is_shared = d < trails[0].shared;
            if (is_shared && (path->open[0][word] & path->open[1][word] & bit) != 0)
                return path->ranks[0][d];
            for (int side = 0; side < 2; side++) {
                if ((path->open[side][word] & bit) == 0)
                    continue;
                path->open[side][word] &= ~bit;
                uint32_t x = path->ranks[side][d];
                fetch_arcs(path, &trails[side], x);
                if (is_shared || leads_on(path, &trails[side], x, d))
                    follow(path, &trails[side], x, d);
            }
        }
    }
    return ROAD_NONE;
}

/* Where the ways out of dead ends lead: to the same rank when they meet there, else to both bases.
 * The lower rank goes first, if it hangs. */
static void leave_dead_ends(struct road_path *path, const struct road_rows *rows, uint32_t at[2])
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    while (at[0] != at[1]) {
        int side = at[0] < at[1] ? 0 : 1;
        if (!road_rows_hangs(rows, at[side]))
            side = 1 - side;
        if (!road_rows_hangs(rows, at[side]))
            break;
        uint32_t from = h->depth[at[side]];
        uint32_t arc = h->first_up[at[side]];
        at[side] = h->parent[at[side]];
        lead(path, side, arc, from, from - 1);
    }
}

/* As find_in_tree(), with the same outcome. */
static uint32_t find_in_rows(struct road_path *path, const struct road_rows *rows,
                             const uint32_t from_to[2])
{
    const struct road_metric *metric = path->metric;
    uint32_t ends[2] = {from_to[0], from_to[1]};
    uint32_t time_ms = road_rows_time(rows, from_to[0], from_to[1]);
    if (time_ms >= ROAD_FAR_MS)
        return ROAD_NONE;
    leave_dead_ends(path, rows, ends);
    if (ends[0] == ends[1])
        return ends[0];
    uint32_t hung_ms = rows->nodes[from_to[0]].up_ms + rows->nodes[from_to[1]].down_ms;
    uint32_t shared = road_rows_shared(rows, &rows->nodes[ends[0]], &rows->nodes[ends[1]]);
    collect_crossings(path, rows, ends, shared, time_ms - hung_ms);
    struct trail trails[2];
    for (int side = 0; side < 2; side++) {
        trails[side] = (struct trail){
            .rows = rows,
            .side = side,
            .shared = shared,
            .row_ms = row_of(rows, side, ends[side]),
            .weights_ms = side == 0 ? metric->up_ms : metric->down_ms,
        };
        for (uint32_t i = 0; i < path->crossing_count; i++) {
            uint32_t ms = trails[side].row_ms[path->crossings[i]];
            trails[side].reach_ms = ms > trails[side].reach_ms ? ms : trails[side].reach_ms;
        }
    }
    uint32_t meeting = climb(path, trails, ends);
    CHECK(meeting != ROAD_NONE);
    return meeting;
}

/* ---- the chain, and what it stands for ---- */

/* Put the arcs of both chains on the stack, the last of the drive first. */
static void lay_chain(struct road_path *path, const uint32_t ends[2], uint32_t meeting)
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    const uint32_t top = h->depth[meeting];
    const uint32_t first = h->depth[ends[0]];
    const uint32_t last = h->depth[ends[1]];
    uint32_t count = 0;
    for (uint32_t d = top; d != last; d = path->below[1][d])
        count++;
    path->stack_count = count;
    for (uint32_t d = top; d != last; d = path->below[1][d])
        path->stack[--count] = 2 * path->via[1][d] + 1;
    for (uint32_t d = top; d != first; d = path->below[0][d]) {
        CHECK(path->stack_count < 2 * h->height);
        path->stack[path->stack_count++] = 2 * path->via[0][d];
    }
}

/* Forget the middles of another version. */
static void keep_up(struct road_path *path)
{
    if (path->version == path->metric->version)
        return;
    path->version = path->metric->version;
    memset(path->middles, 0, 2 * (size_t)path->metric->hierarchy->arc_count * sizeof(uint32_t));
}

bool road_path_find(struct road_path *path, const struct road_rows *rows, uint32_t from_rank,
                    uint32_t to_rank)
{
    const uint32_t ends[2] = {from_rank, to_rank};
    CHECK(rows == NULL || (rows->metric == path->metric && road_rows_fresh(rows)));
    keep_up(path);
    path->stack_count = 0;
    uint32_t meeting = rows != NULL ? find_in_rows(path, rows, ends) : find_in_tree(path, ends);
    if (meeting == ROAD_NONE)
        return false;
    lay_chain(path, ends, meeting);
    return true;
}

static uint32_t value_of(const struct road_metric *metric, uint32_t arc, bool down)
{
    return down ? metric->down_ms[arc] : metric->up_ms[arc];
}

/* The arc to the lower end of `arc` from the lowest middle over which it is as long as it is. */
static uint32_t find_middle(const struct road_metric *metric, uint32_t arc, bool down)
{
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t value = value_of(metric, arc, down);
    uint32_t i = h->first_down[h->up_tail[arc]];
    uint32_t j = road_hierarchy_down(h, h->up_head[arc], road_hierarchy_lowest(h, h->up_tail[arc]));
    uint32_t i_end = h->first_down[h->up_tail[arc] + 1];
    while (i < i_end && j < h->first_down[h->up_head[arc] + 1]) {
        uint32_t to_low = h->down_arc[i];
        uint32_t to_high = h->down_arc[j];
        uint32_t v = h->up_tail[to_low];
        uint32_t w = h->up_tail[to_high];
        if (v == w) {
            uint32_t sum = down ? metric->down_ms[to_high] + metric->up_ms[to_low]
                                : metric->down_ms[to_low] + metric->up_ms[to_high];
            if (sum == value)
                return to_low;
        }
        i += v <= w;
        j += w <= v;
    }
    return ROAD_NONE;
}

/* Fill in what is remembered of an arc, see GAP_FAR. */
static uint32_t look_into(struct road_path *path, uint32_t arc, bool down)
{
    const struct road_metric *metric = path->metric;
    const struct road_hierarchy *h = metric->hierarchy;
    uint32_t input = down ? h->input_down[arc] : h->input_up[arc];
    uint32_t middle = arc;
    if (input == ROAD_NONE || metric->weights_ms[input] != value_of(metric, arc, down)) {
        uint32_t to_low = find_middle(metric, arc, down);
        CHECK(to_low != ROAD_NONE);
        uint32_t gap = 0;
        while (gap < GAP_FAR && h->up_head[to_low + 1 + gap] != h->up_head[arc])
            gap++;
        middle = gap << GAP_SHIFT | to_low;
    }
    path->middles[2 * (size_t)arc + down] = middle;
    return middle;
}

/* What is remembered of an arc coded as on the stack. */
static inline uint32_t look(struct road_path *path, uint32_t coded)
{
    uint32_t known = path->middles[coded];
    return known != 0 ? known : look_into(path, coded / 2, coded % 2 != 0);
}

/* Both arcs over a middle, coded as on the stack. That to the higher end comes behind that to the
 * lower in the list of the middle's arcs. */
struct halves {
    uint32_t first; /* to drive */
    uint32_t second;
};

static inline struct halves split(const struct road_hierarchy *h, uint32_t coded, uint32_t middle)
{
    uint32_t to_low = middle & ARC_MASK;
    uint32_t gap = middle >> GAP_SHIFT;
    uint32_t to_high = to_low + 1 + gap;
    bool down = coded % 2 != 0;
    if (gap == GAP_FAR) {
        while (h->up_head[to_high] != h->up_head[coded / 2])
            to_high++;
    }
    return (struct halves){.first = 2 * (down ? to_high : to_low) + 1,
                           .second = 2 * (down ? to_low : to_high)};
}

size_t road_path_take(struct road_path *path, uint32_t *arcs, size_t arcs_max)
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    const size_t room = stack_max(h);
    uint32_t *stack = path->stack;
    size_t left = path->stack_count;
    size_t count = 0;
    CHECK(path->version == path->metric->version);
    while (left > 0 && count < arcs_max) {
        uint32_t coded = stack[--left];
        uint32_t middle = look(path, coded);
        while (middle != coded / 2) {
            struct halves halves = split(h, coded, middle);
            CHECK(left < room);
            stack[left++] = halves.second;
            coded = halves.first;
            middle = look(path, coded);
        }
        arcs[count++] = coded % 2 != 0 ? h->input_down[coded / 2] : h->input_up[coded / 2];
    }
    path->stack_count = (uint32_t)left;
    return count;
}

/* Of what is left, all unpacked. */
static int64_t unpacked_m(struct road_path *path)
{
    const uint32_t *length_m = path->metric->hierarchy->graph->length_m;
    uint32_t arcs[TAKE];
    int64_t sum_m = 0;
    for (size_t count = TAKE; count == TAKE;) {
        count = road_path_take(path, arcs, TAKE);
        for (size_t i = 0; i < count; i++)
            sum_m += length_m[arcs[i]];
    }
    return sum_m;
}

int64_t road_path_take_length(struct road_path *path)
{
    const struct road_metric *metric = path->metric;
    int64_t sum_m = 0;
    CHECK(path->version == metric->version);
    for (uint32_t i = 0; i < path->stack_count; i++) {
        const uint32_t coded = path->stack[i];
        const uint16_t m = coded % 2 != 0 ? metric->down_m[coded / 2] : metric->up_m[coded / 2];
        if (m == ROAD_LONG_M)
            return unpacked_m(path);
        sum_m += m;
    }
    path->stack_count = 0;
    return sum_m;
}

int64_t road_path_skip(struct road_path *path, int64_t ms)
{
    const struct road_hierarchy *h = path->metric->hierarchy;
    int64_t skipped_ms = 0;
    CHECK(path->version == path->metric->version);
    while (path->stack_count > 0) {
        uint32_t coded = path->stack[path->stack_count - 1];
        uint32_t value = value_of(path->metric, coded / 2, coded % 2 != 0);
        if (skipped_ms + value < ms) {
            skipped_ms += value;
            path->stack_count--;
            continue;
        }
        uint32_t middle = look(path, coded);
        if (middle == coded / 2)
            break;
        struct halves halves = split(h, coded, middle);
        CHECK(path->stack_count < stack_max(h));
        path->stack[path->stack_count - 1] = halves.second;
        path->stack[path->stack_count++] = halves.first;
    }
    return skipped_ms;
}
