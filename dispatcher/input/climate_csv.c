/* One row an hour. */
#include "input/climate_csv.h"

#include "input/csv.h"

enum column { COLUMN_HOUR, COLUMN_AUXILIARY_W };

static const struct csv_column COLUMNS[] = {
    [COLUMN_HOUR] = {"hour", true},
    [COLUMN_AUXILIARY_W] = {"auxiliary_w", true},
};

bool climate_csv_read(const char *path, struct core_energy *energy, struct input_error *error)
{
    struct csv csv;
    bool taken[ENERGY_HOURS] = {false};
    bool ok = true;
    if (!csv_open(&csv, path, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0], error))
        return false;
    while (ok && csv_next(&csv, error)) {
        int64_t hour = 0;
        int64_t power_w = 0;
        ok = csv_whole(&csv, COLUMN_HOUR, 0, ENERGY_HOURS - 1, &hour, error) &&
             csv_whole(&csv, COLUMN_AUXILIARY_W, 0, 100000, &power_w, error);
        if (ok && taken[hour])
            ok = csv_refuse(&csv, COLUMN_HOUR, "stands in an earlier row too", error);
        if (ok) {
            taken[hour] = true;
            energy->auxiliary_w[hour] = power_w;
        }
    }
    ok = ok && !csv_failed(&csv);
    csv_close(&csv);
    return ok;
}
