/* One vehicle after another, in the order of the fleet. A plan whose times moved is a new revision,
 * as vehicles take nothing less for a change. */
#include "core/retime.h"

#include "core/emit.h"
#include "core/live.h"
#include "core/wake.h"

#define MESSAGES_EACH (1 + PLAN_STOPS_MAX) /* a plan, and what its riders are told */

void retime_begin(struct core *core)
{
    core->retime = (struct retime){.next = 0, .left = core->fleet.count};
}

int64_t retime_due_ms(const struct core *core)
{
    return core->retime.left > 0 ? core->now_ms : INT64_MAX;
}

bool retime_step(struct core *core)
{
    struct retime *retime = &core->retime;
    const bool is_due = retime->left > 0;
    for (uint32_t visit = 0; visit < RETIME_VISITS_MAX && retime->left > 0 &&
                             core->output->fact_count < STEP_FACTS_MAX &&
                             core->output->message_count <= STEP_MESSAGES_MAX - MESSAGES_EACH;
         visit++) {
        const uint32_t index = retime->next++;
        retime->left--;
        if (live_retime(core, index)) {
            emit_plan_fact(core, index);
            emit_plan(core, index);
        }
        emit_delays(core, index);
        wake_offer_lost(core, index);
    }
    return is_due;
}
