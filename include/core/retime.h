/* Travel times changed: every plan is timed anew, in slices between other work, and who is affected
 * is told. Until its turn comes a plan keeps the times it had; searches meanwhile take it so, with
 * the new times for what they add. */
#ifndef CORE_RETIME_H
#define CORE_RETIME_H

#include "core/inside.h"

/* Begin with the whole fleet, whatever is under way. The metric is the new one already. O(1). */
void retime_begin(struct core *core);

/* Now while plans are left, else INT64_MAX. */
int64_t retime_due_ms(const struct core *core);

/* In a wake event: the next plans, RETIME_VISITS_MAX at the most, and as far as their facts and
 * messages fit into one event. False when there was nothing to do. */
bool retime_step(struct core *core);

#endif
