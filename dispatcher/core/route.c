/* From the last stop backwards, as forward time slack is worked out (Savelsbergh, ORSA Journal on
 * Computing 4, 1992), with the time aboard as one more limit of each drop-off. */
#include "core/route.h"

#include "base/bound.h"
#include "base/check.h"

/* Does the stop `at` share the stand of the one before it? */
static bool continues_stand(const struct plan *plan, uint32_t at)
{
    return at > 0 && plan_shares_stand(&plan->stops[at - 1], &plan->stops[at]);
}

/* A stand of several stops that would end sooner for some of them without the others. */
static bool is_loose(const struct plan *plan)
{
    for (uint32_t i = 1; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        const struct plan_item *before = &plan->stops[i - 1];
        if (!continues_stand(plan, i)) {
            continue;
        }
        if (item->earliest_ms > item->arrive_ms || before->earliest_ms > before->arrive_ms ||
            item->dwell_ms != before->dwell_ms) {
            return true;
        }
    }
    return false;
}

/* How long the vehicle waits, with nobody aboard, before it drives to the stop `at`. */
static int64_t wait_before(const struct plan *plan, uint32_t at)
{
    if (at == 0) {
        return plan_stand_pending(plan) > 0
                   ? 0
                   : plan_leaves_ms(plan, 0) - bound_most(plan->start_ms, plan->from_ms);
    }
    if (continues_stand(plan, at)) {
        return 0;
    }
    return plan_leaves_ms(plan, at) - plan->stops[at - 1].depart_ms;
}

/* How much of the stand of the stop `at` may be waiting for a rider who comes later. A stand that
 * begins just in time may end sooner by the rider's own time, when another makes it begin sooner.
 */
static int64_t wait_in_stand(const struct plan *plan, uint32_t at)
{
    const struct plan_item *item = &plan->stops[at];
    return plan_waits(item) ? bound_most(item->depart_ms - item->arrive_ms, item->dwell_ms) : 0;
}

/* The same of a stand that no new stop joins: alone in it, a rider takes their own time. */
static int64_t wait_alone(const struct plan *plan, uint32_t at)
{
    const struct plan_item *item = &plan->stops[at];
    const bool is_shared =
        continues_stand(plan, at) || (at + 1 < plan->stop_count && continues_stand(plan, at + 1));
    return bound_most(wait_in_stand(plan, at) - (is_shared ? 0 : item->dwell_ms), 0);
}

/* How much later the stop may come, for what is promised to its rider whatever lies before. */
static int64_t own_room(const struct plan *plan, uint32_t at)
{
    const struct plan_item *item = &plan->stops[at];
    int64_t room_ms =
        item->latest_ms == INT64_MAX ? ROUTE_NO_LIMIT_MS : item->latest_ms - item->arrive_ms;
    if (item->kind == STOP_PICKUP && plan->until_ms < ROUTE_NO_LIMIT_MS) {
        room_ms = bound_least(room_ms, plan->until_ms - item->depart_ms + wait_in_stand(plan, at));
    }
    return bound_most(room_ms, 0);
}

/* A drop-off whose rider boards in this plan limits detours between the two. */
static void limit_ride(struct route *route, const struct plan *plan, uint32_t dropoff)
{
    const struct plan_item *item = &plan->stops[dropoff];
    uint32_t pickup = dropoff;
    while (pickup > 0 && plan->stops[pickup - 1].ride.value != item->ride.value) {
        pickup--;
    }
    if (pickup == 0 || item->ride_max_ms > ROUTE_NO_LIMIT_MS) {
        return; /* aboard: that is in latest_ms */
    }
    const int64_t ride_ms = item->arrive_ms - plan->stops[pickup - 1].depart_ms;
    const int64_t room_ms = bound_most(item->ride_max_ms - ride_ms, 0);
    for (uint32_t i = pickup; i <= dropoff; i++) {
        const int64_t waits_ms = route->waits_ms[i] - route->waits_ms[dropoff + 1];
        route->room_ms[i] = bound_least(route->room_ms[i], room_ms + waits_ms);
    }
}

static void walk_back(struct route *route, const struct plan *plan)
{
    uint32_t i = plan->stop_count;
    route->late_ms[i] = ROUTE_NO_LIMIT_MS;
    route->room_ms[i] = ROUTE_NO_LIMIT_MS;
    route->waits_ms[i] = 0;
    route->stands_ms[i] = 0;
    route->pickups_from[i] = 0;
    while (i > 0) {
        i--;
        const int64_t before_ms = wait_before(plan, i);
        const int64_t stand_ms = wait_in_stand(plan, i);
        const int64_t after_ms = route->late_ms[i + 1] + stand_ms;
        route->late_ms[i] = before_ms + bound_least(own_room(plan, i), after_ms);
        route->room_ms[i] = route->late_ms[i];
        route->waits_ms[i] = route->waits_ms[i + 1] + before_ms + stand_ms;
        route->stands_ms[i] = route->stands_ms[i + 1] + wait_alone(plan, i);
        route->pickups_from[i] =
            (uint8_t)(route->pickups_from[i + 1] + (plan->stops[i].kind == STOP_PICKUP));
    }
}

void route_make(struct route *route, const struct plan *plan)
{
    CHECK(plan->stop_count <= PLAN_STOPS_MAX);
    route->parts = plan_parts(plan);
    route->loose = is_loose(plan);
    walk_back(route, plan);
    route->aboard[0] = plan->parties_aboard;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        route->aboard[i + 1] =
            (uint8_t)(route->aboard[i] + plan_parties_change(plan->stops[i].kind));
        if (plan->stops[i].kind == STOP_DROPOFF) {
            limit_ride(route, plan, i);
        }
    }
}
