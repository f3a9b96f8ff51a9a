/* What a policy (core/policy.h) makes a trip cost: the tariff of its kind of vehicle, shared or
 * private, on its travel day, under the national cap, by the hour, and for the rider's scheme.
 * Nothing here knows of the fleet or of others who travel. */
#ifndef CORE_FARE_H
#define CORE_FARE_H

#include "core/calendar.h"
#include "core/policy.h"

/* All by the time that the rider asks to leave at, not by when a vehicle could come: how busy the
 * service is cannot move a trip into a dearer hour. */
struct fare_trip {
    int64_t distance_m;
    int64_t duration_ms;
    int32_t day; /* travel day */
    struct calendar_civil civil;
    enum policy_kind kind;
    bool shared;
    uint32_t class;  /* the rider's, of that day */
    uint32_t scheme; /* ditto; 0 none */
};

struct fare {
    struct tariff_lines lines;
    enum policy_kind kind;
    uint16_t class;  /* the rider's, whose caps count */
    uint16_t scheme; /* that pays lines.concession_pence; 0 none */
};

MUST_CHECK enum tariff_result fare_quote(const struct policy *policy, const struct fare_trip *trip,
                                         struct fare *fare);

/* What the rider owes before the caps: the fare less the concession. */
int64_t fare_due_pence(const struct fare *fare);

#endif
