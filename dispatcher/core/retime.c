/* One vehicle after another, in the order of the fleet. A plan whose times moved is a new revision,
 * as vehicles take nothing less for a change. */
#include "core/retime.h"

#include "core/emit.h"
#include "core/hurry.h"
#include "core/live.h"
#include "core/wake.h"

#define MESSAGES_EACH (1 + PLAN_STOPS_MAX) /* a plan, and what its riders are told */

void retime_begin(struct core *core)
{
    retime_late(core, UINT64_MAX);
}

void retime_late(struct core *core, uint64_t told_seq)
{
    struct retime *retime = &core->retime;
    if (retime->left > 0 && retime->told_seq < told_seq) {
        told_seq = retime->told_seq; /* who was late before is not forgotten */
    }
    *retime = (struct retime){.next = 0, .left = core->fleet.count, .told_seq = told_seq};
}

int64_t retime_due_ms(const struct core *core)
{
    return core->retime.left > 0 ? core->now_ms : INT64_MAX;
}

static void time_anew(struct core *core, uint32_t index)
{
    const bool is_late = core->vehicles[index].plan_seq > core->retime.told_seq;
    bool has_changed = live_retime(core, index) || is_late;
    if (is_late) {
        live_find(core, index);
    }
    has_changed = hurry_aboard(core, index) || has_changed;
    if (has_changed) {
        emit_plan_fact(core, index);
        emit_plan(core, index);
    }
    emit_delays(core, index);
    wake_offer_lost(core, index);
}

bool retime_step(struct core *core)
{
    struct retime *retime = &core->retime;
    const bool is_due = retime->left > 0;
    for (uint32_t visit = 0; visit < RETIME_VISITS_MAX && retime->left > 0 &&
                             core->output->fact_count < STEP_FACTS_MAX &&
                             core->output->message_count <= STEP_MESSAGES_MAX - MESSAGES_EACH;
         visit++) {
        time_anew(core, retime->next++);
        retime->left--;
    }
    return is_due;
}
