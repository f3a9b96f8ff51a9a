#include "sim/city.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "road/network.h"
#include "sim/city_demand.h"
#include "sim/city_files.h"
#include "sim/grow.h"
#include "sim/options.h"
#include "sim/scenario.h"

#define DAY_S  86400
#define STOP_S 3600 /* the longest stand, as in scenario.yaml */

struct city_plan city_plan_default(void)
{
    return (struct city_plan){.nodes = 2000,
                              .vehicles = 60,
                              .requests = 4000,
                              .seed = 1,
                              .has_zones = true,
                              .has_shifts = true,
                              .ahead_pct = 4,
                              .private_pct = 15,
                              .wheelchair_pct = 2,
                              .walk_m = 300,
                              .pickup_s = 60,
                              .dropoff_s = 45,
                              .max_wait_s = 900,
                              .max_ride_permille = 1400,
                              .max_ride_extra_s = 480};
}

/* The shortest drives, as the scenario's reader will find them on the same network. */
static void set_arrivals(struct city_town *town)
{
    const struct city_plan *plan = town->plan;
    const struct roads *roads = &town->streets.roads;
    const size_t size = road_network_cost(&roads->graph, &roads->hierarchy);
    struct road_network network;
    struct arena arena;
    void *memory = grow_new(size, 1);
    arena_init(&arena, memory, size);
    CHECK(road_network_init(&network, &arena, &roads->graph, &roads->hierarchy, true));
    for (uint32_t i = 0; i < plan->requests; i++) {
        struct city_request *request = &town->requests[i];
        const int64_t direct_ms = road_query_time(network.query, road_place_at_node(request->from),
                                                  road_place_at_node(request->to));
        const int64_t start_s =
            request->pickup_from_s >= 0 ? request->pickup_from_s : request->at_s;
        const int64_t micro_s = direct_ms * plan->arrive_permille + plan->arrive_extra_s * 1000000;
        request->arrive_by_s = start_s + (micro_s + 999999) / 1000000; /* up */
    }
    free(memory);
}

static void make_demand(struct city_town *town, uint64_t seed)
{
    const struct city_plan *plan = town->plan;
    const struct city_demand_plan wanted = {.ahead_pct = plan->ahead_pct,
                                            .private_pct = plan->private_pct,
                                            .wheelchair_pct = plan->wheelchair_pct,
                                            .walk_pct = plan->walk_pct,
                                            .walk_m = (int32_t)plan->walk_m};
    town->vehicles = grow_new(plan->vehicles, sizeof *town->vehicles);
    town->requests = grow_new(plan->requests, sizeof *town->requests);
    town->depot_count = city_demand_depots(&town->streets, seed, plan->vehicles, town->depots);
    city_demand_vehicles(town->depots, town->depot_count, plan->has_shifts, town->vehicles,
                         plan->vehicles);
    city_demand_requests(&town->streets, &wanted, seed, town->requests, plan->requests);
    if (plan->arrive_permille > 0) {
        set_arrivals(town);
    }
}

bool city_make(const struct city_plan *plan, struct input_error *error)
{
    struct city_town town = {.plan = plan};
    struct random random;
    random_init(&random, plan->seed);
    const uint64_t street_seed = random_next(&random);
    city_streets_make(&town.streets, plan->nodes, street_seed);
    make_demand(&town, random_next(&random));
    const bool ok = city_files_write(&town, error) &&
                    (plan->roads == NULL || roads_write(&town.streets.roads, plan->roads, error));
    if (ok) {
        printf("%s: %" PRIu32 " nodes, %" PRIu32 " streets one way, %" PRIu32 " vehicles, %" PRIu32
               " requests\n",
               plan->folder, town.streets.roads.graph.node_count,
               town.streets.roads.graph.arc_count, plan->vehicles, plan->requests);
    }
    free(town.vehicles);
    free(town.requests);
    city_streets_free(&town.streets);
    return ok;
}

/* ---- The command ---- */

/* What the options give as whole numbers and words, before it is a plan. */
struct wishes {
    int64_t nodes;
    int64_t vehicles;
    int64_t requests;
    int64_t seed;
    int64_t ahead_pct;
    int64_t private_pct;
    int64_t wheelchair_pct;
    int64_t walk_pct;
    const char *limits;
    bool has_no_zones;
    bool is_all_day;
};

#define NUMBER(NAME, PLACE, LOW, HIGH, HELP)                                                       \
    {                                                                                              \
        .name = (NAME), .argument = "N", .number = (PLACE), .low = (LOW), .high = (HIGH),          \
        .help = (HELP)                                                                             \
    }

static enum options_result parse(int argc, char **argv, struct city_plan *plan,
                                 struct wishes *wishes)
{
    const struct option table[] = {
        {.name = "--out",
         .argument = "DIR",
         .text = &plan->folder,
         .is_required = true,
         .help = "the folder to write"},
        {.name = "--roads",
         .argument = "FILE",
         .text = &plan->roads,
         .help = "write the network as a .roads file too, with its classes"},
        NUMBER("--nodes", &wishes->nodes, CITY_NODES_MIN, CITY_NODES_MAX,
               "about so many places where streets meet, bend or end (default 2000)"),
        NUMBER("--vehicles", &wishes->vehicles, 1, SCENARIO_VEHICLES_MAX,
               "fleet size (default 60)"),
        NUMBER("--requests", &wishes->requests, 1, SCENARIO_REQUESTS_MAX,
               "requests in the day (default 4000)"),
        NUMBER("--seed", &wishes->seed, 0, INT64_MAX, "another city for another seed (default 1)"),
        {.name = "--limits",
         .argument = "WORD",
         .text = &wishes->limits,
         .help = "hard (default) or soft"},
        NUMBER("--pickup-s", &plan->pickup_s, 0, STOP_S, "a stand to board (default 60)"),
        NUMBER("--dropoff-s", &plan->dropoff_s, 0, STOP_S, "a stand to alight (default 45)"),
        NUMBER("--max-wait-s", &plan->max_wait_s, 0, DAY_S, "longest wait (default 900)"),
        NUMBER("--max-ride-permille", &plan->max_ride_permille, 1000, 1000000,
               "longest ride, to the direct drive (default 1400)"),
        NUMBER("--max-ride-extra-s", &plan->max_ride_extra_s, 0, DAY_S, "and this (default 480)"),
        NUMBER("--remote-help-every-s", &plan->remote_help_every_s, 0, DAY_S,
               "cars need remote help after so much driving (default 0: never)"),
        NUMBER("--arrive-permille", &plan->arrive_permille, 1000, 1000000,
               "give each request an arrive_by_s: direct drive times this"),
        NUMBER("--arrive-extra-s", &plan->arrive_extra_s, 0, DAY_S, "and this (default 0)"),
        NUMBER("--ahead-pct", &wishes->ahead_pct, 0, 100, "booked for later (default 4)"),
        NUMBER("--private-pct", &wishes->private_pct, 0, 100, "do not share (default 15)"),
        NUMBER("--wheelchair-pct", &wishes->wheelchair_pct, 0, 100,
               "have a wheelchair user (default 2)"),
        NUMBER("--walk-pct", &wishes->walk_pct, 0, 100, "agree to walk (default 0)"),
        NUMBER("--walk-m", &plan->walk_m, 0, TRIP_WALK_MAX_M, "and so far (default 300)"),
        NUMBER("--battery-wh", &plan->battery_wh, 1, BATTERY_MAX_WH,
               "give each vehicle such a battery, 80 % full"),
        {.name = "--no-zones",
         .flag = &wishes->has_no_zones,
         .help = "no service area, no wards, no place where nobody may stop"},
        {.name = "--all-day", .flag = &wishes->is_all_day, .help = "no vehicle ever rests"},
    };
    const struct options options = {
        .usage = "sim city --out DIR [options]",
        .summary = "Makes a synthetic city, its fleet and a day's demand, as a scenario.",
        .example = "sim city --nodes 2000 --vehicles 60 --requests 4000 --seed 7 --out town",
        .table = table,
        .count = sizeof table / sizeof *table,
    };
    return options_parse(&options, argc, argv);
}

static bool complain(const char *about, const char *what)
{
    fprintf(stderr, "sim: %s: %s\n", about, what);
    return false;
}

/* False, and what is wrong is said. */
static bool take_wishes(struct city_plan *plan, const struct wishes *wishes)
{
    if (strcmp(wishes->limits, "hard") != 0 && strcmp(wishes->limits, "soft") != 0) {
        return complain("--limits", "is neither 'hard' nor 'soft'");
    }
    if (plan->arrive_extra_s > 0 && plan->arrive_permille == 0) {
        return complain("--arrive-extra-s", "needs --arrive-permille");
    }
    plan->limits_soft = strcmp(wishes->limits, "soft") == 0;
    plan->nodes = (uint32_t)wishes->nodes;
    plan->vehicles = (uint32_t)wishes->vehicles;
    plan->requests = (uint32_t)wishes->requests;
    plan->seed = (uint64_t)wishes->seed;
    plan->ahead_pct = (uint32_t)wishes->ahead_pct;
    plan->private_pct = (uint32_t)wishes->private_pct;
    plan->wheelchair_pct = (uint32_t)wishes->wheelchair_pct;
    plan->walk_pct = (uint32_t)wishes->walk_pct;
    plan->has_zones = !wishes->has_no_zones;
    plan->has_shifts = !wishes->is_all_day;
    return true;
}

int city_main(int argc, char **argv)
{
    struct city_plan plan = city_plan_default();
    struct input_error error;
    struct wishes wishes = {.nodes = plan.nodes,
                            .vehicles = plan.vehicles,
                            .requests = plan.requests,
                            .seed = (int64_t)plan.seed,
                            .ahead_pct = plan.ahead_pct,
                            .private_pct = plan.private_pct,
                            .wheelchair_pct = plan.wheelchair_pct,
                            .walk_pct = plan.walk_pct,
                            .limits = "hard"};
    switch (parse(argc, argv, &plan, &wishes)) {
    case OPTIONS_OK:
        break;
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return 2;
    }
    if (!take_wishes(&plan, &wishes)) {
        return 2;
    }
    if (!city_make(&plan, &error)) {
        fprintf(stderr, "sim: %s\n", error.text);
        return 1;
    }
    return 0;
}
