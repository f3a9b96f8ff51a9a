/* Bits in two directions: by cell, to find the legs, and by leg, to take it out again and to ask
 * whether one leg passes one cell. */
#include "core/fleet.h"

#include <string.h>

#include "base/check.h"
#include "core/route.h"

#define EVERYWHERE UINT16_MAX
#define NO_CELL    UINT16_MAX
#define RESTING    (UINT16_MAX - 1) /* in the list of those on their way to rest */
#define KEPT_UNITS 240 /* a leg whose room shrank by no more (a minute) stays as entered */
#define BITS       64

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static uint32_t words(uint32_t bits)
{
    return (bits + BITS - 1) / BITS;
}

static uint32_t legs_for(uint32_t vehicles_max, uint32_t stops_max)
{
    const uint64_t all = (uint64_t)vehicles_max * PLAN_STOPS_MAX;
    return words(all < stops_max ? (uint32_t)all : stops_max) * BITS;
}

size_t fleet_cost(uint32_t vehicles_max, uint32_t stops_max, const struct road_network *network)
{
    const size_t vehicles = vehicles_max;
    const size_t legs = legs_for(vehicles_max, stops_max);
    const uint32_t cells = network->cells.count;
    return arena_cost(vehicles, sizeof(struct plan)) +
           arena_cost(vehicles, sizeof(struct fleet_vehicle)) +
           arena_cost(legs, sizeof(struct fleet_leg)) + arena_cost(legs, sizeof(uint32_t)) +
           arena_cost(cells * legs / BITS, sizeof(uint64_t)) +
           arena_cost(legs * words(cells), sizeof(uint64_t)) +
           arena_cost(vehicles * PLAN_STOPS_MAX, sizeof(uint32_t)) +
           arena_cost(vehicles, sizeof(uint8_t)) + arena_cost(cells, sizeof(uint32_t)) +
           2 * arena_cost(vehicles, sizeof(uint32_t)) + arena_cost(vehicles, sizeof(uint16_t));
}

static void take_index(struct fleet *fleet, struct arena *arena)
{
    const size_t vehicles = fleet->vehicles_max;
    const size_t legs = fleet->legs_max;
    const uint32_t cells = fleet->network->cells.count;
    fleet->legs = arena_take(arena, legs, sizeof *fleet->legs);
    fleet->free_legs = arena_take(arena, legs, sizeof *fleet->free_legs);
    fleet->in_cell = arena_take(arena, cells * legs / BITS, sizeof *fleet->in_cell);
    fleet->of_leg = arena_take(arena, legs * fleet->cell_words, sizeof *fleet->of_leg);
    fleet->plan_legs = arena_take(arena, vehicles * PLAN_STOPS_MAX, sizeof *fleet->plan_legs);
    fleet->leg_count = arena_take(arena, vehicles, sizeof *fleet->leg_count);
    fleet->first = arena_take(arena, cells, sizeof *fleet->first);
    fleet->previous = arena_take(arena, vehicles, sizeof *fleet->previous);
    fleet->resting = arena_take(arena, vehicles, sizeof *fleet->resting);
    fleet->end_cell = arena_take(arena, vehicles, sizeof *fleet->end_cell);
}

bool fleet_init(struct fleet *fleet, struct arena *arena, uint32_t vehicles_max, uint32_t stops_max,
                struct road_network *network)
{
    CHECK(vehicles_max > 0 && stops_max > 0);
    if (fleet_cost(vehicles_max, stops_max, network) > arena->size - arena->used) {
        return false;
    }
    *fleet = (struct fleet){
        .vehicles_max = vehicles_max,
        .network = network,
        .legs_max = legs_for(vehicles_max, stops_max),
        .cell_words = words(network->cells.count),
    };
    fleet->plans = arena_take(arena, vehicles_max, sizeof *fleet->plans);
    fleet->vehicles = arena_take(arena, vehicles_max, sizeof *fleet->vehicles);
    take_index(fleet, arena);
    CHECK(fleet->end_cell != NULL);
    fleet->free_count = fleet->legs_max;
    for (uint32_t i = 0; i < fleet->legs_max; i++) {
        fleet->free_legs[i] = fleet->legs_max - 1 - i;
    }
    memset(fleet->first, 0xff, network->cells.count * sizeof *fleet->first);
    memset(fleet->end_cell, 0xff, vehicles_max * sizeof *fleet->end_cell);
    memset(fleet->plan_legs, 0xff,
           (size_t)vehicles_max * PLAN_STOPS_MAX * sizeof *fleet->plan_legs);
    return true;
}

/* ---- Where plans end ---- */

struct road_place fleet_end(const struct fleet *fleet, uint32_t vehicle)
{
    const struct plan *plan = &fleet->plans[vehicle];
    return plan->stop_count == 0 ? plan->start : plan->stops[plan->stop_count - 1].place;
}

/* The way from the tail of its arc to a place; 0 at a node. In free flow, as the cells' bounds are:
 * by so much the bound from the tail is above that from the place at the most, whatever the travel
 * times of now. */
static int64_t offset_ms(const struct fleet *fleet, struct road_place place)
{
    if (place.arc == ROAD_NONE) {
        return 0;
    }
    return road_place_before_ms(place, fleet->network->graph->free_ms[place.arc]);
}

static void leave_list(struct fleet *fleet, uint32_t vehicle)
{
    const uint32_t next = fleet->vehicles[vehicle].next;
    if (fleet->end_cell[vehicle] == RESTING) {
        const uint32_t last = fleet->resting[--fleet->resting_count];
        fleet->resting[next] = last;
        fleet->vehicles[last].next = next;
        return;
    }
    const uint32_t previous = fleet->previous[vehicle];
    if (previous == FLEET_NONE) {
        fleet->first[fleet->end_cell[vehicle]] = next;
    } else {
        fleet->vehicles[previous].next = next;
    }
    if (next != FLEET_NONE) {
        fleet->previous[next] = previous;
    }
}

static void enter_list(struct fleet *fleet, uint32_t vehicle, uint16_t cell)
{
    fleet->end_cell[vehicle] = cell;
    if (cell == RESTING) {
        fleet->vehicles[vehicle].next = fleet->resting_count;
        fleet->resting[fleet->resting_count++] = vehicle;
        return;
    }
    fleet->vehicles[vehicle].next = fleet->first[cell];
    fleet->previous[vehicle] = FLEET_NONE;
    if (fleet->first[cell] != FLEET_NONE) {
        fleet->previous[fleet->first[cell]] = vehicle;
    }
    fleet->first[cell] = vehicle;
}

static void enter_end(struct fleet *fleet, uint32_t vehicle)
{
    const struct plan *plan = &fleet->plans[vehicle];
    const struct road_place end = fleet_end(fleet, vehicle);
    struct fleet_vehicle *entry = &fleet->vehicles[vehicle];
    entry->free_ms =
        plan->stop_count == 0 ? plan->start_ms : plan->stops[plan->stop_count - 1].depart_ms;
    entry->end = end;
    entry->seats = plan->seats;
    entry->wheelchair_spaces = plan->wheelchair_spaces;
    entry->stop_count = plan->stop_count;
    const bool resting = plan->stop_count == 0 && plan->under_way;
    const uint16_t cell = resting ? RESTING : (uint16_t)road_cells_of(&fleet->network->cells, end);
    const int64_t offset = offset_ms(fleet, end);
    fleet->offset_ms = offset > fleet->offset_ms ? offset : fleet->offset_ms;
    entry->leave_ms =
        (int32_t)(road_cells_leave(&fleet->network->cells, end) * ROAD_CELLS_UNIT_MS - offset);
    if (fleet->end_cell[vehicle] != cell) {
        if (fleet->end_cell[vehicle] != NO_CELL) {
            leave_list(fleet, vehicle);
        }
        enter_list(fleet, vehicle, cell);
    }
}

/* ---- Legs ---- */

static uint64_t *cell_legs(struct fleet *fleet, uint32_t cell)
{
    return fleet->in_cell + (size_t)cell * (fleet->legs_max / BITS);
}

static uint64_t *leg_cells(const struct fleet *fleet, uint32_t leg)
{
    return fleet->of_leg + (size_t)leg * fleet->cell_words;
}

/* Which of 64 cells are within the limit of a detour over them? */
static uint64_t cells_within(const uint16_t *restrict from, const uint16_t *restrict to,
                             uint32_t count, uint32_t limit_units)
{
    uint64_t within = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t units = (uint32_t)from[i] + to[i];
        within |= (uint64_t)(units <= limit_units) << i;
    }
    return within;
}

static void enter_leg(struct fleet *fleet, uint32_t leg)
{
    const struct fleet_leg *entry = &fleet->legs[leg];
    const struct road_cells *cells = &fleet->network->cells;
    const uint16_t *from = cells->from + (size_t)entry->from_cell * cells->count;
    const uint16_t *to = cells->to + (size_t)entry->to_cell * cells->count;
    uint64_t *entered = leg_cells(fleet, leg);
    const uint64_t bit = UINT64_C(1) << leg % BITS;
    for (uint32_t w = 0; w < fleet->cell_words; w++) {
        const uint32_t left = cells->count - w * BITS;
        const uint64_t within = cells_within(from + w * BITS, to + w * BITS,
                                             left < BITS ? left : BITS, entry->limit_units);
        entered[w] = within;
        for (uint64_t rest = within; rest != 0; rest &= rest - 1) {
            const uint32_t cell = w * BITS + (uint32_t)__builtin_ctzll(rest);
            cell_legs(fleet, cell)[leg / BITS] |= bit;
        }
    }
}

static void take_out_leg(struct fleet *fleet, uint32_t leg)
{
    const uint64_t *entered = leg_cells(fleet, leg);
    const uint64_t bit = UINT64_C(1) << leg % BITS;
    for (uint32_t w = 0; w < fleet->cell_words; w++) {
        for (uint64_t rest = entered[w]; rest != 0; rest &= rest - 1) {
            const uint32_t cell = w * BITS + (uint32_t)__builtin_ctzll(rest);
            cell_legs(fleet, cell)[leg / BITS] &= ~bit;
        }
    }
    CHECK(fleet->free_count < fleet->legs_max);
    fleet->free_legs[fleet->free_count++] = leg;
}

/* What a detour on the leg is measured from: its beginning, or where the vehicle was seen on it. */
static void bound(const struct fleet *fleet, struct fleet_leg *leg)
{
    const struct road_cells *cells = &fleet->network->cells;
    const struct plan *plan = &fleet->plans[leg->vehicle];
    const struct plan_item *to = &plan->stops[leg->at];
    const bool seen = leg->at == 0 && plan->under_way && plan->seen_ms > plan->start_ms;
    leg->to = to->place;
    if (seen) {
        leg->seen = plan->seen;
        leg->leg_ms = (int32_t)(to->arrive_ms - plan->seen_ms);
        leg->depart_ms = plan->seen_ms;
    } else {
        leg->seen = leg->at == 0 ? plan->start : plan->stops[leg->at - 1].place;
        leg->leg_ms = (int32_t)to->leg_ms;
        leg->depart_ms = leg->at == 0 ? plan->start_ms : plan->stops[leg->at - 1].depart_ms;
    }
    leg->seen_cell = (uint16_t)road_cells_of(cells, leg->seen);
    leg->leave_units = (uint16_t)road_cells_leave(cells, leg->seen);
    leg->enter_units = (uint16_t)road_cells_enter(cells, leg->to);
}

void fleet_seen(struct fleet *fleet, uint32_t vehicle)
{
    const uint32_t leg = fleet->plan_legs[(size_t)vehicle * PLAN_STOPS_MAX];
    if (fleet->plans[vehicle].stop_count > 0 && leg != FLEET_NONE) {
        bound(fleet, &fleet->legs[leg]);
    }
}

/* The places of the stands that wait, as bits. */
static uint64_t waiting(const struct plan *plan)
{
    uint64_t places = 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        places |= plan_waits(&plan->stops[i]) ? fleet_place_bit(plan->stops[i].place) : 0;
    }
    return places;
}

/* What a detour before stop `at` may spare others, where the vehicle waits for riders: its own
 * waiting, and the ride of who is picked up later and set down in time all the same. */
static int64_t gain(const struct route *route, uint32_t at, const struct core_config *config)
{
    const struct core_weights *weights = &config->weights;
    return (weights->vehicle_s + weights->ride_s * route->pickups_from[at]) * route->stands_ms[at];
}

/* The leg to stop `at` as it is to be entered. */
static struct fleet_leg describe(const struct fleet *fleet, uint32_t vehicle, uint32_t at,
                                 const struct route *route, const struct core_config *config)
{
    const struct plan *plan = &fleet->plans[vehicle];
    const struct road_cells *cells = &fleet->network->cells;
    const struct road_place from = at == 0 ? plan->start : plan->stops[at - 1].place;
    struct fleet_leg leg = {
        .vehicle = vehicle,
        .from_cell = (uint16_t)road_cells_of(cells, from),
        .to_cell = (uint16_t)road_cells_of(cells, plan->stops[at].place),
        .limit_units = EVERYWHERE,
        .at = (uint8_t)at,
    };
    leg.waiting = waiting(plan);
    const int64_t limit_ms = plan->stops[at].leg_ms + route->room_ms[at] + offset_ms(fleet, from);
    if (!route->loose && limit_ms / ROAD_CELLS_UNIT_MS < ROAD_CELLS_UNITS_MAX) {
        leg.limit_units = (uint16_t)(limit_ms / ROAD_CELLS_UNIT_MS);
    }
    bound(fleet, &leg);
    leg.is_bounded = !route->loose;
    leg.gain = gain(route, at, config);
    leg.room_ms = (int32_t)lesser(route->room_ms[at], INT32_MAX);
    return leg;
}

/* Does what is entered for `old` do for `leg` as well? */
static bool still_holds(const struct fleet_leg *old, const struct fleet_leg *leg)
{
    return old->from_cell == leg->from_cell && old->to_cell == leg->to_cell &&
           old->limit_units >= leg->limit_units &&
           (old->limit_units - leg->limit_units <= KEPT_UNITS ||
            old->limit_units == leg->limit_units);
}

void fleet_update(struct fleet *fleet, uint32_t vehicle, const struct core_config *config)
{
    const struct plan *plan = &fleet->plans[vehicle];
    uint32_t *legs = fleet->plan_legs + (size_t)vehicle * PLAN_STOPS_MAX;
    uint32_t old[PLAN_STOPS_MAX];
    const uint32_t old_count = fleet->leg_count[vehicle];
    struct route route;
    memcpy(old, legs, sizeof old);
    route_make(&route, plan);
    enter_end(fleet, vehicle);
    struct fleet_leg wanted[PLAN_STOPS_MAX];
    for (uint32_t at = 0; at < plan->stop_count; at++) {
        legs[at] = FLEET_NONE;
        if (at < plan->committed) {
            continue;
        }
        wanted[at] = describe(fleet, vehicle, at, &route, config);
        for (uint32_t i = 0; i < old_count && legs[at] == FLEET_NONE; i++) {
            if (old[i] != FLEET_NONE && still_holds(&fleet->legs[old[i]], &wanted[at])) {
                const uint16_t limit_units = fleet->legs[old[i]].limit_units;
                legs[at] = old[i];
                fleet->legs[old[i]] = wanted[at];
                fleet->legs[old[i]].limit_units = limit_units; /* as it is entered */
                old[i] = FLEET_NONE;
            }
        }
    }
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i] != FLEET_NONE) {
            take_out_leg(fleet, old[i]);
        }
    }
    for (uint32_t at = plan->committed; at < plan->stop_count; at++) {
        if (legs[at] == FLEET_NONE) {
            CHECK(fleet->free_count > 0);
            const uint32_t leg = fleet->free_legs[--fleet->free_count];
            legs[at] = leg;
            fleet->legs[leg] = wanted[at];
            fleet->leg_words = leg / BITS >= fleet->leg_words ? leg / BITS + 1 : fleet->leg_words;
            enter_leg(fleet, leg);
        }
    }
    fleet->leg_count[vehicle] = plan->stop_count;
}

void fleet_refresh(struct fleet *fleet, uint32_t vehicle, const struct core_config *config)
{
    plan_refresh(&fleet->plans[vehicle], fleet->now_ms, config);
}

bool fleet_leg_passes(const struct fleet *fleet, uint32_t vehicle, uint32_t at, uint32_t cell)
{
    const uint32_t leg = fleet->plan_legs[(size_t)vehicle * PLAN_STOPS_MAX + at];
    return leg != FLEET_NONE && (leg_cells(fleet, leg)[cell / BITS] >> cell % BITS & 1) != 0;
}
