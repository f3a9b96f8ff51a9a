#include "sim/city.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/city_demand.h"
#include "sim/grow.h"
#include "sim/options.h"
#include "sim/scenario.h"
#include "sim/tables.h"

#define ZONE_CORNERS 12
#define WARD_ROWS    2
#define WARD_COLUMNS 3

struct town {
    const struct city_plan *plan;
    struct city_streets streets;
    struct city_vehicle *vehicles;
    struct city_request *requests;
};

static void put_yaml(const struct town *town, FILE *file)
{
    fprintf(file,
            "# A synthetic town: sim city --nodes %" PRIu32 " --vehicles %" PRIu32
            " --requests %" PRIu32 " --seed %" PRIu64 "\n"
            "name: town-%" PRIu64 "\n"
            "timezone: Europe/London\n"
            "day: 2026-03-02\n"
            "pickup_s: 60\n"
            "dropoff_s: 45\n"
            "max_wait_s: 900\n"
            "max_ride_permille: 1400\n"
            "max_ride_extra_s: 480\n"
            "limits: hard\n"
            "weights: {vehicle_s: 1, wait_s: 1, ride_s: 1}\n",
            town->plan->nodes, town->plan->vehicles, town->plan->requests, town->plan->seed,
            town->plan->seed);
}

static void put_vehicles(const struct town *town, FILE *file)
{
    fputs("vehicle,node,seats,wheelchair_spaces,from_s,until_s,battery_wh,charge_pct\n", file);
    for (uint32_t i = 0; i < town->plan->vehicles; i++) {
        const struct city_vehicle *vehicle = &town->vehicles[i];
        fprintf(file,
                "%" PRIu32 ",%" PRId64 ",%" PRIu32 ",%" PRIu32 ",%" PRId64 ",%" PRId64
                ",50000,80\n",
                i + 1, town->streets.graph.names[vehicle->node], vehicle->seats,
                vehicle->wheelchair_spaces, vehicle->from_s, vehicle->until_s);
    }
}

static void put_requests(const struct town *town, FILE *file)
{
    const int64_t *names = town->streets.graph.names;
    fputs("request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n", file);
    for (uint32_t i = 0; i < town->plan->requests; i++) {
        const struct city_request *request = &town->requests[i];
        fprintf(file, "%" PRIu32 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRIu32 ",%" PRIu32 ",%d,",
                i + 1, request->at_s, names[request->from], names[request->to], request->party,
                request->wheelchairs, request->shared);
        if (request->pickup_from_s >= 0) {
            fprintf(file, "%" PRId64, request->pickup_from_s);
        }
        fprintf(file, ",%" PRIu32 "\n", request->rider);
    }
}

static void put_chargers(const struct town *town, FILE *file)
{
    uint32_t depots[CITY_DEPOTS];
    city_demand_depots(&town->streets, depots);
    fputs("charger,node,plugs,power_w\n", file);
    for (uint32_t i = 0; i < CITY_DEPOTS; i++) {
        fprintf(file, "%" PRIu32 ",%" PRId64 ",20,22000\n", i + 1,
                town->streets.graph.names[depots[i]]);
    }
}

/* ---- zones.geojson ---- */

static void put_point(FILE *file, struct geo_point point, const char *after)
{
    const int64_t lon = point.lon_e7;
    const int64_t lat = point.lat_e7;
    fprintf(file, "[%s%" PRId64 ".%07" PRId64 ",%s%" PRId64 ".%07" PRId64 "]%s", lon < 0 ? "-" : "",
            (lon < 0 ? -lon : lon) / 10000000, (lon < 0 ? -lon : lon) % 10000000,
            lat < 0 ? "-" : "", (lat < 0 ? -lat : lat) / 10000000,
            (lat < 0 ? -lat : lat) % 10000000, after);
}

static void put_zone(FILE *file, int *number, const char *kind, const char *name,
                     const struct geo_point *corners, size_t count)
{
    fprintf(file,
            "%s{\"type\":\"Feature\",\"properties\":{\"zone\":%d,\"kind\":\"%s\",\"name\":\"%s\"},"
            "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
            *number > 1 ? ",\n" : "", *number, kind, name);
    for (size_t i = 0; i < count; i++) {
        put_point(file, corners[i], ",");
    }
    put_point(file, corners[0], "]]}}");
    (*number)++;
}

static void put_box(FILE *file, int *number, const char *kind, const char *name, int64_t west_m,
                    int64_t south_m, int64_t east_m, int64_t north_m)
{
    const struct geo_point corners[4] = {
        city_streets_point(west_m, south_m), city_streets_point(east_m, south_m),
        city_streets_point(east_m, north_m), city_streets_point(west_m, north_m)};
    put_zone(file, number, kind, name, corners, 4);
}

static void put_zones(const struct town *town, FILE *file)
{
    /* Cosine and sine of each twelfth of a turn, in permille. */
    static const int32_t turns[ZONE_CORNERS][2] = {
        {1000, 0},  {866, 500},   {500, 866},   {0, 1000},  {-500, 866}, {-866, 500},
        {-1000, 0}, {-866, -500}, {-500, -866}, {0, -1000}, {500, -866}, {866, -500}};
    const int64_t radius_m = town->streets.radius_m;
    const int64_t reach_m = radius_m * 102 / 100; /* the outermost streets are outside */
    struct geo_point corners[ZONE_CORNERS];
    uint32_t depots[CITY_DEPOTS];
    char name[32];
    int number = 1;
    for (int i = 0; i < ZONE_CORNERS; i++) {
        corners[i] = city_streets_point(turns[i][0] * reach_m / 1000, turns[i][1] * reach_m / 1000);
    }
    fputs("{\"type\":\"FeatureCollection\",\"features\":[\n", file);
    put_zone(file, &number, "service", "Service area", corners, ZONE_CORNERS);
    put_box(file, &number, "no_stopping", "Market square", -90, -90, 90, 90);
    for (int row = 0; row < WARD_ROWS; row++) {
        for (int column = 0; column < WARD_COLUMNS; column++) {
            const int64_t width_m = 2 * radius_m / WARD_COLUMNS;
            const int64_t height_m = 2 * radius_m / WARD_ROWS;
            snprintf(name, sizeof name, "Ward %d", row * WARD_COLUMNS + column + 1);
            put_box(file, &number, "ward", name, -radius_m + column * width_m,
                    -radius_m + row * height_m, -radius_m + (column + 1) * width_m,
                    -radius_m + (row + 1) * height_m);
        }
    }
    city_demand_depots(&town->streets, depots);
    for (int i = 0; i < CITY_DEPOTS; i++) {
        const struct geo_point point = town->streets.graph.points[depots[i]];
        const int64_t east_m = city_streets_east_m(point);
        const int64_t north_m = city_streets_north_m(point);
        snprintf(name, sizeof name, "Depot %d", i + 1);
        put_box(file, &number, "depot", name, east_m - 50, north_m - 50, east_m + 50, north_m + 50);
    }
    fputs("\n]}\n", file);
}

/* ---- All of it ---- */

static bool write_file(const struct town *town, const char *name,
                       void (*put)(const struct town *, FILE *), struct input_error *error)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s/%s", town->plan->folder, name);
    if (length < 0 || length >= (int)sizeof path) {
        return input_error_set(error, "%.200s...: the path is too long", town->plan->folder);
    }
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return input_error_set(error, "%s: %s", path, strerror(errno));
    }
    put(town, file);
    const bool ok = ferror(file) == 0;
    if (fclose(file) != 0 || !ok) {
        return input_error_set(error, "%s: %s", path, strerror(errno));
    }
    return true;
}

bool city_make(const struct city_plan *plan, struct input_error *error)
{
    struct town town = {.plan = plan};
    struct random random;
    random_init(&random, plan->seed);
    const uint64_t street_seed = random_next(&random);
    const uint64_t demand_seed = random_next(&random);
    city_streets_make(&town.streets, plan->nodes, street_seed);
    town.vehicles = grow_new(plan->vehicles, sizeof *town.vehicles);
    town.requests = grow_new(plan->requests, sizeof *town.requests);
    city_demand_vehicles(&town.streets, town.vehicles, plan->vehicles);
    city_demand_requests(&town.streets, demand_seed, town.requests, plan->requests);
    const bool ok = tables_write_network(&town.streets.graph, plan->folder, error) &&
                    write_file(&town, "scenario.yaml", put_yaml, error) &&
                    write_file(&town, "vehicles.csv", put_vehicles, error) &&
                    write_file(&town, "requests.csv", put_requests, error) &&
                    write_file(&town, "chargers.csv", put_chargers, error) &&
                    write_file(&town, "zones.geojson", put_zones, error);
    if (ok) {
        printf("%s: %" PRIu32 " nodes, %" PRIu32 " streets one way, %" PRIu32 " vehicles, %" PRIu32
               " requests\n",
               plan->folder, town.streets.graph.node_count, town.streets.graph.arc_count,
               plan->vehicles, plan->requests);
    }
    free(town.vehicles);
    free(town.requests);
    city_streets_free(&town.streets);
    return ok;
}

int city_main(int argc, char **argv)
{
    const char *folder = NULL;
    int64_t nodes = 2000;
    int64_t vehicles = 60;
    int64_t requests = 4000;
    int64_t seed = 1;
    struct input_error error;
    const struct option table[] = {
        {.name = "--out",
         .argument = "DIR",
         .text = &folder,
         .is_required = true,
         .help = "the folder to write"},
        {.name = "--nodes",
         .argument = "N",
         .number = &nodes,
         .low = CITY_NODES_MIN,
         .high = CITY_NODES_MAX,
         .help = "about so many places where streets meet or bend"},
        {.name = "--vehicles",
         .argument = "N",
         .number = &vehicles,
         .low = 1,
         .high = SCENARIO_VEHICLES_MAX,
         .help = "fleet size (default 60)"},
        {.name = "--requests",
         .argument = "N",
         .number = &requests,
         .low = 1,
         .high = SCENARIO_REQUESTS_MAX,
         .help = "requests in the day (default 4000)"},
        {.name = "--seed",
         .argument = "N",
         .number = &seed,
         .low = 0,
         .high = INT64_MAX,
         .help = "another town for another seed (default 1)"},
    };
    const struct options options = {
        .usage = "sim city --out DIR [options]",
        .summary = "Makes a synthetic town, its fleet and a day's demand, as a scenario.",
        .example = "sim city --nodes 2000 --vehicles 60 --requests 4000 --seed 7 --out town",
        .table = table,
        .count = sizeof table / sizeof *table,
    };
    switch (options_parse(&options, argc, argv)) {
    case OPTIONS_OK:
        break;
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return 2;
    }
    const struct city_plan plan = {.folder = folder,
                                   .nodes = (uint32_t)nodes,
                                   .vehicles = (uint32_t)vehicles,
                                   .requests = (uint32_t)requests,
                                   .seed = (uint64_t)seed};
    if (!city_make(&plan, &error)) {
        fprintf(stderr, "sim: %s\n", error.text);
        return 1;
    }
    return 0;
}
