/* One numerator over one denominator, so that nothing is rounded before the end. */
#include "core/tariff.h"

/* Pence per km times metres, and pence per minute times ms, both in 1/60,000 of a penny. */
#define PARTS_PER_PENNY       60000
#define PARTS_PER_METRE       60
#define PARTS_PER_MILLISECOND 1

static void check_rate(int64_t pence)
{
    CHECK(pence >= 0);
    CHECK(pence <= TARIFF_RATE_MAX_PENCE);
}

enum tariff_result tariff_quote(const struct tariff *tariff, const struct tariff_trip *trip,
                                int64_t *fare_pence)
{
    check_rate(tariff->base_pence);
    check_rate(tariff->per_km_pence);
    check_rate(tariff->per_minute_pence);
    check_rate(tariff->minimum_pence);
    check_rate(tariff->single_cap_pence);
    CHECK(tariff->minimum_pence <= tariff->single_cap_pence);
    CHECK(trip->distance_m >= 0);
    CHECK(trip->duration_ms >= 0);
    if (trip->distance_m > TARIFF_DISTANCE_MAX_M || trip->duration_ms > TARIFF_DURATION_MAX_MS)
        return TARIFF_TOO_LONG;
    int64_t parts = tariff->base_pence * PARTS_PER_PENNY +
                    tariff->per_km_pence * trip->distance_m * PARTS_PER_METRE +
                    tariff->per_minute_pence * trip->duration_ms * PARTS_PER_MILLISECOND;
    int64_t pence = (parts + PARTS_PER_PENNY / 2) / PARTS_PER_PENNY;
    if (pence < tariff->minimum_pence)
        pence = tariff->minimum_pence;
    if (pence > tariff->single_cap_pence)
        pence = tariff->single_cap_pence;
    *fare_pence = pence;
    return TARIFF_OK;
}
