/* Rides from booking to fare, told as transcripts: seconds since the start. A cell of the map is
 * 100 m and 10 s; a pick-up takes 30 s, a drop-off 20 s. */
#include <criterion/criterion.h>

#include "tests/core/service.h"

#define STREET "a--b--c--d--e\n"

Test(core, serves_a_booking_end_to_end_and_charges_it)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d");
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->d booked, pick-up at 30\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1d\n"
                     "[   30] vehicle 1 ride_arrived 1\n"
                     "[   60] vehicle 1 ride_boarded 1\n"
                     "[  120] vehicle 1 ride_alighted 1\n"
                     "[  120] ride 1 charged 160p, saved 0p\n"
                     "[  120] ride 1 post 160p\n");
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

/* 700 m cost 170p; a day may cost 400p. */
Test(core, reaches_the_cap_on_the_third_ride)
{
    struct service *s = service_open("a-------b\n");
    s->policy.caps[0].caps.day_pence = 400;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    for (int i = 0; i < 4; i++) {
        cr_assert_neq(service_book(s, .from = i % 2 == 0 ? "a" : "b", .to = i % 2 == 0 ? "b" : "a"),
                      0);
        service_run(s, 300 * (i + 1));
        service_forget(s);
    }
    cr_assert_eq(service_statistics(s).charged_pence, 400);
    cr_assert_eq(s->core->state != NULL, true);
    cr_assert_eq(core_ride(s->core, (struct ride_id){2})->charged_pence, 180);
    cr_assert_eq(core_ride(s->core, (struct ride_id){3})->quote_pence, 40);
    cr_assert_eq(core_ride(s->core, (struct ride_id){4})->hold, 0);
    service_free(s);
}

Test(core, lets_two_riders_share_a_stand)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d", .rider = 1);
    service_run(s, 40); /* it stands at b since 30 */
    service_book(s, .from = "b", .to = "e", .rider = 2);
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->d booked, pick-up at 30\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1d\n"
                     "[   30] vehicle 1 ride_arrived 1\n"
                     "[   40] ride 2 b->e booked, pick-up at 40\n"
                     "[   40] ride 2 hold 190p\n"
                     "[   40] vehicle 1 plan 1.2: +1b +2b -1d -2e\n"
                     "[   60] vehicle 1 ride_boarded 1\n"
                     "[   60] vehicle 1 ride_arrived 2\n"
                     "[   60] vehicle 1 ride_boarded 2\n"
                     "[  120] vehicle 1 ride_alighted 1\n"
                     "[  120] ride 1 charged 160p, saved 0p\n"
                     "[  120] ride 1 post 160p\n"
                     "[  170] vehicle 1 ride_alighted 2\n"
                     "[  170] ride 2 charged 190p, saved 0p\n"
                     "[  170] ride 2 post 190p\n");
    service_free(s);
}

Test(core, carries_a_wheelchair_in_its_space_and_not_in_a_seat)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'b', 4, 0);
    service_vehicle(s, 2, 'e', 1, 1);
    cr_assert_neq(service_book(s, .from = "b", .to = "d", .party = 2, .wheelchairs = 1), 0);
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->d booked, pick-up at 90\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 2 plan 1.1: +1b -1d\n"
                     "[   90] vehicle 2 ride_arrived 1\n"
                     "[  120] vehicle 2 ride_boarded 1\n"
                     "[  180] vehicle 2 ride_alighted 1\n"
                     "[  180] ride 1 charged 160p, saved 0p\n"
                     "[  180] ride 1 post 160p\n");
    service_free(s);
}

Test(core, keeps_a_private_ride_private)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "e", .rider = 1, .private = true);
    service_book(s, .from = "c", .to = "d", .rider = 2);
    service_run(s, 900);
    SERVICE_TRACE(s, "[    0] ride 1 b->e booked, pick-up at 30\n"
                     "[    0] ride 1 hold 190p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1e\n"
                     "[    0] ride 2 c->d booked, pick-up at 230\n"
                     "[    0] ride 2 hold 150p\n"
                     "[    0] vehicle 1 plan 1.2: +1b -1e +2c -2d\n"
                     "[   30] vehicle 1 ride_arrived 1\n"
                     "[   60] vehicle 1 ride_boarded 1\n"
                     "[  150] vehicle 1 ride_alighted 1\n"
                     "[  150] ride 1 charged 190p, saved 0p\n"
                     "[  150] ride 1 post 190p\n"
                     "[  230] vehicle 1 ride_arrived 2\n"
                     "[  260] vehicle 1 ride_boarded 2\n"
                     "[  290] vehicle 1 ride_alighted 2\n"
                     "[  290] ride 2 charged 150p, saved 0p\n"
                     "[  290] ride 2 post 150p\n");
    service_free(s);
}

Test(core, recovers_in_the_middle_of_a_ride)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d", .rider = 1);
    service_book(s, .from = "c", .to = "e", .rider = 2);
    service_run(s, 70); /* the first is aboard */
    service_restart(s);
    service_hello(s, 1);
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->d booked, pick-up at 30\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1d\n"
                     "[    0] ride 2 c->e booked, pick-up at 90\n"
                     "[    0] ride 2 hold 160p\n"
                     "[    0] vehicle 1 plan 1.2: +1b +2c -1d -2e\n"
                     "[   30] vehicle 1 ride_arrived 1\n"
                     "[   60] vehicle 1 ride_boarded 1\n"
                     "[   70] epoch 2\n"
                     "[  100] vehicle 1 ride_arrived 2\n"
                     "[  130] vehicle 1 ride_boarded 2\n"
                     "[  160] vehicle 1 ride_alighted 1\n"
                     "[  160] ride 1 charged 160p, saved 0p\n"
                     "[  160] ride 1 post 160p\n"
                     "[  210] vehicle 1 ride_alighted 2\n"
                     "[  210] ride 2 charged 160p, saved 0p\n"
                     "[  210] ride 2 post 160p\n");
    cr_assert_eq(service_statistics(s).alighted_count, 2);
    service_free(s);
}

Test(core, tells_of_vehicles_only_while_the_fleet_is_watched)
{
    for (int unwatched = 0; unwatched <= 1; unwatched++) {
        struct service *s = service_open(STREET);
        s->config.fleet_unwatched = unwatched == 1;
        service_begin(s);
        service_vehicle(s, 1, 'a', 4, 0);
        service_book(s, .from = "b", .to = "d");
        service_run(s, 600);
        cr_expect_eq(service_statistics(s).alighted_count, 1);
        cr_expect_eq(s->vehicles_told > 0, unwatched == 0, "%u are told", s->vehicles_told);
        const struct event list = {
            .kind = EVENT_LIST_VEHICLES, .request = {77}, .list = {.limit = LIST_PAGE_MAX}};
        service_step(s, &list); /* who asks is told either way */
        cr_expect_eq(s->answer.kind, MESSAGE_LIST_END);
        cr_expect_eq(s->answer.request.value, 77);
        service_free(s);
    }
}
