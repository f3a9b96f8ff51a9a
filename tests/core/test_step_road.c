/* Operators close and open roads; plans and riders follow. */
#include <criterion/criterion.h>

#include "core/live.h"
#include "tests/core/service.h"

static const char RING[] = "a--b--c--d\n"
                           "|        |\n"
                           "e--f--g--h\n";

static const char BRANCH[] = "a--b--c\n"
                             "   |   \n"
                             "   d   \n";

static void tell(struct service *s, uint32_t number, const char *letters, int32_t permille)
{
    const struct road_place place = town_place(s->town, letters, permille);
    const struct event event = {
        .kind = EVENT_TELEMETRY,
        .telemetry = {.vehicle = {number},
                      .seq = ++service_car(s, number)->seq,
                      .spot = {road_place_point(&s->town->graph, place), SPOT_NO_NODE},
                      .heading_deg = 90}};
    service_step(s, &event);
}

/* The drive to the pick-up leads all around; the vehicle gets its plan again, the rider is told. */
Test(step_road, a_closure_times_plans_anew_and_tells_riders)
{
    struct service *s = service_open(RING);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "c", .to = "d");
    service_run(s, 10);
    const uint32_t told = s->riders_told;
    tell(s, 1, "ab", 333);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    cr_assert_eq(s->riders_told, told, "plans have their turn in wake events");
    service_run(s, 11);
    cr_assert_eq(s->riders_told, told + 1);
    cr_assert_eq(s->rider_told.ride.value, 1);
    /* 10 s: seen 10 s from a, turns at b in 20 s; back to a in 30 s, down, right and up 130 s, left
     * from d 30 s. */
    cr_assert_eq((s->rider_told.pickup_ms - SERVICE_START_MS + 500) / 1000, 220);
    service_run(s, 700);
    SERVICE_TRACE(s, "[    0] ride 1 c->d booked, pick-up at 60\n"
                     "[    0] ride 1 hold 150p\n"
                     "[    0] vehicle 1 plan 1.1: +1c -1d\n"
                     "[   10] road_closed bc works\n"
                     "[   10] road_closed cb works\n"
                     "[   10] vehicle 1 plan 1.2: +1c -1d\n"
                     "[  220] vehicle 1 ride_arrived 1\n"
                     "[  250] vehicle 1 ride_boarded 1\n"
                     "[  280] vehicle 1 ride_alighted 1\n"
                     "[  280] ride 1 charged 150p, saved 0p\n"
                     "[  280] ride 1 post 150p\n");
    service_free(s);
}

/* Whoever is not concerned hears nothing, and nothing is written for them. */
Test(step_road, a_closure_elsewhere_changes_no_plan)
{
    struct service *s = service_open(RING);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "c");
    service_run(s, 10);
    service_forget(s);
    const uint32_t told = s->plans_told + s->riders_told;
    service_road(s, EVENT_CLOSE_ROAD, "fg");
    service_run(s, 20);
    SERVICE_TRACE(s, "[   10] road_closed fg works\n"
                     "[   10] road_closed gf works\n");
    cr_assert_eq(s->plans_told + s->riders_told, told);
    service_free(s);
}

/* No way at all: the vehicle keeps its stop, the rider is told that nobody knows when, and once the
 * road is open again it goes on. */
Test(step_road, a_stop_cut_off_is_kept_until_the_road_opens)
{
    struct service *s = service_open(BRANCH);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "c", .to = "d");
    service_run(s, 10);
    tell(s, 1, "ab", 333);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    service_run(s, 100);
    cr_assert_eq(s->rider_told.ride.value, 1);
    cr_assert_eq(s->rider_told.state, RIDE_BOOKED);
    cr_assert_eq(s->rider_told.vehicle.value, 1);
    cr_assert_eq(s->rider_told.pickup_ms, 0);
    cr_assert_eq(s->rider_told.dropoff_ms, 0);
    const struct plan *plan = &s->core->plans[0];
    cr_assert_eq(plan->stop_count, 2);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        cr_assert_eq(plan->stops[i].leg_ms, PLAN_LEG_MAX_MS);
        cr_assert_lt(plan->stops[i].depart_ms, SERVICE_START_MS + 3 * PLAN_LEG_MAX_MS);
    }
    cr_assert_eq(service_book(s, .from = "a", .to = "c"), 0);
    cr_assert_eq(s->answer.refused.reason, REFUSAL_NO_WAY);
    service_road(s, EVENT_OPEN_ROAD, "bc");
    service_run(s, 101);
    cr_assert_gt(s->rider_told.pickup_ms, SERVICE_START_MS);
    service_run(s, 1000);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

Test(step_road, closures_survive_a_restart)
{
    struct service *s = service_open(RING);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    const uint32_t arc = town_arc(s->town, "bc");
    road_network_set(&s->town->network, arc, 30000); /* a new process has the map's own times */
    road_network_set(&s->town->network, town_arc(s->town, "cb"), 30000);
    service_restart(s);
    cr_assert_eq(s->town->network.metric.weights_ms[arc], ROAD_CLOSED);
    service_restart(s); /* now from a snapshot */
    cr_assert_eq(state_closures_count(s->core->state), 2);
    service_hello(s, 1);
    service_book(s, .from = "c", .to = "d");
    service_forget(s);
    service_run(s, 400);
    SERVICE_TRACE(s, "[  160] vehicle 1 ride_arrived 1\n"
                     "[  190] vehicle 1 ride_boarded 1\n"
                     "[  220] vehicle 1 ride_alighted 1\n"
                     "[  220] ride 1 charged 150p, saved 0p\n"
                     "[  220] ride 1 post 150p\n");
    service_free(s);
}

Test(step_road, asking_twice_changes_nothing_more)
{
    struct service *s = service_open(RING);
    service_begin(s);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    cr_assert_eq(s->fact_count, 2);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    cr_assert_eq(s->fact_count, 0);
    cr_assert_eq(s->answers, 3, "both directions, and the end");
    service_road(s, EVENT_OPEN_ROAD, "bc");
    cr_assert_eq(s->fact_count, 2);
    cr_assert_eq(s->answers, 3);
    service_road(s, EVENT_OPEN_ROAD, "bc");
    cr_assert_eq(s->fact_count, 0);
    cr_assert_eq(s->answers, 1);
    cr_assert_eq(s->answer.kind, MESSAGE_LIST_END);
    const uint32_t arc = town_arc(s->town, "bc");
    cr_assert_eq(s->town->network.metric.weights_ms[arc], s->town->graph.free_ms[arc]);
    service_free(s);
}

/* By a heading, or by the number of the arc. */
Test(step_road, closes_one_direction_alone)
{
    struct service *s = service_open(RING);
    service_begin(s);
    const uint32_t *weights_ms = s->town->network.metric.weights_ms;
    struct event event = {.kind = EVENT_CLOSE_ROAD, .request = {1}};
    event.road = (struct event_road){
        .arc = ROAD_NONE, .point = town_point(s->town, 'b', 150, 0), .heading_deg = 270};
    service_step(s, &event);
    cr_assert_eq(weights_ms[town_arc(s->town, "cb")], ROAD_CLOSED);
    cr_assert_neq(weights_ms[town_arc(s->town, "bc")], ROAD_CLOSED);
    event.road = (struct event_road){.arc = town_arc(s->town, "fg")};
    service_step(s, &event);
    cr_assert_eq(weights_ms[town_arc(s->town, "fg")], ROAD_CLOSED);
    cr_assert_neq(weights_ms[town_arc(s->town, "gf")], ROAD_CLOSED);
    event = (struct event){.kind = EVENT_LIST_CLOSURES, .request = {2}, .list = {1, 1}};
    service_step(s, &event);
    cr_assert_eq(s->answers, 2);
    cr_assert_eq(s->answer.list_end.next_after, 0);
    event.list.after = 0;
    service_step(s, &event);
    cr_assert_eq(s->answer.list_end.next_after, 1);
    service_free(s);
}

Test(step_road, refuses_where_no_road_is_near_and_what_is_too_much)
{
    struct service *s = service_open(RING);
    service_begin(s);
    const struct event_road rows[] = {
        {.arc = ROAD_NONE, .point = town_point(s->town, 'a', 0, 400), .heading_deg = -1},
        {.arc = ROAD_NONE, .point = {INT32_MAX, 0}, .heading_deg = -1},
        {.arc = s->town->graph.arc_count},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int kind = EVENT_CLOSE_ROAD; kind <= EVENT_OPEN_ROAD; kind++) {
            const struct event event = {
                .kind = (enum event_kind)kind, .request = {1}, .road = rows[i]};
            service_step(s, &event);
            cr_assert_eq(s->fact_count, 0);
            cr_assert_eq(s->answer.kind, MESSAGE_ERROR);
            cr_assert_eq(s->answer.error, MESSAGE_ERROR_NO_ROAD);
        }
    }
    service_free(s);
}

/* A car that was on the road when it was closed drives out of it. */
Test(step_road, who_is_on_a_closed_road_drives_to_its_end)
{
    struct service *s = service_open(RING);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "c", .to = "d");
    service_run(s, 40);
    tell(s, 1, "bc", 333);
    service_forget(s);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    service_run(s, 41);
    tell(s, 1, "bc", 700);
    service_run(s, 200);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    cr_assert(core_ride(s->core, (struct ride_id){1})->arrived_ms <= SERVICE_START_MS + 60000);
    service_free(s);
}

/* A vehicle at a kerb of the road: it takes its riders out of it. */
Test(step_road, who_stands_on_a_closed_road_leaves_it)
{
    struct service *s = service_open(RING);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const struct geo_point kerb = town_point(s->town, 'b', 100, 0);
    const uint32_t d = town_node(s->town, 'd');
    const struct event book = {.kind = EVENT_BOOK,
                               .request = {1},
                               .book = {.rider = {0, 1},
                                        .key = {0, 1},
                                        .trip = {.from = {kerb, SPOT_NO_NODE},
                                                 .to = {s->town->graph.points[d], d},
                                                 .party = 1,
                                                 .shared = true}}};
    service_step(s, &book);
    const struct plan *plan = &s->core->plans[0];
    cr_assert_eq(plan->stop_count, 2);
    cr_assert_neq(plan->stops[0].place.arc, ROAD_NONE);
    service_run(s, (plan->stops[0].arrive_ms - SERVICE_START_MS) / 1000 + 5);
    cr_assert(plan->standing);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    service_run(s, 200);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

/* Sent to wait where no way leads any more: it is free for others where it is. */
Test(step_road, who_cannot_come_to_rest_is_free_where_it_is)
{
    struct service *s = service_open(BRANCH);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    struct core *core = s->core;
    core->output = NULL;
    live_rest(core, 0, road_place_at_node(town_node(s->town, 'c')));
    cr_assert(core->plans[0].under_way);
    service_run(s, 5);
    tell(s, 1, "ab", 166);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    service_run(s, 6);
    cr_assert_not(core->plans[0].under_way);
    cr_assert_not(core->plans[0].rests);
    cr_assert_neq(service_book(s, .from = "b", .to = "d"), 0);
    service_run(s, 400);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

/* ---- Whom a closure strands ---- */

static void expect_moved(struct service *s, uint64_t id, uint32_t to)
{
    const struct ride *ride = core_ride(s->core, (struct ride_id){id});
    cr_assert_not_null(ride);
    cr_assert_eq(ride->vehicle.value, to);
    cr_assert_eq(ride->reason.moved.move, REASON_MOVE_ROAD);
    cr_assert_eq(s->rider_told.ride.value, id);
    cr_assert_eq(s->rider_told.vehicle.value, to);
    cr_assert_eq(s->rider_told.reason.why, RIDE_WHY_ROAD);
}

Test(step_road, a_rider_cut_off_from_their_vehicle_gets_another)
{
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'd', 4, 0);
    const uint64_t ride = service_book(s, .from = "b", .to = "c");
    cr_assert_eq(core_ride(s->core, (struct ride_id){ride})->vehicle.value, 1);
    tell(s, 1, "ab", 333);
    service_road(s, EVENT_CLOSE_ROAD, "ab");
    service_run(s, 2);
    expect_moved(s, ride, 2);
    service_run(s, 600);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

/* It could still come, round the ring, but not in time: the other one can. */
Test(step_road, a_rider_whom_a_detour_would_keep_waiting_too_long_gets_another_vehicle)
{
    struct service *s = service_open(RING);
    s->config.max_wait_ms = 100000;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'd', 4, 0);
    const uint64_t ride = service_book(s, .from = "b", .to = "c");
    cr_assert_eq(core_ride(s->core, (struct ride_id){ride})->vehicle.value, 1);
    service_road(s, EVENT_CLOSE_ROAD, "ab");
    service_run(s, 2);
    expect_moved(s, ride, 2);
    service_free(s);
}

/* Nobody can come at all: when the time for it is over the service gives the ride up. */
Test(step_road, a_rider_whom_nobody_can_reach_is_told_so_in_the_end)
{
    struct service *s = service_open("a--b--c\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const uint64_t id = service_book(s, .from = "b", .to = "c");
    const struct ride *ride = core_ride(s->core, (struct ride_id){id});
    const int64_t latest_s = (ride->pickup_latest_ms - SERVICE_START_MS) / 1000;
    service_road(s, EVENT_CLOSE_ROAD, "ab");
    service_run(s, latest_s - 15);
    cr_assert_eq(core_ride(s->core, (struct ride_id){id})->state, RIDE_BOOKED);
    service_run(s, latest_s + 15);
    ride = core_ride(s->core, (struct ride_id){id});
    cr_assert_eq(ride->state, RIDE_CANCELLED);
    cr_assert_eq(ride->cancelled_by, CANCEL_BY_SERVICE);
    service_free(s);
}
