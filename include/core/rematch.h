/* Who fetches whom, decided anew for a neighbourhood at once: of each vehicle all that it does from
 * the point on where it is, or will be, empty is given out again, so that the sum is the smallest
 * there is: an exact linear assignment (core/assignment.h) of such ends of plans to vehicles, the
 * idle ones among them. It finds rings of changes that no exchange of two gains. */
#ifndef CORE_REMATCH_H
#define CORE_REMATCH_H

#include "core/assignment.h"
#include "core/move.h"
#include "core/splice.h"

#define REMATCH_BUSY_MAX     12 /* vehicles with something planned that take part */
#define REMATCH_IDLE_MAX     8  /* ... and idle ones */
#define REMATCH_VEHICLES_MAX (REMATCH_BUSY_MAX + REMATCH_IDLE_MAX)
#define REMATCH_MOVES_MAX    6 /* vehicles whose plans change at one time */

/* Scratch, and what was found. */
struct rematch {
    struct assignment assignment;
    uint32_t side_count;
    struct splice_side sides[REMATCH_VEHICLES_MAX];
    uint32_t cuts[REMATCH_VEHICLES_MAX]; /* where each is cut: the first point that there is */
    int64_t alone[REMATCH_VEHICLES_MAX]; /* what each takes with nothing behind its cut, ... */
    bool may_end[REMATCH_VEHICLES_MAX];  /* ... where that is possible */
    uint32_t row_count;
    uint32_t row_sides[REMATCH_VEHICLES_MAX]; /* whose end of a plan a row gives out */
    uint32_t first[REMATCH_VEHICLES_MAX + 1]; /* the problem, as core/assignment.h wants it */
    uint32_t columns[REMATCH_VEHICLES_MAX * REMATCH_VEHICLES_MAX];
    int64_t costs[REMATCH_VEHICLES_MAX * REMATCH_VEHICLES_MAX];
    int64_t penalties[REMATCH_VEHICLES_MAX];
    uint32_t move_count;
    struct move_plan moves[REMATCH_MOVES_MAX];
    struct plan_parts saved; /* by the moves together */
};

size_t rematch_cost(void);
MUST_CHECK bool rematch_init(struct rematch *rematch, struct arena *arena);

/* The best assignment among the vehicles near the first rider behind a cut of a usable vehicle's
 * plan. Of its changes those are kept that hang together and gain most: true and the moves, for
 * move_plans(), when they gain more than `gain` weight x ms, keep every promise and make nobody
 * later who is spared. O(vehicles^2 x stops^2 + cells). */
MUST_CHECK bool rematch_find(struct core *core, uint32_t vehicle, int64_t gain);

#endif
