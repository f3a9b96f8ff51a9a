/* What a vehicle says of where it is, and what it is told for it. */
#include <criterion/criterion.h>

#include "core/live.h"
#include "tests/core/service.h"

static void tell_place(struct service *s, uint32_t number, char node)
{
    const struct event event = {
        .kind = EVENT_TELEMETRY,
        .telemetry = {
            .vehicle = {number},
            .seq = ++service_car(s, number)->seq,
            .spot = {s->town->graph.points[town_node(s->town, node)], town_node(s->town, node)},
            .heading_deg = ROAD_HEADING_UNKNOWN}};
    service_step(s, &event);
}

static int64_t leaves_s(const struct service *s)
{
    return (plan_leaves_ms(&s->core->plans[0], 0) - SERVICE_START_MS) / 1000;
}

/* It was to set off for a rider at 40. At 41 that rider cancels and another books, who is not to be
 * met before 200: by what is known then the vehicle turns at b, and sets off from there at 170. But
 * it is still at a, from where it has to set off at 140, and must hear of that. */
Test(step_vehicle, is_told_again_when_to_set_off_where_it_has_not_set_off_yet)
{
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const uint64_t first = service_book(s, .from = "c", .to = "d", .from_s = 100);
    service_car(s, 1)->muted = true;
    service_run(s, 10);
    tell_place(s, 1, 'a');
    service_run(s, 24);
    tell_place(s, 1, 'a');
    service_run(s, 38);
    tell_place(s, 1, 'a');
    service_run(s, 41);
    service_cancel(s, first, 1);
    cr_assert_neq(service_book(s, .from = "c", .to = "d", .from_s = 200), 0);
    cr_assert_eq(leaves_s(s), 170);
    const uint32_t told = s->plans_told;
    tell_place(s, 1, 'a');
    cr_assert_eq(leaves_s(s), 140);
    cr_assert_eq(s->plans_told, told + 1);
    tell_place(s, 1, 'a');
    cr_assert_eq(s->plans_told, told + 1, "once is enough");
    service_free(s);
}
