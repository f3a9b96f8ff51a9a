/* What a vehicle says of where it is, and what it is told for it. */
#include <criterion/criterion.h>

#include "core/view.h"
#include "tests/core/service_tell.h"

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
    service_tell(s, 1, 'a', false);
    service_run(s, 24);
    service_tell(s, 1, 'a', false);
    service_run(s, 38);
    service_tell(s, 1, 'a', false);
    service_run(s, 41);
    service_cancel(s, first, 1);
    cr_assert_neq(service_book(s, .from = "c", .to = "d", .from_s = 200), 0);
    cr_assert_eq(leaves_s(s), 170);
    const uint32_t told = s->plans_told;
    service_tell(s, 1, 'a', false);
    cr_assert_eq(leaves_s(s), 140);
    cr_assert_eq(s->plans_told, told + 1);
    service_tell(s, 1, 'a', false);
    cr_assert_eq(s->plans_told, told + 1, "once is enough");
    service_free(s);
}

/* At 10 it drives towards b, and is to turn there at 30. It may be a corner behind, and must not
 * stand there until 30: it is told to go on. */
Test(step_vehicle, is_not_told_to_wait_for_the_moment_at_which_it_turns)
{
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    s->cars_turn = true;
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "d", .to = "a"), 0);
    service_run(s, 10);
    cr_assert_neq(service_book(s, .from = "b", .to = "a"), 0);
    cr_assert_eq(leaves_s(s), 30);
    cr_expect_eq(service_car(s, 1)->plan.stops[0].leave_ms, SERVICE_START_MS + 10000);
    service_free(s);
}

static int64_t asks_since_s(const struct service *s)
{
    struct vehicle_view view;
    view_vehicle(s->core, 0, &view);
    return view.help_since_ms == 0 ? -1 : (view.help_since_ms - SERVICE_START_MS) / 1000;
}

Test(step_vehicle, that_asks_for_help_is_given_no_new_ride_and_is_seen_to_ask)
{
    struct service *s = service_open("a--b--c--d\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_run(s, 10);
    cr_expect_eq(asks_since_s(s), -1);
    uint32_t told = s->vehicles_told;
    service_tell(s, 1, 'a', true);
    cr_expect_eq(s->vehicles_told, told + 1, "who watches the fleet hears of it at once");
    service_run(s, 40);
    service_tell(s, 1, 'a', true);
    cr_expect_eq(asks_since_s(s), 10);
    cr_expect_eq(service_book(s, .from = "b", .to = "d"), 0);
    cr_expect_eq(s->answer.refused.reason, REFUSAL_NO_VEHICLE_IN_TIME);
    told = s->vehicles_told;
    service_tell(s, 1, 'a', false);
    cr_expect_eq(s->vehicles_told, told + 1);
    cr_expect_eq(asks_since_s(s), -1);
    cr_expect_neq(service_book(s, .from = "b", .to = "d"), 0);
    service_free(s);
}

/* It stands at a, 30 s from whom it is to meet by 600 at the latest: at 580 that cannot be kept any
 * more, and another is nearer by then. */
Test(step_vehicle, that_asks_for_help_loses_who_cannot_be_met_in_time)
{
    struct service *s = service_open("a--b--c--d--e\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "b", .to = "d"), 0);
    service_car(s, 1)->muted = true;
    service_vehicle(s, 2, 'b', 4, 0);
    for (int64_t at_s = 10; at_s <= 700; at_s += 10) {
        service_run(s, at_s);
        service_tell(s, 1, 'a', true);
        service_run(s, at_s + 1);
        const uint32_t has = s->core->plans[1].stop_count;
        cr_expect_eq(has > 0, at_s >= 580, "at %ld s the other has %u stops", (long)at_s, has);
        if (has > 0)
            break;
    }
    service_free(s);
}

#define STREET                                                                                     \
    "a--b--c--d--e\n"                                                                              \
    "   |         \n"                                                                              \
    "   f         \n"                                                                              \
    "   |         \n"                                                                              \
    "   g         \n"

/* Rider 1 is aboard on the way from b to e, in 90 s, and is promised 240 s. Rider 2 is to be met at
 * f first, of which vehicle 1 has not heard: it drives on, and is at d by 140. */
static struct service *has_not_heard(void)
{
    struct service *s = service_open(STREET);
    s->config.max_ride_permille = 1000;
    s->config.max_ride_extra_ms = 150000;
    s->config.max_wait_ms = 200000;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "e");
    service_run(s, 60);
    SERVICE_TRACE(s, "[    0] ride 1 b->e booked, pick-up at 30\n"
                     "[    0] ride 1 hold 190p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1e\n"
                     "[   30] vehicle 1 ride_arrived 1\n"
                     "[   60] vehicle 1 ride_boarded 1\n");
    service_tell(s, 1, 'b', false);
    service_car(s, 1)->muted = true;
    service_book(s, .from = "f", .to = "e");
    SERVICE_TRACE(s, "[   60] ride 2 f->e booked, pick-up at 140\n"
                     "[   60] ride 2 hold 210p\n"
                     "[   60] vehicle 1 plan 1.2: +2f -2e -1e\n");
    for (int32_t i = 1; i <= 14; i++) {
        s->now_ms += 5000;
        service_tell(s, 1, (char)('b' + i / 6), false);
    }
    service_forget(s);
    return s;
}

static void tell_late(struct service *s, uint64_t told_seq)
{
    service_step(s, &(struct event){.kind = EVENT_PLANS_LATE, .told_seq = told_seq});
    service_step(s, &(struct event){.kind = EVENT_WAKE});
}

Test(step_vehicle, whose_plan_is_late_brings_who_is_aboard_first)
{
    struct service *s = has_not_heard();
    cr_assert_eq((s->now_ms - SERVICE_START_MS) / 1000, 130);
    const uint32_t told = s->plans_told;
    tell_late(s, core_plan_seq(s->core, (struct vehicle_id){1}) - 1);
    SERVICE_TRACE(s, "[  130] vehicle 1 plan 1.3: -1e +2f -2e\n");
    cr_assert_eq(s->plans_told, told + 1);
    cr_assert_leq(s->core->plans[0].stops[0].arrive_ms, SERVICE_START_MS + 300000);
    cr_assert_gt(s->core->plans[0].stops[1].arrive_ms, SERVICE_START_MS + 260000,
                 "too late for who waits, but nobody else is there");
    service_free(s);
}

Test(step_vehicle, whose_plan_is_late_leaves_who_waits_to_another)
{
    struct service *s = has_not_heard();
    service_vehicle(s, 2, 'g', 4, 0);
    tell_late(s, core_plan_seq(s->core, (struct vehicle_id){1}) - 1);
    service_step(s, &(struct event){.kind = EVENT_WAKE});
    SERVICE_TRACE(s, "[  130] vehicle 1 plan 1.3: -1e +2f -2e\n"
                     "[  130] vehicle 2 plan 0.1:\n"
                     "[  130] vehicle 1 plan 1.4: -1e\n"
                     "[  130] vehicle 2 plan 1.1: +2f -2e\n");
    const struct ride *ride = core_ride(s->core, (struct ride_id){2});
    cr_assert_eq(ride->reason.moved.move, REASON_MOVE_ROAD);
    cr_assert_eq(s->rider_told.ride.value, 2);
    cr_assert_eq(s->rider_told.vehicle.value, 2);
    service_free(s);
}

Test(step_vehicle, is_told_again_what_it_was_told_late_and_nothing_else)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "e");
    service_run(s, 60);
    service_forget(s);
    const uint64_t seq = core_plan_seq(s->core, (struct vehicle_id){1});
    const uint32_t told = s->plans_told;
    tell_late(s, seq);
    cr_assert_eq(s->plans_told, told);
    tell_late(s, seq - 1);
    cr_assert_eq(s->plans_told, told + 1);
    SERVICE_TRACE(s, "[   60] vehicle 1 plan 1.2: -1e\n");
    service_free(s);
}

/* Another dispatcher took over, or the link was lost: what it does is only known again by then. */
Test(step_vehicle, that_greets_brings_who_is_aboard_first)
{
    struct service *s = has_not_heard();
    service_restart(s);
    service_forget(s);
    service_car(s, 1)->node = town_node(s->town, 'd');
    service_hello(s, 1);
    SERVICE_TRACE(s, "[  130] vehicle 1 plan 1.3: -1e +2f -2e\n");
    service_free(s);
}
