/* A request that nobody can serve as plans are may be served when one waiting rider goes to another
 * vehicle: an ejection chain of length one (Glover, Discrete Applied Mathematics 65, 1996). Every
 * promise is kept; whoever moves is served by another before anything is changed. */
#ifndef CORE_EJECT_H
#define CORE_EJECT_H

#include "core/inside.h"

#define EJECT_VEHICLES_MAX 32 /* looked at for one request */
#define EJECT_TRIES_MAX    4  /* riders for whom another vehicle is searched */

struct eject {
    struct ride_id ride;              /* who moves */
    uint32_t from;                    /* from this vehicle, to which the request goes */
    struct insertion insertion;       /* of the request, with that rider out */
    struct insertion_request request; /* the rider's own */
    struct insertion moved;           /* where they go, with the request in */
};

/* The best of the ejections tried, by the sum of all costs under `config`: true and *eject. Plans
 * and index are as before. At most EJECT_TRIES_MAX searches, and a look at EJECT_VEHICLES_MAX
 * plans. */
MUST_CHECK bool eject_find(struct core *core, const struct insertion_request *request,
                           const struct core_config *config, struct eject *eject);

/* Take the rider out and put them where they go, when the request's own ride is booked: the plans'
 * facts. The request is put in by the way. */
void eject_apply(struct core *core, const struct eject *eject,
                 const struct insertion_request *request);

/* The messages to the vehicles and to the rider who was moved. */
void eject_tell(struct core *core, const struct eject *eject);

#endif
