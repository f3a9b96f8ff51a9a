/* The rides of the durable state: a fixed array with two lists and two maps over it. A ride that
 * has ended stays readable until its slot is needed. */
#ifndef CORE_STATE_RIDES_H
#define CORE_STATE_RIDES_H

#include "core/state_inside.h"

size_t state_rides_cost(const struct core_limits *limits);
void state_rides_init(struct state *state, struct arena *arena);

/* Neither under way nor to come. */
bool state_rides_is_ended(enum ride_state ride_state);

/* The table of allowed moves. */
bool state_rides_may_move(enum ride_state from, enum ride_state to);

/* The only function that moves a ride: CHECKs the table, and keeps lists and counts. */
void state_rides_move(struct state *state, struct ride *ride, enum ride_state to);

/* NULL where there is none. */
struct ride *state_rides_find(const struct state *state, struct ride_id ride);
struct ride *state_rides_find_key(const struct state *state, const struct state_rider *rider,
                                  struct booking_key key);

/* As state_rider_ended(). */
const struct ride *state_rides_ended_before(const struct state *state,
                                            const struct state_rider *rider, struct ride_id after);

/* A free slot, or an ended ride with nothing held that may give up its own. */
bool state_rides_has_room(const struct state *state);

/* Add a ride whose id and key are new and whose rider is known; there is room. When the array is
 * full the ride that ended first is forgotten. O(1). */
void state_rides_add(struct state *state, const struct ride *ride);

#endif
