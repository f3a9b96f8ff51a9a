#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/core/history.h"

static const struct core_limits small = {.vehicles_max = 4, .rides_max = 24, .riders_max = 9};

#define FACTS_MAX 1024

struct snapshot {
    uint32_t count;
    struct fact facts[FACTS_MAX];
};

static void take(const struct history *history, struct snapshot *snapshot)
{
    uint64_t cursor = 0;
    snapshot->count = 0;
    while (state_snapshot_next(history->state, &cursor, &snapshot->facts[snapshot->count])) {
        snapshot->count++;
        cr_assert(snapshot->count < FACTS_MAX);
    }
    struct fact none = {.seq = 4711};
    cr_assert_not(state_snapshot_next(history->state, &cursor, &none));
    cr_assert_eq(none.seq, 4711);
}

/* NULL, or why the snapshot is refused, on the way or at its end. */
static const char *restore(struct history *history, const struct snapshot *snapshot)
{
    const char *why = NULL;
    for (uint32_t i = 0; i < snapshot->count; i++) {
        if (!fact_apply(history->state, &snapshot->facts[i], &why))
            return why;
    }
    return state_snapshot_complete(history->state, &why) ? NULL : why;
}

static void run(struct history *history, int steps)
{
    for (int step = 0; step < steps; step++) {
        struct fact fact = history_draw(history);
        (void)history_apply(history, &fact);
    }
}

Test(state_snapshot, restores_the_state_and_all_that_it_will_do)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    uint64_t seen[FACT_KIND_COUNT] = {0};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct history history;
        history_begin(&history, &small, seed);
        history.knows_money = true;
        history.has_visits = true;
        history.pays = true;
        history.settles = true;
        for (int round = 0; round < 12; round++) {
            run(&history, 10 + round * 40);
            take(&history, snapshot);
            for (uint32_t i = 0; i < snapshot->count; i++)
                seen[snapshot->facts[i].kind]++;
            struct history copy;
            history_begin(&copy, &small, 0);
            const char *why = restore(&copy, snapshot);
            cr_assert_null(why, "%s", why);
            cr_assert_eq(state_digest(copy.state), state_digest(history.state));
            history_check(&copy);
            history_start(&history);
            history_start(&copy);
            for (int step = 0; step < 200; step++) {
                struct fact fact = history_draw(&history);
                cr_assert_eq(history_apply(&history, &fact), history_apply(&copy, &fact));
                cr_assert_eq(state_digest(copy.state), state_digest(history.state));
            }
            history_end(&copy);
        }
        history_end(&history);
    }
    for (int kind = FACT_SNAPSHOT; kind < FACT_KIND_COUNT; kind++)
        cr_assert(seen[kind] > 100, "%s", fact_kind_text((enum fact_kind)kind));
    free(snapshot);
}

Test(state_snapshot, restores_into_larger_limits_and_not_into_smaller)
{
    static const struct core_limits more = {.vehicles_max = 9, .rides_max = 90, .riders_max = 99};
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct history history;
    struct history copy;
    history_begin(&history, &small, 3);
    run(&history, 3000);
    take(&history, snapshot);
    history_begin(&copy, &more, 0);
    cr_assert_null(restore(&copy, snapshot));
    cr_assert_eq(state_digest(copy.state), state_digest(history.state));
    history_end(&copy);
    for (int i = 0; i < 3; i++) {
        struct core_limits less = small;
        less.vehicles_max -= i == 0;
        less.rides_max -= i == 1;
        less.riders_max -= i == 2;
        history_begin(&copy, &less, 0);
        cr_assert_not_null(restore(&copy, snapshot));
        history_end(&copy);
    }
    history_end(&history);
    free(snapshot);
}

Test(state_snapshot, is_refused_with_a_fact_missing_twice_or_changed)
{
    struct snapshot *whole = calloc(1, sizeof *whole);
    struct snapshot *broken = calloc(1, sizeof *broken);
    struct history history;
    struct history copy;
    history_begin(&history, &small, 5);
    run(&history, 2000);
    take(&history, whole);
    for (uint32_t at = 0; at < whole->count; at++) {
        for (int how = 0; how < 3; how++) {
            broken->count = 0;
            for (uint32_t i = 0; i < whole->count; i++) {
                if (i != at || how != 0)
                    broken->facts[broken->count++] = whole->facts[i];
                if (i == at && how == 1)
                    broken->facts[broken->count++] = whole->facts[i];
            }
            if (how == 2) {
                struct fact *fact = &broken->facts[at];
                uint8_t *bytes = (uint8_t *)&fact->snapshot; /* the union's first byte */
                bytes[0] ^= 1;
            }
            history_begin(&copy, &small, 0);
            const char *why = restore(&copy, broken);
            cr_assert_not_null(why, "fact %u of kind %s", at,
                               fact_kind_text(whole->facts[at].kind));
            /* Nor does it go on, but where the fact was only there twice at the end. */
            struct fact next = history_next(&history, FACT_STARTED);
            next.started.epoch = state_counters(history.state)->epoch + 1;
            cr_assert_eq(fact_apply(copy.state, &next, &why), how == 1 && at + 1 == whole->count);
            history_end(&copy);
        }
    }
    history_end(&history);
    free(whole);
    free(broken);
}

/* A snapshot of another form was summed up otherwise: an older one is taken as it is. */
Test(state_snapshot, of_an_older_form_is_taken_without_its_sum_and_of_a_later_one_refused)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct history history;
    history_begin(&history, &small, 5);
    run(&history, 200);
    take(&history, snapshot);
    cr_assert_eq(snapshot->facts[0].kind, FACT_SNAPSHOT);
    snapshot->facts[0].snapshot.digest ^= 1;
    for (uint32_t form = 0; form <= STATE_FORM; form++) {
        struct history copy;
        history_begin(&copy, &small, 0);
        snapshot->facts[0].snapshot.form = form;
        const char *why = restore(&copy, snapshot);
        cr_expect_eq(why == NULL, form != STATE_FORM, "form %u: %s", form, why);
        if (why == NULL)
            cr_expect_eq(state_digest(copy.state), state_digest(history.state));
        history_end(&copy);
    }
    struct history copy;
    history_begin(&copy, &small, 0);
    snapshot->facts[0].snapshot.form = STATE_FORM + 1;
    cr_expect_str_eq(restore(&copy, snapshot), "the snapshot was written by a later release");
    history_end(&copy);
    history_end(&history);
    free(snapshot);
}

Test(state_snapshot, stands_at_the_beginning_or_nowhere)
{
    struct history history;
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    history_begin(&history, &small, 1);
    struct fact rider = history_next(&history, FACT_SNAPSHOT_RIDER);
    cr_assert_str_eq(history_apply(&history, &rider), "a fact of a snapshot stands outside of one");
    history_start(&history);
    take(&history, snapshot);
    cr_assert_eq(snapshot->count, 1);
    cr_assert_eq(snapshot->facts[0].at_ms, 1000);
    cr_assert_str_eq(history_apply(&history, &snapshot->facts[0]),
                     "a snapshot begins where there is a state already");
    cr_assert_str_eq(history_apply(&history, &rider), "a fact of a snapshot stands outside of one");
    history_end(&history);
    free(snapshot);
}

/* The digest says nothing against a snapshot that was made wrong on purpose; the plans do. */
Test(state_snapshot, is_refused_when_plans_and_rides_do_not_belong_together)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct history history;
    struct history copy;
    history_begin(&history, &small, 1);
    history_start(&history);
    history_enrol(&history, 7);
    struct ride_id ride = history_book(&history, 1, 1);
    const struct plan_stop stops[] = {{ride, STOP_PICKUP}, {ride, STOP_DROPOFF}};
    history_plan(&history, 7, stops, 2);
    take(&history, snapshot);
    for (uint32_t i = 0; i < snapshot->count; i++) {
        if (snapshot->facts[i].kind == FACT_SNAPSHOT_VEHICLE)
            snapshot->facts[i].snapshot_vehicle.plan.stop_count = 1;
    }
    history_begin(&copy, &small, 0);
    cr_assert_not_null(restore(&copy, snapshot));
    snapshot->facts[0].snapshot.digest = state_digest(copy.state);
    history_end(&copy);
    history_begin(&copy, &small, 0);
    cr_assert_str_eq(restore(&copy, snapshot),
                     "the snapshot does not lead to the state that it says");
    history_end(&copy);
    history_end(&history);
    free(snapshot);
}
