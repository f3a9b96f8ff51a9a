/* Orders are gathered first and given afterwards, so that each part of a round sees what those
 * before it decided. */
#include "core/rebalance.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/inside.h"
#include "core/live.h"

#define SERVED_MILLI 3000 /* requests that one vehicle serves in a window, in thousandths */
#define ROUND_MILLI  500  /* so many short of another vehicle's, one more is needed */

static uint32_t columns_max(const struct core_config *config)
{
    const uint32_t slots = parking_columns_max(config);
    return slots > config->limits.vehicles_max ? slots : config->limits.vehicles_max;
}

size_t rebalance_cost(const struct core_config *config)
{
    const uint32_t vehicles_max = config->limits.vehicles_max;
    return parking_cost(config) + arena_cost(vehicles_max, sizeof(struct rebalance_order)) +
           arena_cost(vehicles_max, sizeof(struct rebalance_vehicle)) +
           2 * arena_cost(vehicles_max, sizeof(uint32_t)) +
           flow_cost(columns_max(config), ROAD_AREAS_MAX);
}

bool rebalance_init(struct core *core, struct arena *arena)
{
    struct rebalance *rebalance = &core->rebalance;
    const uint32_t vehicles_max = core->config.limits.vehicles_max;
    demand_init(&rebalance->demand, core->config.calendar, core->network->areas.count);
    rebalance->orders = arena_take(arena, vehicles_max, sizeof *rebalance->orders);
    rebalance->vehicles = arena_take(arena, vehicles_max, sizeof *rebalance->vehicles);
    rebalance->area_of = arena_take(arena, vehicles_max, sizeof *rebalance->area_of);
    rebalance->entry_of = arena_take(arena, vehicles_max, sizeof *rebalance->entry_of);
    return rebalance->entry_of != NULL && parking_init(core, arena) &&
           flow_init(&rebalance->flow, arena, columns_max(&core->config), ROAD_AREAS_MAX);
}

/* ---- What is seen ---- */

static void see(struct core *core, struct road_place from, int64_t at_ms)
{
    struct rebalance *rebalance = &core->rebalance;
    const uint32_t area = road_cells_of(&core->network->areas, from);
    demand_advance(&rebalance->demand, at_ms);
    demand_saw(&rebalance->demand, area);
    rebalance->known[area] = true;
    rebalance->places[area] = from;
}

void rebalance_saw(struct core *core, struct road_place from)
{
    see(core, from, core->now_ms);
}

/* The state remembers all rides that ended since the first of those it remembers did; how many
 * rides there were before nobody knows, so watching begins there. */
void rebalance_restore(struct core *core)
{
    const struct fact_snapshot *counters = state_counters(core->state);
    uint32_t left = 0;
    uint64_t id = counters->next_ride;
    int64_t began_ms = core->now_ms;
    for (int ride_state = RIDE_NONE + 1; ride_state < RIDE_STATE_COUNT; ride_state++) {
        left += state_ride_count(core->state, (enum ride_state)ride_state);
    }
    const bool is_all = left + 1 == counters->next_ride;
    while (left > 0 && --id > 0) {
        const struct ride *ride = state_ride(core->state, (struct ride_id){id});
        if (ride == NULL) {
            continue;
        }
        left--;
        const int64_t since_ms = is_all || ride->ended_ms == 0 ? ride->booked_ms : ride->ended_ms;
        began_ms = since_ms < began_ms ? since_ms : began_ms;
    }
    demand_advance(&core->rebalance.demand, began_ms);
    for (; id > 0 && id < counters->next_ride; id++) {
        const struct ride *ride = state_ride(core->state, (struct ride_id){id});
        if (ride != NULL && ride->booked_ms >= began_ms &&
            ride->earliest_ms <= ride->booked_ms + DEMAND_WINDOW_MS) {
            see(core, ride->from, ride->booked_ms);
        }
    }
    demand_advance(&core->rebalance.demand, core->now_ms);
}

/* ---- Who is where ---- */

static uint32_t area_of(const struct core *core, struct road_place place)
{
    return road_cells_of(&core->network->areas, place);
}

/* Where the vehicle will wait for its next rider; false where it does not count. */
static bool settles(struct core *core, uint32_t index, struct rebalance_vehicle *entry)
{
    const struct plan *plan = &core->plans[index];
    int64_t free_at_ms = plan->start_ms;
    if (!live_is_usable(core, index)) {
        return false;
    }
    live_refresh(core, index);
    if (plan->until_ms <= core->now_ms || plan->from_ms > core->now_ms) {
        return false;
    }
    *entry = (struct rebalance_vehicle){.vehicle = index, .use = REBALANCE_BUSY};
    if (plan->stop_count > 0) {
        free_at_ms = plan->stops[plan->stop_count - 1].depart_ms;
        entry->place = fleet_end(&core->fleet, index);
    } else if (plan->rests && plan->under_way) {
        free_at_ms = plan->start_ms + plan->rest_leg_ms;
        entry->place = plan->rest;
    } else {
        entry->place = fleet_end(&core->fleet, index);
        const bool stays = plan->standing || energy_is_low(&core->energy, plan);
        entry->use = stays ? REBALANCE_BUSY : REBALANCE_IDLE;
    }
    entry->cell = road_cells_of(&core->network->cells, entry->place);
    entry->free_ms = free_at_ms > core->now_ms ? free_at_ms - core->now_ms : 0;
    return plan->stop_count == 0 || entry->free_ms <= DEMAND_WINDOW_MS;
}

static void count_supply(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    rebalance->vehicle_count = 0;
    for (uint32_t area = 0; area < ROAD_AREAS_MAX; area++) {
        rebalance->supply[area] = 0;
    }
    for (uint32_t v = 0; v < core->fleet.count; v++) {
        struct rebalance_vehicle *entry = &rebalance->vehicles[rebalance->vehicle_count];
        rebalance->entry_of[v] = UINT32_MAX;
        if (settles(core, v, entry)) {
            rebalance->entry_of[v] = rebalance->vehicle_count;
            const uint32_t area = area_of(core, entry->place);
            rebalance->area_of[rebalance->vehicle_count++] = area;
            rebalance->supply[area]++;
        }
    }
}

/* ---- Goals ---- */

/* Least driving time from one cell to any place of another. */
static int64_t bound_ms(const struct road_cells *cells, uint32_t from, uint32_t to)
{
    return (int64_t)cells->to[(size_t)to * cells->count + from] * ROAD_CELLS_UNIT_MS;
}

/* Offer the idle vehicles to the goal under way, which is at `place`. */
static void offer_idle(struct core *core, struct road_place place)
{
    struct rebalance *rebalance = &core->rebalance;
    const struct road_cells *cells = &core->network->cells;
    const uint32_t cell = road_cells_of(cells, place);
    const uint32_t area = area_of(core, place);
    for (uint32_t i = 0; i < rebalance->vehicle_count; i++) {
        const struct rebalance_vehicle *entry = &rebalance->vehicles[i];
        if (entry->use != REBALANCE_IDLE || rebalance->area_of[i] == area) {
            continue;
        }
        const int64_t limit_ms = flow_limit(&rebalance->flow, i);
        const int64_t bound = bound_ms(cells, entry->cell, cell);
        if (bound > limit_ms || bound > REBALANCE_DRIVE_MAX_MS) {
            continue;
        }
        const int64_t ms = road_query_time(core->network->query, entry->place, place);
        if (ms <= REBALANCE_DRIVE_MAX_MS) {
            flow_offer(&rebalance->flow, i, ms);
        }
    }
}

/* The lot with room from which the area's place is reached first, within `most_ms`; of those in the
 * area alone if `is_within`. Lots know their drives. */
static uint32_t find_lot(const struct core *core, uint32_t area, bool is_within, int64_t most_ms)
{
    const struct rebalance *rebalance = &core->rebalance;
    uint32_t best = PARKING_NONE;
    for (uint32_t lot = 0; lot < rebalance->lots.count; lot++) {
        const int64_t ms = rebalance->lot_ms[lot];
        if ((!is_within || rebalance->lots.area_of[lot] == area) && ms <= most_ms &&
            parking_free(&rebalance->lots, lot) > 0) {
            best = lot;
            most_ms = ms - 1; /* of equals the first */
        }
    }
    return best;
}

/* Measure the drives from the lots to the area's place; further away than `most_ms` it is only said
 * that they are. */
static void measure_lots(struct core *core, uint32_t area, bool is_within, int64_t most_ms)
{
    struct rebalance *rebalance = &core->rebalance;
    const struct road_cells *cells = &core->network->cells;
    const uint32_t to = road_cells_of(cells, rebalance->places[area]);
    for (uint32_t lot = 0; lot < rebalance->lots.count; lot++) {
        const struct road_place from = rebalance->lots.list[lot].place;
        const bool is_near = is_within ? rebalance->lots.area_of[lot] == area
                                       : bound_ms(cells, road_cells_of(cells, from), to) <= most_ms;
        rebalance->lot_ms[lot] =
            is_near ? road_query_time(core->network->query, from, rebalance->places[area])
                    : INT64_MAX;
    }
}

/* Up to `count` units of these worths for an area: at its place, or at lots nearby with room, which
 * is taken at once. Units are numbered as they come. */
static void want(struct core *core, uint32_t area, const int64_t *worths, uint32_t count,
                 bool is_within, int64_t most_ms)
{
    struct rebalance *rebalance = &core->rebalance;
    struct rebalance_order goal = {.place = rebalance->places[area], .lot = PARKING_NONE};
    measure_lots(core, area, is_within, most_ms);
    while (count > 0) {
        uint32_t units = count;
        if (rebalance->lots.count > 0) {
            goal.lot = find_lot(core, area, is_within, most_ms);
            if (goal.lot == PARKING_NONE) {
                return;
            }
            const uint32_t free = parking_free(&rebalance->lots, goal.lot);
            goal.place = rebalance->lots.list[goal.lot].place;
            units = free < count ? free : count;
            rebalance->lots.taken[goal.lot] += units;
        }
        offer_idle(core, goal.place);
        const uint32_t first = flow_want(&rebalance->flow, worths, units);
        for (uint32_t i = 0; i < units; i++) {
            rebalance->goals[first + i] = goal;
        }
        worths += units;
        count -= units;
    }
}

/* Solve what was posed, and order it; room that nobody came for is given back. */
static void order_units(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    const uint32_t unit_count = rebalance->flow.unit_count;
    uint32_t given[ROAD_AREAS_MAX] = {0};
    const bool is_limited = unit_count == 0 || flow_solve(&rebalance->flow);
    for (uint32_t unit = 0; unit < unit_count; unit++) {
        const struct rebalance_order *goal = &rebalance->goals[unit];
        const uint32_t i = flow_vehicle(&rebalance->flow, unit);
        if (goal->lot != PARKING_NONE) {
            rebalance->lots.taken[goal->lot]--;
        }
        if (i == ASSIGNMENT_NONE ||
            (!is_limited && rebalance->flow.spare != NULL &&
             given[rebalance->area_of[i]] == rebalance->spare[rebalance->area_of[i]])) {
            continue;
        }
        given[rebalance->area_of[i]]++;
        rebalance->vehicles[i].use = REBALANCE_SENT;
        rebalance->supply[rebalance->area_of[i]]--;
        rebalance->supply[area_of(core, goal->place)]++;
        rebalance_order(core, rebalance->vehicles[i].vehicle, goal->place, goal->lot);
    }
}

/* ---- The floor ---- */

/* Can this vehicle be at the area's place in time? */
static bool reaches(struct core *core, const struct rebalance_vehicle *entry, uint32_t area)
{
    const struct road_cells *cells = &core->network->cells;
    const struct road_place place = core->rebalance.places[area];
    const int64_t left_ms = core->config.floor_ms - entry->free_ms;
    return bound_ms(cells, entry->cell, road_cells_of(cells, place)) <= left_ms &&
           road_query_time(core->network->query, entry->place, place) <= left_ms;
}

static void keep(struct rebalance *rebalance, uint32_t area, struct rebalance_vehicle *entry)
{
    entry->use = entry->use == REBALANCE_IDLE ? REBALANCE_KEPT : entry->use;
    rebalance->keepers[area] = entry->vehicle + 1;
}

/* Does a vehicle of this use, in the area or anywhere, keep the area's floor? */
static bool is_kept(struct core *core, uint32_t area, enum rebalance_use use, bool is_within)
{
    struct rebalance *rebalance = &core->rebalance;
    for (uint32_t i = 0; i < rebalance->vehicle_count; i++) {
        struct rebalance_vehicle *entry = &rebalance->vehicles[i];
        if (entry->use == use && (!is_within || rebalance->area_of[i] == area) &&
            reaches(core, entry, area)) {
            keep(rebalance, area, entry);
            return true;
        }
    }
    return false;
}

/* Does the vehicle that kept the floor in the round before still do? Most do, and then nobody else
 * need be looked at. */
static bool is_still_kept(struct core *core, uint32_t area)
{
    struct rebalance *rebalance = &core->rebalance;
    const uint32_t keeper = rebalance->keepers[area];
    const uint32_t entry = keeper > 0 ? rebalance->entry_of[keeper - 1] : UINT32_MAX;
    if (entry == UINT32_MAX || !reaches(core, &rebalance->vehicles[entry], area)) {
        return false;
    }
    keep(rebalance, area, &rebalance->vehicles[entry]);
    return true;
}

static void keep_floor(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    static const int64_t worth = REBALANCE_DRIVE_MAX_MS;
    uint32_t lacking[ROAD_AREAS_MAX];
    uint32_t count = 0;
    for (uint32_t area = 0; area < core->network->areas.count; area++) {
        if (core->config.floor_ms > 0 && rebalance->known[area] && !is_still_kept(core, area) &&
            !is_kept(core, area, REBALANCE_KEPT, false) &&
            !is_kept(core, area, REBALANCE_BUSY, false) &&
            !is_kept(core, area, REBALANCE_IDLE, true) &&
            !is_kept(core, area, REBALANCE_IDLE, false)) {
            lacking[count++] = area;
        }
    }
    if (count == 0) {
        return;
    }
    flow_begin(&rebalance->flow, rebalance->vehicle_count, NULL, NULL, 0, count);
    for (uint32_t i = 0; i < count; i++) {
        want(core, lacking[i], &worth, 1, false, core->config.floor_ms);
    }
    order_units(core);
}

/* ---- Demand ---- */

/* Vehicles that the area needs for what it expects. */
static int32_t need(const struct rebalance *rebalance, uint32_t area)
{
    return rebalance->known[area]
               ? (int32_t)((demand_expected_milli(&rebalance->demand, area) + ROUND_MILLI) /
                           SERVED_MILLI)
               : 0;
}

/* Units that each area wants, the emptiest first where they are too many; their sum. */
static uint32_t count_units(struct core *core, uint32_t *units)
{
    struct rebalance *rebalance = &core->rebalance;
    int32_t lacking[ROAD_AREAS_MAX] = {0};
    uint32_t sum = 0;
    for (uint32_t area = 0; area < core->network->areas.count; area++) {
        const int32_t spare = rebalance->supply[area] - need(rebalance, area);
        units[area] = 0;
        lacking[area] = -spare;
        rebalance->spare[area] = spare > 0 ? (uint32_t)spare : 0;
    }
    while (sum < FLOW_UNITS_MAX) {
        uint32_t most = 0;
        for (uint32_t area = 1; area < core->network->areas.count; area++) {
            most = lacking[area] > lacking[most] ? area : most;
        }
        if (lacking[most] <= 0) {
            break;
        }
        lacking[most]--;
        units[most]++;
        sum++;
    }
    return sum;
}

static void follow_demand(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    uint32_t units[ROAD_AREAS_MAX];
    int64_t worths[FLOW_UNITS_MAX];
    const uint32_t sum = count_units(core, units);
    if (sum == 0) {
        return;
    }
    flow_begin(&rebalance->flow, rebalance->vehicle_count, rebalance->area_of, rebalance->spare,
               core->network->areas.count, sum);
    for (uint32_t area = 0; area < core->network->areas.count; area++) {
        const int32_t needed = need(rebalance, area);
        CHECK(units[area] == 0 || needed > 0);
        for (uint32_t i = 0; i < units[area]; i++) { /* half of it, and more the emptier it is */
            worths[i] = REBALANCE_DRIVE_MAX_MS / 2 +
                        REBALANCE_DRIVE_MAX_MS / 2 * (units[area] - i) / needed;
        }
        if (units[area] > 0) {
            want(core, area, worths, units[area], true, INT64_MAX - 1);
        }
    }
    order_units(core);
}

/* ---- The round ---- */

void rebalance_order(struct core *core, uint32_t vehicle, struct road_place place, uint32_t lot)
{
    struct rebalance *rebalance = &core->rebalance;
    struct parking_lots *lots = &rebalance->lots;
    CHECK(rebalance->order_count < core->config.limits.vehicles_max);
    if (lots->count > 0 && lots->lot_of[vehicle] != PARKING_NONE) {
        lots->taken[lots->lot_of[vehicle]]--;
        lots->lot_of[vehicle] = PARKING_NONE;
    }
    if (lot != PARKING_NONE) {
        lots->taken[lot]++;
        lots->lot_of[vehicle] = lot;
    }
    rebalance->orders[rebalance->order_count++] =
        (struct rebalance_order){.vehicle = vehicle, .place = place, .lot = lot};
}

/* Give some of the orders. What is no longer idle has other things to do by now. */
static void give_orders(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    for (uint32_t sent = 0;
         sent < REBALANCE_SENT_MAX && rebalance->order_next < rebalance->order_count; sent++) {
        const struct rebalance_order *order = &rebalance->orders[rebalance->order_next++];
        const struct plan *plan = &core->plans[order->vehicle];
        if (!live_is_usable(core, order->vehicle) || plan->stop_count > 0 || plan->standing) {
            continue;
        }
        live_rest(core, order->vehicle, order->place);
        emit_plan_fact(core, order->vehicle);
        emit_plan_change(core, order->vehicle);
    }
}

int64_t rebalance_due_ms(const struct core *core)
{
    const struct rebalance *rebalance = &core->rebalance;
    if (core->config.rebalance_ms == 0) {
        return INT64_MAX;
    }
    return rebalance->order_next < rebalance->order_count ? core->now_ms : rebalance->due_ms;
}

void rebalance_step(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    if (rebalance_due_ms(core) > core->now_ms) {
        return;
    }
    if (rebalance->order_next == rebalance->order_count) {
        rebalance->due_ms = core->now_ms + core->config.rebalance_ms;
        rebalance->order_count = 0;
        rebalance->order_next = 0;
        demand_advance(&rebalance->demand, core->now_ms);
        count_supply(core);
        parking_count(core);
        keep_floor(core);
        follow_demand(core);
        parking_round(core);
    }
    give_orders(core);
}
