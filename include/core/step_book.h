/* What a ride would be, and booking it. Called by core_step() alone, with core->now_ms and
 * core->output set. */
#ifndef CORE_STEP_BOOK_H
#define CORE_STEP_BOOK_H

#include "core/inside.h"

void step_book_quote(struct core *core, const struct event *event);
void step_book(struct core *core, const struct event *event);

#endif
