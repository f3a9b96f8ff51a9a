/* What the service can offer for a trip now: the places, the fare, the limits it would promise, and
 * the vehicle; or why not, and the nearest thing that would work. A quote shows an offer, a booking
 * takes it. */
#ifndef CORE_OFFER_H
#define CORE_OFFER_H

#include "core/eject.h"
#include "core/fare.h"
#include "core/meeting.h"

struct offer {
    struct insertion_request request; /* places, windows, seats */
    struct insertion best;
    bool ejects; /* a rider goes to another vehicle for it */
    struct eject eject;
    struct meeting_places from; /* places in question, where the rider may walk */
    struct meeting_places to;
    int32_t walk_from_m; /* to the pick-up chosen, as request has it */
    int32_t walk_to_m;
    int64_t direct_ms; /* of the trip that is charged, as direct_m */
    int64_t direct_m;
    struct fare_trip asked; /* what the fare is worked out from: the time asked for, at that */
    struct fare fare;
    int64_t quote_pence;
    enum quote_cap cap;        /* that makes the quote less than what is due */
    int64_t pickup_ms;         /* when the rider is met */
    struct reason_refused why; /* where no vehicle could be found: what stood in the way */
};

/* `agreed_pence` is INT64_MAX where the rider agreed to no fare. Nothing durable changes.
 * Costs what insertion_find() does, and for a refusal a look at every vehicle and what
 * explain_refusal() searches, or the search of spot_nearest(). */
enum refusal offer_make(struct core *core, struct rider_id rider, const struct trip *trip,
                        int64_t agreed_pence, struct offer *offer, struct alternative *alternative);

#endif
