/* Two vehicles exchange what they do last (2-opt*): behind a point at which neither has a rider who
 * gets on before it and off after it, the stops of one go to the other and the other way round. An
 * exchange at the very beginning swaps two riders, one with nothing gives all to one vehicle.
 * Potvin, Rousseau, Journal of the Operational Research Society 46 (1995). */
#ifndef CORE_EXCHANGE_H
#define CORE_EXCHANGE_H

#include "core/move.h"

#define EXCHANGE_PARTNERS_MAX 16 /* vehicles that one is compared with */

struct exchange {
    struct move_plan plans[2]; /* as they would be */
    struct plan_parts saved;   /* what they take less */
};

/* The best exchange of a usable vehicle with one of those that could pass where its waiting riders
 * are, that gains more than `gain` weight x ms under `config`, keeps every promise and makes nobody
 * later who is spared (core/spare.h): true and *exchange, for move_plans(). Ties go to the lower
 * partner and the earlier points. O(partners x stops^3). */
MUST_CHECK bool exchange_find(struct core *core, uint32_t vehicle, const struct core_config *config,
                              int64_t gain, struct exchange *exchange);

#endif
