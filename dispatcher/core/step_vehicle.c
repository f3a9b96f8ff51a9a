/* Whatever a vehicle sends is a sign of life. Positions are not facts: they only move the live
 * plan's start. */
#include "core/step_vehicle.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/hurry.h"
#include "core/live.h"
#include "core/retime.h"
#include "core/spot.h"
#include "core/traffic.h"
#include "core/wake.h"

void step_vehicle_heard(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    live->heard_ms = core->now_ms;
    if (!live->linked) {
        live->linked = true;
        live_note(core, index);
    }
    if (live->link != VEHICLE_ONLINE) {
        live->helped_ms = core->now_ms; /* nobody was helped while there was silence */
        live_move_link(core, index, VEHICLE_ONLINE);
        emit_vehicle(core, EMIT_WATCHERS, index);
    }
    wake_schedule(core, index);
}

void step_vehicle_hello(struct core *core, const struct event *event)
{
    const struct event_hello *hello = &event->hello;
    const uint32_t index = state_vehicle_index(core->state, hello->vehicle);
    if (index == UINT32_MAX) {
        emit_reject(core, hello->vehicle, NULL, "this vehicle is not in the fleet");
        return;
    }
    struct road_place place;
    live_lose_place(core, index);
    if (spot_vehicle(core, &hello->spot, ROAD_HEADING_UNKNOWN, &place)) {
        (void)live_locate(core, index, place, hello->at_ms);
    }
    step_vehicle_heard(core, index);
    emit_reply(core, MESSAGE_WELCOME, index, core->vehicles[index].seq, 0);
    if (hurry_aboard(core, index)) { /* it went on by a plan of before */
        emit_plan_fact(core, index);
    }
    emit_plan_change(core, index);
    wake_offer_lost(core, index);
}

void step_vehicle_late(struct core *core, const struct event *event)
{
    retime_late(core, event->told_seq);
}

void step_vehicle_gone(struct core *core, const struct event *event)
{
    const uint32_t index = state_vehicle_index(core->state, event->gone);
    if (index != UINT32_MAX) {
        core->vehicles[index].linked = false; /* silent when it stays away */
        live_note(core, index);
    }
}

static void tell_watchers(struct core *core, uint32_t index)
{
    core->vehicles[index].watched_ms = core->now_ms;
    emit_vehicle(core, EMIT_WATCHERS, index);
}

/* It is to set off just in time, and is further away than was thought when it was told when: a plan
 * that reached it before it had set off took it for under way, to where it could next turn. */
static bool waits_too_long(const struct core *core, uint32_t index)
{
    const struct plan *plan = &core->plans[index];
    return plan->stop_count > 0 && !plan->under_way && !plan->standing &&
           plan_leaves_ms(plan, 0) < core->vehicles[index].leave_ms;
}

void step_vehicle_telemetry(struct core *core, const struct event *event)
{
    const struct event_telemetry *telemetry = &event->telemetry;
    const uint32_t index = state_vehicle_index(core->state, telemetry->vehicle);
    if (index == UINT32_MAX) {
        emit_reject(core, telemetry->vehicle, NULL, "this vehicle is not in the fleet");
        return;
    }
    struct live *live = &core->vehicles[index];
    if (telemetry->seq <= live->seq) {
        return; /* late, or twice */
    }
    live->seq = telemetry->seq;
    step_vehicle_heard(core, index);
    live_charge(core, index, telemetry->battery_permille);
    const bool was_helped = live->help_since_ms != 0;
    if (live_help(core, index, telemetry->needs_help)) {
        tell_watchers(core, index);
    }
    struct road_place place;
    if (!spot_vehicle(core, &telemetry->spot, telemetry->heading_deg, &place)) {
        return;
    }
    const int64_t at_ms = telemetry->at_ms > core->now_ms ? telemetry->at_ms : core->now_ms;
    live_refresh(core, index);
    traffic_see(core, index, place, at_ms);
    if (live_locate(core, index, place, at_ms)) {
        if (waits_too_long(core, index)) {
            emit_plan_fact(core, index);
            emit_plan(core, index);
        }
        emit_delays(core, index);
        if (was_helped) {
            wake_offer_lost(core, index); /* it stood, and is late */
        }
    }
    if (core->now_ms - live->watched_ms >= LIVE_WATCH_MS) {
        tell_watchers(core, index);
    }
}
