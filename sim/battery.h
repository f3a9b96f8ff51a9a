/* The battery of a car: what really goes out of it, arc by arc, and what a plug puts in. In
 * thousandths of a watt-hour. */
#ifndef SIM_BATTERY_H
#define SIM_BATTERY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"

#define BATTERY_FULL_PERMILLE 1000

struct battery {
    int64_t capacity_mwh; /* 0: the car has none that counts */
    int64_t charge_mwh;   /* below 0 it has run empty */
};

struct battery battery_of(const struct scenario_vehicle *vehicle);

/* The car drove along an arc, or stood for riders. */
void battery_drive(struct battery *battery, const struct scenario *scenario, uint32_t arc,
                   int64_t from_ms, int64_t until_ms);
void battery_stand(struct battery *battery, const struct scenario *scenario, int64_t from_ms,
                   int64_t until_ms);

/* What a plug gives at the station at a node; the best, if there are several. */
int64_t battery_plug_w(const struct scenario *scenario, uint32_t node);

/* What it holds after so long at a plug. */
int64_t battery_charged_mwh(const struct battery *battery, int64_t power_w, int64_t duration_ms);

/* In thousandths, rounded down, at least 1: 0 says that it is not known. Of a battery that
 * counts. */
int32_t battery_permille(const struct battery *battery, int64_t charge_mwh);

#endif
