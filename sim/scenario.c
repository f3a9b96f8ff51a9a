/* Read in the order in which things depend on each other: scenario.yaml and what it names, the
 * roads, then the tables whose places lie on them. */
#include "sim/scenario.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sort.h"
#include "base/utf8.h"
#include "input/climate_csv.h"
#include "input/energy_yaml.h"
#include "input/memory.h"
#include "input/parking_csv.h"
#include "input/policy_file.h"
#include "input/speeds_csv.h"
#include "input/stations_csv.h"
#include "input/timezone.h"
#include "input/yaml_file.h"
#include "input/zones_file.h"
#include "sim/grow.h"
#include "sim/scenario_happenings.h"
#include "sim/scenario_tables.h"

#define DRIVE_ON_LEFT    true
#define NO_SHOW_AFTER_MS INT64_C(300000)
#define SILENT_AFTER_MS  INT64_C(120000)
#define SECONDS_MAX_S    INT64_C(86400)
#define IMPROVE_BY_FLEET (-1) /* where the scenario does not say: a share of IMPROVE_FLEET ... */
#define IMPROVE_FLEET    4000 /* ... searches for each vehicle, ... */
#define IMPROVE_MOST     10   /* ... from 1 to so many */
#define REBALANCE_S      "60"
#define FLOOR_S          "720"
#define RIDES_ROOM       64     /* the core's least number of rides */
#define RIDES_KEPT       400000 /* ... and the most: those that ended are forgotten, oldest first */
#define LAST_DAY_S       INT64_C(18000) /* 05:00: the travel day before is over */

struct weights_text {
    char *vehicle_s;
    char *wait_s;
    char *ride_s;
};

struct scenario_text {
    char *name;
    char *timezone;
    char *day;
    char *pickup_s;
    char *dropoff_s;
    char *wheelchair_extra_s;
    char *max_wait_s;
    char *max_ride_permille;
    char *max_ride_extra_s;
    char *limits;
    struct weights_text weights;
    char *policy;
    char *improve_searches;
    char *rebalance_s;
    char *floor_s;
    char *speeds;
    char *learn_speeds;
    char *retry_s;
    char *days;
    char *remote_help_every_s;
    char *remote_help_s;
    struct energy_yaml energy;
};

static const cyaml_schema_field_t weights_fields[] = {
    YAML_TEXT(vehicle_s, weights_text),
    YAML_TEXT(wait_s, weights_text),
    YAML_TEXT(ride_s, weights_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t scenario_fields[] = {
    YAML_TEXT(name, scenario_text),
    YAML_TEXT(timezone, scenario_text),
    YAML_TEXT(day, scenario_text),
    YAML_TEXT(pickup_s, scenario_text),
    YAML_TEXT(dropoff_s, scenario_text),
    YAML_TEXT_OPTIONAL(wheelchair_extra_s, scenario_text),
    YAML_TEXT(max_wait_s, scenario_text),
    YAML_TEXT(max_ride_permille, scenario_text),
    YAML_TEXT(max_ride_extra_s, scenario_text),
    YAML_TEXT(limits, scenario_text),
    CYAML_FIELD_MAPPING("weights", CYAML_FLAG_DEFAULT, struct scenario_text, weights,
                        weights_fields),
    YAML_TEXT_OPTIONAL(policy, scenario_text),
    YAML_TEXT_OPTIONAL(improve_searches, scenario_text),
    YAML_TEXT_OPTIONAL(rebalance_s, scenario_text),
    YAML_TEXT_OPTIONAL(floor_s, scenario_text),
    YAML_TEXT_OPTIONAL(speeds, scenario_text),
    YAML_TEXT_OPTIONAL(learn_speeds, scenario_text),
    YAML_TEXT_OPTIONAL(retry_s, scenario_text),
    YAML_TEXT_OPTIONAL(days, scenario_text),
    YAML_TEXT_OPTIONAL(remote_help_every_s, scenario_text),
    YAML_TEXT_OPTIONAL(remote_help_s, scenario_text),
    CYAML_FIELD_MAPPING("energy", CYAML_FLAG_OPTIONAL, struct scenario_text, energy,
                        ENERGY_YAML_FIELDS),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t scenario_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario_text, scenario_fields),
};

/* "FOLDER/FILE" into `path` (PATH_MAX). */
static bool join_path(const char *folder, const char *file, char *path, struct input_error *error)
{
    const int length = snprintf(path, PATH_MAX, "%s/%s", folder, file);
    if (length < 0 || length >= PATH_MAX) {
        return input_error_set(error, "%.200s...: the path is too long", folder);
    }
    return true;
}

static bool read_numbers(const char *path, const struct scenario_text *text,
                         struct scenario *scenario, struct input_error *error)
{
    struct core_config *config = &scenario->config;
    int64_t weights[3] = {0};
    const struct {
        const char *key;
        const char *text;
        int64_t low;
        int64_t high;
        int64_t *value;
        int64_t unit;
    } numbers[] = {
        {"pickup_s", text->pickup_s, 0, 3600, &config->pickup_ms, 1000},
        {"dropoff_s", text->dropoff_s, 0, 3600, &config->dropoff_ms, 1000},
        {"wheelchair_extra_s", text->wheelchair_extra_s != NULL ? text->wheelchair_extra_s : "0", 0,
         3600, &config->wheelchair_extra_ms, 1000},
        {"max_wait_s", text->max_wait_s, 0, SECONDS_MAX_S, &config->max_wait_ms, 1000},
        {"max_ride_permille", text->max_ride_permille, 1000, 1000000, &config->max_ride_permille,
         1},
        {"max_ride_extra_s", text->max_ride_extra_s, 0, SECONDS_MAX_S, &config->max_ride_extra_ms,
         1000},
        {"improve_searches", text->improve_searches != NULL ? text->improve_searches : "0", 0, 1000,
         &config->improve_searches, 1},
        {"rebalance_s", text->rebalance_s != NULL ? text->rebalance_s : REBALANCE_S, 0, 3600,
         &config->rebalance_ms, 1000},
        {"floor_s", text->floor_s != NULL ? text->floor_s : FLOOR_S, 0, 3600, &config->floor_ms,
         1000},
        {"retry_s", text->retry_s != NULL ? text->retry_s : "0", 0, 3600, &scenario->retry_ms,
         1000},
        {"remote_help_every_s", text->remote_help_every_s != NULL ? text->remote_help_every_s : "0",
         0, SECONDS_MAX_S, &scenario->remote_help.every_ms, 1000},
        {"remote_help_s", text->remote_help_s != NULL ? text->remote_help_s : REMOTE_HELP_S, 1,
         3600, &scenario->remote_help.for_ms, 1000},
        {"weights.vehicle_s", text->weights.vehicle_s, 0, 1000, &weights[0], 1},
        {"weights.wait_s", text->weights.wait_s, 0, 1000, &weights[1], 1},
        {"weights.ride_s", text->weights.ride_s, 0, 1000, &weights[2], 1},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!yaml_file_number(path, numbers[i].key, numbers[i].text, numbers[i].low,
                              numbers[i].high, numbers[i].value, error)) {
            return false;
        }
        *numbers[i].value *= numbers[i].unit;
    }
    if (text->improve_searches == NULL) {
        config->improve_searches = IMPROVE_BY_FLEET;
    }
    config->weights = (struct core_weights){.vehicle_s = (int32_t)weights[0],
                                            .wait_s = (int32_t)weights[1],
                                            .ride_s = (int32_t)weights[2]};
    return true;
}

/* How many civil days there are, where that is given: the run then lasts until all of them, and the
 * travel day that ends in the night after, are over. */
static bool read_days(const char *path, const char *text, struct scenario *scenario,
                      struct input_error *error)
{
    int64_t days = 0;
    if (text == NULL) {
        return true;
    }
    if (!yaml_file_number(path, "days", text, 1, SCENARIO_DAYS_MAX, &days, error)) {
        return false;
    }
    scenario->until_ms =
        timezone_moment_ms(&scenario->calendar, scenario->first_day + days, LAST_DAY_S);
    return true;
}

static bool read_words(const char *path, const struct scenario_text *text,
                       struct scenario *scenario, struct input_error *error)
{
    const size_t length = strlen(text->name);
    int64_t day = 0;
    if (length == 0 || length >= SCENARIO_NAME_MAX || !utf8_is_text(text->name, length)) {
        return yaml_file_refuse(path, "name", "is not a text of 1 to 63 bytes", error);
    }
    memcpy(scenario->name, text->name, length + 1);
    if (strcmp(text->limits, "hard") != 0 && strcmp(text->limits, "soft") != 0) {
        return yaml_file_refuse(path, "limits", "is neither 'hard' nor 'soft'", error);
    }
    scenario->config.limits_soft = strcmp(text->limits, "soft") == 0;
    if (!timezone_parse_day(text->day, &day)) {
        return yaml_file_refuse(path, "day", "is not a date like 2026-03-02", error);
    }
    struct input_error reason;
    if (!timezone_load(text->timezone, day * 86400 * 1000, &scenario->calendar, &reason)) {
        return yaml_file_refuse(path, "timezone", reason.text, error);
    }
    scenario->midnight_ms = timezone_moment_ms(&scenario->calendar, day, 0);
    scenario->first_day = (int32_t)day;
    return read_days(path, text->days, scenario, error);
}

static bool read_policy(const char *folder, const struct scenario_text *text,
                        struct scenario *scenario, struct input_error *error)
{
    char path[PATH_MAX];
    if (text->policy == NULL) {
        policy_default(&scenario->policy);
    } else if (!join_path(folder, text->policy, path, error) ||
               !policy_file_load(path, &scenario->policy, error)) {
        return false;
    }
    scenario->config.policy = &scenario->policy;
    return true;
}

/* What the dispatcher is told of speeds, and whether it learns. Where it does, cars have speeds of
 * their own, or it would learn what it expects. */
static bool read_given_speeds(const char *folder, const struct scenario_text *text,
                              struct scenario *scenario, struct input_error *error)
{
    char path[PATH_MAX];
    const char *learns = text->learn_speeds;
    if (learns != NULL && strcmp(learns, "yes") != 0 && strcmp(learns, "no") != 0) {
        return join_path(folder, "scenario.yaml", path, error) &&
               yaml_file_refuse(path, "learn_speeds", "is neither 'yes' nor 'no'", error);
    }
    scenario->config.learn_speeds = learns != NULL && strcmp(learns, "yes") == 0;
    scenario->has_speeds = scenario->config.learn_speeds;
    road_speeds_profile_free(&scenario->speeds);
    if (text->speeds == NULL) {
        return true;
    }
    scenario->config.speeds = &scenario->given_speeds;
    return join_path(folder, text->speeds, path, error) &&
           speeds_csv_read(path, &scenario->given_speeds, error);
}

static bool read_yaml(const char *folder, struct scenario *scenario, struct input_error *error)
{
    char path[PATH_MAX];
    void *data = NULL;
    if (!join_path(folder, "scenario.yaml", path, error) ||
        !yaml_file_load(path, &scenario_schema, &data, error)) {
        return false;
    }
    const struct scenario_text *text = data;
    const bool ok = read_numbers(path, text, scenario, error) &&
                    read_words(path, text, scenario, error) &&
                    read_policy(folder, text, scenario, error) &&
                    energy_yaml_read(path, &text->energy, &scenario->config.energy, error) &&
                    read_given_speeds(folder, text, scenario, error);
    yaml_file_free(&scenario_schema, data);
    return ok;
}

static bool read_roads(const char *folder, struct scenario *scenario, struct input_error *error)
{
    if (!roads_import(folder, &scenario->roads, &scenario->roads_report, error)) {
        return false;
    }
    const struct road_graph *graph = &scenario->roads.graph;
    const struct road_hierarchy *hierarchy = &scenario->roads.hierarchy;
    const size_t size = road_network_cost(graph, hierarchy);
    struct arena arena;
    scenario->network_memory = memory_take(size);
    scenario->network_memory_size = size;
    if (scenario->network_memory == NULL) {
        return input_error_set(error, "%s: there is not enough memory", folder);
    }
    arena_init(&arena, scenario->network_memory, size);
    CHECK(road_network_init(&scenario->network, &arena, graph, hierarchy, DRIVE_ON_LEFT));
    return true;
}

/* Reads `file` of the folder; an optional one may be missing. */
static bool read_table(const char *folder, const char *file, bool is_required,
                       struct scenario *scenario,
                       bool (*read)(struct scenario *, const char *, struct input_error *),
                       struct input_error *error)
{
    char path[PATH_MAX];
    if (!join_path(folder, file, path, error)) {
        return false;
    }
    if (!is_required && access(path, F_OK) != 0 && errno == ENOENT) {
        return true;
    }
    return read(scenario, path, error);
}

static bool read_zones(struct scenario *scenario, const char *path, struct input_error *error)
{
    return zones_file_load(path, &scenario->zones, error);
}

static bool read_parking(struct scenario *scenario, const char *path, struct input_error *error)
{
    static const struct place_csv_options options = {.drive_on_left = DRIVE_ON_LEFT,
                                                     .at_nodes = true};
    struct core_config *config = &scenario->config;
    if (!parking_csv_read(path, &scenario->roads.graph, &options, &scenario->parking,
                          &config->parking_count, error)) {
        return false;
    }
    config->parking = scenario->parking;
    return true;
}

/* The first `wanted` vehicles, or all and copies of them in turn, with ids of their own. */
static bool resize_fleet(struct scenario *scenario, uint32_t wanted, struct input_error *error)
{
    const uint32_t given = scenario->vehicle_count;
    if (given == 0 || wanted == 0 || wanted == given) { /* finish_config() refuses none at all */
        return true;
    }
    if (wanted < given) {
        scenario->vehicle_count = wanted;
        return true;
    }
    uint32_t next_id = 0;
    for (uint32_t i = 0; i < given; i++) {
        if (scenario->vehicles[i].id >= next_id) {
            next_id = scenario->vehicles[i].id + 1;
        }
    }
    if (next_id > UINT32_MAX - wanted) {
        return input_error_set(error, "vehicles.csv: no ids are left above the highest");
    }
    size_t capacity = given;
    scenario->vehicles = grow(scenario->vehicles, &capacity, wanted, sizeof *scenario->vehicles);
    for (uint32_t i = given; i < wanted; i++) {
        scenario->vehicles[i] = scenario->vehicles[i % given];
        scenario->vehicles[i].id = next_id + (i - given);
    }
    scenario->vehicle_count = wanted;
    return true;
}

/* Improvement as asked for, or as much as the fleet's size leaves time for. */
static void choose_improvement(struct scenario *scenario, const struct scenario_options *options)
{
    struct core_config *config = &scenario->config;
    if (options->sets_improve) {
        config->improve_searches = options->improve_searches;
    }
    if (options->sets_rebalance) {
        config->rebalance_ms = options->rebalance_s * 1000;
    }
    if (options->sets_floor) {
        config->floor_ms = options->floor_s * 1000;
    }
    if (config->improve_searches == IMPROVE_BY_FLEET) {
        const int64_t share = IMPROVE_FLEET / scenario->vehicle_count;
        config->improve_searches = share < 1 ? 1 : share > IMPROVE_MOST ? IMPROVE_MOST : share;
    }
}

/* Of requests and riders.csv, each once; a request without a rider is a rider of its own. */
static uint32_t count_riders(const struct scenario *scenario)
{
    const size_t rows = (size_t)scenario->request_count + scenario->class_count;
    uint64_t *riders = grow_new(rows, sizeof *riders);
    uint64_t *scratch = grow_new(rows, sizeof *scratch);
    uint32_t named = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        if (scenario->requests[i].rider != SCENARIO_NONE) {
            riders[named++] = (uint64_t)scenario->requests[i].rider;
        }
    }
    count = scenario->request_count - named;
    for (uint32_t i = 0; i < scenario->class_count; i++) {
        riders[named++] = (uint64_t)scenario->classes[i].rider;
    }
    sort_u64(riders, scratch, named);
    for (uint32_t i = 0; i < named; i++) {
        count += i == 0 || riders[i] != riders[i - 1];
    }
    free(riders);
    free(scratch);
    return count;
}

static bool finish_config(const char *folder, const struct scenario_options *options,
                          struct scenario *scenario, struct input_error *error)
{
    struct core_config *config = &scenario->config;
    if (scenario->vehicle_count == 0) {
        return input_error_set(error, "%s/vehicles.csv: has no vehicle", folder);
    }
    if (scenario->request_count == 0) {
        return input_error_set(error, "%s/requests.csv: has no request", folder);
    }
    choose_improvement(scenario, options);
    if (options->sets_remote_help) {
        scenario->remote_help.every_ms = options->remote_help_every_s * 1000;
    }
    const uint32_t rides = scenario->request_count + RIDES_ROOM;
    config->limits = (struct core_limits){.vehicles_max = scenario->vehicle_count,
                                          .rides_max = rides < RIDES_KEPT ? rides : RIDES_KEPT,
                                          .riders_max = count_riders(scenario)};
    config->calendar = &scenario->calendar;
    config->zones = &scenario->zones;
    config->no_show_after_ms = NO_SHOW_AFTER_MS;
    config->silent_after_ms = SILENT_AFTER_MS;
    config->fleet_unwatched = true;
    const char *fault = core_config_fault(config);
    return fault == NULL || input_error_set(error, "%s/scenario.yaml: %s", folder, fault);
}

static bool read_speeds(struct scenario *scenario, const char *path, struct input_error *error)
{
    scenario->has_speeds = true;
    return speeds_csv_read(path, &scenario->speeds, error);
}

static bool read_chargers(struct scenario *scenario, const char *path, struct input_error *error)
{
    static const struct place_csv_options options = {.drive_on_left = DRIVE_ON_LEFT,
                                                     .at_nodes = true};
    struct stations *stations = &scenario->config.stations;
    return stations_csv_read(path, &scenario->roads.graph, &options, stations, error);
}

static bool read_climate(struct scenario *scenario, const char *path, struct input_error *error)
{
    return climate_csv_read(path, &scenario->config.energy, error);
}

bool scenario_load(const char *folder, const struct scenario_options *options,
                   struct scenario *scenario, struct input_error *error)
{
    memset(scenario, 0, sizeof *scenario);
    if (read_yaml(folder, scenario, error) && read_roads(folder, scenario, error) &&
        read_table(folder, "zones.geojson", false, scenario, read_zones, error) &&
        read_table(folder, "vehicles.csv", true, scenario, scenario_tables_vehicles, error) &&
        read_table(folder, "requests.csv", true, scenario, scenario_tables_requests, error) &&
        read_table(folder, "riders.csv", false, scenario, scenario_happenings_riders, error) &&
        read_table(folder, "delays.csv", false, scenario, scenario_happenings_delays, error) &&
        read_table(folder, "chargers.csv", false, scenario, read_chargers, error) &&
        read_table(folder, "closures.csv", false, scenario, scenario_tables_closures, error) &&
        read_table(folder, "climate.csv", false, scenario, read_climate, error) &&
        read_table(folder, "speeds.csv", false, scenario, read_speeds, error) &&
        read_table(folder, "parking.csv", false, scenario, read_parking, error) &&
        resize_fleet(scenario, options->vehicles, error) &&
        finish_config(folder, options, scenario, error)) {
        return true;
    }
    scenario_free(scenario);
    return false;
}

void scenario_free(struct scenario *scenario)
{
    free(scenario->vehicles);
    free(scenario->requests);
    free(scenario->closures);
    free(scenario->classes);
    free(scenario->delays);
    free(scenario->parking);
    free((void *)(uintptr_t)scenario->config.stations.items);
    zones_file_free(&scenario->zones);
    roads_close(&scenario->roads);
    memory_give(scenario->network_memory, scenario->network_memory_size);
    memset(scenario, 0, sizeof *scenario);
}

bool scenario_is_punctual(const struct scenario *scenario)
{
    return !scenario->has_speeds && !scenario->has_no_shows && scenario->delay_count == 0 &&
           scenario->remote_help.every_ms == 0;
}

int64_t scenario_direct_ms(const struct scenario *scenario, const struct scenario_request *request)
{
    if (request->from.node == SPOT_NO_NODE || request->to.node == SPOT_NO_NODE) {
        return -1;
    }
    const int64_t time_ms =
        road_query_time(scenario->network.query, road_place_at_node(request->from.node),
                        road_place_at_node(request->to.node));
    return time_ms < ROAD_UNREACHABLE_MS ? time_ms : -1;
}

int64_t scenario_moment_ms(const struct scenario *scenario, int64_t second)
{
    return scenario->midnight_ms + second * 1000;
}
