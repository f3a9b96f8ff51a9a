/* What the fleet does costs money (core/cost.h): in rounds, which end with each quarter of an hour
 * and each hour, a FACT_WORK says what was done since the last, and linked transfers post what that
 * costs by the rates of the policy, from each category to what is owed to suppliers. Where the
 * policy has no costs there are no rounds.
 *
 *     metres       shortest ways, from stop to stop as vehicles arrive; counted on arrival
 *     help         from when a vehicle asks for remote help to when it says that it does not any
 *                  more, without the time for which it was silent; counted as it is heard
 *     service      time within the vehicles' shifts
 *     energy       what plugs give while vehicles stand there; of those without a battery that
 *                  counts, what their driving takes
 *     rides        brought to their end
 *     vehicle-days vehicles whose shift reached into the 24 hours before a travel day's end
 *     visits       to be cleaned and to be inspected
 *
 * Nothing is counted twice. A crash loses what was driven and helped since the last round, and of
 * drives that it cut short what was driven before; all else is worked out from what is durable, and
 * a round whose transfers a torn journal lost is posted after the start. Time for which the service
 * was down is made up for, unless it was longer than WORK_GAP_MS: then reckoning begins anew. */
#ifndef CORE_WORK_H
#define CORE_WORK_H

#include "core/inside.h"

#define WORK_ROUND_MS (INT64_C(15) * 60 * 1000)
#define WORK_GAP_MS   (INT64_C(7) * 24 * 3600 * 1000)

/* The vehicle has come to `place`, or sets off anew from there. Up to two road queries, none where
 * nothing costs anything. */
void work_drive(struct core *core, uint32_t index, struct road_place place);

/* The vehicle was heard: if it has asked for remote help, that is counted up to now. */
void work_help(struct core *core, uint32_t index);

/* When the next round is due; INT64_MAX never. */
int64_t work_due_ms(const struct core *core);

/* A round, if it is due: one or two facts. O(vehicles). */
bool work_step(struct core *core);

#endif
