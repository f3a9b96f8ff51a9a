/* What a vehicle did at a stop. Called by core_step() alone, with core->now_ms and
 * core->output set. */
#ifndef CORE_STEP_REPORT_H
#define CORE_STEP_REPORT_H

#include "core/inside.h"

void step_report(struct core *core, const struct event *event);

#endif
