/* One row a waiting place. */
#include "input/parking_csv.h"

#include <stdlib.h>
#include <string.h>

#include "input/csv.h"

enum column { PARKING, NODE, LON, LAT, ROOM, KIND, COLUMN_COUNT };

static const struct csv_column COLUMNS[COLUMN_COUNT] = {
    [PARKING] = {"parking", true}, [NODE] = {"node", false}, [LON] = {"lon", false},
    [LAT] = {"lat", false},        [ROOM] = {"room", true},  [KIND] = {"kind", true},
};

struct reading {
    struct csv csv;
    struct place_csv places;
    struct input_error *error;
    struct parking *list;
    int64_t *numbers; /* of the rows, in their order */
    uint32_t count;
};

static bool begin(struct reading *reading)
{
    reading->list = calloc(PARKING_MAX, sizeof *reading->list);
    reading->numbers = calloc(PARKING_MAX, sizeof *reading->numbers);
    return (reading->list != NULL && reading->numbers != NULL) ||
           input_error_set(reading->error, "%s: there is not enough memory", reading->csv.path);
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
        !read_kind(reading, &row.kind) ||
        !place_csv_read(&reading->places, &row.place, reading->error))
        return false;
    for (uint32_t i = 0; i < reading->count; i++) {
        if (reading->numbers[i] == number)
            return csv_refuse(csv, PARKING, "is the number of an earlier row too", reading->error);
        if (road_place_equal(reading->list[i].place, row.place))
            return csv_refuse(csv, place_csv_column(&reading->places),
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

/* The rows of an open file, which is closed. */
static bool read_rows(struct reading *reading, const struct road_graph *graph,
                      const struct place_csv_options *options, struct parking **list,
                      uint32_t *count)
{
    static const size_t columns[] = {NODE, LON, LAT};
    bool ok = place_csv_begin(&reading->places, &reading->csv, columns, "vehicles wait", graph,
                              options, reading->error) &&
              begin(reading);
    while (ok && csv_next(&reading->csv, reading->error))
        ok = read_row(reading);
    ok = ok && !csv_failed(&reading->csv);
    place_csv_end(&reading->places);
    csv_close(&reading->csv);
    free(reading->numbers);
    if (ok) {
        qsort(reading->list, reading->count, sizeof *reading->list, compare_rows);
        *list = reading->list;
        *count = reading->count;
    } else {
        free(reading->list);
    }
    return ok;
}

bool parking_csv_read(const char *path, const struct road_graph *graph,
                      const struct place_csv_options *options, struct parking **list,
                      uint32_t *count, struct input_error *error)
{
    struct reading reading = {.error = error};
    return csv_open(&reading.csv, path, COLUMNS, COLUMN_COUNT, error) &&
           read_rows(&reading, graph, options, list, count);
}

bool parking_csv_parse(const char *name, const char *text, size_t size,
                       const struct road_graph *graph, const struct place_csv_options *options,
                       struct parking **list, uint32_t *count, struct input_error *error)
{
    struct reading reading = {.error = error};
    return csv_open_text(&reading.csv, name, text, size, COLUMNS, COLUMN_COUNT, error) &&
           read_rows(&reading, graph, options, list, count);
}
