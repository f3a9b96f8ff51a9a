/* Why a ride got its vehicle and a trip none, in a street where all figures can be counted by hand:
 * 30 s from each letter to the next, 30 s to board, 20 s to alight. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "core/explain.h"
#include "tests/core/service.h"

#define STREET "a--b--c--d--e--f--g--h\n"

/* Where the service stands when somebody asks, and what then stands in the way. */
struct row {
    const char *what;
    int64_t max_wait_s;
    int64_t ride_extra_s; /* beyond the direct ride */
    char vehicle_at;
    uint8_t seats;
    char small_at;              /* another, of one seat */
    int64_t shift_s;            /* the vehicle's ends then; 0 never */
    const char *closed;         /* an arc that the vehicle would need, or NULL */
    bool is_mute;               /* the vehicle fell silent */
    struct service_trip before; /* who booked first; from NULL nobody */
    int64_t asks_s;             /* ... and the other asks so much later */
    struct service_trip trip;
    enum reason_constraint constraint;
    int64_t over_s;
    int64_t told_over_s; /* ... as the rider is told */
    bool has_nearest;
};

static const struct row rows[] = {
    {.what = "five seats, of four",
     .seats = 4,
     .trip = {.from = "b", .to = "c", .party = 5},
     .constraint = REASON_CONSTRAINT_SEATS},
    {.what = "a wheelchair space, of none",
     .seats = 4,
     .trip = {.from = "b", .to = "c", .wheelchairs = 1},
     .constraint = REASON_CONSTRAINT_WHEELCHAIR},
    {.what = "at b after 30 s, away at 60, at e at 150",
     .seats = 4,
     .trip = {.from = "b", .to = "e", .arrive_by_s = 100},
     .constraint = REASON_CONSTRAINT_ARRIVE_BY,
     .over_s = 50,
     .told_over_s = 50,
     .has_nearest = true},
    {.what = "on the way at c, but to b only after h: away at 120, h at 270, b at 470",
     .max_wait_s = 120,
     .ride_extra_s = 60,
     .seats = 4,
     .before = {.from = "a", .to = "h"},
     .trip = {.from = "c", .to = "b", .rider = 2},
     .constraint = REASON_CONSTRAINT_RIDE_TIME,
     .over_s = 350 - 90,
     .told_over_s = 350 - 90,
     .has_nearest = true},
    {.what = "alone, where another would be aboard",
     .max_wait_s = 120,
     .seats = 4,
     .before = {.from = "a", .to = "h"},
     .trip = {.from = "b", .to = "c", .rider = 2, .private = true},
     .constraint = REASON_CONSTRAINT_SHARING,
     .has_nearest = true},
    {.what = "a seat, where both are taken",
     .max_wait_s = 120,
     .seats = 2,
     .before = {.from = "a", .to = "h", .party = 2},
     .trip = {.from = "b", .to = "c", .rider = 2},
     .constraint = REASON_CONSTRAINT_FULL,
     .has_nearest = true},
    {.what = "stands of 50 s, where the one aboard has 20 s to spare",
     .max_wait_s = 120,
     .ride_extra_s = 20,
     .seats = 4,
     .before = {.from = "a", .to = "h"},
     .asks_s = 10,
     .trip = {.from = "b", .to = "c", .rider = 2},
     .constraint = REASON_CONSTRAINT_OTHERS,
     .over_s = 30,
     .told_over_s = 0,
     .has_nearest = true},
    {.what = "two seats, where both are taken, and a vehicle of one seat near by",
     .max_wait_s = 120,
     .seats = 2,
     .small_at = 'c',
     .before = {.from = "a", .to = "h", .party = 2},
     .trip = {.from = "b", .to = "c", .rider = 2, .party = 2},
     .constraint = REASON_CONSTRAINT_FULL,
     .has_nearest = true},
    {.what = "stands of 50 s on the way to h, where one is met at 210 and at 235 at the latest",
     .max_wait_s = 235,
     .seats = 4,
     .before = {.from = "h", .to = "g"},
     .trip = {.from = "b", .to = "c", .rider = 2},
     .constraint = REASON_CONSTRAINT_OTHERS,
     .over_s = 25,
     .has_nearest = true},
    {.what = "120 s away, of 60",
     .max_wait_s = 60,
     .vehicle_at = 'e',
     .seats = 4,
     .trip = {.from = "a", .to = "c"},
     .constraint = REASON_CONSTRAINT_WAIT,
     .over_s = 60,
     .told_over_s = 60,
     .has_nearest = true},
    {.what = "away at 60, when the shift has ended at 45",
     .seats = 4,
     .shift_s = 45,
     .trip = {.from = "b", .to = "c"},
     .constraint = REASON_CONSTRAINT_SHIFT,
     .over_s = 15},
    {.what = "nobody is heard",
     .seats = 4,
     .is_mute = true,
     .trip = {.from = "b", .to = "c"},
     .constraint = REASON_CONSTRAINT_NO_SERVICE},
    {.what = "cut off",
     .seats = 4,
     .closed = "bc",
     .trip = {.from = "d", .to = "e"},
     .constraint = REASON_CONSTRAINT_SEVERAL},
};

static struct service *begin(const struct row *row)
{
    struct service *s = service_open(STREET);
    if (row->max_wait_s > 0) {
        s->config.max_wait_ms = row->max_wait_s * 1000;
    }
    if (row->ride_extra_s > 0) {
        s->config.max_ride_permille = 1000;
        s->config.max_ride_extra_ms = row->ride_extra_s * 1000;
    }
    char vehicle_at = row->vehicle_at;
    if (vehicle_at == '\0') {
        vehicle_at = 'a';
    }
    service_begin(s);
    service_vehicle(s, 1, vehicle_at, row->seats, 0);
    if (row->small_at != '\0') {
        service_vehicle(s, 2, row->small_at, 1, 0);
    }
    if (row->shift_s > 0) {
        struct fact_vehicle enrolled = state_vehicle(s->core->state, 0)->enrolled;
        const struct event event = {.kind = EVENT_ENROL,
                                    .enrol = {.vehicle = enrolled.vehicle,
                                              .seats = enrolled.seats,
                                              .from_ms = enrolled.from_ms,
                                              .until_ms = SERVICE_START_MS + row->shift_s * 1000,
                                              .home = {.point = town_point(s->town, 'a', 0, 0),
                                                       .node = enrolled.home.node}}};
        service_step(s, &event);
    }
    if (row->closed != NULL) {
        (void)road_metric_set(&s->town->network.metric, town_arc(s->town, row->closed),
                              ROAD_CLOSED);
    }
    if (row->is_mute) {
        service_car(s, 1)->muted = true;
        service_run(s, 100);
    }
    if (row->before.from != NULL) {
        cr_assert_neq(service_book_trip(s, &row->before), 0, "%s", row->what);
        service_run(s, row->asks_s);
    }
    return s;
}

Test(explain, names_what_stands_in_the_way_of_each_refused_trip)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct service *s = begin(row);
        struct insertion_counts before;
        struct insertion_counts after;
        core_search_counts(s->core, &before);
        const uint64_t digest = core_digest(s->core);
        cr_assert_eq(service_book_trip(s, &row->trip), 0, "%s: booked", row->what);
        core_search_counts(s->core, &after);
        const struct reason_refused *why = &s->refused.why;
        const struct message_refused *told = &s->answer.refused;
        cr_expect_eq(why->constraint, row->constraint, "%s: %s", row->what,
                     reason_constraint_text(why->constraint));
        cr_expect_eq(why->over_ms, row->over_s * 1000, "%s: %ld", row->what, (long)why->over_ms);
        cr_expect_eq(told->constraint, row->constraint, "%s", row->what);
        cr_expect_eq(told->over_ms, row->told_over_s * 1000, "%s", row->what);
        cr_expect_eq(why->has_nearest, row->has_nearest, "%s", row->what);
        cr_expect_eq(why->nearest.vehicle.value, row->has_nearest ? 1 : VEHICLE_NONE.value);
        cr_expect_leq(after.searches - before.searches, 1 + EXPLAIN_SEARCHES_MAX, "%s", row->what);
        cr_expect_neq(core_digest(s->core), digest); /* it is counted */
        if (row->constraint == REASON_CONSTRAINT_WAIT) {
            cr_expect_eq(told->alternative.pickup_ms, SERVICE_START_MS + 120000);
        }
        service_free(s);
    }
}

/* What would break a promise or a limit is only looked at: the plans are as before. */
Test(explain, leaves_plans_as_they_are)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct service *s = begin(&rows[i]);
        const struct plan before = s->core->plans[0];
        cr_assert_eq(service_book_trip(s, &rows[i].trip), 0);
        const struct plan after = s->core->plans[0];
        cr_assert_eq(after.stop_count, before.stop_count);
        cr_assert_eq(after.start_ms, before.start_ms);
        for (uint32_t stop = 0; stop < before.stop_count; stop++) {
            cr_assert_eq(after.stops[stop].ride.value, before.stops[stop].ride.value);
            cr_assert_eq(after.stops[stop].arrive_ms, before.stops[stop].arrive_ms);
            cr_assert_eq(after.stops[stop].latest_ms, before.stops[stop].latest_ms);
        }
        service_free(s);
    }
}

static void ask(struct service *s, uint64_t ride, bool is_operator)
{
    const struct event event = {
        .kind = EVENT_EXPLAIN_RIDE,
        .request = {9},
        .ride = {.any_rider = is_operator, .rider = {0, 1}, .ride = {ride}},
    };
    service_step(s, &event);
}

static void expect_option(const struct reason_option *option, const struct reason_option *expected)
{
    cr_expect_eq(option->vehicle.value, expected->vehicle.value);
    cr_expect_eq(option->vehicle_ms, expected->vehicle_ms, "%d", option->vehicle_ms);
    cr_expect_eq(option->wait_ms, expected->wait_ms, "%d", option->wait_ms);
    cr_expect_eq(option->ride_ms, expected->ride_ms, "%d", option->ride_ms);
    cr_expect_eq(option->others_wait_ms, expected->others_wait_ms, "%d", option->others_wait_ms);
    cr_expect_eq(option->others_ride_ms, expected->others_ride_ms, "%d", option->others_ride_ms);
    cr_expect_eq(option->pickup_ms, expected->pickup_ms, "%ld", (long)option->pickup_ms);
    cr_expect_eq(option->cost, expected->cost, "%ld", (long)option->cost);
}

/* Vehicle 1 passes b on its way with ride 1 from a to d; vehicle 2 stands at e. */
Test(explain, shows_operators_what_each_vehicle_would_have_taken)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_eq(service_book(s, .from = "a", .to = "d"), 1);
    service_vehicle(s, 2, 'e', 4, 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d", .rider = 2), 2);
    ask(s, 2, true);
    cr_assert_eq(s->answer.kind, MESSAGE_EXPLANATION);
    const struct explanation_view *view = &s->answer.explanation;
    cr_assert_eq(view->ride.value, 2);
    cr_assert_eq(view->vehicle.value, 1);
    cr_assert_eq(view->booked_ms, SERVICE_START_MS);
    cr_assert_eq(view->reason.option_count, 2);
    cr_assert_eq(view->reason.moved_count, 0);
    /* At b at 60, away at 90: 30 s more for the vehicle and for ride 1; both alight together. */
    expect_option(&view->reason.options[0],
                  &(struct reason_option){.vehicle = {1},
                                          .vehicle_ms = 30000,
                                          .wait_ms = 90000,
                                          .ride_ms = 60000,
                                          .others_ride_ms = 30000,
                                          .pickup_ms = SERVICE_START_MS + 60000,
                                          .cost = 210000});
    /* At b at 90, away at 120, at d at 180, 20 s there. */
    expect_option(&view->reason.options[1],
                  &(struct reason_option){.vehicle = {2},
                                          .vehicle_ms = 200000,
                                          .wait_ms = 120000,
                                          .ride_ms = 60000,
                                          .pickup_ms = SERVICE_START_MS + 90000,
                                          .cost = 380000});
    service_free(s);
}

Test(explain, is_for_operators_alone)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_eq(service_book(s, .from = "a", .to = "d"), 1);
    ask(s, 1, false); /* even its own rider */
    cr_assert_eq(s->answer.kind, MESSAGE_ERROR);
    cr_assert_eq(s->answer.error, MESSAGE_ERROR_NOT_FOUND);
    ask(s, 7, true);
    cr_assert_eq(s->answer.error, MESSAGE_ERROR_NOT_FOUND);
    service_free(s);
}

/* The same ride in an empty vehicle and in one where another loses by it: its rider reads the same.
 */
Test(explain, tells_riders_nothing_of_others)
{
    struct ride_reason told[2];
    int32_t lost_ms[2];
    for (int i = 0; i < 2; i++) {
        struct service *s = service_open(STREET);
        service_begin(s);
        service_vehicle(s, 1, 'a', 4, 0);
        if (i == 1) {
            cr_assert_neq(service_book(s, .from = "c", .to = "g", .rider = 2, .from_s = 300), 0);
        }
        const uint64_t ride = service_book(s, .from = "a", .to = "h", .rider = 3);
        cr_assert_neq(ride, 0);
        told[i] = s->answer.ride.reason;
        lost_ms[i] = core_ride(s->core, (struct ride_id){ride})->reason.options[0].others_wait_ms;
        service_free(s);
    }
    cr_assert_eq(lost_ms[0], 0);
    cr_assert_gt(lost_ms[1], 0);
    cr_assert_eq(told[0].why, RIDE_WHY_BEST);
    cr_assert_eq(told[0].why, told[1].why);
    cr_assert_eq(told[0].wait_ms, told[1].wait_ms);
    cr_assert_eq(told[0].saved_ms, told[1].saved_ms);
}

static struct reason kept(const struct service *s, uint64_t ride)
{
    return core_ride(s->core, (struct ride_id){ride})->reason;
}

Test(explain, a_restart_keeps_what_was_decided)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'e', 4, 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d"), 1);
    const struct reason before = kept(s, 1);
    cr_assert_eq(before.option_count, 2);
    service_restart(s);
    const struct reason after = kept(s, 1);
    cr_assert_eq(after.option_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        expect_option(&after.options[i], &before.options[i]);
    }
    service_free(s);
}

/* Vehicle 2 comes into service where the rider waits for vehicle 1, which is far away. */
Test(explain, a_move_to_a_better_vehicle_says_what_it_saves)
{
    struct service *s = service_open(STREET);
    s->config.improve_searches = 4;
    service_begin(s);
    service_vehicle(s, 1, 'h', 4, 0);
    cr_assert_eq(service_book(s, .from = "c", .to = "b"), 1);
    service_vehicle(s, 2, 'c', 4, 0);
    cr_assert_eq(service_book(s, .from = "g", .to = "h", .rider = 2), 2);
    service_run(s, 1);
    const struct ride *ride = core_ride(s->core, (struct ride_id){1});
    cr_assert_eq(ride->vehicle.value, 2);
    cr_assert_eq(ride->reason.options[0].vehicle.value, 1); /* what was decided then stays */
    const struct reason_moved *moved = &ride->reason.moved;
    cr_assert_eq(ride->reason.moved_count, 1);
    cr_assert_eq(ride->reason.moved_ms, SERVICE_START_MS);
    cr_assert_eq(moved->move, REASON_MOVE_BETTER);
    cr_assert_eq(moved->from.value, 1);
    cr_assert_eq(moved->option.vehicle.value, 2);
    cr_assert_eq(moved->option.pickup_ms, SERVICE_START_MS);
    cr_assert_eq(moved->option.vehicle_ms, 30000 + 30000 + 20000);
    /* Without it vehicle 1 drives from h to g and back, and not to b: 5 legs each way, two stands.
     */
    cr_assert_gt(moved->saved_vehicle_ms, 0);
    cr_assert_gt(moved->saved_cost, moved->saved_vehicle_ms);
    const struct ride_reason told = explain_to_rider(ride);
    cr_assert_eq(told.why, RIDE_WHY_BETTER);
    cr_assert_eq(told.saved_ms, moved->saved_vehicle_ms);
    service_free(s);
}

Test(explain, a_move_from_a_silent_vehicle_says_so)
{
    struct service *s = service_open(STREET);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'h', 4, 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d"), 1);
    service_car(s, 1)->muted = true;
    service_run(s, 60);
    const struct ride *ride = core_ride(s->core, (struct ride_id){1});
    cr_assert_eq(ride->vehicle.value, 2);
    cr_assert_eq(ride->reason.moved.move, REASON_MOVE_SILENT);
    cr_assert_eq(ride->reason.moved.from.value, 1);
    cr_assert_eq(explain_to_rider(ride).why, RIDE_WHY_SILENT);
    service_free(s);
}

/* A ride of a journal from before reasons were kept, or moved by a release that did not say why. */
Test(explain, says_nothing_where_it_does_not_know)
{
    struct ride ride = {.vehicle = {4}};
    cr_assert_eq(explain_to_rider(&ride).why, RIDE_WHY_NONE);
    ride.reason.option_count = 1;
    ride.reason.options[0].vehicle.value = 3;
    cr_assert_eq(explain_to_rider(&ride).why, RIDE_WHY_NONE);
    ride.vehicle = (struct vehicle_id){3};
    cr_assert_eq(explain_to_rider(&ride).why, RIDE_WHY_BEST);
    ride.vehicle = VEHICLE_NONE;
    cr_assert_eq(explain_to_rider(&ride).why, RIDE_WHY_NONE);
}

Test(explain, remembers_the_last_refusals_for_operators_but_not_whose)
{
    struct service *s = service_open(STREET);
    s->config.max_wait_ms = 60000;
    service_begin(s);
    service_vehicle(s, 1, 'e', 4, 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "b"), 0); /* its reason says it all */
    cr_assert_null(state_refusal(s->core->state, 0));
    for (uint32_t i = 0; i < STATE_REFUSALS_MAX + 20; i++) {
        cr_assert_eq(service_book(s, .from = i % 2 == 0 ? "a" : "b", .to = "c", .rider = 1 + i % 7),
                     0);
    }
    for (int restarts = 0; restarts < 2; restarts++) {
        cr_assert_null(state_refusal(s->core->state, STATE_REFUSALS_MAX));
        for (uint32_t back = 0; back < STATE_REFUSALS_MAX; back++) {
            const struct fact_snapshot_refusal *kept = state_refusal(s->core->state, back);
            cr_assert_eq(kept->at_ms, SERVICE_START_MS);
            cr_assert_eq(kept->refused.why.constraint, REASON_CONSTRAINT_WAIT);
            cr_assert_eq(kept->refused.why.over_ms, back % 2 == 0 ? 30000 : 60000);
        }
        service_restart(s);
    }
    struct core_output *output = malloc(sizeof *output);
    cr_assert_not_null(output);
    const struct event event = {.kind = EVENT_LIST_REFUSALS, .request = {9}};
    core_step(s->core, s->now_ms, &event, output);
    cr_assert_eq(output->fact_count, 0);
    cr_assert_eq(output->message_count, STATE_REFUSALS_MAX + 1);
    for (uint32_t i = 0; i < STATE_REFUSALS_MAX; i++) {
        const struct fact_refused *refused = &output->messages[i].refusal.refused;
        cr_assert_eq(output->messages[i].kind, MESSAGE_REFUSAL);
        cr_assert_eq(refused->why.over_ms, i % 2 == 0 ? 30000 : 60000);
        cr_assert(rider_id_equal(refused->rider, (struct rider_id){0}));
        cr_assert(booking_key_equal(refused->key, (struct booking_key){0}));
    }
    cr_assert_eq(output->messages[STATE_REFUSALS_MAX].kind, MESSAGE_LIST_END);
    free(output);
    service_free(s);
}
