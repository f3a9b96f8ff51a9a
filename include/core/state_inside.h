/* What the durable state looks like inside: for the files that make it up (fact_apply.c,
 * state*.c) and nobody else. */
#ifndef CORE_STATE_INSIDE_H
#define CORE_STATE_INSIDE_H

#include "base/map.h"
#include "core/kinds.h"
#include "core/state.h"

#define STATE_NO_SLOT UINT32_MAX

/* A ride in the fixed array. Rides under way and ended ones are each in one list: the first by id,
 * the second in order of ending, which is the order in which their slots are given away. */
struct state_slot {
    struct ride ride;
    uint32_t older; /* in its list */
    uint32_t newer;
    uint32_t key_next;           /* another ride with the same state_key() */
    struct ride_id ended_before; /* the same rider's, which may be forgotten; 0 none */
};

struct state_list {
    uint32_t oldest; /* or STATE_NO_SLOT */
    uint32_t newest;
};

enum state_phase {
    STATE_EMPTY,     /* nothing taken in: a journal or a snapshot may begin */
    STATE_RESTORING, /* within a snapshot, which the next fact of the journal ends */
    STATE_LIVE,
};

struct state {
    struct core_limits limits;
    enum state_phase phase;
    int64_t at_ms;                 /* of the last fact */
    uint64_t expected_digest;      /* what the snapshot under way says it leads to */
    uint32_t expected_form;        /* STATE_FORM of the release that wrote it */
    struct fact_snapshot counters; /* digest and form stay 0 */
    struct state_slot *slots;      /* [limits.rides_max] */
    uint32_t slot_count;           /* those in use; the first ones */
    uint32_t counts[RIDE_STATE_COUNT];
    struct state_list active;
    struct state_list ended;
    struct map rides_by_id;
    struct map rides_by_key;    /* state_key() -> first slot of a chain */
    struct state_rider *riders; /* [limits.riders_max] */
    uint32_t rider_count;
    struct map riders_by_id;
    struct state_vehicle *vehicles; /* [limits.vehicles_max] */
    uint32_t vehicle_count;
    struct map vehicles_by_id;
    struct kinds kinds; /* of the vehicles, as enrolled */
    uint32_t policy_count;
    struct fact_snapshot_policy policies[STATE_POLICIES_MAX]; /* core/state_policies.h */
    struct fact_snapshot_work work;                           /* core/state_work.h */
    struct settlement_register settlements;                   /* core/state_settlement.h */
    struct ledger *ledger;
    uint32_t payments_open;
    struct payment_receipt *receipts; /* [receipt_max] a ring: core/state_payments.h */
    struct map receipts_by_reference;
    uint32_t receipt_max;
    uint32_t receipt_next;
    uint32_t receipt_count;
    uint32_t closure_count;
    struct closure closures[CLOSURES_MAX];                     /* in order of closing */
    struct fact_snapshot_refusal refusals[STATE_REFUSALS_MAX]; /* core/state_refusals.h */
    uint32_t refusal_next;
    uint32_t refusal_count;
};

/* 160 bits of rider and booking key in the 128 of a map's key. Two riders' keys may meet: a match
 * is a match only after a look at the ride. */
static inline struct map_key state_key(uint32_t rider_number, struct booking_key key)
{
    const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);
    return (struct map_key){.high = key.high + rider_number * golden, .low = key.low};
}

static inline struct map_key state_rider_key(struct rider_id rider)
{
    return (struct map_key){.high = rider.high, .low = rider.low};
}

static inline struct map_key state_number_key(uint64_t number)
{
    return (struct map_key){.low = number};
}

/* The record of a rider, or NULL. */
static inline struct state_rider *state_rider_find(const struct state *state, struct rider_id rider)
{
    uint32_t index;
    CHECK(state->riders != NULL);
    return map_get(&state->riders_by_id, state_rider_key(rider), &index) ? &state->riders[index]
                                                                         : NULL;
}

/* Add a rider, who is new and for whom there is room. */
static inline struct state_rider *state_rider_add(struct state *state, struct rider_id rider)
{
    uint32_t number = state->rider_count++;
    CHECK(number < state->limits.riders_max);
    state->riders[number] = (struct state_rider){.id = rider, .number = number};
    CHECK(map_put(&state->riders_by_id, state_rider_key(rider), number));
    return &state->riders[number];
}

static inline bool state_class_is_sound(const struct rider_class *class)
{
    return class->class < POLICY_CLASSES_MAX && class->scheme <= POLICY_SCHEMES_MAX;
}

/* The record of a vehicle, or NULL. */
static inline struct state_vehicle *state_vehicle_find(const struct state *state,
                                                       struct vehicle_id vehicle)
{
    uint32_t index;
    CHECK(state->vehicles != NULL);
    return map_get(&state->vehicles_by_id, state_number_key(vehicle.value), &index)
               ? &state->vehicles[index]
               : NULL;
}

/* Add a vehicle, which is new and for which there is room. */
static inline struct state_vehicle *state_vehicle_add(struct state *state,
                                                      struct vehicle_id vehicle)
{
    uint32_t index = state->vehicle_count++;
    CHECK(index < state->limits.vehicles_max);
    state->vehicles[index] = (struct state_vehicle){.plan.vehicle = vehicle};
    CHECK(map_put(&state->vehicles_by_id, state_number_key(vehicle.value), index));
    return &state->vehicles[index];
}

#endif
