/* One row a waiting place. A coordinate is brought to the kerb by a snapper that is only here while
 * the file is read. */
#include "input/parking_csv.h"

#include <stdlib.h>
#include <string.h>

#include "input/csv.h"
#include "road/snap.h"

enum column { PARKING, NODE, LON, LAT, ROOM, KIND, COLUMN_COUNT };

static const struct csv_column COLUMNS[COLUMN_COUNT] = {
    [PARKING] = {"parking", true}, [NODE] = {"node", false}, [LON] = {"lon", false},
    [LAT] = {"lat", false},        [ROOM] = {"room", true},  [KIND] = {"kind", true},
};

struct reading {
    struct csv csv;
    const struct road_graph *graph;
    const struct parking_csv_options *options;
    struct input_error *error;
    struct road_snapper *snapper; /* NULL where places are nodes */
    void *snapper_memory;
    struct parking *list;
    int64_t *numbers; /* of the rows, in their order */
    uint32_t count;
};

static bool begin(struct reading *reading)
{
    const struct csv *csv = &reading->csv;
    const bool by_point = csv_has(csv, LON) && csv_has(csv, LAT);
    if (csv_has(csv, NODE) == by_point || csv_has(csv, LON) != csv_has(csv, LAT))
        return input_error_set(reading->error,
                               "%s:1: either column 'node', or columns 'lon' and 'lat', say where "
                               "vehicles wait",
                               csv->path);
    reading->list = calloc(PARKING_MAX, sizeof *reading->list);
    reading->numbers = calloc(PARKING_MAX, sizeof *reading->numbers);
    bool ok = reading->list != NULL && reading->numbers != NULL;
    if (ok && by_point) {
        const size_t size = road_snapper_cost(reading->graph);
        struct arena arena;
        reading->snapper_memory = calloc(1, size);
        ok = reading->snapper_memory != NULL;
        if (ok) {
            arena_init(&arena, reading->snapper_memory, size);
            reading->snapper =
                road_snapper_init(&arena, reading->graph, reading->options->drive_on_left);
            ok = reading->snapper != NULL;
        }
    }
    return ok || input_error_set(reading->error, "%s: there is not enough memory", csv->path);
}

static bool read_place(struct reading *reading, struct road_place *place)
{
    struct csv *csv = &reading->csv;
    struct geo_point point;
    struct road_snap snap;
    int64_t name = 0;
    if (reading->snapper == NULL) {
        if (!csv_whole(csv, NODE, INT64_MIN, INT64_MAX, &name, reading->error))
            return false;
        const uint32_t node = road_graph_find(reading->graph, name);
        if (node == ROAD_NONE)
            return csv_refuse(csv, NODE, "names no node of the road network", reading->error);
        *place = road_place_at_node(node);
        return true;
    }
    if (!csv_degrees(csv, LON, 180, &point.lon_e7, reading->error) ||
        !csv_degrees(csv, LAT, 90, &point.lat_e7, reading->error))
        return false;
    if (!road_snap_kerb(reading->snapper, point, ROAD_SNAP_MAX_MM, &snap))
        return csv_refuse(csv, LON, "is further than 300 m from any road", reading->error);
    *place = reading->options->at_nodes ? road_place_at_node(snap.nearest_node) : snap.place;
    return true;
}

static bool read_kind(struct reading *reading, enum parking_kind *kind)
{
    const struct csv_field word = csv_text(&reading->csv, KIND);
    const bool is_kerb = word.length == 4 && memcmp(word.start, "kerb", 4) == 0;
    const bool is_depot = word.length == 5 && memcmp(word.start, "depot", 5) == 0;
    *kind = is_kerb ? PARKING_KERB : PARKING_DEPOT;
    return is_kerb || is_depot ||
           csv_refuse(&reading->csv, KIND, "is neither 'kerb' nor 'depot'", reading->error);
}

static bool read_row(struct reading *reading)
{
    struct csv *csv = &reading->csv;
    int64_t number = 0;
    int64_t room = 0;
    struct parking row = {.room = 0};
    if (reading->count == PARKING_MAX)
        return csv_refuse(csv, PARKING, "is one waiting place too many: 1,024 are taken",
                          reading->error);
    if (!csv_whole(csv, PARKING, INT64_MIN, INT64_MAX, &number, reading->error) ||
        !csv_whole(csv, ROOM, 1, PARKING_ROOM_MAX, &room, reading->error) ||
        !read_kind(reading, &row.kind) || !read_place(reading, &row.place))
        return false;
    for (uint32_t i = 0; i < reading->count; i++) {
        if (reading->numbers[i] == number)
            return csv_refuse(csv, PARKING, "is the number of an earlier row too", reading->error);
        if (road_place_equal(reading->list[i].place, row.place))
            return csv_refuse(csv, reading->snapper == NULL ? NODE : LON,
                              "is where an earlier row is: give the room of both in one",
                              reading->error);
    }
    row.room = (uint32_t)room;
    reading->numbers[reading->count] = number;
    reading->list[reading->count++] = row;
    return true;
}

static int compare_rows(const void *left, const void *right)
{
    const struct parking *a = left;
    const struct parking *b = right;
    return parking_compare(&a->place, &b->place);
}

bool parking_csv_read(const char *path, const struct road_graph *graph,
                      const struct parking_csv_options *options, struct parking **list,
                      uint32_t *count, struct input_error *error)
{
    struct reading reading = {.graph = graph, .options = options, .error = error};
    if (!csv_open(&reading.csv, path, COLUMNS, COLUMN_COUNT, error))
        return false;
    bool ok = begin(&reading);
    while (ok && csv_next(&reading.csv, error))
        ok = read_row(&reading);
    ok = ok && !csv_failed(&reading.csv);
    csv_close(&reading.csv);
    free(reading.snapper_memory);
    free(reading.numbers);
    if (ok) {
        qsort(reading.list, reading.count, sizeof *reading.list, compare_rows);
        *list = reading.list;
        *count = reading.count;
    } else {
        free(reading.list);
    }
    return ok;
}
