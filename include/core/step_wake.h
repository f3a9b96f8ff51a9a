/* What did not happen in time. Called by core_step() alone, with core->now_ms and
 * core->output set. */
#ifndef CORE_STEP_WAKE_H
#define CORE_STEP_WAKE_H

#include "core/inside.h"

void step_wake(struct core *core, const struct event *event);

#endif
