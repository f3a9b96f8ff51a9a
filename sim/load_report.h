/* The figures of a load run: as JSON with the keys of docs/scenario.md, and as a table. */
#ifndef SIM_LOAD_REPORT_H
#define SIM_LOAD_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "sim/load_fleet.h"
#include "sim/load_options.h"
#include "sim/load_riders.h"

struct load_report {
    const struct load_options *options;
    const struct load_fleet *fleet;
    const struct load_riders *riders;
    uint32_t vehicles_up; /* at the end of the run */
    uint64_t http_disconnects;
    double measured_s;
    bool has_process;
    int64_t cpu_ms; /* of the dispatcher, during the run */
    int64_t peak_kb;
    const struct load_histogram *sync_us; /* or NULL */
};

/* All that should not have happened, lost bookings apart. */
uint64_t load_report_errors(const struct load_report *report);

/* False: the file cannot be written; told on standard error. */
MUST_CHECK bool load_report_json(const struct load_report *report, const char *path);

/* A line that says what went wrong first, if anything did, comes with it. */
void load_report_table(const struct load_report *report);

#endif
