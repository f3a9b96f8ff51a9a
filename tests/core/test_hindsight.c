/* Vehicles that go on by the plans they were told, while newer ones are on their way. */
#include "core/hindsight.h"

#include <criterion/criterion.h>

#include "tests/core/service.h"

#define STREET "a--b--c--d--e\n"

static void expect_taken(struct service *s, uint32_t vehicle, enum report_kind kind, uint64_t ride,
                         enum stop_kind stop)
{
    service_report(s, vehicle, kind, ride, stop);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_ACK, "%s", s->vehicle_says.vehicle_reply.why);
}

/* It hears again, and does what it is told. */
static void unmute(struct service *s, uint32_t vehicle)
{
    service_car(s, vehicle)->muted = false;
    service_hello(s, vehicle);
}

/* Ride 1 goes to vehicle 2, and nobody can tell vehicle 1. */
static struct service *taken_away(void)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'e', 4, 0);
    service_book(s, .from = "b", .to = "d");
    service_car(s, 1)->muted = true;
    service_road(s, EVENT_CLOSE_ROAD, "ab");
    service_run(s, 12);
    SERVICE_TRACE(s, "[    0] ride 1 b->d booked, pick-up at 30\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1d\n"
                     "[    0] road_closed ab works\n"
                     "[    0] road_closed ba works\n"
                     "[    0] vehicle 1 plan 1.2: +1b -1d\n"
                     "[    0] vehicle 1 plan 1.3:\n"
                     "[    0] vehicle 2 plan 1.1: +1b -1d\n");
    return s;
}

Test(hindsight, keeps_a_rider_whom_it_met_before_it_heard_that_another_would)
{
    struct service *s = taken_away();
    expect_taken(s, 1, REPORT_ARRIVED, 1, STOP_PICKUP);
    cr_assert_eq(core_ride(s->core, (struct ride_id){1})->vehicle.value, 1);
    expect_taken(s, 1, REPORT_BOARDED, 1, 0);
    expect_taken(s, 1, REPORT_DEPARTED, 0, 0);
    service_run(s, 20);
    expect_taken(s, 1, REPORT_ARRIVED, 1, STOP_DROPOFF);
    expect_taken(s, 1, REPORT_ALIGHTED, 1, 0);
    SERVICE_TRACE(s, "[   12] vehicle 2 plan 1.2:\n"
                     "[   12] vehicle 1 plan 2.1: +1b -1d\n"
                     "[   12] vehicle 1 ride_arrived 1\n"
                     "[   12] vehicle 1 ride_boarded 1\n"
                     "[   20] vehicle 1 ride_alighted 1\n"
                     "[   20] ride 1 charged 160p, saved 0p\n"
                     "[   20] ride 1 post 160p\n");
    cr_assert_eq(service_statistics(s).reports_rejected, 0);
    service_free(s);
}

Test(hindsight, knows_since_which_fact_a_plan_is_the_last)
{
    struct service *s = taken_away();
    const uint64_t seq = core_plan_seq(s->core, (struct vehicle_id){2});
    cr_assert_eq(seq, core_seq(s->core));
    cr_assert_eq(core_plan_seq(s->core, (struct vehicle_id){1}), seq);
    expect_taken(s, 1, REPORT_ARRIVED, 1, STOP_PICKUP);
    cr_assert_gt(core_plan_seq(s->core, (struct vehicle_id){2}), seq);
    service_free(s);
}

Test(hindsight, takes_nobody_from_whom_another_met)
{
    struct service *s = taken_away();
    service_run(s, 100); /* vehicle 2 is at b by then */
    service_report(s, 1, REPORT_ARRIVED, 1, STOP_PICKUP);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_REJECT);
    service_report(s, 1, REPORT_BOARDED, 1, 0);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_REJECT);
    cr_assert_eq(core_ride(s->core, (struct ride_id){1})->vehicle.value, 2);
    service_free(s);
}

Test(hindsight, takes_no_report_that_it_took_before)
{
    struct service *s = taken_away();
    const uint64_t seq = ++service_car(s, 1)->seq;
    struct event event = {.kind = EVENT_REPORT,
                          .report = {.vehicle = {1},
                                     .seq = seq,
                                     .epoch = 1,
                                     .plan_id = 1,
                                     .kind = REPORT_ARRIVED,
                                     .ride = {1},
                                     .stop = STOP_PICKUP}};
    service_report(s, 1, REPORT_DEPARTED, 0, 0);
    service_step(s, &event);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_REJECT);
    cr_assert_eq(core_ride(s->core, (struct ride_id){1})->vehicle.value, 2);
    service_free(s);
}

/* A vehicle that was not heard for so long lets nobody board. */
Test(hindsight, takes_nobody_from_who_relieved_a_silent_one)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'e', 4, 0);
    service_book(s, .from = "c", .to = "d");
    service_car(s, 1)->muted = true;
    service_run(s, 40);
    cr_assert_eq(core_ride(s->core, (struct ride_id){1})->vehicle.value, 2);
    service_report(s, 1, REPORT_ARRIVED, 1, STOP_PICKUP);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_REJECT);
    cr_assert_eq(core_ride(s->core, (struct ride_id){1})->vehicle.value, 2);
    service_free(s);
}

/* One seat: whoever is met first also leaves first. */
Test(hindsight, puts_the_pickup_that_it_stands_at_first)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 1, 0);
    service_book(s, .from = "c", .to = "e");
    service_car(s, 1)->muted = true;
    service_book(s, .from = "b", .to = "c");
    expect_taken(s, 1, REPORT_ARRIVED, 1, STOP_PICKUP);
    expect_taken(s, 1, REPORT_BOARDED, 1, 0);
    expect_taken(s, 1, REPORT_DEPARTED, 0, 0);
    unmute(s, 1);
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 c->e booked, pick-up at 60\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 1 plan 1.1: +1c -1e\n"
                     "[    0] ride 2 b->c booked, pick-up at 30\n"
                     "[    0] ride 2 hold 150p\n"
                     "[    0] vehicle 1 plan 1.2: +2b -2c +1c -1e\n"
                     "[    0] vehicle 1 plan 1.3: +1c -1e +2b -2c\n"
                     "[    0] vehicle 1 ride_arrived 1\n"
                     "[    0] vehicle 1 ride_boarded 1\n"
                     "[  120] vehicle 1 ride_alighted 1\n"
                     "[  120] ride 1 charged 160p, saved 0p\n"
                     "[  120] ride 1 post 160p\n"
                     "[  230] vehicle 1 ride_arrived 2\n"
                     "[  260] vehicle 1 ride_boarded 2\n"
                     "[  290] vehicle 1 ride_alighted 2\n"
                     "[  290] ride 2 charged 150p, saved 0p\n"
                     "[  290] ride 2 post 150p\n");
    cr_assert_eq(service_statistics(s).reports_rejected, 0);
    service_free(s);
}

Test(hindsight, puts_the_dropoff_that_it_stands_at_first)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "e");
    service_run(s, 65); /* aboard */
    service_car(s, 1)->muted = true;
    service_book(s, .from = "d", .to = "e");
    expect_taken(s, 1, REPORT_ARRIVED, 1, STOP_DROPOFF);
    expect_taken(s, 1, REPORT_ALIGHTED, 1, 0);
    expect_taken(s, 1, REPORT_DEPARTED, 0, 0);
    unmute(s, 1);
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->e booked, pick-up at 30\n"
                     "[    0] ride 1 hold 190p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1e\n"
                     "[   30] vehicle 1 ride_arrived 1\n"
                     "[   60] vehicle 1 ride_boarded 1\n"
                     "[   65] ride 2 d->e booked, pick-up at 120\n"
                     "[   65] ride 2 hold 150p\n"
                     "[   65] vehicle 1 plan 1.2: +2d -2e -1e\n"
                     "[   65] vehicle 1 plan 1.3: -1e +2d -2e\n"
                     "[   65] vehicle 1 ride_alighted 1\n"
                     "[   65] ride 1 charged 190p, saved 0p\n"
                     "[   65] ride 1 post 190p\n"
                     "[  180] vehicle 1 ride_arrived 2\n"
                     "[  210] vehicle 1 ride_boarded 2\n"
                     "[  240] vehicle 1 ride_alighted 2\n"
                     "[  240] ride 2 charged 150p, saved 0p\n"
                     "[  240] ride 2 post 150p\n");
    cr_assert_eq(service_statistics(s).reports_rejected, 0);
    service_free(s);
}
