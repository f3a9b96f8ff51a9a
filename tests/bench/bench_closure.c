/* What it costs to close a road, with the fleet of a scenario busy: from the operator's event to
 * the new travel times, and until every plan is timed anew and who is affected is told. Roads that
 * planned drives lead through are closed one by one and opened again. Processor time.
 *
 *     bench_closure SCENARIO [RIDES_PER_VEHICLE]        2 when nothing is given */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "core/inside.h"
#include "sim/grow.h"
#include "sim/scenario.h"

#define ALIGNMENT     64
#define CLOSURES      300
#define PATH_MAX_ARCS 65536
#define RIDES_EACH    2
#define RIDES_MAX     8

struct bench {
    struct scenario scenario;
    struct core *core;
    struct core_output output;
    struct random random;
    int64_t now_ms;
    uint32_t path[PATH_MAX_ARCS];
    double change_us[2][CLOSURES]; /* closing, opening */
    double retime_us[2][CLOSURES];
    double slice_us[2][CLOSURES];
    uint64_t plans_told;
    uint64_t riders_told;
    uint64_t slices;
};

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void step(struct bench *bench, const struct event *event)
{
    core_step(bench->core, bench->now_ms, event, &bench->output);
}

static void start(struct bench *bench)
{
    struct scenario *scenario = &bench->scenario;
    struct event event = {.kind = EVENT_START,
                          .network_digest = road_network_digest(&scenario->roads.graph)};
    scenario->config.improve_searches = 0;
    scenario->config.rebalance_ms = 0;
    const size_t size = core_memory_size(&scenario->config, &scenario->network);
    void *memory = aligned_alloc(ALIGNMENT, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    CHECK(memory != NULL);
    memset(memory, 0, size);
    bench->core = core_init(memory, size, &scenario->config, &scenario->network);
    step(bench, &event);
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        const struct scenario_vehicle *vehicle = &scenario->vehicles[i];
        event = (struct event){.kind = EVENT_ENROL};
        event.enrol = (struct event_enrol){.vehicle = {vehicle->id},
                                           .seats = vehicle->seats,
                                           .wheelchair_spaces = vehicle->wheelchair_spaces,
                                           .until_ms = INT64_MAX / 4,
                                           .home = vehicle->home};
        step(bench, &event);
        event = (struct event){.kind = EVENT_HELLO};
        event.hello = (struct event_hello){.vehicle = {vehicle->id}, .spot = vehicle->home};
        step(bench, &event);
    }
}

static void book(struct bench *bench, uint32_t rides)
{
    const struct scenario *scenario = &bench->scenario;
    for (uint32_t i = 0; i < rides; i++) {
        const struct scenario_request *request =
            &scenario->requests[random_below(&bench->random, scenario->request_count)];
        struct event event = {.kind = EVENT_BOOK, .request = {1}};
        event.book = (struct event_book){.rider = {0, request->id >= 0 ? (uint64_t)request->id : 0},
                                         .key = {1, i},
                                         .trip = {.from = request->from,
                                                  .to = request->to,
                                                  .party = request->party,
                                                  .wheelchairs = request->wheelchairs,
                                                  .shared = request->shared}};
        step(bench, &event);
    }
}

/* A road that a planned drive leads through. */
static uint32_t choose(struct bench *bench)
{
    const struct core *core = bench->core;
    for (;;) {
        const uint32_t index = (uint32_t)random_below(&bench->random, core->fleet.count);
        const struct plan *plan = &core->plans[index];
        if (plan->stop_count == 0) {
            continue;
        }
        const uint32_t at = (uint32_t)random_below(&bench->random, plan->stop_count);
        const struct road_place from = at == 0 ? plan->start : plan->stops[at - 1].place;
        size_t count = 0;
        if (road_query_path(core->network->query, from, plan->stops[at].place, bench->path,
                            PATH_MAX_ARCS, &count) == ROAD_PATH_OK &&
            count > 0) {
            return bench->path[random_below(&bench->random, count)];
        }
    }
}

static void measure(struct bench *bench, uint32_t arc, bool opens, int round)
{
    struct event event = {.kind = opens ? EVENT_OPEN_ROAD : EVENT_CLOSE_ROAD, .request = {1}};
    event.road = (struct event_road){.arc = arc, .reason = "bench"};
    const double begin = now_us();
    step(bench, &event);
    const double changed = now_us();
    bench->change_us[opens][round] = changed - begin;
    event = (struct event){.kind = EVENT_WAKE};
    double longest_us = 0;
    while (core_wake_at_ms(bench->core) <= bench->now_ms) {
        const double slice = now_us();
        step(bench, &event);
        longest_us = now_us() - slice > longest_us ? now_us() - slice : longest_us;
        bench->slices++;
        for (uint32_t i = 0; i < bench->output.message_count; i++) {
            bench->plans_told += bench->output.messages[i].kind == MESSAGE_PLAN;
            bench->riders_told += bench->output.messages[i].kind == MESSAGE_RIDE;
        }
    }
    bench->retime_us[opens][round] = now_us() - changed;
    bench->slice_us[opens][round] = longest_us;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print(const char *name, double us[2][CLOSURES])
{
    static const char *const ways[] = {"close", "open"};
    for (int way = 0; way < 2; way++) {
        qsort(us[way], CLOSURES, sizeof us[way][0], compare);
        printf("%5s %-18s %9.3f median %9.3f p95 %9.3f max     of %d\n", ways[way], name,
               us[way][CLOSURES / 2] / 1e3, us[way][CLOSURES * 95 / 100] / 1e3,
               us[way][CLOSURES - 1] / 1e3, CLOSURES);
    }
}

int main(int argc, char **argv)
{
    const struct scenario_options options = {0};
    struct input_error error;
    struct bench *bench = grow_new(1, sizeof *bench);
    const long each = argc == 3 ? strtol(argv[2], NULL, 10) : RIDES_EACH;
    if (argc < 2 || argc > 3 || each < 1 || each > RIDES_MAX) {
        fprintf(stderr, "usage: bench_closure SCENARIO [RIDES_PER_VEHICLE]\n");
        return 2;
    }
    if (!scenario_load(argv[1], &options, &bench->scenario, &error)) {
        fprintf(stderr, "bench_closure: %s\n", error.text);
        return 1;
    }
    random_init(&bench->random, 1);
    bench->now_ms = scenario_moment_ms(&bench->scenario, 8 * 3600);
    start(bench);
    book(bench, (uint32_t)each * bench->scenario.vehicle_count);
    bench->now_ms += 10000; /* all are under way */
    uint64_t stops = 0;
    uint32_t busy = 0;
    for (uint32_t i = 0; i < bench->core->fleet.count; i++) {
        stops += bench->core->plans[i].stop_count;
        busy += bench->core->plans[i].stop_count > 0;
    }
    printf("%u vehicles, %u busy, %.1f stops each\n", bench->core->fleet.count, busy,
           (double)stops / bench->core->fleet.count);
    for (int round = 0; round < CLOSURES; round++) {
        const uint32_t arc = choose(bench);
        measure(bench, arc, false, round);
        measure(bench, arc, true, round);
    }
    print("in_force_ms", bench->change_us);
    print("all_retimed_ms", bench->retime_us);
    print("longest_slice_ms", bench->slice_us);
    printf("told for each change    %9.1f plans %9.1f riders %9.1f slices\n",
           (double)bench->plans_told / (2 * CLOSURES), (double)bench->riders_told / (2 * CLOSURES),
           (double)bench->slices / (2 * CLOSURES));
    free(bench->core);
    scenario_free(&bench->scenario);
    free(bench);
    return 0;
}
