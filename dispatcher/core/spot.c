/* A node given is that node; a point is brought to the kerb of the nearest street. */
#include "core/spot.h"

#include "base/check.h"

#define RING_FIRST_MM  25000
#define RING_LAST_MM   10000000
#define RING_DIRECTION 16

/* Offsets of the directions in thousandths of the ring's radius. */
static const int32_t ring_north[RING_DIRECTION] = {1000,  924,  707,  383,  0, -383, -707, -924,
                                                   -1000, -924, -707, -383, 0, 383,  707,  924};
static const int32_t ring_east[RING_DIRECTION] = {0, 383,  707,  924,  1000,  924,  707,  383,
                                                  0, -383, -707, -924, -1000, -924, -707, -383};

enum spot_verdict spot_judge(const struct core *core, struct road_place place)
{
    const struct geo_point point = road_place_point(core->network->graph, place);
    switch (zones_judge(core->config.zones, point)) {
    case ZONE_ALLOWED:
        return SPOT_ALLOWED;
    case ZONE_OUTSIDE:
        return SPOT_OUTSIDE;
    case ZONE_STOPPING_FORBIDDEN:
        return SPOT_NO_STOPPING;
    }
    CHECK(false);
    return SPOT_OUTSIDE;
}

enum spot_verdict spot_kerb(const struct core *core, const struct spot *spot,
                            struct road_place *place)
{
    struct road_snap snap;
    if (spot->node != SPOT_NO_NODE) {
        if (spot->node >= core->network->graph->node_count) {
            return SPOT_OFF_ROAD;
        }
        *place = road_place_at_node(spot->node);
    } else if (geo_valid(spot->point) &&
               road_snap_kerb(core->network->snapper, spot->point, ROAD_SNAP_MAX_MM, &snap)) {
        *place = snap.place;
    } else {
        return SPOT_OFF_ROAD;
    }
    return spot_judge(core, *place);
}

struct road_place spot_way_out(const struct core *core, struct road_place place)
{
    const struct road_network *network = core->network;
    if (place.arc == ROAD_NONE || network->metric.weights_ms[place.arc] != ROAD_CLOSED) {
        return place;
    }
    return road_place_at_node(network->graph->head[place.arc]);
}

bool spot_vehicle(const struct core *core, const struct spot *spot, int32_t heading_deg,
                  struct road_place *place)
{
    struct road_snap snap;
    if (spot->node != SPOT_NO_NODE) {
        if (spot->node >= core->network->graph->node_count) {
            return false;
        }
        *place = road_place_at_node(spot->node);
        return true;
    }
    if (!geo_valid(spot->point) || !road_snap_vehicle(core->network->snapper, spot->point,
                                                      heading_deg, ROAD_SNAP_MAX_MM, &snap)) {
        return false;
    }
    *place = spot_way_out(core, snap.place);
    return true;
}

/* May a ride begin at the kerb nearest to `point`? Then *kerb is there. */
static bool try_point(const struct core *core, struct geo_point point, struct geo_point *kerb)
{
    struct road_snap snap;
    if (!geo_valid(point) ||
        !road_snap_kerb(core->network->snapper, point, ROAD_SNAP_MAX_MM, &snap) ||
        spot_judge(core, snap.place) != SPOT_ALLOWED) {
        return false;
    }
    /* What is offered must do when it is asked for: its own nearest kerb is judged. */
    *kerb = snap.point;
    return road_snap_kerb(core->network->snapper, *kerb, ROAD_SNAP_MAX_MM, &snap) &&
           spot_judge(core, snap.place) == SPOT_ALLOWED;
}

/* The point `north_mm` and `east_mm` away, by what a thousandth of a degree is there. */
static struct geo_point shifted(struct geo_point point, int64_t north_mm, int64_t east_mm)
{
    const int32_t step_e7 = 10000;
    const struct geo_point north = {point.lat_e7 + (point.lat_e7 > 0 ? -step_e7 : step_e7),
                                    point.lon_e7};
    const struct geo_point east = {point.lat_e7,
                                   point.lon_e7 + (point.lon_e7 > 0 ? -step_e7 : step_e7)};
    const int64_t lat = point.lat_e7 + north_mm * step_e7 / (geo_distance_mm(point, north) + 1);
    const int64_t lon = point.lon_e7 + east_mm * step_e7 / (geo_distance_mm(point, east) + 1);
    const struct geo_point nowhere = {INT32_MAX, INT32_MAX};
    if (lat < INT32_MIN || lat > INT32_MAX || lon < INT32_MIN || lon > INT32_MAX) {
        return nowhere;
    }
    return (struct geo_point){(int32_t)lat, (int32_t)lon};
}

bool spot_nearest(const struct core *core, struct geo_point point, struct geo_point *nearest)
{
    struct road_snap snap;
    struct geo_point kerb;
    if (!geo_valid(point)) {
        return false;
    }
    if (!road_snap_kerb(core->network->snapper, point, ROAD_SNAP_MAX_MM, &snap) &&
        try_point(core, snap.point, nearest)) {
        return true; /* off the road: the nearest road */
    }
    for (int64_t radius_mm = RING_FIRST_MM; radius_mm <= RING_LAST_MM; radius_mm += radius_mm / 4) {
        int64_t best_mm = INT64_MAX;
        for (uint32_t i = 0; i < RING_DIRECTION; i++) {
            const struct geo_point there =
                shifted(point, radius_mm * ring_north[i] / 1000, radius_mm * ring_east[i] / 1000);
            if (try_point(core, there, &kerb) && geo_distance_mm(point, kerb) < best_mm) {
                best_mm = geo_distance_mm(point, kerb);
                *nearest = kerb;
            }
        }
        if (best_mm < INT64_MAX) {
            return true;
        }
    }
    return false;
}
