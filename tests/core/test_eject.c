#include "core/eject.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/explain.h"
#include "core/live.h"
#include "crowd.h"
#include "outlook.h"

/* Vehicle 1 alone takes wheelchairs. It is promised to a rider whom vehicle 2 could serve as well,
 * and who does not share. */
static struct service *only_ejection_helps(int32_t improve_searches)
{
    struct service *s = service_open("h--g--a--b--c--d--e--f\n");
    s->config.max_wait_ms = 130000;
    s->config.improve_searches = improve_searches;
    s->cars_turn = true;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 1);
    service_vehicle(s, 2, 'f', 4, 0);
    service_book(s, .from = "b", .to = "f", .private = true);
    service_book(s, .from = "a", .to = "h", .wheelchairs = 1, .rider = 2);
    return s;
}

Test(eject, a_waiting_rider_makes_room_for_one_whom_no_other_vehicle_fits)
{
    struct service *s = only_ejection_helps(1);
    SERVICE_TRACE(s, "[    0] ride 1 b->f booked, pick-up at 30\n"
                     "[    0] ride 1 hold 220p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1f\n"
                     "[    0] ride 2 a->h booked, pick-up at 60\n"
                     "[    0] ride 2 hold 160p\n"
                     "[    0] vehicle 1 plan 1.2: +2a -2h\n"
                     "[    0] vehicle 2 plan 1.1: +1b -1f\n");
    const struct ride *moved = core_ride(s->core, (struct ride_id){1});
    cr_assert_eq(moved->reason.moved_count, 1);
    cr_assert_eq(moved->reason.moved.move, REASON_MOVE_ROOM);
    cr_assert_eq(moved->reason.moved.from.value, 1);
    cr_assert_eq(explain_to_rider(moved).why, RIDE_WHY_ROOM);
    service_free(s);
}

Test(eject, nobody_makes_room_where_plans_are_not_to_be_improved)
{
    struct service *s = only_ejection_helps(0);
    SERVICE_TRACE(s, "[    0] ride 1 b->f booked, pick-up at 30\n"
                     "[    0] ride 1 hold 220p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1f\n"
                     "[    0] refused: No vehicle can come within the time allowed.\n");
    service_free(s);
}

/* ---- A busy service ---- */

struct watched {
    uint32_t ejected;
    struct outlook outlook;
};

static void expect_promises(const struct service *s)
{
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        struct plan plan = s->core->plans[v];
        plan_refresh(&plan, s->now_ms, &s->core->strict);
        cr_assert(plan_schedule(&plan, &s->core->strict), "vehicle %u", v);
    }
}

/* The rider is told the time that is planned, also where somebody else has moved. */
static void expect_time_told(const struct service *s)
{
    const uint64_t last = state_counters(s->core->state)->next_ride - 1;
    const struct ride *ride = core_ride(s->core, (struct ride_id){last});
    cr_assert_not_null(ride);
    const uint32_t index = state_vehicle_index(s->core->state, ride->vehicle);
    const struct plan *plan = &s->core->plans[index];
    const uint32_t at = live_stop(plan, ride->id, STOP_PICKUP);
    cr_assert_lt(at, plan->stop_count);
    const int64_t arrive_ms = plan->stops[at].arrive_ms;
    const int64_t planned_ms = arrive_ms > ride->earliest_ms ? arrive_ms : ride->earliest_ms;
    cr_assert_eq(ride->promised_ms, planned_ms, "%ld s too early",
                 (long)((planned_ms - ride->promised_ms) / 1000));
}

static void watch(struct service *s, const struct event *event, bool done)
{
    struct watched *watched = s->watch_user;
    if (!done) {
        outlook_note(s, &watched->outlook);
        return;
    }
    expect_promises(s);
    /* A ride, its hold, the plan that it is in; a reason and a plan more where somebody moved. */
    if (event->kind == EVENT_BOOK && s->fact_count >= 3) {
        expect_time_told(s);
    }
    if (event->kind == EVENT_BOOK && s->fact_count > 3) {
        watched->ejected++;
        outlook_expect(s, &watched->outlook);
    }
}

Test(eject, every_promise_holds_and_riders_are_told_what_is_planned)
{
    struct watched watched = {0};
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct service *s = crowd_open();
        struct random random;
        random_init(&random, seed + 200);
        s->config.improve_searches = 1;
        s->config.max_wait_ms = 180000;
        s->watch = watch;
        s->watch_user = &watched;
        crowd_begin(s, seed);
        int64_t time_s = 0;
        for (int i = 0; i < 250; i++) {
            crowd_book(s, &random, 20);
            time_s += random_between(&random, 0, 20);
            service_run(s, time_s);
        }
        service_free(s);
    }
    cr_assert_gt(watched.ejected, 20, "%u", watched.ejected);
}

/* Only looking changes nothing: not a plan, not the index. */
Test(eject, looking_for_room_leaves_plans_as_they_are)
{
    static struct plan before[SERVICE_CARS_MAX];
    struct service *s = crowd_open();
    struct random random;
    random_init(&random, 300);
    crowd_begin(s, 3);
    uint32_t found = 0;
    for (int i = 0; i < 150; i++) {
        crowd_book(s, &random, 10);
        service_run(s, i * 15);
        s->core->now_ms = s->core->fleet.now_ms = s->now_ms;
        for (uint32_t v = 0; v < s->core->fleet.count; v++) {
            live_refresh(s->core, v);
            before[v] = s->core->plans[v];
        }
        const struct ride *ride =
            core_ride(s->core, (struct ride_id){state_counters(s->core->state)->next_ride - 1});
        if (ride == NULL) {
            continue;
        }
        struct insertion_request request;
        struct eject eject;
        live_request(s->core, ride, &request); /* somebody like the last one */
        request.pickup.ride.value = request.dropoff.ride.value = 0;
        found += eject_find(s->core, &request, &s->core->strict, &eject);
        for (uint32_t v = 0; v < s->core->fleet.count; v++) {
            const struct plan *plan = &s->core->plans[v];
            cr_assert_eq(plan->stop_count, before[v].stop_count);
            cr_assert_arr_eq(plan->stops, before[v].stops,
                             plan->stop_count * sizeof plan->stops[0]);
            cr_assert_eq(plan->start_ms, before[v].start_ms);
            cr_assert(road_place_equal(plan->start, before[v].start));
            cr_assert_eq(s->core->fleet.leg_count[v], plan->stop_count);
        }
    }
    cr_assert_gt(found, 50, "%u", found);
    service_free(s);
}
