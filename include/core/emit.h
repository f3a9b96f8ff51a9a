/* What a step brings forth: facts, applied to the state as they are made, and messages, tagged with
 * the last fact they depend on. */
#ifndef CORE_EMIT_H
#define CORE_EMIT_H

#include "core/inside.h"

/* Number `fact`, date it, apply it and hand it out. A fact that the state refuses is a bug. */
void emit_fact(struct core *core, struct fact *fact);

void emit_ride_fact(struct core *core, enum fact_kind kind, struct ride_id ride, enum cancel_by by);

/* The stops of plans[index] as the vehicle's new plan or revision. */
void emit_plan_fact(struct core *core, uint32_t index);

/* A message for the caller to fill, zeroed but for its kind, request and after_seq. */
struct message *emit_message(struct core *core, enum message_kind kind, struct request_id request);

void emit_error(struct core *core, struct request_id request, enum message_error error);
void emit_refused(struct core *core, struct request_id request, enum refusal reason,
                  const struct alternative *alternative, const struct reason_refused *why);

/* A ride or vehicle as it stands: to `request`, or to all who watch it (EMIT_WATCHERS). */
#define EMIT_WATCHERS ((struct request_id){0})
void emit_ride(struct core *core, struct request_id request, struct ride_id ride);
void emit_vehicle(struct core *core, struct request_id request, uint32_t index);

/* To the vehicle: its plan; the answer to a report or hello. */
void emit_plan(struct core *core, uint32_t index);
void emit_reply(struct core *core, enum message_kind kind, uint32_t index, uint64_t seq,
                enum report_kind report);
void emit_reject(struct core *core, struct vehicle_id vehicle, const struct event_report *report,
                 const char *why);

/* After a plan changed durably: tell the vehicle, its watchers, and the riders whose pick-up moved
 * by more than DELAY_TOLD_MS. At most 2 + PLAN_STOPS_MAX messages. */
void emit_plan_change(struct core *core, uint32_t index);
void emit_delays(struct core *core, uint32_t index);

#endif
