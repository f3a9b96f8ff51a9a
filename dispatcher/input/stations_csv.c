/* One row a station. */
#include "input/stations_csv.h"

#include <stdlib.h>

#include "input/csv.h"

enum column { CHARGER, NODE, LON, LAT, PLUGS, POWER_W, CLEANS, INSPECTS, COLUMN_COUNT };

static const struct csv_column COLUMNS[COLUMN_COUNT] = {
    [CHARGER] = {"charger", true}, [NODE] = {"node", false},         [LON] = {"lon", false},
    [LAT] = {"lat", false},        [PLUGS] = {"plugs", true},        [POWER_W] = {"power_w", true},
    [CLEANS] = {"cleans", false},  [INSPECTS] = {"inspects", false},
};

/* 1 where the station does it; 0 or nothing where it does not. */
static bool read_flag(const struct csv *csv, size_t column, bool *flag, struct input_error *error)
{
    int64_t value = 0;
    if (csv_is_given(csv, column) && !csv_whole(csv, column, 0, 1, &value, error))
        return false;
    *flag = value == 1;
    return true;
}

static bool read_row(const struct place_csv *places, struct station *rows, uint32_t count,
                     struct input_error *error)
{
    const struct csv *csv = places->csv;
    struct station *row = &rows[count];
    int64_t id;
    int64_t plugs;
    if (!csv_whole(csv, CHARGER, 0, UINT32_MAX, &id, error) ||
        !csv_whole(csv, PLUGS, 1, STATION_PLUGS_MAX, &plugs, error) ||
        !csv_whole(csv, POWER_W, 0, STATION_POWER_MAX_W, &row->power_w, error) ||
        !read_flag(csv, CLEANS, &row->cleans, error) ||
        !read_flag(csv, INSPECTS, &row->inspects, error) ||
        !place_csv_read(places, &row->place, error))
        return false;
    row->id = (uint32_t)id;
    row->plugs = (uint32_t)plugs;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].id == row->id)
            return csv_refuse(csv, CHARGER, "is the id of an earlier row too", error);
    }
    return true;
}

bool stations_csv_read(const char *path, const struct road_graph *graph,
                       const struct place_csv_options *options, struct stations *stations,
                       struct input_error *error)
{
    static const size_t columns[] = {NODE, LON, LAT};
    struct csv csv;
    struct place_csv places;
    if (!csv_open(&csv, path, COLUMNS, COLUMN_COUNT, error))
        return false;
    struct station *rows = calloc(STATIONS_MAX, sizeof *rows);
    uint32_t count = 0;
    if (rows == NULL) {
        csv_close(&csv);
        return input_error_set(error, "%s: there is not enough memory", path);
    }
    bool ok = place_csv_begin(&places, &csv, columns, "a station is", graph, options, error);
    while (ok && csv_next(&csv, error)) {
        if (count == STATIONS_MAX)
            ok = csv_refuse(&csv, CHARGER, "is one station too many: 1,024 are taken", error);
        ok = ok && read_row(&places, rows, count, error);
        count += ok;
    }
    ok = ok && !csv_failed(&csv);
    place_csv_end(&places);
    csv_close(&csv);
    if (ok)
        *stations = (struct stations){.count = count, .items = rows};
    else
        free(rows);
    return ok;
}
