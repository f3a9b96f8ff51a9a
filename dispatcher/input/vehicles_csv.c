/* One row a vehicle. */
#include "input/vehicles_csv.h"

#include <stdlib.h>

#include "input/csv.h"

enum column {
    VEHICLE,
    NODE,
    LON,
    LAT,
    SEATS,
    WHEELCHAIR_SPACES,
    FROM_S,
    UNTIL_S,
    BATTERY_WH,
    CHARGE_PCT,
    DESIGNED_FOR,
    COLUMN_COUNT,
};

static const struct csv_column COLUMNS[COLUMN_COUNT] = {
    [VEHICLE] = {"vehicle", true},
    [NODE] = {"node", false},
    [LON] = {"lon", false},
    [LAT] = {"lat", false},
    [SEATS] = {"seats", true},
    [WHEELCHAIR_SPACES] = {"wheelchair_spaces", true},
    [FROM_S] = {"from_s", true},
    [UNTIL_S] = {"until_s", true},
    [BATTERY_WH] = {"battery_wh", false},
    [CHARGE_PCT] = {"charge_pct", false},
    [DESIGNED_FOR] = {"designed_for", false},
};

#define SHIFT_MAX_S (INT64_C(76) * 86400) /* as a scenario's, which may be of months */

struct reading {
    struct csv csv;
    const struct road_graph *graph;
    struct input_error *error;
    struct fleet_vehicle *vehicles;
    uint32_t count;
};

static bool read_home(struct reading *reading, struct spot *home)
{
    struct csv *csv = &reading->csv;
    if (!csv_has(csv, NODE)) {
        home->node = SPOT_NO_NODE;
        return csv_degrees(csv, LON, 180, &home->point.lon_e7, reading->error) &&
               csv_degrees(csv, LAT, 90, &home->point.lat_e7, reading->error);
    }
    int64_t name;
    if (!csv_whole(csv, NODE, INT64_MIN, INT64_MAX, &name, reading->error))
        return false;
    uint32_t node = road_graph_find(reading->graph, name);
    if (node == ROAD_NONE) {
        csv_refuse(csv, NODE, "the road network has no such node", reading->error);
        return false;
    }
    *home = (struct spot){.point = reading->graph->points[node], .node = node};
    return true;
}

static bool read_row(struct reading *reading)
{
    struct csv *csv = &reading->csv;
    struct input_error *error = reading->error;
    int64_t vehicle;
    int64_t seats;
    int64_t spaces;
    int64_t people = 0;
    struct fleet_vehicle row = {0};
    if (!csv_whole(csv, VEHICLE, 0, UINT32_MAX - 1, &vehicle, error) ||
        !csv_whole(csv, SEATS, 0, SEATS_MAX, &seats, error) ||
        !csv_whole(csv, WHEELCHAIR_SPACES, 0, SEATS_MAX, &spaces, error) ||
        !csv_whole(csv, FROM_S, 0, SHIFT_MAX_S, &row.from_s, error) ||
        !csv_whole(csv, UNTIL_S, row.from_s, SHIFT_MAX_S, &row.until_s, error) ||
        !read_home(reading, &row.home))
        return false;
    if (csv_is_given(csv, BATTERY_WH) &&
        !csv_whole(csv, BATTERY_WH, 1, 10000000, &row.battery_wh, error))
        return false;
    if (csv_is_given(csv, CHARGE_PCT) &&
        !csv_whole(csv, CHARGE_PCT, 0, 100, &row.charge_pct, error))
        return false;
    if (csv_is_given(csv, DESIGNED_FOR) &&
        !csv_whole(csv, DESIGNED_FOR, 1, UINT8_MAX, &people, error))
        return false;
    for (uint32_t i = 0; i < reading->count; i++) {
        if (reading->vehicles[i].vehicle == vehicle) {
            csv_refuse(csv, VEHICLE, "is the number of an earlier vehicle", error);
            return false;
        }
    }
    if (reading->count == VEHICLES_LIMIT) {
        csv_refuse(csv, VEHICLE, "there are more vehicles than one dispatcher serves", error);
        return false;
    }
    row.vehicle = (uint32_t)vehicle;
    row.seats = (uint8_t)seats;
    row.wheelchair_spaces = (uint8_t)spaces;
    row.designed_for = (uint8_t)people;
    reading->vehicles[reading->count++] = row;
    return true;
}

static bool check_columns(struct reading *reading)
{
    const struct csv *csv = &reading->csv;
    bool by_node = csv_has(csv, NODE);
    bool by_point = csv_has(csv, LON) && csv_has(csv, LAT);
    if (by_node == by_point || csv_has(csv, LON) != csv_has(csv, LAT))
        return input_error_set(reading->error,
                               "%s:1: either column 'node', or columns 'lon' and 'lat', say where "
                               "a vehicle stands",
                               csv->path);
    return true;
}

bool vehicles_csv_read(const char *path, const struct road_graph *graph,
                       struct fleet_vehicle **vehicles, uint32_t *count, struct input_error *error)
{
    struct reading reading = {.graph = graph, .error = error};
    if (!csv_open(&reading.csv, path, COLUMNS, COLUMN_COUNT, error))
        return false;
    reading.vehicles = malloc(VEHICLES_LIMIT * sizeof reading.vehicles[0]);
    bool ok = reading.vehicles != NULL && check_columns(&reading);
    while (ok && csv_next(&reading.csv, error))
        ok = read_row(&reading);
    ok = ok && !csv_failed(&reading.csv);
    csv_close(&reading.csv);
    if (ok) {
        *vehicles = reading.vehicles;
        *count = reading.count;
    } else {
        free(reading.vehicles);
    }
    return ok;
}
