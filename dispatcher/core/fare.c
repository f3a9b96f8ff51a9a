/* Lookups alone; the arithmetic is core/tariff.c's. */
#include "core/fare.h"

#include <stddef.h>

/* The scheme's row where it counts for this trip, or NULL. */
static const struct policy_concession *concession(const struct policy *policy,
                                                  const struct fare_trip *trip)
{
    const struct policy_concession *row = policy_concession(policy, trip->day, trip->scheme);
    if (row == NULL || (row->shared_only && !trip->shared) ||
        !policy_in_hours(policy, &row->hours, trip->civil.day, trip->civil.minute)) {
        return NULL;
    }
    return row;
}

enum tariff_result fare_quote(const struct policy *policy, const struct fare_trip *trip,
                              struct fare *fare)
{
    const struct policy_tariff *tariff = policy_tariff(policy, trip->day, trip->kind, trip->shared);
    const struct policy_national *national = policy_national(policy, trip->day);
    const struct policy_concession *scheme = concession(policy, trip);
    const bool is_off_peak =
        policy_in_hours(policy, &tariff->off_peak, trip->civil.day, trip->civil.minute);
    const struct tariff_trip priced = {
        .distance_m = trip->distance_m,
        .duration_ms = trip->duration_ms,
        .national_cap_pence = national != NULL && (trip->shared || !national->shared_only)
                                  ? national->single_pence
                                  : TARIFF_NO_CAP_PENCE,
        .off_peak_permille = is_off_peak ? tariff->off_peak_permille : 0,
        .rider_permille = scheme != NULL ? scheme->rider_permille : TARIFF_ALL_PERMILLE,
    };
    const enum tariff_result result = tariff_quote(&tariff->tariff, &priced, &fare->lines);
    if (result == TARIFF_OK) {
        fare->kind = trip->kind;
        fare->class = (uint16_t)trip->class;
        fare->scheme = scheme != NULL ? (uint16_t)scheme->scheme : 0;
    }
    return result;
}

int64_t fare_due_pence(const struct fare *fare)
{
    return tariff_fare_pence(&fare->lines) - fare->lines.concession_pence;
}
