/* Fixed-point geometry on the WGS 84 ellipsoid, near enough to flat within one service area.
 * Coordinates are whole 1e-7 degrees (about 11 mm). No floating point: the same inputs give the
 * same bytes on every machine. */
#ifndef BASE_GEO_H
#define BASE_GEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct geo_point {
    int32_t lat_e7; /* -900000000 to 900000000 */
    int32_t lon_e7; /* -1800000000 to 1800000000 */
};

/* The nearest place to a point on the segment a-b. */
struct geo_projection {
    int64_t distance_mm;
    int32_t along_permille; /* 0 at a, 1000 at b */
    int32_t side;           /* -1 left of a->b, 1 right of it, 0 on its line */
};

bool geo_valid(struct geo_point point);

/* Points are taken the short way round the Earth, so the antimeridian needs no care: two points
 * are never more than half a turn apart, and neither may be the corners of a ring. Every point
 * given must be geo_valid(). */

/* Distance in millimetres by the local equirectangular projection at the mean latitude; within
 * 0.01 % of the geodesic below 100 km and 60 degrees of latitude, within 0.5 % up to 80. Rounds
 * down, but never to 0 for different places. Symmetric. O(1). */
int64_t geo_distance_mm(struct geo_point a, struct geo_point b);

/* In the plane that touches the Earth at `point`; the side is exact on the coordinates. A segment
 * without length has its place at a. O(1). */
struct geo_projection geo_project(struct geo_point point, struct geo_point a, struct geo_point b);

/* Place `permille` (0 to 1000) of the way from a to b, each coordinate rounded to nearest, halves
 * away from a. */
struct geo_point geo_between(struct geo_point a, struct geo_point b, int32_t permille);

/* Is `point` inside the ring of `count` >= 3 corners (first not repeated)? By crossing number,
 * exact in integers; a point on an edge counts as inside. Edges are straight in longitude and
 * latitude, and the ring spans less than half a turn. O(count). */
bool geo_inside(struct geo_point point, const struct geo_point *ring, size_t count);

#endif
