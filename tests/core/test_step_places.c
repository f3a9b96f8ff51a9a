/* Zones that come while the service runs. */
#include "core/step_places.h"

#include <criterion/criterion.h>

#include "service.h"

/* No stopping at node b of a line. */
static const struct geo_point *around(const struct service *s, char letter)
{
    static struct geo_point corners[4];
    const struct geo_point at = s->town->graph.points[town_node(s->town, letter)];
    const int32_t half = 2000; /* 1e-7 degrees: 22 m */
    corners[0] = (struct geo_point){at.lat_e7 - half, at.lon_e7 - half};
    corners[1] = (struct geo_point){at.lat_e7 - half, at.lon_e7 + half};
    corners[2] = (struct geo_point){at.lat_e7 + half, at.lon_e7 + half};
    corners[3] = (struct geo_point){at.lat_e7 + half, at.lon_e7 - half};
    return corners;
}

Test(step_places, new_zones_judge_what_comes_and_leave_what_was_promised)
{
    static const uint32_t first[] = {0, 4};
    static const struct zone one = {.kind = ZONE_NO_STOPPING, .ring_count = 1, .name = "b"};
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "b", .to = "d"), 0);
    service_forget(s);
    const struct zones zones = {.zone_count = 1,
                                .ring_count = 1,
                                .zones = &one,
                                .ring_first = first,
                                .points = around(s, 'b')};
    const struct event event = {
        .kind = EVENT_SET_ZONES,
        .request = {5},
        .places = {.by = {1, 2}, .zones = &zones, .reason = "no stopping at b"}};
    service_step(s, &event);
    cr_expect_eq(s->answer.kind, MESSAGE_LIST_END);
    cr_expect_eq(s->answer.request.value, 5);
    SERVICE_TRACE(s, "[    0] places_set 1: 1, no stopping at b\n");
    cr_expect_eq(service_book(s, .from = "b", .to = "d"), 0, "refused from now on");
    cr_expect_eq(service_book(s, .from = "c", .to = "b"), 0);
    service_run(s, 900);
    cr_expect_eq(service_statistics(s).alighted_count, 1, "the ride of before was served");
    service_free(s);
}
