#include "tests/core/history_part.h"

#include <string.h>

struct fact history_part_visit(struct history *history)
{
    struct random *random = &history->random;
    const uint32_t count = state_vehicle_count(history->state);
    struct fact fact = history_next(history, FACT_VISIT_PLANNED);
    if (count == 0)
        return fact;
    const struct state_vehicle *vehicle =
        state_vehicle(history->state, (uint32_t)random_below(random, count));
    fact.visit.vehicle = vehicle->enrolled.vehicle;
    if (vehicle->visit.kind == 0 || random_below(random, 20) == 0) {
        fact.visit.visit = (struct visit){
            .kind = (enum stop_kind)random_between(random, STOP_DROPOFF, STOP_KIND_COUNT),
            .station = (uint32_t)random_below(random, 9),
            .latest_ms = random_between(random, 0, 1000),
            .dwell_ms = random_between(random, 0, 1000),
        };
        return fact;
    }
    const bool begins = vehicle->visit.begun_ms == 0;
    fact.kind = begins == (random_below(random, 10) != 0) ? FACT_VISIT_BEGUN : FACT_VISIT_ENDED;
    fact.visit.visit.kind = random_below(random, 10) == 0 ? STOP_CLEAN : vehicle->visit.kind;
    return fact;
}

struct fact history_part_payment(struct history *history)
{
    static const enum fact_kind often[] = {
        FACT_PAYMENT_DUE,     FACT_PAYMENT_DUE,      FACT_PAYMENT_CHANGED,
        FACT_PAYMENT_CHANGED, FACT_PAYMENT_RECORDED,
    };
    struct random *random = &history->random;
    const enum fact_kind kind = often[random_below(random, sizeof often / sizeof often[0])];
    struct fact fact = history_next(history, kind);
    const struct fact_snapshot *counters = state_counters(history->state);
    const uint64_t number = random_below(random, 12);
    const struct rider_id id = {number, ~number};
    const struct state_rider *rider = state_rider(history->state, id);
    if (kind == FACT_PAYMENT_DUE) {
        fact.payment_due = (struct fact_payment_due){
            .rider = id,
            .payment = counters->next_payment + (random_below(random, 16) == 0),
            .kind = (enum payment_kind)random_below(random, PAYMENT_KIND_COUNT + 1),
            .travel_day = (int32_t)(fact.seq / 50),
            .amount_pence = random_between(random, 0, 300),
        };
        if (fact.payment_due.kind == PAYMENT_END)
            fact.payment_due.amount_pence = random_below(random, 4) == 0;
    } else if (kind == FACT_PAYMENT_CHANGED) {
        struct fact_payment_changed *changed = &fact.payment_changed;
        const struct payment none = {.id = 1, .kind = PAYMENT_COLLECT};
        const struct payment *last = rider != NULL ? &rider->payment.last : &none;
        changed->rider = id;
        changed->payment = last->id;
        changed->state = (enum payment_state)random_below(random, PAYMENT_STATE_COUNT + 1);
        memset(changed->reference, 'r', random_below(random, PAYMENT_REFERENCE_MAX));
        if (last->kind == PAYMENT_SET_UP)
            memset(changed->agreement, 'a', random_below(random, PAYMENT_REFERENCE_MAX));
        if (changed->state == PAYMENT_FAILED)
            memset(changed->code, 'P', random_below(random, PAYMENT_CODE_MAX));
        if (changed->state == PAYMENT_DONE && payment_moves_money(last->kind))
            changed->transfer = counters->next_transfer + random_below(random, 3);
    } else {
        struct fact_payment_recorded *recorded = &fact.payment_recorded;
        recorded->rider = id;
        recorded->amount_pence = random_between(random, 0, 300);
        recorded->bank_reference[0] = (char)('a' + (char)random_below(random, 26));
        recorded->bank_reference[1] = (char)('a' + (char)random_below(random, 26));
        recorded->transfer = counters->next_transfer;
    }
    return fact;
}
