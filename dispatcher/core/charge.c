/* The rider's account is debited, fare income credited. The charge is worked out in the step that
 * records it, so two rides at once cannot pass a cap together. */
#include "core/charge.h"

#include "base/check.h"
#include "core/emit.h"

static void transfer(struct core *core, const struct ride *ride, enum ledger_kind kind,
                     int64_t amount_pence)
{
    const struct state_rider *rider = state_rider(core->state, ride->rider);
    CHECK(rider != NULL);
    struct fact fact = {.kind = FACT_TRANSFER};
    fact.transfer = (struct ledger_transfer){
        .id = state_counters(core->state)->next_transfer,
        .pending = kind == LEDGER_HOLD ? 0 : ride->hold,
        .ride = ride->id.value,
        .debit = LEDGER_RIDERS + rider->number,
        .credit = LEDGER_FARE_INCOME,
        .amount_pence = amount_pence,
        .kind = kind,
    };
    emit_fact(core, &fact);
}

void charge_hold(struct core *core, struct ride_id ride)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL && stored->hold == 0);
    if (stored->quote_pence > 0) {
        transfer(core, stored, LEDGER_HOLD, stored->quote_pence);
    }
}

void charge_ride(struct core *core, struct ride_id ride)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL && stored->boarded_ms > 0);
    const struct state_rider *rider = state_rider(core->state, stored->rider);
    CHECK(rider != NULL);
    const int32_t day = calendar_travel_day(core->config.calendar, stored->boarded_ms);
    const struct caps_rule rule = caps_rule(&core->config.caps);
    const int64_t counted_pence =
        stored->fare_pence < stored->quote_pence ? stored->fare_pence : stored->quote_pence;
    const int64_t charge_pence = caps_charge(&rule, &rider->caps, day, counted_pence);
    struct fact fact = {.kind = FACT_RIDE_CHARGED};
    fact.charged = (struct fact_charged){
        .ride = ride,
        .charged_pence = charge_pence,
        .cap_saved_pence = stored->fare_pence - charge_pence,
        .travel_day = day,
    };
    emit_fact(core, &fact);
    stored = state_ride(core->state, ride);
    CHECK(stored != NULL && (stored->hold != 0 || charge_pence == 0));
    if (charge_pence > 0) {
        transfer(core, stored, LEDGER_POST, charge_pence);
    } else {
        charge_release(core, ride);
    }
}

void charge_release(struct core *core, struct ride_id ride)
{
    const struct ride *stored = state_ride(core->state, ride);
    CHECK(stored != NULL);
    if (stored->hold != 0) {
        transfer(core, stored, LEDGER_VOID, 0);
    }
}
