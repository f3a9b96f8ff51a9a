/* Every reason to refuse a ride, and what is offered instead. */
#include <criterion/criterion.h>

#include "tests/core/service.h"

#define MAP "a--b--c--d--e\n"

struct row {
    struct service_trip trip;
    enum refusal reason;
};

/* Corners of a box of some metres around nodes. */
static void box(const struct service *s, struct geo_point *corners, char from, char to)
{
    corners[0] = town_point(s->town, from, -50, -50);
    corners[1] = town_point(s->town, to, 50, -50);
    corners[2] = town_point(s->town, to, 50, 50);
    corners[3] = town_point(s->town, from, -50, 50);
}

Test(offer, names_the_first_reason_to_refuse)
{
    struct service *s = service_open(MAP);
    s->config.max_wait_ms = 60000;
    struct geo_point corners[8]; /* service from a to d, nobody stops at c */
    box(s, corners, 'a', 'd');
    box(s, corners + 4, 'c', 'c');
    const uint32_t ring_first[] = {0, 4, 8};
    const struct zone zones[] = {
        {.id = 1, .kind = ZONE_SERVICE, .first_ring = 0, .ring_count = 1},
        {.id = 2, .kind = ZONE_NO_STOPPING, .first_ring = 1, .ring_count = 1}};
    s->zones = (struct zones){2, 2, zones, ring_first, corners};
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const struct row rows[] = {
        {{.from = "e", .to = "a"}, REFUSAL_FROM_OUTSIDE},
        {{.from = "a", .to = "e"}, REFUSAL_TO_OUTSIDE},
        {{.from = "c", .to = "a"}, REFUSAL_FROM_NO_STOPPING},
        {{.from = "a", .to = "c"}, REFUSAL_TO_NO_STOPPING},
        {{.from = "a", .to = "a"}, REFUSAL_SAME_PLACE},
        {{.from = "a", .to = "b", .from_s = 100, .pickup_by_s = 50}, REFUSAL_TIME_PASSED},
        {{.from = "a", .to = "b", .from_s = 100, .arrive_by_s = 50}, REFUSAL_TIME_PASSED},
        {{.from = "a", .to = "b", .from_s = 8 * 86400}, REFUSAL_TOO_FAR_AHEAD},
        {{.from = "a", .to = "b", .party = 5}, REFUSAL_NO_VEHICLE_FITS},
        {{.from = "a", .to = "b", .wheelchairs = 1}, REFUSAL_NO_VEHICLE_FITS},
        {{.from = "d", .to = "b"}, REFUSAL_NO_VEHICLE_IN_TIME},
        {{.from = "a", .to = "b", .agreed_pence = 149}, REFUSAL_FARE_CHANGED},
        {{.from = "a", .to = "b", .agreed_pence = 150}, REFUSAL_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint64_t ride = service_book_trip(s, &rows[i].trip);
        const struct alternative *alternative = &s->answer.refused.alternative;
        cr_assert_eq(ride != 0, rows[i].reason == REFUSAL_NONE, "row %zu", i);
        if (ride != 0) {
            continue;
        }
        cr_assert_eq(s->answer.refused.reason, rows[i].reason, "row %zu: %d", i,
                     s->answer.refused.reason);
        cr_assert_eq(alternative->has_point, rows[i].reason <= REFUSAL_TO_NO_STOPPING);
        cr_assert(!alternative->has_point ||
                  zones_judge(&s->zones, alternative->point) == ZONE_ALLOWED);
        cr_assert_eq(alternative->pickup_ms != 0, rows[i].reason == REFUSAL_NO_VEHICLE_IN_TIME);
        cr_assert_eq(alternative->fare_pence != 0, rows[i].reason == REFUSAL_FARE_CHANGED);
    }
    service_free(s);
}

static enum refusal quote(struct service *s, struct geo_point from, struct geo_point to)
{
    const struct event event = {
        .kind = EVENT_QUOTE,
        .request = {3},
        .quote = {.rider = {0, 1},
                  .trip = {.from = {from, SPOT_NO_NODE}, .to = {to, SPOT_NO_NODE}, .party = 1}}};
    service_step(s, &event);
    return s->answer.kind == MESSAGE_QUOTE ? REFUSAL_NONE : s->answer.refused.reason;
}

Test(offer, takes_points_near_a_road_and_offers_the_nearest_road_to_others)
{
    struct service *s = service_open(MAP);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const struct geo_point near = town_point(s->town, 'b', 40, 20);
    const struct geo_point far = town_point(s->town, 'b', 40, 900);
    const struct geo_point there = town_point(s->town, 'd', 40, -30);
    cr_assert_eq(quote(s, near, there), REFUSAL_NONE);
    cr_assert_eq(quote(s, far, there), REFUSAL_FROM_OFF_ROAD);
    cr_assert(s->answer.refused.alternative.has_point);
    const struct geo_point instead = s->answer.refused.alternative.point;
    cr_assert_eq(quote(s, there, far), REFUSAL_TO_OFF_ROAD);
    cr_assert_eq(quote(s, instead, there), REFUSAL_NONE);
    service_free(s);
}

Test(offer, refuses_where_closures_leave_no_way)
{
    struct service *s = service_open(MAP);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    (void)road_metric_set(&s->town->network.metric, town_arc(s->town, "cd"), ROAD_CLOSED);
    cr_assert_eq(service_book(s, .from = "b", .to = "d"), 0);
    cr_assert_eq(s->answer.refused.reason, REFUSAL_NO_WAY);
    service_free(s);
}

Test(offer, is_busy_when_no_more_rides_can_be_held)
{
    struct service *s = service_open(MAP);
    s->config.limits.riders_max = 1;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "b", .to = "d", .rider = 1), 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d", .rider = 2), 0);
    cr_assert_eq(s->answer.refused.reason, REFUSAL_BUSY);
    service_free(s);
}

/* Soft limits: nobody is refused for lateness, and what is planned is what is promised. */
Test(offer, promises_later_where_limits_are_soft)
{
    struct service *s = service_open(MAP);
    s->config.max_wait_ms = 60000;
    s->config.limits_soft = true;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "d", .to = "b"), 0);
    const struct ride *ride = core_ride(s->core, (struct ride_id){1});
    cr_assert_eq(ride->pickup_latest_ms, SERVICE_START_MS + 90000);
    cr_assert_eq(ride->promised_ms, ride->pickup_latest_ms);
    service_free(s);
}
