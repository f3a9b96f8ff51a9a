/* What happens at times that the scenario says, besides people's requests: roads close and open,
 * operators say what riders are, vehicles are held up, and finance settles the months that are
 * over. */
#ifndef SIM_HAPPENINGS_H
#define SIM_HAPPENINGS_H

#include "core/event.h"
#include "sim/scenario.h"
#include "sim/settlements.h"

struct happenings {
    const struct scenario *scenario; /* borrowed */
    uint32_t closures_done;          /* the first so many of each list */
    uint32_t classes_done;
    uint32_t delays_done;
    struct settlements settlements;
};

void happenings_init(struct happenings *happenings, const struct scenario *scenario);

/* When the next is due; INT64_MAX never. */
int64_t happenings_due_ms(const struct happenings *happenings);

/* Take what is due first: roads before riders, vehicles and months. True with *event for the
 * dispatcher; false with *delay, which no one tells it of. */
bool happenings_next(struct happenings *happenings, struct event *event,
                     const struct scenario_delay **delay);

#endif
