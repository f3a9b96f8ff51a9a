/* The fare of a trip: pure arithmetic on whole pence. No clock, no allocation, no globals, and no
 * input that says how many others want to travel: a surge cannot be expressed. */
#ifndef CORE_TARIFF_H
#define CORE_TARIFF_H

#include <stdint.h>

#include "base/check.h"

#define TARIFF_DISTANCE_MAX_M  1000000 /* 1,000 km */
#define TARIFF_DURATION_MAX_MS (INT64_C(24) * 3600 * 1000)
#define TARIFF_RATE_MAX_PENCE  100000 /* any one amount of a tariff */

struct tariff {
    int64_t base_pence; /* all: 0 to TARIFF_RATE_MAX_PENCE */
    int64_t per_km_pence;
    int64_t per_minute_pence;
    int64_t minimum_pence;
    int64_t single_cap_pence; /* most that one ride may cost, at least minimum_pence */
};

/* The shortest drive from pick-up to drop-off, whatever detour others cause. */
struct tariff_trip {
    int64_t distance_m;
    int64_t duration_ms;
};

enum tariff_result {
    TARIFF_OK,
    TARIFF_TOO_LONG, /* distance or duration above its limit; *fare_pence untouched */
};

/* Price `trip` under `tariff` and store the fare in `*fare_pence`: base + per km + per minute, at
 * least the minimum, at most the single cap. Part kilometres and minutes are charged in
 * proportion; the total is rounded once, at the end, half a penny up. Negative inputs and rates
 * out of range are a caller's bug and abort. O(1). */
MUST_CHECK enum tariff_result tariff_quote(const struct tariff *tariff,
                                           const struct tariff_trip *trip, int64_t *fare_pence);

#endif
