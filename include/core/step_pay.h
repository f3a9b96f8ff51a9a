/* Payments: what the provider says, what riders and finance ask. */
#ifndef CORE_STEP_PAY_H
#define CORE_STEP_PAY_H

#include "core/inside.h"

void step_pay_answer(struct core *core, const struct event *event);
void step_pay_set_up(struct core *core, const struct event *event);
void step_pay_end(struct core *core, const struct event *event);
void step_pay_read(struct core *core, const struct event *event);
void step_pay_record(struct core *core, const struct event *event);
void step_pay_list(struct core *core, const struct event *event);

#endif
