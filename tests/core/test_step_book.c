/* Booking once, and cancelling in time. */
#include <criterion/criterion.h>

#include "tests/core/service.h"

#define STREET "a--b--c--d--e\n"

Test(step_book, books_once_for_one_key)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d", .key = 5), 1);
    cr_assert_eq(service_book(s, .from = "b", .to = "e", .key = 5), 1);
    cr_assert_eq(s->fact_count, 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d", .key = 5, .rider = 2), 2);
    service_run(s, 600);
    cr_assert_eq(service_book(s, .from = "b", .to = "d", .key = 5), 1);
    cr_assert_eq(s->answer.ride.state, RIDE_ALIGHTED);
    service_free(s);
}

Test(step_book, quotes_what_a_booking_costs_and_writes_nothing)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const uint32_t b = town_node(s->town, 'b');
    const uint32_t d = town_node(s->town, 'd');
    const struct event event = {.kind = EVENT_QUOTE,
                                .request = {3},
                                .quote = {.rider = {0, 1},
                                          .trip = {.from = {s->town->graph.points[b], b},
                                                   .to = {s->town->graph.points[d], d},
                                                   .party = 1}}};
    service_step(s, &event);
    cr_assert_eq(s->fact_count, 0);
    cr_assert_eq(s->answer.kind, MESSAGE_QUOTE);
    cr_assert_eq(s->answer.quote.quote_pence, 160);
    cr_assert_eq(s->answer.quote.direct_m, 600);
    cr_assert_eq(s->answer.quote.pickup_ms, SERVICE_START_MS + 30000);
    cr_assert_eq(s->answer.quote.dropoff_ms, SERVICE_START_MS + 120000);
    service_free(s);
}

Test(step_book, cancels_before_boarding_and_not_after)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "b", .to = "d", .rider = 1);
    service_book(s, .from = "c", .to = "e", .rider = 2);
    service_run(s, 10); /* on the way to b */
    service_cancel(s, 1, 2);
    cr_assert_eq(s->answer.error, MESSAGE_ERROR_NOT_FOUND);
    service_cancel(s, 1, 1);
    cr_assert_eq(s->answer.ride.state, RIDE_CANCELLED);
    service_cancel(s, 1, 1);
    cr_assert_eq(s->answer.ride.state, RIDE_CANCELLED);
    cr_assert_eq(s->fact_count, 0);
    service_run(s, 105); /* the second is aboard */
    service_cancel(s, 2, 2);
    cr_assert_eq(s->answer.error, MESSAGE_ERROR_TOO_LATE);
    service_run(s, 600);
    SERVICE_TRACE(s, "[    0] ride 1 b->d booked, pick-up at 30\n"
                     "[    0] ride 1 hold 160p\n"
                     "[    0] vehicle 1 plan 1.1: +1b -1d\n"
                     "[    0] ride 2 c->e booked, pick-up at 90\n"
                     "[    0] ride 2 hold 160p\n"
                     "[    0] vehicle 1 plan 1.2: +1b +2c -1d -2e\n"
                     "[   10] ride_cancelled 1\n"
                     "[   10] ride 1 void 0p\n"
                     "[   10] vehicle 1 plan 1.3: +2c -2e\n"
                     "[   60] vehicle 1 ride_arrived 2\n"
                     "[   90] vehicle 1 ride_boarded 2\n"
                     "[  150] vehicle 1 ride_alighted 2\n"
                     "[  150] ride 2 charged 160p, saved 0p\n"
                     "[  150] ride 2 post 160p\n");
    service_free(s);
}
