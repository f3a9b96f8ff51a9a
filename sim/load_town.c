/* Random towns people: cars anywhere, riders from anywhere to anywhere. */
#include "sim/load_town.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static bool open_network(struct load_town *town, struct input_error *error)
{
    struct arena arena;
    const size_t size = road_network_cost(&town->roads.graph, &town->roads.hierarchy);
    town->memory = calloc(1, size);
    if (town->memory == NULL) {
        return input_error_set(error, "out of memory");
    }
    arena_init(&arena, town->memory, size);
    CHECK(road_network_init(&town->network, &arena, &town->roads.graph, &town->roads.hierarchy,
                            true));
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
            road_place_at_node((uint32_t)random_below(&places, town->roads.graph.node_count));
    }
    return true;
}

bool load_town_open(struct load_town *town, const struct load_options *options,
                    struct input_error *error)
{
    memset(town, 0, sizeof *town);
    if (!roads_open(&town->roads, options->roads, error)) {
        return false;
    }
    town->vehicle_count =
        options->vehicles != 0 ? (uint32_t)options->vehicles : options->vehicle_tokens.count;
    if (!open_network(town, error) || !place_anywhere(town, (uint64_t)options->seed, error)) {
        return false;
    }
    const struct load_demand_plan plan = {
        .network = &town->network,
        .rate_milli = (uint64_t)options->rate_milli,
        .seconds = (uint32_t)options->seconds,
        .riders = options->rider_tokens.count,
        .seed = (uint64_t)options->seed,
        .even = options->even,
    };
    if (!load_demand_random(&town->demand, &plan)) {
        return input_error_set(error, "more than %d requests in one run", LOAD_DEMAND_MAX);
    }
    return true;
}

void load_town_close(struct load_town *town)
{
    load_demand_done(&town->demand);
    free(town->places);
    free(town->memory);
    roads_close(&town->roads);
}
