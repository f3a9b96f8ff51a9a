/* What the fleet's work costs: pure arithmetic on the policy's rates. Amounts of work are summed
 * over the fleet for a round of at most WORK_ROUND_MS (core/work.h), and what a rate makes of them
 * is kept exactly: whole pence are posted, the rest waits for the next round, so that any number of
 * rounds costs what one would. */
#ifndef CORE_COST_H
#define CORE_COST_H

#include "core/policy.h"

/* What is counted. */
enum cost_work {
    COST_METRES, /* driven */
    COST_SERVICE_MS,
    COST_ENERGY_WH, /* bought */
    COST_RIDES,     /* brought to their end */
    COST_HELP_MS,   /* of remote help */
    COST_VEHICLE_DAYS,
    COST_CLEANED, /* visits to be cleaned, and below to be inspected, that ended */
    COST_INSPECTED,
    COST_WORK_COUNT,
};

#define COST_WORK_MAX INT64_C(90000000000) /* of each, in one round: 65,536 vehicles need less */

/* What a rate of `unit` is for in `category`, and so many of it are one unit. */
enum cost_work cost_work(enum policy_cost_category category, enum policy_unit unit);
int64_t cost_parts(enum policy_unit unit);

/* `rate_millipence` for `work` (0 to COST_WORK_MAX), and `*rest` of before: whole pence, and the
 * new rest, 0 to 1000 * cost_parts(unit) - 1, in such parts of a thousandth of a penny. */
int64_t cost_pence(enum policy_unit unit, int64_t rate_millipence, int64_t work, int64_t *rest);

#endif
