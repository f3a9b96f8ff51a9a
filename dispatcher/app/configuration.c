/* The configuration's schema, and the reading of what it names. */
#include "app/configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/clock.h"
#include "app/configuration_payments.h"
#include "input/climate_csv.h"
#include "input/energy_yaml.h"
#include "input/parking_csv.h"
#include "input/policy_file.h"
#include "input/roads.h"
#include "input/speeds_csv.h"
#include "input/stations_csv.h"
#include "input/timezone.h"
#include "input/yaml_file.h"
#include "input/zones_file.h"

struct listen_text {
    char *address;
    char *port;
    char *certificate;
    char *key;
};

struct tokens_text {
    char *keys;
    char *issuer;
    char *audience;
};

struct weights_text {
    char *vehicle_s;
    char *wait_s;
    char *ride_s;
};

struct service_text {
    char *drive_on;
    char *pickup_s;
    char *dropoff_s;
    char *wheelchair_extra_s;
    char *max_wait_s;
    char *max_ride_permille;
    char *max_ride_extra_s;
    char *limits;
    char *no_show_after_s;
    char *silent_after_s;
    char *learn_speeds;
    char *improve_searches;
    char *rebalance_s;
    char *floor_s;
    struct weights_text weights;
};

struct limits_text {
    char *vehicles;
    char *rides;
    char *riders;
    char *connections;
    char *connections_per_peer;
    char *calls_per_peer_s;
    char *message_bytes;
    char *request_timeout_s;
    char *idle_timeout_s;
};

struct config_text {
    struct payments_text payments;
    struct listen_text listen;
    struct tokens_text tokens;
    struct service_text service;
    struct limits_text limits;
    struct energy_yaml energy;
    char *journal;
    char *roads;
    char *fleet;
    char *zones;
    char *stations;
    char *climate;
    char *speeds;
    char *parking;
    char *policy;
    char *timezone;
    char *log_level;
};

static const cyaml_schema_field_t LISTEN_FIELDS[] = {
    YAML_TEXT_OPTIONAL(address, listen_text),
    YAML_TEXT(port, listen_text),
    YAML_TEXT_OPTIONAL(certificate, listen_text),
    YAML_TEXT_OPTIONAL(key, listen_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t TOKENS_FIELDS[] = {
    YAML_TEXT(keys, tokens_text),
    YAML_TEXT_OPTIONAL(issuer, tokens_text),
    YAML_TEXT_OPTIONAL(audience, tokens_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t WEIGHTS_FIELDS[] = {
    YAML_TEXT_OPTIONAL(vehicle_s, weights_text),
    YAML_TEXT_OPTIONAL(wait_s, weights_text),
    YAML_TEXT_OPTIONAL(ride_s, weights_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t SERVICE_FIELDS[] = {
    YAML_TEXT_OPTIONAL(drive_on, service_text),
    YAML_TEXT_OPTIONAL(pickup_s, service_text),
    YAML_TEXT_OPTIONAL(dropoff_s, service_text),
    YAML_TEXT_OPTIONAL(wheelchair_extra_s, service_text),
    YAML_TEXT_OPTIONAL(max_wait_s, service_text),
    YAML_TEXT_OPTIONAL(max_ride_permille, service_text),
    YAML_TEXT_OPTIONAL(max_ride_extra_s, service_text),
    YAML_TEXT_OPTIONAL(limits, service_text),
    YAML_TEXT_OPTIONAL(no_show_after_s, service_text),
    YAML_TEXT_OPTIONAL(silent_after_s, service_text),
    YAML_TEXT_OPTIONAL(learn_speeds, service_text),
    YAML_TEXT_OPTIONAL(improve_searches, service_text),
    YAML_TEXT_OPTIONAL(rebalance_s, service_text),
    YAML_TEXT_OPTIONAL(floor_s, service_text),
    CYAML_FIELD_MAPPING("weights", CYAML_FLAG_OPTIONAL, struct service_text, weights,
                        WEIGHTS_FIELDS),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t LIMITS_FIELDS[] = {
    YAML_TEXT_OPTIONAL(vehicles, limits_text),
    YAML_TEXT_OPTIONAL(rides, limits_text),
    YAML_TEXT_OPTIONAL(riders, limits_text),
    YAML_TEXT_OPTIONAL(connections, limits_text),
    YAML_TEXT_OPTIONAL(connections_per_peer, limits_text),
    YAML_TEXT_OPTIONAL(calls_per_peer_s, limits_text),
    YAML_TEXT_OPTIONAL(message_bytes, limits_text),
    YAML_TEXT_OPTIONAL(request_timeout_s, limits_text),
    YAML_TEXT_OPTIONAL(idle_timeout_s, limits_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t PAYMENTS_FIELDS[] = {
    YAML_TEXT_OPTIONAL(provider, payments_text),
    YAML_TEXT_OPTIONAL(url, payments_text),
    YAML_TEXT_OPTIONAL(key_file, payments_text),
    YAML_TEXT_OPTIONAL(webhook_secret_file, payments_text),
    YAML_TEXT_OPTIONAL(return_url, payments_text),
    YAML_TEXT_OPTIONAL(description, payments_text),
    YAML_TEXT_OPTIONAL(first_payment_pence, payments_text),
    YAML_TEXT_OPTIONAL(timeout_s, payments_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t CONFIG_FIELDS[] = {
    CYAML_FIELD_MAPPING("payments", CYAML_FLAG_OPTIONAL, struct config_text, payments,
                        PAYMENTS_FIELDS),
    CYAML_FIELD_MAPPING("listen", CYAML_FLAG_DEFAULT, struct config_text, listen, LISTEN_FIELDS),
    CYAML_FIELD_MAPPING("tokens", CYAML_FLAG_DEFAULT, struct config_text, tokens, TOKENS_FIELDS),
    CYAML_FIELD_MAPPING("service", CYAML_FLAG_OPTIONAL, struct config_text, service,
                        SERVICE_FIELDS),
    CYAML_FIELD_MAPPING("limits", CYAML_FLAG_OPTIONAL, struct config_text, limits, LIMITS_FIELDS),
    CYAML_FIELD_MAPPING("energy", CYAML_FLAG_OPTIONAL, struct config_text, energy,
                        ENERGY_YAML_FIELDS),
    YAML_TEXT(journal, config_text),
    YAML_TEXT(roads, config_text),
    YAML_TEXT(fleet, config_text),
    YAML_TEXT_OPTIONAL(zones, config_text),
    YAML_TEXT_OPTIONAL(stations, config_text),
    YAML_TEXT_OPTIONAL(climate, config_text),
    YAML_TEXT_OPTIONAL(speeds, config_text),
    YAML_TEXT_OPTIONAL(parking, config_text),
    YAML_TEXT_OPTIONAL(policy, config_text),
    YAML_TEXT_OPTIONAL(timezone, config_text),
    YAML_TEXT_OPTIONAL(log_level, config_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t SCHEMA = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_text, CONFIG_FIELDS),
};

struct configuration_inputs {
    struct roads roads;
    struct zones zones;
    struct road_speeds_profile speeds;
    struct parking *parking;
};

/* One load: where the file is, and what it said. */
struct loading {
    const char *path;
    const struct config_text *text;
    struct configuration *config;
    struct input_error *error;
};

/* A path in the configuration is relative to the configuration's folder. */
static bool resolve(const struct loading *loading, const char *key, const char *named, char *path)
{
    const char *slash = strrchr(loading->path, '/');
    int folder = named[0] == '/' || slash == NULL ? 0 : (int)(slash - loading->path + 1);
    int length = snprintf(path, PATH_MAX, "%.*s%s", folder, loading->path, named);
    if (named[0] == '\0' || length >= PATH_MAX)
        return yaml_file_refuse(loading->path, key, "is not the name of a file", loading->error);
    return true;
}

static bool copy_text(const struct loading *loading, const char *key, const char *text, char *copy,
                      size_t size)
{
    if (text == NULL)
        return true;
    if (strlen(text) >= size)
        return yaml_file_refuse(loading->path, key, "is too long", loading->error);
    memcpy(copy, text, strlen(text) + 1);
    return true;
}

/* A key whose value is one of two words. */
static bool choose(const struct loading *loading, const char *key, const char *text,
                   const char *yes, const char *no, bool *choice)
{
    char reason[128];
    if (text == NULL)
        return true;
    if (strcmp(text, yes) == 0 || strcmp(text, no) == 0) {
        *choice = strcmp(text, yes) == 0;
        return true;
    }
    snprintf(reason, sizeof reason, "is neither %s nor %s", yes, no);
    return yaml_file_refuse(loading->path, key, reason, loading->error);
}

struct number {
    const char *key;
    const char *text;
    int64_t low;
    int64_t high;
    int64_t value; /* the default, then what was read */
};

static bool read_numbers(const struct loading *loading, struct number *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!yaml_file_number(loading->path, numbers[i].key, numbers[i].text, numbers[i].low,
                              numbers[i].high, &numbers[i].value, loading->error))
            return false;
    }
    return true;
}

static bool read_service(const struct loading *loading)
{
    const struct service_text *text = &loading->text->service;
    struct core_config *core = &loading->config->core;
    enum {
        PICKUP,
        DROPOFF,
        WHEELCHAIR,
        WAIT,
        PERMILLE,
        EXTRA,
        NO_SHOW,
        SILENT,
        IMPROVE,
        REBALANCE,
        FLOOR,
        VEHICLE,
        WAITING,
        RIDE,
        COUNT
    };
    struct number numbers[COUNT] = {
        [PICKUP] = {"service.pickup_s", text->pickup_s, 0, 3600, 60},
        [DROPOFF] = {"service.dropoff_s", text->dropoff_s, 0, 3600, 60},
        [WHEELCHAIR] = {"service.wheelchair_extra_s", text->wheelchair_extra_s, 0, 3600, 120},
        [WAIT] = {"service.max_wait_s", text->max_wait_s, 1, 86400, 900},
        [PERMILLE] = {"service.max_ride_permille", text->max_ride_permille, 1000, 100000, 1500},
        [EXTRA] = {"service.max_ride_extra_s", text->max_ride_extra_s, 0, 86400, 600},
        [NO_SHOW] = {"service.no_show_after_s", text->no_show_after_s, 0, 3600, 180},
        [SILENT] = {"service.silent_after_s", text->silent_after_s, 5, 3600, 30},
        [IMPROVE] = {"service.improve_searches", text->improve_searches, 0, 1000, 4},
        [REBALANCE] = {"service.rebalance_s", text->rebalance_s, 0, 3600, 60},
        [FLOOR] = {"service.floor_s", text->floor_s, 0, 3600, 720},
        [VEHICLE] = {"service.weights.vehicle_s", text->weights.vehicle_s, 0, 1000, 1},
        [WAITING] = {"service.weights.wait_s", text->weights.wait_s, 0, 1000, 1},
        [RIDE] = {"service.weights.ride_s", text->weights.ride_s, 0, 1000, 1},
    };
    loading->config->drive_on_left = true;
    if (!read_numbers(loading, numbers, COUNT) ||
        !choose(loading, "service.drive_on", text->drive_on, "left", "right",
                &loading->config->drive_on_left) ||
        !choose(loading, "service.limits", text->limits, "soft", "hard", &core->limits_soft) ||
        !choose(loading, "service.learn_speeds", text->learn_speeds, "yes", "no",
                &core->learn_speeds))
        return false;
    core->pickup_ms = numbers[PICKUP].value * 1000;
    core->dropoff_ms = numbers[DROPOFF].value * 1000;
    core->wheelchair_extra_ms = numbers[WHEELCHAIR].value * 1000;
    core->max_wait_ms = numbers[WAIT].value * 1000;
    core->max_ride_permille = numbers[PERMILLE].value;
    core->max_ride_extra_ms = numbers[EXTRA].value * 1000;
    core->no_show_after_ms = numbers[NO_SHOW].value * 1000;
    core->silent_after_ms = numbers[SILENT].value * 1000;
    core->improve_searches = numbers[IMPROVE].value;
    core->rebalance_ms = numbers[REBALANCE].value * 1000;
    core->floor_ms = numbers[FLOOR].value * 1000;
    core->weights = (struct core_weights){.vehicle_s = (int32_t)numbers[VEHICLE].value,
                                          .wait_s = (int32_t)numbers[WAITING].value,
                                          .ride_s = (int32_t)numbers[RIDE].value};
    return true;
}

static bool read_limits(const struct loading *loading)
{
    const struct limits_text *text = &loading->text->limits;
    struct configuration *config = loading->config;
    enum { VEHICLES, RIDES, RIDERS, CONNECTIONS, PER_PEER, CALLS, BYTES, REQUEST, IDLE, COUNT };
    struct number numbers[COUNT] = {
        [VEHICLES] = {"limits.vehicles", text->vehicles, 1, VEHICLES_LIMIT, 2000},
        [RIDES] = {"limits.rides", text->rides, 64, RIDES_LIMIT, 65536},
        [RIDERS] = {"limits.riders", text->riders, 1, RIDERS_LIMIT, 262144},
        [CONNECTIONS] = {"limits.connections", text->connections, 1, 65536, 8192},
        [PER_PEER] = {"limits.connections_per_peer", text->connections_per_peer, 0, 65536, 64},
        [CALLS] = {"limits.calls_per_peer_s", text->calls_per_peer_s, 0, 1000000, 50},
        [BYTES] = {"limits.message_bytes", text->message_bytes, 1024, 1 << 20, 16384},
        [REQUEST] = {"limits.request_timeout_s", text->request_timeout_s, 1, 300, 10},
        [IDLE] = {"limits.idle_timeout_s", text->idle_timeout_s, 5, 3600, 60},
    };
    if (!read_numbers(loading, numbers, COUNT))
        return false;
    config->core.limits = (struct core_limits){.vehicles_max = (uint32_t)numbers[VEHICLES].value,
                                               .rides_max = (uint32_t)numbers[RIDES].value,
                                               .riders_max = (uint32_t)numbers[RIDERS].value};
    config->net.connections_max = (uint32_t)numbers[CONNECTIONS].value;
    config->net.connections_per_peer = (uint32_t)numbers[PER_PEER].value;
    config->net.calls_per_peer_s = (uint32_t)numbers[CALLS].value;
    config->net.message_max = (uint32_t)numbers[BYTES].value;
    config->net.request_timeout_s = (uint32_t)numbers[REQUEST].value;
    config->net.idle_timeout_s = (uint32_t)numbers[IDLE].value;
    return true;
}

static bool read_doors(const struct loading *loading)
{
    const struct config_text *text = loading->text;
    struct configuration *config = loading->config;
    struct number port = {"listen.port", text->listen.port, 0, 65535, 0};
    memcpy(config->address, "127.0.0.1", sizeof "127.0.0.1");
    if ((text->listen.certificate == NULL) != (text->listen.key == NULL))
        return yaml_file_refuse(loading->path, "listen",
                                "'certificate' and 'key' go together: one is missing",
                                loading->error);
    if (!read_numbers(loading, &port, 1) ||
        !copy_text(loading, "listen.address", text->listen.address, config->address,
                   sizeof config->address) ||
        !copy_text(loading, "tokens.issuer", text->tokens.issuer, config->issuer,
                   sizeof config->issuer) ||
        !copy_text(loading, "tokens.audience", text->tokens.audience, config->audience,
                   sizeof config->audience) ||
        !resolve(loading, "tokens.keys", text->tokens.keys, config->jwks))
        return false;
    if (text->listen.key != NULL &&
        (!resolve(loading, "listen.certificate", text->listen.certificate,
                  config->tls_certificate) ||
         !resolve(loading, "listen.key", text->listen.key, config->tls_key)))
        return false;
    struct net_config *net = &config->net;
    net->port = (uint16_t)port.value;
    net->address = config->address;
    net->jwks = config->jwks;
    net->tls_certificate = config->tls_certificate[0] != '\0' ? config->tls_certificate : NULL;
    net->tls_key = config->tls_key[0] != '\0' ? config->tls_key : NULL;
    net->issuer = config->issuer[0] != '\0' ? config->issuer : NULL;
    net->audience = config->audience[0] != '\0' ? config->audience : NULL;
    return true;
}

static bool read_policy(const struct loading *loading)
{
    struct configuration *config = loading->config;
    char path[PATH_MAX];
    const char *zone = loading->text->timezone;
    if (loading->text->policy == NULL)
        policy_default(&config->policy);
    else if (!resolve(loading, "policy", loading->text->policy, path) ||
             !policy_file_load(path, &config->policy, loading->error))
        return false;
    config->core.policy = &config->policy;
    config->core.calendar = &config->calendar;
    struct input_error reason;
    if (timezone_load(zone != NULL ? zone : "Europe/London", clock_wall_s() * 1000,
                      &config->calendar, &reason))
        return true;
    return yaml_file_refuse(loading->path, "timezone", reason.text, loading->error);
}

static bool read_parking(const struct loading *loading)
{
    struct configuration *config = loading->config;
    const struct place_csv_options options = {.drive_on_left = config->drive_on_left};
    char path[PATH_MAX];
    if (loading->text->parking == NULL)
        return true;
    if (!resolve(loading, "parking", loading->text->parking, path) ||
        !parking_csv_read(path, config->graph, &options, &config->inputs->parking,
                          &config->core.parking_count, loading->error))
        return false;
    config->core.parking = config->inputs->parking;
    if (config->core.parking_count > 0 && config->core.rebalance_ms == 0)
        return yaml_file_refuse(loading->path, "parking",
                                "needs service.rebalance_s above 0: it sends vehicles there",
                                loading->error);
    return true;
}

static bool read_map(const struct loading *loading)
{
    struct configuration *config = loading->config;
    struct configuration_inputs *inputs = config->inputs;
    char path[PATH_MAX];
    if (!resolve(loading, "roads", loading->text->roads, path) ||
        !roads_open(&inputs->roads, path, loading->error))
        return false;
    config->graph = &inputs->roads.graph;
    config->hierarchy = &inputs->roads.hierarchy;
    config->core.zones = &inputs->zones;
    if (loading->text->zones != NULL && (!resolve(loading, "zones", loading->text->zones, path) ||
                                         !zones_file_load(path, &inputs->zones, loading->error)))
        return false;
    if (loading->text->speeds != NULL) {
        config->core.speeds = &inputs->speeds;
        if (!resolve(loading, "speeds", loading->text->speeds, path) ||
            !speeds_csv_read(path, &inputs->speeds, loading->error))
            return false;
    }
    if (!resolve(loading, "fleet", loading->text->fleet, path) ||
        !vehicles_csv_read(path, config->graph, &config->vehicles, &config->vehicle_count,
                           loading->error))
        return false;
    if (config->vehicle_count > config->core.limits.vehicles_max)
        return yaml_file_refuse(loading->path, "fleet",
                                "has more vehicles than limits.vehicles allows", loading->error);
    return true;
}

static bool read_stations(const struct loading *loading)
{
    struct configuration *config = loading->config;
    const struct place_csv_options options = {.drive_on_left = config->drive_on_left};
    struct stations *stations = &config->core.stations;
    char path[PATH_MAX];
    return loading->text->stations == NULL ||
           (resolve(loading, "stations", loading->text->stations, path) &&
            stations_csv_read(path, config->graph, &options, stations, loading->error));
}

static bool read_energy(const struct loading *loading)
{
    struct core_energy *energy = &loading->config->core.energy;
    char path[PATH_MAX];
    if (!energy_yaml_read(loading->path, &loading->text->energy, energy, loading->error))
        return false;
    return loading->text->climate == NULL ||
           (resolve(loading, "climate", loading->text->climate, path) &&
            climate_csv_read(path, energy, loading->error));
}

static bool read_log_level(const struct loading *loading)
{
    const char *word = loading->text->log_level;
    loading->config->log_level = LOG_INFO;
    if (word == NULL || log_level_parse(word, &loading->config->log_level))
        return true;
    return yaml_file_refuse(loading->path, "log_level", "is none of debug, info, warn, error",
                            loading->error);
}

bool configuration_load(const char *path, struct configuration *config, struct input_error *error)
{
    void *data;
    *config = (struct configuration){0};
    if (!yaml_file_load(path, &SCHEMA, &data, error))
        return false;
    struct loading loading = {.path = path, .text = data, .config = config, .error = error};
    config->inputs = calloc(1, sizeof *config->inputs);
    bool ok =
        config->inputs != NULL || input_error_set(error, "%s: there is not enough memory", path);
    ok = ok && read_log_level(&loading) && read_limits(&loading) && read_service(&loading) &&
         read_energy(&loading) && read_doors(&loading) &&
         configuration_payments_read(path, &loading.text->payments, config, error) &&
         resolve(&loading, "journal", loading.text->journal, config->journal) &&
         read_policy(&loading) && read_map(&loading) && read_parking(&loading) &&
         read_stations(&loading);
    yaml_file_free(&SCHEMA, data);
    if (!ok)
        configuration_free(config);
    return ok;
}

void configuration_free(struct configuration *config)
{
    if (config->inputs != NULL) {
        roads_close(&config->inputs->roads);
        zones_file_free(&config->inputs->zones);
        free(config->inputs->parking);
        free((void *)(uintptr_t)config->core.stations.items);
    }
    configuration_payments_forget(config);
    free(config->inputs);
    free(config->vehicles);
    *config = (struct configuration){0};
}
