#include "core/flow.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

#define VEHICLES_MAX 7
#define GOALS_MAX    4
#define GOAL_UNITS   3
#define UNITS        (GOALS_MAX * GOAL_UNITS)
#define GROUPS       3
#define NO_OFFER     (-1)

struct bench {
    void *memory;
    struct flow flow;
};

static void open_flow(struct bench *bench, uint32_t vehicles_max)
{
    const size_t size = flow_cost(vehicles_max, GROUPS);
    struct arena arena;
    bench->memory = calloc(1, size);
    arena_init(&arena, bench->memory, size);
    cr_assert(flow_init(&bench->flow, &arena, vehicles_max, GROUPS));
}

/* Whole problems, small enough to try all answers. */
struct instance {
    uint32_t vehicle_count;
    uint32_t goal_count;
    bool has_groups;
    uint32_t group_of[VEHICLES_MAX];
    uint32_t spare[GROUPS];
    uint32_t unit_count;
    uint32_t units_of[GOALS_MAX];
    int64_t worths[GOALS_MAX][GOAL_UNITS];
    int64_t costs[GOALS_MAX][VEHICLES_MAX];
};

static void make_instance(struct random *random, struct instance *instance)
{
    const int64_t cost_max = random_below(random, 2) == 0 ? 6 : 1000; /* many ties, or few */
    memset(instance, 0, sizeof *instance);
    instance->vehicle_count = (uint32_t)random_below(random, VEHICLES_MAX + 1);
    instance->goal_count = (uint32_t)random_between(random, 1, GOALS_MAX);
    instance->has_groups = random_below(random, 4) > 0;
    for (uint32_t g = 0; g < GROUPS; g++) {
        instance->spare[g] = (uint32_t)random_below(random, 4);
    }
    for (uint32_t v = 0; v < instance->vehicle_count; v++) {
        const uint32_t group = (uint32_t)random_below(random, GROUPS + 1);
        instance->group_of[v] = group < GROUPS ? group : FLOW_NO_GROUP;
    }
    for (uint32_t goal = 0; goal < instance->goal_count; goal++) {
        instance->units_of[goal] = (uint32_t)random_between(random, 1, GOAL_UNITS);
        instance->unit_count += instance->units_of[goal];
        int64_t worth = random_between(random, 0, 2 * cost_max);
        for (uint32_t u = 0; u < instance->units_of[goal]; u++) {
            instance->worths[goal][u] = worth;
            worth -= random_between(random, 0, worth);
        }
        for (uint32_t v = 0; v < instance->vehicle_count; v++) {
            instance->costs[goal][v] =
                random_below(random, 6) == 0 ? NO_OFFER : random_between(random, 0, cost_max);
        }
    }
}

static bool keeps_groups(const struct instance *instance, uint32_t set)
{
    uint32_t given[GROUPS] = {0};
    for (uint32_t v = 0; instance->has_groups && v < instance->vehicle_count; v++) {
        const uint32_t group = instance->group_of[v];
        if ((set >> v & 1) != 0 && group != FLOW_NO_GROUP &&
            ++given[group] > instance->spare[group]) {
            return false;
        }
    }
    return true;
}

/* The least sum over all answers there are: unit by unit, by the set of vehicles that are used. */
static int64_t least_sum(const struct instance *instance)
{
    const uint32_t sets = UINT32_C(1) << instance->vehicle_count;
    int64_t least[1 << VEHICLES_MAX];
    int64_t best = INT64_MAX;
    for (uint32_t set = 0; set < sets; set++) {
        least[set] = set == 0 ? 0 : INT64_MAX;
    }
    for (uint32_t goal = 0; goal < instance->goal_count; goal++) {
        for (uint32_t u = 0; u < instance->units_of[goal]; u++) {
            for (uint32_t set = sets; set-- > 0;) { /* smaller sets are still those without it */
                int64_t sum =
                    least[set] == INT64_MAX ? INT64_MAX : least[set] + instance->worths[goal][u];
                for (uint32_t v = 0; v < instance->vehicle_count; v++) {
                    const uint32_t without = set & ~(UINT32_C(1) << v);
                    if (without != set && instance->costs[goal][v] != NO_OFFER &&
                        least[without] != INT64_MAX &&
                        least[without] + instance->costs[goal][v] < sum) {
                        sum = least[without] + instance->costs[goal][v];
                    }
                }
                least[set] = sum;
            }
        }
    }
    for (uint32_t set = 0; set < sets; set++) {
        best = least[set] < best && keeps_groups(instance, set) ? least[set] : best;
    }
    return best;
}

/* Pose it, the offers in any order, and solve it. */
static void solve(struct flow *flow, const struct instance *instance, struct random *random)
{
    flow_begin(flow, instance->vehicle_count, instance->has_groups ? instance->group_of : NULL,
               instance->has_groups ? instance->spare : NULL, GROUPS, instance->unit_count);
    for (uint32_t goal = 0; goal < instance->goal_count; goal++) {
        const uint32_t turn = (uint32_t)random_below(random, VEHICLES_MAX);
        for (uint32_t i = 0; i < VEHICLES_MAX; i++) {
            const uint32_t v = (i * 3 + turn) % VEHICLES_MAX;
            if (v < instance->vehicle_count && instance->costs[goal][v] != NO_OFFER) {
                flow_offer(flow, v, instance->costs[goal][v]);
            }
        }
        flow_want(flow, instance->worths[goal], instance->units_of[goal]);
    }
    cr_assert(flow_solve(flow));
}

static int64_t sum_of(const struct flow *flow, const struct instance *instance, uint32_t *served)
{
    int64_t sum = 0;
    uint32_t unit = 0;
    uint32_t set = 0;
    *served = 0;
    for (uint32_t goal = 0; goal < instance->goal_count; goal++) {
        for (uint32_t u = 0; u < instance->units_of[goal]; u++, unit++) {
            const uint32_t v = flow_vehicle(flow, unit);
            if (v == ASSIGNMENT_NONE) {
                sum += instance->worths[goal][u];
                continue;
            }
            cr_assert_lt(v, instance->vehicle_count);
            cr_assert_eq(set >> v & 1, 0, "vehicle %u goes to two units", v);
            cr_assert_neq(instance->costs[goal][v], NO_OFFER);
            set |= UINT32_C(1) << v;
            sum += instance->costs[goal][v];
            (*served)++;
        }
    }
    cr_assert(keeps_groups(instance, set));
    return sum;
}

Test(flow, is_the_least_of_all_answers)
{
    struct bench bench;
    struct random random;
    uint32_t served_count = 0;
    uint64_t again_count = 0;
    random_init(&random, 11);
    open_flow(&bench, VEHICLES_MAX);
    for (int t = 0; t < 20000; t++) {
        struct instance instance;
        uint32_t served = 0;
        const uint64_t before = bench.flow.solve_count;
        make_instance(&random, &instance);
        solve(&bench.flow, &instance, &random);
        const int64_t sum = sum_of(&bench.flow, &instance, &served);
        const int64_t least = least_sum(&instance);
        cr_assert_eq(sum, least, "instance %d: %ld, not %ld", t, (long)sum, (long)least);
        served_count += served;
        again_count += bench.flow.solve_count - before - 1;
    }
    cr_assert_gt(served_count, 20000);
    cr_assert_gt(again_count, 500); /* limits of groups mattered */
    free(bench.memory);
}

Test(flow, does_not_depend_on_the_order_of_the_offers)
{
    struct bench bench;
    struct random random;
    random_init(&random, 12);
    open_flow(&bench, VEHICLES_MAX);
    for (int t = 0; t < 2000; t++) {
        struct instance instance;
        uint32_t vehicles[UNITS];
        make_instance(&random, &instance);
        for (int i = 0; i < 3; i++) {
            solve(&bench.flow, &instance, &random);
            for (uint32_t unit = 0; unit < instance.unit_count; unit++) {
                cr_assert(i == 0 || vehicles[unit] == flow_vehicle(&bench.flow, unit));
                vehicles[unit] = flow_vehicle(&bench.flow, unit);
            }
        }
    }
    free(bench.memory);
}

/* Many vehicles, of which each goal remembers a few: against an assignment that knows them all. */
Test(flow, forgets_no_offer_that_matters)
{
    enum { FLEET = 300, GOALS = 5, WANTED = 12 };
    static int64_t costs[GOALS][FLEET];
    static uint32_t all_vehicles[GOALS * WANTED * FLEET];
    static int64_t all_costs[GOALS * WANTED * FLEET];
    static const int64_t worths[WANTED] = {900, 800, 700, 600, 500, 400, 300, 200, 100, 50, 20, 10};
    uint32_t first[GOALS * WANTED + 1] = {0};
    int64_t penalties[GOALS * WANTED];
    struct bench bench;
    struct random random;
    random_init(&random, 13);
    open_flow(&bench, FLEET);
    const size_t size = assignment_cost(GOALS * WANTED, FLEET);
    void *memory = calloc(1, size);
    struct arena arena;
    struct assignment assignment;
    arena_init(&arena, memory, size);
    cr_assert(assignment_init(&assignment, &arena, GOALS * WANTED, FLEET));
    for (int t = 0; t < 40; t++) {
        uint32_t unit = 0;
        flow_begin(&bench.flow, FLEET, NULL, NULL, 0, GOALS * WANTED);
        for (uint32_t goal = 0; goal < GOALS; goal++) {
            for (uint32_t v = 0; v < FLEET; v++) {
                costs[goal][v] = random_between(&random, 0, 1000);
                cr_assert_geq(flow_limit(&bench.flow, v), 0);
                flow_offer(&bench.flow, v, costs[goal][v]);
            }
            flow_want(&bench.flow, worths, WANTED);
            for (uint32_t i = 0; i < WANTED; i++, unit++) {
                uint32_t *row = all_vehicles + (size_t)unit * FLEET;
                for (uint32_t v = 0; v < FLEET; v++) {
                    row[v] = v;
                }
                memcpy(all_costs + (size_t)unit * FLEET, costs[goal], sizeof costs[goal]);
                assignment_sort(row, all_costs + (size_t)unit * FLEET, FLEET);
                penalties[unit] = worths[i];
                first[unit + 1] = (unit + 1) * FLEET;
            }
        }
        cr_assert(flow_solve(&bench.flow));
        const struct assignment_problem problem = {.rider_count = GOALS * WANTED,
                                                   .vehicle_count = FLEET,
                                                   .first = first,
                                                   .vehicles = all_vehicles,
                                                   .costs = all_costs,
                                                   .penalties = penalties};
        assignment_solve(&assignment, &problem);
        cr_assert_eq(assignment_total(&bench.flow.assignment), assignment_total(&assignment));
    }
    free(memory);
    free(bench.memory);
}

Test(flow, leaves_a_group_to_the_caller_that_would_need_too_many_units)
{
    enum { FLEET = 400 };
    static uint32_t group_of[FLEET];
    static const uint32_t spare[] = {1};
    static const int64_t worth = 1000000;
    struct bench bench;
    open_flow(&bench, FLEET);
    flow_begin(&bench.flow, FLEET, group_of, spare, 1, FLOW_UNITS_MAX);
    for (uint32_t goal = 0; goal < FLOW_UNITS_MAX; goal++) {
        flow_offer(&bench.flow, goal, 1);
        flow_want(&bench.flow, &worth, 1);
    }
    cr_assert_not(flow_solve(&bench.flow));
    free(bench.memory);
}
