/* Civil months: a new one begins with the first event in it, before anything is posted for that
 * event. */
#ifndef CORE_PERIOD_H
#define CORE_PERIOD_H

#include "core/inside.h"

/* Begin the month of now, where it is later than the last one begun. A month never falls: with
 * another time zone, or a clock that goes back over midnight, transfers stay in the later one. */
void period_look(struct core *core);

#endif
