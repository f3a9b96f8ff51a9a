/* The world of a run: a virtual clock, the dispatcher's core, the store that keeps its facts, and
 * the cars and people of the scenario, in one thread. Events happen in order of (time, number),
 * cars before their heartbeats before people, and what else the scenario says happens after them,
 * so that a run repeats exactly.
 *
 *     what is due -> cars and people act -> events -> core_step -> facts -> store
 *                         ^                               |
 *                         +-------- messages, once durable + */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/map.h"
#include "core/insertion.h"
#include "sim/agenda.h"
#include "sim/car.h"
#include "sim/decision.h"
#include "sim/errands.h"
#include "sim/happenings.h"
#include "sim/sim_store.h"
#include "sim/tracks.h"
#include "sim/trial_balance.h"

struct world_options {
    uint64_t seed; /* when in their turn cars send their heartbeats */
    int64_t store_delay_ms;
    bool explain;          /* remember what each decision was made of */
    bool phases;           /* time the parts of decisions */
    const char *journal;   /* folder, or NULL */
    struct tracks *tracks; /* of where vehicles are, or NULL */
    void (*on_progress)(void *user, uint32_t done, uint32_t total); /* or NULL */
    void *user;
};

struct world {
    struct scenario *scenario;
    struct world_options options;
    struct core *core;
    void *core_memory;
    size_t core_memory_size;
    struct core_output *output;
    struct sim_store store;
    struct auditor auditor;
    struct record record;
    struct car_street street;
    struct car *cars;
    struct car_duty *duties; /* of each car */
    struct person *persons;
    uint32_t *ride_persons;     /* by ride id */
    struct decision *decisions; /* of each person; NULL where nobody wants them */
    struct map cars_by_id;
    void *cars_memory; /* of that map */
    struct agenda agenda;
    struct mailbox inbox; /* events for the core */
    struct errands errands;
    struct happenings happenings;
    struct mailbox outbox; /* messages to cars and people that wait for their facts to be durable */
    uint64_t durable_seq;
    int64_t now_ms;
    int64_t began_ms;
    bool has_closed;      /* a road was, and cars have not looked ahead since */
    uint32_t asked_count; /* people who have asked */
    uint32_t done_count;  /* the first so many persons have come to their ends */
    uint32_t busy_car;    /* the last that was seen to have something to do */
    int64_t *decide_ns;   /* processor time of each booking's step */
    uint32_t decide_count;
    size_t decide_capacity;
    int64_t phase_ns[CORE_PHASE_COUNT]; /* with options.phases: of all bookings together */
    int64_t phase_began_ns;
    bool has_failed;                   /* the store did; the reason is with the auditor */
    struct statistics_view statistics; /* at the end */
    struct insertion_counts search;    /* ditto */
    struct trial_balance balance;      /* ditto */
    uint32_t refund_count;             /* made */
    uint32_t refund_too_late_count;    /* not made: the dispatcher had forgotten the ride */
    uint64_t digest;
};

/* A world before its first event. The scenario is borrowed; its road queries are used. False and
 * *error when the journal cannot be written. */
MUST_CHECK bool world_init(struct world *world, struct scenario *scenario,
                           const struct world_options *options, struct store_error *error);

/* Until every request has come to its end. */
void world_run(struct world *world);

void world_free(struct world *world);

#endif
