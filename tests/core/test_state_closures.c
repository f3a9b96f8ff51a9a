#include "core/state_closures.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/state.h"
#include "tests/core/history.h"

static const struct core_limits few = {.vehicles_max = 2, .rides_max = 4, .riders_max = 4};

static struct fact road(const struct history *history, enum fact_kind kind, uint32_t arc)
{
    struct fact fact = history_next(history, kind);
    fact.road.arc = arc;
    fact.road.by = (struct rider_id){5, 6};
    if (kind == FACT_ROAD_CLOSED)
        memcpy(fact.road.reason, "burst main", sizeof "burst main");
    return fact;
}

static void must(struct history *history, enum fact_kind kind, uint32_t arc)
{
    const struct fact fact = road(history, kind, arc);
    history_must(history, &fact);
}

Test(state_closures, are_kept_in_order_until_the_road_opens)
{
    struct history history;
    history_begin(&history, &few, 1);
    history_start(&history);
    must(&history, FACT_ROAD_CLOSED, 7);
    must(&history, FACT_ROAD_CLOSED, 0);
    must(&history, FACT_ROAD_CLOSED, 9);
    must(&history, FACT_ROAD_OPENED, 0);
    cr_assert_eq(state_closures_count(history.state), 2);
    cr_assert_eq(state_closures_find(history.state, 7), 0);
    cr_assert_eq(state_closures_find(history.state, 9), 1);
    cr_assert_eq(state_closures_find(history.state, 0), UINT32_MAX);
    const struct closure *closure = state_closures_at(history.state, 1);
    cr_assert_eq(closure->arc, 9);
    cr_assert_eq(closure->closed_ms, 4000); /* the fourth fact */
    cr_assert_eq(closure->by.high, 5);
    cr_assert_eq(closure->by.low, 6);
    cr_assert_str_eq(closure->reason, "burst main");
    history_end(&history);
}

Test(state_closures, refuse_what_cannot_be)
{
    struct history history;
    history_begin(&history, &few, 1);
    history_start(&history);
    struct fact fact = road(&history, FACT_ROAD_OPENED, 3);
    cr_assert_str_eq(history_apply(&history, &fact), "the road is not closed");
    fact = road(&history, FACT_ROAD_CLOSED, ROAD_NONE);
    cr_assert_str_eq(history_apply(&history, &fact), "the closure is of no road");
    fact = road(&history, FACT_ROAD_CLOSED, 3);
    memset(fact.road.reason, 'x', sizeof fact.road.reason);
    cr_assert_str_eq(history_apply(&history, &fact), "the closure's reason has no end");
    for (uint32_t arc = 0; arc < CLOSURES_MAX; arc++)
        must(&history, FACT_ROAD_CLOSED, arc);
    fact = road(&history, FACT_ROAD_CLOSED, 3);
    cr_assert_str_eq(history_apply(&history, &fact), "the road is closed already");
    fact = road(&history, FACT_ROAD_CLOSED, CLOSURES_MAX);
    cr_assert_str_eq(history_apply(&history, &fact),
                     "there are more closures than the limit allows");
    history_end(&history);
}

/* Each part of a closure counts in the checksum, or a damaged snapshot would pass for a sound one.
 */
Test(state_closures, count_in_the_digest_with_every_part)
{
    uint64_t digests[5];
    for (int changed = 0; changed < 5; changed++) {
        struct history history;
        history_begin(&history, &few, 1);
        history_start(&history);
        struct fact fact = road(&history, FACT_ROAD_CLOSED, 3);
        fact.road.arc += changed == 1;
        fact.road.by.high += changed == 2;
        fact.road.by.low += changed == 3;
        fact.road.reason[0] = changed == 4 ? 'B' : 'b';
        history_must(&history, &fact);
        digests[changed] = state_digest(history.state);
        for (int i = 0; i < changed; i++)
            cr_assert_neq(digests[i], digests[changed]);
        history_end(&history);
    }
}
