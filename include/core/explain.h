/* Why the matcher decided as it did, in the figures of the decision: what a ride's vehicle takes,
 * and what others that were priced would have taken; what stood in the way of a refused trip; why a
 * ride was moved. The core keeps it as core/reason.h says. */
#ifndef CORE_EXPLAIN_H
#define CORE_EXPLAIN_H

#include "core/inside.h"

#define EXPLAIN_SEARCHES_MAX 4 /* more searches that a refusal costs at most */

/* The options of a booking: the one taken, `best` of the last search, and others of that search
 * (insertion_others(): as far as bounds let it see them). No search. */
void explain_choice(const struct core *core, const struct insertion_request *request,
                    const struct insertion *best, struct fact_booked *booked);

/* What stood in the way of a request that insertion_find() found nothing for. One constraint after
 * another is given up, in the order of enum reason_constraint, and the search made again; the first
 * that finds a vehicle is named. alternative->pickup_ms, where it is set, becomes earlier if a
 * search found that. Nothing durable changes; at most EXPLAIN_SEARCHES_MAX searches. */
void explain_refusal(struct core *core, const struct insertion_request *request,
                     struct alternative *alternative, struct reason_refused *why);

/* A ride is about to be taken from plans[from] and put where `best` says: FACT_RIDE_MOVED, which
 * comes before the plans' facts. `saved_vehicle_ms` and `saved_cost` are what that saves in sum; 0
 * but for REASON_MOVE_BETTER. */
void explain_move(struct core *core, struct ride_id ride, enum reason_move move, uint32_t from,
                  const struct insertion *best, const struct insertion_request *request,
                  int64_t saved_vehicle_ms, int64_t saved_cost);

/* What of it is shown to the rider: nothing of others. */
struct ride_reason explain_to_rider(const struct ride *ride);

#endif
