/* The fare of a trip, line by line: pure arithmetic on whole pence. No clock, no allocation, no
 * globals, and no input that says how many others want to travel: a surge cannot be expressed. */
#ifndef CORE_TARIFF_H
#define CORE_TARIFF_H

#include <stdint.h>

#include "base/check.h"

#define TARIFF_DISTANCE_MAX_M  1000000 /* 1,000 km */
#define TARIFF_DURATION_MAX_MS (INT64_C(24) * 3600 * 1000)
#define TARIFF_RATE_MAX_PENCE  100000 /* any one amount of a tariff */
#define TARIFF_ALL_PERMILLE    1000
#define TARIFF_NO_CAP_PENCE    INT64_MAX

struct tariff {
    int64_t base_pence; /* all: 0 to TARIFF_RATE_MAX_PENCE */
    int64_t per_km_pence;
    int64_t per_minute_pence;
    int64_t minimum_pence;
    int64_t single_cap_pence; /* most that one ride may cost, at least minimum_pence */
};

/* The shortest drive from pick-up to drop-off, whatever detour others cause, and what rules it
 * besides the tariff. */
struct tariff_trip {
    int64_t distance_m;
    int64_t duration_ms;
    int64_t national_cap_pence; /* 0 to TARIFF_RATE_MAX_PENCE, or TARIFF_NO_CAP_PENCE */
    int64_t off_peak_permille;  /* taken off: 0 to 1000 */
    int64_t rider_permille;     /* the rider's part; the rest is a concession: 0 to 1000 */
};

/* What makes the fare, each line 0 or more. The fare is
 *     base + distance + time + minimum - single cap - national cap - off-peak,
 * and the rider's part of it is the fare less the concession. */
struct tariff_lines {
    int64_t base_pence;
    int64_t distance_pence;
    int64_t time_pence;
    int64_t minimum_pence;      /* added up to the least fare */
    int64_t single_cap_pence;   /* taken off down to the tariff's cap, */
    int64_t national_cap_pence; /* then down to the national one, */
    int64_t off_peak_pence;     /* then for the hour */
    int64_t concession_pence;   /* paid by the scheme's funder */
};

enum tariff_result {
    TARIFF_OK,
    TARIFF_TOO_LONG, /* distance or duration above its limit; *lines untouched */
};

/* Price `trip` under `tariff`. Part kilometres and minutes are charged in proportion. The fare is
 * rounded once, half a penny up, at the end; each line is what it makes the rounded sum rise or
 * fall by, so that the lines add up to the fare exactly. The rider's part is rounded half a penny
 * up too. Numbers out of range are a caller's bug and abort. O(1). */
MUST_CHECK enum tariff_result tariff_quote(const struct tariff *tariff,
                                           const struct tariff_trip *trip,
                                           struct tariff_lines *lines);

int64_t tariff_fare_pence(const struct tariff_lines *lines);

#endif
