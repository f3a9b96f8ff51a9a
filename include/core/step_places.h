/* EVENT_SET_ZONES and EVENT_SET_PARKING: an officer's zones or waiting places take the place of
 * those before. Nothing that was promised changes: zones judge the requests that come, and vehicles
 * that wait where they may no longer do go elsewhere in the next round of core/rebalance.h. */
#ifndef CORE_STEP_PLACES_H
#define CORE_STEP_PLACES_H

#include "core/inside.h"

/* Both are answered with a list's end. */
void step_places_zones(struct core *core, const struct event *event);

/* The configuration must have parking_changes. */
void step_places_parking(struct core *core, const struct event *event);

#endif
