/* Travel times at full speed: for every node the time to and from EVERY ancestor in the
 * elimination tree, in two dense arrays by depth. Any way between two nodes passes one of their
 * common ancestors, and these are the first of both nodes' rows: a travel time is the least
 * element-wise sum over that common beginning. No search, no labels, no branches to speak of.
 *
 *     up:    rank -> ancestor at depth 0, 1, 2, ... own depth (there 0)
 *     down:  ancestor at depth 0, 1, 2, ... -> rank
 *
 * Known as hierarchical two-hop labelling: Ouyang, Qin, Chang, Lin, Zhang, Zhu, SIGMOD 2018. How
 * long the common beginning is, is told in O(1): Schieber, Vishkin, SIAM J. Comput. 17, 1988.
 *
 * Dead ends and what branches off them (road_hierarchy_hangs()) have no rows of their own: from
 * there every way to an ancestor begins with the same arcs, as far as the first node that does not
 * hang, their base. They have the base's rows and the time of those arcs. A node that does not hang
 * is its own base; all its ancestors are. Between two nodes of one dead end the way is walked, as
 * it need not pass the base.
 *
 * Rows cost 8 bytes a base for each of its ancestors. Streets have small separators; a grid has
 * large ones, and above ROAD_ROWS_NODE_MAX bytes a node rows are not made (road_rows_fit()).
 *
 * Rows hold for one version of the metric: they are fresh or stale as a whole. While they are stale
 * nothing here but building and repairing may be called, and road/query.h answers by walking the
 * tree. Whoever changes the metric calls road_rows_repair() or road_rows_build(). */
#ifndef ROAD_ROWS_H
#define ROAD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/metric.h"

#define ROAD_ROWS_NODE_MAX 1024 /* bytes of rows per node, on average */
#define ROAD_ROWS_ALIGN    4    /* rows begin at multiples of so many numbers */
#define ROAD_ROWS_LANES    8    /* numbers handled together */

/* Functions that read rows are made twice, and the loader takes what the processor can do. Integers
 * give the same on both. */
#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__)
#define ROAD_ROWS_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define ROAD_ROWS_WIDE
#endif

/* What a query needs to know of a rank, in one piece. The first four are of its base. */
struct road_rows_node {
    uint32_t first;      /* where its rows begin, in groups of ROAD_ROWS_ALIGN */
    uint32_t depth;      /* number of ancestors; the rows have one number more */
    uint32_t inlabel;    /* the path of the tree it is on, as Schieber and Vishkin number them */
    uint32_t ascendants; /* one bit for each such path on the way to the root */
    uint32_t up_ms;      /* from the rank to its base, ROAD_FAR_MS at the most; of a base 0 */
    uint32_t down_ms;    /* from the base to the rank */
};

struct road_rows {
    const struct road_metric *metric;
    struct road_rows_node *nodes; /* [node_count] by rank */
    uint32_t *entries; /* [node_count + 1] by path: depth of the node that the path hangs below */
    uint32_t *up_ms;   /* base to ancestors; ROAD_FAR_MS where there is no way */
    uint32_t *down_ms; /* ancestors to base */
    uint64_t version;  /* of the metric that they hold for */
    struct road_rows_work *work; /* scratch of building and repairing */
};

/* Can the hierarchy have rows within ROAD_ROWS_NODE_MAX? O(nodes). */
bool road_rows_fit(const struct road_hierarchy *hierarchy);

/* O(nodes). */
size_t road_rows_cost(const struct road_hierarchy *hierarchy);

/* Rows of the metric as it is, fresh; false when the arena is too small. `metric` is borrowed.
 * Requires road_rows_fit(). Costs what road_rows_build() does. */
MUST_CHECK bool road_rows_init(struct road_rows *rows, struct arena *arena,
                               const struct road_metric *metric);

/* All rows anew: O(arcs of the hierarchy x mean depth), about 0.2 microseconds a node. */
void road_rows_build(struct road_rows *rows);

/* The same in slices: after road_rows_begin() the rows are stale; each step makes those of
 * `node_count` nodes more, and is true when all are made and fresh. When the metric has changed
 * between two steps, it begins again. */
void road_rows_begin(struct road_rows *rows);
MUST_CHECK bool road_rows_step(struct road_rows *rows, uint32_t node_count);

/* Right after one road_metric_set(): `low` is the lower end of the arc of the hierarchy that it was
 * for, `high` what it gave back. Fresh rows are fresh again, and rows being built go on being
 * built, with what was made for the old time made again; stale ones stay stale. Costs what there is
 * to change: microseconds for a side street, at the most about as much as building. */
void road_rows_repair(struct road_rows *rows, uint32_t low, uint32_t high);

static inline bool road_rows_fresh(const struct road_rows *rows)
{
    return rows->version == rows->metric->version;
}

/* The rows of a rank's base. Their length is its depth + 1, filled up to a multiple of
 * ROAD_ROWS_ALIGN. */
static inline const uint32_t *road_rows_up(const struct road_rows *rows, uint32_t rank)
{
    return rows->up_ms + (size_t)rows->nodes[rank].first * ROAD_ROWS_ALIGN;
}

static inline const uint32_t *road_rows_down(const struct road_rows *rows, uint32_t rank)
{
    return rows->down_ms + (size_t)rows->nodes[rank].first * ROAD_ROWS_ALIGN;
}

/* Has the rank its base's rows? No arc takes no time. */
static inline bool road_rows_hangs(const struct road_rows *rows, uint32_t rank)
{
    return rows->nodes[rank].up_ms != 0;
}

/* Where the way from `node` to the root comes upon the path `shared`: that node's depth. */
static inline uint32_t road_rows_depth_on(const struct road_rows *rows,
                                          const struct road_rows_node *node, uint32_t shared)
{
    uint32_t below = node->ascendants & (shared - 1);
    if (below == 0)
        return node->depth;
    uint32_t step = UINT32_C(1) << (31 - __builtin_clz(below));
    return rows->entries[(node->inlabel & ~(2 * step - 1)) | step];
}

/* How many ancestors the bases of two ranks have in common, either counting as its own. O(1). */
static inline uint32_t road_rows_shared(const struct road_rows *rows,
                                        const struct road_rows_node *a,
                                        const struct road_rows_node *b)
{
    uint32_t differ = (a->inlabel ^ b->inlabel) | 1;
    uint32_t highest = UINT32_C(1) << (31 - __builtin_clz(differ));
    uint32_t common = a->ascendants & b->ascendants & ~(highest - 1);
    uint32_t shared = common & -common;
    uint32_t depth_a = road_rows_depth_on(rows, a, shared);
    uint32_t depth_b = road_rows_depth_on(rows, b, shared);
    return (depth_a < depth_b ? depth_a : depth_b) + 1;
}

/* Signed, because that is what vector units compare: no sum passes INT32_MAX, as both summands are
 * ROAD_FAR_MS at most. */
typedef int32_t road_rows_lanes __attribute__((vector_size(32), aligned(16), may_alias));
typedef int32_t road_rows_half __attribute__((vector_size(16), may_alias));

/* The least of up_ms[i] + down_ms[i] over the first `count` numbers, at least one, of two rows;
 * ROAD_FAR_MS when none is less. Reads, and ignores, up to ROAD_ROWS_LANES - 1 numbers beyond, as
 * there are behind every row. To be used inside a ROAD_ROWS_WIDE function. O(count). */
static inline uint32_t road_rows_least(const uint32_t *up_ms, const uint32_t *down_ms,
                                       uint32_t count)
{
    const int32_t far = (int32_t)ROAD_FAR_MS;
    const road_rows_lanes places = {0, 1, 2, 3, 4, 5, 6, 7};
    const road_rows_lanes *up = (const road_rows_lanes *)up_ms;
    const road_rows_lanes *down = (const road_rows_lanes *)down_ms;
    road_rows_lanes least = {far, far, far, far, far, far, far, far};
    for (; count > ROAD_ROWS_LANES; count -= ROAD_ROWS_LANES) {
        road_rows_lanes sum = *up++ + *down++;
        road_rows_lanes less = sum < least;
        least = (sum & less) | (least & ~less);
    }
    road_rows_lanes sum = *up + *down;
    road_rows_lanes less = (sum < least) & (places < (int32_t)count);
    least = (sum & less) | (least & ~less);
    road_rows_half low = __builtin_shufflevector(least, least, 0, 1, 2, 3);
    road_rows_half high = __builtin_shufflevector(least, least, 4, 5, 6, 7);
    road_rows_half lower = low < high;
    low = (low & lower) | (high & ~lower);
    high = __builtin_shufflevector(low, low, 2, 3, 0, 1);
    lower = low < high;
    low = (low & lower) | (high & ~lower);
    return (uint32_t)(low[0] < low[1] ? low[0] : low[1]);
}

/* From the time between two bases to that between the ranks; no three that are ROAD_FAR_MS at the
 * most overflow. Not for two ranks of one dead end. */
static inline uint32_t road_rows_whole(uint32_t between_ms, uint32_t up_ms, uint32_t down_ms)
{
    return between_ms + up_ms + down_ms;
}

/* A dead end: the ranks from `lowest` to `lowest` + `span`. */
struct road_rows_dead_end {
    uint32_t lowest;
    uint32_t span;
};

/* All of the dead end that a rank is in, which hangs (CHECKed). O(its height). */
struct road_rows_dead_end road_rows_dead_end(const struct road_rows *rows, uint32_t rank);

static inline bool road_rows_inside(struct road_rows_dead_end dead_end, uint32_t rank)
{
    return rank - dead_end.lowest <= dead_end.span;
}

/* Shortest time between two ranks (of the hierarchy, not nodes of the graph); ROAD_FAR_MS or more,
 * but less than UINT32_MAX, when there is no way. The rows must be fresh; not CHECKed, this is for
 * innermost loops. O(depth). */
uint32_t road_rows_time(const struct road_rows *rows, uint32_t from_rank, uint32_t to_rank);

/* times_ms[i] = time from `from_rank` to to_ranks[i], or from from_ranks[i] to `to_rank`: a third
 * of the time that one by one takes. */
void road_rows_from(const struct road_rows *rows, uint32_t from_rank, const uint32_t *to_ranks,
                    size_t count, uint32_t *times_ms);
void road_rows_to(const struct road_rows *rows, const uint32_t *from_ranks, size_t count,
                  uint32_t to_rank, uint32_t *times_ms);

/* times_ms[i] = time from from_ranks[i] to to_ranks[i]. For pairs far apart twice as fast as one by
 * one, because the memory of the next ones is asked for meanwhile. */
void road_rows_pairs(const struct road_rows *rows, const uint32_t *from_ranks,
                     const uint32_t *to_ranks, size_t count, uint32_t *times_ms);

#endif
