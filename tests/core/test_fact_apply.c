#include <criterion/criterion.h>
#include <string.h>

#include "tests/core/history.h"

static const struct core_limits limits = {.vehicles_max = 4, .rides_max = 16, .riders_max = 3};
static const struct rider_id rider_one = {1, ~UINT64_C(1)};

static void plan_one(struct history *history, uint32_t vehicle, struct ride_id ride)
{
    const struct plan_stop stops[] = {{ride, STOP_PICKUP}, {ride, STOP_DROPOFF}};
    history_plan(history, vehicle, stops, 2);
}

Test(fact_apply, leads_a_ride_from_booking_to_charge)
{
    struct history history;
    history_begin(&history, &limits, 1);
    history_start(&history);
    history_enrol(&history, 7);
    struct ride_id id = history_book(&history, 1, 5);
    history_hold(&history, id);
    const struct ride *ride = state_ride(history.state, id);
    cr_assert_eq(ride->state, RIDE_BOOKED);
    cr_assert_eq(ride->vehicle.value, VEHICLE_NONE.value);
    cr_assert_eq(ride->booked_ms, 3000);
    cr_assert_eq(ride->hold, 1);
    plan_one(&history, 7, id);
    cr_assert_eq(ride->vehicle.value, 7);
    history_ride(&history, FACT_RIDE_ARRIVED, id);
    history_ride(&history, FACT_RIDE_BOARDED, id);
    history_ride(&history, FACT_RIDE_ALIGHTED, id);
    history_charge(&history, id, 150);
    history_resolve(&history, id, LEDGER_POST);
    cr_assert_eq(ride->state, RIDE_ALIGHTED);
    cr_assert_eq(ride->arrived_ms, 6000);
    cr_assert_eq(ride->boarded_ms, 7000);
    cr_assert_eq(ride->alighted_ms, 8000);
    cr_assert_eq(ride->ended_ms, 8000);
    cr_assert_eq(ride->charged_pence, 150);
    cr_assert_eq(ride->hold, 0);
    const struct fact_snapshot *counters = state_counters(history.state);
    cr_assert_eq(counters->booked_count, 1);
    cr_assert_eq(counters->alighted_count, 1);
    cr_assert_eq(counters->charged_pence, 150);
    cr_assert_eq(counters->cap_saved_pence, 250);
    cr_assert_eq(counters->next_transfer, 3);
    const struct state_rider *rider = state_rider(history.state, rider_one);
    cr_assert_eq(rider->caps.weeks[0].charged_pence + rider->caps.weeks[1].charged_pence, 150);
    struct ledger_account account =
        ledger_account(state_ledger(history.state), LEDGER_RIDERS + rider->number);
    cr_assert_eq(account.debits_posted, 150);
    cr_assert_eq(account.debits_pending, 0);
    history_check(&history);
    history_end(&history);
}

Test(fact_apply, counts_what_was_refused_cancelled_and_missed)
{
    struct history history;
    history_begin(&history, &limits, 1);
    history_start(&history);
    history_enrol(&history, 7);
    struct ride_id cancelled = history_book(&history, 1, 1);
    struct ride_id missed = history_book(&history, 1, 2);
    plan_one(&history, 7, missed);
    history_ride(&history, FACT_RIDE_CANCELLED, cancelled);
    history_ride(&history, FACT_RIDE_ARRIVED, missed);
    history_ride(&history, FACT_RIDE_NO_SHOW, missed);
    struct fact refused = history_next(&history, FACT_RIDE_REFUSED);
    refused.refused.rider = (struct rider_id){5, 5};
    refused.refused.reason = REFUSAL_NO_VEHICLE_IN_TIME;
    history_must(&history, &refused);
    const struct fact_snapshot *counters = state_counters(history.state);
    cr_assert_eq(counters->cancelled_count, 1);
    cr_assert_eq(counters->no_show_count, 1);
    cr_assert_eq(counters->refused_count[REFUSAL_NO_VEHICLE_IN_TIME], 1);
    cr_assert_eq(state_ride(history.state, cancelled)->cancelled_by, CANCEL_BY_RIDER);
    cr_assert_null(state_rider(history.state, refused.refused.rider));
    history_end(&history);
}

Test(fact_apply, gives_an_enrolled_vehicle_new_equipment_and_keeps_its_plan)
{
    struct history history;
    history_begin(&history, &limits, 1);
    history_start(&history);
    history_enrol(&history, 7);
    plan_one(&history, 7, history_book(&history, 1, 1));
    struct fact fact = history_next(&history, FACT_VEHICLE_ENROLLED);
    fact.vehicle = (struct fact_vehicle){.vehicle = {7}, .seats = 2, .wheelchair_spaces = 1};
    history_must(&history, &fact);
    cr_assert_eq(state_vehicle_count(history.state), 1);
    cr_assert_eq(state_vehicle(history.state, 0)->enrolled.seats, 2);
    cr_assert_eq(state_vehicle(history.state, 0)->plan.stop_count, 2);
    history_end(&history);
}

static uint32_t ledger_rider_of(const struct history *history, uint64_t ride)
{
    const struct ride *stored = state_ride(history->state, (struct ride_id){ride});
    return LEDGER_RIDERS + state_rider(history->state, stored->rider)->number;
}

/* Rides 1 booked with a hold, 2 arrived, 3 alighted with a hold, 4 cancelled; 1 to 3 are vehicle
 * 7's. Rides of two riders, of three at the most. */
static void begin(struct history *history)
{
    history_begin(history, &limits, 1);
    history_start(history);
    history_enrol(history, 7);
    history_enrol(history, 8);
    for (uint64_t i = 1; i <= 4; i++)
        history_hold(history, history_book(history, 1 + i % 2, 5 * i));
    struct plan_stop stops[] = {{{3}, STOP_PICKUP},  {{3}, STOP_DROPOFF}, {{2}, STOP_PICKUP},
                                {{2}, STOP_DROPOFF}, {{1}, STOP_PICKUP},  {{1}, STOP_DROPOFF}};
    history_plan(history, 7, stops, 6);
    history_ride(history, FACT_RIDE_ARRIVED, (struct ride_id){3});
    history_ride(history, FACT_RIDE_BOARDED, (struct ride_id){3});
    history_ride(history, FACT_RIDE_ALIGHTED, (struct ride_id){3});
    history_ride(history, FACT_RIDE_ARRIVED, (struct ride_id){2});
    history_ride(history, FACT_RIDE_CANCELLED, (struct ride_id){4});
}

static void expect_refusal(struct history *history, const struct fact *fact, const char *want)
{
    const char *why = history_apply(history, fact);
    cr_assert_not_null(why, "accepted, but: %s", want);
    cr_assert_str_eq(why, want);
}

Test(fact_apply, refuses_moves_that_the_rides_state_does_not_allow)
{
    static const struct {
        enum fact_kind kind;
        uint64_t ride;
        uint32_t vehicle;
        int by;
        const char *why;
    } rows[] = {
        {FACT_RIDE_ARRIVED, 9, 7, 0, "the ride is not known"},
        {FACT_RIDE_ARRIVED, 0, 7, 0, "the ride is not known"},
        {FACT_RIDE_ARRIVED, 2, 7, 0, "the ride's state does not allow it"},
        {FACT_RIDE_BOARDED, 1, 7, 0, "the ride's state does not allow it"},
        {FACT_RIDE_ALIGHTED, 2, 7, 0, "the ride's state does not allow it"},
        {FACT_RIDE_ALIGHTED, 3, 7, 0, "the ride's state does not allow it"},
        {FACT_RIDE_CANCELLED, 3, 7, 1, "the ride's state does not allow it"},
        {FACT_RIDE_CANCELLED, 4, UINT32_MAX, 1, "the ride's state does not allow it"},
        {FACT_RIDE_NO_SHOW, 1, 7, 0, "the ride's state does not allow it"},
        {FACT_RIDE_ARRIVED, 1, 8, 0, "the ride is another vehicle's"},
        {FACT_RIDE_CANCELLED, 1, UINT32_MAX, 1, "the ride is another vehicle's"},
        {FACT_RIDE_BOARDED, 2, 7, 1, "it is no cancellation"},
        {FACT_RIDE_CANCELLED, 1, 7, 0, "the cancellation is nobody's"},
        {FACT_RIDE_CANCELLED, 1, 7, 4, "the cancellation is nobody's"},
    };
    struct history history;
    begin(&history);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, rows[i].kind);
        fact.ride =
            (struct fact_ride){{rows[i].ride}, {rows[i].vehicle}, (enum cancel_by)rows[i].by};
        expect_refusal(&history, &fact, rows[i].why);
    }
    struct fact arrived = history_next(&history, FACT_RIDE_ARRIVED);
    arrived.ride = (struct fact_ride){history_book(&history, 1, 50), VEHICLE_NONE, 0};
    arrived.seq++;
    expect_refusal(&history, &arrived, "the ride has no vehicle");
    history_end(&history);
}

Test(fact_apply, refuses_bookings_that_contradict_the_state)
{
    static const struct {
        uint64_t ride, rider, key;
        int64_t fare, quote;
        const char *why;
    } rows[] = {
        {4, 1, 99, 400, 400, "the ride's number is not the next"},
        {6, 1, 99, 400, 400, "the ride's number is not the next"},
        {5, 2, 5, 400, 400, "the rider has booked with this key before"},
        {5, 1, 20, 400, 400, "the rider has booked with this key before"}, /* though cancelled */
        {5, 1, 99, 400, 401, "the quote is not between nothing and the fare"},
        {5, 1, 99, 400, -1, "the quote is not between nothing and the fare"},
        {5, 1, 99, -1, -1, "the quote is not between nothing and the fare"},
        {5, 1, 99, PENCE_MAX + 1, 0, "the quote is not between nothing and the fare"},
    };
    struct history history;
    begin(&history);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, FACT_RIDE_BOOKED);
        fact.booked.ride.value = rows[i].ride;
        fact.booked.rider = (struct rider_id){rows[i].rider, ~rows[i].rider};
        fact.booked.key = (struct booking_key){rows[i].key, rows[i].key * 3};
        fact.booked.fare_pence = rows[i].fare;
        fact.booked.quote_pence = rows[i].quote;
        expect_refusal(&history, &fact, rows[i].why);
    }
    history_book(&history, 3, 5);
    struct fact fact = history_next(&history, FACT_RIDE_BOOKED);
    fact.booked.ride.value = 6;
    fact.booked.rider = (struct rider_id){4, 4};
    expect_refusal(&history, &fact, "there are more riders than the limit allows");
    history_end(&history);
}

Test(fact_apply, refuses_bookings_of_who_walks_further_than_agreed)
{
    static const struct {
        int32_t agreed_m, from_m, to_m;
        uint8_t wheelchairs;
        bool accessible;
        bool is_sound;
    } rows[] = {
        {0, 1, 0, 0, false, false},     {0, 0, 1, 0, false, false},
        {300, 301, 0, 0, false, false}, {300, 0, 301, 0, false, false},
        {300, 10, 0, 1, false, false},  {300, 0, 10, 0, true, false},
        {300, -1, 0, 0, false, false},  {300, 300, 300, 0, false, true},
    };
    struct history history;
    begin(&history);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, FACT_RIDE_BOOKED);
        fact.booked.ride.value = 5;
        fact.booked.rider = (struct rider_id){1, ~UINT64_C(1)};
        fact.booked.key = (struct booking_key){99, 297};
        fact.booked.fare_pence = 400;
        fact.booked.quote_pence = 400;
        fact.booked.trip.wheelchairs = rows[i].wheelchairs;
        fact.booked.trip.accessible = rows[i].accessible;
        fact.booked.trip.walk_max_m = rows[i].agreed_m;
        fact.booked.walk_from_m = rows[i].from_m;
        fact.booked.walk_to_m = rows[i].to_m;
        if (!rows[i].is_sound) {
            expect_refusal(&history, &fact, "the rider walks further than agreed");
            continue;
        }
        const char *why = NULL;
        cr_assert(fact_apply(history.state, &fact, &why), "%s", why);
        const struct ride *ride = state_ride(history.state, (struct ride_id){5});
        cr_expect(ride->walk_from_m == 300 && ride->walk_to_m == 300);
    }
    history_end(&history);
}

Test(fact_apply, refuses_charges_that_are_not_due)
{
    static const struct {
        uint64_t ride;
        int64_t charged, saved;
        const char *why;
    } rows[] = {
        {9, 100, 300, "the ride is not known"},
        {2, 100, 300, "the ride is charged without having been ridden"},
        {4, 100, 300, "the ride is charged without having been ridden"},
        {3, -1, 401, "the charge is more than the quote"},
        {3, 401, -1, "the charge is more than the quote"},
        {3, 100, 299, "charge and savings do not make the rider's part of the fare"},
    };
    struct history history;
    begin(&history);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, FACT_RIDE_CHARGED);
        fact.charged =
            (struct fact_charged){{rows[i].ride}, rows[i].charged, rows[i].saved, 20000, 0, 0};
        expect_refusal(&history, &fact, rows[i].why);
    }
    history_charge(&history, (struct ride_id){3}, 100);
    struct fact again = history_next(&history, FACT_RIDE_CHARGED);
    again.charged = (struct fact_charged){{3}, 100, 300, 20000, 0, 0};
    expect_refusal(&history, &again, "the ride was charged before");
    history_end(&history);
}

#define TRANSFER(id, pending, ride, debit, credit, pence, kind)                                    \
    {                                                                                              \
        id, pending, ride, debit, credit, pence, kind, 0, 0, 0, 0, 0, false                        \
    }

Test(fact_apply, refuses_transfers_that_break_the_books)
{
    enum { FARES = LEDGER_FARE_INCOME, RIDER = LEDGER_RIDERS };
    static const struct {
        struct ledger_transfer transfer;
        const char *why;
    } rows[] = {
        {TRANSFER(4, 0, 1, RIDER, FARES, 5, LEDGER_MOVE), "the transfer's number does not rise"},
        {TRANSFER(UINT64_MAX, 0, 1, RIDER, FARES, 5, LEDGER_MOVE),
         "the transfer's number does not rise"},
        {TRANSFER(5, 0, 1, RIDER, RIDER, 5, LEDGER_MOVE), "the transfer makes no sense"},
        {TRANSFER(5, 9, 1, RIDER, FARES, 5, LEDGER_POST), "the hold is not known"},
        {TRANSFER(5, 0, 1, RIDER, FARES, 5, LEDGER_HOLD), "the ride takes no hold, or has one"},
        {TRANSFER(5, 0, 4, RIDER, FARES, 5, LEDGER_HOLD), "the ride takes no hold, or has one"},
        {TRANSFER(5, 0, 9, RIDER, FARES, 5, LEDGER_HOLD),
         "the transfer is for a ride that is not known"},
        {TRANSFER(5, 1, 2, RIDER, FARES, 0, LEDGER_VOID), "the hold is another ride's"},
        {TRANSFER(5, 3, 3, RIDER, FARES, 99, LEDGER_POST),
         "what is posted is not what was charged"},
        {TRANSFER(5, 3, 3, RIDER, FARES, 0, LEDGER_VOID), "what is posted is not what was charged"},
    };
    struct history history;
    begin(&history);
    history_charge(&history, (struct ride_id){3}, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, FACT_TRANSFER);
        fact.transfer = rows[i].transfer;
        expect_refusal(&history, &fact, rows[i].why);
    }
    struct fact move = history_next(&history, FACT_TRANSFER);
    move.transfer =
        (struct ledger_transfer)TRANSFER(8, 0, 9, FARES, LEDGER_COUNCIL, 5, LEDGER_MOVE);
    history_must(&history, &move);
    cr_assert_eq(state_counters(history.state)->next_transfer, 9);
    history_resolve(&history, (struct ride_id){3}, LEDGER_POST);
    history_end(&history);
}

/* Linked transfers come as one fact, so that a torn journal holds all of them or none. */
Test(fact_apply, takes_linked_transfers_all_or_none)
{
    enum { FARES = LEDGER_FARE_INCOME, RIDER = LEDGER_RIDERS };
    struct history history;
    begin(&history);
    history_charge(&history, (struct ride_id){3}, 120);
    struct fact fact = history_next(&history, FACT_TRANSFERS);
    struct ledger_transfer *group = fact.transfers.transfers;
    fact.transfers.count = 2;
    group[0] = (struct ledger_transfer)TRANSFER(5, 3, 3, RIDER, FARES, 120, LEDGER_POST);
    group[0].debit = ledger_rider_of(&history, 3);
    group[0].linked = true;
    group[1] = (struct ledger_transfer)TRANSFER(5, 0, 3, FARES, LEDGER_VAT, 20, LEDGER_MOVE);
    expect_refusal(&history, &fact, "the transfer's number does not rise");
    group[1].id = 6;
    group[0].linked = false;
    expect_refusal(&history, &fact, "the transfers are not linked as a group must be");
    group[0].linked = true;
    group[0].amount_pence = 119;
    expect_refusal(&history, &fact, "what is posted is not what was charged");
    group[0].amount_pence = 120;
    fact.transfers.count = 1;
    expect_refusal(&history, &fact, "the transfers are none, one or too many");
    fact.transfers.count = 2;
    history_must(&history, &fact);
    cr_assert_eq(state_ride(history.state, (struct ride_id){3})->hold, 0);
    cr_assert_eq(state_counters(history.state)->next_transfer, 7);
    cr_assert_eq(ledger_account(state_ledger(history.state), LEDGER_VAT).credits_posted, 20);
    history_end(&history);
}

/* A hold that is not a ride's expires at its time, and then only. */
Test(fact_apply, lets_a_hold_without_a_ride_expire)
{
    enum { FARES = LEDGER_FARE_INCOME, RIDER = LEDGER_RIDERS };
    struct history history;
    begin(&history);
    struct fact fact = history_next(&history, FACT_TRANSFER);
    fact.transfer = (struct ledger_transfer)TRANSFER(9, 0, 0, RIDER, LEDGER_BANK, 5, LEDGER_HOLD);
    expect_refusal(&history, &fact, "the hold is for nothing and never expires");
    fact.transfer.expires_ms = fact.at_ms + 1000;
    history_must(&history, &fact);
    struct fact over = history_next(&history, FACT_TRANSFER);
    over.at_ms = fact.transfer.expires_ms - 1;
    over.transfer =
        (struct ledger_transfer)TRANSFER(10, 9, 0, RIDER, LEDGER_BANK, 0, LEDGER_EXPIRE);
    expect_refusal(&history, &over, "the hold has not expired");
    over.at_ms++;
    struct fact late = over;
    late.transfer.kind = LEDGER_POST;
    expect_refusal(&history, &late, "the hold has expired");
    history_must(&history, &over);
    history_end(&history);
}

Test(fact_apply, refuses_a_journal_out_of_order)
{
    struct history history;
    history_begin(&history, &limits, 1);
    struct fact fact = history_next(&history, FACT_VEHICLE_ENROLLED);
    expect_refusal(&history, &fact, "the journal does not begin with a start");
    fact = history_next(&history, FACT_STARTED);
    fact.started.epoch = 2;
    expect_refusal(&history, &fact, "the epoch is not one more than the last");
    fact.started.epoch = 1;
    fact.seq = 2;
    expect_refusal(&history, &fact, "the fact's number is not the next");
    history_start(&history);
    fact = history_next(&history, FACT_VEHICLE_ENROLLED);
    fact.seq = 1;
    expect_refusal(&history, &fact, "the fact's number is not the next");
    fact.seq = 2;
    fact.at_ms = 999;
    expect_refusal(&history, &fact, "the fact is earlier than the one before");
    fact.at_ms = 1000; /* the same is not earlier */
    history_must(&history, &fact);
    static const int unknown[] = {FACT_NONE, -1, FACT_KIND_COUNT, FACT_KIND_COUNT + 9};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        fact = history_next(&history, (enum fact_kind)unknown[i]);
        expect_refusal(&history, &fact, "the fact is of no known kind");
    }
    history_end(&history);
}

Test(fact_apply, refuses_vehicles_and_refusals_out_of_range)
{
    struct history history;
    begin(&history);
    static const struct {
        uint32_t vehicle;
        uint8_t seats, spaces;
        const char *why;
    } rows[] = {
        {UINT32_MAX, 4, 0, "the vehicle has no number"},
        {9, SEATS_MAX + 1, 0, "the vehicle has too many seats"},
        {9, 0, SEATS_MAX + 1, "the vehicle has too many seats"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fact fact = history_next(&history, FACT_VEHICLE_ENROLLED);
        fact.vehicle = (struct fact_vehicle){.vehicle = {rows[i].vehicle},
                                             .seats = rows[i].seats,
                                             .wheelchair_spaces = rows[i].spaces};
        expect_refusal(&history, &fact, rows[i].why);
    }
    history_enrol(&history, 9);
    history_enrol(&history, 10);
    struct fact fifth = history_next(&history, FACT_VEHICLE_ENROLLED);
    fifth.vehicle.vehicle.value = 11;
    expect_refusal(&history, &fifth, "there are more vehicles than the limit allows");
    static const int reasons[] = {REFUSAL_NONE, -1, REFUSAL_COUNT};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        struct fact fact = history_next(&history, FACT_RIDE_REFUSED);
        fact.refused.reason = (enum refusal)reasons[i];
        expect_refusal(&history, &fact, "the refusal has no reason");
    }
    history_end(&history);
}

Test(fact_apply, keeps_what_always_holds_through_random_histories)
{
    static const struct core_limits small = {.vehicles_max = 4, .rides_max = 24, .riders_max = 9};
    uint64_t taken[FACT_KIND_COUNT] = {0};
    uint64_t refused = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct history history;
        history_begin(&history, &small, seed);
        history.knows_money = true;
        history.has_visits = true;
        history.pays = true;
        history.settles = true;
        history.has_officers = true;
        for (int step = 0; step < 3500; step++) {
            struct fact fact = history_draw(&history);
            if (history_apply(&history, &fact) == NULL)
                taken[fact.kind]++;
            else
                refused++;
            if (step % 4 == 0)
                history_check(&history);
        }
        cr_assert(state_counters(history.state)->next_ride > 70); /* many were forgotten */
        history_end(&history);
    }
    for (int kind = FACT_STARTED; kind < FACT_SNAPSHOT; kind++)
        cr_assert(taken[kind] > 100, "%s %d", fact_kind_text((enum fact_kind)kind),
                  (int)taken[kind]);
    cr_assert(refused > 1000);
}
