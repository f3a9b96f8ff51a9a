/* What happens when nothing is heard. */
#include <criterion/criterion.h>

#include "tests/core/service.h"

/* A vehicle that falls silent loses its next pick-up to another, and the rider is told. */
Test(step_wake, silence_moves_the_pickup_to_another_vehicle)
{
    struct service *s = service_open("a--b--c\n"
                                     "|     |\n"
                                     "d--e--f\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'f', 4, 0);
    service_book(s, .from = "b", .to = "e");
    service_car(s, 1)->muted = true;
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->e booked, pick-up at 30\n"
                     "[    0] ride 1 hold 180p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1e\n"
                     "[   15] vehicle 1 plan 1.2:\n"
                     "[   15] vehicle 2 plan 1.1: +1b -1e\n"
                     "[   65] vehicle 2 ride_arrived 1\n"
                     "[   95] vehicle 2 ride_boarded 1\n"
                     "[  175] vehicle 2 ride_alighted 1\n"
                     "[  175] ride 1 charged 180p, saved 0p\n"
                     "[  175] ride 1 post 180p\n");
    cr_assert_eq(service_statistics(s).vehicles_silent, 1);
    service_free(s);
}

/* Nobody else can come: the ride stays, and the service gives it up when its time is over. */
Test(step_wake, silence_without_another_vehicle_ends_in_a_cancellation)
{
    struct service *s = service_open("a--b--c\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "c");
    service_car(s, 1)->muted = true;
    service_run(s, 900);
    SERVICE_TRACE(s, "[    0] ride 1 b->c booked, pick-up at 30\n"
                     "[    0] ride 1 hold 150p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1c\n"
                     "[  605] ride_cancelled 1\n"
                     "[  605] ride 1 void 0p\n"
                     "[  605] vehicle 1 plan 1.2:\n");
    service_free(s);
}

Test(step_wake, a_vehicle_that_comes_back_keeps_its_ride)
{
    struct service *s = service_open("a--b--c\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "c");
    service_car(s, 1)->muted = true;
    service_run(s, 100);
    cr_assert_eq(service_statistics(s).vehicles_silent, 1);
    service_car(s, 1)->muted = false;
    service_car(s, 1)->driving = false;
    service_hello(s, 1);
    service_run(s, 300);
    SERVICE_TRACE(s, "[    0] ride 1 b->c booked, pick-up at 30\n"
                     "[    0] ride 1 hold 150p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1c\n"
                     "[  130] vehicle 1 ride_arrived 1\n"
                     "[  160] vehicle 1 ride_boarded 1\n"
                     "[  190] vehicle 1 ride_alighted 1\n"
                     "[  190] ride 1 charged 150p, saved 0p\n"
                     "[  190] ride 1 post 150p\n");
    service_free(s);
}

Test(step_wake, a_vehicle_that_never_says_hello_after_a_restart_loses_its_rides)
{
    struct service *s = service_open("a--b--c\n");
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'c', 4, 0);
    service_book(s, .from = "b", .to = "a");
    service_restart(s);
    service_hello(s, 2);
    service_car(s, 1)->muted = true;
    service_run(s, 300);
    SERVICE_TRACE(s, "[    0] ride 1 b->a booked, pick-up at 30\n"
                     "[    0] ride 1 hold 150p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1a\n"
                     "[    0] epoch 2\n"
                     "[   15] vehicle 1 plan 1.2:\n"
                     "[   15] vehicle 2 plan 1.1: +1b -1a\n"
                     "[   45] vehicle 2 ride_arrived 1\n"
                     "[   75] vehicle 2 ride_boarded 1\n"
                     "[  105] vehicle 2 ride_alighted 1\n"
                     "[  105] ride 1 charged 150p, saved 0p\n"
                     "[  105] ride 1 post 150p\n");
    service_free(s);
}
