/* After recovery a new epoch begins: plans are as the journal says, vehicles are offline until they
 * are heard. */
#include "core/step_start.h"

#include <string.h>

#include "base/check.h"
#include "core/billing.h"
#include "core/emit.h"
#include "core/live.h"
#include "core/period.h"
#include "core/spot.h"
#include "core/step_road.h"
#include "core/traffic.h"
#include "core/wake.h"

/* The policy that runs is made known where it is another than the last. */
static void adopt_policy(struct core *core)
{
    const struct policy *policy = core->config.policy;
    const struct fact_snapshot_policy *last = state_policies_last(core->state);
    if (last != NULL && memcmp(last->policy.hash, policy->hash, sizeof policy->hash) == 0 &&
        memcmp(last->policy.id, policy->row.id, sizeof policy->row.id) == 0) {
        return;
    }
    struct fact fact = {.kind = FACT_POLICY_ADOPTED};
    fact.policy.number = last != NULL ? last->policy.number + 1 : 1;
    memcpy(fact.policy.hash, policy->hash, sizeof fact.policy.hash);
    memcpy(fact.policy.id, policy->row.id, sizeof fact.policy.id);
    memcpy(fact.policy.name, policy->name, sizeof fact.policy.name);
    emit_fact(core, &fact);
}

void step_start(struct core *core, const struct event *event)
{
    CHECK(!core->started);
    CHECK(event->network_digest == core->network_digest);
    struct fact fact = {.kind = FACT_STARTED};
    fact.started = (struct fact_started){
        .epoch = state_counters(core->state)->epoch + 1,
        .network_digest = event->network_digest,
    };
    core->started = true;
    core->started_ms = core->now_ms;
    emit_fact(core, &fact);
    adopt_policy(core);
    period_look(core);
    step_road_restore(core);
    traffic_start(core);
    billing_start(core);
    const uint32_t count = state_vehicle_count(core->state);
    for (uint32_t i = 0; i < count; i++) {
        live_restore(core, i);
        wake_schedule(core, i);
    }
    rebalance_restore(core);
}

void step_start_enrol(struct core *core, const struct event *event)
{
    const struct event_enrol *enrol = &event->enrol;
    struct fact fact = {.kind = FACT_VEHICLE_ENROLLED};
    fact.vehicle = (struct fact_vehicle){
        .vehicle = enrol->vehicle,
        .seats = enrol->seats,
        .wheelchair_spaces = enrol->wheelchair_spaces,
        .designed_for = enrol->designed_for,
        .from_ms = enrol->from_ms,
        .until_ms = enrol->until_ms,
        .battery_wh = enrol->battery_wh,
    };
    if (!spot_vehicle(core, &enrol->home, ROAD_HEADING_UNKNOWN, &fact.vehicle.home)) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_FOUND);
        return;
    }
    uint32_t index = state_vehicle_index(core->state, enrol->vehicle);
    if (index == UINT32_MAX &&
        state_vehicle_count(core->state) >= core->config.limits.vehicles_max) {
        emit_error(core, event->request, MESSAGE_ERROR_BUSY);
        return;
    }
    if (index != UINT32_MAX) {
        const struct fact_vehicle *old = &state_vehicle(core->state, index)->enrolled;
        if (old->seats == enrol->seats && old->wheelchair_spaces == enrol->wheelchair_spaces &&
            old->designed_for == enrol->designed_for && old->battery_wh == enrol->battery_wh &&
            old->from_ms == enrol->from_ms && old->until_ms == enrol->until_ms &&
            road_place_equal(old->home, fact.vehicle.home)) {
            return;
        }
    }
    emit_fact(core, &fact);
    index = state_vehicle_index(core->state, enrol->vehicle);
    CHECK(index < core->config.limits.vehicles_max);
    live_enrol(core, index);
    emit_vehicle(core, EMIT_WATCHERS, index);
}
