/* A whole new set of travel times, worked off in slices between other work: the next hour's, or
 * what was learnt. Answers are exact at every moment for ONE metric, the old or the new:
 *
 * 1. The new metric is customized on the side; all queries answer from the old one, rows and all.
 * 2. It takes the old one's place, within one step. The rows are stale, the tree walk answers.
 * 3. The rows are made anew; with the last one they are fresh, and queries use them again.
 *
 * A step is bounded by nodes, not by time, so that the same calls give the same answers on every
 * machine: some 10 milliseconds for 100,000 nodes. */
#ifndef ROAD_REFRESH_H
#define ROAD_REFRESH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/metric.h"
#include "road/rows.h"

enum road_refresh_state {
    ROAD_REFRESH_IDLE,      /* -> CUSTOMIZE by begin */
    ROAD_REFRESH_CUSTOMIZE, /* -> ROWS, or IDLE without rows; begins again by begin */
    ROAD_REFRESH_ROWS,      /* -> IDLE when they are fresh; -> CUSTOMIZE by begin */
};

struct road_refresh {
    enum road_refresh_state state;
    struct road_metric *metric;
    struct road_rows *rows;  /* NULL: there are none */
    struct road_metric next; /* the new metric, while it is customized */
    uint32_t rank;           /* ranks below this one are customized */
};

size_t road_refresh_cost(const struct road_hierarchy *hierarchy);

/* False when the arena is too small. Metric and rows (or NULL) are borrowed; they must stay where
 * they are. */
MUST_CHECK bool road_refresh_init(struct road_refresh *refresh, struct arena *arena,
                                  struct road_metric *metric, struct road_rows *rows);

/* Begin with these weights, one for each arc of the graph, in range as in road/metric.h (CHECKed).
 * They are copied. What is under way is given up for them. O(arcs). */
void road_refresh_begin(struct road_refresh *refresh, const uint32_t *weights_ms);

/* Go on by `node_count` nodes, at least one. True when nothing is left to do. */
bool road_refresh_step(struct road_refresh *refresh, uint32_t node_count);

/* One arc's weight of now was set with road_metric_set(), to what the metric has, and `high` is
 * what that gave back: the weights to come get it too, and the rows are repaired as far as they are
 * made (road_rows_repair()). What was worked off and depends on it is worked off again. */
void road_refresh_change(struct road_refresh *refresh, uint32_t arc, uint32_t high);

#endif
