/* A place in a table is a node's id or a pair of coordinates, the same in every row of a file. A
 * coordinate stands for the node nearest to it, so that a run can be re-computed from the network
 * alone; how far it may be is measured to the road. */
#include "sim/scenario_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "input/csv.h"
#include "sim/grow.h"

#define PERMILLE      1000
#define LATITUDE_MAX  90
#define LONGITUDE_MAX 180

/* Columns of one place: its node, or its longitude and latitude. */
struct place_columns {
    size_t node;
    size_t lon;
    size_t lat;
};

static bool check_place_columns(const struct csv *csv, struct place_columns columns,
                                struct input_error *error)
{
    const bool has_node = csv_has(csv, columns.node);
    const bool has_lon = csv_has(csv, columns.lon);
    const bool has_lat = csv_has(csv, columns.lat);
    if (has_node && (has_lon || has_lat)) {
        return csv_refuse_at(csv, 1, columns.node, "stands beside coordinates: give one of them",
                             error);
    }
    if (!has_node && !has_lon) {
        return csv_refuse_at(csv, 1, has_lat ? columns.lon : columns.node, "is missing", error);
    }
    if (!has_node && !has_lat) {
        return csv_refuse_at(csv, 1, columns.lat, "is missing", error);
    }
    return true;
}

/* The node with a name; names ascend (road/builder.h). */
static uint32_t find_node(const struct road_graph *graph, int64_t name)
{
    uint32_t low = 0;
    uint32_t high = graph->node_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (graph->names[middle] < name) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < graph->node_count && graph->names[low] == name ? low : ROAD_NONE;
}

/* The place in this row. Further than ROAD_SNAP_MAX_MM from any road its node is SPOT_NO_NODE. */
static bool read_place(const struct csv *csv, const struct scenario *scenario,
                       struct place_columns columns, struct spot *spot, struct input_error *error)
{
    if (csv_has(csv, columns.node)) {
        int64_t name = 0;
        if (!csv_whole(csv, columns.node, INT64_MIN, INT64_MAX, &name, error)) {
            return false;
        }
        spot->node = find_node(&scenario->roads.graph, name);
        if (spot->node == ROAD_NONE) {
            return csv_refuse(csv, columns.node, "names no node of the connected network", error);
        }
        spot->point = scenario->roads.graph.points[spot->node];
        return true;
    }
    if (!csv_degrees(csv, columns.lon, LONGITUDE_MAX, &spot->point.lon_e7, error) ||
        !csv_degrees(csv, columns.lat, LATITUDE_MAX, &spot->point.lat_e7, error)) {
        return false;
    }
    struct road_snap snap;
    const bool is_near =
        road_snap_kerb(scenario->network.snapper, spot->point, ROAD_SNAP_MAX_MM, &snap);
    spot->node = is_near ? snap.nearest_node : SPOT_NO_NODE;
    return true;
}

/* As read_place(), for what must be on the road. */
static bool read_place_on_road(const struct csv *csv, const struct scenario *scenario,
                               struct place_columns columns, struct spot *spot,
                               struct input_error *error)
{
    if (!read_place(csv, scenario, columns, spot, error)) {
        return false;
    }
    if (spot->node == SPOT_NO_NODE) {
        return csv_refuse(csv, columns.lon, "is further than 300 m from any road", error);
    }
    return true;
}

/* An optional number, `otherwise` where it is not given. */
bool scenario_tables_read_or(const struct csv *csv, size_t column, int64_t low, int64_t high,
                             int64_t otherwise, int64_t *value, struct input_error *error)
{
    *value = otherwise;
    return !csv_is_given(csv, column) || csv_whole(csv, column, low, high, value, error);
}

static bool read_optional(const struct csv *csv, size_t column, int64_t low, int64_t high,
                          int64_t *value, struct input_error *error)
{
    return scenario_tables_read_or(csv, column, low, high, SCENARIO_NONE, value, error);
}

/* No two of the ids that stand in rows 2 .. may be the same. Negative ids sort as they should. */
static bool check_unique(const struct csv *csv, size_t column, uint64_t *ids, size_t count,
                         struct input_error *error)
{
    bool ok = true;
    uint32_t *rows = grow_new(count, sizeof *rows);
    uint64_t *scratch = grow_new(count, sizeof *scratch);
    uint32_t *row_scratch = grow_new(count, sizeof *row_scratch);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (uint32_t)i;
    }
    sort_pairs(ids, rows, scratch, row_scratch, count);
    size_t first = SIZE_MAX; /* the first row that repeats an earlier one */
    for (size_t i = 1; i < count; i++) {
        if (ids[i] == ids[i - 1] && rows[i] < first) {
            first = rows[i];
        }
    }
    if (first != SIZE_MAX) {
        ok = csv_refuse_at(csv, first + 2, column, "is the id of an earlier row too", error);
    }
    free(rows);
    free(scratch);
    free(row_scratch);
    return ok;
}

/* ---- vehicles.csv ---- */

enum vehicle_column {
    V_ID,
    V_NODE,
    V_LON,
    V_LAT,
    V_SEATS,
    V_SPACES,
    V_FROM,
    V_UNTIL,
    V_WH,
    V_PCT,
    V_PEOPLE,
};

static const struct csv_column vehicle_columns[] = {
    [V_ID] = {"vehicle", true},
    [V_NODE] = {"node", false},
    [V_LON] = {"lon", false},
    [V_LAT] = {"lat", false},
    [V_SEATS] = {"seats", true},
    [V_SPACES] = {"wheelchair_spaces", true},
    [V_FROM] = {"from_s", true},
    [V_UNTIL] = {"until_s", true},
    [V_WH] = {"battery_wh", false},
    [V_PCT] = {"charge_pct", false},
    [V_PEOPLE] = {"designed_for", false},
};

static bool read_vehicle(const struct csv *csv, const struct scenario *scenario,
                         struct scenario_vehicle *vehicle, struct input_error *error)
{
    const struct place_columns place = {V_NODE, V_LON, V_LAT};
    int64_t id = 0;
    int64_t seats = 0;
    int64_t spaces = 0;
    int64_t people = 0;
    if (!csv_whole(csv, V_ID, 0, UINT32_MAX - 1, &id, error) ||
        !csv_whole(csv, V_SEATS, 0, SEATS_MAX, &seats, error) ||
        !csv_whole(csv, V_SPACES, 0, SEATS_MAX, &spaces, error) ||
        !csv_whole(csv, V_FROM, 0, SCENARIO_TABLES_S_MAX, &vehicle->from_s, error) ||
        !csv_whole(csv, V_UNTIL, vehicle->from_s, SCENARIO_TABLES_S_MAX, &vehicle->until_s,
                   error) ||
        !scenario_tables_read_or(csv, V_WH, 1, BATTERY_MAX_WH, 0, &vehicle->battery_wh, error) ||
        !scenario_tables_read_or(csv, V_PCT, 0, 100, 100, &vehicle->charge_pct, error) ||
        !scenario_tables_read_or(csv, V_PEOPLE, 1, UINT8_MAX, 0, &people, error) ||
        !read_place_on_road(csv, scenario, place, &vehicle->home, error)) {
        return false;
    }
    vehicle->id = (uint32_t)id;
    vehicle->seats = (uint8_t)seats;
    vehicle->wheelchair_spaces = (uint8_t)spaces;
    vehicle->designed_for = (uint8_t)people;
    return true;
}

static bool read_vehicles(struct csv *csv, struct scenario *scenario, struct input_error *error)
{
    size_t capacity = 0;
    if (!check_place_columns(csv, (struct place_columns){V_NODE, V_LON, V_LAT}, error)) {
        return false;
    }
    while (csv_next(csv, error)) {
        if (scenario->vehicle_count >= SCENARIO_VEHICLES_MAX) {
            return csv_refuse(csv, V_ID, "is one vehicle too many: 65,536 are taken", error);
        }
        scenario->vehicles = grow(scenario->vehicles, &capacity, scenario->vehicle_count + 1,
                                  sizeof *scenario->vehicles);
        if (!read_vehicle(csv, scenario, &scenario->vehicles[scenario->vehicle_count], error)) {
            return false;
        }
        scenario->vehicle_count++;
    }
    if (csv_failed(csv)) {
        return false;
    }
    uint64_t *ids = grow_new(scenario->vehicle_count, sizeof *ids);
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        ids[i] = scenario->vehicles[i].id;
    }
    const bool ok = check_unique(csv, V_ID, ids, scenario->vehicle_count, error);
    free(ids);
    return ok;
}

/* ---- requests.csv ---- */

enum request_column {
    R_ID,
    R_AT,
    R_FROM_NODE,
    R_TO_NODE,
    R_FROM_LON,
    R_FROM_LAT,
    R_TO_LON,
    R_TO_LAT,
    R_PARTY,
    R_WHEELCHAIR,
    R_SHARED,
    R_PICKUP_FROM,
    R_PICKUP_BY,
    R_ARRIVE_BY,
    R_RIDER,
    R_WALK,
    R_NO_SHOW,
    R_CANCEL,
    R_REFUND,
    R_REFUND_PART,
};

static const struct csv_column request_columns[] = {
    [R_ID] = {"request", true},
    [R_AT] = {"at_s", true},
    [R_FROM_NODE] = {"from_node", false},
    [R_TO_NODE] = {"to_node", false},
    [R_FROM_LON] = {"from_lon", false},
    [R_FROM_LAT] = {"from_lat", false},
    [R_TO_LON] = {"to_lon", false},
    [R_TO_LAT] = {"to_lat", false},
    [R_PARTY] = {"party", true},
    [R_WHEELCHAIR] = {"wheelchair", true},
    [R_SHARED] = {"shared", true},
    [R_PICKUP_FROM] = {"pickup_from_s", false},
    [R_PICKUP_BY] = {"pickup_by_s", false},
    [R_ARRIVE_BY] = {"arrive_by_s", false},
    [R_RIDER] = {"rider", false},
    [R_WALK] = {"walk_m", false},
    [R_NO_SHOW] = {"no_show", false},
    [R_CANCEL] = {"cancel_after_s", false},
    [R_REFUND] = {"refund_after_s", false},
    [R_REFUND_PART] = {"refund_permille", false},
};

static const struct place_columns from_columns = {R_FROM_NODE, R_FROM_LON, R_FROM_LAT};
static const struct place_columns to_columns = {R_TO_NODE, R_TO_LON, R_TO_LAT};

/* What the rider, and finance, do about a ride other than riding. */
static bool read_conduct(const struct csv *csv, struct scenario_request *request,
                         struct input_error *error)
{
    int64_t no_show = 0;
    if (!scenario_tables_read_or(csv, R_NO_SHOW, 0, 1, 0, &no_show, error) ||
        !read_optional(csv, R_CANCEL, 0, SCENARIO_TABLES_S_MAX, &request->cancel_after_s, error) ||
        !read_optional(csv, R_REFUND, 0, SCENARIO_TABLES_S_MAX, &request->refund_after_s, error) ||
        !scenario_tables_read_or(csv, R_REFUND_PART, 1, PERMILLE, PERMILLE,
                                 &request->refund_permille, error)) {
        return false;
    }
    request->no_show = no_show == 1;
    return true;
}

static bool read_request(const struct csv *csv, const struct scenario *scenario,
                         struct scenario_request *request, struct input_error *error)
{
    int64_t party = 0;
    int64_t wheelchairs = 0;
    int64_t shared = 0;
    int64_t walk_m = 0;
    if (!csv_whole(csv, R_ID, INT64_MIN + 1, INT64_MAX, &request->id, error) ||
        !csv_whole(csv, R_AT, 0, SCENARIO_TABLES_S_MAX, &request->at_s, error) ||
        !csv_whole(csv, R_PARTY, 1, PARTY_MAX, &party, error) ||
        !csv_whole(csv, R_WHEELCHAIR, 0, party, &wheelchairs, error) ||
        !csv_whole(csv, R_SHARED, 0, 1, &shared, error) ||
        !read_optional(csv, R_PICKUP_FROM, 0, SCENARIO_TABLES_S_MAX, &request->pickup_from_s,
                       error) ||
        !read_optional(csv, R_PICKUP_BY, 0, SCENARIO_TABLES_S_MAX, &request->pickup_by_s, error) ||
        !read_optional(csv, R_ARRIVE_BY, 0, SCENARIO_TABLES_S_MAX, &request->arrive_by_s, error) ||
        !read_optional(csv, R_RIDER, INT64_MIN + 1, INT64_MAX, &request->rider, error) ||
        !scenario_tables_read_or(csv, R_WALK, 0, TRIP_WALK_MAX_M, 0, &walk_m, error) ||
        !read_conduct(csv, request, error) ||
        !read_place(csv, scenario, from_columns, &request->from, error) ||
        !read_place(csv, scenario, to_columns, &request->to, error)) {
        return false;
    }
    request->party = (uint8_t)party;
    request->wheelchairs = (uint8_t)wheelchairs;
    request->shared = shared == 1;
    request->walk_m = (int32_t)walk_m;
    return true;
}

static bool read_requests(struct csv *csv, struct scenario *scenario, struct input_error *error)
{
    size_t capacity = 0;
    if (!check_place_columns(csv, from_columns, error) ||
        !check_place_columns(csv, to_columns, error)) {
        return false;
    }
    while (csv_next(csv, error)) {
        if (scenario->request_count >= SCENARIO_REQUESTS_MAX) {
            return csv_refuse(csv, R_ID, "is one request too many: 4,000,000 are taken", error);
        }
        scenario->requests = grow(scenario->requests, &capacity, scenario->request_count + 1,
                                  sizeof *scenario->requests);
        struct scenario_request *request = &scenario->requests[scenario->request_count];
        if (!read_request(csv, scenario, request, error)) {
            return false;
        }
        scenario->has_no_shows = scenario->has_no_shows || request->no_show;
        scenario->request_count++;
    }
    if (csv_failed(csv)) {
        return false;
    }
    uint64_t *ids = grow_new(scenario->request_count, sizeof *ids);
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        ids[i] = (uint64_t)scenario->requests[i].id;
    }
    const bool ok = check_unique(csv, R_ID, ids, scenario->request_count, error);
    free(ids);
    return ok;
}

/* ---- closures.csv ---- */

enum closure_column { K_FROM, K_TO, K_FROM_S, K_UNTIL_S };

static const struct csv_column closure_columns[] = {
    [K_FROM] = {"from", true},
    [K_TO] = {"to", true},
    [K_FROM_S] = {"from_s", true},
    [K_UNTIL_S] = {"until_s", true},
};

/* The arc of this row, ROAD_NONE and *error where there is none. */
static uint32_t read_arc(const struct csv *csv, const struct road_graph *graph,
                         struct input_error *error)
{
    static const size_t columns[] = {K_FROM, K_TO};
    uint32_t nodes[2];
    for (size_t i = 0; i < 2; i++) {
        int64_t name = 0;
        if (!csv_whole(csv, columns[i], INT64_MIN, INT64_MAX, &name, error)) {
            return ROAD_NONE;
        }
        nodes[i] = find_node(graph, name);
        if (nodes[i] == ROAD_NONE) {
            (void)csv_refuse(csv, columns[i], "names no node of the connected network", error);
            return ROAD_NONE;
        }
    }
    const uint32_t arc = road_graph_arc(graph, nodes[0], nodes[1]);
    if (arc == ROAD_NONE) {
        (void)csv_refuse(csv, K_TO, "is not the end of an edge from there", error);
    }
    return arc;
}

/* Is the arc to be closed or opened within these times, by an earlier row? */
static bool is_taken(const struct scenario *scenario, uint32_t arc, int64_t from_s, int64_t until_s)
{
    for (uint32_t i = 0; i + 1 < scenario->closure_count; i += 2) { /* rows, still in pairs */
        const struct scenario_closure *row = &scenario->closures[i];
        if (row[0].arc == arc && row[0].at_s <= until_s && row[1].at_s >= from_s) {
            return true;
        }
    }
    return false;
}

static int compare_closures(const void *left, const void *right)
{
    const struct scenario_closure *a = left;
    const struct scenario_closure *b = right;
    if (a->at_s != b->at_s) {
        return a->at_s < b->at_s ? -1 : 1;
    }
    if (a->opens != b->opens) {
        return a->opens ? -1 : 1;
    }
    return (a->arc > b->arc) - (a->arc < b->arc);
}

static bool read_closures(struct csv *csv, struct scenario *scenario, struct input_error *error)
{
    scenario->closures = grow_new(2 * SCENARIO_CLOSURES_MAX, sizeof *scenario->closures);
    while (csv_next(csv, error)) {
        struct scenario_closure *row = &scenario->closures[scenario->closure_count];
        if (scenario->closure_count == 2 * SCENARIO_CLOSURES_MAX) {
            return csv_refuse(csv, K_FROM, "is one closure too many: 256 are taken", error);
        }
        const uint32_t arc = read_arc(csv, &scenario->roads.graph, error);
        int64_t from_s = 0;
        int64_t until_s = 0;
        if (arc == ROAD_NONE ||
            !csv_whole(csv, K_FROM_S, 0, SCENARIO_TABLES_S_MAX, &from_s, error) ||
            !csv_whole(csv, K_UNTIL_S, from_s + 1, SCENARIO_TABLES_S_MAX + 1, &until_s, error)) {
            return false;
        }
        if (is_taken(scenario, arc, from_s, until_s)) {
            return csv_refuse(csv, K_FROM_S, "overlaps an earlier closure of this edge", error);
        }
        row[0] = (struct scenario_closure){.at_s = from_s, .arc = arc};
        row[1] = (struct scenario_closure){.at_s = until_s, .arc = arc, .opens = true};
        scenario->closure_count += 2;
    }
    if (csv_failed(csv)) {
        return false;
    }
    qsort(scenario->closures, scenario->closure_count, sizeof *scenario->closures,
          compare_closures);
    return true;
}

/* ---- Each file ---- */

bool scenario_tables_read(struct scenario *scenario, const char *path,
                          const struct csv_column *columns, size_t column_count,
                          bool (*read)(struct csv *, struct scenario *, struct input_error *),
                          struct input_error *error)
{
    struct csv csv;
    if (!csv_open(&csv, path, columns, column_count, error)) {
        return false;
    }
    const bool ok = read(&csv, scenario, error);
    csv_close(&csv);
    return ok;
}

bool scenario_tables_vehicles(struct scenario *scenario, const char *path,
                              struct input_error *error)
{
    return scenario_tables_read(scenario, path, vehicle_columns,
                                sizeof vehicle_columns / sizeof *vehicle_columns, read_vehicles,
                                error);
}

bool scenario_tables_requests(struct scenario *scenario, const char *path,
                              struct input_error *error)
{
    return scenario_tables_read(scenario, path, request_columns,
                                sizeof request_columns / sizeof *request_columns, read_requests,
                                error);
}

bool scenario_tables_closures(struct scenario *scenario, const char *path,
                              struct input_error *error)
{
    return scenario_tables_read(scenario, path, closure_columns,
                                sizeof closure_columns / sizeof *closure_columns, read_closures,
                                error);
}
