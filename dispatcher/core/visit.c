/* Candidates are priced from what they certainly cost; a plan is written out only for one that
 * would be the best so far. */
#include "core/visit.h"

#include <string.h>

#include "base/check.h"
#include "core/emit.h"
#include "core/live.h"

#define LAST_RESORT_MS (INT64_C(7) * 24 * 3600 * 1000) /* dearer than all that keeps the rule */

size_t visit_cost(uint32_t vehicles_max)
{
    return arena_cost(vehicles_max, sizeof(struct visits_slot));
}

bool visit_init(struct visits *visits, struct arena *arena, uint32_t vehicles_max)
{
    visits->slots = arena_take(arena, vehicles_max, sizeof *visits->slots);
    return visits->slots != NULL;
}

static bool is_on(const struct core *core)
{
    const struct core_energy *energy = &core->config.energy;
    return core->config.stations.count > 0 &&
           (core->energy.is_on || energy->clean_every_ms > 0 || energy->inspect_every_ms > 0);
}

int64_t visit_due_ms(const struct core *core)
{
    if (!is_on(core)) {
        return INT64_MAX;
    }
    return core->visits.left > 0 ? core->now_ms : core->visits.due_ms;
}

/* ---- Slots ---- */

static uint32_t find_station(const struct stations *stations, uint32_t id)
{
    uint32_t at = 0;
    while (at < stations->count && stations->items[at].id != id) {
        at++;
    }
    return at;
}

/* All slots that vehicles have. */
static void gather_slots(struct core *core)
{
    struct visits *visits = &core->visits;
    visits->slot_count = 0;
    for (uint32_t v = 0; v < core->fleet.count; v++) {
        const struct visit *visit = &state_vehicle(core->state, v)->visit;
        if (visit->kind == 0) {
            continue;
        }
        const bool begun = visit->begun_ms != 0;
        visits->slots[visits->slot_count++] = (struct visits_slot){
            .station = find_station(&core->config.stations, visit->station),
            .from_ms = begun ? visit->begun_ms : visit->from_ms,
            .until_ms =
                (begun ? visit->begun_ms : visit->latest_ms) + visit->dwell_ms + VISIT_CHANGE_MS,
        };
    }
}

/* How many slots at a station hold at this moment? */
static uint32_t taken_at(const struct visits *visits, uint32_t station, int64_t at_ms)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < visits->slot_count; i++) {
        const struct visits_slot *slot = &visits->slots[i];
        taken += slot->station == station && slot->from_ms <= at_ms && at_ms < slot->until_ms;
    }
    return taken;
}

/* Is a plug free all the time? Most are taken where it begins, or where another slot begins. */
static bool is_free(const struct visits *visits, uint32_t station, uint32_t plugs, int64_t from_ms,
                    int64_t until_ms)
{
    if (taken_at(visits, station, from_ms) >= plugs) {
        return false;
    }
    for (uint32_t i = 0; i < visits->slot_count; i++) {
        const struct visits_slot *slot = &visits->slots[i];
        if (slot->station == station && slot->from_ms > from_ms && slot->from_ms < until_ms &&
            taken_at(visits, station, slot->from_ms) >= plugs) {
            return false;
        }
    }
    return true;
}

/* The earliest moment, `from_ms` or later, from which a plug is free for so long: that, or where a
 * slot ends. */
static int64_t earliest_ms(const struct visits *visits, uint32_t station, uint32_t plugs,
                           int64_t from_ms, int64_t duration_ms)
{
    while (!is_free(visits, station, plugs, from_ms, from_ms + duration_ms)) {
        int64_t next_ms = INT64_MAX;
        for (uint32_t i = 0; i < visits->slot_count; i++) {
            const struct visits_slot *slot = &visits->slots[i];
            if (slot->station == station && slot->until_ms > from_ms && slot->until_ms < next_ms) {
                next_ms = slot->until_ms;
            }
        }
        CHECK(next_ms < INT64_MAX);
        from_ms = next_ms;
    }
    return from_ms;
}

/* ---- Where and when ---- */

/* A vehicle that needs a visit, and the best so far. */
struct choice {
    struct core *core;
    enum stop_kind kind;
    uint32_t halvings; /* of what it charges */
    int64_t cost;      /* INT64_MAX: nothing was found */
    struct visit visit;
    struct plan plan; /* with it */
};

/* A gap of the plan. */
struct gap {
    uint32_t at;             /* before this stop */
    const struct plan *plan; /* which begins where the vehicle can turn, if it has to for the gap */
    struct road_place from;
    int64_t free_ms;
};

static bool offers(const struct station *station, enum stop_kind kind)
{
    return kind == STOP_CHARGE  ? station->power_w > 0
           : kind == STOP_CLEAN ? station->cleans
                                : station->inspects;
}

/* `plan` gets the gap's with the visit in it, and only that far if it `ends` there. */
static void write(const struct gap *gap, const struct visit *visit, int64_t to_ms, int64_t back_ms,
                  bool ends, struct plan *plan)
{
    const uint32_t count = gap->plan->stop_count;
    *plan = *gap->plan;
    plan->stops[gap->at] = live_visit_item(visit);
    plan->stops[gap->at].leg_ms = plan_leg_ms(to_ms);
    plan->stop_count = (uint8_t)(gap->at + 1);
    plan->plug_w = visit->power_w;
    plan->rests = false;
    if (!ends && gap->at < count) {
        memcpy(&plan->stops[gap->at + 1], &gap->plan->stops[gap->at],
               (count - gap->at) * sizeof *plan->stops);
        plan->stops[gap->at + 1].leg_ms = plan_leg_ms(back_ms);
        plan->stop_count = (uint8_t)(count + 1);
    }
}

/* How long the visit takes; 0 where the vehicle would come with enough. */
static int64_t dwell_ms(const struct choice *choice, const struct gap *gap, struct visit visit,
                        int64_t to_ms)
{
    struct core *core = choice->core;
    const struct core_energy *energy = &core->config.energy;
    struct plan plan;
    if (choice->kind != STOP_CHARGE) {
        return choice->kind == STOP_CLEAN ? energy->clean_ms : energy->inspect_ms;
    }
    write(gap, &visit, to_ms, 0, true, &plan);
    (void)plan_schedule(&plan, &core->strict);
    const int64_t lacks_mwh =
        energy_share_mwh(&plan, energy->charge_to_permille) - energy_left_mwh(&core->energy, &plan);
    if (lacks_mwh <= 0) {
        return 0;
    }
    const int64_t full_ms = energy_plug_ms(lacks_mwh, visit.power_w) >> choice->halvings;
    return full_ms < VISIT_MAX_MS ? full_ms : VISIT_MAX_MS;
}

static void try_station(struct choice *choice, const struct gap *gap, uint32_t station,
                        int64_t to_ms)
{
    struct core *core = choice->core;
    const struct station *item = &core->config.stations.items[station];
    const bool is_last = gap->at == gap->plan->stop_count;
    const int64_t back_ms =
        is_last ? 0
                : road_query_time(core->network->query, core->energy.places[station],
                                  gap->plan->stops[gap->at].place);
    const int64_t detour_ms = is_last ? to_ms : to_ms + back_ms - gap->plan->stops[gap->at].leg_ms;
    struct visit visit = {
        .kind = choice->kind,
        .station = item->id,
        .place = core->energy.places[station],
        .latest_ms = INT64_MAX,
        .power_w = choice->kind == STOP_CHARGE ? item->power_w : 0,
    };
    struct plan plan;
    if (to_ms >= ROAD_UNREACHABLE_MS || back_ms >= ROAD_UNREACHABLE_MS ||
        detour_ms >= choice->cost) {
        return;
    }
    visit.dwell_ms = dwell_ms(choice, gap, visit, to_ms);
    if (visit.dwell_ms == 0) {
        return;
    }
    const int64_t comes_ms = gap->free_ms + to_ms;
    visit.from_ms = earliest_ms(&core->visits, station, item->plugs, comes_ms,
                                VISIT_SLACK_MS + visit.dwell_ms + VISIT_CHANGE_MS);
    visit.latest_ms = visit.from_ms + VISIT_SLACK_MS;
    int64_t cost = detour_ms + visit.from_ms - comes_ms + visit.dwell_ms;
    write(gap, &visit, to_ms, back_ms, false, &plan);
    const bool holds = plan_schedule(&plan, &core->strict) && energy_holds(&core->energy, &plan);
    cost += holds ? 0 : LAST_RESORT_MS;
    if ((holds || is_last) && cost < choice->cost) {
        choice->cost = cost;
        choice->visit = visit;
        choice->plan = plan;
    }
}

static void try_gap(struct choice *choice, const struct gap *gap)
{
    struct core *core = choice->core;
    int64_t *drives = core->energy.drives;
    const uint32_t count = core->config.stations.count;
    int64_t to_ms[STATIONS_MAX];
    road_query_from(core->network->query, gap->from, core->energy.places, count, drives);
    memcpy(to_ms, drives, count * sizeof *to_ms); /* the reckoning of charge needs the scratch */
    for (uint32_t station = 0; station < count; station++) {
        if (offers(&core->config.stations.items[station], choice->kind)) {
            try_station(choice, gap, station, to_ms[station]);
        }
    }
}

/* Every gap with nobody aboard, in order: the first of equal ones is taken. */
static void try_gaps(struct choice *choice, const struct plan *plan, const struct plan *ahead)
{
    int32_t parties = plan->parties_aboard;
    for (uint32_t at = 0; at <= plan->stop_count; at++) {
        const struct plan *begins = at == 0 ? ahead : plan;
        if (parties == 0 && at >= plan->committed && begins != NULL) {
            const struct plan_item *before = at == 0 ? NULL : &plan->stops[at - 1];
            const int64_t from_ms =
                begins->start_ms > begins->from_ms ? begins->start_ms : begins->from_ms;
            const struct gap gap = {
                .at = at,
                .plan = begins,
                .from = before == NULL ? begins->start : before->place,
                .free_ms = before == NULL ? from_ms : before->depart_ms,
            };
            try_gap(choice, &gap);
        }
        if (at < plan->stop_count) {
            parties += plan_parties_change(plan->stops[at].kind);
        }
    }
}

/* Search a visit for a vehicle; true and the choice. */
static bool choose(struct choice *choice, uint32_t index)
{
    struct core *core = choice->core;
    const struct plan *plan = &core->plans[index];
    struct plan ahead = *plan;
    const bool turns = plan->under_way;
    const struct plan *first =
        !turns || plan_advance(&ahead, core->now_ms, &core->network->drive) ? &ahead : NULL;
    const uint32_t halvings_max = choice->kind == STOP_CHARGE ? 1 : 0;
    choice->cost = INT64_MAX;
    if (plan->stop_count == PLAN_STOPS_MAX) {
        return false;
    }
    for (choice->halvings = 0; choice->halvings <= halvings_max && choice->cost >= LAST_RESORT_MS;
         choice->halvings++) {
        try_gaps(choice, plan, first);
    }
    return choice->cost < INT64_MAX;
}

/* ---- Who and when ---- */

/* How long has it had nothing to do? */
static bool is_idle(struct core *core, uint32_t index)
{
    const struct plan *plan = &core->plans[index];
    struct live *live = &core->vehicles[index];
    if (plan->stop_count > 0 || plan->under_way || plan->standing) {
        live->idle_ms = 0;
        return false;
    }
    live->idle_ms = live->idle_ms == 0 ? core->now_ms : live->idle_ms;
    return core->now_ms - live->idle_ms >= VISIT_IDLE_MS;
}

/* It counts from the last time; where there was none, from when it began to work. */
static bool is_due(const struct core *core, int64_t every_ms, int64_t last_ms, int64_t shift_ms)
{
    const int64_t began_ms = shift_ms > core->started_ms ? shift_ms : core->started_ms;
    const int64_t since_ms = last_ms > 0 ? last_ms : began_ms;
    return every_ms > 0 && core->now_ms - since_ms >= every_ms;
}

/* What the vehicle needs; 0 nothing. */
static enum stop_kind need(struct core *core, uint32_t index)
{
    const struct core_energy *energy = &core->config.energy;
    const struct state_vehicle *vehicle = state_vehicle(core->state, index);
    const struct plan *plan = &core->plans[index];
    struct visits *visits = &core->visits;
    const bool idle = is_idle(core, index);
    visits->usable_count++;
    visits->idle_count += idle;
    if (vehicle->visit.kind != 0) {
        return 0;
    }
    if (core->energy.charger_count > 0 && plan->battery_mwh > 0) {
        const bool spare = visits->idle_before * VISIT_IDLE_SHARE > visits->usable_before;
        if (energy_is_low(&core->energy, plan) ||
            (idle && spare &&
             plan->charge_mwh < energy_share_mwh(plan, energy->charge_idle_permille))) {
            return STOP_CHARGE;
        }
    }
    const int64_t shift_ms = vehicle->enrolled.from_ms;
    if (is_due(core, energy->clean_every_ms, vehicle->cleaned_ms, shift_ms)) {
        return STOP_CLEAN;
    }
    if (is_due(core, energy->inspect_every_ms, vehicle->inspected_ms, shift_ms)) {
        return STOP_INSPECT;
    }
    return 0;
}

/* Will it miss the slot that it has? */
static bool is_missed(const struct core *core, uint32_t index)
{
    const struct visit *visit = &state_vehicle(core->state, index)->visit;
    const struct plan *plan = &core->plans[index];
    const uint32_t at = plan_visit(plan);
    return visit->kind != 0 && visit->begun_ms == 0 && at < plan->stop_count &&
           plan->stops[at].arrive_ms > visit->latest_ms;
}

static void take(struct core *core, uint32_t index, const struct choice *choice)
{
    struct fact fact = {.kind = FACT_VISIT_PLANNED};
    fact.visit = (struct fact_visit){
        .vehicle = state_vehicle(core->state, index)->enrolled.vehicle,
        .visit = choice->visit,
    };
    emit_fact(core, &fact);
    live_replace(core, index, &choice->plan);
    emit_plan_fact(core, index);
    emit_plan_change(core, index);
}

/* Plan a visit, or give one up; true when something was spent on it. */
static bool look_at(struct core *core, uint32_t index)
{
    if (!live_is_usable(core, index)) {
        return false;
    }
    live_refresh(core, index);
    if (is_missed(core, index)) {
        live_drop_visit(core, index);
        emit_plan_fact(core, index);
        emit_plan_change(core, index);
        return true;
    }
    struct choice choice = {.core = core, .kind = need(core, index)};
    if (choice.kind == 0) {
        return false;
    }
    gather_slots(core);
    if (choose(&choice, index)) {
        take(core, index, &choice);
    }
    return true;
}

bool visit_step(struct core *core)
{
    struct visits *visits = &core->visits;
    uint32_t spent = 0;
    if (visit_due_ms(core) > core->now_ms) {
        return false;
    }
    if (visits->left == 0) {
        visits->due_ms = core->now_ms + VISIT_ROUND_MS;
        visits->next = 0;
        visits->left = core->fleet.count;
        visits->idle_before = visits->idle_count;
        visits->usable_before = visits->usable_count;
        visits->idle_count = visits->usable_count = 0;
    }
    for (uint32_t looks = 0; looks < VISIT_LOOKS_MAX && visits->left > 0 && spent < VISIT_PLANS_MAX;
         looks++) {
        visits->left--;
        spent += look_at(core, visits->next++);
    }
    return true;
}
