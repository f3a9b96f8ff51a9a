/* Why a ride got its vehicle, or a trip none: what the matcher compared, in the figures of that
 * moment, as the journal keeps it. Plain data; core/explain.h makes it. A journal of before has
 * none of it: everything is then 0. */
#ifndef CORE_REASON_H
#define CORE_REASON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ids.h"

#define REASON_OPTIONS_MAX 4 /* the vehicle taken, and three others that were priced */

/* One way to serve a request, and what it takes. What it costs is the sum by the weights of then;
 * where soft limits are passed, their penalty is in it too. Times are cut off at 2^31 - 1 ms. */
struct reason_option {
    struct vehicle_id vehicle;
    int32_t vehicle_ms;     /* driving and standing added */
    int32_t wait_ms;        /* of who asks, from the earliest boarding to the departure */
    int32_t ride_ms;        /* of who asks, aboard */
    int32_t others_wait_ms; /* what all others wait longer, in sum; below 0: less */
    int32_t others_ride_ms; /* ... and ride longer */
    int64_t pickup_ms;      /* when the vehicle would have come */
    int64_t cost;           /* weight x ms */
};

enum reason_move {
    REASON_MOVE_NONE,
    REASON_MOVE_BETTER, /* the plans take less: reason.saved... */
    REASON_MOVE_SILENT, /* the vehicle before was not heard any more */
    REASON_MOVE_ROAD,   /* ... could not be there in time any more: held up, or told late */
    REASON_MOVE_ROOM,   /* makes room for somebody whom no vehicle could serve else */
    REASON_MOVE_COUNT,
};

/* The last time that a ride went to another vehicle, or to another place in its vehicle's plan. */
struct reason_moved {
    enum reason_move move;
    struct vehicle_id from;
    int32_t saved_vehicle_ms;    /* BETTER: driving and standing saved; below 0: that costs, ... */
    int64_t saved_cost;          /* ... but the plans in sum save this, in weight x ms */
    struct reason_option option; /* by the vehicle that it went to */
};

/* Kept with a ride. */
struct reason {
    uint32_t option_count; /* 0: not known, a journal of before */
    struct reason_option
        options[REASON_OPTIONS_MAX]; /* the one taken, then others, the best first */
    uint32_t moved_count;
    int64_t moved_ms; /* the last time */
    struct reason_moved moved;
};

/* What stood in the way of a trip. The first that, with it alone given up, finds a vehicle: in this
 * order from OWN_TIMES on, with ENERGY before WAIT, which comes last, since some vehicle can nearly
 * always come later. */
enum reason_constraint {
    REASON_CONSTRAINT_NONE,
    REASON_CONSTRAINT_SEATS,      /* no vehicle of the fleet has so many */
    REASON_CONSTRAINT_WHEELCHAIR, /* ... so many wheelchair spaces, and the seats */
    REASON_CONSTRAINT_ARRIVE_BY,  /* one could come in time, but would be there later than asked */
    REASON_CONSTRAINT_RIDE_TIME,  /* one could come in time, but the ride would take too long */
    REASON_CONSTRAINT_SHARING,    /* one could if the party shared it */
    REASON_CONSTRAINT_FULL,       /* one could come in time, but others have the seats or spaces */
    REASON_CONSTRAINT_OTHERS, /* one could come in time, but not keep what others were promised */
    REASON_CONSTRAINT_WAIT,   /* none can be there in time; one could come later */
    REASON_CONSTRAINT_SHIFT,  /* the shifts of all that could come end before */
    REASON_CONSTRAINT_NO_SERVICE, /* no vehicle that would fit is in service now */
    REASON_CONSTRAINT_SEVERAL,    /* none of these alone */
    REASON_CONSTRAINT_ENERGY,     /* one could come in time, but its battery would not last */
    REASON_CONSTRAINT_COUNT,
};

struct reason_refused {
    enum reason_constraint constraint;
    int64_t over_ms; /* ARRIVE_BY, RIDE_TIME, WAIT: how much later, or longer, than allowed; OTHERS:
                        by how much the promise is broken that is broken most; SHIFT: how long
                        after the end; else 0 */
    bool has_nearest;
    struct reason_option nearest; /* what would have been taken without the constraint */
};

const char *reason_constraint_text(enum reason_constraint constraint); /* "arrive_by" */
const char *reason_move_text(enum reason_move move);                   /* "better" */

#endif
