/* A vehicle's live part: its link, and a timetable that follows what it reports.
 *
 * Moves of a plan: stops are put in by live_insert(), taken out when done (live_board, live_alight)
 * or given up (live_drop). Moves of a vehicle: live_arrive() and live_depart() between stand and
 * way, live_locate() while on the way or idle. After each the timetable is up to date. */
#ifndef CORE_LIVE_H
#define CORE_LIVE_H

#include "core/inside.h"

/* Equipment and shift as enrolled; at home until it is heard. */
void live_enrol(struct core *core, uint32_t index);

/* The timetable anew from the durable plan, after recovery. */
void live_restore(struct core *core, uint32_t index);

/* Bring the start of the plan up to now: stands end, late vehicles are late. O(stops). */
void live_refresh(struct core *core, uint32_t index);

/* May it be given rides? live_note() is called after what decides it has changed: its link, whether
 * it is connected, whether its place is known, whether it asks for help. */
bool live_is_usable(const struct core *core, uint32_t index);
void live_note(struct core *core, uint32_t index);

/* Life cycle of the link: the only place that changes it. */
void live_move_link(struct core *core, uint32_t index, enum vehicle_link to);

/* It is at `place` from `at_ms` on, or can be sent on from there. True when that changed the
 * timetable of planned stops. */
bool live_locate(struct core *core, uint32_t index, struct road_place place, int64_t at_ms);

/* Travel times changed: measure the drives of the plan anew, from where the vehicle was last seen
 * if it is under way. True when that moved a time by RETIME_TOLD_MS or more, or the drive under way
 * is another. Without a change of its drives the plan stays as it is. At most 18 road queries. */
bool live_retime(struct core *core, uint32_t index);

/* Drives between the stops of a plan from `first` on, and to it from the start or the stop before.
 * True when one is another than before. A road query for each. */
bool live_measure(const struct core *core, struct plan *plan, uint32_t first);

/* What it does is not known, as it may not have heard of its plan: time that from where it was last
 * seen, unless it stands. O(stops), as many road queries. */
void live_find(struct core *core, uint32_t index);

/* The charge of its battery was told. */
void live_charge(struct core *core, uint32_t index, int32_t battery_permille);

/* It said whether it asks for remote help. True when that is news. */
bool live_help(struct core *core, uint32_t index, bool needs_help);

/* Where it is counts for nothing until it says so again. */
void live_lose_place(struct core *core, uint32_t index);

/* A ride as the search takes it, under the limits that the rider was given. */
void live_request(struct core *core, const struct ride *ride, struct insertion_request *request);

void live_insert(struct core *core, const struct insertion *insertion,
                 const struct insertion_request *request);
void live_drop(struct core *core, uint32_t index, struct ride_id ride);

/* Take a visit that has not begun out of the plan. */
void live_drop_visit(struct core *core, uint32_t index);

/* It stands at the pick-up of a waiting ride that is in no plan, and has no stand under way
 * anywhere else. The pick-up is put in before the stop `at`, the drop-off where that makes the plan
 * cost least, or right behind. There is room for both. At most PLAN_STOPS_MAX^2 road queries. */
void live_meet(struct core *core, uint32_t index, uint32_t at, struct ride_id ride);

/* It stands, likewise, at the drop-off or station of the stop `at`, which is the first now. */
void live_bring_forward(struct core *core, uint32_t index, uint32_t at);

/* Put a whole plan in place of a vehicle's, worked out from it. */
void live_replace(struct core *core, uint32_t index, const struct plan *plan);

/* Send a usable vehicle without stops to wait at a place that it can reach. */
void live_rest(struct core *core, uint32_t index, struct road_place rest);

/* Position of a stop in a plan, UINT32_MAX none. */
uint32_t live_stop(const struct plan *plan, struct ride_id ride, enum stop_kind kind);

void live_arrive(struct core *core, uint32_t index);
void live_board(struct core *core, uint32_t index, uint32_t at);
void live_alight(struct core *core, uint32_t index, uint32_t at);
void live_depart(struct core *core, uint32_t index);

/* The visit under way is over, and it is about to leave. */
void live_end_visit(struct core *core, uint32_t index);

/* A visit as a stop. */
struct plan_item live_visit_item(const struct visit *visit);

#endif
