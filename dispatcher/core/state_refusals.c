/* A ring: the place of the newest follows from how many were added. */
#include "core/state_refusals.h"

#include "core/digest.h"

#define RECORD_REFUSAL 32 /* what its hash begins with; core/state_digest.c has those below */

void state_refusals_add(struct state *state, const struct fact_snapshot_refusal *refusal)
{
    if (refusal->refused.why.constraint == REASON_CONSTRAINT_NONE)
        return;
    state->refusals[state->refusal_next] = *refusal;
    state->refusal_next = (state->refusal_next + 1) % STATE_REFUSALS_MAX;
    if (state->refusal_count < STATE_REFUSALS_MAX)
        state->refusal_count++;
}

const struct fact_snapshot_refusal *state_refusals_at(const struct state *state, uint32_t back)
{
    if (back >= state->refusal_count)
        return NULL;
    return &state->refusals[(state->refusal_next + STATE_REFUSALS_MAX - 1 - back) %
                            STATE_REFUSALS_MAX];
}

static uint64_t refusal_digest(const struct fact_snapshot_refusal *refusal, uint32_t back)
{
    const struct fact_refused *refused = &refusal->refused;
    const struct reason_option *nearest = &refused->why.nearest;
    uint64_t digest = digest_add(RECORD_REFUSAL, back);
    digest = digest_add_signed(digest, refusal->at_ms);
    digest = digest_add(digest, refused->rider.high);
    digest = digest_add(digest, refused->rider.low);
    digest = digest_add(digest, refused->key.high);
    digest = digest_add(digest, refused->key.low);
    digest = state_digest_add_trip(digest, &refused->trip);
    digest = digest_add(digest, (uint64_t)refused->reason << 32 |
                                    (uint64_t)refused->why.constraint << 1 |
                                    (refused->why.has_nearest ? 1 : 0));
    digest = digest_add_signed(digest, refused->why.over_ms);
    return refused->why.has_nearest ? state_digest_add_option(digest, nearest) : digest;
}

uint64_t state_refusals_digest(const struct state *state)
{
    uint64_t digest = 0;
    for (uint32_t back = 0; back < state->refusal_count; back++)
        digest += refusal_digest(state_refusals_at(state, back), back);
    return digest;
}
