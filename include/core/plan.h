/* One vehicle's plan as the matcher sees it: where it is free next, and the stops after that with
 * their timetable. Rebuilt and changed by value; nothing here is durable.
 *
 * Stands: stops in a row at one place share one stand. The vehicle arrives at A; who boards or
 * alights and is there at A takes their time (dwell_ms) from A, and the stand lasts as long as the
 * longest. A rider who may board only later (earliest_ms) and comes while it lasts needs no time of
 * their own but what a wheelchair takes; one who comes when it would have ended takes their time
 * from then. All of a stand's stops have its arrival and its departure. A visit to a station is
 * always a stand of its own, with nobody aboard.
 *
 * Setting off: a vehicle with nobody aboard that would come before the first of a stand's riders
 * may board stays where it is, free for others, and sets off just in time for that rider. With
 * riders aboard it drives on at once and waits at the stand.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/core.h"
#include "road/drive.h"

/* A vehicle that is so near to its next stand goes there first: word of another plan, which is told
 * only when it is durable, would come too late. */
#define PLAN_COMMIT_MS 3000

struct plan_item {
    struct ride_id ride; /* none of a visit */
    enum stop_kind kind;
    struct road_place place;
    int64_t earliest_ms; /* PICKUP: boarding not before, and waiting counts from it; of a visit:
                            it does not begin before; else 0 */
    int64_t latest_ms;   /* arrival at the latest; INT64_MAX none */
    int64_t ride_max_ms; /* DROPOFF whose pick-up is in this plan: longest from that departure */
    uint8_t seats;       /* taken at a PICKUP, given back at a DROPOFF */
    uint8_t wheelchairs;
    bool shared;
    int32_t dwell_ms;  /* how long its riders take to board or alight (plan_dwell_ms()), or how
                          long the visit lasts */
    int64_t leg_ms;    /* shortest drive from the stop before, or from the start; 0 in a stand */
    int64_t arrive_ms; /* timetable, by plan_schedule() */
    int64_t depart_ms;
};

/* In the first 64 bytes is all that a report of a vehicle that stands about is about, and in 128
 * all but the stops: where there are thousands, what is looked at one by one is far away in memory.
 */
struct plan {
    struct road_place start; /* where it can next be sent on */
    bool under_way;    /* it has left the start for its first stop, or without stops to rest */
    bool standing;     /* a stand is under way at start: first stops there join it */
    uint8_t committed; /* so many first stops stay first: of the stand under way, or so near */
    uint8_t stop_count;
    int64_t start_ms; /* when it is at the start; the end of the stand it stands in, if any */
    bool visiting;    /* the stand under way is the visit that is the first stop */
    bool rests;       /* without stops it goes to `rest` and waits there */
    uint8_t seats;    /* of the vehicle */
    uint8_t wheelchair_spaces;
    uint8_t seats_aboard; /* taken at the start */
    uint8_t wheelchairs_aboard;
    uint8_t parties_aboard;
    bool private_aboard; /* who is aboard does not share */
    int64_t battery_mwh; /* 0: it has no limit, or nobody knows its charge */
    int64_t charge_mwh;  /* as it was ... */
    int64_t charge_ms;   /* ... at this moment, now or before */
    int64_t until_ms;    /* shift: departs from no pick-up after, */
    int64_t from_ms;     /* ... starts not before, nor stands */

    struct road_place seen; /* under way: where it was last seen on its drive, ... */
    struct road_place rest;
    int64_t seen_ms;       /* ... and when; not later than start_ms: it was not seen since */
    int64_t stand_from_ms; /* when the stand began: the arrival of the stops that join */
    int64_t rest_leg_ms;   /* the drive to `rest` from the start */
    int64_t plug_w;        /* what the visit among the stops charges with, if there is one */
    struct plan_item stops[PLAN_STOPS_MAX];
};
_Static_assert(offsetof(struct plan, stops) % 64 == 0 && sizeof(struct plan) % 64 == 0,
               "plans begin in a line of memory of their own");

/* How long it takes to let such riders board or alight. */
int32_t plan_dwell_ms(const struct core_config *config, enum stop_kind kind, uint8_t wheelchairs);

/* A drive as a leg: what cannot be reached at all counts as a day away, so that timetables stay
 * within bounds and what lies behind keeps its order. */
#define PLAN_LEG_MAX_MS (INT64_C(24) * 3600 * 1000)
static inline int64_t plan_leg_ms(int64_t drive_ms)
{
    return drive_ms < PLAN_LEG_MAX_MS ? drive_ms : PLAN_LEG_MAX_MS;
}

/* Are two stops in a row one stand? */
static inline bool plan_shares_stand(const struct plan_item *a, const struct plan_item *b)
{
    return road_place_equal(a->place, b->place) && !fact_is_visit(a->kind) &&
           !fact_is_visit(b->kind);
}

/* Does the stand of this stop wait for its rider, or begin just in time? Another who joins it may
 * make it end sooner. */
static inline bool plan_waits(const struct plan_item *item)
{
    return item->kind == STOP_PICKUP && item->earliest_ms >= item->arrive_ms;
}

/* How many parties are more aboard after this stop: 1, 0 or -1. */
static inline int32_t plan_parties_change(enum stop_kind kind)
{
    return fact_is_visit(kind) ? 0 : kind == STOP_PICKUP ? 1 : -1;
}

/* The position of the visit among the stops, UINT32_MAX none. */
uint32_t plan_visit(const struct plan *plan);

/* Can the stop `at` not be reached, as far as is known now? O(stops). */
bool plan_is_cut_off(const struct plan *plan, uint32_t at);

/* Work out arrive_ms and depart_ms from leg_ms, start and the times the stops take. True when
 * every limit is kept: windows, riders' time aboard, seats, spaces, privacy (in the order of the
 * stops, also within a stand), visits without riders, shift; but the battery's, which is
 * energy_holds()' (core/energy.h). The timetable is complete either way. O(stops). */
bool plan_schedule(struct plan *plan, const struct core_config *config);

/* What a plan as scheduled takes: the vehicle's time from its start (not before its shift) to its
 * last departure, less what it waits before it sets off; and of all its rides the waits (to the
 * departure from the pick-up) and the times aboard (from that, or from the start, to the arrival at
 * the drop-off). All 0 without stops. */
struct plan_parts {
    int64_t vehicle_ms;
    int64_t wait_ms;
    int64_t ride_ms;
};
struct plan_parts plan_parts(const struct plan *plan);

/* The sum of the parts by the weights of `config`, in weight x ms. */
int64_t plan_weigh(const struct plan_parts *parts, const struct core_config *config);

/* plan_weigh() of plan_parts(). */
int64_t plan_cost(const struct plan *plan, const struct core_config *config);

/* When it may first set off: at its start, and not before its shift. */
int64_t plan_begin_ms(const struct plan *plan);

/* When it sets off for the stop `at`; within a stand, when that began. */
int64_t plan_leaves_ms(const struct plan *plan, uint32_t at);

/* Stops of the stand under way that are not done yet: so many first ones. */
uint32_t plan_stand_pending(const struct plan *plan);

/* How many first stops share the first's place (they are one stand). */
uint32_t plan_leading(const struct plan *plan);

/* Bring the start, and what it is committed to, up to `now_ms`: stands end, vehicles set off, late
 * vehicles are late. Nothing becomes earlier. O(stops). */
void plan_refresh(struct plan *plan, int64_t now_ms, const struct core_config *config);

/* Send a vehicle without stops to wait at `rest`, `leg_ms` from its start. It sets off at once, or
 * when its stand ends. */
void plan_send_to_rest(struct plan *plan, struct road_place rest, int64_t leg_ms);

/* Where a vehicle can next turn, when, and how far it is from there. */
struct plan_turn {
    struct road_place place;
    int64_t at_ms;
    int64_t leg_ms; /* to its first stop, or to rest */
};

/* Where a vehicle under way can next turn on the drive to its first stop, or to rest. False where
 * the drive cannot be followed (the travel times are others than when it began). As
 * road_drive_ahead(). */
MUST_CHECK bool plan_find_turn(const struct plan *plan, int64_t now_ms, struct road_drive *drive,
                               struct plan_turn *turn);

/* Move the start of a vehicle under way there. The timetable stays. False, and unchanged, where the
 * drive cannot be followed. */
MUST_CHECK bool plan_advance(struct plan *plan, int64_t now_ms, struct road_drive *drive);

/* Take the two stops at `pickup` < `dropoff` out, or the one visit where both are its position. One
 * under way to the first of them turns where it next can (plan_advance()). Legs are measured anew
 * where that is needed, and the plan is scheduled and brought up to now. False, and unchanged,
 * where a vehicle that would have to turn cannot be followed. O(stops), at most two road queries
 * and a path. */
MUST_CHECK bool plan_withdraw(struct plan *plan, uint32_t pickup, uint32_t dropoff, int64_t now_ms,
                              const struct core_config *config, struct road_drive *drive);

#endif
