/* Random events against the auditor of service.c, which looks at every step: the books balance,
 * holds are for rides under way alone, a ride is in one plan at the most, nobody is over capacity,
 * and the facts alone lead to the same state. */
#include <criterion/criterion.h>

#include "base/random.h"
#include "tests/core/service_energy.h"

#define SOAK_MAP                                                                                   \
    "a--b--c--d\n"                                                                                 \
    "|  |  v  |\n"                                                                                 \
    "e--f>>g--h\n"                                                                                 \
    "|  ^     |\n"                                                                                 \
    "i--j--k--l\n"
#define SOAK_NODES 12

static const char *node(struct random *random)
{
    static const char letters[SOAK_NODES][2] = {"a", "b", "c", "d", "e", "f",
                                                "g", "h", "i", "j", "k", "l"};
    return letters[random_below(random, SOAK_NODES)];
}

static void wild_report(struct service *s, struct random *random)
{
    const struct service_car *car = &s->cars[random_below(random, s->car_count)];
    const struct event event = {
        .kind = EVENT_REPORT,
        .report = {.vehicle = {car->number},
                   .seq = car->seq + random_below(random, 3),
                   .epoch = state_counters(s->core->state)->epoch,
                   .plan_id = car->plan.plan_id + 1, /* never the one it has */
                   .kind = REPORT_ARRIVED + (enum report_kind)random_below(random, 5),
                   .ride = {random_below(random, state_counters(s->core->state)->next_ride + 1)},
                   .stop = STOP_PICKUP + (enum stop_kind)random_below(random, 2)}};
    service_step(s, &event);
}

static void toggle_mute(struct service *s, struct random *random)
{
    struct service_car *car = &s->cars[random_below(random, s->car_count)];
    car->muted = !car->muted;
    if (!car->muted) {
        car->standing = false;
        car->driving = false;
        service_hello(s, car->number);
    } else if (random_below(random, 2) == 0) {
        const struct event event = {.kind = EVENT_GONE, .gone = {car->number}};
        service_step(s, &event);
    }
}

static void restart(struct service *s)
{
    service_restart(s);
    for (uint32_t i = 0; i < s->car_count; i++) {
        if (!s->cars[i].muted) {
            service_hello(s, s->cars[i].number);
        }
    }
}

static void act(struct service *s, struct random *random)
{
    const uint64_t next = state_counters(s->core->state)->next_ride;
    const int64_t now_s = (s->now_ms - SERVICE_START_MS) / 1000;
    const uint64_t dice = random_below(random, 100);
    if (dice < 60) {
        service_book(
            s, .from = node(random), .to = node(random), .rider = 1 + random_below(random, 30),
            .party = (uint8_t)(1 + random_below(random, 3)),
            .wheelchairs = (uint8_t)(random_below(random, 10) == 0),
            .private = random_below(random, 5) == 0, .key = random_below(random, 20) == 0 ? 7 : 0,
            .from_s = random_below(random, 4) == 0 ? now_s + random_between(random, 0, 1200) : 0);
    } else if (dice < 75 && next > 1) {
        const uint64_t ride = 1 + random_below(random, next - 1);
        const struct ride *known = core_ride(s->core, (struct ride_id){ride});
        service_cancel(s, ride, known != NULL ? known->rider.low : 1);
    } else if (dice < 85) {
        wild_report(s, random);
    } else if (dice < 90) {
        toggle_mute(s, random);
    } else if (dice < 93) {
        struct service_car *car = &s->cars[random_below(random, s->car_count)];
        car->riders_absent = !car->riders_absent;
    } else if (dice < 94) {
        restart(s);
    }
}

/* Close a road, or open one. */
static void change_road(struct service *s, enum event_kind kind, uint32_t arc)
{
    struct event event = {.kind = kind, .request = {80}};
    event.road = (struct event_road){.by = {1, 2}, .arc = arc, .reason = "soak"};
    service_step(s, &event);
}

static void change_some_road(struct service *s, struct random *random)
{
    const uint32_t arc_count = s->town->graph.arc_count;
    if (random_below(random, 4) == 0) {
        const bool closes = state_closures_count(s->core->state) < arc_count / 4;
        change_road(s, closes ? EVENT_CLOSE_ROAD : EVENT_OPEN_ROAD,
                    (uint32_t)random_below(random, arc_count));
    }
    if (state_closures_count(s->core->state) > 0 && random_below(random, 8) == 0) {
        change_road(s, EVENT_OPEN_ROAD, state_closures_at(s->core->state, 0)->arc);
    }
}

/* What was told after some fact is late. */
static void tell_late(struct service *s, struct random *random)
{
    const uint64_t told_seq = core_seq(s->core) - random_below(random, 10);
    service_step(s, &(struct event){.kind = EVENT_PLANS_LATE, .told_seq = told_seq});
}

static void open_all(struct service *s)
{
    while (state_closures_count(s->core->state) > 0) {
        change_road(s, EVENT_OPEN_ROAD, state_closures_at(s->core->state, 0)->arc);
    }
}

enum soak_kind { SOAK_HARD, SOAK_SOFT, SOAK_CLOSURES, SOAK_VISITS };

/* Some vehicle says that it has less, or more, left. */
static void change_charge(struct service *s, struct random *random)
{
    const struct service_car *car = &s->cars[random_below(random, s->car_count)];
    if (!car->muted && !car->driving) {
        service_energy_charge(
            s, car->number,
            (int32_t)random_between(random, random_below(random, 10) == 0 ? 0 : 250, 1000));
    }
}

static uint64_t soak(uint64_t seed, uint32_t events, enum soak_kind kind)
{
    struct service *s = service_open(SOAK_MAP);
    struct random random;
    random_init(&random, seed);
    s->policy.caps[0].caps.day_pence = 1000;
    s->policy.caps[0].caps.week_pence = 2500;
    s->config.limits_soft = kind == SOAK_SOFT || (kind == SOAK_CLOSURES && seed % 2 == 0);
    s->config.improve_searches = kind == SOAK_CLOSURES ? 4 : 0;
    s->cars_turn = kind == SOAK_CLOSURES;
    if (kind == SOAK_VISITS) {
        s->battery_wh = 6000;
        s->config.energy.clean_every_ms = 3600000;
        service_energy_station(s, 'd', 1, 10000);
        service_energy_station(s, 'i', 2, 5000);
    }
    service_begin(s);
    for (uint32_t i = 0; i < 5; i++) {
        service_vehicle(s, i + 1, node(&random)[0], (uint8_t)(2 + i), (uint8_t)(i % 2));
    }
    int64_t time_s = 0;
    for (uint32_t i = 0; i < events; i++) {
        act(s, &random);
        if (kind == SOAK_CLOSURES) {
            change_some_road(s, &random);
            if (random_below(&random, 20) == 0) {
                tell_late(s, &random);
            }
        }
        if (kind == SOAK_VISITS && random_below(&random, 20) == 0) {
            change_charge(s, &random);
        }
        time_s += random_between(&random, 0, 40);
        service_run(s, time_s);
    }
    open_all(s);
    for (uint32_t i = 0; i < s->car_count; i++) { /* all come back, and finish */
        if (s->cars[i].muted) {
            s->cars[i].muted = s->cars[i].standing = s->cars[i].driving = false;
            service_hello(s, s->cars[i].number);
        }
    }
    service_run(s, time_s + 20000);
    const struct statistics_view view = service_statistics(s);
    cr_assert_eq(view.waiting_count, 0);
    cr_assert_eq(view.aboard_count, 0);
    cr_assert_eq(view.held_pence, 0);
    cr_assert_gt(view.alighted_count,
                 events / (kind == SOAK_CLOSURES ? 16
                           : kind == SOAK_VISITS ? 12
                                                 : 8),
                 "%d", (int)view.alighted_count);
    const uint64_t digest = core_digest(s->core);
    service_free(s);
    return digest;
}

Test(soak, random_events_break_no_invariant)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        soak(seed, 500, seed % 2 == 0 ? SOAK_SOFT : SOAK_HARD);
    }
}

Test(soak, roads_that_close_and_open_break_no_invariant)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        soak(seed, 500, SOAK_CLOSURES);
    }
}

Test(soak, visits_to_stations_break_no_invariant)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        soak(seed, 500, SOAK_VISITS);
    }
}

Test(soak, equal_events_lead_to_equal_states)
{
    cr_assert_eq(soak(42, 300, SOAK_CLOSURES), soak(42, 300, SOAK_CLOSURES));
    cr_assert_neq(soak(42, 300, SOAK_CLOSURES), soak(43, 300, SOAK_CLOSURES));
}
