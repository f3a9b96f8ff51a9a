#include <criterion/criterion.h>
#include <inttypes.h>

#include "core/digest.h"
#include "tests/core/history.h"

static const struct core_limits limits = {.vehicles_max = 4, .rides_max = 8, .riders_max = 8};

Test(state_digest, sees_every_order_that_matters)
{
    /* Two rides cancelled one way and the other: the same records, but not the same to go first. */
    uint64_t digests[2];
    for (uint64_t way = 0; way < 2; way++) {
        struct history history;
        history_begin(&history, &limits, 1);
        history_start(&history);
        struct ride_id rides[2] = {history_book(&history, 1, 1), history_book(&history, 1, 2)};
        for (uint64_t i = 0; i < 2; i++) {
            struct fact fact = history_next(&history, FACT_RIDE_CANCELLED);
            fact.at_ms = 9000;
            fact.ride = (struct fact_ride){rides[i ^ way], VEHICLE_NONE, CANCEL_BY_RIDER};
            history_must(&history, &fact);
        }
        digests[way] = state_digest(history.state);
        history_end(&history);
    }
    cr_assert_neq(digests[0], digests[1]);
}

Test(state_digest, is_the_same_for_the_same_facts)
{
    struct history histories[2];
    for (int i = 0; i < 2; i++)
        history_begin(&histories[i], &limits, 9);
    for (int step = 0; step < 500; step++) {
        for (int i = 0; i < 2; i++) {
            struct fact fact = history_draw(&histories[i]);
            (void)history_apply(&histories[i], &fact);
        }
        cr_assert_eq(state_digest(histories[0].state), state_digest(histories[1].state));
    }
    for (int i = 0; i < 2; i++)
        history_end(&histories[i]);
}

/* A snapshot carries its sum: what is summed up may change with STATE_FORM alone. */
Test(state_digest, of_a_history_stays_as_it_was_while_the_form_does)
{
    struct history history;
    history_begin(&history, &limits, 9);
    for (int step = 0; step < 500; step++) {
        struct fact fact = history_draw(&history);
        (void)history_apply(&history, &fact);
    }
    cr_assert_eq(STATE_FORM, 1);
    cr_expect_eq(state_digest(history.state), UINT64_C(0xd64f880cdb77f921), "%#" PRIx64,
                 state_digest(history.state));
    history_end(&history);
}

Test(state_digest, sees_who_walks_and_how_far)
{
    uint64_t digests[5];
    for (int i = 0; i < 5; i++) {
        struct history history;
        history_begin(&history, &limits, 1);
        history_start(&history);
        struct fact fact = history_next(&history, FACT_RIDE_BOOKED);
        fact.booked.ride.value = 1;
        fact.booked.rider.low = 1;
        fact.booked.trip.party = 1;
        fact.booked.trip.walk_max_m = i == 1 ? 301 : 300;
        fact.booked.trip.accessible = i == 2;
        fact.booked.walk_from_m = i == 3 ? 100 : 0;
        fact.booked.walk_to_m = i == 4 ? 100 : 0;
        history_must(&history, &fact);
        digests[i] = state_digest(history.state);
        for (int j = 0; j < i; j++) {
            cr_expect_neq(digests[j], digests[i], "%d, %d", j, i);
        }
        history_end(&history);
    }
}

Test(state_digest, mixes_words_of_zero_and_their_order)
{
    cr_assert_neq(digest_add(0, 0), 0);
    cr_assert_neq(digest_add(digest_add(1, 2), 3), digest_add(digest_add(1, 3), 2));
    cr_assert_neq(digest_add(digest_add(1, 0), 0), digest_add(1, 0));
}
