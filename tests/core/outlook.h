/* What riders were to expect before a step, held against what they are to expect after it: who is
 * spared (core/spare.h), by their trips and not by the plans' own idea of who they are, and whether
 * each move has its reason on record. */
#ifndef TESTS_OUTLOOK_H
#define TESTS_OUTLOOK_H

#include "tests/core/service.h"

#define OUTLOOK_STOPS_MAX (SERVICE_CARS_MAX * PLAN_STOPS_MAX)

struct outlook {
    uint32_t count;
    struct outlook_stop {
        struct ride_id ride;
        enum stop_kind kind;
        int64_t arrive_ms;
        struct vehicle_id vehicle;
        uint32_t moved_count;
    } stops[OUTLOOK_STOPS_MAX];
};

/* As it is now. */
void outlook_note(const struct service *service, struct outlook *outlook);

/* A step has made plans better: nobody who is spared is later, and who has another vehicle has one
 * reason more, which names it. */
void outlook_expect(const struct service *service, const struct outlook *outlook);

#endif
