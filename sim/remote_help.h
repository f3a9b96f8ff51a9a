/* When a car cannot go on by itself: after so much driving, drawn at random, it stands at the next
 * node and asks for remote help, for a while that is drawn too. A car that is all zero never does.
 */
#ifndef SIM_REMOTE_HELP_H
#define SIM_REMOTE_HELP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"

#define REMOTE_HELP_S "90" /* how long, if nothing is said */

/* Averages: what is drawn is anything up to twice as much. */
struct remote_help_plan {
    int64_t every_ms; /* of driving; 0 never */
    int64_t for_ms;   /* 1 or more */
};

struct remote_help {
    struct remote_help_plan plan;
    struct random random;
    int64_t left_ms;  /* of driving, until it next asks */
    int64_t until_ms; /* it asks until then; 0: it does not */
};

/* A car's own chance: the same for one seed, whatever other cars do. */
void remote_help_init(struct remote_help *help, const struct remote_help_plan *plan, uint64_t seed,
                      uint32_t vehicle);

/* It has driven for so long. */
void remote_help_drive(struct remote_help *help, int64_t driven_ms);

/* Is it to ask before it drives on? */
bool remote_help_is_due(const struct remote_help *help);

/* It begins to ask now, and the next driving is drawn. */
void remote_help_begin(struct remote_help *help, int64_t now_ms);

#endif
