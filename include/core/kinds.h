/* How many vehicles of each kind have how many seats and wheelchair spaces: which kinds could take
 * a party at all, whatever they are doing. */
#ifndef CORE_KINDS_H
#define CORE_KINDS_H

#include "core/fact.h"
#include "core/policy.h"

struct kinds {
    uint32_t count[POLICY_KIND_COUNT][SEATS_MAX + 1][SEATS_MAX + 1]; /* by seats, then spaces */
};

/* The people that a vehicle is designed for: as enrolled, or its seats and spaces together. */
uint32_t kinds_designed_for(const struct fact_vehicle *vehicle);

void kinds_add(struct kinds *kinds, const struct fact_vehicle *vehicle);
void kinds_remove(struct kinds *kinds, const struct fact_vehicle *vehicle); /* added before */

/* Has the fleet a vehicle of this kind with as many seats and spaces? O(SEATS_MAX^2). */
bool kinds_fit(const struct kinds *kinds, enum policy_kind kind, uint32_t seats, uint32_t spaces);

#endif
