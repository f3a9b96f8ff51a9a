/* The state's memory, and its readers. Everything is in the arena from the start, sized by the
 * limits. */
#include "core/state.h"

#include "core/state_payments.h"
#include "core/state_refusals.h"
#include "core/state_rides.h"

#define TRANSFERS_PER_RIDE 6 /* remembered: a hold, what its end posts, and a correction */

static uint32_t account_count(const struct core_limits *limits)
{
    return LEDGER_RIDERS + limits->riders_max;
}

static uint32_t transfer_count(const struct core_limits *limits)
{
    return TRANSFERS_PER_RIDE * limits->rides_max;
}

static void check_limits(const struct core_limits *limits)
{
    CHECK(limits->vehicles_max >= 1 && limits->vehicles_max <= VEHICLES_LIMIT);
    CHECK(limits->rides_max >= 1 && limits->rides_max <= RIDES_LIMIT);
    CHECK(limits->riders_max >= 1 && limits->riders_max <= RIDERS_LIMIT);
}

size_t state_cost(const struct core_limits *limits)
{
    check_limits(limits);
    return arena_cost(1, sizeof(struct state)) + state_rides_cost(limits) +
           state_payments_cost(limits) +
           arena_cost(limits->riders_max, sizeof(struct state_rider)) +
           map_cost(limits->riders_max) +
           arena_cost(limits->vehicles_max, sizeof(struct state_vehicle)) +
           map_cost(limits->vehicles_max) +
           ledger_cost(account_count(limits), transfer_count(limits));
}

struct state *state_init(struct arena *arena, const struct core_limits *limits)
{
    if (arena->size - arena->used < state_cost(limits))
        return NULL;
    struct state *state = arena_take(arena, 1, sizeof *state);
    CHECK(state != NULL);
    state->limits = *limits;
    state_rides_init(state, arena);
    state->riders = arena_take(arena, limits->riders_max, sizeof *state->riders);
    CHECK(state->riders != NULL);
    map_init(&state->riders_by_id, arena, limits->riders_max);
    state->vehicles = arena_take(arena, limits->vehicles_max, sizeof *state->vehicles);
    CHECK(state->vehicles != NULL);
    map_init(&state->vehicles_by_id, arena, limits->vehicles_max);
    state->ledger = ledger_init(arena, account_count(limits), transfer_count(limits));
    state_payments_init(state, arena);
    state->counters.next_ride = 1;
    state->counters.next_payment = 1;
    state->counters.next_transfer = 1;
    return state;
}

const struct fact_snapshot *state_counters(const struct state *state)
{
    return &state->counters;
}

const struct ride *state_ride(const struct state *state, struct ride_id ride)
{
    return state_rides_find(state, ride);
}

const struct ride *state_ride_by_key(const struct state *state, struct rider_id rider,
                                     struct booking_key key)
{
    const struct state_rider *found = state_rider_find(state, rider);
    return found == NULL ? NULL : state_rides_find_key(state, found, key);
}

static const struct ride *next_in(const struct state *state, const struct state_list *list,
                                  uint32_t *cursor)
{
    uint32_t slot = *cursor == 0 ? list->oldest : *cursor - 1;
    if (slot == STATE_NO_SLOT || *cursor == STATE_NO_SLOT)
        return NULL;
    CHECK(slot < state->slot_count);
    uint32_t newer = state->slots[slot].newer;
    *cursor = newer == STATE_NO_SLOT ? STATE_NO_SLOT : newer + 1;
    return &state->slots[slot].ride;
}

const struct ride *state_ride_next(const struct state *state, uint32_t *cursor)
{
    return next_in(state, &state->active, cursor);
}

const struct ride *state_ride_ended(const struct state *state, uint32_t *cursor)
{
    return next_in(state, &state->ended, cursor);
}

const struct state_rider *state_rider(const struct state *state, struct rider_id rider)
{
    return state_rider_find(state, rider);
}

uint32_t state_rider_class(const struct state_rider *rider, int32_t day)
{
    return rider != NULL && day <= rider->class.class_until_day ? rider->class.class : 0;
}

uint32_t state_rider_scheme(const struct state_rider *rider, int32_t day)
{
    return rider != NULL && day <= rider->class.scheme_until_day ? rider->class.scheme : 0;
}

bool state_fits(const struct state *state, enum policy_kind kind, uint32_t seats, uint32_t spaces)
{
    return kinds_fit(&state->kinds, kind, seats, spaces);
}

uint32_t state_rider_count(const struct state *state)
{
    return state->rider_count;
}

const struct state_rider *state_rider_at(const struct state *state, uint32_t number)
{
    return number < state->rider_count ? &state->riders[number] : NULL;
}

int64_t state_rider_owed_pence(const struct state *state, const struct state_rider *rider)
{
    const struct ledger_account account =
        ledger_account(state->ledger, LEDGER_RIDERS + rider->number);
    return account.debits_posted - account.credits_posted;
}

uint32_t state_payments_open(const struct state *state)
{
    return state->payments_open;
}

const struct payment_receipt *state_receipt(const struct state *state, const char *bank_reference)
{
    return state_payments_receipt(state, bank_reference);
}

const struct state_vehicle *state_vehicle(const struct state *state, uint32_t index)
{
    return index < state->vehicle_count ? &state->vehicles[index] : NULL;
}

uint32_t state_vehicle_count(const struct state *state)
{
    return state->vehicle_count;
}

uint32_t state_vehicle_index(const struct state *state, struct vehicle_id vehicle)
{
    uint32_t index = UINT32_MAX;
    (void)map_get(&state->vehicles_by_id, state_number_key(vehicle.value), &index);
    return index;
}

const struct fact_snapshot_refusal *state_refusal(const struct state *state, uint32_t back)
{
    return state_refusals_at(state, back);
}

const struct ledger *state_ledger(const struct state *state)
{
    return state->ledger;
}

uint32_t state_ride_count(const struct state *state, enum ride_state ride_state)
{
    CHECK(ride_state > RIDE_NONE && ride_state < RIDE_STATE_COUNT);
    return state->counts[ride_state];
}

bool state_has_room_for(const struct state *state, struct rider_id rider)
{
    return state->rider_count < state->limits.riders_max || state_rider_find(state, rider) != NULL;
}

bool state_has_room(const struct state *state, struct rider_id rider)
{
    return state_rides_has_room(state) && state_has_room_for(state, rider);
}
