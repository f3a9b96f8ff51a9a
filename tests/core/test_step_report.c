/* What vehicles say they did, rightly and wrongly. */
#include <criterion/criterion.h>

#include "tests/core/service.h"

#define STREET "a--b--c--d--e\n"

Test(step_report, rejects_stops_that_the_vehicle_was_never_sent)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'e', 4, 0);
    service_book(s, .from = "b", .to = "d");
    service_forget(s);
    const uint64_t digest = core_digest(s->core);
    service_report(s, 2, REPORT_ARRIVED, 1, STOP_PICKUP);  /* another's ride */
    service_report(s, 1, REPORT_ARRIVED, 99, STOP_PICKUP); /* nobody's */
    service_report(s, 1, REPORT_BOARDED, 1, 0);            /* not there yet */
    service_report(s, 1, REPORT_ALIGHTED, 1, 0);
    service_report(s, 1, REPORT_ARRIVED, 1, STOP_DROPOFF);
    service_report(s, 1, REPORT_NO_SHOW, 1, 0);
    service_car(s, 1)->plan.plan_id++;
    service_report(s, 1, REPORT_ARRIVED, 1, STOP_PICKUP); /* by a plan to come */
    SERVICE_TRACE(s, "[    0] vehicle 2 rejected: the vehicle has no such ride, or the ride is not "
                     "at that point\n"
                     "[    0] vehicle 1 rejected: the vehicle has no such ride, or the ride is not "
                     "at that point\n"
                     "[    0] vehicle 1 rejected: the vehicle has no such ride, or the ride is not "
                     "at that point\n"
                     "[    0] vehicle 1 rejected: the vehicle has no such ride, or the ride is not "
                     "at that point\n"
                     "[    0] vehicle 1 rejected: the vehicle has no such ride, or the ride is not "
                     "at that point\n"
                     "[    0] vehicle 1 rejected: the vehicle has no such ride, or the ride is not "
                     "at that point\n"
                     "[    0] vehicle 1 rejected: the report is of a plan that was never made\n");
    cr_assert_eq(core_digest(s->core), digest);
    cr_assert_eq(service_statistics(s).reports_rejected, 7);
    service_free(s);
}

Test(step_report, rejects_another_epoch_and_a_foreign_vehicle)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    struct event event = {
        .kind = EVENT_REPORT,
        .report = {.vehicle = {1}, .seq = 9, .epoch = 7, .kind = REPORT_DEPARTED}};
    service_step(s, &event);
    event.report.vehicle.value = 5;
    service_step(s, &event);
    SERVICE_TRACE(s, "[    0] vehicle 1 rejected: the report is of another epoch\n"
                     "[    0] vehicle 5 rejected: this vehicle is not in the fleet\n");
    service_free(s);
}

Test(step_report, takes_duplicates_without_harm)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d");
    service_run(s, 100); /* aboard, on the way */
    const uint64_t digest = core_digest(s->core);
    static const enum report_kind again[] = {REPORT_ARRIVED, REPORT_BOARDED};
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        service_report(s, 1, again[i], 1, STOP_PICKUP);
        cr_assert_eq(s->vehicle_says.kind, MESSAGE_ACK);
        cr_assert_eq(s->vehicle_says.vehicle_reply.seq, s->cars[0].seq);
        cr_assert_eq(s->fact_count, 0);
    }
    cr_assert_eq(core_digest(s->core), digest);
    service_run(s, 600);
    service_report(s, 1, REPORT_ALIGHTED, 1, 0);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_ACK);
    cr_assert_eq(service_statistics(s).charged_pence, 160);
    service_free(s);
}

/* A DEPARTED that comes late, after the vehicle stands again, moves nothing. */
Test(step_report, does_not_leave_a_stand_on_an_old_departure)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d");
    service_run(s, 130); /* at d */
    cr_assert(s->core->plans[0].standing);
    const struct event event = {
        .kind = EVENT_REPORT,
        .report = {.vehicle = {1}, .seq = 1, .epoch = 1, .plan_id = 1, .kind = REPORT_DEPARTED}};
    service_step(s, &event);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_ACK);
    cr_assert(s->core->plans[0].standing);
    service_free(s);
}

/* A new plan is on its way when the vehicle leaves the last stand of the one before. */
Test(step_report, takes_what_was_done_under_the_plan_before)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d");
    service_run(s, 130); /* at d, nobody aboard */
    cr_assert(s->core->plans[0].standing);
    service_book(s, .from = "b", .to = "c");
    cr_assert_eq(service_car(s, 1)->plan.plan_id, 2);
    service_car(s, 1)->plan.plan_id = 1;
    service_report(s, 1, REPORT_DEPARTED, 0, 0);
    cr_assert_eq(s->vehicle_says.kind, MESSAGE_ACK);
    cr_assert_not(s->core->plans[0].standing);
    service_free(s);
}

Test(step_report, gives_up_a_rider_who_does_not_come)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_car(s, 1)->riders_absent = true;
    service_book(s, .from = "b", .to = "d");
    service_run(s, 40);
    service_report(s, 1, REPORT_NO_SHOW, 1, 0); /* too soon */
    service_report(s, 1, REPORT_DEPARTED, 0, 0);
    service_run(s, 600);
    SERVICE_TRACE(
        s, "[    0] ride 1 b->d booked, pick-up at 30\n"
           "[    0] ride 1 hold 160p\n"
           "[    0] vehicle 1 plan 1.1: +1b -1d\n"
           "[   30] vehicle 1 ride_arrived 1\n"
           "[   40] vehicle 1 rejected: the rider has more time to come\n"
           "[   40] vehicle 1 rejected: a rider at this stand has neither boarded nor stayed away\n"
           "[  150] ride_no_show 1\n"
           "[  150] ride 1 void 0p\n"
           "[  150] vehicle 1 plan 1.2:\n");
    service_free(s);
}
