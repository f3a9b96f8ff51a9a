/* Plans cut in two where nobody is aboard, and put together with parts of others: behind such a
 * point all that a vehicle does could as well be done by another. */
#ifndef CORE_SPLICE_H
#define CORE_SPLICE_H

#include "core/inside.h"

/* A vehicle that takes part: where it can next turn, what its plan costs from there, and where it
 * may be cut. */
struct splice_side {
    uint32_t vehicle;
    bool feasible;     /* keeps all promises as it is */
    struct plan plan;  /* as planned */
    struct plan ahead; /* from where it can next turn */
    uint32_t cuts; /* mask: nobody is aboard, or on the way, before stop i; also behind the last */
};

/* A usable vehicle as it is now. O(stops^2), and a path. */
void splice_take(struct core *core, uint32_t vehicle, const struct core_config *config,
                 struct splice_side *side);

/* What the vehicle's plan takes, from where a cut before stop `at` counts from. */
struct plan_parts splice_parts(const struct splice_side *side, uint32_t at);

/* The stops of `head` before `at_head`, then those of `tail` from `at_tail` on, scheduled. False
 * when there are too many, there is no way, or a promise is broken; whether the battery lasts is
 * left to energy_holds(). O(stops^2), one road query. */
MUST_CHECK bool splice_join(struct core *core, const struct splice_side *head, uint32_t at_head,
                            const struct splice_side *tail, uint32_t at_tail,
                            const struct core_config *config, struct plan *joined);

#endif
