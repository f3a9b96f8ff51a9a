/* The fleet's shifts as events: the list gives times of day, the core wants moments. */
#ifndef APP_SHIFT_H
#define APP_SHIFT_H

#include <stdint.h>

#include "core/calendar.h"
#include "core/event.h"
#include "input/vehicles_csv.h"

#define SHIFT_ROUND_MS (INT64_C(15) * 60 * 1000)

/* The vehicle's shift: yesterday's where that is still under way at `now_ms` (it ends after
 * midnight), else that of the civil day. One of 24 hours or more never ends. */
struct event shift_enrolment(const struct fleet_vehicle *vehicle, const struct calendar *calendar,
                             int64_t now_ms);

/* When to look at the shifts next: at each quarter of an hour. */
int64_t shift_next_round_ms(int64_t now_ms);

#endif
