/* EVENT_SET_RIDER_CLASS: an operator says what class a rider is of, and what concession scheme. */
#ifndef CORE_STEP_RIDER_H
#define CORE_STEP_RIDER_H

#include "core/inside.h"

/* FACT_RIDER_CLASS, answered with MESSAGE_RIDER_CLASS; to say the same twice changes nothing more.
 * Refused where the policy has no such class or scheme, or there is no room for a rider. */
void step_rider_class(struct core *core, const struct event *event);

#endif
