/* Who is aboard comes first, held against every order of those aboard with all others left out. */
#include "core/hurry.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/live.h"
#include "crowd.h"

/* The drop-offs of who is aboard; returns how many there are. */
static uint32_t aboard(const struct plan *plan, const struct plan_item *items[PLAN_STOPS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].kind == STOP_DROPOFF &&
            live_stop(plan, plan->stops[i].ride, STOP_PICKUP) == UINT32_MAX) {
            items[count++] = &plan->stops[i];
        }
    }
    return count;
}

static int64_t late_ms(const struct plan *plan)
{
    const struct plan_item *items[PLAN_STOPS_MAX];
    const uint32_t count = aboard(plan, items);
    int64_t sum_ms = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int64_t over_ms = items[i]->arrive_ms - items[i]->latest_ms;
        sum_ms += over_ms > 0 ? over_ms : 0;
    }
    return sum_ms;
}

/* The oracle: is everybody in time whom the vehicle brings one after the other? */
static bool is_in_time(const struct service *s, const struct plan *plan,
                       const struct plan_item *const *items, uint32_t count)
{
    struct road_place place = plan->start;
    int64_t arrive_ms = plan_begin_ms(plan);
    int64_t depart_ms = arrive_ms;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || !road_place_equal(items[i]->place, place)) {
            arrive_ms = depart_ms + road_query_time(s->town->network.query, place, items[i]->place);
            depart_ms = arrive_ms;
        }
        if (arrive_ms > items[i]->latest_ms) {
            return false;
        }
        place = items[i]->place;
        depart_ms =
            arrive_ms + items[i]->dwell_ms > depart_ms ? arrive_ms + items[i]->dwell_ms : depart_ms;
    }
    return true;
}

/* ... in some order? The stops change places as in Heap's algorithm. */
static bool could_be_in_time(const struct service *s, const struct plan *plan)
{
    const struct plan_item *items[PLAN_STOPS_MAX];
    uint32_t turns[PLAN_STOPS_MAX] = {0};
    const uint32_t count = aboard(plan, items);
    cr_assert_leq(count, HURRY_PARTIES_MAX);
    if (is_in_time(s, plan, items, count)) {
        return true;
    }
    for (uint32_t i = 1; i < count;) {
        if (turns[i] == i) {
            turns[i++] = 0;
            continue;
        }
        const uint32_t other = i % 2 == 0 ? 0 : turns[i];
        const struct plan_item *item = items[other];
        items[other] = items[i];
        items[i] = item;
        if (is_in_time(s, plan, items, count)) {
            return true;
        }
        turns[i]++;
        i = 1;
    }
    return false;
}

/* The same stops, and those of who waits in the same order. */
static void expect_same_stops(const struct plan *before, const struct plan *after)
{
    uint32_t next = 0;
    cr_assert_eq(before->stop_count, after->stop_count);
    for (uint32_t i = 0; i < before->stop_count; i++) {
        const struct plan_item *item = &before->stops[i];
        cr_assert_neq(live_stop(after, item->ride, item->kind), UINT32_MAX);
        if (item->kind == STOP_PICKUP) {
            const uint32_t at = live_stop(after, item->ride, STOP_PICKUP);
            cr_assert_geq(at, next);
            next = at;
        }
    }
}

struct tally {
    uint32_t late;    /* plans that bring somebody late, ... */
    uint32_t mended;  /* ... and then nobody any more, ... */
    uint32_t turned;  /* ... those aboard in another order; */
    uint32_t in_time; /* plans left alone */
};

static bool keeps_their_order(const struct plan *before, const struct plan *after)
{
    const struct plan_item *was[PLAN_STOPS_MAX] = {0};
    const struct plan_item *is[PLAN_STOPS_MAX] = {0};
    const uint32_t count = aboard(before, was);
    (void)aboard(after, is);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert(was[i] != NULL && is[i] != NULL);
        if (was[i]->ride.value != is[i]->ride.value) {
            return false;
        }
    }
    return true;
}

/* The vehicle is somewhere else than was thought, and whoever is aboard has so much time left. */
static void displace(struct service *s, uint32_t v, struct random *random)
{
    struct core *core = s->core;
    struct plan plan = core->plans[v];
    for (uint32_t i = 0; i < plan.stop_count; i++) {
        if (plan.stops[i].kind == STOP_DROPOFF &&
            live_stop(&plan, plan.stops[i].ride, STOP_PICKUP) == UINT32_MAX) {
            plan.stops[i].latest_ms = s->now_ms + random_between(random, 30, 400) * 1000;
        }
    }
    plan.start = core->vehicles[v].place =
        road_place_at_node((uint32_t)random_below(random, s->town->graph.node_count));
    plan.start_ms = s->now_ms;
    plan.under_way = false;
    (void)live_measure(core, &plan, 0);
    live_replace(core, v, &plan);
}

static void try_one(struct service *s, uint32_t v, struct random *random, struct tally *tally)
{
    struct plan *plan = &s->core->plans[v];
    const struct plan kept = *plan;
    const struct road_place place = s->core->vehicles[v].place;
    const struct plan_item *items[PLAN_STOPS_MAX];
    live_refresh(s->core, v);
    if (plan->standing || aboard(plan, items) == 0 || aboard(plan, items) > HURRY_PARTIES_MAX) {
        return;
    }
    displace(s, v, random);
    const struct plan before = *plan;
    const bool has_changed = hurry_aboard(s->core, v);
    expect_same_stops(&before, plan);
    if (late_ms(&before) == 0) {
        cr_assert_not(has_changed);
        cr_assert_arr_eq(plan, &before, sizeof before);
        tally->in_time++;
    } else {
        tally->late++;
        cr_assert_leq(late_ms(plan), late_ms(&before));
        if (plan->committed == 0 && could_be_in_time(s, plan)) {
            cr_assert_eq(late_ms(plan), 0);
            tally->mended++;
            tally->turned += !keeps_their_order(&before, plan);
        }
    }
    s->core->vehicles[v].place = place;
    live_replace(s->core, v, &kept);
}

Test(hurry, brings_those_aboard_in_time_wherever_leaving_out_all_others_would)
{
    struct tally tally = {0};
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct service *s = crowd_open();
        struct random random;
        random_init(&random, seed + 900);
        crowd_begin(s, seed);
        int64_t time_s = 0;
        for (int i = 0; i < 100; i++) {
            crowd_book(s, &random, 20);
            time_s += random_between(&random, 0, 40);
            service_run(s, time_s);
            s->core->now_ms = s->core->fleet.now_ms = s->now_ms;
            for (uint32_t v = 0; v < s->core->fleet.count; v++) {
                try_one(s, v, &random, &tally);
            }
        }
        service_free(s);
    }
    cr_log_info("%u in time, %u late, %u mended, %u in another order", tally.in_time, tally.late,
                tally.mended, tally.turned);
    cr_assert_gt(tally.in_time, 500);
    cr_assert_gt(tally.mended, 300);
    cr_assert_gt(tally.turned, 100);
    cr_assert_gt(tally.late, tally.mended);
}
