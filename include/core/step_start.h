/* The dispatcher takes over; the fleet as its owner lists it. Called by core_step() alone, with
 * core->now_ms and core->output set. */
#ifndef CORE_STEP_START_H
#define CORE_STEP_START_H

#include "core/inside.h"

void step_start(struct core *core, const struct event *event);
void step_start_enrol(struct core *core, const struct event *event);

#endif
