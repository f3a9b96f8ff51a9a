/* Vehicles to where they are wanted, as a flow of least cost. Goals (areas, waiting places) want
 * vehicles in units, each unit worth something; each vehicle could come for a cost, and comes to
 * one unit at most; groups of vehicles (those of one area) give up so many at most. Found is what
 * makes the sum of costs, and of the worths of units that stay without, the smallest there is.
 *
 *     groups --at most `spare` each--> vehicles --cost--> goals --worth of a unit--> served
 *
 * This is no second solver. A unit takes one vehicle, so the flow is an assignment with one rider a
 * unit and the worth as its penalty (core/assignment.h); units of one goal share its offers, and
 * their worths may fall from unit to unit (a convex cost). A group's limit comes in only where an
 * answer breaks it: then it gets units of its own for those who have to stay, which no goal can
 * outbid, and the problem is solved again.
 *
 * Each goal remembers only the cheapest offers: as many as there are units in all, and of one group
 * no more than that may give. That loses nothing: were a unit served by a vehicle beyond them, one
 * of those remembered would be free to take its place, of a group that may still give, since the
 * other units use fewer than there are.
 *
 * Order: offers count by cost, then vehicle; units by goal, then worth, as they are given. The
 * answer is a function of costs, worths and those numbers, whatever the order of the offers. */
#ifndef CORE_FLOW_H
#define CORE_FLOW_H

#include "core/assignment.h"

#define FLOW_UNITS_MAX 256 /* in one problem, those of groups included */
#define FLOW_NO_GROUP  UINT32_MAX

struct flow {
    uint32_t vehicles_max;
    uint32_t groups_max;
    uint32_t vehicle_count;
    const uint32_t *group_of; /* [vehicle_count] borrowed; NULL: no groups */
    const uint32_t *spare;    /* [group_count] borrowed */
    uint32_t group_count;
    uint32_t unit_limit; /* so many are to come */
    uint32_t unit_count;
    uint32_t offer_count; /* of the goal under way, in order */
    uint32_t *first;      /* [FLOW_UNITS_MAX + 1] the problem that they make */
    uint32_t *vehicles;   /* [FLOW_UNITS_MAX * FLOW_UNITS_MAX] */
    int64_t *costs;       /* ditto */
    int64_t *worths;      /* [FLOW_UNITS_MAX] */
    uint32_t *offered_of; /* [groups_max] offers of the goal under way, by group */
    int64_t *limit_of;    /* [groups_max] the dearest, once there are as many as it may give */
    bool *is_held;        /* [groups_max] has units of its own */
    bool *is_seen;        /* [vehicles_max] scratch */
    uint64_t solve_count; /* problems solved since the beginning */
    struct assignment assignment;
};

/* Arena bytes; false when the arena is too small. */
size_t flow_cost(uint32_t vehicles_max, uint32_t groups_max);
MUST_CHECK bool flow_init(struct flow *flow, struct arena *arena, uint32_t vehicles_max,
                          uint32_t groups_max);

/* A new problem with up to `unit_limit` (1 to FLOW_UNITS_MAX) units. group_of[v] is below
 * `group_count`, or FLOW_NO_GROUP, which gives all; both arrays are borrowed until the answer is
 * there, and may be NULL. */
void flow_begin(struct flow *flow, uint32_t vehicle_count, const uint32_t *group_of,
                const uint32_t *spare, uint32_t group_count, uint32_t unit_limit);

/* To the goal under way a vehicle could come, for 0 to ASSIGNMENT_COST_MAX; each once. O(offers
 * remembered). */
void flow_offer(struct flow *flow, uint32_t vehicle, int64_t cost);

/* An offer of this vehicle need not be made if it costs more than that. O(1). */
int64_t flow_limit(const struct flow *flow, uint32_t vehicle);

/* The goal under way, with what was offered, wants `count` units of these worths (0 to less than
 * ASSIGNMENT_COST_MAX), and another goal begins. Returns the number of the first unit; they follow
 * one another. */
uint32_t flow_want(struct flow *flow, const int64_t *worths, uint32_t count);

/* Solve it. flow_vehicle() is then the vehicle of a unit, or ASSIGNMENT_NONE. A group's limit that
 * would take more than FLOW_UNITS_MAX units in all is left to the caller: false. */
MUST_CHECK bool flow_solve(struct flow *flow);

static inline uint32_t flow_vehicle(const struct flow *flow, uint32_t unit)
{
    return flow->assignment.vehicle_of[unit];
}

#endif
