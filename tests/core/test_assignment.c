/* Problems drawn from seeds, solved beside a plain Hungarian method that shares no line with it,
 * and large ones whose answer is proved by its own prices. */
#include "core/assignment.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum {
    RIDERS = 2000,
    VEHICLES = 2500,
    CANDIDATES = 64,
    ARENA_BYTES = 1 << 19,
    SMALL = 24, /* what the Hungarian method is given at most, each way */
    WIDTH = 2 * SMALL + 1,
};

static _Alignas(16) uint8_t block[ARENA_BYTES];

/* A problem with room for its arrays. */
static struct draft {
    struct assignment_problem problem;
    uint32_t first[RIDERS + 1];
    uint32_t vehicles[RIDERS * CANDIDATES];
    int64_t costs[RIDERS * CANDIDATES];
    int64_t penalties[RIDERS];
} draft;

static void make(struct assignment *assignment, uint32_t riders_max, uint32_t vehicles_max)
{
    struct arena arena;
    size_t size = assignment_cost(riders_max, vehicles_max);
    cr_assert_leq(size, sizeof block);
    memset(block, 0, sizeof block);
    arena_init(&arena, block, size);
    cr_assert(assignment_init(assignment, &arena, riders_max, vehicles_max));
    cr_assert_eq(arena.used, arena.size, "the cost is exact");
}

static void begin_draft(uint32_t vehicle_count)
{
    draft.problem = (struct assignment_problem){
        .vehicle_count = vehicle_count,
        .first = draft.first,
        .vehicles = draft.vehicles,
        .costs = draft.costs,
        .penalties = draft.penalties,
    };
    draft.first[0] = 0;
    draft.first[1] = 0;
}

static void add_candidate(uint32_t vehicle, int64_t cost)
{
    uint32_t arc = draft.first[draft.problem.rider_count + 1]++;
    draft.vehicles[arc] = vehicle;
    draft.costs[arc] = cost;
}

/* The candidates added since the rider before are his. */
static void add_rider(int64_t penalty)
{
    uint32_t rider = draft.problem.rider_count++;
    uint32_t first = draft.first[rider];
    assignment_sort(draft.vehicles + first, draft.costs + first, draft.first[rider + 1] - first);
    draft.penalties[rider] = penalty;
    if (rider + 1 < RIDERS)
        draft.first[rider + 2] = draft.first[rider + 1];
}

/* Between what numbers a kind of problem is drawn. */
struct kind {
    const char *name;
    uint32_t riders, vehicles, candidates; /* at most */
    int64_t cost_low, cost_high;
    int64_t penalty_low, penalty_high;
    int problem_count;
};

static const struct kind KINDS[] = {
    {"tiny", 4, 4, 4, 0, 20, 0, 25, 4000},
    {"few", 8, 8, 5, 0, 1000, 500, 1500, 2000},
    {"ties", 10, 10, 8, 0, 2, 1, 3, 2000},
    {"all alike", 10, 8, 8, 7, 7, 7, 8, 500},
    {"one candidate", 12, 6, 1, 0, 50, 0, 100, 1000},
    {"scarce", 16, 4, 4, 0, 300, 100, 400, 1000},
    {"plenty", 6, 24, 12, 0, 300, 1000, 1000, 1000},
    {"all compete", 20, 20, 10, 0, 5000, 100000, 100000, 600},
    {"no vehicle", 5, 0, 0, 0, 0, 0, 9, 50},
    {"free to stay", 10, 10, 5, 0, 9, 0, 0, 300},
    {"large costs", 12, 10, 8, ASSIGNMENT_COST_MAX - 5, ASSIGNMENT_COST_MAX,
     ASSIGNMENT_COST_MAX - 3, ASSIGNMENT_COST_MAX, 1000},
    {"wide costs", 12, 10, 8, 0, ASSIGNMENT_COST_MAX, 0, ASSIGNMENT_COST_MAX, 1000},
};

#define KIND_COUNT (sizeof KINDS / sizeof KINDS[0])

/* Candidates are drawn with repeats: the same vehicle may be named twice. */
static void draw(const struct kind *kind, struct random *random)
{
    begin_draft((uint32_t)random_below(random, kind->vehicles + UINT64_C(1)));
    uint32_t riders = (uint32_t)random_below(random, kind->riders + UINT64_C(1));
    for (uint32_t rider = 0; rider < riders; rider++) {
        uint64_t count = random_below(random, kind->candidates + UINT64_C(1));
        if (draft.problem.vehicle_count == 0)
            count = 0;
        for (uint64_t i = 0; i < count; i++)
            add_candidate((uint32_t)random_below(random, draft.problem.vehicle_count),
                          random_between(random, kind->cost_low, kind->cost_high));
        add_rider(random_between(random, kind->penalty_low, kind->penalty_high));
    }
}

#define FORBIDDEN (INT64_C(1) << 50)

/* Row and column 0 are the method's own. Column v + 1 is vehicle v, and after the vehicles every
 * rider has a column for his penalty. */
static void fill(const struct assignment_problem *problem, int64_t table[SMALL + 1][WIDTH])
{
    for (uint32_t r = 0; r <= SMALL; r++) {
        for (uint32_t c = 0; c < WIDTH; c++)
            table[r][c] = FORBIDDEN;
    }
    for (uint32_t r = 0; r < problem->rider_count; r++) {
        for (uint32_t arc = problem->first[r]; arc < problem->first[r + 1]; arc++) {
            int64_t *cell = &table[r + 1][problem->vehicles[arc] + 1];
            if (problem->costs[arc] < *cell)
                *cell = problem->costs[arc];
        }
        table[r + 1][problem->vehicle_count + r + 1] = problem->penalties[r];
    }
}

/* One row enters: its shortest path over the whole table, column by column. */
static void enter_row(int64_t table[SMALL + 1][WIDTH], uint32_t row, uint32_t columns,
                      int64_t u[SMALL + 1], int64_t v[WIDTH], uint32_t owner[WIDTH])
{
    int64_t slack[WIDTH];
    uint32_t way[WIDTH] = {0};
    bool used[WIDTH] = {false};
    uint32_t at = 0;
    for (uint32_t c = 0; c < WIDTH; c++)
        slack[c] = INT64_MAX;
    owner[0] = row;
    do {
        uint32_t next = 0;
        int64_t delta = INT64_MAX;
        used[at] = true;
        for (uint32_t c = 1; c <= columns; c++) {
            int64_t reduced = table[owner[at]][c] - u[owner[at]] - v[c];
            if (!used[c] && reduced < slack[c]) {
                slack[c] = reduced;
                way[c] = at;
            }
            if (!used[c] && slack[c] < delta) {
                delta = slack[c];
                next = c;
            }
        }
        for (uint32_t c = 0; c <= columns; c++) {
            if (used[c]) {
                u[owner[c]] += delta;
                v[c] -= delta;
            } else if (slack[c] != INT64_MAX) {
                slack[c] -= delta;
            }
        }
        at = next;
    } while (owner[at] != 0);
    while (at != 0) {
        owner[at] = owner[way[at]];
        at = way[at];
    }
}

static int64_t hungarian_total(const struct assignment_problem *problem)
{
    static int64_t table[SMALL + 1][WIDTH];
    int64_t u[SMALL + 1] = {0};
    int64_t v[WIDTH] = {0};
    uint32_t owner[WIDTH] = {0};
    uint32_t columns = problem->vehicle_count + problem->rider_count;
    int64_t total = 0;
    fill(problem, table);
    for (uint32_t row = 1; row <= problem->rider_count; row++)
        enter_row(table, row, columns, u, v, owner);
    for (uint32_t c = 1; c <= columns; c++)
        total += owner[c] == 0 ? 0 : table[owner[c]][c];
    return total;
}

/* The rider's lowest cost with this vehicle, -1 when it is no candidate. */
static int64_t cost_of(const struct assignment_problem *problem, uint32_t rider, uint32_t vehicle)
{
    for (uint32_t arc = problem->first[rider]; arc < problem->first[rider + 1]; arc++) {
        if (problem->vehicles[arc] == vehicle)
            return problem->costs[arc];
    }
    return -1;
}

/* What the header promises of costs and prices, looked at one by one; with it the answer is proved
 * to be the best. The sum is made from the bare costs. */
static void check_proof(const struct assignment *assignment)
{
    const struct assignment_problem *problem = &assignment->problem;
    int64_t total = 0;
    for (uint32_t r = 0; r < problem->rider_count; r++) {
        int64_t rider_cost = assignment->rider_costs[r];
        uint32_t mine = assignment->vehicle_of[r];
        cr_assert_leq(rider_cost, problem->penalties[r]);
        for (uint32_t arc = problem->first[r]; arc < problem->first[r + 1]; arc++)
            cr_assert_leq(rider_cost,
                          problem->costs[arc] + assignment->fleet[problem->vehicles[arc]].price);
        if (mine == ASSIGNMENT_NONE) {
            cr_assert_eq(rider_cost, problem->penalties[r]);
            total += problem->penalties[r];
            continue;
        }
        cr_assert_eq(assignment->rider_of[mine], r, "both sides know of it");
        cr_assert_geq(cost_of(problem, r, mine), 0, "is a candidate");
        cr_assert_eq(rider_cost, cost_of(problem, r, mine) + assignment->fleet[mine].price);
        total += cost_of(problem, r, mine);
    }
    for (uint32_t vehicle = 0; vehicle < problem->vehicle_count; vehicle++) {
        uint32_t rider = assignment->rider_of[vehicle];
        cr_assert_geq(assignment->fleet[vehicle].price, 0);
        if (rider == ASSIGNMENT_NONE)
            cr_assert_eq(assignment->fleet[vehicle].price, 0);
        else
            cr_assert_eq(assignment->vehicle_of[rider], vehicle);
    }
    cr_assert_eq(assignment_total(assignment), total);
}

Test(assignment, the_sum_is_that_of_the_hungarian_method)
{
    struct assignment assignment;
    struct random random;
    make(&assignment, SMALL, SMALL);
    random_init(&random, 21);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        for (int i = 0; i < KINDS[k].problem_count; i++) {
            draw(&KINDS[k], &random);
            assignment_solve(&assignment, &draft.problem);
            check_proof(&assignment);
            cr_assert_eq(assignment_total(&assignment), hungarian_total(&draft.problem),
                         "%s, problem %d", KINDS[k].name, i);
        }
    }
}

/* Riders and vehicles at random in a square town, the nearest vehicles as candidates; `grain`
 * rounds the costs, so that many are equal. */
static void draw_town(struct random *random, uint32_t riders, uint32_t vehicles, uint32_t count,
                      int64_t penalty, int64_t grain)
{
    static int64_t x[VEHICLES], y[VEHICLES], costs[VEHICLES];
    static uint32_t order[VEHICLES];
    begin_draft(vehicles);
    for (uint32_t v = 0; v < vehicles; v++) {
        x[v] = random_between(random, 0, 20000);
        y[v] = random_between(random, 0, 20000);
    }
    for (uint32_t r = 0; r < riders; r++) {
        int64_t my_x = random_between(random, 0, 20000);
        int64_t my_y = random_between(random, 0, 20000);
        for (uint32_t v = 0; v < vehicles; v++) {
            costs[v] = (llabs(x[v] - my_x) + llabs(y[v] - my_y)) * 100 / grain * grain;
            order[v] = v;
        }
        assignment_sort(order, costs, vehicles);
        for (uint32_t i = 0; i < count && i < vehicles; i++)
            add_candidate(order[i], costs[i]);
        add_rider(penalty);
    }
}

Test(assignment, large_towns_carry_their_proof)
{
    static const struct {
        uint32_t riders, vehicles, candidates;
        int64_t penalty, grain;
    } TOWNS[] = {
        {500, 2500, 20, 3600000, 1},      {1000, 1000, 20, 3600000, 1},
        {1000, 1000, 20, 600000, 60000},  {1000, 400, 20, 900000, 1},
        {400, 400, 20, 3600000, 1000000}, {700, 720, CANDIDATES, 400000, 1000},
    };
    struct assignment assignment;
    struct random random;
    make(&assignment, 1000, VEHICLES);
    random_init(&random, 22);
    for (size_t i = 0; i < sizeof TOWNS / sizeof TOWNS[0]; i++) {
        draw_town(&random, TOWNS[i].riders, TOWNS[i].vehicles, TOWNS[i].candidates,
                  TOWNS[i].penalty, TOWNS[i].grain);
        assignment_solve(&assignment, &draft.problem);
        check_proof(&assignment);
        cr_assert_gt(assignment.path_count, 0, "bids alone do not settle town %zu", i);
    }
}

/* What an answer is made of, to compare. */
struct answer {
    uint32_t vehicle_of[RIDERS];
    uint32_t rider_of[VEHICLES];
    int64_t rider_costs[RIDERS];
};

static void keep(const struct assignment *assignment, struct answer *answer)
{
    size_t riders = assignment->problem.rider_count;
    memset(answer, 0, sizeof *answer);
    memcpy(answer->vehicle_of, assignment->vehicle_of, riders * sizeof(uint32_t));
    memcpy(answer->rider_of, assignment->rider_of,
           assignment->problem.vehicle_count * sizeof(uint32_t));
    memcpy(answer->rider_costs, assignment->rider_costs, riders * sizeof(int64_t));
}

static struct answer expected, found;

/* Also after another problem that was left half done. */
Test(assignment, slices_change_nothing)
{
    static const uint64_t BUDGETS[] = {1, 2, 7, 100, 5000};
    struct assignment assignment;
    struct random random;
    make(&assignment, RIDERS, VEHICLES);
    random_init(&random, 23);
    for (int round = 0; round < 4; round++) {
        draw_town(&random, 300, 290 + 10 * (uint32_t)round, 12, 2000000, round == 0 ? 1 : 50000);
        assignment_solve(&assignment, &draft.problem);
        keep(&assignment, &expected);
        uint64_t work = assignment.work_count;
        for (size_t i = 0; i < sizeof BUDGETS / sizeof BUDGETS[0]; i++) {
            assignment_begin(&assignment, &draft.problem);
            cr_assert(!assignment_step(&assignment, work / (i + 2)), "is left half done");
            assignment_begin(&assignment, &draft.problem);
            cr_assert(!assignment_step(&assignment, 0));
            cr_assert_eq(assignment.work_count, 0);
            uint64_t most = BUDGETS[i] + CANDIDATES + 3 * draft.problem.vehicle_count;
            for (uint64_t before = 0; !assignment_step(&assignment, BUDGETS[i]);) {
                cr_assert_geq(assignment.work_count - before, BUDGETS[i]);
                cr_assert_leq(assignment.work_count - before, most);
                before = assignment.work_count;
            }
            keep(&assignment, &found);
            cr_assert_eq(memcmp(&expected, &found, sizeof expected), 0);
            cr_assert_eq(assignment.work_count, work);
        }
    }
}

/* Candidates of one cost, told in another order and sorted, give the same answer. */
Test(assignment, the_order_of_candidates_does_not_matter)
{
    struct assignment assignment;
    struct random random;
    make(&assignment, RIDERS, VEHICLES);
    random_init(&random, 24);
    for (int round = 0; round < 20; round++) {
        draw_town(&random, 100, 100, 20, 2000000, 100000);
        assignment_solve(&assignment, &draft.problem);
        keep(&assignment, &expected);
        for (uint32_t r = 0; r < draft.problem.rider_count; r++) {
            uint32_t first = draft.first[r];
            uint32_t count = draft.first[r + 1] - first;
            for (uint32_t i = count; i > 1; i--) {
                uint32_t a = first + i - 1;
                uint32_t b = first + (uint32_t)random_below(&random, i);
                uint32_t vehicle = draft.vehicles[a];
                int64_t cost = draft.costs[a];
                draft.vehicles[a] = draft.vehicles[b];
                draft.costs[a] = draft.costs[b];
                draft.vehicles[b] = vehicle;
                draft.costs[b] = cost;
            }
            assignment_sort(draft.vehicles + first, draft.costs + first, count);
        }
        assignment_solve(&assignment, &draft.problem);
        keep(&assignment, &found);
        cr_assert_eq(memcmp(&expected, &found, sizeof expected), 0);
    }
}

Test(assignment, sorts_by_cost_and_then_by_vehicle)
{
    uint32_t vehicles[] = {5, 4, 9, 1, 0, 7, 2};
    int64_t costs[] = {30, 10, 10, 30, 20, 0, 10};
    const uint32_t sorted_vehicles[] = {7, 2, 4, 9, 0, 1, 5};
    const int64_t sorted_costs[] = {0, 10, 10, 10, 20, 30, 30};
    assignment_sort(vehicles, costs, 7);
    cr_assert_eq(memcmp(vehicles, sorted_vehicles, sizeof vehicles), 0);
    cr_assert_eq(memcmp(costs, sorted_costs, sizeof costs), 0);
    assignment_sort(vehicles, costs, 0);
}

/* The first to ask would take vehicle 0, and the other then has a long way. */
Test(assignment, gives_way_where_the_sum_gains)
{
    struct assignment assignment;
    make(&assignment, 3, 2);
    begin_draft(2);
    add_candidate(0, 100);
    add_candidate(1, 110);
    add_rider(1000);
    add_candidate(0, 120);
    add_candidate(1, 500);
    add_rider(1000);
    add_candidate(0, 110);
    add_rider(300);
    assignment_solve(&assignment, &draft.problem);
    cr_assert_eq(assignment.vehicle_of[0], 1);
    cr_assert_eq(assignment.vehicle_of[1], 0);
    cr_assert_eq(assignment.vehicle_of[2], ASSIGNMENT_NONE, "the cheapest to leave is left");
    cr_assert_eq(assignment_total(&assignment), 110 + 120 + 300);
    check_proof(&assignment);
}

Test(assignment, refuses_an_arena_that_is_too_small)
{
    struct assignment assignment;
    struct arena arena;
    arena_init(&arena, block, assignment_cost(10, 20) - 1);
    cr_assert(!assignment_init(&assignment, &arena, 10, 20));
    cr_assert_eq(arena.used, 0);
}

Test(assignment, aborts_on_candidates_out_of_order, .signal = SIGABRT)
{
    struct assignment assignment;
    make(&assignment, 1, 2);
    begin_draft(2);
    add_candidate(0, 1);
    add_candidate(1, 2);
    add_rider(10);
    draft.costs[0] = 3;
    assignment_begin(&assignment, &draft.problem);
}

Test(assignment, aborts_on_a_vehicle_that_there_is_not, .signal = SIGABRT)
{
    struct assignment assignment;
    make(&assignment, 1, 2);
    begin_draft(2);
    add_candidate(2, 1);
    add_rider(10);
    assignment_begin(&assignment, &draft.problem);
}

Test(assignment, aborts_on_a_penalty_past_the_bound, .signal = SIGABRT)
{
    struct assignment assignment;
    make(&assignment, 1, 1);
    begin_draft(1);
    add_rider(ASSIGNMENT_COST_MAX + 1);
    assignment_begin(&assignment, &draft.problem);
}
