/* Ruin and recreate: a handful of waiting riders that are near each other in place and time are
 * taken out of a few plans at once and put back one by one, each by the exact search that a request
 * gets, the one first who would lose most by coming later. That finds what no single move gains.
 * Shaw, "Using constraint programming and local search methods to solve vehicle routing problems",
 * CP 1998; regret after Potvin and Rousseau, European Journal of Operational Research 66 (1993). */
#ifndef CORE_RUIN_H
#define CORE_RUIN_H

#include "core/inside.h"

#define RUIN_RIDERS_MIN   3  /* who are taken out, so many at least ... */
#define RUIN_RIDERS_MAX   6  /* ... and at most, in turn */
#define RUIN_VEHICLES_MAX 4  /* out of so many plans at most */
#define RUIN_PARTNERS_MAX 16 /* vehicles whose riders are looked at */
#define RUIN_SEARCHES_MAX (RUIN_RIDERS_MAX * (RUIN_RIDERS_MAX + 1) / 2)

/* Try it with up to `rider_count` riders, of whom `ride` in plans[vehicle] is one. True when plans
 * changed: they gain more than `gain` weight x ms, every promise is kept and nobody is later who is
 * spared (core/spare.h). Else all is as before. *searches is how many it took. */
MUST_CHECK bool ruin_try(struct core *core, uint32_t vehicle, struct ride_id ride,
                         uint32_t rider_count, int64_t gain, uint32_t *searches);

#endif
