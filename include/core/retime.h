/* Travel times changed, or plans were told late: every plan is timed anew, in slices between other
 * work, riders aboard come first where they would be late (core/hurry.h), and who is affected is
 * told. Until its turn comes a plan keeps the times it had; searches meanwhile take it so, with
 * the new times for what they add. */
#ifndef CORE_RETIME_H
#define CORE_RETIME_H

#include "core/inside.h"

/* Begin with the whole fleet, whatever is under way. The metric is the new one already. O(1). */
void retime_begin(struct core *core);

/* The same; plans that were told after the fact `told_seq` have not been heard: they are timed from
 * where their vehicles are now, and told again. O(1). */
void retime_late(struct core *core, uint64_t told_seq);

/* Now while plans are left, else INT64_MAX. */
int64_t retime_due_ms(const struct core *core);

/* In a wake event: the next plans, RETIME_VISITS_MAX at the most, and as far as their facts and
 * messages fit into one event. False when there was nothing to do. */
bool retime_step(struct core *core);

#endif
