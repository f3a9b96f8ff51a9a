/* Who may be asked to walk; and the words for a refusal: what is wrong, and what the person may do
 * about it. */
#include "core/trip.h"

#include <stddef.h>

#include "base/check.h"

static const char *const sentences[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = "The trip is not refused.",
    [REFUSAL_FROM_OFF_ROAD] = "No road that a vehicle may use is near the pick-up place.",
    [REFUSAL_TO_OFF_ROAD] = "No road that a vehicle may use is near the destination.",
    [REFUSAL_FROM_OUTSIDE] = "The pick-up place is outside the service area.",
    [REFUSAL_TO_OUTSIDE] = "The destination is outside the service area.",
    [REFUSAL_FROM_NO_STOPPING] = "Vehicles may not stop at the pick-up place.",
    [REFUSAL_TO_NO_STOPPING] = "Vehicles may not stop at the destination.",
    [REFUSAL_SAME_PLACE] = "The pick-up place and the destination are the same place.",
    [REFUSAL_NO_WAY] = "No open road leads from the pick-up place to the destination.",
    [REFUSAL_TOO_LONG] = "The trip is longer than the service offers.",
    [REFUSAL_TIME_PASSED] = "The time asked for has passed.",
    [REFUSAL_TOO_FAR_AHEAD] = "The time asked for is further ahead than bookings are taken.",
    [REFUSAL_NO_VEHICLE_FITS] = "No vehicle has the seats and wheelchair spaces for this party.",
    [REFUSAL_NO_VEHICLE_IN_TIME] = "No vehicle can come within the time allowed.",
    [REFUSAL_FARE_CHANGED] = "The fare is now higher than the one agreed to.",
    [REFUSAL_BUSY] = "The service is too busy to take the booking. Please try again.",
};

bool trip_may_walk(const struct trip *trip)
{
    CHECK(trip->walk_max_m >= 0 && trip->walk_max_m <= TRIP_WALK_MAX_M);
    return trip->walk_max_m > 0 && trip->wheelchairs == 0 && !trip->accessible;
}

const char *refusal_text(enum refusal refusal)
{
    CHECK(refusal >= REFUSAL_NONE && refusal < REFUSAL_COUNT);
    CHECK(sentences[refusal] != NULL);
    return sentences[refusal];
}
