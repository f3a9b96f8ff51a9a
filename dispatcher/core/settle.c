/* Nothing here is told to anybody: the facts are what counts. */
#include "core/settle.h"

#include "core/charge.h"
#include "core/emit.h"

int64_t settle_due_ms(const struct core *core)
{
    struct ledger_transfer hold;
    if (core->started && !core->settled) {
        return core->now_ms;
    }
    return ledger_expires_next(state_ledger(core->state), &hold) ? hold.expires_ms : INT64_MAX;
}

static bool mend_rides(struct core *core)
{
    uint32_t mended = 0;
    for (uint32_t visit = 0; visit < SETTLE_VISITS_MAX && mended < SETTLE_RIDES_MAX; visit++) {
        const struct ride *ride = state_ride_ended(core->state, &core->settle_cursor);
        if (ride == NULL) {
            core->settled = true;
            return mended > 0;
        }
        if (charge_is_torn(ride)) {
            charge_mend(core, ride->id);
            mended++;
        }
    }
    return true;
}

static bool expire_holds(struct core *core)
{
    struct ledger_transfer hold;
    for (uint32_t i = 0; i < SETTLE_HOLDS_MAX; i++) {
        if (!ledger_expires_next(state_ledger(core->state), &hold) ||
            hold.expires_ms > core->now_ms) {
            return i > 0;
        }
        struct fact fact = {.kind = FACT_TRANSFER};
        fact.transfer = (struct ledger_transfer){
            .id = state_counters(core->state)->next_transfer,
            .pending = hold.id,
            .debit = hold.debit,
            .credit = hold.credit,
            .kind = LEDGER_EXPIRE,
            .policy = hold.policy,
        };
        emit_fact(core, &fact);
    }
    return true;
}

bool settle_step(struct core *core)
{
    return core->settled ? expire_holds(core) : mend_rides(core);
}
