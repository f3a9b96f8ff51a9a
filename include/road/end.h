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
    int64_t offset_ms; /* between the place and the node; ROAD_UNREACHABLE_MS on a closed arc */
};

/* The end where a drive from `place` reaches the first node (begins), or where a drive to it
 * leaves the last. CHECKs that the place is valid. O(1). */
static inline struct road_end road_end_of(const struct road_metric *metric, struct road_place place,
                                          bool begins)
{
    const struct road_hierarchy *h = metric->hierarchy;
    CHECK(road_place_valid(h->graph, place));
    if (place.arc == ROAD_NONE)
        return (struct road_end){.rank = h->rank[place.node], .arc = ROAD_NONE};
    uint32_t weight_ms = metric->weights_ms[place.arc];
    uint32_t node = begins ? h->graph->head[place.arc] : h->graph->tail[place.arc];
    int64_t offset_ms =
        begins ? road_place_after_ms(place, weight_ms) : road_place_before_ms(place, weight_ms);
    return (struct road_end){
        .rank = h->rank[node],
        .arc = place.arc,
        .offset_ms = weight_ms == ROAD_CLOSED ? ROAD_UNREACHABLE_MS : offset_ms,
    };
}

static inline bool road_end_open(const struct road_end *end)
{
    return end->offset_ms < ROAD_UNREACHABLE_MS;
}

/* The time between two places that are not direct, given the time between their nodes. */
static inline int64_t road_end_total(uint32_t between_ms, int64_t from_ms, int64_t to_ms)
{
    int64_t total_ms = between_ms + from_ms + to_ms;
    return between_ms >= ROAD_FAR_MS || total_ms >= ROAD_UNREACHABLE_MS ? ROAD_UNREACHABLE_MS
                                                                        : total_ms;
}

/* True and the time when no node need be passed: equal places, or ahead on the same arc. O(1). */
bool road_end_direct(const struct road_metric *metric, struct road_place from, struct road_place to,
                     int64_t *time_ms);

#endif
