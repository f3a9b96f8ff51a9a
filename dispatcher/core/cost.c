/* The largest rate for the most work is 9.0 * 10^18, which an int64_t holds with the rest. */
#include "core/cost.h"

#include "base/check.h"

_Static_assert(COST_WORK_MAX <= INT64_MAX / POLICY_MILLIPENCE_MAX - 1000, "a rate times work fits");

enum cost_work cost_work(enum policy_cost_category category, enum policy_unit unit)
{
    static const enum cost_work WORK[POLICY_UNIT_COUNT] = {
        [POLICY_PER_KM] = COST_METRES,       [POLICY_PER_HOUR] = COST_SERVICE_MS,
        [POLICY_PER_KWH] = COST_ENERGY_WH,   [POLICY_PER_RIDE] = COST_RIDES,
        [POLICY_PER_MINUTE] = COST_HELP_MS,  [POLICY_PER_VEHICLE_DAY] = COST_VEHICLE_DAYS,
        [POLICY_PER_VISIT] = COST_INSPECTED,
    };
    CHECK(unit < POLICY_UNIT_COUNT);
    return unit == POLICY_PER_VISIT && category == POLICY_CLEANING ? COST_CLEANED : WORK[unit];
}

int64_t cost_parts(enum policy_unit unit)
{
    static const int64_t PARTS[POLICY_UNIT_COUNT] = {
        [POLICY_PER_KM] = 1000, [POLICY_PER_HOUR] = 3600000, [POLICY_PER_KWH] = 1000,
        [POLICY_PER_RIDE] = 1,  [POLICY_PER_MINUTE] = 60000, [POLICY_PER_VEHICLE_DAY] = 1,
        [POLICY_PER_VISIT] = 1,
    };
    CHECK(unit < POLICY_UNIT_COUNT);
    return PARTS[unit];
}

int64_t cost_pence(enum policy_unit unit, int64_t rate_millipence, int64_t work, int64_t *rest)
{
    const int64_t penny = 1000 * cost_parts(unit);
    CHECK(rate_millipence >= 0 && rate_millipence <= POLICY_MILLIPENCE_MAX);
    CHECK(work >= 0 && work <= COST_WORK_MAX);
    CHECK(*rest >= 0 && *rest < penny);
    const int64_t sum = rate_millipence * work + *rest;
    *rest = sum % penny;
    return sum / penny;
}
