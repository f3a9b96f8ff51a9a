/* One numerator over one denominator, so that nothing is rounded before the end. */
#include "core/tariff.h"

/* Pence per km times metres, and pence per minute times ms, both in 1/60,000 of a penny; and all
 * once more times permille. The greatest sum is 2.5 * 10^16. */
#define PARTS_PER_PENNY (INT64_C(60000) * TARIFF_ALL_PERMILLE)
#define PARTS_PER_METRE 60

static void check_rate(int64_t pence)
{
    CHECK(pence >= 0);
    CHECK(pence <= TARIFF_RATE_MAX_PENCE);
}

static void check_permille(int64_t permille)
{
    CHECK(permille >= 0);
    CHECK(permille <= TARIFF_ALL_PERMILLE);
}

static void check(const struct tariff *tariff, const struct tariff_trip *trip)
{
    check_rate(tariff->base_pence);
    check_rate(tariff->per_km_pence);
    check_rate(tariff->per_minute_pence);
    check_rate(tariff->minimum_pence);
    check_rate(tariff->single_cap_pence);
    CHECK(tariff->minimum_pence <= tariff->single_cap_pence);
    CHECK(trip->distance_m >= 0);
    CHECK(trip->duration_ms >= 0);
    CHECK(trip->national_cap_pence >= 0);
    check_permille(trip->off_peak_permille);
    check_permille(trip->rider_permille);
}

static int64_t rounded(int64_t parts)
{
    return (parts + PARTS_PER_PENNY / 2) / PARTS_PER_PENNY;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

enum tariff_result tariff_quote(const struct tariff *tariff, const struct tariff_trip *trip,
                                struct tariff_lines *lines)
{
    check(tariff, trip);
    if (trip->distance_m > TARIFF_DISTANCE_MAX_M || trip->duration_ms > TARIFF_DURATION_MAX_MS)
        return TARIFF_TOO_LONG;
    const int64_t all = TARIFF_ALL_PERMILLE;
    const int64_t cap = tariff->single_cap_pence;
    const int64_t least = tariff->minimum_pence * PARTS_PER_PENNY;
    const int64_t base = tariff->base_pence * PARTS_PER_PENNY;
    const int64_t driven = base + tariff->per_km_pence * trip->distance_m * PARTS_PER_METRE * all;
    const int64_t timed = driven + tariff->per_minute_pence * trip->duration_ms * all;
    const int64_t raised = timed < least ? least : timed;
    const int64_t capped = lesser(raised, cap * PARTS_PER_PENNY);
    const int64_t national =
        lesser(capped, lesser(cap, trip->national_cap_pence) * PARTS_PER_PENNY);
    const int64_t fare = rounded(national / all * (all - trip->off_peak_permille));
    *lines = (struct tariff_lines){
        .base_pence = rounded(base),
        .distance_pence = rounded(driven) - rounded(base),
        .time_pence = rounded(timed) - rounded(driven),
        .minimum_pence = rounded(raised) - rounded(timed),
        .single_cap_pence = rounded(raised) - rounded(capped),
        .national_cap_pence = rounded(capped) - rounded(national),
        .off_peak_pence = rounded(national) - fare,
        .concession_pence = fare - (fare * trip->rider_permille + all / 2) / all,
    };
    return TARIFF_OK;
}

int64_t tariff_fare_pence(const struct tariff_lines *lines)
{
    return lines->base_pence + lines->distance_pence + lines->time_pence + lines->minimum_pence -
           lines->single_cap_pence - lines->national_cap_pence - lines->off_peak_pence;
}
