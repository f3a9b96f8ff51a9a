/* From what is given from outside to places on the road, and to the nearest place that would do. */
#ifndef CORE_SPOT_H
#define CORE_SPOT_H

#include "core/inside.h"

/* Where a ride may begin or end, as far as the map tells. */
enum spot_verdict {
    SPOT_ALLOWED,
    SPOT_OFF_ROAD,
    SPOT_OUTSIDE,
    SPOT_NO_STOPPING,
};

/* The kerb for a pick-up or drop-off: *place unless off the road. Judged is the spot's place on
 * the road, since that is where the vehicle stops. */
enum spot_verdict spot_kerb(const struct core *core, const struct spot *spot,
                            struct road_place *place);

/* May a ride begin or end at a place on the road? */
enum spot_verdict spot_judge(const struct core *core, struct road_place place);

/* Where a vehicle is, or on a closed road spot_way_out(): false when no road is within reach
 * (*place untouched). */
bool spot_vehicle(const struct core *core, const struct spot *spot, int32_t heading_deg,
                  struct road_place *place);

/* Where a vehicle at `place` comes to the next open road: on a closed one that is its end, as who
 * was on it when it was closed drives out of it. */
struct road_place spot_way_out(const struct core *core, struct road_place place);

/* A place near `point` where a ride may begin or end: the nearest of those tried, in rings up to
 * some 10 km. False when there is none. O(tries), bounded. */
bool spot_nearest(const struct core *core, struct geo_point point, struct geo_point *nearest);

#endif
