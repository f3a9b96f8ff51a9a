/* A rider who waits gets another vehicle, or another place in their vehicle's plan: the facts and
 * messages that this takes. Where to is decided before. */
#ifndef CORE_MOVE_H
#define CORE_MOVE_H

#include "core/inside.h"

/* Take the ride from plans[from] and put it where `best` says; explain_move() comes before it. */
void move_ride(struct core *core, struct ride_id ride, uint32_t from, const struct insertion *best,
               const struct insertion_request *request);

#endif
