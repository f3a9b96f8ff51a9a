/* The dispatcher's configuration: one YAML file (docs/operations.md describes each key), and the
 * files it names: roads, fleet, zones, policy, keys. Paths in it are relative to the file. */
#ifndef APP_CONFIGURATION_H
#define APP_CONFIGURATION_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/log.h"
#include "core/calendar.h"
#include "core/core.h"
#include "core/event.h"
#include "input/input_error.h"
#include "input/vehicles_csv.h"
#include "net/net.h"
#include "road/network.h"

#define CONFIGURATION_SECRET_MAX 256 /* of a secret read from a file, with the NUL */

/* How riders pay. Secrets are here and in the files they come from, nowhere else. */
struct configuration_payments {
    bool is_govuk; /* else by account */
    char url[256];
    char key[CONFIGURATION_SECRET_MAX];
    char webhook_secret[CONFIGURATION_SECRET_MAX]; /* "" no webhooks */
    char return_url[512];
    char description[256];
    int64_t timeout_ms;
};

struct configuration_inputs; /* what was read from the files named; owned by the config */

struct configuration {
    char journal[PATH_MAX];
    char jwks[PATH_MAX];
    char tls_certificate[PATH_MAX]; /* "" none */
    char tls_key[PATH_MAX];
    char address[128];
    char issuer[256];
    char audience[256];
    struct net_config net; /* its strings point above */
    struct configuration_payments payments;
    enum log_level log_level;
    bool drive_on_left;
    struct core_config core; /* its zones are the inputs' */
    struct policy policy;
    struct calendar calendar;
    const struct road_graph *graph;
    const struct road_hierarchy *hierarchy;
    struct fleet_vehicle *vehicles; /* [vehicle_count] */
    uint32_t vehicle_count;
    struct configuration_inputs *inputs;
};

/* Read all of it. False and *error names file, line and key; nothing is then owned. */
MUST_CHECK bool configuration_load(const char *path, struct configuration *config,
                                   struct input_error *error);
void configuration_free(struct configuration *config);

#endif
