/* From coordinates to the road: the nearest arc within reach, on the right side of the street and
 * in the right direction. */
#ifndef ROAD_SNAP_H
#define ROAD_SNAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/place.h"

#define ROAD_SNAP_MAX_MM     300000 /* further from any road is outside (docs/scenario.md) */
#define ROAD_HEADING_UNKNOWN (-1)

struct road_snapper; /* a grid over the arcs, in an arena */

struct road_snap {
    struct road_place place; /* on an arc, or at a node within 1 permille of an end */
    uint32_t arc;            /* the arc that the place is on, or at an end of */
    uint32_t nearest_node;   /* the node nearest to the point, ties to the lower number */
    int64_t distance_mm;     /* from the point to the place */
    struct geo_point point;  /* the place's coordinates */
};

size_t road_snapper_cost(const struct road_graph *graph);
MUST_CHECK struct road_snapper *
road_snapper_init(struct arena *arena, const struct road_graph *graph, bool drive_on_left);

/* The nearest arc to a kerb-side point: of the two directions of a street the one whose kerb is on
 * the point's side. Motorways and trunk roads are no place to stop and are passed over unless
 * nothing else is within reach. True and *snap; or false when nothing is within `reach_mm`, and
 * *snap then holds the nearest place all the same (the nearest alternative for a refusal). */
MUST_CHECK bool road_snap_kerb(const struct road_snapper *snapper, struct geo_point point,
                               int64_t reach_mm, struct road_snap *snap);

/* The nearest arc to a driving vehicle: arcs within 45 degrees of its heading come first.
 * `heading_deg` is 0 to 359 clockwise from north, or ROAD_HEADING_UNKNOWN. */
MUST_CHECK bool road_snap_vehicle(const struct road_snapper *snapper, struct geo_point point,
                                  int32_t heading_deg, int64_t reach_mm, struct road_snap *snap);

#endif
