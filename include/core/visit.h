/* Vehicles visit stations to charge, to be cleaned and inspected: stops in their plans, each with a
 * slot at a station, so that no more vehicles come than there is room for. Riders are inserted
 * before and behind a visit as anywhere else.
 *
 * In rounds, every vehicle without a visit is looked at. It charges when it would have less than
 * charge_below_permille at some stop of its plan; or when it has less than charge_idle_permille and
 * nothing to do, and of the fleet more than one in VISIT_IDLE_SHARE has nothing to do either. It is
 * cleaned and inspected when that is due. Where and when is the exact least of what it drives more,
 * waits for the slot and stands, over all stations and all gaps of its plan with nobody aboard: so
 * a queue is a later slot. Every promise is kept: where no full charge fits before the riders
 * behind it, half of it is tried. A vehicle whose battery does not last for its plan any more goes
 * behind the plan.
 *
 * A slot lasts VISIT_SLACK_MS longer than the visit, so that riders may be taken on the way there.
 * A vehicle that will miss it all the same gives it up, and gets another in the next round. */
#ifndef CORE_VISIT_H
#define CORE_VISIT_H

#include "core/inside.h"

#define VISIT_ROUND_MS   INT64_C(30000)  /* from one round to the next */
#define VISIT_LOOKS_MAX  64              /* vehicles that one wake event looks at */
#define VISIT_PLANS_MAX  4               /* visits that one wake event plans or gives up */
#define VISIT_SLACK_MS   INT64_C(600000) /* a vehicle may be so late for its slot */
#define VISIT_CHANGE_MS  INT64_C(60000)  /* from one vehicle at a plug to the next */
#define VISIT_IDLE_MS    INT64_C(120000) /* nothing to do for so long is idle */
#define VISIT_IDLE_SHARE 4

size_t visit_cost(uint32_t vehicles_max);
MUST_CHECK bool visit_init(struct visits *visits, struct arena *arena, uint32_t vehicles_max);

/* When the next part of a round is due; INT64_MAX where there is nothing to visit. */
int64_t visit_due_ms(const struct core *core);

/* A part of a round, if it is due: facts and messages for the vehicles that get a visit. True when
 * it was due: then nothing else belongs into this event. O(vehicles), and for each visit planned
 * O(gaps x stations), with as many paths. */
bool visit_step(struct core *core);

#endif
