/* The inside of the core, shared by core.c, the steps and their helpers; nobody else's business.
 *
 * A vehicle is known twice. What counts is durable (core/state.h). What passes is live: its link,
 * where it is, and the timetable of its plan, made from the durable plan and from what the vehicle
 * reports. plans[i], vehicles[i] and the state's vehicle i are the same vehicle, and the stops of
 * plans[i] are those of the durable plan, in its order, whenever no step is under way. */
#ifndef CORE_INSIDE_H
#define CORE_INSIDE_H

#include "base/arena.h"
#include "base/heap.h"
#include "core/core.h"
#include "core/energy.h"
#include "core/fleet.h"
#include "core/insertion.h"
#include "core/plan.h"
#include "core/rebalance.h"
#include "core/state.h"
#include "road/neighbours.h"

#define WAKE_SEARCHES_MAX   4     /* rides that one wake event moves or gives up */
#define WAKE_VISITS_MAX     64    /* vehicles that one wake event looks at */
#define WAKE_RETRY_MS       10000 /* until a ride that nobody could take over is tried again */
#define LIVE_DRIFT_MS       10000 /* a vehicle so much off its timetable gets a new one */
#define RETIME_VISITS_MAX   64    /* plans that one wake event times anew */
#define RETIME_TOLD_MS      5000  /* a vehicle whose times moved by so much gets its plan again */
#define LIVE_WATCH_MS       2000  /* least time between two positions told to watchers */
#define DELAY_TOLD_MS       60000 /* a pick-up that moves by more is told to its rider */
#define HINDSIGHT_RIDES_MAX 16    /* taken from a vehicle, and known to have been its own */

/* What a rider was last told about the pick-up. */
struct live_told {
    struct ride_id ride;
    int64_t pickup_ms;
};

/* One vehicle between two events, beside its plan. */
struct live {
    enum vehicle_link link; /* in the first 64 bytes what each report is about, as in struct plan */
    bool linked;            /* a connection is open: plans reach it */
    bool place_known;   /* plan.start can be trusted; else no new rides until it says where it is */
    bool stranded;      /* online, but too late for a waiting rider */
    bool is_counted;    /* its driving is, up to `counted` (core/work.h) */
    int64_t heard_ms;   /* 0 never */
    uint64_t seq;       /* highest taken in from it */
    int64_t watched_ms; /* when its position was last told to watchers */
    struct road_place place;
    int16_t battery_permille; /* 0 not known */
    uint16_t told_count;
    int64_t help_since_ms; /* it asks for remote help since then; 0: it does not */
    int64_t helped_ms;     /* ... and that is counted up to here */

    uint64_t report_seq; /* highest of its reports taken in */
    int64_t idle_ms;     /* without anything to do since then; 0: it has */
    uint64_t plan_seq;   /* last fact when its plan was last told */
    int64_t leave_ms;    /* when the plan that it was told last lets it set off */
    struct road_place counted;
    uint32_t taken_count;   /* rides that went to other vehicles, ... */
    int64_t retry_ms;       /* SILENT, stranded: when its riders are next offered to others */
    struct ride_id retried; /* ... and the last of them tried in this round */
    struct ride_id taken[HINDSIGHT_RIDES_MAX]; /* ... the last of them (core/hindsight.h) */
    struct live_told told[PLAN_STOPS_MAX];
};
_Static_assert(sizeof(struct live) % 64 == 0, "each begins in a line of memory of its own");

/* Where the improvement of plans goes on. */
struct improve {
    int64_t look_ms;      /* when the fleet is next looked at, for what a second of it is worth */
    uint32_t credit;      /* searches that are due */
    uint64_t count;       /* ... and that were made */
    uint32_t vehicle;     /* the next to look at */
    struct ride_id after; /* ... and the last of its rides that was tried */
};

/* Scratch for the search for meeting points (core/meeting.h). */
struct meeting {
    struct road_neighbours streets;
    uint32_t walk;             /* number of the walk under way */
    uint32_t *seen;            /* [node_count] the last walk that came upon the node */
    uint32_t *nodes;           /* [MEETING_VISITS_MAX] as `places` and `drives` */
    struct road_place *places; /* the same nodes */
    int64_t *drives;
};

/* A slot of a vehicle at a station. */
struct visits_slot {
    uint32_t station; /* position among the stations */
    int64_t from_ms;
    int64_t until_ms;
};

/* Who needs to visit a station (core/visit.h). */
struct visits {
    int64_t due_ms;         /* of the next round */
    uint32_t next;          /* the vehicle to go on with */
    uint32_t left;          /* so many vehicles, from there on */
    uint32_t usable_count;  /* so far in this round, ... */
    uint32_t idle_count;    /* ... and without anything to do */
    uint32_t usable_before; /* in the round before */
    uint32_t idle_before;
    uint32_t slot_count;
    struct visits_slot *slots; /* [vehicles_max] scratch: those that are taken */
};

/* What was driven since the last round of costs (core/work.h). */
struct work {
    int64_t driven_mm;
    int64_t help_ms;
    int64_t taken_mwh; /* by vehicles without a battery that counts, and what is less than a Wh */
    int64_t round_from_ms; /* of the round that round_end_ms is remembered of; INT64_MIN: of none */
    int64_t round_end_ms;
};

/* After travel times changed, or plans were told late: plans still to be timed anew. */
struct retime {
    uint32_t next;     /* the vehicle to go on with */
    uint32_t left;     /* so many vehicles, from there on */
    uint64_t told_seq; /* plans told after this fact were told late; UINT64_MAX: none */
};

/* Where the round of bills goes on (core/billing.h). */
struct billing {
    int32_t day;     /* travel day that ended; its balances are asked for */
    uint32_t next;   /* the rider to go on with */
    uint32_t left;   /* so many riders, from there on */
    int64_t next_ms; /* when the day under way ends */
    bool asks_again; /* the first round since the start: what was open is asked for again */
};

/* Where a vehicle was seen on its drive. */
struct traffic_seen {
    struct road_place place;
    int64_t at_ms; /* 0: not on this drive */
};

/* Travel times by the hour (core/traffic.h). */
struct traffic {
    bool is_on;         /* else nothing below is there, and all is free flow */
    bool is_refreshing; /* those of `slot` are coming into force */
    uint32_t slot;      /* the hour */
    int64_t next_ms;    /* when the next begins */
    struct road_speeds speeds;
    uint32_t *weights_ms; /* [arc_count] scratch */
    uint32_t *path_arcs;  /* [path_max] ditto */
    size_t path_max;
    struct traffic_seen *seen; /* [vehicles_max] */
};

struct core {
    struct arena arena;
    struct core_config config;
    struct core_config strict;    /* with hard limits: for promises already given */
    struct core_config improving; /* ditto, as plans are improved (core/improve.h) */
    struct road_network *network;
    uint64_t network_digest;
    struct state *state;
    struct fleet fleet;
    struct energy energy;
    struct visits visits;
    struct work work;
    struct plan *plans;    /* [vehicles_max] the fleet's */
    struct live *vehicles; /* [vehicles_max] */
    struct insertion_search *search;
    struct improve improve;
    struct retime retime;
    struct traffic traffic;
    struct rebalance rebalance;
    struct meeting meeting;
    struct rematch *rematch; /* scratch (core/rematch.h) */
    struct billing billing;
    struct heap wakes;  /* vehicles by when they are to be looked at; may be early, never late */
    int64_t now_ms;     /* of the step under way, or of the last */
    int64_t started_ms; /* when EVENT_START came */
    int64_t period_look_ms; /* when the month may be another (core/period.h) */
    bool started;
    bool settled;           /* ended rides were looked through since the start */
    uint32_t settle_cursor; /* the next one of them */
    uint64_t reports_rejected;
    struct core_output *output; /* of the step under way */
};

#endif
