/* Areas on the map that rule where a ride may begin and end. Polygons with holes as flat arrays,
 * borrowed from whoever read them (input/zones.h). */
#ifndef CORE_ZONES_H
#define CORE_ZONES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/geo.h"
#include "core/limits.h"

enum zone_kind {
    ZONE_SERVICE,     /* rides begin and end inside one of these; where there is none, anywhere */
    ZONE_NO_STOPPING, /* nobody is picked up or set down here */
    ZONE_WARD,        /* electoral ward: for statistics */
    ZONE_DEPOT,
};

struct zone {
    uint32_t id;
    enum zone_kind kind;
    uint32_t first_ring; /* outer ring and holes of all its polygons */
    uint32_t ring_count;
    char name[ZONE_NAME_MAX];
};

struct zones {
    uint32_t zone_count;
    uint32_t ring_count;
    const struct zone *zones;
    const uint32_t *ring_first;     /* [ring_count + 1] first corner of a ring */
    const struct geo_point *points; /* corners, the first of a ring not repeated */
};

/* Inside an odd number of the zone's rings. O(corners). */
bool zone_contains(const struct zones *zones, const struct zone *zone, struct geo_point point);

/* May a ride begin or end here? */
enum zone_verdict {
    ZONE_ALLOWED,
    ZONE_OUTSIDE, /* in no service zone, and there is one */
    ZONE_STOPPING_FORBIDDEN,
};

enum zone_verdict zones_judge(const struct zones *zones, struct geo_point point);

#endif
