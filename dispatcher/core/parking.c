/* A lot's slots are numbered as soon as a vehicle that has nowhere to wait comes upon it; they are
 * what the flow hands out, one goal a vehicle. */
#include "core/parking.h"

#include "base/check.h"
#include "core/inside.h"
#include "core/live.h"

#define WORTH (ASSIGNMENT_COST_MAX - 1) /* of a slot: nobody stays on the street who need not */

const char *parking_fault(const struct parking *list, uint32_t count)
{
    if (count > PARKING_MAX) {
        return "there are more than 1024 waiting places";
    }
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].room < 1 || list[i].room > PARKING_ROOM_MAX) {
            return "the room of a waiting place is not 1 to 65536";
        }
        if (list[i].kind != PARKING_KERB && list[i].kind != PARKING_DEPOT) {
            return "a waiting place is neither kerb nor depot";
        }
        if (i > 0 && parking_compare(&list[i - 1].place, &list[i].place) >= 0) {
            return "the waiting places are not in order, or one is there twice";
        }
    }
    return NULL;
}

uint32_t parking_columns_max(const struct core_config *config)
{
    uint32_t columns = 0;
    if (config->parking_changes) {
        return PARKING_MAX * FLOW_UNITS_MAX;
    }
    for (uint32_t i = 0; i < config->parking_count; i++) {
        const uint32_t room = config->parking[i].room;
        columns += room < FLOW_UNITS_MAX ? room : FLOW_UNITS_MAX;
    }
    return columns;
}

static uint32_t count_max(const struct core_config *config)
{
    return config->parking_changes ? PARKING_MAX : config->parking_count;
}

size_t parking_cost(const struct core_config *config)
{
    return 3 * arena_cost(count_max(config), sizeof(uint32_t)) +
           arena_cost(config->limits.vehicles_max, sizeof(uint32_t)) +
           arena_cost(parking_columns_max(config), sizeof(uint32_t));
}

/* Nobody has room in it yet. */
static void take_list(struct core *core, const struct parking *list, uint32_t count)
{
    struct parking_lots *lots = &core->rebalance.lots;
    lots->list = list;
    lots->count = count;
    for (uint32_t i = 0; i < count; i++) {
        CHECK(road_place_valid(core->network->graph, list[i].place));
        lots->area_of[i] = road_cells_of(&core->network->areas, list[i].place);
    }
    for (uint32_t v = 0; v < core->config.limits.vehicles_max; v++) {
        lots->lot_of[v] = PARKING_NONE;
    }
}

bool parking_init(struct core *core, struct arena *arena)
{
    struct parking_lots *lots = &core->rebalance.lots;
    const uint32_t count = count_max(&core->config);
    lots->columns_max = parking_columns_max(&core->config);
    lots->area_of = arena_take(arena, count, sizeof *lots->area_of);
    lots->taken = arena_take(arena, count, sizeof *lots->taken);
    lots->column = arena_take(arena, count, sizeof *lots->column);
    lots->lot_of = arena_take(arena, core->config.limits.vehicles_max, sizeof *lots->lot_of);
    lots->slots = arena_take(arena, lots->columns_max, sizeof *lots->slots);
    if (lots->slots == NULL) {
        return false;
    }
    take_list(core, core->config.parking, core->config.parking_count);
    return true;
}

void parking_set(struct core *core, const struct parking *list, uint32_t count)
{
    CHECK(core->config.parking_changes && core->config.rebalance_ms > 0);
    CHECK(parking_fault(list, count) == NULL);
    take_list(core, list, count);
    parking_count(core);
}

/* The lot at a place, or PARKING_NONE. */
static uint32_t find_lot(const struct parking_lots *lots, struct road_place place)
{
    uint32_t low = 0;
    uint32_t high = lots->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = parking_compare(&lots->list[middle].place, &place);
        if (order == 0) {
            return middle;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return PARKING_NONE;
}

static bool is_in_shift(const struct core *core, uint32_t vehicle)
{
    const struct plan *plan = &core->plans[vehicle];
    return plan->from_ms <= core->now_ms && core->now_ms < plan->until_ms;
}

/* The lot where the vehicle waits or goes to wait. */
static uint32_t lot_of(const struct core *core, uint32_t vehicle)
{
    const struct parking_lots *lots = &core->rebalance.lots;
    const struct plan *plan = &core->plans[vehicle];
    if (plan->stop_count == 0) {
        const bool is_home =
            !is_in_shift(core, vehicle) &&
            road_place_equal(plan->rest, state_vehicle(core->state, vehicle)->enrolled.home);
        return plan->rests && !is_home ? find_lot(lots, plan->rest) : PARKING_NONE;
    }
    return plan->under_way || plan->standing ? PARKING_NONE : lots->lot_of[vehicle];
}

uint32_t parking_free(const struct parking_lots *lots, uint32_t lot)
{
    return lots->list[lot].room - lots->taken[lot];
}

void parking_count(struct core *core)
{
    struct parking_lots *lots = &core->rebalance.lots;
    for (uint32_t i = 0; i < lots->count; i++) {
        lots->taken[i] = 0;
    }
    for (uint32_t v = 0; lots->count > 0 && v < core->fleet.count; v++) {
        live_refresh(core, v);
        uint32_t lot = lot_of(core, v);
        if (lot != PARKING_NONE && parking_free(lots, lot) == 0) {
            lot = PARKING_NONE;
        }
        lots->lot_of[v] = lot;
        if (lot != PARKING_NONE) {
            lots->taken[lot]++;
        }
    }
}

/* ---- Those who have nowhere to wait ---- */

/* Offer the slots of a lot to the vehicle whose goal is under way, for the drive there. */
static void offer_lot(struct core *core, uint32_t lot, uint32_t unit_limit, uint32_t *columns,
                      const struct rebalance_vehicle *from)
{
    struct parking_lots *lots = &core->rebalance.lots;
    struct flow *flow = &core->rebalance.flow;
    const uint32_t free = parking_free(lots, lot);
    const uint32_t slots = free < unit_limit ? free : unit_limit;
    const uint32_t known = lots->column[lot];
    const int64_t ms = road_query_time(core->network->query, from->place, lots->list[lot].place);
    if (ms >= PLAN_LEG_MAX_MS) {
        return;
    }
    if (known == PARKING_NONE) {
        lots->column[lot] = *columns;
        for (uint32_t i = 0; i < slots; i++) {
            lots->slots[(*columns)++] = lot;
        }
    }
    for (uint32_t i = 0; i < slots && ms <= flow_limit(flow, lots->column[lot] + i); i++) {
        flow_offer(flow, lots->column[lot] + i, ms);
    }
}

/* One vehicle's goal: every lot with room that may be among its nearest. */
static void offer_lots(struct core *core, uint32_t unit_limit, uint32_t *columns,
                       const struct rebalance_vehicle *from)
{
    const struct parking_lots *lots = &core->rebalance.lots;
    const struct road_cells *cells = &core->network->cells;
    const uint16_t *bounds = cells->from + (size_t)from->cell * cells->count;
    for (uint32_t lot = 0; lot < lots->count; lot++) {
        const uint32_t cell = road_cells_of(cells, lots->list[lot].place);
        if (parking_free(lots, lot) > 0 &&
            bounds[cell] * (int64_t)ROAD_CELLS_UNIT_MS <= flow_limit(&core->rebalance.flow, 0)) {
            offer_lot(core, lot, unit_limit, columns, from);
        }
    }
}

/* The next vehicle from `next` on that waits on the street; false at the end. */
static bool next_stray(const struct core *core, uint32_t *next)
{
    const struct rebalance *rebalance = &core->rebalance;
    while (*next < rebalance->vehicle_count) {
        const struct rebalance_vehicle *entry = &rebalance->vehicles[*next];
        if ((entry->use == REBALANCE_IDLE || entry->use == REBALANCE_KEPT) &&
            rebalance->lots.lot_of[entry->vehicle] == PARKING_NONE) {
            return true;
        }
        (*next)++;
    }
    return false;
}

/* Lots for up to FLOW_UNITS_MAX of those from `first` on; returns where the next begin. */
static uint32_t place_strays(struct core *core, uint32_t first)
{
    struct rebalance *rebalance = &core->rebalance;
    struct parking_lots *lots = &rebalance->lots;
    static const int64_t worth = WORTH;
    uint32_t strays[FLOW_UNITS_MAX];
    uint32_t count = 0;
    uint32_t columns = 0;
    while (count < FLOW_UNITS_MAX && next_stray(core, &first)) {
        strays[count++] = first++;
    }
    if (count == 0) {
        return first;
    }
    for (uint32_t lot = 0; lot < lots->count; lot++) {
        lots->column[lot] = PARKING_NONE;
    }
    flow_begin(&rebalance->flow, lots->columns_max, NULL, NULL, 0, count);
    for (uint32_t i = 0; i < count; i++) {
        offer_lots(core, count, &columns, &rebalance->vehicles[strays[i]]);
        (void)flow_want(&rebalance->flow, &worth, 1);
    }
    CHECK(flow_solve(&rebalance->flow)); /* no groups */
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t column = flow_vehicle(&rebalance->flow, i);
        if (column == ASSIGNMENT_NONE) {
            lots->full_count++;
            continue;
        }
        const uint32_t lot = lots->slots[column];
        rebalance_order(core, rebalance->vehicles[strays[i]].vehicle, lots->list[lot].place, lot);
    }
    return first;
}

/* ---- Those whose shift has ended ---- */

static void send_home(struct core *core, uint32_t vehicle)
{
    const struct plan *plan = &core->plans[vehicle];
    const struct road_place home = state_vehicle(core->state, vehicle)->enrolled.home;
    if (plan->stop_count > 0 || plan->standing ||
        (plan->rests ? road_place_equal(plan->rest, home) : road_place_equal(plan->start, home)) ||
        road_query_time(core->network->query, plan->start, home) >= PLAN_LEG_MAX_MS) {
        return;
    }
    rebalance_order(core, vehicle, home, PARKING_NONE);
}

void parking_round(struct core *core)
{
    const struct rebalance *rebalance = &core->rebalance;
    if (rebalance->lots.count == 0) {
        return;
    }
    for (uint32_t v = 0; v < core->fleet.count; v++) {
        if (!is_in_shift(core, v) && live_is_usable(core, v)) {
            send_home(core, v); /* first: it may make room */
        }
    }
    for (uint32_t next = 0; next < rebalance->vehicle_count;) {
        next = place_strays(core, next);
    }
}
