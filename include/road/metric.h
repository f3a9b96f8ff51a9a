/* The travel times of now: a weight for every arc of the graph, and what they mean for every arc
 * of the hierarchy (customization). Closing a road is a change of weight.
 *
 * For an arc of the hierarchy, up_ms and down_ms hold the shortest time between its ends over
 * nodes below both, ROAD_FAR_MS where there is none. A time of ROAD_FAR_MS or more counts as no way
 * at all, here and in every query. up_m and down_m say how long that way is: of several that are as
 * quick, the graph arc itself if it is one of them, else the one over the lowest middle, as
 * road/path.h unpacks it. */
#ifndef ROAD_METRIC_H
#define ROAD_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/hierarchy.h"

#define ROAD_CLOSED        UINT32_MAX        /* the weight of an arc that may not be driven */
#define ROAD_WEIGHT_MAX_MS (1u << 24)        /* about 4.6 hours for one arc */
#define ROAD_FAR_MS        ((1u << 30) - 1u) /* 12 days: no way. Two of them fit in a sum */
#define ROAD_LONG_M        UINT16_MAX        /* a way of so many metres or more */

/* What a query says when there is no way from there to here (closures). Two of them still add up
 * without overflow. */
#define ROAD_UNREACHABLE_MS (INT64_C(1) << 40)

struct road_metric {
    const struct road_hierarchy *hierarchy;
    uint32_t *weights_ms; /* [graph arc_count] 1 .. ROAD_WEIGHT_MAX_MS, or ROAD_CLOSED */
    uint32_t *up_ms;      /* [hierarchy arc_count] from the lower to the higher end */
    uint32_t *down_ms;    /* [hierarchy arc_count] from the higher to the lower end */
    uint16_t *up_m;       /* [hierarchy arc_count] the length of that way, or ROAD_LONG_M; means */
    uint16_t *down_m;     /* ... nothing where there is none */
    uint32_t *slots;      /* [node_count] scratch of road_metric_customize() */
    uint8_t *pending;     /* [hierarchy arc_count] scratch of road_metric_set(), zero between */
    uint64_t version;     /* counts the calls that may have changed a time */
};

size_t road_metric_cost(const struct road_hierarchy *hierarchy);

/* A metric with the graph's free-flow times, customized; false when the arena is too small. */
MUST_CHECK bool road_metric_init(struct road_metric *metric, struct arena *arena,
                                 const struct road_hierarchy *hierarchy);

/* Is it a weight that an arc may have? */
static inline bool road_metric_weight_valid(uint32_t weight_ms)
{
    return weight_ms == ROAD_CLOSED || (weight_ms >= 1 && weight_ms <= ROAD_WEIGHT_MAX_MS);
}

/* Customize all anew after weights_ms was written. */
void road_metric_customize(struct road_metric *metric);

/* The arcs of the hierarchy whose lower ends are the ranks from `first` to just below `end`, when
 * those of all ranks below are done. Done for all ranks, in order, it is road_metric_customize(),
 * but for the version. For road/refresh.h; in between, the times of `metric` mean nothing. */
void road_metric_customize_some(struct road_metric *metric, uint32_t first, uint32_t end);

/* Set the weight of one graph arc and customize what depends on it, no more. The result equals
 * road_metric_customize() on the same weights, lengths too. Gives the highest rank that is the
 * lower end of an arc of the hierarchy whose time changed, or ROAD_NONE: all such lower ends lie on
 * the way in the tree from that of the arc itself up to there (road_rows_repair() asks). */
uint32_t road_metric_set(struct road_metric *metric, uint32_t arc, uint32_t weight_ms);

#endif
