/* Shortest paths between two ranks of the hierarchy: found as a chain of its arcs, and unpacked to
 * arcs of the graph from the front, only as far as the caller goes.
 *
 * Of several shortest paths always the same one is given, with rows or without: the one with the
 * lowest-ranked meeting, where the drive goes over from climbing to descending; from there back to
 * either end, at each node the arc from the lowest rank; and an arc of the hierarchy stands for its
 * own graph arc if that is as short, else for the way over the lowest-ranked middle.
 *
 * Rows tell the chain without a search (find_in_rows() in path.c). The middle of an arc is
 * remembered for as long as the metric does not change, so a path costs O(its arcs); the first time
 * after a change each arc costs a search for its middle. Remembering takes 8 bytes for an arc of
 * the hierarchy. */
#ifndef ROAD_PATH_H
#define ROAD_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/metric.h"
#include "road/rows.h"

struct road_path; /* in the arena it was made in; scratch memory for one thread */

size_t road_path_cost(const struct road_hierarchy *hierarchy);

/* NULL when the arena is too small. `metric` is borrowed; what it changes is seen by the next
 * road_path_find(). */
MUST_CHECK struct road_path *road_path_init(struct arena *arena, const struct road_metric *metric);

/* Find the shortest path between two ranks. `rows` are of the same metric and fresh (CHECKed), or
 * NULL to walk the tree. False when there is no way. What was found before is forgotten. */
MUST_CHECK bool road_path_find(struct road_path *path, const struct road_rows *rows,
                               uint32_t from_rank, uint32_t to_rank);

/* The next graph arcs in driving order, up to `arcs_max`; gives how many, fewer only when there are
 * no more. The metric must not have changed since the path was found (CHECKed). O(1) an arc. */
size_t road_path_take(struct road_path *path, uint32_t *arcs, size_t arcs_max);

/* Take all arcs that are left, and give their metres. O(height): what the metric knows the length
 * of is not unpacked. */
int64_t road_path_take_length(struct road_path *path);

/* Leave out the arcs that are driven in less than `ms`, counted from the next one's beginning;
 * gives how long they take. The next arc, if there is one, is under way or just ends at `ms`.
 * O(height), because what ends before is left out without being unpacked. */
int64_t road_path_skip(struct road_path *path, int64_t ms);

#endif
