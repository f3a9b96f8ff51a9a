/* Offers of the goal under way stand, in order, behind the rows of the units before it. */
#include "core/flow.h"

#include <string.h>

#include "base/check.h"

/* One offer more than is remembered stands behind the last row for a moment. */
#define OFFERS_MAX ((uint32_t)FLOW_UNITS_MAX * FLOW_UNITS_MAX + 1)

size_t flow_cost(uint32_t vehicles_max, uint32_t groups_max)
{
    return arena_cost(FLOW_UNITS_MAX + 1, sizeof(uint32_t)) +
           arena_cost(OFFERS_MAX, sizeof(uint32_t)) + arena_cost(OFFERS_MAX, sizeof(int64_t)) +
           arena_cost(FLOW_UNITS_MAX, sizeof(int64_t)) + arena_cost(groups_max, sizeof(uint32_t)) +
           arena_cost(groups_max, sizeof(int64_t)) + arena_cost(groups_max, sizeof(bool)) +
           arena_cost(vehicles_max, sizeof(bool)) + assignment_cost(FLOW_UNITS_MAX, vehicles_max);
}

bool flow_init(struct flow *flow, struct arena *arena, uint32_t vehicles_max, uint32_t groups_max)
{
    const size_t start = arena_mark(arena);
    *flow = (struct flow){.vehicles_max = vehicles_max, .groups_max = groups_max};
    flow->first = arena_take(arena, FLOW_UNITS_MAX + 1, sizeof *flow->first);
    flow->vehicles = arena_take(arena, OFFERS_MAX, sizeof *flow->vehicles);
    flow->costs = arena_take(arena, OFFERS_MAX, sizeof *flow->costs);
    flow->worths = arena_take(arena, FLOW_UNITS_MAX, sizeof *flow->worths);
    flow->offered_of = arena_take(arena, groups_max, sizeof *flow->offered_of);
    flow->limit_of = arena_take(arena, groups_max, sizeof *flow->limit_of);
    flow->is_held = arena_take(arena, groups_max, sizeof *flow->is_held);
    flow->is_seen = arena_take(arena, vehicles_max, sizeof *flow->is_seen);
    if (flow->is_seen != NULL &&
        assignment_init(&flow->assignment, arena, FLOW_UNITS_MAX, vehicles_max)) {
        return true;
    }
    arena_rewind(arena, start);
    return false;
}

static void begin_goal(struct flow *flow)
{
    flow->offer_count = 0;
    for (uint32_t group = 0; group < flow->group_count; group++) {
        flow->offered_of[group] = 0;
        flow->limit_of[group] = flow->spare[group] > 0 ? ASSIGNMENT_COST_MAX : -1;
    }
}

void flow_begin(struct flow *flow, uint32_t vehicle_count, const uint32_t *group_of,
                const uint32_t *spare, uint32_t group_count, uint32_t unit_limit)
{
    CHECK(vehicle_count <= flow->vehicles_max && group_count <= flow->groups_max);
    CHECK(unit_limit >= 1 && unit_limit <= FLOW_UNITS_MAX);
    CHECK((group_of == NULL) == (spare == NULL));
    flow->vehicle_count = vehicle_count;
    flow->group_of = group_of;
    flow->spare = spare;
    flow->group_count = group_of != NULL ? group_count : 0;
    flow->unit_limit = unit_limit;
    flow->unit_count = 0;
    flow->first[0] = 0;
    memset(flow->is_held, 0, flow->group_count * sizeof *flow->is_held);
    begin_goal(flow);
}

static uint32_t group_of(const struct flow *flow, uint32_t vehicle)
{
    return flow->group_of != NULL ? flow->group_of[vehicle] : FLOW_NO_GROUP;
}

/* Take the offer at `at` out of those of the goal under way. */
static void take_out(struct flow *flow, uint32_t at)
{
    uint32_t *vehicles = flow->vehicles + flow->first[flow->unit_count];
    int64_t *costs = flow->costs + flow->first[flow->unit_count];
    const uint32_t group = group_of(flow, vehicles[at]);
    const size_t behind = flow->offer_count - at - 1;
    memmove(vehicles + at, vehicles + at + 1, behind * sizeof *vehicles);
    memmove(costs + at, costs + at + 1, behind * sizeof *costs);
    flow->offer_count--;
    if (group != FLOW_NO_GROUP) {
        flow->offered_of[group]--;
    }
}

static void put_in(struct flow *flow, uint32_t vehicle, int64_t cost)
{
    uint32_t *vehicles = flow->vehicles + flow->first[flow->unit_count];
    int64_t *costs = flow->costs + flow->first[flow->unit_count];
    uint32_t at = flow->offer_count++;
    while (at > 0 &&
           (costs[at - 1] > cost || (costs[at - 1] == cost && vehicles[at - 1] > vehicle))) {
        vehicles[at] = vehicles[at - 1];
        costs[at] = costs[at - 1];
        at--;
    }
    vehicles[at] = vehicle;
    costs[at] = cost;
}

/* The last offer of a group. */
static uint32_t find_last(const struct flow *flow, uint32_t group)
{
    const uint32_t *vehicles = flow->vehicles + flow->first[flow->unit_count];
    uint32_t at = flow->offer_count;
    while (at > 0 && group_of(flow, vehicles[at - 1]) != group) {
        at--;
    }
    CHECK(at > 0);
    return at - 1;
}

void flow_offer(struct flow *flow, uint32_t vehicle, int64_t cost)
{
    CHECK(vehicle < flow->vehicle_count && cost >= 0 && cost <= ASSIGNMENT_COST_MAX);
    const uint32_t group = group_of(flow, vehicle);
    if (cost > flow_limit(flow, vehicle)) {
        return;
    }
    put_in(flow, vehicle, cost);
    if (group != FLOW_NO_GROUP && ++flow->offered_of[group] > flow->spare[group]) {
        take_out(flow, find_last(flow, group)); /* the others are cheaper, and all it may give */
    } else if (flow->offer_count > flow->unit_limit) {
        take_out(flow, flow->offer_count - 1);
    }
    if (group != FLOW_NO_GROUP && flow->offered_of[group] == flow->spare[group]) {
        flow->limit_of[group] = flow->costs[flow->first[flow->unit_count] + find_last(flow, group)];
    }
}

int64_t flow_limit(const struct flow *flow, uint32_t vehicle)
{
    const uint32_t group = group_of(flow, vehicle);
    const int64_t group_limit =
        group != FLOW_NO_GROUP ? flow->limit_of[group] : ASSIGNMENT_COST_MAX;
    if (flow->offer_count < flow->unit_limit) {
        return group_limit;
    }
    const int64_t limit = flow->costs[flow->first[flow->unit_count] + flow->offer_count - 1];
    return limit < group_limit ? limit : group_limit;
}

uint32_t flow_want(struct flow *flow, const int64_t *worths, uint32_t count)
{
    CHECK(count >= 1 && count <= flow->unit_limit - flow->unit_count);
    const uint32_t first_unit = flow->unit_count;
    const uint32_t row = flow->first[first_unit];
    const uint32_t offers = flow->offer_count;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t to = row + i * offers;
        if (i > 0) {
            memcpy(flow->vehicles + to, flow->vehicles + row, offers * sizeof *flow->vehicles);
            memcpy(flow->costs + to, flow->costs + row, offers * sizeof *flow->costs);
        }
        CHECK(worths[i] >= 0 && worths[i] < ASSIGNMENT_COST_MAX);
        flow->worths[flow->unit_count++] = worths[i];
        flow->first[flow->unit_count] = to + offers;
    }
    begin_goal(flow);
    return first_unit;
}

/* Units for a group that gave too many: all of its vehicles that anybody was offered stay, but for
 * those it may give. False where they are too many. */
static bool hold(struct flow *flow, uint32_t group)
{
    uint32_t *staying = flow->vehicles + flow->first[flow->unit_count];
    uint32_t count = 0;
    const uint32_t arcs = flow->first[flow->unit_count];
    memset(flow->is_seen, 0, flow->vehicle_count * sizeof *flow->is_seen);
    for (uint32_t arc = 0; arc < arcs; arc++) {
        const uint32_t vehicle = flow->vehicles[arc];
        if (group_of(flow, vehicle) == group && !flow->is_seen[vehicle]) {
            flow->is_seen[vehicle] = true;
            count++;
        }
    }
    const uint32_t units = count - flow->spare[group];
    if (units > FLOW_UNITS_MAX - flow->unit_count || (uint64_t)units * count > OFFERS_MAX - arcs) {
        return false;
    }
    count = 0;
    for (uint32_t vehicle = 0; vehicle < flow->vehicle_count; vehicle++) {
        if (flow->is_seen[vehicle]) {
            staying[count++] = vehicle;
        }
    }
    for (uint32_t unit = 0; unit < units; unit++) {
        const uint32_t to = arcs + unit * count;
        memmove(flow->vehicles + to, staying, count * sizeof *staying);
        memset(flow->costs + to, 0, count * sizeof *flow->costs);
        flow->worths[flow->unit_count++] = ASSIGNMENT_COST_MAX;
        flow->first[flow->unit_count] = to + count;
    }
    flow->is_held[group] = true;
    return true;
}

/* Hold the groups that give more than they may to the first `unit_count` units. False when one of
 * them cannot be held. */
static bool hold_all(struct flow *flow, uint32_t unit_count, bool *is_new)
{
    for (uint32_t group = 0; group < flow->group_count; group++) {
        flow->offered_of[group] = 0;
    }
    for (uint32_t unit = 0; unit < unit_count; unit++) {
        const uint32_t vehicle = flow_vehicle(flow, unit);
        const uint32_t group = vehicle != ASSIGNMENT_NONE ? group_of(flow, vehicle) : FLOW_NO_GROUP;
        if (group != FLOW_NO_GROUP) {
            flow->offered_of[group]++;
        }
    }
    *is_new = false;
    for (uint32_t group = 0; group < flow->group_count; group++) {
        if (flow->offered_of[group] <= flow->spare[group]) {
            continue;
        }
        CHECK(!flow->is_held[group]);
        if (!hold(flow, group)) {
            return false;
        }
        *is_new = true;
    }
    return true;
}

bool flow_solve(struct flow *flow)
{
    const uint32_t unit_count = flow->unit_count;
    bool again = true;
    while (again) {
        const struct assignment_problem problem = {
            .rider_count = flow->unit_count,
            .vehicle_count = flow->vehicle_count,
            .first = flow->first,
            .vehicles = flow->vehicles,
            .costs = flow->costs,
            .penalties = flow->worths,
        };
        assignment_solve(&flow->assignment, &problem);
        flow->solve_count++;
        if (!hold_all(flow, unit_count, &again)) {
            return false;
        }
    }
    return true;
}
