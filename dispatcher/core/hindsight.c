/* Facts as of any move: the plan that a ride leaves comes first. */
#include "core/hindsight.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/hurry.h"
#include "core/live.h"

void hindsight_note(struct core *core, uint32_t index, struct ride_id ride)
{
    struct live *live = &core->vehicles[index];
    if (live->link == VEHICLE_SILENT) {
        return;
    }
    live->taken[live->taken_count % HINDSIGHT_RIDES_MAX] = ride;
    live->taken_count++;
}

bool hindsight_is_own(const struct core *core, uint32_t index, const struct ride *ride)
{
    const struct live *live = &core->vehicles[index];
    if (ride->state != RIDE_BOOKED) {
        return false;
    }
    for (uint32_t i = 0; i < HINDSIGHT_RIDES_MAX && i < live->taken_count; i++) {
        if (live->taken[i].value == ride->id.value) {
            return true;
        }
    }
    return false;
}

/* Stops that share a stand at `place` with one that is added: so many first ones. */
static uint32_t stand_at(const struct plan *plan, struct road_place place)
{
    const bool is_there = plan->stop_count > 0 && !fact_is_visit(plan->stops[0].kind) &&
                          road_place_equal(plan->stops[0].place, place);
    return is_there ? plan_leading(plan) : 0;
}

/* Is there room for a party who boards after so many first stops? A plan that the vehicle was told
 * had it. */
static bool has_room(const struct plan *plan, uint32_t at, const struct trip *trip)
{
    int32_t seats = plan->seats_aboard + trip->party - trip->wheelchairs;
    int32_t spaces = plan->wheelchairs_aboard + trip->wheelchairs;
    int32_t parties = plan->parties_aboard;
    bool shares = trip->shared && !plan->private_aboard;
    for (uint32_t i = 0; i < at; i++) {
        const int32_t change = plan_parties_change(plan->stops[i].kind);
        seats += change * plan->stops[i].seats;
        spaces += change * plan->stops[i].wheelchairs;
        parties += change;
        shares = shares && (change < 0 || plan->stops[i].shared);
    }
    return seats <= plan->seats && spaces <= plan->wheelchair_spaces && (shares || parties == 0);
}

/* The ride is planned, for this vehicle or for another, and its rider is met now. */
static bool meet(struct core *core, uint32_t index, const struct ride *ride)
{
    const struct plan *plan = &core->plans[index];
    const uint32_t holder = state_vehicle_index(core->state, ride->vehicle);
    const uint32_t at = stand_at(plan, ride->from);
    const struct ride_id id = ride->id;
    if (holder == UINT32_MAX || !has_room(plan, at, &ride->trip) ||
        (holder != index && plan->stop_count + 2 > PLAN_STOPS_MAX)) {
        return false;
    }
    live_drop(core, holder, id);
    if (holder != index) {
        emit_plan_fact(core, holder);
    }
    live_meet(core, index, at, id);
    (void)hurry_aboard(core, index);
    emit_plan_fact(core, index);
    emit_ride(core, EMIT_WATCHERS, id);
    if (holder != index) {
        emit_plan_change(core, holder);
    }
    emit_plan_change(core, index);
    return true;
}

/* Is a stand under way that is not at `place`? */
static bool stands_elsewhere(const struct plan *plan, struct road_place place)
{
    return plan_stand_pending(plan) > 0 &&
           (plan->visiting || !road_place_equal(plan->stops[0].place, place));
}

bool hindsight_arrive(struct core *core, uint32_t index, const struct event_report *report)
{
    const struct plan *plan = &core->plans[index];
    if (report->kind != REPORT_ARRIVED || report->seq <= core->vehicles[index].report_seq) {
        return false;
    }
    if (report->stop == STOP_PICKUP) {
        const struct ride *ride = state_ride(core->state, report->ride);
        CHECK(ride != NULL);
        return !stands_elsewhere(plan, ride->from) && meet(core, index, ride);
    }
    const uint32_t at = live_stop(plan, report->ride, report->stop);
    const bool is_visit = fact_is_visit(report->stop);
    if (at == UINT32_MAX || stands_elsewhere(plan, plan->stops[at].place) ||
        (is_visit && (plan->parties_aboard > 0 || plan_stand_pending(plan) > 0))) {
        return false;
    }
    live_bring_forward(core, index, at);
    emit_plan_fact(core, index);
    emit_plan_change(core, index);
    return true;
}
