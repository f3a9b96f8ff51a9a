/* One candidate of the search: a plan with a request's two stops put in, written out and priced. */
#ifndef CORE_TRIAL_H
#define CORE_TRIAL_H

#include "core/insertion.h"

/* A second beyond a request's soft limits weighs so much more. A long wait is in the cost already,
 * and whoever asks where vehicles are few has one: charging it as dearly as a late arrival sends
 * vehicles across the town for it. So weighs KaRRi (Laupichler, Sanders 2024), by default. */
#define TRIAL_SOFT_WAIT_FACTOR 1  /* the arrival at the pick-up */
#define TRIAL_SOFT_RIDE_FACTOR 10 /* the arrival at the drop-off, and the time aboard */

/* The legs that the request's stops bring, in milliseconds. */
struct trial_legs {
    int64_t to_pickup;
    int64_t after_pickup;  /* to the old stop or the drop-off behind the pick-up */
    int64_t to_dropoff;    /* from the old stop before it; not read where the pick-up is */
    int64_t after_dropoff; /* to the old stop behind it; not read at the end */
};

/* What a scheduled plan has to keep when another rider joins: a rider who is late already may not
 * be made later, so that a limit counts as it stands broken. */
void trial_relax_limits(struct plan *plan);

/* Nothing: to see whether it is what others were promised that stands in the way. */
void trial_forget_limits(struct plan *plan);

/* `trial` gets `plan`'s stops with the request's before the old stops at_p and at_d (at_p <= at_d).
 * The rest of `trial` is left as it is; it is not scheduled. O(stops). */
void trial_write(struct plan *trial, const struct plan *plan,
                 const struct insertion_request *request, uint32_t at_p, uint32_t at_d,
                 const struct trial_legs *legs);

/* What passing the request's own limits costs, where they are soft, in weight x ms. */
int64_t trial_penalty(const struct insertion_request *request, int64_t pickup_arrive_ms,
                      int64_t pickup_depart_ms, int64_t dropoff_arrive_ms,
                      const struct core_config *config);

/* Write out, schedule and price a candidate in `trial`, whose vehicle and start are set, against
 * what the plan takes `before`. True and
 * *found (but for its vehicle) when it is feasible. O(stops). */
MUST_CHECK bool trial_price(struct plan *trial, const struct plan *plan,
                            const struct plan_parts *before,
                            const struct insertion_request *request, uint32_t at_p, uint32_t at_d,
                            const struct trial_legs *legs, const struct core_config *config,
                            struct insertion *found);

#endif
