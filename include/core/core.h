/* The dispatcher as a state machine without I/O:
 *
 *     event + time  ->  core_step()  ->  facts to make durable, then messages to send
 *
 * It reads no clock, opens no file, starts no thread, allocates nothing after core_init(), uses no
 * floating point and keeps no globals. The same events give the same bytes on every machine.
 *
 * Durable state (core/state.h) changes only in fact_apply(), which the live path and recovery both
 * go through. The rest (links, positions, timetables) is rebuilt from what vehicles report. */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/calendar.h"
#include "core/event.h"
#include "core/fact.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/parking.h"
#include "core/policy.h"
#include "core/stations.h"
#include "core/zones.h"
#include "road/network.h"
#include "road/speeds.h"

/* What the matcher minimises, summed over the fleet: each a whole weight per second, 0 to 1000. */
struct core_weights {
    int32_t vehicle_s; /* a vehicle's time driving and standing for riders */
    int32_t wait_s;    /* a rider's wait from the request to the departure from the pick-up */
    int32_t ride_s;    /* a rider's time aboard */
};

/* The parts of a booking's decision, in order, for benchmarks. */
enum core_phase {
    CORE_PHASE_PRICE,  /* places, shortest way, fare */
    CORE_PHASE_ENDS,   /* vehicles behind all their stops, and on their way to rest */
    CORE_PHASE_LEGS,   /* legs, from the index and by the cells' bounds */
    CORE_PHASE_PLANS,  /* every pair of positions in the plans that are left */
    CORE_PHASE_RECORD, /* facts, ledger and the plan */
    CORE_PHASE_TELL,   /* messages */
    CORE_PHASE_COUNT,
};

#define ENERGY_HOURS 24

/* What vehicles with a battery take of it (core/energy.h), and when they visit a station. Without
 * vehicles that have one, and without stations, nothing of it counts. */
struct core_energy {
    int64_t drive_wh_per_km;           /* 0 to 10,000 */
    int64_t auxiliary_w[ENERGY_HOURS]; /* by hour of civil time, 0 to 100,000 */
    int64_t reserve_permille;          /* never to be used; 0 to 1000, as the three below */
    int64_t charge_below_permille;     /* who will have less at the end of its plan charges, ... */
    int64_t charge_idle_permille;      /* ... or who has less and nothing to do, ... */
    int64_t charge_to_permille;        /* ... up to that */
    int64_t clean_every_ms;            /* from one cleaning to the next; 0 never */
    int64_t clean_ms;                  /* how long one takes, to 24 h */
    int64_t inspect_every_ms;          /* ditto */
    int64_t inspect_ms;
};

/* How the service runs; checked by core_config_fault(). */
struct core_config {
    struct core_limits limits;
    struct core_weights weights;
    const struct policy *policy; /* borrowed, as calendar and zones */
    const struct calendar *calendar;
    const struct zones *zones;
    int64_t pickup_ms;           /* how long a vehicle stands to let riders board; 0 to 1 h */
    int64_t dropoff_ms;          /* ... and alight */
    int64_t wheelchair_extra_ms; /* ... and how much longer with a wheelchair, either way; to 1 h */
    int64_t max_wait_ms;         /* from the request (or earliest departure) to the arrival */
    int64_t max_ride_permille;   /* longest ride = direct * permille / 1000 + extra; from 1000 */
    int64_t max_ride_extra_ms;
    bool limits_soft;         /* serve as well as possible where limits cannot be kept */
    int64_t improve_searches; /* searches for better plans that a booking pays for; 0 to 1000 */
    int64_t rebalance_ms;     /* idle vehicles are sent to demand so often; 0 never, to 1 h */
    int64_t floor_ms;         /* each area keeps a vehicle within such a drive; 0 none, to 1 h */
    const struct parking *parking; /* where idle vehicles wait, borrowed; see parking_fault() */
    uint32_t parking_count;        /* 0: where they are */
    bool parking_changes; /* EVENT_SET_PARKING may come, which needs room for PARKING_MAX */
    void (*on_phase)(void *user, enum core_phase done); /* told as each is over; or NULL */
    void *on_phase_user;
    int64_t no_show_after_ms; /* a vehicle may report a no-show after standing this long */
    int64_t silent_after_ms;  /* a vehicle not heard for this long loses its pick-ups */
    struct core_energy energy;
    struct stations stations;                 /* their items are borrowed */
    const struct road_speeds_profile *speeds; /* by class and hour; NULL: free flow at all hours */
    bool learn_speeds;                        /* ... and what vehicles' drives say */
    bool collects;        /* a payment provider collects from who agreed; else all get bills */
    int64_t set_up_pence; /* least first payment, which makes the agreement; 0 without */
    bool fleet_unwatched; /* nobody watches the fleet: vehicles are told to who asks alone */
};

/* A phase of the decision under way is over. */
static inline void core_phase_done(const struct core_config *config, enum core_phase phase)
{
    if (config->on_phase != NULL) {
        config->on_phase(config->on_phase_user, phase);
    }
}

/* NULL when the configuration is sound, else a sentence that names what is wrong. */
const char *core_config_fault(const struct core_config *config);

/* What one step brings forth; the shell's, reused. Their order is the contract. */
struct core_output {
    uint32_t fact_count;
    uint32_t message_count;
    struct fact facts[STEP_FACTS_MAX];
    struct message messages[STEP_MESSAGES_MAX];
};

struct core;

/* Bytes of memory that a core with this configuration takes, once. */
size_t core_memory_size(const struct core_config *config, const struct road_network *network);

/* A core in `memory` (zeroed, 64-byte aligned, core_memory_size() bytes, borrowed for its life).
 * The configuration is copied; its policy, calendar and zones, and the network, are borrowed. */
struct core *core_init(void *memory, size_t size, const struct core_config *config,
                       struct road_network *network);

/* Recovery: take in a fact of the journal or of a snapshot, before the first step. False when it
 * contradicts the state (a journal of something else, or damaged): *why is then a constant
 * sentence, and the core is not to be used. */
MUST_CHECK bool core_restore(struct core *core, const struct fact *fact, const char **why);

/* After the last core_restore(): false, with *why a constant sentence, when a snapshot was given in
 * part, or leads to another state than the one it was made of. */
MUST_CHECK bool core_restored(const struct core *core, const char **why);

/* Take one event at `now_ms` (since 1970-01-01 UTC). Time that falls is taken as standing still.
 * `output` is overwritten. Cost: a search (core/insertion.h) for QUOTE and BOOK, and for each ride
 * that a silent vehicle loses; O(stops) else. */
void core_step(struct core *core, int64_t now_ms, const struct event *event,
               struct core_output *output);

/* When EVENT_WAKE is next due; INT64_MAX never. */
int64_t core_wake_at_ms(const struct core *core);

/* Checksum over the durable state: equal states have equal digests. O(state). */
uint64_t core_digest(const struct core *core);

/* Seq of the last fact. */
uint64_t core_seq(const struct core *core);

/* Seq of the last fact when the vehicle, which is enrolled, was last told its plan. O(1). */
uint64_t core_plan_seq(const struct core *core, struct vehicle_id vehicle);

/* Walk the facts of a snapshot of the state as it stands: *cursor from 0; true and *fact, or false
 * at the end. */
bool core_snapshot_next(const struct core *core, uint64_t *cursor, struct fact *fact);

/* What the laboratory and the books want to look at. Borrowed until the next step. */
const struct ride *core_ride(const struct core *core, struct ride_id ride);
void core_statistics(const struct core *core, struct statistics_view *view);

/* What the searches have cost so far (core/insertion.h). */
struct insertion_counts;
void core_search_counts(const struct core *core, struct insertion_counts *counts);

#endif
