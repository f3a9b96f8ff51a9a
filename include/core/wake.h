/* When a vehicle is next to be looked at, though nothing comes from it. */
#ifndef CORE_WAKE_H
#define CORE_WAKE_H

#include "core/inside.h"

/* The moment by what is known now; INT64_MAX never. */
int64_t wake_due_ms(const struct core *core, uint32_t index);

/* See to it that a wake event comes no later than due. To be called when a vehicle's link changes,
 * or a plan of one that is not online. O(log vehicles). */
void wake_schedule(struct core *core, uint32_t index);

/* The next ride of the vehicle's plan that waits for its pick-up, by id, after `after`; none: 0. */
struct ride_id wake_next_waiting(const struct core *core, uint32_t index, struct ride_id after);

/* The same of those that others should take over: of a silent vehicle all; else whoever it cannot
 * come to at all, or meet and bring within their limits, by the travel times of now. */
struct ride_id wake_next_lost(const struct core *core, uint32_t index, struct ride_id after);

/* The vehicle is online, and may have become too late for riders: they are offered to others in the
 * next wakes. */
void wake_offer_lost(struct core *core, uint32_t index);

#endif
