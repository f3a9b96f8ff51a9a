/* What finance officers ask about months: to settle one, to see how each stands, and to export what
 * one was made of. */
#ifndef CORE_STEP_SETTLEMENT_H
#define CORE_STEP_SETTLEMENT_H

#include "core/inside.h"

#define SETTLEMENT_SCAN_MAX 10000 /* transfers looked for, for one page */

void step_settlement_propose(struct core *core, const struct event *event);
void step_settlement_approve(struct core *core, const struct event *event);
void step_settlement_list(struct core *core, const struct event *event);
void step_settlement_export(struct core *core, const struct event *event);

#endif
