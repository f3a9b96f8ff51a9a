/* Plans get better for as long as nobody has boarded: between requests, riders who wait are moved
 * to where they cost less, within every promise that was given. Bounded steps, counted in searches
 * and not in time, so that no turn is long and a run repeats exactly. */
#ifndef CORE_IMPROVE_H
#define CORE_IMPROVE_H

#include "core/inside.h"

#define IMPROVE_SEARCHES_MAX 4    /* tries of one wake event, of a search each but for a ruin */
#define IMPROVE_ROUND        8    /* of so many tries each kind gets its share */
#define IMPROVE_CREDIT_MAX   4096 /* searches that may be due at most */
#define IMPROVE_AHEAD_MS     INT64_C(1800000) /* whose travel begins within that is moved */
#define IMPROVE_GAIN_S       5 /* weighted seconds that a change must gain: riders are told */

/* A second of a vehicle counts so many times what it does when a request is placed: it serves those
 * who are yet to come, of whom no plan knows anything. While at least a third of the vehicles in
 * their shifts have something to do, somebody will soon want every second that is saved; else few
 * do, and who is there already should not wait and ride longer for it (docs/performance.md, "Plans
 * that get better"). Where limits are soft no window bounds a wait: while few have something to do,
 * a second of waiting counts more than one of a vehicle then. */
#define IMPROVE_FACTOR_BUSY 5
#define IMPROVE_FACTOR_IDLE 2
#define IMPROVE_FACTOR_WAIT 3
#define IMPROVE_LOOK_MS     INT64_C(60000) /* how busy they are is looked at so often */

/* A plan has changed, or there is a new request: as many searches are due as the configuration
 * says. */
void improve_earn(struct core *core);

/* When the next step is due: now, or INT64_MAX. */
int64_t improve_due_ms(const struct core *core);

/* Work off a bounded part of what is due. */
void improve_step(struct core *core);

#endif
