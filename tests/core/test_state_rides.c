#include <criterion/criterion.h>

#include "core/state_inside.h"
#include "core/state_rides.h"
#include "tests/core/history.h"

static const struct core_limits few = {.vehicles_max = 2, .rides_max = 4, .riders_max = 4};

Test(state_rides, forgets_the_ride_that_ended_first)
{
    struct history history;
    struct ride_id rides[8];
    history_begin(&history, &few, 1);
    history_start(&history);
    for (uint64_t i = 0; i < 4; i++)
        rides[i] = history_book(&history, 1, i);
    /* Ended in the order 2, 0, 3; 1 goes on. */
    history_ride(&history, FACT_RIDE_CANCELLED, rides[2]);
    history_ride(&history, FACT_RIDE_CANCELLED, rides[0]);
    history_ride(&history, FACT_RIDE_CANCELLED, rides[3]);
    cr_assert_eq(state_ride_count(history.state, RIDE_CANCELLED), 3);
    static const int forgotten[] = {2, 0, 3};
    for (uint64_t i = 0; i < 3; i++) {
        cr_assert_not_null(state_ride(history.state, rides[forgotten[i]]));
        rides[4 + i] = history_book(&history, 1, 10 + i);
        cr_assert_null(state_ride(history.state, rides[forgotten[i]]));
        cr_assert_null(state_ride_by_key(
            history.state, (struct rider_id){1, ~UINT64_C(1)},
            (struct booking_key){(uint64_t)forgotten[i], (uint64_t)forgotten[i] * 3}));
        cr_assert_eq(state_ride_count(history.state, RIDE_CANCELLED), 2 - i);
        history_check(&history);
    }
    struct fact more = history_next(&history, FACT_RIDE_BOOKED);
    more.booked.ride = (struct ride_id){state_counters(history.state)->next_ride};
    cr_assert_str_eq(history_apply(&history, &more),
                     "there are more rides under way than the limit allows");
    cr_assert_not_null(state_ride(history.state, rides[1]));
    history_end(&history);
}

/* A booking by rider number `rider` whose key in the map is that of rider 0 with key {5, 7}. */
static struct ride_id book_meeting(struct history *history, uint32_t rider)
{
    uint64_t step = state_key(1, (struct booking_key){0, 0}).high;
    struct fact fact = history_next(history, FACT_RIDE_BOOKED);
    fact.booked.ride = (struct ride_id){state_counters(history->state)->next_ride};
    fact.booked.rider = (struct rider_id){rider, 1};
    fact.booked.key = (struct booking_key){5 - rider * step, 7};
    history_must(history, &fact);
    cr_assert_eq(state_rider(history->state, fact.booked.rider)->number, rider);
    return fact.booked.ride;
}

static struct ride_id found(const struct history *history, uint32_t rider)
{
    uint64_t step = state_key(1, (struct booking_key){0, 0}).high;
    const struct ride *ride = state_ride_by_key(history->state, (struct rider_id){rider, 1},
                                                (struct booking_key){5 - rider * step, 7});
    return ride == NULL ? (struct ride_id){0} : ride->id;
}

Test(state_rides, tells_rides_apart_whose_keys_meet_in_the_map)
{
    /* Which of three rides ends first, second, third. */
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t row = 0; row < sizeof orders / sizeof orders[0]; row++) {
        struct history history;
        struct ride_id rides[3];
        const struct core_limits limits = {.vehicles_max = 1, .rides_max = 3, .riders_max = 4};
        history_begin(&history, &limits, 1);
        history_start(&history);
        for (uint32_t rider = 0; rider < 3; rider++)
            rides[rider] = book_meeting(&history, rider);
        bool is_there[3] = {true, true, true};
        for (uint64_t i = 0; i < 3; i++) {
            for (uint32_t rider = 0; rider < 3; rider++)
                cr_assert_eq(found(&history, rider).value,
                             is_there[rider] ? rides[rider].value : 0);
            history_ride(&history, FACT_RIDE_CANCELLED, rides[orders[row][i]]);
            history_book(&history, 99, i);
            is_there[orders[row][i]] = false;
        }
        for (uint32_t rider = 0; rider < 3; rider++)
            cr_assert_eq(found(&history, rider).value, 0);
        history_end(&history);
    }
}

Test(state_rides, moves_only_as_the_life_of_a_ride_goes)
{
    static const char *const table[RIDE_STATE_COUNT] = {
        /*                 BAOLCN: to booked, arrived, aboard, alighted, cancelled, no_show */
        [RIDE_BOOKED] = "-A--C-",   [RIDE_ARRIVED] = "B-O-CN",   [RIDE_ABOARD] = "---L--",
        [RIDE_ALIGHTED] = "------", [RIDE_CANCELLED] = "------", [RIDE_NO_SHOW] = "------",
    };
    for (int from = RIDE_BOOKED; from < RIDE_STATE_COUNT; from++) {
        for (int to = RIDE_BOOKED; to < RIDE_STATE_COUNT; to++)
            cr_assert_eq(state_rides_may_move((enum ride_state)from, (enum ride_state)to),
                         table[from][to - 1] != '-', "%d to %d", from, to);
    }
}
