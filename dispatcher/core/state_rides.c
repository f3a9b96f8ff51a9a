/* Slots are never free but at the end of the array: a ride is forgotten only to make room for the
 * next, which takes its slot at once. */
#include "core/state_rides.h"

#define BIT(ride_state) (1u << (ride_state))

/* From each state, the states that may follow. Back from ARRIVED to BOOKED goes a ride whose
 * vehicle was taken from it. */
static const unsigned moves[RIDE_STATE_COUNT] = {
    [RIDE_BOOKED] = BIT(RIDE_ARRIVED) | BIT(RIDE_CANCELLED),
    [RIDE_ARRIVED] = BIT(RIDE_BOOKED) | BIT(RIDE_ABOARD) | BIT(RIDE_CANCELLED) | BIT(RIDE_NO_SHOW),
    [RIDE_ABOARD] = BIT(RIDE_ALIGHTED),
};

size_t state_rides_cost(const struct core_limits *limits)
{
    return arena_cost(limits->rides_max, sizeof(struct state_slot)) +
           2 * map_cost(limits->rides_max);
}

void state_rides_init(struct state *state, struct arena *arena)
{
    state->slots = arena_take(arena, state->limits.rides_max, sizeof *state->slots);
    CHECK(state->slots != NULL);
    map_init(&state->rides_by_id, arena, state->limits.rides_max);
    map_init(&state->rides_by_key, arena, state->limits.rides_max);
    state->active = (struct state_list){STATE_NO_SLOT, STATE_NO_SLOT};
    state->ended = (struct state_list){STATE_NO_SLOT, STATE_NO_SLOT};
}

bool state_rides_is_ended(enum ride_state ride_state)
{
    return ride_state == RIDE_ALIGHTED || ride_state == RIDE_CANCELLED ||
           ride_state == RIDE_NO_SHOW;
}

bool state_rides_may_move(enum ride_state from, enum ride_state to)
{
    CHECK(from > RIDE_NONE && from < RIDE_STATE_COUNT);
    CHECK(to > RIDE_NONE && to < RIDE_STATE_COUNT);
    return (moves[from] & BIT(to)) != 0;
}

static void append(struct state *state, struct state_list *list, uint32_t slot)
{
    state->slots[slot].older = list->newest;
    state->slots[slot].newer = STATE_NO_SLOT;
    if (list->newest == STATE_NO_SLOT)
        list->oldest = slot;
    else
        state->slots[list->newest].newer = slot;
    list->newest = slot;
}

static void take_out(struct state *state, struct state_list *list, uint32_t slot)
{
    const struct state_slot *entry = &state->slots[slot];
    if (entry->older == STATE_NO_SLOT)
        list->oldest = entry->newer;
    else
        state->slots[entry->older].newer = entry->newer;
    if (entry->newer == STATE_NO_SLOT)
        list->newest = entry->older;
    else
        state->slots[entry->newer].older = entry->older;
}

static uint32_t slot_of(const struct state *state, struct ride_id ride)
{
    uint32_t slot = STATE_NO_SLOT;
    (void)map_get(&state->rides_by_id, state_number_key(ride.value), &slot);
    return slot;
}

/* Into the list of ended rides, and behind its rider's. What is forgotten there is the ride that
 * ended first of all, hence first of its rider's: the chain by ids ends where a ride is not found.
 */
static void append_ended(struct state *state, uint32_t slot)
{
    struct state_slot *entry = &state->slots[slot];
    struct state_rider *rider = state_rider_find(state, entry->ride.rider);
    CHECK(rider != NULL);
    entry->ended_before = rider->ended_last;
    rider->ended_last = entry->ride.id;
    append(state, &state->ended, slot);
}

void state_rides_move(struct state *state, struct ride *ride, enum ride_state to)
{
    CHECK(state_rides_may_move(ride->state, to));
    uint32_t slot = slot_of(state, ride->id);
    CHECK(slot != STATE_NO_SLOT);
    state->counts[ride->state]--;
    state->counts[to]++;
    ride->state = to;
    if (state_rides_is_ended(to)) {
        take_out(state, &state->active, slot);
        append_ended(state, slot);
    }
}

const struct ride *state_rides_ended_before(const struct state *state,
                                            const struct state_rider *rider, struct ride_id after)
{
    struct ride_id id = rider->ended_last;
    if (after.value != 0) {
        const uint32_t slot = slot_of(state, after);
        if (slot == STATE_NO_SLOT || !rider_id_equal(state->slots[slot].ride.rider, rider->id) ||
            !state_rides_is_ended(state->slots[slot].ride.state))
            return NULL;
        id = state->slots[slot].ended_before;
    }
    return state_rides_find(state, id);
}

struct ride *state_rides_find(const struct state *state, struct ride_id ride)
{
    uint32_t slot = slot_of(state, ride);
    return slot == STATE_NO_SLOT ? NULL : &state->slots[slot].ride;
}

/* First slot of the chain of a key. */
static uint32_t chain_of(const struct state *state, struct map_key key)
{
    uint32_t slot = STATE_NO_SLOT;
    (void)map_get(&state->rides_by_key, key, &slot);
    return slot;
}

struct ride *state_rides_find_key(const struct state *state, const struct state_rider *rider,
                                  struct booking_key key)
{
    uint32_t slot = chain_of(state, state_key(rider->number, key));
    while (slot != STATE_NO_SLOT) {
        struct ride *ride = &state->slots[slot].ride;
        if (rider_id_equal(ride->rider, rider->id) && booking_key_equal(ride->key, key))
            return ride;
        slot = state->slots[slot].key_next;
    }
    return NULL;
}

/* The chain's key of a ride that is in the array. */
static struct map_key chain_key(const struct state *state, const struct ride *ride)
{
    const struct state_rider *rider = state_rider_find(state, ride->rider);
    CHECK(rider != NULL);
    return state_key(rider->number, ride->key);
}

static void leave_chain(struct state *state, uint32_t slot)
{
    struct map_key key = chain_key(state, &state->slots[slot].ride);
    uint32_t next = state->slots[slot].key_next;
    uint32_t before = chain_of(state, key);
    CHECK(before != STATE_NO_SLOT);
    if (before != slot) {
        while (state->slots[before].key_next != slot) {
            before = state->slots[before].key_next;
            CHECK(before != STATE_NO_SLOT);
        }
        state->slots[before].key_next = next;
    } else if (next != STATE_NO_SLOT) {
        CHECK(map_put(&state->rides_by_key, key, next));
    } else {
        map_remove(&state->rides_by_key, key);
    }
}

bool state_rides_has_room(const struct state *state)
{
    if (state->slot_count < state->limits.rides_max)
        return true;
    uint32_t oldest = state->ended.oldest;
    return oldest != STATE_NO_SLOT && state->slots[oldest].ride.hold == 0;
}

/* Forget the ride that ended first; its slot. */
static uint32_t forget_oldest(struct state *state)
{
    uint32_t slot = state->ended.oldest;
    CHECK(slot != STATE_NO_SLOT);
    const struct ride *ride = &state->slots[slot].ride;
    CHECK(ride->hold == 0);
    leave_chain(state, slot);
    map_remove(&state->rides_by_id, state_number_key(ride->id.value));
    take_out(state, &state->ended, slot);
    state->counts[ride->state]--;
    return slot;
}

void state_rides_add(struct state *state, const struct ride *ride)
{
    uint32_t slot =
        state->slot_count < state->limits.rides_max ? state->slot_count++ : forget_oldest(state);
    struct map_key key = chain_key(state, ride);
    state->slots[slot] = (struct state_slot){.ride = *ride, .key_next = chain_of(state, key)};
    CHECK(map_put(&state->rides_by_key, key, slot));
    CHECK(map_put(&state->rides_by_id, state_number_key(ride->id.value), slot));
    state->counts[ride->state]++;
    if (state_rides_is_ended(ride->state))
        append_ended(state, slot);
    else
        append(state, &state->active, slot);
}
