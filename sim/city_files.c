#include "sim/city_files.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "input/timezone.h"
#include "sim/city_draft.h"
#include "sim/city_policy.h"
#include "sim/tables.h"

#define ZONE_CORNERS 12
#define WARD_ROWS    2
#define WARD_COLUMNS 3

static void put_yaml(const struct city_town *town, FILE *file)
{
    const struct city_plan *plan = town->plan;
    char day[TIMEZONE_DAY_MAX];
    timezone_format_day(plan->first_day, day);
    fprintf(file,
            "# A synthetic town: sim city --nodes %" PRIu32 " --vehicles %" PRIu32
            " --requests %" PRIu32 " --seed %" PRIu64 "\n"
            "name: town-%" PRIu64 "\n"
            "timezone: Europe/London\n"
            "day: %s\n"
            "pickup_s: %" PRId64 "\n"
            "dropoff_s: %" PRId64 "\n"
            "max_wait_s: %" PRId64 "\n"
            "max_ride_permille: %" PRId64 "\n"
            "max_ride_extra_s: %" PRId64 "\n"
            "limits: %s\n"
            "weights: {vehicle_s: 1, wait_s: 1, ride_s: 1}\n"
            "policy: policy.yaml\n",
            plan->nodes, plan->vehicles, plan->requests, plan->seed, plan->seed, day,
            plan->pickup_s, plan->dropoff_s, plan->max_wait_s, plan->max_ride_permille,
            plan->max_ride_extra_s, plan->limits_soft ? "soft" : "hard");
    if (plan->days > 1) {
        fprintf(file, "days: %" PRIu32 "\n", plan->days);
    }
    if (plan->remote_help_every_s > 0) {
        fprintf(file, "remote_help_every_s: %" PRId64 "\n", plan->remote_help_every_s);
    }
}

static void put_policy(const struct city_town *town, FILE *file)
{
    (void)town; /* one for all */
    city_policy_write(file);
}

static void put_vehicles(const struct city_town *town, FILE *file)
{
    const int64_t battery_wh = town->plan->battery_wh;
    const bool has_sizes = town->plan->days > 1;
    fprintf(file, "vehicle,node,seats,wheelchair_spaces,from_s,until_s%s%s\n",
            battery_wh > 0 ? ",battery_wh,charge_pct" : "", has_sizes ? ",designed_for" : "");
    for (uint32_t i = 0; i < town->plan->vehicles; i++) {
        const struct city_vehicle *vehicle = &town->vehicles[i];
        fprintf(file, "%" PRIu32 ",%" PRId64 ",%" PRIu32 ",%" PRIu32 ",%" PRId64 ",%" PRId64, i + 1,
                town->streets.roads.graph.names[vehicle->node], vehicle->seats,
                vehicle->wheelchair_spaces, vehicle->from_s, vehicle->until_s);
        if (battery_wh > 0) {
            fprintf(file, ",%" PRId64 ",80", battery_wh);
        }
        if (has_sizes && vehicle->designed_for == 0) {
            fputc(',', file);
        } else if (has_sizes) {
            fprintf(file, ",%" PRIu32, vehicle->designed_for);
        }
        fputc('\n', file);
    }
}

static void put_conduct(const struct city_request *request, FILE *file)
{
    fprintf(file, ",%d,", request->no_show);
    if (request->cancel_after_s >= 0) {
        fprintf(file, "%" PRId64, request->cancel_after_s);
    }
    if (request->refund_after_s >= 0) {
        fprintf(file, ",%" PRId64 ",%" PRId64, request->refund_after_s, request->refund_permille);
    } else {
        fputs(",,", file);
    }
}

static void put_requests(const struct city_town *town, FILE *file)
{
    const int64_t *names = town->streets.roads.graph.names;
    const bool has_arrivals = town->plan->arrive_permille > 0;
    const bool has_walks = town->plan->walk_pct > 0;
    const bool has_conduct =
        town->plan->cancel_pct + town->plan->no_show_pct + town->plan->refund_pct > 0;
    fprintf(file,
            "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,%srider%s%s\n",
            has_arrivals ? "arrive_by_s," : "", has_walks ? ",walk_m" : "",
            has_conduct ? ",no_show,cancel_after_s,refund_after_s,refund_permille" : "");
    for (uint32_t i = 0; i < town->plan->requests; i++) {
        const struct city_request *request = &town->requests[i];
        fprintf(file, "%" PRIu32 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRIu32 ",%" PRIu32 ",%d,",
                i + 1, request->at_s, names[request->from], names[request->to], request->party,
                request->wheelchairs, request->shared);
        if (request->pickup_from_s >= 0) {
            fprintf(file, "%" PRId64, request->pickup_from_s);
        }
        if (has_arrivals) {
            fprintf(file, ",%" PRId64, request->arrive_by_s);
        }
        fprintf(file, ",%" PRIu32, request->rider);
        if (has_walks) {
            fprintf(file, ",%" PRId32, request->walk_m);
        }
        if (has_conduct) {
            put_conduct(request, file);
        }
        fputc('\n', file);
    }
}

/* An empty field: for good. */
static void put_riders(const struct city_town *town, FILE *file)
{
    fputs("at_s,rider,class,class_days,scheme,scheme_days\n", file);
    for (uint32_t i = 0; i < town->rider_count; i++) {
        const struct city_rider *row = &town->riders[i];
        char days[16] = "";
        if (row->days > 0) {
            snprintf(days, sizeof days, "%" PRIu32, row->days);
        }
        fprintf(file, "%" PRId64 ",%" PRIu32 ",%" PRIu32 ",%s,%" PRIu32 ",%s\n", row->at_s,
                row->rider, row->class, days, row->scheme, days);
    }
}

static void put_delays(const struct city_town *town, FILE *file)
{
    fputs("at_s,vehicle,for_s\n", file);
    for (uint32_t i = 0; i < town->delay_count; i++) {
        const struct city_delay *row = &town->delays[i];
        fprintf(file, "%" PRId64 ",%" PRIu32 ",%" PRId64 "\n", row->at_s, row->vehicle + 1,
                row->for_s);
    }
}

static void put_chargers(const struct city_town *town, FILE *file)
{
    fputs("charger,node,plugs,power_w\n", file);
    for (uint32_t i = 0; i < town->depot_count; i++) {
        fprintf(file, "%" PRIu32 ",%" PRId64 ",20,22000\n", i + 1,
                town->streets.roads.graph.names[town->depots[i]]);
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
        city_draft_point(west_m, south_m), city_draft_point(east_m, south_m),
        city_draft_point(east_m, north_m), city_draft_point(west_m, north_m)};
    put_zone(file, number, kind, name, corners, 4);
}

static void put_zones(const struct city_town *town, FILE *file)
{
    /* Cosine and sine of each twelfth of a turn, in permille. */
    static const int32_t turns[ZONE_CORNERS][2] = {
        {1000, 0},  {866, 500},   {500, 866},   {0, 1000},  {-500, 866}, {-866, 500},
        {-1000, 0}, {-866, -500}, {-500, -866}, {0, -1000}, {500, -866}, {866, -500}};
    const int64_t radius_m = town->streets.radius_m;
    const int64_t reach_m = radius_m * 102 / 100; /* the outermost streets are outside */
    struct geo_point corners[ZONE_CORNERS];
    char name[32];
    int number = 1;
    for (int i = 0; i < ZONE_CORNERS; i++) {
        corners[i] = city_draft_point(turns[i][0] * reach_m / 1000, turns[i][1] * reach_m / 1000);
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
    for (uint32_t i = 0; i < town->depot_count; i++) {
        const struct geo_point point = town->streets.roads.graph.points[town->depots[i]];
        const int64_t east_m = city_draft_east_m(point);
        const int64_t north_m = city_draft_north_m(point);
        snprintf(name, sizeof name, "Depot %" PRIu32, i + 1);
        put_box(file, &number, "depot", name, east_m - 50, north_m - 50, east_m + 50, north_m + 50);
    }
    fputs("\n]}\n", file);
}

/* ---- All of it ---- */

static bool write_file(const struct city_town *town, const char *name,
                       void (*put)(const struct city_town *, FILE *), struct input_error *error)
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

/* An older one would be read with what is new. */
static bool remove_file(const struct city_town *town, const char *name, struct input_error *error)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s/%s", town->plan->folder, name);
    if (length >= 0 && length < (int)sizeof path && (remove(path) == 0 || errno == ENOENT)) {
        return true;
    }
    return input_error_set(error, "%.200s/%s: %s", town->plan->folder, name, strerror(errno));
}

static bool write_or_remove(const struct city_town *town, bool is_wanted, const char *name,
                            void (*put)(const struct city_town *, FILE *),
                            struct input_error *error)
{
    return is_wanted ? write_file(town, name, put, error) : remove_file(town, name, error);
}

bool city_files_write(const struct city_town *town, struct input_error *error)
{
    return tables_write_network(&town->streets.roads.graph, town->plan->folder, error) &&
           write_file(town, "scenario.yaml", put_yaml, error) &&
           write_file(town, "policy.yaml", put_policy, error) &&
           write_file(town, "vehicles.csv", put_vehicles, error) &&
           write_file(town, "requests.csv", put_requests, error) &&
           write_file(town, "chargers.csv", put_chargers, error) &&
           write_or_remove(town, town->plan->has_zones, "zones.geojson", put_zones, error) &&
           write_or_remove(town, town->rider_count > 0, "riders.csv", put_riders, error) &&
           write_or_remove(town, town->delay_count > 0, "delays.csv", put_delays, error);
}
