/* The auditor watches a run with a model of its own, made from the facts and from what is seen in
 * the street, and knows nothing of how the core works. What it checks:
 * - each ride is booked once, moves through its life one step at a time, and ends once;
 * - the money, as sim/auditor_books.h says;
 * - nobody boards a car that is full, or that somebody has to themselves;
 * - windows, ride limits and shifts are kept where limits are hard, but for riders between
 *   whose request and end a road was closed, and not where cars have speeds of their own;
 * - nobody walks further than agreed, who needs a wheelchair never does, and nobody boards before
 *   they can have walked there;
 * - a closed road is opened before it is closed again, and nobody drives into it meanwhile. */
#ifndef SIM_AUDITOR_H
#define SIM_AUDITOR_H

#include <stddef.h>
#include <stdint.h>

#include "core/fact.h"
#include "sim/auditor_books.h"
#include "sim/person.h"
#include "sim/scenario.h"

#define AUDITOR_FAILURES_KEPT 10
#define AUDITOR_TEXT_MAX      160

struct auditor_ride;
struct auditor_closure;

struct auditor {
    const struct scenario *scenario;
    uint64_t seq;
    int64_t at_ms;
    struct auditor_ride *rides; /* by ride id */
    size_t ride_capacity;
    uint64_t ride_count;
    struct auditor_books books;
    struct auditor_closure *closures; /* of all times, in order of closing */
    size_t closure_capacity;
    size_t closure_count;
    uint64_t failure_count;
    char failures[AUDITOR_FAILURES_KEPT][AUDITOR_TEXT_MAX];
};

void auditor_init(struct auditor *auditor, const struct scenario *scenario);
void auditor_free(struct auditor *auditor);

/* A fact was made. */
void auditor_fact(struct auditor *auditor, const struct fact *fact);

/* All facts of one step were told. */
void auditor_step(struct auditor *auditor);

/* Somebody stepped in: these are aboard now. */
void auditor_aboard(struct auditor *auditor, const struct scenario_vehicle *vehicle,
                    const struct person *persons, const uint32_t *aboard, uint32_t count);

/* A car drove into an arc. */
void auditor_drive(struct auditor *auditor, struct vehicle_id vehicle, uint32_t arc,
                   int64_t enters_ms);

/* The run is over: check what only shows at the end. `ledger_difference_pence` is the core's. */
void auditor_finish(struct auditor *auditor, const struct person *persons, uint32_t person_count,
                    int64_t ledger_difference_pence);

/* Something that must not be, seen elsewhere (a report was rejected). */
__attribute__((format(printf, 2, 3))) void auditor_fail(struct auditor *auditor, const char *format,
                                                        ...);

#endif
