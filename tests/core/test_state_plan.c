#include <criterion/criterion.h>
#include <string.h>

#include "tests/core/history.h"

static const struct core_limits limits = {.vehicles_max = 4, .rides_max = 64, .riders_max = 8};

/* "1+ 2+ 1- 2-": ride 1 is picked up, then ride 2, and so on. */
static uint32_t read_stops(const char *text, struct plan_stop *stops)
{
    uint32_t count = 0;
    for (; *text != '\0'; text++) {
        if (*text == '+' || *text == '-')
            stops[count++] = (struct plan_stop){{(uint64_t)(text[-1] - '0')},
                                                *text == '+' ? STOP_PICKUP : STOP_DROPOFF};
    }
    return count;
}

static void plan(struct history *history, uint32_t vehicle, const char *text)
{
    struct plan_stop stops[PLAN_STOPS_MAX];
    uint32_t count = read_stops(text, stops);
    history_plan(history, vehicle, stops, count);
}

static void expect_plan(const struct history *history, uint32_t vehicle, const char *text)
{
    struct plan_stop stops[PLAN_STOPS_MAX];
    uint32_t count = read_stops(text, stops);
    uint32_t index = state_vehicle_index(history->state, (struct vehicle_id){vehicle});
    const struct fact_plan *have = &state_vehicle(history->state, index)->plan;
    cr_assert_eq(have->stop_count, count, "%s", text);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert_eq(have->stops[i].ride.value, stops[i].ride.value, "%s", text);
        cr_assert_eq(have->stops[i].kind, stops[i].kind, "%s", text);
    }
    history_check(history);
}

static uint32_t vehicle_of(const struct history *history, uint64_t ride)
{
    return state_ride(history->state, (struct ride_id){ride})->vehicle.value;
}

/* Vehicles 7 and 8, rides 1 to 5; 3 is aboard vehicle 7, 4 was cancelled, 5 is aboard vehicle 8. */
static void begin(struct history *history)
{
    history_begin(history, &limits, 1);
    history_start(history);
    history_enrol(history, 7);
    history_enrol(history, 8);
    for (uint64_t i = 1; i <= 5; i++)
        cr_assert_eq(history_book(history, 1, i).value, i);
    plan(history, 7, "3+ 3- 4+ 4-");
    plan(history, 8, "5+ 5-");
    for (uint64_t ride = 3; ride <= 5; ride += 2) {
        history_ride(history, FACT_RIDE_ARRIVED, (struct ride_id){ride});
        history_ride(history, FACT_RIDE_BOARDED, (struct ride_id){ride});
    }
    history_ride(history, FACT_RIDE_CANCELLED, (struct ride_id){4});
}

Test(state_plan, loses_the_stops_that_are_done_or_cancelled)
{
    struct history history;
    begin(&history);
    expect_plan(&history, 7, "3-");
    expect_plan(&history, 8, "5-");
    plan(&history, 7, "1+ 3- 2+ 1- 2-");
    history_ride(&history, FACT_RIDE_ARRIVED, (struct ride_id){1});
    expect_plan(&history, 7, "1+ 3- 2+ 1- 2-");
    history_ride(&history, FACT_RIDE_NO_SHOW, (struct ride_id){1});
    expect_plan(&history, 7, "3- 2+ 2-");
    history_ride(&history, FACT_RIDE_ALIGHTED, (struct ride_id){3});
    expect_plan(&history, 7, "2+ 2-");
    history_ride(&history, FACT_RIDE_CANCELLED, (struct ride_id){2});
    expect_plan(&history, 7, "");
    history_end(&history);
}

Test(state_plan, takes_a_ride_from_the_vehicle_that_had_it)
{
    struct history history;
    begin(&history);
    plan(&history, 7, "1+ 3- 1- 2+ 2-");
    history_ride(&history, FACT_RIDE_ARRIVED, (struct ride_id){1});
    cr_assert_eq(vehicle_of(&history, 1), 7);
    plan(&history, 8, "5- 1+ 1-");
    expect_plan(&history, 7, "3- 2+ 2-");
    expect_plan(&history, 8, "5- 1+ 1-");
    cr_assert_eq(vehicle_of(&history, 1), 8);
    const struct ride *ride = state_ride(history.state, (struct ride_id){1});
    cr_assert_eq(ride->state, RIDE_BOOKED); /* nobody stands there any more */
    cr_assert_eq(ride->arrived_ms, 0);
    plan(&history, 7, "3- 2+ 2-"); /* what the other vehicle is told is its own fact */
    cr_assert_eq(vehicle_of(&history, 1), 8);
    plan(&history, 8, "5-");
    cr_assert_eq(vehicle_of(&history, 1), VEHICLE_NONE.value);
    history_ride(&history, FACT_RIDE_CANCELLED, (struct ride_id){1});
    history_check(&history);
    history_end(&history);
}

Test(state_plan, refuses_a_plan_that_cannot_be)
{
    static const struct {
        const char *stops;
        const char *why; /* NULL: accepted */
    } rows[] = {
        {"3- 1+ 1- 2+ 2-", NULL},
        {"1+ 2+ 3- 2- 1-", NULL},
        {"3-", NULL},
        {"", "the plan forgets a rider who is aboard"},
        {"1+ 1-", "the plan forgets a rider who is aboard"},
        {"3- 1+", "the plan does not pick a rider up and then set them down"},
        {"3- 1-", "the plan does not pick a rider up and then set them down"},
        {"3- 1- 1+", "the plan does not pick a rider up and then set them down"},
        {"3- 3-", "the plan has a stop twice"},
        {"3- 1+ 1+ 1-", "the plan has a stop twice"},
        {"3+ 3-", "the plan picks up a rider who is aboard"},
        {"3- 4+ 4-", "a stop of the plan is for a ride that has ended"},
        {"3- 5-", "the plan sets down a rider who is aboard another vehicle"},
        {"3- 6+ 6-", "a stop of the plan names a ride that is not known"},
        {"3- 0+ 0-", "a stop of the plan names a ride that is not known"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct history history;
        begin(&history);
        struct fact fact = history_next(&history, FACT_PLAN_CHANGED);
        fact.plan.vehicle = (struct vehicle_id){7};
        fact.plan.plan_id = 1;
        fact.plan.revision = 2;
        fact.plan.stop_count = read_stops(rows[i].stops, fact.plan.stops);
        const char *why = history_apply(&history, &fact);
        if (rows[i].why == NULL)
            cr_assert_null(why, "%s: %s", rows[i].stops, why);
        else
            cr_assert(why != NULL && strcmp(why, rows[i].why) == 0, "%s: %s", rows[i].stops, why);
        history_check(&history);
        history_end(&history);
    }
}

Test(state_plan, refuses_numbers_that_do_not_rise_and_stops_past_the_limit)
{
    static const struct {
        uint32_t vehicle, plan_id, revision, count;
        const char *why;
    } rows[] = {
        {9, 1, 2, 1, "the plan is for a vehicle that is not known"},
        {7, 1, 1, 1, "the plan's number does not rise"},
        {7, 0, 9, 1, "the plan's number does not rise"},
        {7, 1, 2, PLAN_STOPS_MAX + 1, "the plan has too many stops"},
        {7, 1, 2, 2, "a stop of the plan is neither a pick-up nor a drop-off nor a visit"},
    };
    struct history history;
    begin(&history);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, FACT_PLAN_CHANGED);
        fact.plan = (struct fact_plan){.vehicle = {rows[i].vehicle},
                                       .plan_id = rows[i].plan_id,
                                       .revision = rows[i].revision,
                                       .stop_count = rows[i].count,
                                       .stops = {{{3}, STOP_DROPOFF}}};
        const char *why = history_apply(&history, &fact);
        cr_assert(why != NULL && strcmp(why, rows[i].why) == 0, "row %zu: %s", i, why);
    }
    history_end(&history);
}
