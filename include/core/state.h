/* The durable state: all that a journal leads to. Only fact_apply() writes it. It needs no map and
 * no clock, so that a journal can be checked, compacted and read without the rest of the core.
 *
 * Rides that have ended stay readable until their slot is needed, the first ended the first to go;
 * riders stay. A ride whose vehicle is known has its stops in that vehicle's plan and in no other
 * plan: a plan that picks a ride up takes it from any other. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/caps.h"
#include "core/fact.h"
#include "core/fact_apply.h"
#include "core/ledger.h"
#include "core/limits.h"
#include "core/state_closures.h"
#include "core/state_digest.h"
#include "core/state_policies.h"
#include "core/state_settlement.h"
#include "core/state_snapshot.h"
#include "core/state_work.h"

struct state; /* in its arena; accessors below */

struct state_vehicle {
    struct fact_vehicle enrolled;
    struct fact_plan plan; /* stops still before it */
    struct visit visit;    /* the one among them, or planned just now; kind 0 none */
    int64_t cleaned_ms;    /* when a visit of this kind last ended; 0 never */
    int64_t inspected_ms;
};

struct state_rider {
    struct rider_id id;
    uint32_t number; /* LEDGER_RIDERS + number is the account */
    struct cap_account caps;
    struct rider_class class;
    struct ride_id ended_last; /* the last ride that ended, which may be forgotten; 0 none */
    struct payment_account payment;
};

/* Bytes of an arena; and an empty state in one, NULL when the arena is too small. */
size_t state_cost(const struct core_limits *limits);
MUST_CHECK struct state *state_init(struct arena *arena, const struct core_limits *limits);

/* Readers; NULL where there is none. Borrowed until the next fact_apply(). */
const struct fact_snapshot *state_counters(const struct state *state); /* as a snapshot would say */
const struct ride *state_ride(const struct state *state, struct ride_id ride);
const struct ride *state_ride_by_key(const struct state *state, struct rider_id rider,
                                     struct booking_key key);
const struct ride *state_ride_next(const struct state *state,
                                   uint32_t *cursor); /* under way, by id; *cursor from 0 */
const struct ride *state_ride_ended(const struct state *state,
                                    uint32_t *cursor); /* in order of ending; ditto */
const struct state_rider *state_rider(const struct state *state, struct rider_id rider);

/* The rider's ride that ended last (`after` 0), or last before the rider's ride `after`; NULL when
 * no more are remembered, or `after` is not. O(1). */
const struct ride *state_rider_ended(const struct state *state, const struct state_rider *rider,
                                     struct ride_id after);

/* What a rider is on a travel day: class and scheme, each 0 past its last day, and for a rider who
 * is NULL. */
uint32_t state_rider_class(const struct state_rider *rider, int32_t day);
uint32_t state_rider_scheme(const struct state_rider *rider, int32_t day);
uint32_t state_rider_count(const struct state *state);
const struct state_rider *state_rider_at(const struct state *state,
                                         uint32_t number); /* by number */
int64_t state_rider_owed_pence(const struct state *state,
                               const struct state_rider *rider); /* below 0: in credit */
uint32_t state_payments_open(const struct state *state);
/* What came in by bank under the reference; NULL: nothing, or forgotten since. */
const struct payment_receipt *state_receipt(const struct state *state, const char *bank_reference);
const struct state_vehicle *state_vehicle(const struct state *state, uint32_t index);
uint32_t state_vehicle_count(const struct state *state); /* indices are in order of enrolment */
uint32_t state_vehicle_index(const struct state *state,
                             struct vehicle_id vehicle); /* or UINT32_MAX */
/* Has the fleet a vehicle of this kind with so many seats and spaces (core/kinds.h)? */
bool state_fits(const struct state *state, enum policy_kind kind, uint32_t seats, uint32_t spaces);
/* The refusal that is `back` before the newest of those remembered (STATE_REFUSALS_MAX), or NULL.
 */
const struct fact_snapshot_refusal *state_refusal(const struct state *state, uint32_t back);
const struct ledger *state_ledger(const struct state *state);
uint32_t state_ride_count(const struct state *state, enum ride_state ride_state);

/* Is the rider known, or is there room for one more? */
bool state_has_room_for(const struct state *state, struct rider_id rider);

/* Room for one more of each? Asked before a booking is accepted. */
bool state_has_room(const struct state *state, struct rider_id rider);

#endif
