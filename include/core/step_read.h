/* Questions that change nothing. Called by core_step() alone, with core->now_ms and
 * core->output set. */
#ifndef CORE_STEP_READ_H
#define CORE_STEP_READ_H

#include "core/inside.h"

void step_read_ride(struct core *core, const struct event *event);
void step_read_explanation(struct core *core, const struct event *event);
void step_read_refusals(struct core *core, const struct event *event);
void step_read_vehicles(struct core *core, const struct event *event);
void step_read_statistics(struct core *core, const struct event *event);

#endif
