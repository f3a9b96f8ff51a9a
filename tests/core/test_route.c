/* Bounds against detours that are really driven: random plans with a leg made longer, or with one
 * more stand between two stops. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/route.h"
#include "situation.h"

#define DETOUR_RIDE 5000

static const struct road_place nowhere = {.node = SMALL_TOWN_NODES, .arc = ROAD_NONE};

/* A scheduled plan that keeps its limits; false when this one does not. */
static bool make_plan(const struct situation *s, struct random *random, struct plan *plan)
{
    situation_vehicle(s, random, plan, 1);
    plan_refresh(plan, s->now_ms, &s->config);
    return plan->stop_count > 0 && plan_schedule(plan, &s->config);
}

static bool is_first_of_stand(const struct plan *plan, uint32_t at)
{
    return at == 0 ? plan_stand_pending(plan) == 0
                   : !plan_shares_stand(&plan->stops[at - 1], &plan->stops[at]);
}

/* Does the plan keep its limits with a drive before stop `at` that is so much longer? */
static bool keeps_with_longer_leg(const struct plan *plan, uint32_t at, int64_t longer_ms,
                                  const struct core_config *config)
{
    struct plan longer = *plan;
    longer.stops[at].leg_ms += longer_ms;
    return plan_schedule(&longer, config);
}

/* Does it keep them when it stands somewhere else before stop `at`, with as long a detour? The
 * detour is longer than the stand takes. */
static bool keeps_with_stand(const struct plan *plan, uint32_t at, int64_t detour_ms,
                             const struct core_config *config)
{
    const int64_t stand_ms =
        config->pickup_ms > config->dropoff_ms ? config->pickup_ms : config->dropoff_ms;
    struct plan longer = *plan;
    struct plan_item stop = {.ride = {DETOUR_RIDE},
                             .kind = STOP_PICKUP,
                             .place = nowhere,
                             .latest_ms = INT64_MAX,
                             .ride_max_ms = INT64_MAX,
                             .shared = true,
                             .dwell_ms = (int32_t)stand_ms};
    uint32_t count = situation_put(longer.stops, plan->stop_count, at, &stop);
    stop.kind = STOP_DROPOFF;
    count = situation_put(longer.stops, count, at + 1, &stop);
    longer.stop_count = (uint8_t)count;
    longer.stops[at].leg_ms = plan->stops[at].leg_ms;
    longer.stops[at + 2].leg_ms = detour_ms - stand_ms;
    return plan_schedule(&longer, config);
}

static bool waits(const struct plan *plan, const struct route *route)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) { /* one who comes later holds up a stand */
        if (plan->stops[i].earliest_ms > plan->stops[i].arrive_ms) {
            return true;
        }
    }
    return route->waits_ms[0] > 0;
}

struct tally {
    uint32_t broken; /* detours a millisecond longer than there is room for */
    uint32_t kept;   /* ... and those that just fit */
    uint32_t within; /* broken in the middle of a stand */
    uint32_t loose;
};

static void check_position(const struct plan *plan, const struct route *route, uint32_t at,
                           const struct core_config *config, struct tally *tally)
{
    const int64_t room_ms = route->room_ms[at];
    cr_assert_geq(room_ms, 0);
    cr_assert_leq(room_ms, route->late_ms[at]);
    const bool first = is_first_of_stand(plan, at);
    if (room_ms < ROUTE_NO_LIMIT_MS && first) {
        cr_assert_not(keeps_with_longer_leg(plan, at, room_ms + 1, config));
        tally->broken++;
    }
    if (room_ms < ROUTE_NO_LIMIT_MS && (first || at > 0) && room_ms >= 60000 &&
        !plan->private_aboard) {
        cr_assert_not(keeps_with_stand(plan, at, room_ms + 1, config));
        tally->within += !first;
    }
    if (first && !waits(plan, route)) {
        const int64_t longer_ms = room_ms < ROUTE_NO_LIMIT_MS ? room_ms : 86400000;
        cr_assert(keeps_with_longer_leg(plan, at, longer_ms, config));
        tally->kept++;
    }
}

Test(route, room_is_the_longest_detour_that_breaks_no_limit)
{
    struct random random;
    struct tally tally = {0};
    random_init(&random, 11);
    for (int t = 0; t < 40; t++) {
        struct small_town town;
        struct situation s;
        small_town_make(&town, &random);
        situation_make(&s, &random, &town);
        for (int n = 0; n < 1000; n++) {
            struct plan plan;
            struct route route;
            situation_config(&s, &random);
            if (!make_plan(&s, &random, &plan)) {
                continue;
            }
            route_make(&route, &plan);
            cr_assert_eq(plan_weigh(&route.parts, &s.config), plan_cost(&plan, &s.config));
            tally.loose += route.loose;
            for (uint32_t at = plan.committed; !route.loose && at < plan.stop_count; at++) {
                check_position(&plan, &route, at, &s.config, &tally);
            }
        }
        small_town_free(&town);
    }
    cr_assert_gt(tally.broken, 10000);
    cr_assert_gt(tally.kept, 10000);
    cr_assert_gt(tally.within, 10);
    cr_assert_gt(tally.loose, 100);
}

/* ---- By hand ---- */

static const struct core_config config = {
    .pickup_ms = 30000, .dropoff_ms = 20000, .weights = {1, 1, 1}};

static struct plan_item stop(enum stop_kind kind, uint64_t ride, uint32_t node, int64_t latest_ms)
{
    return (struct plan_item){.ride = {ride},
                              .kind = kind,
                              .place = {.node = node, .arc = ROAD_NONE},
                              .latest_ms = latest_ms,
                              .ride_max_ms = INT64_MAX,
                              .seats = 1,
                              .shared = true,
                              .dwell_ms = plan_dwell_ms(&config, kind, 0),
                              .leg_ms = 10000};
}

/* From 1,000,000 on: to a pick-up, another, and both drop-offs, ten seconds from each other. */
static struct plan two_riders(void)
{
    struct plan plan = {.start = {.node = 0, .arc = ROAD_NONE},
                        .start_ms = 1000000,
                        .until_ms = INT64_MAX,
                        .seats = 4,
                        .stop_count = 4};
    plan.stops[0] = stop(STOP_PICKUP, 1, 1, INT64_MAX);
    plan.stops[1] = stop(STOP_PICKUP, 2, 2, INT64_MAX);
    plan.stops[2] = stop(STOP_DROPOFF, 1, 3, INT64_MAX);
    plan.stops[3] = stop(STOP_DROPOFF, 2, 4, INT64_MAX);
    return plan;
}

Test(route, a_wait_for_a_later_rider_takes_up_a_detour_before_it)
{
    struct plan plan = two_riders();
    struct route route;
    plan.stops[1].earliest_ms = 1100000; /* it comes at 1,050,000, with a rider aboard */
    plan.stops[3].latest_ms = 1165000;   /* departs 1,130,000; 1,140,000; 1,160,000; 1,170,000 */
    cr_assert_not(plan_schedule(&plan, &config));
    plan.stops[3].latest_ms = 1175000;
    cr_assert(plan_schedule(&plan, &config));
    route_make(&route, &plan);
    cr_expect_not(route.loose);
    cr_expect_eq(route.room_ms[3], 5000);
    cr_expect_eq(route.room_ms[2], 5000);
    cr_expect_geq(route.room_ms[1], 50000 + 5000); /* a bound: what it waits, and that */
    cr_expect_geq(route.waits_ms[1], 50000);
    cr_expect_eq(route.waits_ms[2], 0);
    cr_expect_eq(route.stands_ms[0], 50000); /* its own time only where another joins it */
    cr_expect(keeps_with_longer_leg(&plan, 1, 50000 + 5000, &config));
    cr_expect_not(keeps_with_longer_leg(&plan, 2, 5001, &config));
}

Test(route, a_vehicle_that_sets_off_just_in_time_has_what_it_waits)
{
    struct plan plan = two_riders();
    struct route route;
    plan.stops[0].earliest_ms = 1100000; /* it sets off at 1,090,000 */
    plan.stops[0].latest_ms = 1107000;
    cr_assert(plan_schedule(&plan, &config));
    route_make(&route, &plan);
    cr_expect_geq(route.room_ms[0], 90000 + 7000);
    cr_expect(keeps_with_longer_leg(&plan, 0, 90000 + 7000, &config));
    cr_expect_not(keeps_with_longer_leg(&plan, 0, route.room_ms[0] + 1, &config));
    cr_expect_geq(route.waits_ms[0], 90000);
    cr_expect_eq(route.aboard[0], 0);
    cr_expect_eq(route.aboard[2], 2);
    cr_expect_eq(route.pickups_from[1], 1);
}

Test(route, a_riders_time_aboard_limits_detours_between_its_two_stops_alone)
{
    struct plan plan = two_riders();
    struct route route;
    cr_assert(plan_schedule(&plan, &config));
    plan.stops[2].ride_max_ms = plan.stops[2].arrive_ms - plan.stops[0].depart_ms + 4000;
    cr_assert(plan_schedule(&plan, &config));
    route_make(&route, &plan);
    cr_expect_eq(route.room_ms[0], ROUTE_NO_LIMIT_MS);
    cr_expect_eq(route.room_ms[1], 4000);
    cr_expect_eq(route.room_ms[2], 4000);
    cr_expect_eq(route.room_ms[3], ROUTE_NO_LIMIT_MS);
}

Test(route, a_limit_that_is_broken_leaves_no_room_and_not_less)
{
    struct plan plan = two_riders();
    struct route route;
    plan.stops[2].latest_ms = 1000000;
    cr_assert_not(plan_schedule(&plan, &config));
    route_make(&route, &plan);
    cr_expect_eq(route.room_ms[0], 0);
    cr_expect_eq(route.room_ms[2], 0);
    cr_expect_eq(route.room_ms[3], ROUTE_NO_LIMIT_MS);
}
