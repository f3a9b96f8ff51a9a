#include "sim/scenario_happenings.h"

#include <stdlib.h>

#include "sim/grow.h"
#include "sim/scenario_tables.h"

#define DELAY_MAX_S 86400
#define RIDER_DAYS                                                                                 \
    3660 /* the longest that a class or scheme may last, and how long if not given                 \
          */

/* ---- riders.csv ---- */

enum rider_column { C_AT, C_RIDER, C_CLASS, C_CLASS_DAYS, C_SCHEME, C_SCHEME_DAYS };

static const struct csv_column rider_columns[] = {
    [C_AT] = {"at_s", true},       [C_RIDER] = {"rider", true},
    [C_CLASS] = {"class", true},   [C_CLASS_DAYS] = {"class_days", false},
    [C_SCHEME] = {"scheme", true}, [C_SCHEME_DAYS] = {"scheme_days", false},
};

static bool read_rider(const struct csv *csv, const struct scenario *scenario,
                       struct scenario_class *row, struct input_error *error)
{
    int64_t class = 0;
    int64_t class_days = 0;
    int64_t scheme = 0;
    int64_t scheme_days = 0;
    if (!csv_whole(csv, C_AT, 0, SCENARIO_TABLES_S_MAX, &row->at_s, error) ||
        !csv_whole(csv, C_RIDER, INT64_MIN + 1, INT64_MAX, &row->rider, error) ||
        !csv_whole(csv, C_CLASS, 0, POLICY_CLASSES_MAX - 1, &class, error) ||
        !csv_whole(csv, C_SCHEME, 0, LEDGER_SCHEMES_MAX, &scheme, error) ||
        !scenario_tables_read_or(csv, C_CLASS_DAYS, 1, RIDER_DAYS, RIDER_DAYS, &class_days,
                                 error) ||
        !scenario_tables_read_or(csv, C_SCHEME_DAYS, 1, RIDER_DAYS, RIDER_DAYS, &scheme_days,
                                 error)) {
        return false;
    }
    row->class = (struct rider_class){
        .class = (uint8_t) class,
        .scheme = (uint8_t)scheme,
        .class_until_day = scenario->first_day + (int32_t)class_days - 1,
        .scheme_until_day = scenario->first_day + (int32_t)scheme_days - 1,
    };
    return true;
}

static int compare_riders(const void *left, const void *right)
{
    const struct scenario_class *a = left;
    const struct scenario_class *b = right;
    if (a->at_s != b->at_s) {
        return a->at_s < b->at_s ? -1 : 1;
    }
    return (a->rider > b->rider) - (a->rider < b->rider);
}

static bool read_riders(struct csv *csv, struct scenario *scenario, struct input_error *error)
{
    size_t capacity = 0;
    while (csv_next(csv, error)) {
        if (scenario->class_count >= SCENARIO_CLASSES_MAX) {
            return csv_refuse(csv, C_RIDER, "is one row too many: 4,000,000 are taken", error);
        }
        scenario->classes = grow(scenario->classes, &capacity, (size_t)scenario->class_count + 1,
                                 sizeof *scenario->classes);
        if (!read_rider(csv, scenario, &scenario->classes[scenario->class_count], error)) {
            return false;
        }
        scenario->class_count++;
    }
    if (csv_failed(csv)) {
        return false;
    }
    if (scenario->class_count > 0) {
        qsort(scenario->classes, scenario->class_count, sizeof *scenario->classes, compare_riders);
    }
    return true;
}

/* ---- delays.csv ---- */

enum delay_column { D_AT, D_VEHICLE, D_FOR };

static const struct csv_column delay_columns[] = {
    [D_AT] = {"at_s", true},
    [D_VEHICLE] = {"vehicle", true},
    [D_FOR] = {"for_s", true},
};

static bool has_vehicle(const struct scenario *scenario, int64_t id)
{
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        if (scenario->vehicles[i].id == id) {
            return true;
        }
    }
    return false;
}

static int compare_delays(const void *left, const void *right)
{
    const struct scenario_delay *a = left;
    const struct scenario_delay *b = right;
    if (a->at_s != b->at_s) {
        return a->at_s < b->at_s ? -1 : 1;
    }
    return (a->vehicle > b->vehicle) - (a->vehicle < b->vehicle);
}

static bool read_delays(struct csv *csv, struct scenario *scenario, struct input_error *error)
{
    size_t capacity = 0;
    while (csv_next(csv, error)) {
        int64_t vehicle = 0;
        if (scenario->delay_count >= SCENARIO_DELAYS_MAX) {
            return csv_refuse(csv, D_VEHICLE, "is one row too many: 4,000,000 are taken", error);
        }
        scenario->delays = grow(scenario->delays, &capacity, (size_t)scenario->delay_count + 1,
                                sizeof *scenario->delays);
        struct scenario_delay *row = &scenario->delays[scenario->delay_count];
        if (!csv_whole(csv, D_AT, 0, SCENARIO_TABLES_S_MAX, &row->at_s, error) ||
            !csv_whole(csv, D_VEHICLE, 0, UINT32_MAX - 1, &vehicle, error) ||
            !csv_whole(csv, D_FOR, 1, DELAY_MAX_S, &row->for_s, error)) {
            return false;
        }
        if (!has_vehicle(scenario, vehicle)) {
            return csv_refuse(csv, D_VEHICLE, "names no vehicle of vehicles.csv", error);
        }
        row->vehicle = (uint32_t)vehicle;
        scenario->delay_count++;
    }
    if (csv_failed(csv)) {
        return false;
    }
    if (scenario->delay_count > 0) {
        qsort(scenario->delays, scenario->delay_count, sizeof *scenario->delays, compare_delays);
    }
    return true;
}

/* ---- Both ---- */

bool scenario_happenings_riders(struct scenario *scenario, const char *path,
                                struct input_error *error)
{
    return scenario_tables_read(scenario, path, rider_columns,
                                sizeof rider_columns / sizeof *rider_columns, read_riders, error);
}

bool scenario_happenings_delays(struct scenario *scenario, const char *path,
                                struct input_error *error)
{
    return scenario_tables_read(scenario, path, delay_columns,
                                sizeof delay_columns / sizeof *delay_columns, read_delays, error);
}
