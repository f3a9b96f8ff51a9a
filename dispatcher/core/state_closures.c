/* A short array, searched from its beginning: roads are closed by hand. */
#include "core/state_closures.h"

#include <string.h>

#include "core/state_inside.h"

uint32_t state_closures_count(const struct state *state)
{
    return state->closure_count;
}

const struct closure *state_closures_at(const struct state *state, uint32_t position)
{
    CHECK(position < state->closure_count);
    return &state->closures[position];
}

uint32_t state_closures_find(const struct state *state, uint32_t arc)
{
    for (uint32_t i = 0; i < state->closure_count; i++) {
        if (state->closures[i].arc == arc)
            return i;
    }
    return UINT32_MAX;
}

const char *state_closures_add(struct state *state, const struct closure *closure)
{
    if (closure->arc == ROAD_NONE)
        return "the closure is of no road";
    if (memchr(closure->reason, '\0', sizeof closure->reason) == NULL)
        return "the closure's reason has no end";
    if (state_closures_find(state, closure->arc) != UINT32_MAX)
        return "the road is closed already";
    if (state->closure_count == CLOSURES_MAX)
        return "there are more closures than the limit allows";
    state->closures[state->closure_count++] = *closure;
    return NULL;
}

const char *state_closures_remove(struct state *state, uint32_t arc)
{
    const uint32_t at = state_closures_find(state, arc);
    if (at == UINT32_MAX)
        return "the road is not closed";
    state->closure_count--;
    memmove(&state->closures[at], &state->closures[at + 1],
            (state->closure_count - at) * sizeof state->closures[0]);
    return NULL;
}
