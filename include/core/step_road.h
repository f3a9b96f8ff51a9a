/* EVENT_CLOSE_ROAD, EVENT_OPEN_ROAD and EVENT_LIST_CLOSURES: operators close roads and open them,
 * live. The travel times change within the step; plans follow in slices (core/retime.h). */
#ifndef CORE_STEP_ROAD_H
#define CORE_STEP_ROAD_H

#include "core/inside.h"

/* Answered with the closures of the road that was meant, those of before too, and a list's end: to
 * ask twice changes nothing more. Refused where no road is near, or CLOSURES_MAX are closed. */
void step_road_close(struct core *core, const struct event *event);

/* Answered with the closures that ended, and a list's end; none where it was open. */
void step_road_open(struct core *core, const struct event *event);

/* A page of closures, in the order of closing, and its end. */
void step_road_list(struct core *core, const struct event *event);

/* After recovery: what was closed is closed. */
void step_road_restore(struct core *core);

#endif
