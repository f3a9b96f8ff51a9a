/* Giving up a ride that waits. Called by core_step() alone, with core->now_ms and
 * core->output set. */
#ifndef CORE_STEP_CANCEL_H
#define CORE_STEP_CANCEL_H

#include "core/inside.h"

void step_cancel(struct core *core, const struct event *event);

/* Ends a ride that waits, for whoever `by` is: at most 3 facts, and messages. */
void step_cancel_ride(struct core *core, struct ride_id ride, enum cancel_by by);

#endif
