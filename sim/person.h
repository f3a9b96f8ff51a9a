/* A person: asks for a ride at the time that the scenario says, waits where it begins, steps in
 * when the car stands there, and remembers what became of it. As the scenario says they may also
 * give the ride up, or not come; and finance may give them back what they paid. */
#ifndef SIM_PERSON_H
#define SIM_PERSON_H

#include "core/event.h"
#include "core/message.h"
#include "sim/scenario.h"

enum person_state {
    PERSON_AT_HOME, /* has not asked yet */
    PERSON_ASKING,
    PERSON_RETRYING, /* was refused, and will ask again */
    PERSON_REFUSED,
    PERSON_WAITING,    /* has a ride */
    PERSON_CANCELLING, /* has given the ride up, and does not step in */
    PERSON_ABOARD,
    PERSON_SERVED,
    PERSON_CANCELLED, /* the service gave the ride up, or the rider */
    PERSON_NO_SHOW,   /* did not come */
};

#define PERSON_NEVER_MS INT64_MAX

/* Whom replies are for: a person's calls have their number plus one, finance's more than this. */
#define PERSON_FINANCE (UINT64_C(1) << 32)

struct person {
    const struct scenario_request *request;
    enum person_state state;
    enum refusal reason;
    bool asks_again; /* was refused before: only what is left of the first wait is asked for */
    struct ride_id ride;
    struct vehicle_id vehicle;
    int64_t earliest_ms;   /* asked for: of leaving where they are */
    int64_t leaves_ms;     /* sets off, if they have to walk: not before they asked */
    int64_t boards_ms;     /* when they can be where the ride begins: after the walk, if any; or
                              PERSON_NEVER_MS where they do not come */
    int32_t walk_from_m;   /* on foot to where it begins; 0 where it begins at their place */
    int32_t walk_to_m;     /* ... and from where it ends */
    struct geo_point from; /* where it begins and ends, as told */
    struct geo_point to;
    int64_t promised_by_ms; /* the vehicle's arrival at the latest */
    int64_t direct_ms;      /* shortest drive; -1 unknown */
    int64_t arrived_ms;     /* of the vehicle at the pick-up; -1 not yet, as those below */
    int64_t departed_ms;
    int64_t alighted_ms;
    int64_t fare_pence; /* charged; -1 not yet */
    int64_t cap_saved_pence;
    int64_t paid_pence; /* as charge or fee, less what was given back at once for lateness */
    bool met_others;    /* another party was aboard with this one */
    bool gave_up;       /* it was the rider who cancelled */
    bool was_held_up;   /* the car stood for longer than anybody expected */
};

/* Riders of requests.csv and riders.csv. */
struct rider_id person_rider(int64_t number);

void person_init(struct person *person, const struct scenario *scenario,
                 const struct scenario_request *request);

/* The booking that person number `index` makes; its request id is index + 1. */
struct event person_book(struct person *person, const struct scenario *scenario, uint32_t index);

/* They give up the ride that they have, and will not step in any more. */
struct event person_cancel(struct person *person, uint32_t index);

/* Finance gives back of what they paid. */
struct event person_refund(const struct person *person, uint32_t index);

/* What the rider is told of the ride: where to walk. They set off when they wish to leave,
 * at 1.2 m/s. */
void person_told(struct person *person, const struct ride_view *view);

/* The latest arrival of the vehicle that the person would still accept. */
int64_t person_latest_ms(const struct person *person, const struct scenario *scenario);

/* Has this request come to its end? */
bool person_is_done(const struct person *person);

/* "served", "refused", "cancelled", "no_show" or "unserved". */
const char *person_outcome(const struct person *person);

#endif
