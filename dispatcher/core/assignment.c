/* Prices of vehicles rise until every rider's best offer is his own. A bid raises one price as far
 * as the rider's second choice allows; where bidding would go round in small steps, a shortest path
 * over reduced costs (cost + price of the vehicle - cost of the rider, never negative) moves a
 * chain of riders at once and raises all prices on its way.
 *
 * Candidates lie cheapest first and prices are never negative, so a scan stops at the first one
 * whose bare cost is too much. */
#include "core/assignment.h"

#include <string.h>

/* Bids in all for each rider. More leave fewer searches; past this they creep. */
#define BIDS_PER_RIDER 2

size_t assignment_cost(uint32_t riders_max, uint32_t vehicles_max)
{
    return 2 * arena_cost(riders_max, sizeof(uint32_t)) + arena_cost(riders_max, sizeof(int64_t)) +
           4 * arena_cost(vehicles_max, sizeof(uint32_t)) +
           arena_cost(vehicles_max, sizeof(struct assignment_vehicle)) +
           arena_cost(vehicles_max, sizeof(struct assignment_step_back)) + heap_cost(vehicles_max);
}

bool assignment_init(struct assignment *assignment, struct arena *arena, uint32_t riders_max,
                     uint32_t vehicles_max)
{
    CHECK(riders_max <= ASSIGNMENT_RIDERS_MAX);
    CHECK(vehicles_max < ASSIGNMENT_NONE);
    if (assignment_cost(riders_max, vehicles_max) > arena->size - arena->used)
        return false;
    *assignment = (struct assignment){
        .riders_max = riders_max,
        .vehicles_max = vehicles_max,
        .is_done = true,
        .vehicle_of = arena_take(arena, riders_max, sizeof(uint32_t)),
        .rider_of = arena_take(arena, vehicles_max, sizeof(uint32_t)),
        .rider_costs = arena_take(arena, riders_max, sizeof(int64_t)),
        .fleet = arena_take(arena, vehicles_max, sizeof(struct assignment_vehicle)),
        .waiting = arena_take(arena, riders_max, sizeof(uint32_t)),
        .back = arena_take(arena, vehicles_max, sizeof(struct assignment_step_back)),
        .pending = arena_take(arena, vehicles_max, sizeof(uint32_t)),
        .reached = arena_take(arena, vehicles_max, sizeof(uint32_t)),
        .settled = arena_take(arena, vehicles_max, sizeof(uint32_t)),
    };
    CHECK(assignment->settled != NULL);
    heap_init(&assignment->heap, arena, vehicles_max);
    return true;
}

static bool is_before(const uint32_t *vehicles, const int64_t *costs, uint32_t a, uint32_t b)
{
    if (costs[a] != costs[b])
        return costs[a] < costs[b];
    return vehicles[a] < vehicles[b];
}

static void swap(uint32_t *vehicles, int64_t *costs, uint32_t a, uint32_t b)
{
    uint32_t vehicle = vehicles[a];
    int64_t cost = costs[a];
    vehicles[a] = vehicles[b];
    costs[a] = costs[b];
    vehicles[b] = vehicle;
    costs[b] = cost;
}

/* Let what stands at `parent` sink below larger ones, in a heap with the last on top. */
static void sink(uint32_t *vehicles, int64_t *costs, uint32_t parent, uint32_t count)
{
    while (parent < count / 2) {
        uint32_t child = 2 * parent + 1;
        if (child + 1 < count && is_before(vehicles, costs, child, child + 1))
            child++;
        if (!is_before(vehicles, costs, parent, child))
            return;
        swap(vehicles, costs, parent, child);
        parent = child;
    }
}

void assignment_sort(uint32_t *vehicles, int64_t *costs, uint32_t count)
{
    for (uint32_t i = count / 2; i > 0; i--)
        sink(vehicles, costs, i - 1, count);
    for (uint32_t i = count; i > 1; i--) {
        swap(vehicles, costs, 0, i - 1);
        sink(vehicles, costs, 0, i - 1);
    }
}

/* All that the work relies on, looked at once; without branches this is the fastest part of all. */
static void check_problem(const struct assignment_problem *problem)
{
    bool is_in_order = problem->first[0] == 0;
    bool is_in_range = true;
    for (uint32_t rider = 0; rider < problem->rider_count; rider++) {
        uint32_t end = problem->first[rider + 1];
        int64_t before = 0;
        is_in_order &= problem->first[rider] <= end;
        is_in_range &= (uint64_t)problem->penalties[rider] <= ASSIGNMENT_COST_MAX;
        for (uint32_t arc = problem->first[rider]; arc < end; arc++) {
            is_in_order &= problem->costs[arc] >= before;
            is_in_range &= problem->vehicles[arc] < problem->vehicle_count;
            before = problem->costs[arc];
        }
        is_in_range &= before <= ASSIGNMENT_COST_MAX;
    }
    CHECK(is_in_order);
    CHECK(is_in_range);
}

void assignment_begin(struct assignment *assignment, const struct assignment_problem *problem)
{
    CHECK(problem->rider_count <= assignment->riders_max);
    CHECK(problem->vehicle_count <= assignment->vehicles_max);
    check_problem(problem);
    assignment->problem = *problem;
    assignment->is_done = false;
    for (uint32_t rider = 0; rider < problem->rider_count; rider++) {
        assignment->vehicle_of[rider] = ASSIGNMENT_NONE;
        assignment->waiting[rider] = rider;
    }
    for (uint32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++) {
        assignment->rider_of[vehicle] = ASSIGNMENT_NONE;
        assignment->back[vehicle].is_pending = false;
        assignment->fleet[vehicle] = (struct assignment_vehicle){.distance = INT64_MAX};
    }
    assignment->waiting_first = 0;
    assignment->waiting_count = problem->rider_count;
    assignment->bids_left = (uint64_t)problem->rider_count * BIDS_PER_RIDER;
    assignment->root = ASSIGNMENT_NONE;
    assignment->reached_count = 0;
    assignment->pending_count = 0;
    heap_clear(&assignment->heap);
    assignment->bid_count = 0;
    assignment->path_count = 0;
    assignment->work_count = 0;
}

static uint32_t take_waiting(struct assignment *assignment)
{
    uint32_t rider = assignment->waiting[assignment->waiting_first];
    assignment->waiting_first++;
    if (assignment->waiting_first == assignment->problem.rider_count)
        assignment->waiting_first = 0;
    assignment->waiting_count--;
    return rider;
}

static void add_waiting(struct assignment *assignment, uint32_t rider)
{
    uint32_t place = assignment->waiting_first + assignment->waiting_count;
    if (place >= assignment->problem.rider_count)
        place -= assignment->problem.rider_count;
    assignment->waiting[place] = rider;
    assignment->waiting_count++;
}

/* The two best offers that a rider has. The penalty is one, without an arc. */
struct offers {
    uint32_t best_arc;
    uint32_t next_arc;
    int64_t best;
    int64_t next;
};

static struct offers find_offers(struct assignment *assignment, uint32_t rider)
{
    const struct assignment_problem *problem = &assignment->problem;
    struct offers offers = {ASSIGNMENT_NONE, ASSIGNMENT_NONE, assignment->problem.penalties[rider],
                            INT64_MAX};
    uint32_t arc = problem->first[rider];
    uint32_t end = problem->first[rider + 1];
    for (; arc < end && problem->costs[arc] < offers.next; arc++) {
        int64_t cost = problem->costs[arc];
        uint32_t vehicle = problem->vehicles[arc];
        cost += assignment->fleet[vehicle].price;
        if (cost < offers.best || (cost == offers.best && offers.best_arc == ASSIGNMENT_NONE)) {
            offers.next = offers.best;
            offers.next_arc = offers.best_arc;
            offers.best = cost;
            offers.best_arc = arc;
        } else if (cost < offers.next) {
            offers.next = cost;
            offers.next_arc = arc;
        }
    }
    assignment->work_count += arc - problem->first[rider];
    return offers;
}

/* The next rider takes his best offer, and whoever had that vehicle waits again. Its price rises to
 * where it is no better than the second choice. */
static void bid(struct assignment *assignment)
{
    uint32_t rider = take_waiting(assignment);
    struct offers offers = find_offers(assignment, rider);
    assignment->bid_count++;
    assignment->bids_left--;
    if (offers.best_arc == ASSIGNMENT_NONE) {
        assignment->rider_costs[rider] = offers.best;
        return;
    }
    uint32_t vehicle = assignment->problem.vehicles[offers.best_arc];
    if (offers.best == offers.next && offers.next_arc != ASSIGNMENT_NONE &&
        assignment->rider_of[vehicle] != ASSIGNMENT_NONE)
        vehicle = assignment->problem.vehicles[offers.next_arc];
    uint32_t displaced = assignment->rider_of[vehicle];
    assignment->rider_costs[rider] = offers.next;
    assignment->fleet[vehicle].price += offers.next - offers.best;
    assignment->vehicle_of[rider] = vehicle;
    assignment->rider_of[vehicle] = rider;
    if (displaced != ASSIGNMENT_NONE) {
        assignment->vehicle_of[displaced] = ASSIGNMENT_NONE;
        add_waiting(assignment, displaced);
    }
}

/* A vehicle no farther than the settled ones is ready, and lies behind them. Of the others most
 * come nearer before the ready ones are through, so they wait for the heap until then. */
static void reach(struct assignment *assignment, uint32_t vehicle, int64_t distance)
{
    struct assignment_vehicle *there = &assignment->fleet[vehicle];
    if (there->distance == INT64_MAX)
        assignment->reached[assignment->reached_count++] = vehicle;
    there->distance = distance;
    if (distance == assignment->distance) {
        heap_remove(&assignment->heap, vehicle);
        assignment->settled[assignment->ready_count++] = vehicle;
    } else if (!assignment->back[vehicle].is_pending) {
        assignment->back[vehicle].is_pending = true;
        assignment->pending[assignment->pending_count++] = vehicle;
    }
}

/* From a rider at `distance` (less his own cost) on to all his candidates. Nothing as far as the
 * best end is of use any more. Nearly all the time is spent in this loop, so what it reads stands
 * in variables of its own, and a vehicle that is no nearer for it costs one branch. */
static void scan(struct assignment *assignment, uint32_t rider, int64_t distance)
{
    const struct assignment_problem *problem = &assignment->problem;
    const uint32_t *vehicles = problem->vehicles;
    const int64_t *costs = problem->costs;
    struct assignment_vehicle *fleet = assignment->fleet;
    int64_t end = assignment->end;
    if (distance + problem->penalties[rider] < end) {
        end = distance + problem->penalties[rider];
        assignment->end_rider = rider;
        assignment->end_arc = ASSIGNMENT_NONE;
    }
    uint32_t arc = problem->first[rider];
    uint32_t last = problem->first[rider + 1];
    for (; arc < last && distance + costs[arc] < end; arc++) {
        uint32_t vehicle = vehicles[arc];
        int64_t arrival = distance + costs[arc] + fleet[vehicle].price;
        int64_t limit = fleet[vehicle].distance < end ? fleet[vehicle].distance : end;
        if (arrival >= limit)
            continue;
        if (assignment->rider_of[vehicle] == ASSIGNMENT_NONE) {
            end = arrival;
            assignment->end_rider = rider;
            assignment->end_arc = arc;
            continue;
        }
        assignment->back[vehicle].rider = rider;
        assignment->back[vehicle].arc = arc;
        reach(assignment, vehicle, arrival);
    }
    assignment->end = end;
    assignment->work_count += arc - problem->first[rider];
}

static void start_search(struct assignment *assignment)
{
    assignment->root = take_waiting(assignment);
    assignment->end = INT64_MAX;
    assignment->distance = -1;
    assignment->settled_count = 0;
    assignment->ready_count = 0;
    assignment->path_count++;
    scan(assignment, assignment->root, 0);
}

/* Prices and costs follow from the distances, and the riders on the path move one on. */
static void end_search(struct assignment *assignment)
{
    const uint32_t *vehicles = assignment->problem.vehicles;
    for (uint32_t i = 0; i < assignment->settled_count; i++) {
        uint32_t vehicle = assignment->settled[i];
        int64_t rise = assignment->end - assignment->fleet[vehicle].distance;
        assignment->fleet[vehicle].price += rise;
        assignment->rider_costs[assignment->rider_of[vehicle]] += rise;
    }
    assignment->rider_costs[assignment->root] = assignment->end;
    uint32_t rider = assignment->end_rider;
    uint32_t arc = assignment->end_arc;
    for (;;) {
        uint32_t left = assignment->vehicle_of[rider];
        assignment->vehicle_of[rider] = arc == ASSIGNMENT_NONE ? ASSIGNMENT_NONE : vehicles[arc];
        if (arc != ASSIGNMENT_NONE)
            assignment->rider_of[vehicles[arc]] = rider;
        if (rider == assignment->root)
            break;
        rider = assignment->back[left].rider;
        arc = assignment->back[left].arc;
    }
    assignment->work_count += assignment->settled_count + assignment->reached_count;
    for (uint32_t i = 0; i < assignment->reached_count; i++)
        assignment->fleet[assignment->reached[i]].distance = INT64_MAX;
    assignment->reached_count = 0;
    heap_clear(&assignment->heap);
    assignment->root = ASSIGNMENT_NONE;
}

/* The nearest vehicle that is not settled becomes ready; false when none is nearer than the end. */
static bool advance(struct assignment *assignment)
{
    for (uint32_t i = 0; i < assignment->pending_count; i++) {
        uint32_t vehicle = assignment->pending[i];
        int64_t distance = assignment->fleet[vehicle].distance;
        assignment->back[vehicle].is_pending = false;
        if (distance > assignment->distance)
            heap_put(&assignment->heap, vehicle, distance);
    }
    assignment->work_count += assignment->pending_count;
    assignment->pending_count = 0;
    uint32_t nearest;
    int64_t distance;
    if (!heap_pop(&assignment->heap, &nearest, &distance) || distance >= assignment->end)
        return false;
    assignment->distance = distance;
    assignment->settled[assignment->ready_count++] = nearest;
    return true;
}

/* Settle a vehicle and go on from its rider, or end the search. */
static void search(struct assignment *assignment)
{
    if (assignment->settled_count == assignment->ready_count && !advance(assignment)) {
        end_search(assignment);
        return;
    }
    uint32_t vehicle = assignment->settled[assignment->settled_count++];
    uint32_t rider = assignment->rider_of[vehicle];
    scan(assignment, rider, assignment->distance - assignment->rider_costs[rider]);
}

bool assignment_step(struct assignment *assignment, uint64_t budget)
{
    uint64_t start = assignment->work_count;
    while (!assignment->is_done) {
        if (assignment->work_count - start >= budget)
            return false;
        assignment->work_count++;
        if (assignment->root != ASSIGNMENT_NONE)
            search(assignment);
        else if (assignment->waiting_count == 0)
            assignment->is_done = true;
        else if (assignment->bids_left > 0)
            bid(assignment);
        else
            start_search(assignment);
    }
    return true;
}

void assignment_solve(struct assignment *assignment, const struct assignment_problem *problem)
{
    assignment_begin(assignment, problem);
    CHECK(assignment_step(assignment, UINT64_MAX));
}

int64_t assignment_total(const struct assignment *assignment)
{
    const struct assignment_problem *problem = &assignment->problem;
    CHECK(assignment->is_done);
    int64_t total = 0;
    for (uint32_t rider = 0; rider < problem->rider_count; rider++) {
        uint32_t vehicle = assignment->vehicle_of[rider];
        int64_t price = vehicle == ASSIGNMENT_NONE ? 0 : assignment->fleet[vehicle].price;
        total += assignment->rider_costs[rider] - price;
    }
    return total;
}
