/* What a scheduled plan leaves room for, by position: bounds that the search and the index of the
 * fleet work with. They are exact in one direction: what they rule out certainly breaks a limit or
 * certainly costs as much.
 *
 * They rest on one fact: a detour before a stop delays it and every later stop by at least its own
 * length, less what the vehicle waits on the way for riders who come later. A plan in which a stand
 * of several stops could be cut in two with an end that comes sooner is `loose`: for it nothing but
 * the arrival at a new stop is bounded. */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include "core/plan.h"

#define ROUTE_NO_LIMIT_MS (INT64_C(1) << 50)

struct route {
    bool loose;
    struct plan_parts parts;                  /* ... and what it is made of */
    int64_t late_ms[PLAN_STOPS_MAX + 1];      /* how much later it may come to stop i; 0 or more */
    int64_t room_ms[PLAN_STOPS_MAX + 1];      /* the longest detour before stop i: that, and what
                                                 riders aboard there may ride longer */
    int64_t waits_ms[PLAN_STOPS_MAX + 1];     /* waits before and in stands from stop i on */
    int64_t stands_ms[PLAN_STOPS_MAX + 1];    /* those in stands that no new stop joins: of the
                                                 vehicle's time */
    uint8_t pickups_from[PLAN_STOPS_MAX + 1]; /* planned pick-ups among stops i .. */
    uint8_t aboard[PLAN_STOPS_MAX + 1];       /* parties aboard on the way to stop i */
};

/* `plan` is scheduled. Limits that are broken already count as kept just so. O(stops^2). */
void route_make(struct route *route, const struct plan *plan);

#endif
