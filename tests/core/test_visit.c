/* Vehicles go to stations when they need to, each to where it is done soonest, and no promise is
 * broken for it. */
#include <criterion/criterion.h>

#include "core/visit.h"
#include "tests/core/service_energy.h"

static struct service *open_town(void)
{
    struct service *s = service_open("a--b--c--d\n"
                                     "|        |\n"
                                     "e--f--g--h\n");
    s->battery_wh = 10000;
    return s;
}

/* 600 m and 60 s to c; what is missing from there on to 80 % comes at 10 kW. */
Test(visit, a_vehicle_with_little_left_charges)
{
    struct service *s = open_town();
    service_energy_station(s, 'c', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 310);
    service_run(s, 60);
    SERVICE_TRACE(s, ""); /* enough */
    service_energy_charge(s, 1, 290);
    service_run(s, 100);
    const struct visit *visit = &state_vehicle(s->core->state, 0)->visit;
    const int64_t lacks_mwh = 8000000 - (2900000 - 600 * 200);
    cr_assert_eq(visit->kind, STOP_CHARGE);
    cr_assert_eq(visit->dwell_ms, energy_plug_ms(lacks_mwh, 10000));
    cr_assert_eq(visit->latest_ms, visit->from_ms + VISIT_SLACK_MS);
    service_run(s, 4000);
    SERVICE_TRACE(s, "[   90] vehicle 1 to charge at c from 150 for 1879 s\n"
                     "[   90] vehicle 1 plan 1.1: visit\n"
                     "[  150] vehicle 1 visit_begun\n"
                     "[ 2029] vehicle 1 visit_ended\n");
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.kind, 0);
    service_free(s);
}

Test(visit, a_vehicle_whose_charge_is_not_known_or_that_has_no_battery_never_charges)
{
    struct service *s = open_town();
    service_energy_station(s, 'c', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    s->battery_wh = 0;
    service_vehicle(s, 2, 'a', 4, 0);
    service_energy_charge(s, 1, 0);
    service_energy_charge(s, 2, 1);
    service_forget(s);
    service_run(s, 1000);
    SERVICE_TRACE(s, "");
    cr_assert_neq(service_book(s, .from = "a", .to = "h"), 0);
    service_free(s);
}

/* At b there is one plug. The second waits for it, for as long as the first may be late and a
 * minute for the change; the third is sooner done at the slower h. */
Test(visit, a_queue_is_a_later_slot_or_another_station)
{
    struct service *s = open_town();
    service_energy_station(s, 'b', 1, 20000);
    service_energy_station(s, 'h', 1, 5000);
    service_begin(s);
    for (uint32_t i = 1; i <= 3; i++) {
        service_vehicle(s, i, 'a', 4, 0);
        service_energy_charge(s, i, 250);
    }
    service_forget(s);
    service_run(s, 1);
    const struct visit *visits[3];
    for (uint32_t i = 0; i < 3; i++) {
        visits[i] = &state_vehicle(s->core->state, i)->visit;
        cr_assert_eq(visits[i]->kind, STOP_CHARGE);
    }
    cr_expect_eq(visits[0]->station, 1);
    cr_expect_eq(visits[1]->station, 1);
    cr_expect_eq(visits[1]->from_ms, visits[0]->latest_ms + visits[0]->dwell_ms + VISIT_CHANGE_MS);
    cr_expect_eq(visits[2]->station, 2);
    service_run(s, 10000);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect_eq(visits[i]->kind, 0, "all have charged");
    }
    service_free(s);
}

/* It has a ride booked in 25 minutes, for which its battery does not last any more. A full charge
 * would take until after that: it takes half. */
Test(visit, charges_less_where_a_rider_is_promised)
{
    struct service *s = open_town();
    s->config.max_wait_ms = 60000;
    s->cars_turn = true;
    service_energy_station(s, 'b', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 330);
    cr_assert_neq(service_book(s, .from = "c", .to = "d", .from_s = 1500), 0);
    service_energy_charge(s, 1, 125);
    service_run(s, 40);
    const struct visit *visit = &state_vehicle(s->core->state, 0)->visit;
    const struct plan *plan = &s->core->plans[0];
    cr_assert_eq(visit->kind, STOP_CHARGE);
    cr_assert_eq(plan->stops[0].kind, STOP_CHARGE);
    cr_assert_eq(visit->dwell_ms, energy_plug_ms(8000000 - (1250000 - 300 * 200), 10000) / 2);
    cr_assert_leq(plan->stops[1].arrive_ms, SERVICE_START_MS + 1560000);
    service_run(s, 4000);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

Test(visit, a_rider_is_taken_on_the_way_to_it_and_not_while_it_lasts)
{
    struct service *s = open_town();
    service_energy_station(s, 'd', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 290);
    service_run(s, 1);
    cr_assert_neq(service_book(s, .from = "b", .to = "c"), 0);
    cr_assert_eq(s->core->plans[0].stops[2].kind, STOP_CHARGE);
    service_run(s, 600);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    cr_assert(s->core->plans[0].visiting);
    s->config.max_wait_ms = 60000;
    cr_assert_eq(service_book(s, .from = "d", .to = "c", .pickup_by_s = 900), 0);
    service_free(s);
}

Test(visit, a_ride_that_the_battery_does_not_last_for_is_refused_for_that)
{
    struct service *s = open_town();
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 117); /* 170 Wh above the reserve: 850 m */
    cr_assert_eq(service_book(s, .from = "a", .to = "d"), 0);
    cr_assert_eq(s->refused.reason, REFUSAL_NO_VEHICLE_IN_TIME);
    cr_assert_eq(s->refused.why.constraint, REASON_CONSTRAINT_ENERGY);
    cr_assert_neq(service_book(s, .from = "a", .to = "c"), 0);
    service_free(s);
}

/* Where nothing keeps the rule any more it goes to charge all the same. */
Test(visit, a_vehicle_below_the_reserve_goes_where_it_is_soonest)
{
    struct service *s = open_town();
    service_energy_station(s, 'd', 1, 10000);
    service_energy_station(s, 'b', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 50);
    service_run(s, 1);
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.station, 2);
    service_free(s);
}

Test(visit, survives_a_restart_before_and_while_it_lasts)
{
    struct service *s = open_town();
    service_energy_station(s, 'c', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 290);
    service_run(s, 1);
    service_restart(s);
    cr_assert_eq(s->core->plans[0].stops[0].kind, STOP_CHARGE);
    service_hello(s, 1);
    service_run(s, 500);
    cr_assert_neq(state_vehicle(s->core->state, 0)->visit.begun_ms, 0);
    service_restart(s);
    cr_assert(s->core->plans[0].visiting);
    service_hello(s, 1);
    service_run(s, 4000);
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.kind, 0);
    cr_assert_eq(s->core->plans[0].stop_count, 0);
    service_free(s);
}

Test(visit, rejects_reports_that_do_not_fit_it)
{
    struct service *s = open_town();
    service_energy_station(s, 'c', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_report(s, 1, REPORT_VISITED, 0, 0);
    service_report(s, 1, REPORT_ARRIVED, 0, STOP_CHARGE);
    service_energy_charge(s, 1, 290);
    service_run(s, 1);
    service_report(s, 1, REPORT_ARRIVED, 0, STOP_CLEAN);
    service_report(s, 1, REPORT_VISITED, 0, 0);
    service_run(s, 500);
    service_report(s, 1, REPORT_DEPARTED, 0, 0);
    SERVICE_TRACE(s, "[    0] vehicle 1 rejected: the vehicle has no such visit before it\n"
                     "[    0] vehicle 1 rejected: the vehicle has no such visit before it\n"
                     "[    0] vehicle 1 to charge at c from 60 for 1879 s\n"
                     "[    0] vehicle 1 plan 1.1: visit\n"
                     "[    1] vehicle 1 rejected: the vehicle has no such visit before it\n"
                     "[    1] vehicle 1 rejected: this is not the stop that comes next\n"
                     "[   60] vehicle 1 visit_begun\n"
                     "[  500] vehicle 1 rejected: a visit is under way\n");
    service_free(s);
}

/* Two hours after it began, and two after each cleaning. */
Test(visit, a_vehicle_is_cleaned_every_so_often)
{
    struct service *s = open_town();
    s->config.energy.clean_every_ms = 7200000;
    service_energy_station(s, 'c', 1, 0);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_forget(s);
    service_run(s, 18000);
    SERVICE_TRACE(s, "[ 7200] vehicle 1 to be looked after at c from 7260 for 600 s\n"
                     "[ 7200] vehicle 1 plan 1.1: visit\n"
                     "[ 7260] vehicle 1 visit_begun\n"
                     "[ 7860] vehicle 1 visit_ended\n"
                     "[15060] vehicle 1 to be looked after at c from 15060 for 600 s\n"
                     "[15060] vehicle 1 plan 2.1: visit\n"
                     "[15060] vehicle 1 visit_begun\n"
                     "[15660] vehicle 1 visit_ended\n");
    service_free(s);
}

/* A closed road keeps it from its slot; the next round finds another. */
Test(visit, a_slot_that_is_missed_is_given_up_for_another)
{
    struct service *s = open_town();
    service_energy_station(s, 'c', 1, 10000);
    service_energy_station(s, 'g', 1, 2000);
    s->cars_turn = true;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 290);
    service_run(s, 1);
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.station, 1);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    service_road(s, EVENT_CLOSE_ROAD, "cd");
    service_run(s, 40);
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.kind, 0);
    service_hello(s, 1);
    service_energy_charge(s, 1, 280);
    service_run(s, 120);
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.station, 2);
    service_free(s);
}
