/* One row at a time into the profile; what was set is remembered beside it. */
#include "input/speeds_csv.h"

#include "input/csv.h"

enum column { COLUMN_CLASS, COLUMN_HOUR, COLUMN_PERMILLE };

static const struct csv_column COLUMNS[] = {
    [COLUMN_CLASS] = {"class", false},
    [COLUMN_HOUR] = {"hour", true},
    [COLUMN_PERMILLE] = {"permille", true},
};

static bool read_row(const struct csv *csv, struct road_speeds_profile *profile,
                     bool taken[ROAD_SPEEDS_CLASSES][ROAD_SPEEDS_SLOTS], struct input_error *error)
{
    int64_t first = 0;
    int64_t last = ROAD_SPEEDS_CLASSES - 1;
    int64_t hour = 0;
    int64_t permille = 0;
    if (csv_is_given(csv, COLUMN_CLASS)) {
        if (!csv_whole(csv, COLUMN_CLASS, 0, ROAD_SPEEDS_CLASSES - 1, &first, error))
            return false;
        last = first;
    }
    if (!csv_whole(csv, COLUMN_HOUR, 0, ROAD_SPEEDS_SLOTS - 1, &hour, error) ||
        !csv_whole(csv, COLUMN_PERMILLE, ROAD_SPEEDS_PERMILLE_MIN, 1000, &permille, error))
        return false;
    for (int64_t class = first; class <= last; class ++) {
        if (taken[class][hour])
            return csv_refuse(csv, COLUMN_HOUR, "stands in an earlier row too", error);
        taken[class][hour] = true;
        profile->permille[class][hour] = (uint16_t)permille;
    }
    return true;
}

bool speeds_csv_read(const char *path, struct road_speeds_profile *profile,
                     struct input_error *error)
{
    struct csv csv;
    bool taken[ROAD_SPEEDS_CLASSES][ROAD_SPEEDS_SLOTS] = {{false}};
    bool ok = true;
    road_speeds_profile_free(profile);
    if (!csv_open(&csv, path, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0], error))
        return false;
    while (ok && csv_next(&csv, error))
        ok = read_row(&csv, profile, taken, error);
    ok = ok && !csv_failed(&csv);
    csv_close(&csv);
    return ok;
}
