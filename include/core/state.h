/* The durable state: all that a journal leads to. Only fact_apply() writes it. It needs no map and
 * no clock, so that a journal can be checked, compacted and read without the rest of the core. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/caps.h"
#include "core/fact.h"
#include "core/ledger.h"
#include "core/limits.h"

struct state; /* in its arena; accessors below */

struct state_vehicle {
    struct fact_vehicle enrolled;
    struct fact_plan plan; /* stops still before it */
};

struct state_rider {
    struct rider_id id;
    uint32_t number; /* LEDGER_RIDERS + number is the account */
    struct cap_account caps;
};

size_t state_cost(const struct core_limits *limits);
MUST_CHECK struct state *state_init(struct arena *arena, const struct core_limits *limits);

/* The only writer. False, with *why a constant sentence and the state unchanged, when the fact
 * contradicts the state: a hole in seq, an unknown ride, a move the ride's state does not allow, a
 * transfer that the ledger refuses. On the live path that is a bug (CHECK), in recovery damage. */
MUST_CHECK bool fact_apply(struct state *state, const struct fact *fact, const char **why);

uint64_t state_digest(const struct state *state);
bool state_snapshot_next(const struct state *state, uint64_t *cursor, struct fact *fact);

/* Readers; NULL where there is none. Borrowed until the next fact_apply(). */
const struct fact_snapshot *state_counters(const struct state *state); /* as a snapshot would say */
const struct ride *state_ride(const struct state *state, struct ride_id ride);
const struct ride *state_ride_by_key(const struct state *state, struct rider_id rider,
                                     struct booking_key key);
const struct state_rider *state_rider(const struct state *state, struct rider_id rider);
const struct state_vehicle *state_vehicle(const struct state *state, uint32_t index);
uint32_t state_vehicle_count(const struct state *state); /* indices are in order of enrolment */
uint32_t state_vehicle_index(const struct state *state,
                             struct vehicle_id vehicle); /* or UINT32_MAX */
const struct ledger *state_ledger(const struct state *state);
uint32_t state_ride_count(const struct state *state, enum ride_state ride_state);

/* Room for one more of each? Asked before a booking is accepted. */
bool state_has_room(const struct state *state, struct rider_id rider);

#endif
