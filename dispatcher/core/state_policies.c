/* A policy is adopted a few times a year, so a list that moves up by one is all it needs. */
#include "core/state_policies.h"

#include <string.h>

#include "core/digest.h"
#include "core/state_inside.h"

#define RECORD_POLICY 33 /* what its hash begins with; core/state_digest.c has others below */

const struct fact_snapshot_policy *state_policies_find(const struct state *state, uint32_t number)
{
    for (uint32_t i = 0; i < state->policy_count; i++) {
        if (state->policies[i].policy.number == number)
            return &state->policies[i];
    }
    return NULL;
}

const struct fact_snapshot_policy *state_policies_last(const struct state *state)
{
    return state->policy_count > 0 ? &state->policies[state->policy_count - 1] : NULL;
}

const char *state_policies_add(struct state *state, const struct fact_snapshot_policy *policy)
{
    const struct fact_snapshot_policy *last = state_policies_last(state);
    const uint32_t number = policy->policy.number;
    /* A snapshot may begin with a later one, where the first are forgotten. */
    const bool follows = last != NULL                      ? number == last->policy.number + 1
                         : state->phase == STATE_RESTORING ? number > 0
                                                           : number == 1;
    if (!follows)
        return "the policy's number is not the next";
    if (policy->policy.id[0] == '\0')
        return "the policy has no id";
    if (state->policy_count == STATE_POLICIES_MAX) {
        memmove(&state->policies[0], &state->policies[1],
                (STATE_POLICIES_MAX - 1) * sizeof state->policies[0]);
        state->policy_count--;
    }
    state->policies[state->policy_count++] = *policy;
    return NULL;
}

static uint64_t add_text(uint64_t digest, const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        digest = digest_add(digest, (unsigned char)*at);
    return digest;
}

uint64_t state_policies_digest(const struct state *state)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < state->policy_count; i++) {
        const struct fact_snapshot_policy *policy = &state->policies[i];
        uint64_t digest = digest_add(RECORD_POLICY, policy->policy.number);
        digest = digest_add_signed(digest, policy->adopted_ms);
        for (uint32_t byte = 0; byte < POLICY_HASH_SIZE; byte++)
            digest = digest_add(digest, policy->policy.hash[byte]);
        sum += add_text(add_text(digest, policy->policy.id), policy->policy.name);
    }
    return sum;
}
