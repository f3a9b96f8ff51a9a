/* What a plan has to keep when another rider joins. The prices of candidates are held against an
 * oracle in test_insertion.c. */
#include "core/trial.h"

#include <criterion/criterion.h>

#define MINUTE INT64_C(60000)

static struct plan_item stop(uint64_t ride, enum stop_kind kind, int64_t arrive_ms,
                             int64_t depart_ms)
{
    return (struct plan_item){.ride = {ride},
                              .kind = kind,
                              .latest_ms = INT64_MAX,
                              .ride_max_ms = INT64_MAX,
                              .arrive_ms = arrive_ms,
                              .depart_ms = depart_ms};
}

Test(trial, who_is_late_already_may_be_as_late)
{
    struct plan plan = {.stop_count = 2,
                        .stops = {stop(7, STOP_PICKUP, 10 * MINUTE, 11 * MINUTE),
                                  stop(7, STOP_DROPOFF, 30 * MINUTE, 31 * MINUTE)}};
    plan.stops[0].latest_ms = 9 * MINUTE;
    plan.stops[1].latest_ms = 40 * MINUTE;
    plan.stops[1].ride_max_ms = 15 * MINUTE;
    trial_relax_limits(&plan);
    cr_assert_eq(plan.stops[0].latest_ms, 10 * MINUTE);
    cr_assert_eq(plan.stops[1].latest_ms, 40 * MINUTE);
    cr_assert_eq(plan.stops[1].ride_max_ms, 19 * MINUTE);
}

/* A visit has no ride, and a rider who is not booked yet has no number either: a ride is not as
 * long as from the one to the other. */
Test(trial, a_visit_is_nobodys_pick_up)
{
    struct plan plan = {.stop_count = 3,
                        .stops = {stop(0, STOP_CHARGE, MINUTE, 2 * MINUTE),
                                  stop(0, STOP_PICKUP, 60 * MINUTE, 61 * MINUTE),
                                  stop(0, STOP_DROPOFF, 70 * MINUTE, 71 * MINUTE)}};
    plan.stops[2].ride_max_ms = 15 * MINUTE;
    trial_relax_limits(&plan);
    cr_assert_eq(plan.stops[2].ride_max_ms, 15 * MINUTE);
}

Test(trial, without_promises_only_the_order_of_stops_is_left)
{
    struct plan plan = {.stop_count = 2,
                        .stops = {stop(7, STOP_PICKUP, 10 * MINUTE, 11 * MINUTE),
                                  stop(7, STOP_DROPOFF, 30 * MINUTE, 31 * MINUTE)}};
    plan.stops[0].latest_ms = plan.stops[1].latest_ms = 9 * MINUTE;
    plan.stops[1].ride_max_ms = MINUTE;
    trial_forget_limits(&plan);
    for (uint32_t i = 0; i < 2; i++) {
        cr_assert_eq(plan.stops[i].latest_ms, INT64_MAX);
        cr_assert_eq(plan.stops[i].ride_max_ms, INT64_MAX);
    }
}
