/* One function for each kind of event, each in the file that its comment names. All are called by
 * core_step() alone, with core->now_ms and core->output set. */
#ifndef CORE_STEP_H
#define CORE_STEP_H

#include "core/inside.h"

/* step_start.c: the dispatcher takes over; the fleet as its owner lists it */
void step_start(struct core *core, const struct event *event);
void step_enrol(struct core *core, const struct event *event);

/* step_book.c */
void step_quote(struct core *core, const struct event *event);
void step_book(struct core *core, const struct event *event);

/* step_cancel.c */
void step_cancel(struct core *core, const struct event *event);

/* Ends a ride that waits, for whoever `by` is: facts and messages. At most 3 facts. */
void step_cancel_ride(struct core *core, struct ride_id ride, enum cancel_by by);

/* step_read.c: questions that change nothing */
void step_get_ride(struct core *core, const struct event *event);
void step_list_vehicles(struct core *core, const struct event *event);
void step_get_statistics(struct core *core, const struct event *event);

/* step_vehicle.c: links and positions */
void step_hello(struct core *core, const struct event *event);
void step_gone(struct core *core, const struct event *event);
void step_telemetry(struct core *core, const struct event *event);

/* A sign of life: the vehicle is online again if it was not. */
void step_vehicle_heard(struct core *core, uint32_t index);

/* step_report.c: what a vehicle did at a stop */
void step_report(struct core *core, const struct event *event);

/* step_wake.c: what did not happen in time */
void step_wake(struct core *core, const struct event *event);

#endif
