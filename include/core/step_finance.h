/* What finance officers ask: refunds (core/charge.h), the trial balance, transfers. */
#ifndef CORE_STEP_FINANCE_H
#define CORE_STEP_FINANCE_H

#include "core/inside.h"

#define FINANCE_SCAN_MAX 1000 /* transfers looked at for one page */

void step_finance_refund(struct core *core, const struct event *event);
void step_finance_balance(struct core *core, const struct event *event);
void step_finance_transfers(struct core *core, const struct event *event);

#endif
