/* The fleet's shifts as events: the list gives times of day, the core wants moments. */
#ifndef APP_FLEET_H
#define APP_FLEET_H

#include <stdint.h>

#include "core/calendar.h"
#include "core/event.h"
#include "input/vehicles_csv.h"

/* The vehicle's shift on the civil day of `now_ms`. One of 24 hours or more never ends. */
struct event fleet_enrolment(const struct fleet_vehicle *vehicle, const struct calendar *calendar,
                             int64_t now_ms);

/* The next civil midnight after `now_ms`. */
int64_t fleet_next_midnight_ms(const struct calendar *calendar, int64_t now_ms);

#endif
