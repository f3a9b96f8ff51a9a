/* Every limit of the core. Those below are built in, because arrays are as long; struct
 * core_limits holds those that the configuration sets, within these. */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

#include <stdint.h>

#define PLAN_STOPS_MAX     16            /* stops planned for one vehicle */
#define PARTY_MAX          8             /* people travelling on one booking */
#define SEATS_MAX          32            /* seats of one vehicle, and wheelchair spaces */
#define STEP_FACTS_MAX     64            /* facts that one event may cause */
#define STEP_MESSAGES_MAX  192           /* messages that one event may cause */
#define LIST_PAGE_MAX      100           /* vehicles in one page of a list */
#define STATE_REFUSALS_MAX LIST_PAGE_MAX /* refusals remembered: one page */
#define STATE_POLICIES_MAX 64            /* policies remembered, the last adopted */
#define ZONE_NAME_MAX      64            /* bytes, with the NUL */
#define CLOSURES_MAX       256           /* roads closed at one time, each direction counted */
#define CLOSURE_REASON_MAX 121           /* bytes, with the NUL */
#define REFUND_REASON_MAX  CLOSURE_REASON_MAX
#define REFUNDS_MAX        4   /* of one ride */
#define CALENDAR_MAX       256 /* changes of the clocks that a calendar knows */
#define BOOK_AHEAD_MAX_MS  (INT64_C(7) * 24 * 3600 * 1000) /* furthest departure booked */
#define PENCE_MAX          (INT64_C(1) << 48) /* one amount; sums of 2^14 of them still fit */

/* Most of each thing that one core holds; its memory is worked out from them. */
struct core_limits {
    uint32_t vehicles_max; /* 1 to 65,536 */
    uint32_t rides_max;    /* 64 to 4,194,304: under way, and ended ones still remembered */
    uint32_t riders_max;   /* 1 to 4,194,304 */
};

#define VEHICLES_LIMIT 65536
#define RIDES_LIMIT    4194304
#define RIDERS_LIMIT   4194304

#endif
