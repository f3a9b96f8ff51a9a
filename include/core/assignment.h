/* Who fetches whom, decided for all at once: riders get vehicles so that the sum of the costs is
 * the smallest there is. Each rider lists the vehicles that could come and what each would cost; a
 * vehicle goes to one rider at most, and a rider may stay without one at the price of a penalty, so
 * there is always an answer.
 *
 * The method is the successive shortest paths of Jonker and Volgenant ("A shortest augmenting path
 * algorithm for dense and sparse linear assignment problems", Computing 38, 1987), with the penalty
 * as a place that every rider has for himself. Riders first bid for vehicles, which settles most of
 * them; each of the rest is then placed by a shortest path through the others' second choices.
 *
 * The answer comes with its proof: a cost to each rider and a price to each vehicle such that
 *     rider_costs[r] <= cost(r, v) + prices[v]  for every candidate, equal where v goes to r,
 *     rider_costs[r] <= penalty(r),             equal where r stays without,
 *     prices[v] >= 0,                           0 where v goes to nobody.
 *
 * The work can be done in slices, so that a turn of the loop stays short, and the slices change
 * nothing in the answer. The answer is a function of the problem alone. Where several have the
 * smallest sum it is not said which one it is: who wants as many riders served as the sum allows
 * multiplies costs and penalties by the number of riders + 1 and adds 1 to the penalties. */
#ifndef CORE_ASSIGNMENT_H
#define CORE_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/heap.h"

#define ASSIGNMENT_NONE       UINT32_MAX
#define ASSIGNMENT_COST_MAX   (INT64_C(1) << 40)  /* one cost or penalty: 34 years in ms */
#define ASSIGNMENT_RIDERS_MAX (UINT32_C(1) << 20) /* so that every sum fits 64 bits */

/* Rider r's candidates are first[r] .. first[r + 1] - 1, cheapest first, those of one cost by
 * ascending vehicle: assignment_sort() brings them into that order, which is how the order of
 * discovery cannot matter. Costs and penalties are 0 to ASSIGNMENT_COST_MAX. A vehicle named twice
 * by a rider counts at the lower cost. */
struct assignment_problem {
    uint32_t rider_count;
    uint32_t vehicle_count;
    const uint32_t *first;    /* [rider_count + 1], ascending from 0 */
    const uint32_t *vehicles; /* [first[rider_count]] */
    const int64_t *costs;     /* [first[rider_count]] */
    const int64_t *penalties; /* [rider_count] */
};

struct assignment_vehicle {
    int64_t price;
    int64_t distance; /* in the search under way, INT64_MAX when not reached */
};

/* How the search came to a vehicle: from this rider by this candidate of his. */
struct assignment_step_back {
    uint32_t rider;
    uint32_t arc;
    bool is_pending; /* waits for the heap */
};

struct assignment {
    struct assignment_problem problem;
    uint32_t riders_max;
    uint32_t vehicles_max;
    bool is_done;

    /* The answer, complete when is_done. */
    uint32_t *vehicle_of;             /* [riders_max] ASSIGNMENT_NONE: stays without */
    uint32_t *rider_of;               /* [vehicles_max] ASSIGNMENT_NONE: goes to nobody */
    int64_t *rider_costs;             /* [riders_max] */
    struct assignment_vehicle *fleet; /* [vehicles_max] with the prices */

    /* Riders still to be placed, a ring that begins at `waiting_first`. */
    uint32_t *waiting; /* [riders_max] */
    uint32_t waiting_first;
    uint32_t waiting_count;
    uint64_t bids_left;

    /* The search under way, from rider `root`, ASSIGNMENT_NONE between searches. */
    uint32_t root;
    uint32_t end_rider; /* where the best end found so far is: with this rider, ... */
    uint32_t end_arc;   /* ... who takes this candidate, ASSIGNMENT_NONE for the penalty ... */
    int64_t end;        /* ... at this distance */
    int64_t distance;   /* all vehicles nearer than this are settled */
    struct heap heap;
    struct assignment_step_back *back; /* [vehicles_max] */
    uint32_t *reached;                 /* [vehicles_max] all that have a distance */
    uint32_t reached_count;
    uint32_t *pending; /* [vehicles_max] those whose distance the heap does not know yet */
    uint32_t pending_count;
    uint32_t *settled; /* [vehicles_max] the settled, ... */
    uint32_t settled_count;
    uint32_t ready_count; /* ... and behind them, up to here, those to be settled next */

    uint64_t bid_count;  /* figures of this problem: bids, ... */
    uint64_t path_count; /* ... searches, ... */
    uint64_t work_count; /* ... and operations in all */
};

/* Arena bytes for problems of up to `riders_max` and `vehicles_max`. */
size_t assignment_cost(uint32_t riders_max, uint32_t vehicles_max);

/* False when the arena is too small, which is then as before. */
MUST_CHECK bool assignment_init(struct assignment *assignment, struct arena *arena,
                                uint32_t riders_max, uint32_t vehicles_max);

/* Bring the candidates of one rider into the order that a problem wants. O(count log count). */
void assignment_sort(uint32_t *vehicles, int64_t *costs, uint32_t count);

/* Take up a problem, whatever became of the one before. Its arrays are borrowed until the answer is
 * there. O(riders + vehicles + candidates): all that is promised above is CHECKed. */
void assignment_begin(struct assignment *assignment, const struct assignment_problem *problem);

/* Work on until `budget` operations are done (a candidate looked at, a vehicle reached or passed);
 * true when the answer is there. Overruns by the candidates of one rider and three times the
 * vehicles at most. With a budget of 0 nothing is done. */
MUST_CHECK bool assignment_step(struct assignment *assignment, uint64_t budget);

/* Begin, and work until the answer is there. */
void assignment_solve(struct assignment *assignment, const struct assignment_problem *problem);

/* The sum of the costs and penalties of the answer. O(riders). */
int64_t assignment_total(const struct assignment *assignment);

#endif
