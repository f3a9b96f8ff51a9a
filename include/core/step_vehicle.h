/* Links and positions of vehicles. Called by core_step() alone, with core->now_ms and
 * core->output set. */
#ifndef CORE_STEP_VEHICLE_H
#define CORE_STEP_VEHICLE_H

#include "core/inside.h"

void step_vehicle_hello(struct core *core, const struct event *event);
void step_vehicle_gone(struct core *core, const struct event *event);
void step_vehicle_telemetry(struct core *core, const struct event *event);
void step_vehicle_late(struct core *core, const struct event *event);

/* A sign of life: the vehicle is online again if it was not. */
void step_vehicle_heard(struct core *core, uint32_t index);

#endif
