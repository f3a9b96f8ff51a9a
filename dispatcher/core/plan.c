/* The timetable of a plan, worked out stand by stand in driving order, then checked stop by stop.
 */
#include "core/plan.h"

#include "base/check.h"

/* The stops first .. end - 1 share one stand that begins at arrive_ms and lasts to depart_ms even
 * without them. Who is there when it begins takes their dwell time from then; who comes later
 * prolongs it only if it would have ended before. */
static int64_t stand_end(const struct plan *plan, uint32_t first, uint32_t end, int64_t arrive_ms,
                         int64_t depart_ms, const struct core_config *config)
{
    for (uint32_t i = first; i < end; i++) {
        const struct plan_item *item = &plan->stops[i];
        const int64_t dwell_ms = item->kind == STOP_PICKUP ? config->pickup_ms : config->dropoff_ms;
        if (item->earliest_ms <= arrive_ms && arrive_ms + dwell_ms > depart_ms) {
            depart_ms = arrive_ms + dwell_ms;
        }
    }
    for (;;) {
        int64_t next_ms = INT64_MAX; /* the first who comes after the stand would have ended */
        for (uint32_t i = first; i < end; i++) {
            const int64_t earliest_ms = plan->stops[i].earliest_ms;
            if (earliest_ms > depart_ms && earliest_ms < next_ms) {
                next_ms = earliest_ms;
            }
        }
        if (next_ms == INT64_MAX) {
            return depart_ms;
        }
        depart_ms = next_ms + config->pickup_ms;
    }
}

static void fill_timetable(struct plan *plan, const struct core_config *config)
{
    int64_t now_ms = plan->start_ms > plan->from_ms ? plan->start_ms : plan->from_ms;
    uint32_t first = 0;
    while (first < plan->stop_count) {
        const struct road_place place = plan->stops[first].place;
        const bool joins = first == 0 && plan->standing && road_place_equal(place, plan->start);
        const int64_t arrive_ms = joins ? plan->stand_from_ms : now_ms + plan->stops[first].leg_ms;
        uint32_t end = first + 1;
        while (end < plan->stop_count && road_place_equal(plan->stops[end].place, place)) {
            end++;
        }
        now_ms = stand_end(plan, first, end, arrive_ms, joins ? plan->start_ms : arrive_ms, config);
        for (; first < end; first++) {
            plan->stops[first].arrive_ms = arrive_ms;
            plan->stops[first].depart_ms = now_ms;
        }
    }
}

/* The pick-up of the drop-off at `dropoff`, or NULL when the rider is aboard. */
static const struct plan_item *pickup_of(const struct plan *plan, uint32_t dropoff)
{
    for (uint32_t i = dropoff; i > 0; i--) {
        const struct plan_item *item = &plan->stops[i - 1];
        if (item->ride.value == plan->stops[dropoff].ride.value && item->kind == STOP_PICKUP) {
            return item;
        }
    }
    return NULL;
}

static bool keeps_times(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->arrive_ms > item->latest_ms) {
            return false;
        }
        if (item->kind == STOP_PICKUP) {
            if (item->depart_ms > plan->until_ms) {
                return false;
            }
            continue;
        }
        const struct plan_item *pickup = pickup_of(plan, i);
        if (pickup != NULL && item->arrive_ms - pickup->depart_ms > item->ride_max_ms) {
            return false;
        }
    }
    return true;
}

static bool keeps_room(const struct plan *plan)
{
    int32_t seats = plan->seats_aboard;
    int32_t wheelchairs = plan->wheelchairs_aboard;
    int32_t parties = plan->parties_aboard;
    bool private_aboard = plan->private_aboard;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->kind == STOP_DROPOFF) {
            seats -= item->seats;
            wheelchairs -= item->wheelchairs;
            parties--;
            private_aboard = private_aboard && parties > 0;
            continue;
        }
        if (private_aboard || (!item->shared && parties > 0)) {
            return false;
        }
        seats += item->seats;
        wheelchairs += item->wheelchairs;
        parties++;
        private_aboard = !item->shared;
        if (seats > plan->seats || wheelchairs > plan->wheelchair_spaces) {
            return false;
        }
    }
    return true;
}

bool plan_schedule(struct plan *plan, const struct core_config *config)
{
    CHECK(plan->stop_count <= PLAN_STOPS_MAX);
    fill_timetable(plan, config);
    return keeps_times(plan) && keeps_room(plan);
}

int64_t plan_cost(const struct plan *plan, const struct core_config *config)
{
    if (plan->stop_count == 0) {
        return 0;
    }
    const int64_t from_ms = plan->start_ms > plan->from_ms ? plan->start_ms : plan->from_ms;
    const int64_t vehicle_ms = plan->stops[plan->stop_count - 1].depart_ms - from_ms;
    int64_t wait_ms = 0;
    int64_t ride_ms = 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->kind == STOP_PICKUP) {
            wait_ms += item->depart_ms - item->earliest_ms;
            continue;
        }
        const struct plan_item *pickup = pickup_of(plan, i);
        ride_ms += item->arrive_ms - (pickup != NULL ? pickup->depart_ms : from_ms);
    }
    return config->weights.vehicle_s * vehicle_ms + config->weights.wait_s * wait_ms +
           config->weights.ride_s * ride_ms;
}
