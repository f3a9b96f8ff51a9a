/* What somebody asks for: from where to where, when, for whom. */
#ifndef CORE_TRIP_H
#define CORE_TRIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/geo.h"

#define SPOT_NO_NODE UINT32_MAX

/* A spot on the map as given from outside: coordinates, and the road network's node where it is
 * known (a scenario's places, a named stop). The core finds the place on the road. */
struct spot {
    struct geo_point point; /* always set */
    uint32_t node;          /* or SPOT_NO_NODE: snap the point to the kerb */
};

#define TRIP_WALK_MAX_M 1000 /* the furthest that anybody may agree to walk at one end */

struct trip {
    struct spot from;
    struct spot to;
    uint8_t party;          /* people, 1 to PARTY_MAX */
    uint8_t wheelchairs;    /* wheelchair spaces among them, 0 to party; the others take seats */
    bool shared;            /* agrees to share the vehicle with other parties */
    int64_t pickup_from_ms; /* earliest departure; 0 as soon as possible */
    int64_t
        pickup_by_ms; /* latest arrival of the vehicle at the pick-up; 0 by the service's limit */
    int64_t arrive_by_ms; /* latest arrival at the drop-off; 0 none */
    int32_t walk_max_m;   /* agrees to walk so far at either end, 0 to TRIP_WALK_MAX_M; 0 no */
    bool accessible;      /* is met and set down at the very place: never walks */
};

/* May this party be met or set down at a better kerb (core/meeting.h)? Nobody with a wheelchair or
 * with needs of access ever, whatever walk_max_m says. */
bool trip_may_walk(const struct trip *trip);

/* Why a trip is refused: a result, not an error. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_FROM_OFF_ROAD, /* no road within reach of the pick-up */
    REFUSAL_TO_OFF_ROAD,
    REFUSAL_FROM_OUTSIDE, /* outside the service area */
    REFUSAL_TO_OUTSIDE,
    REFUSAL_FROM_NO_STOPPING, /* in a zone where nobody may be picked up */
    REFUSAL_TO_NO_STOPPING,
    REFUSAL_SAME_PLACE,         /* both ends are one place */
    REFUSAL_NO_WAY,             /* no open road leads there */
    REFUSAL_TOO_LONG,           /* beyond what the tariff prices */
    REFUSAL_TIME_PASSED,        /* the window lies in the past or ends before it begins */
    REFUSAL_TOO_FAR_AHEAD,      /* later than the service takes bookings for */
    REFUSAL_NO_VEHICLE_FITS,    /* no vehicle of the fleet has the seats or spaces */
    REFUSAL_NO_VEHICLE_IN_TIME, /* none can keep the limits; the alternative says when one could */
    REFUSAL_FARE_CHANGED,       /* the fare is above what the rider agreed to */
    REFUSAL_BUSY,               /* a limit of the dispatcher is reached */
    REFUSAL_COUNT,
};

const char *refusal_text(enum refusal refusal); /* a plain sentence for a person */

/* The nearest thing that would work; parts that do not apply are 0. */
struct alternative {
    bool has_point; /* another pick-up or drop-off place */
    struct geo_point point;
    int64_t pickup_ms;  /* when a vehicle could come (REFUSAL_NO_VEHICLE_IN_TIME) */
    int64_t fare_pence; /* REFUSAL_FARE_CHANGED: the fare now */
};

#endif
