/* First all (vehicle, rider) are priced in that vehicle alone; then, cheapest first, the rider is
 * searched another place. */
#include "core/eject.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/explain.h"
#include "core/live.h"
#include "core/move.h"
#include "core/probe.h"
#include "core/spare.h"

/* A rider without whom the request fits. */
struct choice {
    int64_t cost; /* of the request's insertion less what the rider saves */
    uint32_t vehicle;
    struct ride_id ride;
    struct insertion insertion;
};

struct choices {
    uint32_t count;
    struct choice items[EJECT_TRIES_MAX]; /* cheapest first */
};

static bool precedes(const struct choice *a, const struct choice *b)
{
    if (a->cost != b->cost) {
        return a->cost < b->cost;
    }
    return a->vehicle != b->vehicle ? a->vehicle < b->vehicle : a->ride.value < b->ride.value;
}

static void keep(struct choices *choices, const struct choice *choice)
{
    uint32_t at = choices->count < EJECT_TRIES_MAX ? choices->count++ : EJECT_TRIES_MAX;
    for (; at > 0 && precedes(choice, &choices->items[at - 1]); at--) {
        if (at < EJECT_TRIES_MAX) {
            choices->items[at] = choices->items[at - 1];
        }
    }
    if (at < EJECT_TRIES_MAX) {
        choices->items[at] = *choice;
    }
}

/* Take a waiting rider out of a vehicle's plan in the fleet, which then holds the times of who is
 * spared; *saving is what that saves. False, and unchanged, where it cannot be. `before` gets the
 * plan as it was. */
static bool take_out(struct core *core, uint32_t vehicle, struct ride_id ride,
                     const struct core_config *config, struct plan *before, int64_t *saving)
{
    struct plan *plan = &core->plans[vehicle];
    struct plan_parts saved;
    *before = *plan;
    spare_hold(plan);
    if (!move_lift(core, vehicle, ride, &saved) || !plan_schedule(plan, config)) {
        *plan = *before; /* or another rider would be met too early, and ride too long */
        return false;
    }
    *saving = plan_weigh(&saved, config);
    return true;
}

/* Price the request in this vehicle without each of its waiting riders in turn. */
static void try_vehicle(struct core *core, struct probe *probe, uint32_t vehicle,
                        struct choices *choices)
{
    live_refresh(core, vehicle);
    const struct plan planned = core->plans[vehicle];
    for (uint32_t i = planned.committed; i < planned.stop_count; i++) {
        struct plan before;
        struct choice choice = {.vehicle = vehicle, .ride = planned.stops[i].ride};
        int64_t saving = 0;
        if (planned.stops[i].kind != STOP_PICKUP ||
            !take_out(core, vehicle, choice.ride, probe->config, &before, &saving)) {
            continue;
        }
        choice.insertion.cost = INT64_MAX;
        probe_vehicle(probe, vehicle, UINT32_MAX, &choice.insertion);
        if (choice.insertion.cost < INT64_MAX) {
            choice.cost = choice.insertion.cost - saving;
            keep(choices, &choice);
        }
        core->plans[vehicle] = before;
    }
}

/* The vehicles that could be at the pick-up in time, by the cells' bounds, in order. */
static void gather(struct core *core, struct probe *probe, struct choices *choices)
{
    const struct fleet *fleet = &core->fleet;
    const struct road_cells *cells = &fleet->network->cells;
    const struct insertion_request *request = probe->request;
    const uint16_t *to = cells->to + (size_t)probe->pickup_cell * cells->count;
    uint32_t looked_at = 0;
    for (uint32_t v = 0; v < fleet->count && looked_at < EJECT_VEHICLES_MAX; v++) {
        const struct plan *plan = &fleet->plans[v];
        const uint32_t cell = road_cells_of(cells, plan->start);
        const int64_t to_ms = (int64_t)to[cell] * ROAD_CELLS_UNIT_MS - fleet->offset_ms;
        if (plan->stop_count < 2 || plan->start_ms + to_ms > request->pickup.latest_ms ||
            !live_is_usable(core, v) || request->pickup.seats > plan->seats ||
            request->pickup.wheelchairs > plan->wheelchair_spaces) {
            continue;
        }
        looked_at++;
        try_vehicle(core, probe, v, choices);
    }
}

/* Whoever moves within the vehicle may come before the request: the times that its rider is told
 * are those of the plan with both. */
static void tell_times(struct core *core, const struct insertion_request *request,
                       const struct core_config *config, struct eject *eject)
{
    const struct plan *plan = &core->plans[eject->from];
    if (eject->moved.vehicle != eject->from) {
        return;
    }
    insertion_apply(&core->fleet, &eject->moved, &eject->request, config);
    const uint32_t pickup = live_stop(plan, request->pickup.ride, STOP_PICKUP);
    const uint32_t dropoff = live_stop(plan, request->dropoff.ride, STOP_DROPOFF);
    CHECK(pickup < dropoff && dropoff < plan->stop_count);
    eject->insertion.pickup_arrive_ms = plan->stops[pickup].arrive_ms;
    eject->insertion.pickup_depart_ms = plan->stops[pickup].depart_ms;
    eject->insertion.dropoff_arrive_ms = plan->stops[dropoff].arrive_ms;
}

/* Search the rider of a choice another place, with the request in: true and *eject. */
static bool rehouse(struct core *core, const struct insertion_request *request,
                    const struct core_config *config, const struct choice *choice,
                    struct eject *eject)
{
    struct plan before;
    int64_t saving = 0;
    if (!take_out(core, choice->vehicle, choice->ride, config, &before, &saving)) {
        return false;
    }
    eject->ride = choice->ride;
    eject->from = choice->vehicle;
    eject->insertion = choice->insertion;
    live_request(core, state_ride(core->state, choice->ride), &eject->request);
    eject->request.spares = true;
    spare_hold_request(&before, &eject->request);
    insertion_apply(&core->fleet, &choice->insertion, request, config);
    const bool found = eject->request.direct_ms < ROAD_UNREACHABLE_MS &&
                       insertion_find_beside(core->search, &core->fleet, &choice->vehicle, 1, false,
                                             &eject->request, config, INT64_MAX, &eject->moved);
    if (found) {
        tell_times(core, request, config, eject);
    }
    core->plans[choice->vehicle] = before;
    return found;
}

bool eject_find(struct core *core, const struct insertion_request *request,
                const struct core_config *config, struct eject *eject)
{
    struct probe_counts counts = {0};
    struct probe probe;
    struct choices choices = {.count = 0};
    int64_t best = INT64_MAX;
    probe_init(&probe, &core->fleet, request, config, &counts);
    probe.is_indexed = false; /* somebody is missing in each plan that it looks at */
    gather(core, &probe, &choices);
    for (uint32_t i = 0; i < choices.count; i++) {
        struct eject tried;
        if (rehouse(core, request, config, &choices.items[i], &tried) &&
            choices.items[i].cost + tried.moved.cost < best) {
            best = choices.items[i].cost + tried.moved.cost;
            *eject = tried;
        }
    }
    return best < INT64_MAX;
}

void eject_apply(struct core *core, const struct eject *eject,
                 const struct insertion_request *request)
{
    explain_move(core, eject->ride, REASON_MOVE_ROOM, eject->from, &eject->moved, &eject->request,
                 0, 0);
    live_drop(core, eject->from, eject->ride);
    live_insert(core, &eject->insertion, request);
    emit_plan_fact(core, eject->from);
    live_insert(core, &eject->moved, &eject->request);
    emit_plan_fact(core, eject->moved.vehicle);
}

void eject_tell(struct core *core, const struct eject *eject)
{
    emit_ride(core, EMIT_WATCHERS, eject->ride);
    emit_plan_change(core, eject->from);
    if (eject->moved.vehicle != eject->from) {
        emit_plan_change(core, eject->moved.vehicle);
    }
}
