/* Random services whose vehicles keep their timetables to the second, watched at every step: then
 * every promise must hold, whatever is moved, exchanged, ejected and rebalanced. */
#include "core/improve.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "core/ruin.h"
#include "crowd.h"
#include "outlook.h"

/* What is watched, and what was so before the step. */
struct watched {
    bool costs;       /* no step makes plans dearer: nothing but improvement changes them */
    bool promises;    /* everything planned keeps its limits, */
    int64_t slack_ms; /* ... but for so much */
    uint32_t changed;
    uint64_t searches;
    struct outlook outlook;
    struct plan plans[SERVICE_CARS_MAX];  /* brought up to now */
    struct plan turned[SERVICE_CARS_MAX]; /* ... and from where those under way can turn */
};

/* ---- Before a step ---- */

static void remember(struct service *s, struct watched *watched)
{
    struct insertion_counts counts;
    core_search_counts(s->core, &counts);
    watched->searches = counts.searches;
    outlook_note(s, &watched->outlook);
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        struct plan *plan = &watched->plans[v];
        *plan = s->core->plans[v];
        plan_refresh(plan, s->now_ms, &s->core->improving);
        watched->turned[v] = *plan;
        if (plan->under_way) {
            cr_assert(plan_advance(&watched->turned[v], s->now_ms, &s->town->network.drive));
        }
    }
}

/* ---- After a step ---- */

static void expect_promises(const struct service *s, int64_t slack_ms)
{
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        struct plan plan = s->core->plans[v];
        plan_refresh(&plan, s->now_ms, &s->core->strict);
        for (uint32_t i = 0; i < plan.stop_count; i++) {
            struct plan_item *item = &plan.stops[i];
            if (item->kind == STOP_PICKUP) { /* no stricter limit of a search stays with a plan */
                cr_assert_eq(item->latest_ms, core_ride(s->core, item->ride)->pickup_latest_ms);
            }
            item->latest_ms += item->latest_ms < INT64_MAX - slack_ms ? slack_ms : 0;
            item->ride_max_ms += slack_ms;
        }
        cr_assert(plan_schedule(&plan, &s->core->strict), "vehicle %u breaks a promise at %ld", v,
                  (long)((s->now_ms - SERVICE_START_MS) / 1000));
    }
}

/* Who is met or aboard stays where they are. */
static void expect_nobody_taken(const struct service *s, const struct watched *watched)
{
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        const struct plan *old = &watched->plans[v];
        for (uint32_t i = 0; i < old->stop_count; i++) {
            const struct ride *ride = core_ride(s->core, old->stops[i].ride);
            cr_assert_not_null(ride);
            if (ride->state == RIDE_ARRIVED || ride->state == RIDE_ABOARD) {
                cr_assert_eq(ride->vehicle.value, v + 1);
            }
            if (i < plan_stand_pending(old)) {
                const struct plan_item *now = &s->core->plans[v].stops[i];
                cr_assert_eq(old->stops[i].ride.value, now->ride.value);
                cr_assert_eq(old->stops[i].kind, now->kind);
            }
        }
    }
}

/* All plans together cost less than before, by what a change must gain; where a vehicle turned,
 * from there. */
static void expect_gain(const struct service *s, const struct watched *watched)
{
    int64_t gain = 0;
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        struct plan plan = s->core->plans[v];
        plan_refresh(&plan, s->now_ms, &s->core->improving);
        const bool turned = watched->plans[v].under_way &&
                            (!road_place_equal(plan.start, watched->plans[v].start) ||
                             plan.start_ms != watched->plans[v].start_ms);
        gain += plan_cost(turned ? &watched->turned[v] : &watched->plans[v], &s->core->improving) -
                plan_cost(&plan, &s->core->improving);
    }
    cr_assert_gt(gain, IMPROVE_GAIN_S * 1000, "gains %ld", (long)gain);
}

static void watch_wake(const struct service *s, struct watched *watched)
{
    struct insertion_counts counts;
    core_search_counts(s->core, &counts);
    cr_assert_leq(counts.searches - watched->searches,
                  IMPROVE_SEARCHES_MAX + RUIN_SEARCHES_MAX + WAKE_SEARCHES_MAX);
    expect_nobody_taken(s, watched);
    outlook_expect(s, &watched->outlook);
    if (s->fact_count > 0 && watched->costs) {
        cr_assert_leq(s->fact_count, 2 * PLAN_STOPS_MAX); /* plans, and why riders moved */
        expect_gain(s, watched);
    }
    watched->changed += s->fact_count;
    if (s->config.improve_searches == 0 && s->config.rebalance_ms == 0) {
        cr_assert_eq(s->fact_count, 0);
    }
}

static void watch(struct service *s, const struct event *event, bool done)
{
    struct watched *watched = s->watch_user;
    if (event->kind == EVENT_WAKE && !done) {
        remember(s, watched);
    }
    if (done && event->kind == EVENT_WAKE) {
        watch_wake(s, watched);
    }
    if (done && watched->promises) {
        expect_promises(s, watched->slack_ms);
    }
}

/* ---- A random service ---- */

static struct service *begin(struct watched *watched, uint64_t seed, int32_t improve_searches,
                             int64_t rebalance_ms)
{
    struct service *s = crowd_open();
    s->config.improve_searches = improve_searches;
    s->config.rebalance_ms = rebalance_ms;
    s->watch = watch;
    s->watch_user = watched;
    crowd_begin(s, seed);
    return s;
}

/* The core stops; the next one recovers from the facts, and the cars go on as they were. */
static void crash(struct service *s)
{
    struct event hellos[SERVICE_CARS_MAX];
    struct watched *watched = s->watch_user;
    const bool promises = watched->promises;
    for (uint32_t i = 0; i < s->car_count; i++) {
        hellos[i] = crowd_hello(s, s->cars[i].number);
    }
    const uint64_t digest = core_digest(s->core);
    watched->promises = false;
    cr_assert_eq(core_digest(s->mirror), digest);
    service_restart(s);
    for (uint32_t i = 0; i < s->car_count; i++) {
        service_step(s, &hellos[i]);
    }
    watched->promises = promises;
}

struct soak {
    uint64_t seed;
    uint32_t events;
    int32_t improve_searches;
    int64_t rebalance_ms;
    uint32_t later_percent; /* who do not want to leave at once */
    uint32_t cancel_percent;
    uint32_t crash_percent;
};

static uint64_t run_soak(const struct soak *soak, struct watched *watched)
{
    struct service *s = begin(watched, soak->seed, soak->improve_searches, soak->rebalance_ms);
    struct random random;
    random_init(&random, soak->seed + 1000);
    int64_t time_s = 0;
    for (uint32_t i = 0; i < soak->events; i++) {
        crowd_book(s, &random, soak->later_percent);
        const uint64_t next = state_counters(s->core->state)->next_ride;
        if (next > 1 && random_below(&random, 100) < soak->cancel_percent) {
            const uint64_t ride = next - 1 - random_below(&random, next < 8 ? next - 1 : 8);
            const struct ride *known = core_ride(s->core, (struct ride_id){ride});
            service_cancel(s, ride, known != NULL ? known->rider.low : 1);
        }
        if (random_below(&random, 100) < soak->crash_percent) {
            crash(s);
        }
        time_s += random_between(&random, 0, 50);
        service_run(s, time_s);
    }
    service_run(s, time_s + 10000);
    const struct statistics_view view = service_statistics(s);
    cr_assert_eq(view.waiting_count, 0);
    cr_assert_eq(view.aboard_count, 0);
    cr_assert_gt(view.alighted_count, soak->events / 4);
    const uint64_t digest = core_digest(s->core);
    service_free(s);
    return digest;
}

/* ---- The tests ---- */

Test(improve, every_step_gains_and_keeps_every_promise)
{
    uint32_t changed = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct watched watched = {.costs = true, .promises = true};
        const struct soak soak = {
            .seed = seed, .events = 250, .improve_searches = 8, .later_percent = 20};
        run_soak(&soak, &watched);
        changed += watched.changed;
    }
    cr_assert_gt(changed, 200, "%u", changed);
}

Test(improve, promises_hold_while_vehicles_are_rebalanced)
{
    uint32_t changed = 0;
    for (uint64_t seed = 21; seed <= 30; seed++) {
        struct watched watched = {.promises = true};
        const struct soak soak = {.seed = seed,
                                  .events = 250,
                                  .improve_searches = 8,
                                  .rebalance_ms = 60000,
                                  .later_percent = 20};
        run_soak(&soak, &watched);
        changed += watched.changed;
    }
    cr_assert_gt(changed, 300, "%u", changed);
}

/* Who waits for a later rider with others aboard must not be made to wait longer. */
Test(improve, promises_hold_when_most_riders_book_ahead)
{
    for (uint64_t seed = 61; seed <= 70; seed++) {
        struct watched watched = {.costs = true, .promises = true};
        const struct soak soak = {
            .seed = seed, .events = 250, .improve_searches = 8, .later_percent = 70};
        run_soak(&soak, &watched);
    }
}

Test(improve, nothing_changes_where_no_searches_are_due)
{
    struct watched watched = {.costs = true, .promises = true};
    const struct soak soak = {.seed = 1, .events = 250, .later_percent = 20};
    run_soak(&soak, &watched);
    cr_assert_eq(watched.changed, 0);
}

Test(improve, equal_events_give_equal_facts)
{
    struct watched watched = {.promises = true};
    const struct soak soak = {.seed = 5,
                              .events = 200,
                              .improve_searches = 8,
                              .rebalance_ms = 60000,
                              .later_percent = 20};
    const struct soak other = {.seed = 5, .events = 200, .later_percent = 20};
    const uint64_t digest = run_soak(&soak, &watched);
    cr_assert_eq(run_soak(&soak, &watched), digest);
    cr_assert_neq(run_soak(&other, &watched), digest);
}

/* Each crash is at a random moment of a busy service; the state is what the facts say, and goes on
 * within what was promised. Two things are not in the facts, and cost a stand each: that a vehicle
 * stands to set riders down, so that who joins it gets a stand of their own, and how long a stand
 * lasted after a rider had boarded, which does not count as riding. A plan may live through more
 * than one crash. */
Test(improve, a_core_recovered_from_its_facts_goes_on_without_a_broken_promise)
{
    for (uint64_t seed = 41; seed <= 46; seed++) {
        struct watched watched = {.promises = true, .slack_ms = 120000};
        const struct soak soak = {.seed = seed,
                                  .events = 200,
                                  .improve_searches = 8,
                                  .rebalance_ms = 60000,
                                  .later_percent = 20,
                                  .crash_percent = 10};
        run_soak(&soak, &watched);
    }
}

Test(improve, promises_hold_when_riders_cancel)
{
    for (uint64_t seed = 51; seed <= 58; seed++) {
        struct watched watched = {.promises = true};
        const struct soak soak = {.seed = seed,
                                  .events = 250,
                                  .improve_searches = 8,
                                  .rebalance_ms = 60000,
                                  .later_percent = 20,
                                  .cancel_percent = 20};
        run_soak(&soak, &watched);
    }
}

/* ---- By hand ---- */

#define LINE "a--b--c--d--e--f\n"

/* A rider at e was given the vehicle at a; then one is there that is much nearer, and another rider
 * books, which is when plans are looked at again. */
static struct service *nearer_vehicle_comes(int32_t improve_searches, int64_t after_s)
{
    struct service *s = service_open(LINE);
    s->config.improve_searches = improve_searches;
    s->cars_turn = true;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_book(s, .from = "e", .to = "f");
    service_run(s, after_s);
    service_vehicle(s, 2, 'f', 4, 0);
    service_book(s, .from = "f", .to = "e", .rider = 2);
    service_forget(s);
    return s;
}

Test(improve, moves_a_waiting_rider_to_a_vehicle_that_has_come_nearer)
{
    struct service *s = nearer_vehicle_comes(4, 10);
    service_run(s, 11);
    SERVICE_TRACE(s, "[   10] vehicle 2 ride_arrived 2\n"
                     "[   10] vehicle 1 plan 1.2:\n"
                     "[   10] vehicle 2 plan 1.2: +2f +1e -2e -1f\n");
    service_free(s);
}

Test(improve, leaves_riders_alone_without_searches_and_where_the_vehicle_stands)
{
    struct service *s = nearer_vehicle_comes(0, 10);
    service_run(s, 11);
    SERVICE_TRACE(s, "[   10] vehicle 2 ride_arrived 2\n");
    service_free(s);
    s = nearer_vehicle_comes(4, 125); /* at e since 120 */
    cr_assert_eq(core_ride(s->core, (struct ride_id){1})->state, RIDE_ARRIVED);
    service_run(s, 126);
    SERVICE_TRACE(s, "[  125] vehicle 2 ride_arrived 2\n");
    service_free(s);
    s = nearer_vehicle_comes(4, 118); /* nearly there */
    service_run(s, 119);
    SERVICE_TRACE(s, "[  118] vehicle 2 ride_arrived 2\n");
    service_free(s);
}

/* Rider 2 is aboard while the vehicle waits for rider 3, and would be so for longer without rider 1
 * before. Vehicle 2, where rider 1 is, has a seat for nobody else. */
Test(improve, nobody_goes_whose_going_makes_anothers_ride_too_long)
{
    static const struct row {
        int64_t ride_extra_ms;
        uint32_t vehicle; /* of rider 1 in the end */
    } rows[] = {{65000, 1}, {95000, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct service *s = service_open("z--a--b--c--d--e--f\n");
        s->config.improve_searches = 8;
        s->config.weights.wait_s = 10; /* it would be worth it */
        s->config.max_ride_permille = 1000;
        s->config.max_ride_extra_ms = rows[i].ride_extra_ms;
        s->cars_turn = true;
        service_begin(s);
        service_vehicle(s, 1, 'z', 8, 0);
        service_book(s, .from = "a", .to = "b");
        service_book(s, .from = "b", .to = "f", .rider = 2, .party = 3);
        service_book(s, .from = "d", .to = "f", .rider = 3, .party = 3, .from_s = 200);
        service_run(s, 1);
        cr_assert_not_null(strstr(s->trace, "plan 1.3: +1a +2b -1b +3d -3f -2f\n"));
        service_vehicle(s, 2, 'a', 1, 0);
        service_vehicle(s, 3, 'f', 1, 0);
        service_book(s, .from = "f", .to = "e", .rider = 4);
        service_run(s, 5);
        const struct ride *ride = core_ride(s->core, (struct ride_id){1});
        cr_expect_eq(ride->vehicle.value, rows[i].vehicle, "row %zu: %s", i, s->trace);
        expect_promises(s, 0);
        service_free(s);
    }
}

/* Two of two vehicles have something to do, or two of seven. */
Test(improve, weighs_waiting_more_where_few_are_busy_and_no_window_bounds_it)
{
    static const struct row {
        bool limits_soft;
        uint32_t vehicles;
        int64_t vehicle_s;
        int64_t wait_s;
    } rows[] = {
        {false, 2, 10 * IMPROVE_FACTOR_BUSY, 7},
        {false, 7, 10 * IMPROVE_FACTOR_IDLE, 7},
        {true, 2, 10 * IMPROVE_FACTOR_BUSY, 7},
        {true, 7, 10 * IMPROVE_FACTOR_IDLE, 7 * IMPROVE_FACTOR_WAIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct service *s = service_open(LINE);
        s->config.improve_searches = 1;
        s->config.limits_soft = rows[i].limits_soft;
        s->config.weights.vehicle_s = 10;
        s->config.weights.wait_s = 7;
        service_begin(s);
        for (uint32_t v = 1; v <= rows[i].vehicles; v++) {
            service_vehicle(s, v, v == 1 ? 'a' : 'f', 1, 0);
        }
        service_book(s, .from = "a", .to = "b");
        service_book(s, .from = "f", .to = "e", .rider = 2);
        service_run(s, 1 + IMPROVE_LOOK_MS / 1000);
        service_book(s, .from = "c", .to = "d", .rider = 3);
        const struct core_weights *weights = &s->core->improving.weights;
        cr_expect_eq(weights->vehicle_s, rows[i].vehicle_s, "row %zu", i);
        cr_expect_eq(weights->wait_s, rows[i].wait_s, "row %zu", i);
        service_free(s);
    }
}
