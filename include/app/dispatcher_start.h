/* The beginning of a dispatcher: memory, core, store, what is due to others, doors, the fleet. */
#ifndef APP_DISPATCHER_START_H
#define APP_DISPATCHER_START_H

#include "app/dispatcher_inside.h"

/* Open all and serve: false, and why was logged; what was opened is then still open. */
MUST_CHECK bool dispatcher_start(struct dispatcher *dispatcher);

#endif
