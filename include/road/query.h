/* Travel times and paths under the metric of now: one to one, one to many, many to many, path.
 * All are exact: they equal Dijkstra's on the same weights (road/dijkstra.h is the oracle).
 *
 * A query object is scratch memory for one thread. Customizable contraction hierarchies: Dibbelt,
 * Strasser, Wagner, ACM JEA 21 (2016). */
#ifndef ROAD_QUERY_H
#define ROAD_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/metric.h"
#include "road/path.h"
#include "road/place.h"
#include "road/rows.h"

enum road_path_result {
    ROAD_PATH_OK,
    ROAD_PATH_UNREACHABLE, /* outputs untouched */
    ROAD_PATH_TOO_LONG,    /* more arcs than the caller has room for; outputs untouched */
};

struct road_query; /* in the arena it was made in */

size_t road_query_cost(const struct road_hierarchy *hierarchy);

/* NULL when the arena is too small. `metric` is borrowed for the query's life; what it changes is
 * seen by the next call. */
MUST_CHECK struct road_query *road_query_init(struct arena *arena,
                                              const struct road_metric *metric);

/* Answer from rows from now on, whenever they are fresh: the same answers, many times faster. While
 * they are stale the query walks the tree. `rows` is borrowed, of the same metric
 * (CHECKed); NULL for none. */
void road_query_use_rows(struct road_query *query, const struct road_rows *rows);

/* road_query_time() with the places in parts, which go in registers. gcc passes such structs over
 * the stack, and with rows out of the cache the processor then waits three times as long. */
int64_t road_query_time_parts(struct road_query *query, uint32_t from_node, uint32_t from_arc,
                              int32_t from_along_permille, uint32_t to_node, uint32_t to_arc,
                              int32_t to_along_permille);

/* Shortest driving time, ROAD_UNREACHABLE_MS if there is none; 0 for equal places. */
static inline int64_t road_query_time(struct road_query *query, struct road_place from,
                                      struct road_place to)
{
    return road_query_time_parts(query, from.node, from.arc, from.along_permille, to.node, to.arc,
                                 to.along_permille);
}

/* times_ms[i] = time from `from` to to[i], or from from[i] to `to`. Faster than as many single
 * queries from a handful of places on. */
void road_query_from(struct road_query *query, struct road_place from, const struct road_place *to,
                     size_t count, int64_t *times_ms);
void road_query_to(struct road_query *query, const struct road_place *from, size_t count,
                   struct road_place to, int64_t *times_ms);

/* times_ms[i * to_count + j] = time from from[i] to to[j]. */
void road_query_matrix(struct road_query *query, const struct road_place *from, size_t from_count,
                       const struct road_place *to, size_t to_count, int64_t *times_ms);

/* The arcs of a shortest path in driving order, including a first and last arc driven in part.
 * Equal places give none. Of several shortest paths always the same one is given (road/path.h). */
MUST_CHECK enum road_path_result road_query_path(struct road_query *query, struct road_place from,
                                                 struct road_place to, uint32_t *arcs,
                                                 size_t arcs_max, size_t *arc_count);

/* How long that path is, in thousandths of a metre: arcs have whole metres, and the first and the
 * last count by the part driven. False, *length_mm untouched, when there is no way. */
MUST_CHECK bool road_query_length(struct road_query *query, struct road_place from,
                                  struct road_place to, int64_t *length_mm);

/* That path between two ranks, to be unpacked as far as need be; NULL when there is no way.
 * Borrowed, and gone with the next path or length asked for. */
struct road_path *road_query_between(struct road_query *query, uint32_t from_rank,
                                     uint32_t to_rank);

#endif
