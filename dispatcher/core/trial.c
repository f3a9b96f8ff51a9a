/* Nothing is remembered from one candidate to the next. */
#include "core/trial.h"

#include "base/bound.h"
#include "base/check.h"

void trial_relax_limits(struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        struct plan_item *item = &plan->stops[i];
        item->latest_ms = bound_most(item->latest_ms, item->arrive_ms);
        for (uint32_t p = 0; item->kind == STOP_DROPOFF && p < i; p++) {
            const struct plan_item *pickup = &plan->stops[p];
            if (pickup->ride.value == item->ride.value && pickup->kind == STOP_PICKUP) {
                item->ride_max_ms =
                    bound_most(item->ride_max_ms, item->arrive_ms - pickup->depart_ms);
            }
        }
    }
}

void trial_forget_limits(struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        plan->stops[i].latest_ms = INT64_MAX;
        plan->stops[i].ride_max_ms = INT64_MAX;
    }
}

void trial_write(struct plan *trial, const struct plan *plan,
                 const struct insertion_request *request, uint32_t at_p, uint32_t at_d,
                 const struct trial_legs *legs)
{
    const uint32_t count = plan->stop_count;
    CHECK(count + 2 <= PLAN_STOPS_MAX);
    CHECK(at_p <= at_d && at_d <= count);
    struct plan_item *out = trial->stops;
    for (uint32_t i = 0; i < at_p; i++) {
        *out++ = plan->stops[i];
    }
    *out = request->pickup;
    out++->leg_ms = legs->to_pickup;
    for (uint32_t i = at_p; i < at_d; i++) {
        *out = plan->stops[i];
        if (i == at_p) {
            out->leg_ms = legs->after_pickup;
        }
        out++;
    }
    *out = request->dropoff;
    out++->leg_ms = at_p == at_d ? legs->after_pickup : legs->to_dropoff;
    for (uint32_t i = at_d; i < count; i++) {
        *out = plan->stops[i];
        if (i == at_d) {
            out->leg_ms = legs->after_dropoff;
        }
        out++;
    }
    trial->stop_count = (uint8_t)(count + 2);
}

static int64_t beyond(int64_t value, int64_t limit)
{
    return value > limit ? value - limit : 0;
}

int64_t trial_penalty(const struct insertion_request *request, int64_t pickup_arrive_ms,
                      int64_t pickup_depart_ms, int64_t dropoff_arrive_ms,
                      const struct core_config *config)
{
    const int64_t wait_ms = beyond(pickup_arrive_ms, request->pickup.latest_ms);
    const int64_t ride_ms =
        beyond(dropoff_arrive_ms, request->dropoff.latest_ms) +
        beyond(dropoff_arrive_ms - pickup_depart_ms, request->dropoff.ride_max_ms);
    return TRIAL_SOFT_WAIT_FACTOR * config->weights.wait_s * wait_ms +
           TRIAL_SOFT_RIDE_FACTOR * config->weights.ride_s * ride_ms;
}

bool trial_price(struct plan *trial, const struct plan *plan, const struct plan_parts *before,
                 const struct insertion_request *request, uint32_t at_p, uint32_t at_d,
                 const struct trial_legs *legs, const struct core_config *config,
                 struct insertion *found)
{
    struct plan_item *pickup = &trial->stops[at_p];
    struct plan_item *dropoff = &trial->stops[at_d + 1];
    trial_write(trial, plan, request, at_p, at_d, legs);
    if (config->limits_soft) {
        pickup->latest_ms = INT64_MAX;
        dropoff->latest_ms = INT64_MAX;
        dropoff->ride_max_ms = INT64_MAX;
    }
    if (!plan_schedule(trial, config)) {
        return false;
    }
    const struct plan_parts after = plan_parts(trial);
    const struct plan_parts added = {
        .vehicle_ms = after.vehicle_ms - before->vehicle_ms,
        .wait_ms = after.wait_ms - before->wait_ms,
        .ride_ms = after.ride_ms - before->ride_ms,
    };
    *found = (struct insertion){
        .cost = plan_weigh(&added, config),
        .added = added,
        .pickup_at = (uint8_t)at_p,
        .dropoff_at = (uint8_t)at_d,
        .pickup_arrive_ms = pickup->arrive_ms,
        .pickup_depart_ms = pickup->depart_ms,
        .dropoff_arrive_ms = dropoff->arrive_ms,
    };
    if (config->limits_soft) {
        found->cost += trial_penalty(request, pickup->arrive_ms, pickup->depart_ms,
                                     dropoff->arrive_ms, config);
    }
    return true;
}

bool trial_lasts(const struct plan *trial, const struct plan *planned, uint32_t at_p,
                 struct energy *energy)
{
    if (trial->battery_mwh == 0 || at_p == 0 || trial->start_ms == planned->start_ms) {
        return energy_holds(energy, trial);
    }
    struct plan kept = *trial;
    kept.start = planned->start;
    kept.start_ms = planned->start_ms;
    kept.stops[0].leg_ms = planned->stops[0].leg_ms;
    return energy_holds(energy, &kept);
}
