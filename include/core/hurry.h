/* Riders aboard come before riders who wait. Searches keep what both were promised; where that has
 * become impossible (a road was closed, or a plan was told late), a plan brings those who are
 * aboard first. Whoever waits is then late, and is offered to other vehicles (core/wake.h). */
#ifndef CORE_HURRY_H
#define CORE_HURRY_H

#include "core/inside.h"

#define HURRY_PARTIES_MAX 5 /* aboard, whose order may be any other: 120 of them */

/* Where riders aboard would be brought later than promised: put the stops into another order, in
 * which they are less late in sum, from where the vehicle was last seen (live_find()). As little as
 * does is changed; stops that it is committed to stay first. True when the order is another.
 *
 * Nobody aboard is late afterwards who would not be if all other stops were left out, in whatever
 * order (more parties than HURRY_PARTIES_MAX: in theirs). O(stops) where nobody is late; else at
 * most 135 schedules with their road queries. */
bool hurry_aboard(struct core *core, uint32_t index);

#endif
