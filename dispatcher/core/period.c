/* Months begin at a full hour of civil time, so that one look an hour is enough. */
#include "core/period.h"

#include "core/emit.h"

void period_look(struct core *core)
{
    const struct calendar *calendar = core->config.calendar;
    if (core->now_ms < core->period_look_ms) {
        return; /* before anything is made ready: this is asked in every step */
    }
    core->period_look_ms = calendar_next_hour_ms(calendar, core->now_ms);
    const int32_t month = calendar_month(calendar_civil(calendar, core->now_ms).day);
    int32_t last;
    if (!state_settlement_open(core->state, &last) || last < month) {
        struct fact fact = {.kind = FACT_PERIOD_BEGUN, .period_begun = month};
        emit_fact(core, &fact);
    }
}
