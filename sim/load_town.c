/* Random towns people, cars anywhere and riders from anywhere to anywhere; or a scenario's. */
#include "sim/load_town.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"

static bool open_roads(struct load_town *town, const char *path, struct input_error *error)
{
    struct arena arena;
    if (!roads_open(&town->roads, path, error)) {
        return false;
    }
    const size_t size = road_network_cost(&town->roads.graph, &town->roads.hierarchy);
    town->memory = calloc(1, size);
    if (town->memory == NULL) {
        return input_error_set(error, "out of memory");
    }
    arena_init(&arena, town->memory, size);
    CHECK(road_network_init(&town->own_network, &arena, &town->roads.graph, &town->roads.hierarchy,
                            true));
    town->network = &town->own_network;
    return true;
}

static bool place_anywhere(struct load_town *town, uint64_t seed, struct input_error *error)
{
    struct random random;
    random_init(&random, seed);
    struct random places = random_fork(&random, 4);
    town->places = calloc(town->vehicle_count, sizeof *town->places);
    if (town->places == NULL) {
        return input_error_set(error, "out of memory");
    }
    for (uint32_t i = 0; i < town->vehicle_count; i++) {
        town->places[i] =
            road_place_at_node((uint32_t)random_below(&places, town->network->graph->node_count));
    }
    return true;
}

static bool open_random(struct load_town *town, const struct load_options *options,
                        struct input_error *error)
{
    town->vehicle_count =
        options->vehicles != 0 ? (uint32_t)options->vehicles : options->vehicle_tokens.count;
    if (!place_anywhere(town, (uint64_t)options->seed, error)) {
        return false;
    }
    const struct load_demand_plan plan = {
        .network = town->network,
        .rate_milli = (uint64_t)options->rate_milli,
        .seconds = (uint32_t)options->seconds,
        .riders = options->rider_tokens.count,
        .seed = (uint64_t)options->seed,
        .even = options->even,
    };
    return load_demand_random(&town->demand, &plan) ||
           input_error_set(error, "more than %d requests in one run", LOAD_DEMAND_MAX);
}

/* ---- a scenario ---- */

static bool place_at_home(struct load_town *town, const struct load_options *options,
                          struct input_error *error)
{
    const struct scenario *scenario = town->scenario;
    const uint32_t tokens = options->vehicle_tokens.count;
    uint32_t count = scenario->vehicle_count < tokens ? scenario->vehicle_count : tokens;
    if (options->vehicles != 0 && (uint32_t)options->vehicles > count) {
        return input_error_set(error, "%s has %u vehicles", options->scenario, count);
    }
    count = options->vehicles != 0 ? (uint32_t)options->vehicles : count;
    town->vehicle_count = count;
    town->places = calloc((size_t)count + 1, sizeof *town->places);
    if (town->places == NULL || count == 0) {
        return input_error_set(error, "%s has no vehicles", options->scenario);
    }
    for (uint32_t i = 0; i < count; i++) {
        town->places[i] = road_place_at_node(scenario->vehicles[i].home.node);
    }
    return true;
}

/* Milliseconds after the moment of the request; 0 none. */
static int64_t after_ms(int64_t second, int64_t at_s)
{
    return second == SCENARIO_NONE || second <= at_s ? 0 : (second - at_s) * 1000;
}

static bool first_moment(const struct scenario *scenario, const char *time_start, int64_t *second,
                         struct input_error *error)
{
    struct tm parts = {0};
    *second = INT64_MAX;
    if (time_start != NULL) {
        const char *rest = strptime(time_start, "%Y-%m-%dT%H:%M:%SZ", &parts);
        if (rest == NULL || *rest != '\0') {
            return input_error_set(error, "--time-start takes a time as 2026-03-02T07:30:00Z");
        }
        *second = (int64_t)timegm(&parts) - scenario->midnight_ms / 1000;
        return true;
    }
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        *second = scenario->requests[i].at_s < *second ? scenario->requests[i].at_s : *second;
    }
    return true;
}

static bool copy_demand(struct load_town *town, const struct load_options *options,
                        struct input_error *error)
{
    const struct scenario *scenario = town->scenario;
    int64_t first_s = 0;
    if (!first_moment(scenario, options->time_start, &first_s, error)) {
        return false;
    }
    struct random random;
    random_init(&random, (uint64_t)options->seed);
    struct random keys = random_fork(&random, 3);
    town->demand.requests =
        calloc((size_t)scenario->request_count + 1, sizeof *town->demand.requests);
    if (town->demand.requests == NULL) {
        return input_error_set(error, "out of memory");
    }
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        const struct scenario_request *from = &scenario->requests[i];
        const int64_t since_s = from->at_s - first_s;
        if (since_s < 0 || since_s / options->time_scale >= options->seconds) {
            continue;
        }
        const uint64_t person = from->rider == SCENARIO_NONE ? i : (uint64_t)from->rider;
        struct load_demand_request *to = &town->demand.requests[town->demand.count++];
        to->due_ns = (uint64_t)since_s * 1000000000 / (uint64_t)options->time_scale;
        to->rider = (uint32_t)(person % options->rider_tokens.count);
        to->key = load_demand_key(&keys);
        to->trip = (struct trip){
            .from = from->from,
            .to = from->to,
            .party = from->party,
            .wheelchairs = from->wheelchairs,
            .shared = from->shared,
            .pickup_from_ms = after_ms(from->pickup_from_s, from->at_s),
            .pickup_by_ms = after_ms(from->pickup_by_s, from->at_s),
            .arrive_by_ms = after_ms(from->arrive_by_s, from->at_s),
            .walk_max_m = from->walk_m,
        };
    }
    load_demand_sort(&town->demand);
    return town->demand.count > 0 ||
           input_error_set(error, "%s has no requests in that time", options->scenario);
}

static bool open_scenario(struct load_town *town, const struct load_options *options,
                          struct input_error *error)
{
    const struct scenario_options as_it_is = {0};
    struct scenario *scenario = calloc(1, sizeof *scenario);
    if (scenario == NULL) {
        return input_error_set(error, "out of memory");
    }
    if (!scenario_load(options->scenario, &as_it_is, scenario, error)) {
        free(scenario);
        return false;
    }
    town->scenario = scenario;
    if (town->network != NULL &&
        road_network_digest(town->network->graph) != road_network_digest(scenario->network.graph)) {
        return input_error_set(error, "%s: these are not the roads of %s", options->roads,
                               options->scenario);
    }
    town->network = &scenario->network;
    return place_at_home(town, options, error) && copy_demand(town, options, error);
}

bool load_town_open(struct load_town *town, const struct load_options *options,
                    struct input_error *error)
{
    memset(town, 0, sizeof *town);
    if (options->roads != NULL && !open_roads(town, options->roads, error)) {
        return false;
    }
    return options->scenario != NULL ? open_scenario(town, options, error)
                                     : open_random(town, options, error);
}

void load_town_close(struct load_town *town)
{
    if (town->scenario != NULL) {
        scenario_free(town->scenario);
        free(town->scenario);
    }
    load_demand_done(&town->demand);
    free(town->places);
    free(town->memory);
    roads_close(&town->roads);
}
