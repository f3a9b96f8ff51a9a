/* Where a place touches the nodes, and what drive it takes to get there: between two ends lies the
 * travel time from node to node, however it is found. */
#ifndef ROAD_END_H
#define ROAD_END_H

#include <stdbool.h>
#include <stdint.h>

#include "road/metric.h"
#include "road/place.h"

struct road_end {
    uint32_t rank;
    uint32_t arc;      /* the place's, ROAD_NONE at a node */
    int64_t offset_ms; /* between the place and the node */
    bool open;         /* its arc is not closed */
};

/* The end where a drive from `place` reaches the first node (begins), or where a drive to it
 * leaves the last. O(1). */
struct road_end road_end_of(const struct road_metric *metric, struct road_place place, bool begins);

/* True and the time when no node need be passed: equal places, or ahead on the same arc. O(1). */
bool road_end_direct(const struct road_metric *metric, struct road_place from, struct road_place to,
                     int64_t *time_ms);

/* The time between two places that are not direct, given the time between their nodes. */
int64_t road_end_total(uint32_t between_ms, const struct road_end *from, const struct road_end *to);

#endif
