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

/* The first month that is not settled, or now and then any. */
static int32_t draw_period(struct history *history)
{
    const struct settlement_register *all = state_settlements(history->state);
    uint32_t due = 0;
    while (due + 1 < all->count && all->books[due].settled)
        due++;
    return random_below(&history->random, 12) == 0
               ? (int32_t)random_below(&history->random, all->count + 2) - 1
               : all->books[due].period;
}

static void draw_proposal(struct history *history, int32_t period, struct fact_proposed *proposed)
{
    struct random *random = &history->random;
    struct policy_waterfall waterfall = {
        .loss = (enum policy_loss)random_below(random, POLICY_LOSS_COUNCIL + 1),
        .line_count = 2,
        .rolling_years = 1,
        .lines = {{.name = "first",
                   .use = (enum policy_use)random_below(random, POLICY_COUNCIL_REVENUE),
                   .share_permille = random_between(random, 0, 1000),
                   .most_pence = POLICY_NONE_PENCE},
                  {.name = "last",
                   .use = POLICY_COUNCIL_REVENUE,
                   .share_permille = POLICY_ALL_PERMILLE,
                   .most_pence = POLICY_NONE_PENCE}},
    };
    const struct settlement_terms terms = {.waterfall = &waterfall,
                                           .policy = 1,
                                           .loss_pence = random_between(random, 0, 300),
                                           .reserve_pence = random_between(random, 0, 300)};
    proposed->period = period;
    proposed->by = (struct rider_id){1, random_below(random, 3)};
    if (settlement_compute(state_settlements(history->state), period, &terms, &proposed->outcome) !=
        SETTLEMENT_OK)
        proposed->outcome = (struct settlement_outcome){.line_count = 1, .digest = 1};
    if (random_below(random, 8) == 0)
        proposed->outcome.lines[0].pence++;
}

static void draw_approval(struct history *history, const struct settlement_books *books,
                          struct fact_approved *approved)
{
    struct random *random = &history->random;
    approved->period = books->period;
    approved->by = (struct rider_id){1, random_below(random, 3)};
    approved->digest = books->outcome.digest + (random_below(random, 12) == 0);
    approved->count = settlement_transfers(
        books, &books->outcome, state_counters(history->state)->next_transfer, approved->transfers);
    if (approved->count > 0 && random_below(random, 8) == 0)
        approved->transfers[approved->count - 1].amount_pence++;
    if (approved->count > 0 && random_below(random, 12) == 0)
        approved->count--;
}

struct fact history_part_settlement(struct history *history)
{
    const struct settlement_register *all = state_settlements(history->state);
    const uint64_t what = random_below(&history->random, 5);
    struct fact fact = history_next(history, FACT_PERIOD_BEGUN);
    int32_t last = 0;
    if (!state_settlement_open(history->state, &last) || what == 0) {
        fact.period_begun = last + 2 - (int32_t)random_below(&history->random, 3);
        return fact;
    }
    const int32_t period = draw_period(history);
    const struct settlement_books *books = settlement_books(all, period);
    if (what <= 2 || books == NULL) {
        fact.kind = FACT_SETTLEMENT_PROPOSED;
        draw_proposal(history, period, &fact.proposed);
    } else {
        fact.kind = FACT_SETTLEMENT_APPROVED;
        draw_approval(history, books, &fact.approved);
    }
    return fact;
}

struct fact history_part_places(struct history *history)
{
    struct random *random = &history->random;
    struct fact fact = history_next(history, FACT_PLACES_SET);
    fact.places.kind = (enum places_kind)random_below(random, PLACES_KIND_COUNT + 1);
    fact.places.count = (uint32_t)random_below(random, 100);
    memset(fact.places.reason, 'a', random_below(random, CLOSURE_REASON_MAX + 1));
    return fact;
}
