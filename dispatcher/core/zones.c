/* The even-odd rule over all rings of a zone: a hole is a ring inside a ring, a second polygon is a
 * ring beside it, and neither needs a case of its own. */
#include "core/zones.h"

#include "base/check.h"

bool zone_contains(const struct zones *zones, const struct zone *zone, struct geo_point point)
{
    CHECK(zone->first_ring <= zones->ring_count);
    CHECK(zone->ring_count <= zones->ring_count - zone->first_ring);
    bool inside = false;
    for (uint32_t i = 0; i < zone->ring_count; i++) {
        uint32_t ring = zone->first_ring + i;
        uint32_t first = zones->ring_first[ring];
        uint32_t count = zones->ring_first[ring + 1] - first;
        if (geo_inside(point, &zones->points[first], count))
            inside = !inside;
    }
    return inside;
}

enum zone_verdict zones_judge(const struct zones *zones, struct geo_point point)
{
    bool is_limited = false;
    bool is_served = false;
    bool is_forbidden = false;
    for (uint32_t i = 0; i < zones->zone_count; i++) {
        const struct zone *zone = &zones->zones[i];
        if (zone->kind == ZONE_SERVICE) {
            is_limited = true;
            is_served = is_served || zone_contains(zones, zone, point);
        } else if (zone->kind == ZONE_NO_STOPPING) {
            is_forbidden = is_forbidden || zone_contains(zones, zone, point);
        }
    }
    if (is_limited && !is_served)
        return ZONE_OUTSIDE;
    return is_forbidden ? ZONE_STOPPING_FORBIDDEN : ZONE_ALLOWED;
}
