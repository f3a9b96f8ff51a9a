/* A ring of the newest. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "core/state_refusals.h"

static struct state *empty_state(void)
{
    static uint8_t memory[1 << 20] __attribute__((aligned(64)));
    static const struct core_limits limits = {.vehicles_max = 1, .rides_max = 64, .riders_max = 4};
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    struct state *state = state_init(&arena, &limits);
    cr_assert_not_null(state);
    return state;
}

static void add(struct state *state, int64_t at_ms, enum reason_constraint constraint)
{
    state_refusals_add(
        state, &(struct fact_snapshot_refusal){.at_ms = at_ms,
                                               .refused = {.reason = REFUSAL_NO_VEHICLE_IN_TIME,
                                                           .why.constraint = constraint}});
}

Test(state_refusals, gives_the_newest_first_and_forgets_the_oldest)
{
    struct state *state = empty_state();
    cr_assert_null(state_refusals_at(state, 0));
    for (int64_t at_ms = 1; at_ms <= 2 * STATE_REFUSALS_MAX + 3; at_ms++) {
        add(state, at_ms, REASON_CONSTRAINT_WAIT);
        const int64_t count = at_ms < STATE_REFUSALS_MAX ? at_ms : STATE_REFUSALS_MAX;
        for (uint32_t back = 0; back < count; back++) {
            cr_assert_eq(state_refusals_at(state, back)->at_ms, at_ms - back);
        }
        cr_assert_null(state_refusals_at(state, (uint32_t)count));
    }
}

Test(state_refusals, keeps_none_without_a_constraint)
{
    struct state *state = empty_state();
    const uint64_t digest = state_digest(state);
    add(state, 1, REASON_CONSTRAINT_NONE);
    cr_assert_null(state_refusals_at(state, 0));
    cr_assert_eq(state_digest(state), digest);
    add(state, 1, REASON_CONSTRAINT_SHIFT);
    cr_assert_neq(state_digest(state), digest);
}
