/* Months begin at a full hour of civil time, so that one look an hour is enough. */
#include "core/period.h"

#include "core/emit.h"

void period_look(struct core *core)
{
    const struct calendar *calendar = core->config.calendar;
    struct fact fact = {.kind = FACT_PERIOD_BEGUN};
    int32_t last;
    if (core->now_ms < core->period_look_ms) {
        return;
    }
    core->period_look_ms = calendar_next_hour_ms(calendar, core->now_ms);
    fact.period_begun = calendar_month(calendar_civil(calendar, core->now_ms).day);
    if (!state_settlement_open(core->state, &last) || last < fact.period_begun) {
        emit_fact(core, &fact);
    }
}
