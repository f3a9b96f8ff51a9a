#include "tests/core/history.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/postings.h"
#include "tests/core/history_part.h"
#include "tests/core/history_work.h"

#define FARE_PENCE 400

void history_begin(struct history *history, const struct core_limits *limits, uint64_t seed)
{
    size_t size = state_cost(limits);
    arena_init(&history->arena, calloc(1, size), size);
    history->state = state_init(&history->arena, limits);
    cr_assert_not_null(history->state);
    cr_assert_eq(history->arena.used, size);
    random_init(&history->random, seed);
    history->has_visits = false;
    history->knows_money = false;
    history->pays = false;
    history->settles = false;
    history->has_officers = false;
}

void history_end(struct history *history)
{
    free(history->arena.block);
}

struct fact history_next(const struct history *history, enum fact_kind kind)
{
    uint64_t seq = state_counters(history->state)->seq + 1;
    return (struct fact){.seq = seq, .at_ms = (int64_t)seq * 1000, .kind = kind};
}

const char *history_apply(struct history *history, const struct fact *fact)
{
    uint64_t before = state_digest(history->state);
    const char *why = "untouched";
    if (fact_apply(history->state, fact, &why)) {
        cr_assert_neq(state_digest(history->state), before);
        return NULL;
    }
    cr_assert_not_null(why);
    cr_assert_str_neq(why, "untouched");
    cr_assert_eq(state_digest(history->state), before, "%s", why);
    return why;
}

void history_must(struct history *history, const struct fact *fact)
{
    const char *why = history_apply(history, fact);
    cr_assert_null(why, "%s: %s", fact_kind_text(fact->kind), why);
}

void history_start(struct history *history)
{
    struct fact fact = history_next(history, FACT_STARTED);
    fact.started.epoch = state_counters(history->state)->epoch + 1;
    fact.started.network_digest = 77;
    history_must(history, &fact);
}

void history_enrol(struct history *history, uint32_t vehicle)
{
    struct fact fact = history_next(history, FACT_VEHICLE_ENROLLED);
    fact.vehicle = (struct fact_vehicle){
        .vehicle = {vehicle}, .seats = 4, .until_ms = INT64_MAX, .home = {.arc = ROAD_NONE}};
    history_must(history, &fact);
}

static struct fact booking(const struct history *history, uint64_t rider, uint64_t key)
{
    struct fact fact = history_next(history, FACT_RIDE_BOOKED);
    fact.booked = (struct fact_booked){
        .ride = {state_counters(history->state)->next_ride},
        .rider = {rider, ~rider},
        .key = {key, key * 3},
        .trip = {.party = 1, .shared = true},
        .pickup_latest_ms = fact.at_ms + 600000,
        .dropoff_latest_ms = INT64_MAX,
        .fare_pence = FARE_PENCE,
        .quote_pence = FARE_PENCE - (int64_t)(key % 5) * 100,
    };
    return fact;
}

struct ride_id history_book(struct history *history, uint64_t rider, uint64_t key)
{
    struct fact fact = booking(history, rider, key);
    history_must(history, &fact);
    return fact.booked.ride;
}

static struct fact plan_fact(const struct history *history, uint32_t index)
{
    struct fact fact = history_next(history, FACT_PLAN_CHANGED);
    fact.plan = state_vehicle(history->state, index)->plan;
    if (fact.plan.stop_count == 0) {
        fact.plan.plan_id++;
        fact.plan.revision = 0;
    }
    fact.plan.revision++;
    return fact;
}

void history_plan(struct history *history, uint32_t vehicle, const struct plan_stop *stops,
                  uint32_t count)
{
    uint32_t index = state_vehicle_index(history->state, (struct vehicle_id){vehicle});
    struct fact fact = plan_fact(history, index);
    memcpy(fact.plan.stops, stops, count * sizeof *stops);
    fact.plan.stop_count = count;
    history_must(history, &fact);
}

static struct fact ride_fact(const struct history *history, enum fact_kind kind,
                             const struct ride *ride)
{
    struct fact fact = history_next(history, kind);
    fact.ride = (struct fact_ride){.ride = ride->id, .vehicle = ride->vehicle};
    fact.ride.by = kind == FACT_RIDE_CANCELLED ? CANCEL_BY_RIDER : 0;
    return fact;
}

void history_ride(struct history *history, enum fact_kind kind, struct ride_id ride)
{
    struct fact fact = ride_fact(history, kind, state_ride(history->state, ride));
    history_must(history, &fact);
}

static struct fact transfer_fact(const struct history *history, const struct ride *ride,
                                 enum ledger_kind kind)
{
    const struct state_rider *rider = state_rider(history->state, ride->rider);
    struct fact fact = history_next(history, FACT_TRANSFER);
    fact.transfer = (struct ledger_transfer){
        .id = state_counters(history->state)->next_transfer,
        .pending = kind == LEDGER_POST || kind == LEDGER_VOID ? ride->hold : 0,
        .ride = ride->id.value,
        .debit = LEDGER_RIDERS + rider->number,
        .credit = LEDGER_FARE_INCOME,
        .amount_pence = kind == LEDGER_HOLD   ? ride->quote_pence
                        : kind == LEDGER_POST ? ride->charged_pence
                                              : 0,
        .kind = kind,
    };
    return fact;
}

void history_hold(struct history *history, struct ride_id ride)
{
    struct fact fact = transfer_fact(history, state_ride(history->state, ride), LEDGER_HOLD);
    history_must(history, &fact);
}

void history_resolve(struct history *history, struct ride_id ride, enum ledger_kind kind)
{
    struct fact fact = transfer_fact(history, state_ride(history->state, ride), kind);
    history_must(history, &fact);
}

static struct fact charge_fact(const struct history *history, const struct ride *ride,
                               int64_t pence)
{
    struct fact fact = history_next(history, FACT_RIDE_CHARGED);
    fact.charged = (struct fact_charged){.ride = ride->id,
                                         .charged_pence = pence,
                                         .cap_saved_pence = ride->fare_pence - pence,
                                         .travel_day = (int32_t)(fact.seq / 50),
                                         .vat_permille = 200,
                                         .compensation_pence = pence / 10};
    return fact;
}

void history_charge(struct history *history, struct ride_id ride, int64_t pence)
{
    struct fact fact = charge_fact(history, state_ride(history->state, ride), pence);
    history_must(history, &fact);
}

/* A remembered ride in one of the states of `wanted` (bits), or any; NULL if there is none. */
static const struct ride *some_ride(struct history *history, unsigned wanted)
{
    uint64_t next = state_counters(history->state)->next_ride;
    uint64_t near = next < 60 ? next : 60;
    const struct ride *any = NULL;
    for (int tries = 0; tries < 100; tries++) {
        /* Mostly a late one, but an old one must have its turn, or it blocks its slot for ever. */
        uint64_t back = tries % 2 == 0 ? near : next;
        struct ride_id id = {next - random_below(&history->random, back)};
        const struct ride *ride = state_ride(history->state, id);
        any = ride != NULL ? ride : any;
        if (ride != NULL && (wanted >> ride->state & 1) != 0)
            return ride;
    }
    return any;
}

/* The plan with one ride more, one less, or in another order. */
static struct fact draw_plan(struct history *history)
{
    struct random *random = &history->random;
    uint32_t count = state_vehicle_count(history->state);
    if (count == 0)
        return history_next(history, FACT_PLAN_CHANGED);
    const uint32_t at = (uint32_t)random_below(random, count);
    struct fact fact = plan_fact(history, at);
    struct fact_plan *plan = &fact.plan;
    if (random_below(random, 4) == 0 && plan->stop_count > 0) {
        struct ride_id gone = plan->stops[random_below(random, plan->stop_count)].ride;
        uint32_t kept = 0;
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            if (plan->stops[i].ride.value != gone.value)
                plan->stops[kept++] = plan->stops[i];
        }
        plan->stop_count = kept;
    } else if (plan->stop_count + 2 <= PLAN_STOPS_MAX) {
        const struct ride *ride = some_ride(history, 1u << RIDE_BOOKED);
        if (ride != NULL) {
            plan->stops[plan->stop_count++] = (struct plan_stop){ride->id, STOP_PICKUP};
            plan->stops[plan->stop_count++] = (struct plan_stop){ride->id, STOP_DROPOFF};
        }
    }
    const struct visit *visit = &state_vehicle(history->state, at)->visit;
    bool visits = false;
    for (uint32_t i = 0; i < plan->stop_count; i++)
        visits = visits || fact_is_visit(plan->stops[i].kind);
    if (visit->kind != 0 && !visits && plan->stop_count < PLAN_STOPS_MAX)
        plan->stops[plan->stop_count++] = (struct plan_stop){.kind = visit->kind};
    if (plan->stop_count > 1 && random_below(random, 3) == 0) {
        uint64_t a = random_below(random, plan->stop_count);
        uint64_t b = random_below(random, plan->stop_count);
        struct plan_stop stop = plan->stops[a];
        plan->stops[a] = plan->stops[b];
        plan->stops[b] = stop;
    }
    return fact;
}

static struct fact draw_transfer(struct history *history)
{
    struct random *random = &history->random;
    const struct ride *ride = NULL;
    for (int tries = 0; tries < 20; tries++) {
        ride = some_ride(history, ~0u);
        if (ride != NULL && (ride->state == RIDE_BOOKED ? ride->hold == 0 : ride->hold != 0))
            break;
    }
    if (ride == NULL)
        return history_next(history, FACT_TRANSFER);
    enum ledger_kind kind = LEDGER_HOLD;
    if (random_below(random, 20) == 0)
        kind = (enum ledger_kind)random_between(random, LEDGER_MOVE, LEDGER_VOID);
    else if (ride->hold != 0)
        kind = ride->charged_pence > 0 ? LEDGER_POST : LEDGER_VOID;
    return transfer_fact(history, ride, kind);
}

/* The fare of a charged ride with its VAT, mostly. */
static struct fact draw_transfers(struct history *history)
{
    struct fact single = draw_transfer(history);
    struct fact fact = history_next(history, FACT_TRANSFERS);
    if (single.transfer.id == 0)
        return fact;
    fact.transfers.count = (uint32_t)random_between(&history->random, 1, 3);
    for (uint32_t i = 0; i < fact.transfers.count; i++) {
        struct ledger_transfer *transfer = &fact.transfers.transfers[i];
        *transfer = single.transfer;
        transfer->id += i;
        transfer->linked = i + 1 < fact.transfers.count;
        if (i > 0)
            *transfer = (struct ledger_transfer){.id = single.transfer.id + i,
                                                 .ride = single.transfer.ride,
                                                 .debit = LEDGER_FARE_INCOME,
                                                 .credit = LEDGER_VAT,
                                                 .amount_pence = 7,
                                                 .kind = LEDGER_MOVE,
                                                 .refers = single.transfer.id,
                                                 .policy = 1,
                                                 .linked = transfer->linked};
    }
    return fact;
}

static struct fact draw_refund(struct history *history)
{
    struct random *random = &history->random;
    struct fact fact = history_next(history, FACT_RIDE_REFUNDED);
    const struct ride *ride = some_ride(history, 1u << RIDE_ALIGHTED);
    if (ride == NULL)
        return fact;
    const bool all = random_below(random, 3) == 0;
    const int64_t before_pence = ride->bill.refunded_pence + ride->bill.compensation_pence;
    const int64_t left_pence = postings_left_pence(ride);
    fact.refunded.ride = ride->id;
    fact.refunded.refund.key = (struct booking_key){1, random_below(random, 6)};
    fact.refunded.refund.asked_pence = all ? 0 : random_between(random, 1, 200);
    fact.refunded.refund.refund_pence = all ? left_pence : fact.refunded.refund.asked_pence;
    if (all) {
        const int64_t fall_pence = random_between(random, 0, ride->charged_pence);
        const int64_t net_pence = fall_pence > before_pence ? fall_pence - before_pence : 0;
        fact.refunded.fall_pence = fall_pence;
        fact.refunded.refund.adjusted_pence = left_pence - net_pence;
    }
    return fact;
}

static struct fact draw_fee(struct history *history)
{
    struct fact fact = history_next(history, FACT_RIDE_FEE);
    const struct ride *ride = some_ride(history, 1u << RIDE_CANCELLED | 1u << RIDE_NO_SHOW);
    if (ride != NULL)
        fact.fee = (struct fact_fee){ride->id, random_between(&history->random, 0, 400), 200};
    return fact;
}

static struct fact draw_ride(struct history *history, enum fact_kind kind)
{
    static const unsigned from[FACT_KIND_COUNT] = {
        [FACT_RIDE_ARRIVED] = 1u << RIDE_BOOKED,
        [FACT_RIDE_BOARDED] = 1u << RIDE_ARRIVED,
        [FACT_RIDE_ALIGHTED] = 1u << RIDE_ABOARD,
        [FACT_RIDE_CANCELLED] = 1u << RIDE_BOOKED | 1u << RIDE_ARRIVED,
        [FACT_RIDE_NO_SHOW] = 1u << RIDE_ARRIVED,
        [FACT_RIDE_CHARGED] = 1u << RIDE_ALIGHTED,
        [FACT_RIDE_MOVED] = 1u << RIDE_BOOKED | 1u << RIDE_ARRIVED,
    };
    const struct ride *ride = some_ride(history, from[kind]);
    if (ride == NULL)
        return history_next(history, kind);
    if (kind == FACT_RIDE_MOVED) {
        struct fact fact = history_next(history, kind);
        fact.moved.ride = ride->id;
        const uint64_t move = random_below(&history->random, REASON_MOVE_SILENT + 2);
        fact.moved.moved.move =
            move <= REASON_MOVE_SILENT ? (enum reason_move)move : REASON_MOVE_COUNT;
        fact.moved.moved.saved_cost = random_between(&history->random, -1000, 1000);
        return fact;
    }
    if (kind != FACT_RIDE_CHARGED)
        return ride_fact(history, kind, ride);
    bool is_wild = random_below(&history->random, 8) == 0;
    int64_t most_pence = is_wild ? FARE_PENCE : ride->hold != 0 ? ride->quote_pence : 0;
    return charge_fact(history, ride, random_between(&history->random, 0, most_pence));
}

/* A road of a few: most of what is drawn closes what is open and opens what is closed. */
static struct fact draw_road(struct history *history, enum fact_kind kind)
{
    struct random *random = &history->random;
    struct fact fact = history_next(history, kind);
    fact.road.arc = (uint32_t)random_below(random, 8);
    fact.road.by = (struct rider_id){random_next(random), 1};
    if (kind == FACT_ROAD_CLOSED)
        memset(fact.road.reason, 'a', random_below(random, CLOSURE_REASON_MAX));
    return fact;
}

/* A rider known or not; classes and schemes that are none among them. */
static struct fact draw_class(struct history *history)
{
    struct random *random = &history->random;
    struct fact fact = history_next(history, FACT_RIDER_CLASS);
    const uint64_t rider = random_below(random, 12);
    fact.rider_class.rider = (struct rider_id){rider, ~rider};
    fact.rider_class.class.class = (uint8_t)random_below(random, POLICY_CLASSES_MAX + 1);
    fact.rider_class.class.scheme = (uint8_t)random_below(random, POLICY_SCHEMES_MAX + 2);
    fact.rider_class.class.class_until_day = (int32_t)random_below(random, 100);
    return fact;
}

static struct fact draw_policy(struct history *history)
{
    const struct fact_snapshot_policy *last = state_policies_last(history->state);
    struct fact fact = history_next(history, FACT_POLICY_ADOPTED);
    fact.policy.number = last != NULL ? last->policy.number + 1 : 1;
    fact.policy.hash[0] = (uint8_t)fact.seq;
    fact.policy.id[0] = random_below(&history->random, 8) == 0 ? '\0' : 'p';
    fact.policy.number += random_below(&history->random, 8) == 0;
    return fact;
}

static struct fact draw_kind(struct history *history, enum fact_kind kind)
{
    struct random *random = &history->random;
    struct fact fact = history_next(history, kind);
    uint64_t rider;
    uint64_t constraint;
    switch (kind) {
    case FACT_STARTED:
        fact.started.epoch = state_counters(history->state)->epoch + 1;
        return fact;
    case FACT_VEHICLE_ENROLLED:
        fact.vehicle.vehicle.value = (uint32_t)random_below(random, 6);
        fact.vehicle.seats = (uint8_t)random_below(random, 8);
        if (history->knows_money)
            fact.vehicle.designed_for = (uint8_t)random_below(random, 20);
        return fact;
    case FACT_RIDE_BOOKED:
        rider = random_below(random, 12);
        fact = booking(history, rider, random_below(random, 12));
        fact.booked.option_count = (uint32_t)random_below(random, REASON_OPTIONS_MAX + 2);
        fact.booked.options[0].cost = random_between(random, 0, 1000);
        return fact;
    case FACT_RIDE_REFUSED:
        fact.refused.reason = (enum refusal)random_below(random, REFUSAL_COUNT);
        constraint = random_below(random, REASON_CONSTRAINT_SEVERAL + 2);
        fact.refused.why.constraint = constraint <= REASON_CONSTRAINT_SEVERAL
                                          ? (enum reason_constraint)constraint
                                          : REASON_CONSTRAINT_COUNT;
        fact.refused.why.over_ms = random_between(random, 0, 1000);
        return fact;
    case FACT_PLAN_CHANGED:
        return draw_plan(history);
    case FACT_TRANSFER:
        return draw_transfer(history);
    case FACT_ROAD_CLOSED:
    case FACT_ROAD_OPENED:
        return draw_road(history, kind);
    default:
        return draw_ride(history, kind);
    }
}

/* Into these no fact is broken, so that the histories of before stay as they were. */
#define VISIT_KINDS (FACT_RIDER_CLASS + 1 - FACT_VISIT_PLANNED) /* with those of policies */
#define PAYMENT_KINDS                                                                              \
    (FACT_PLACES_SET + 1 - FACT_PAYMENT_DUE) /* with those of costs, months and places */

/* A kind of before them, or of a snapshot. */
static enum fact_kind draw_other_kind(struct random *random)
{
    uint64_t kind = random_below(random, FACT_SNAPSHOT_POLICY - VISIT_KINDS - PAYMENT_KINDS + 2);
    kind += kind < FACT_VISIT_PLANNED ? 0 : VISIT_KINDS;
    kind += kind < FACT_PAYMENT_DUE ? 0 : PAYMENT_KINDS;
    return (enum fact_kind)kind;
}

/* Break one thing of a fact. */
static void damage(struct random *random, struct fact *fact)
{
    uint8_t flag;
    switch (random_below(random, 6)) {
    case 0:
        fact->seq += random_below(random, 2) * 2 - 1;
        break;
    case 1:
        fact->at_ms -= 5000;
        break;
    case 2:
        fact->kind = draw_other_kind(random);
        memcpy(&flag, &fact->refused.why.has_nearest, 1);
        if (flag > 1)
            fact->refused.why.has_nearest = false; /* what was there before is no flag */
        break;
    case 3:
        fact->ride.ride.value += random_below(random, 2) * 2 - 1;
        break;
    case 4:
        fact->ride.vehicle.value ^= 1;
        break;
    default:
        fact->ride.by ^= 1;
        break;
    }
}

static struct fact draw_money(struct history *history)
{
    switch (random_below(&history->random, 8)) {
    case 4:
    case 5:
        return history_work_draw(history);
    case 0:
        return draw_policy(history);
    case 1:
        return draw_class(history);
    case 2:
        return draw_refund(history);
    case 3:
        return draw_fee(history);
    default:
        return draw_transfers(history);
    }
}

struct fact history_draw(struct history *history)
{
    static const enum fact_kind often[] = {
        FACT_STARTED,        FACT_VEHICLE_ENROLLED, FACT_RIDE_BOOKED,   FACT_RIDE_BOOKED,
        FACT_RIDE_BOOKED,    FACT_RIDE_REFUSED,     FACT_PLAN_CHANGED,  FACT_PLAN_CHANGED,
        FACT_PLAN_CHANGED,   FACT_PLAN_CHANGED,     FACT_RIDE_ARRIVED,  FACT_RIDE_ARRIVED,
        FACT_RIDE_BOARDED,   FACT_RIDE_BOARDED,     FACT_RIDE_ALIGHTED, FACT_RIDE_ALIGHTED,
        FACT_RIDE_CANCELLED, FACT_RIDE_NO_SHOW,     FACT_RIDE_CHARGED,  FACT_RIDE_CHARGED,
        FACT_TRANSFER,       FACT_TRANSFER,         FACT_TRANSFER,      FACT_TRANSFER,
        FACT_ROAD_CLOSED,    FACT_ROAD_OPENED,      FACT_RIDE_MOVED,    FACT_RIDE_MOVED,
    };
    if (history->has_visits && random_below(&history->random, 8) == 0)
        return history_part_visit(history);
    if (history->knows_money && random_below(&history->random, 5) == 0)
        return draw_money(history);
    if (history->settles && random_below(&history->random, 12) == 0)
        return history_part_settlement(history);
    if (history->has_officers && random_below(&history->random, 30) == 0)
        return history_part_places(history);
    const bool is_payment = history->pays && random_below(&history->random, 6) == 0;
    const uint64_t kind =
        is_payment ? 0 : random_below(&history->random, sizeof often / sizeof often[0]);
    struct fact fact = is_payment ? history_part_payment(history) : draw_kind(history, often[kind]);
    if (random_below(&history->random, 12) == 0)
        damage(&history->random, &fact);
    return fact;
}

static uint32_t stops_of(const struct state *state, struct ride_id ride, enum stop_kind kind,
                         uint32_t *vehicle)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < state_vehicle_count(state); i++) {
        const struct fact_plan *plan = &state_vehicle(state, i)->plan;
        for (uint32_t at = 0; at < plan->stop_count; at++) {
            if (plan->stops[at].ride.value == ride.value && plan->stops[at].kind == kind) {
                *vehicle = plan->vehicle.value;
                count++;
            }
        }
    }
    return count;
}

static bool fleet_fits(const struct state *state, uint32_t seats)
{
    for (uint32_t i = 0; i < state_vehicle_count(state); i++) {
        if (state_vehicle(state, i)->enrolled.seats >= seats)
            return true;
    }
    return false;
}

void history_check(const struct history *history)
{
    const struct state *state = history->state;
    uint32_t counts[RIDE_STATE_COUNT] = {0};
    uint32_t cursor = 0;
    uint64_t last = 0;
    uint32_t stops = 0;
    const struct ride *ride;
    while ((ride = state_ride_next(state, &cursor)) != NULL) {
        cr_assert(ride->id.value > last);
        last = ride->id.value;
        counts[ride->state]++;
        cr_assert_eq(state_ride(state, ride->id), ride);
        cr_assert_eq(state_ride_by_key(state, ride->rider, ride->key), ride);
        uint32_t vehicle = VEHICLE_NONE.value;
        uint32_t pickups = stops_of(state, ride->id, STOP_PICKUP, &vehicle);
        uint32_t dropoffs = stops_of(state, ride->id, STOP_DROPOFF, &vehicle);
        cr_assert_eq(vehicle, ride->vehicle.value);
        cr_assert_eq(dropoffs, vehicle == VEHICLE_NONE.value ? 0 : 1);
        cr_assert_eq(pickups, ride->state == RIDE_ABOARD ? 0 : dropoffs);
        cr_assert(ride->state == RIDE_BOOKED || vehicle != VEHICLE_NONE.value);
        stops += pickups + dropoffs;
    }
    for (uint32_t i = 0; i < state_vehicle_count(state); i++) {
        const struct state_vehicle *vehicle = state_vehicle(state, i);
        uint32_t visits = 0;
        for (uint32_t at = 0; at < vehicle->plan.stop_count; at++) {
            if (fact_is_visit(vehicle->plan.stops[at].kind)) {
                cr_assert_eq(vehicle->plan.stops[at].kind, vehicle->visit.kind);
                visits++;
            }
        }
        cr_assert(visits == 1 || (visits == 0 && vehicle->visit.begun_ms == 0));
        stops -= vehicle->plan.stop_count - visits;
    }
    cr_assert_eq(stops, 0); /* no stop is for anybody else */
    for (uint32_t i = 0; i < state_closures_count(state); i++)
        cr_assert_eq(state_closures_find(state, state_closures_at(state, i)->arc), i);
    for (uint32_t seats = 0; seats < 9; seats++)
        cr_assert_eq(fleet_fits(state, seats), state_fits(state, POLICY_SMALL, seats, 0) ||
                                                   state_fits(state, POLICY_LARGE, seats, 0));
    for (int i = RIDE_BOOKED; i <= RIDE_ABOARD; i++)
        cr_assert_eq(counts[i], state_ride_count(state, (enum ride_state)i));
    cr_assert_eq(ledger_difference_pence(state_ledger(state)), 0);
    uint32_t open = 0;
    for (uint32_t i = 0; i < state_rider_count(state); i++)
        open += payment_is_open(&state_rider_at(state, i)->payment.last);
    cr_assert_eq(open, state_payments_open(state));
}
