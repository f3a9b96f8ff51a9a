/* What exact assignment costs: riders and vehicles at random in a square town of 20 km, the nearest
 * vehicles by way of the blocks as candidates, the cost the drive at 10 m/s. Prints the median of
 * the runs and the longest slice, both in processor time, and what work it was. Each answer is
 * checked against its own prices: a wrong one ends the run.
 *
 *     bench_assignment */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/random.h"
#include "core/assignment.h"

#define SIDE_M       20000
#define MS_PER_METRE 100
#define RUNS         21
#define SLICE        20000 /* operations */

static const struct scene {
    uint32_t riders;
    uint32_t vehicles;
    uint32_t candidates;
    int64_t penalty_ms;
} SCENES[] = {
    {5000, 15000, 20, 3600000}, {5000, 5500, 20, 3600000}, {5000, 5000, 20, 3600000},
    {5000, 5000, 20, 600000},   {5000, 2500, 20, 3600000}, {500, 500, 20, 3600000},
    {200, 1000, 20, 3600000},
};

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void stop(const char *what)
{
    fprintf(stderr, "bench_assignment: %s\n", what);
    exit(1);
}

static void *must(void *memory)
{
    if (memory == NULL)
        stop("not enough memory");
    return memory;
}

struct point {
    int64_t x_m;
    int64_t y_m;
};

static struct point draw_point(struct random *random)
{
    int64_t x_m = random_between(random, 0, SIDE_M);
    return (struct point){x_m, random_between(random, 0, SIDE_M)};
}

/* The vehicles within a radius that grows until there are enough, cheapest first. */
static void find_nearest(const struct scene *scene, const struct point *points, struct point from,
                         uint32_t *vehicles, int64_t *costs)
{
    uint32_t count = 0;
    for (int64_t radius_m = 500; count < scene->candidates; radius_m *= 2) {
        count = 0;
        for (uint32_t v = 0; v < scene->vehicles; v++) {
            int64_t way_m = llabs(points[v].x_m - from.x_m) + llabs(points[v].y_m - from.y_m);
            if (way_m > radius_m)
                continue;
            vehicles[count] = v;
            costs[count] = way_m * MS_PER_METRE;
            count++;
        }
    }
    assignment_sort(vehicles, costs, count);
}

struct town {
    uint32_t *first;
    uint32_t *vehicles;
    int64_t *costs;
    int64_t *penalties;
};

static void draw_town(const struct scene *scene, struct town *town)
{
    size_t room = (size_t)scene->riders * scene->candidates + scene->vehicles;
    struct point *points = must(calloc(scene->vehicles, sizeof *points));
    struct random random;
    random_init(&random, 1);
    *town = (struct town){
        .first = must(calloc(scene->riders + (size_t)1, sizeof(uint32_t))),
        .vehicles = must(calloc(room, sizeof(uint32_t))),
        .costs = must(calloc(room, sizeof(int64_t))),
        .penalties = must(calloc(scene->riders, sizeof(int64_t))),
    };
    for (uint32_t v = 0; v < scene->vehicles; v++)
        points[v] = draw_point(&random);
    for (uint32_t r = 0; r < scene->riders; r++) {
        uint32_t first = town->first[r];
        find_nearest(scene, points, draw_point(&random), town->vehicles + first,
                     town->costs + first);
        town->first[r + 1] = first + scene->candidates;
        town->penalties[r] = scene->penalty_ms;
    }
    free(points);
}

/* The answer costs as much as its prices say that any answer costs at least. */
static void check(const struct assignment *assignment)
{
    const struct assignment_problem *problem = &assignment->problem;
    int64_t least = 0;
    for (uint32_t r = 0; r < problem->rider_count; r++) {
        least += assignment->rider_costs[r];
        bool has_own = assignment->vehicle_of[r] == ASSIGNMENT_NONE;
        for (uint32_t arc = problem->first[r]; arc < problem->first[r + 1]; arc++) {
            int64_t offer = problem->costs[arc] + assignment->fleet[problem->vehicles[arc]].price;
            if (assignment->rider_costs[r] > offer)
                stop("a rider has a better offer");
            has_own |= problem->vehicles[arc] == assignment->vehicle_of[r] &&
                       assignment->rider_costs[r] == offer;
        }
        if (!has_own || assignment->rider_costs[r] > problem->penalties[r])
            stop("a rider has not his best offer");
    }
    for (uint32_t v = 0; v < problem->vehicle_count; v++)
        least -= assignment->fleet[v].price;
    if (least != assignment_total(assignment))
        stop("the sum is not the least");
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double longest_slice_us(struct assignment *assignment,
                               const struct assignment_problem *problem)
{
    double longest_us = 0;
    bool is_done = false;
    assignment_begin(assignment, problem);
    while (!is_done) {
        double start = now_us();
        is_done = assignment_step(assignment, SLICE);
        if (now_us() - start > longest_us)
            longest_us = now_us() - start;
    }
    return longest_us;
}

static void measure(const struct scene *scene)
{
    struct town town;
    struct arena arena;
    struct assignment assignment;
    double runs_us[RUNS];
    draw_town(scene, &town);
    size_t size = assignment_cost(scene->riders, scene->vehicles);
    void *block = must(calloc(1, size));
    arena_init(&arena, block, size);
    if (!assignment_init(&assignment, &arena, scene->riders, scene->vehicles))
        stop("the arena is too small");
    struct assignment_problem problem = {scene->riders, scene->vehicles, town.first,
                                         town.vehicles, town.costs,      town.penalties};
    for (int run = 0; run < RUNS; run++) {
        double start = now_us();
        assignment_solve(&assignment, &problem);
        runs_us[run] = now_us() - start;
        check(&assignment);
    }
    qsort(runs_us, RUNS, sizeof *runs_us, compare);
    uint32_t left = 0;
    for (uint32_t r = 0; r < scene->riders; r++)
        left += assignment.vehicle_of[r] == ASSIGNMENT_NONE ? 1 : 0;
    printf("%6" PRIu32 " %8" PRIu32 " %10" PRIu32 " %9" PRId64 " %8.3f %8.3f %8.3f", scene->riders,
           scene->vehicles, scene->candidates, scene->penalty_ms / 1000, runs_us[RUNS / 2] / 1e3,
           runs_us[0] / 1e3, longest_slice_us(&assignment, &problem) / 1e3);
    printf(" %7" PRIu64 " %8" PRIu64 " %10" PRIu64 " %6" PRIu32 " %14" PRId64 " %8zu\n",
           assignment.bid_count, assignment.path_count, assignment.work_count, left,
           assignment_total(&assignment), size / 1024);
    free(town.first);
    free(town.vehicles);
    free(town.costs);
    free(town.penalties);
    free(block);
}

int main(void)
{
    printf("riders vehicles candidates penalty_s median_ms   min_ms slice_ms    bids searches "
           "operations   left       total_ms arena_kb\n");
    for (size_t i = 0; i < sizeof SCENES / sizeof SCENES[0]; i++)
        measure(&SCENES[i]);
    return 0;
}
