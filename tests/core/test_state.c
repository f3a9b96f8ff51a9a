#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/core/history.h"

static const struct core_limits tiny = {.vehicles_max = 2, .rides_max = 3, .riders_max = 2};

Test(state, is_refused_an_arena_that_is_too_small)
{
    size_t size = state_cost(&tiny) - 1;
    struct arena arena;
    arena_init(&arena, calloc(1, size), size);
    cr_assert_null(state_init(&arena, &tiny));
    free(arena.block);
}

Test(state, answers_nothing_where_there_is_nothing)
{
    struct history history;
    history_begin(&history, &tiny, 1);
    struct state *state = history.state;
    uint32_t cursor = 0;
    cr_assert_null(state_ride(state, (struct ride_id){1}));
    cr_assert_null(state_ride(state, (struct ride_id){0}));
    cr_assert_null(state_ride_by_key(state, (struct rider_id){1, 2}, (struct booking_key){3, 4}));
    cr_assert_null(state_ride_next(state, &cursor));
    cr_assert_null(state_rider(state, (struct rider_id){1, 2}));
    cr_assert_null(state_vehicle(state, 0));
    cr_assert_eq(state_vehicle_index(state, (struct vehicle_id){0}), UINT32_MAX);
    cr_assert_eq(state_vehicle_index(state, VEHICLE_NONE), UINT32_MAX);
    cr_assert_eq(state_counters(state)->next_ride, 1);
    history_end(&history);
}

Test(state, has_room_until_rides_or_riders_are_as_many_as_the_limits)
{
    struct history history;
    history_begin(&history, &tiny, 1);
    struct state *state = history.state;
    const struct rider_id known = {1, ~UINT64_C(1)};
    const struct rider_id stranger = {9, 9};
    history_start(&history);
    cr_assert(state_has_room(state, stranger));
    struct ride_id first = history_book(&history, 1, 1);
    history_book(&history, 2, 1);
    cr_assert_not(state_has_room(state, stranger));
    cr_assert(state_has_room(state, known));
    history_book(&history, 1, 2);
    cr_assert_not(state_has_room(state, known));
    history_hold(&history, first);
    history_ride(&history, FACT_RIDE_CANCELLED, first);
    cr_assert_not(state_has_room(state, known)); /* money is still held for it */
    history_resolve(&history, first, LEDGER_VOID);
    cr_assert(state_has_room(state, known));
    history_book(&history, 1, 3);
    cr_assert_null(state_ride(state, first));
    history_end(&history);
}
