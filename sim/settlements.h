/* Two finance officers settle the months that a run covers, as soon as its days are over: one
 * proposes what a month comes to, the other approves what the proposal says. At the end of the run
 * the month must be what it was, whatever was corrected since. */
#ifndef SIM_SETTLEMENTS_H
#define SIM_SETTLEMENTS_H

#include <jansson.h>
#include <stdint.h>

#include "core/core.h"
#include "sim/auditor.h"
#include "sim/scenario.h"

#define SETTLEMENTS_MAX 4 /* months in SCENARIO_DAYS_MAX, and one more */

struct settlements {
    int64_t from_ms; /* when the run's days are over; 0 where it has none */
    int32_t next;    /* month to be proposed, ... */
    int32_t end;     /* ... up to this one, which is open */
    bool awaits;     /* the dispatcher's answer, before the next is proposed */
    uint32_t count;  /* settled */
    struct settlement_books books[SETTLEMENTS_MAX]; /* as they were then */
};

/* Nothing is settled where the scenario does not say how many days it has. */
void settlements_init(struct settlements *settlements, const struct scenario *scenario);

/* When the next month is to be proposed; INT64_MAX never. */
int64_t settlements_due_ms(const struct settlements *settlements);

/* Are the run's days over, and all months settled? */
bool settlements_are_over(const struct settlements *settlements, int64_t now_ms);

/* Propose it. */
struct event settlements_propose(struct settlements *settlements);

/* What the dispatcher answers. True with *event: the other officer approves. */
bool settlements_take(struct settlements *settlements, const struct settlement_view *view,
                      struct event *event);

/* The run is over: are they all settled, and what they were? `output` is overwritten. */
void settlements_finish(const struct settlements *settlements, struct core *core, int64_t now_ms,
                        struct core_output *output, struct auditor *auditor);

/* One object a month; the caller's. */
json_t *settlements_json(const struct settlements *settlements);

#endif
