/* Demand by area and time: how many requests are expected of each area, from what was seen in the
 * last minutes and at this hour of such a day before.
 *
 * - Of the last minutes: requests are counted as they come and fade by a tenth each minute, so that
 *   an area's count is that of about ten minutes (DEMAND_WINDOW_MS).
 * - Of the days before: each hour of a kind of day (Monday to Friday, Saturday, Sunday; in the
 *   council's civil time) has the requests that are usual in it. A day moves what is usual by a
 *   quarter of the difference, so that last week counts more than last month; the first four days
 *   count alike. An hour that was not watched from its beginning teaches nothing. Holidays are
 *   days like others.
 *
 * What is expected is what is usual a little ahead (DEMAND_AHEAD_MS, so that vehicles are there
 * before a peak begins), and half of what the last minutes are above or below what is usual now.
 * Where nothing is usual yet it is what the last minutes say.
 *
 * Nothing here is durable of itself. After a restart it is made again by the same calls from the
 * rides that the state still holds (rebalance_restore()). Lost are requests that were refused, and
 * rides ended so long ago that their record was given away (limits.rides): with as many rides a day
 * as that limit, a day is remembered. Hours in which the dispatcher was down count as hours without
 * requests. Integers only; the same calls give the same numbers. */
#ifndef CORE_DEMAND_H
#define CORE_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/calendar.h"
#include "road/network.h"

#define DEMAND_WINDOW_MS INT64_C(600000) /* what is expected is expected of so long */
#define DEMAND_AHEAD_MS  INT64_C(600000) /* ... and from so far ahead on */
#define DEMAND_MILLI     1000            /* counts are in thousandths of a request */
#define DEMAND_DAYS      4               /* the share of a day in what is usual is one in so many */
#define DEMAND_KINDS     3               /* of days */
#define DEMAND_SLOTS     (DEMAND_KINDS * 24)

struct demand {
    const struct calendar *calendar;
    uint32_t area_count;
    int64_t minute_ms; /* `recent` has faded up to here; 0: not yet begun */
    int64_t hour_ends_ms;
    uint32_t slot; /* of the hour under way */
    bool is_whole; /* it was watched from its beginning */
    int64_t recent_milli[ROAD_AREAS_MAX];
    int64_t counted[ROAD_AREAS_MAX]; /* requests of the hour under way */
    uint8_t days[DEMAND_SLOTS];      /* that taught it something, up to DEMAND_DAYS */
    int64_t usual_milli[DEMAND_SLOTS][ROAD_AREAS_MAX]; /* requests of the hour */
};

/* Nothing seen yet; watching begins with the first call below. The calendar is borrowed. */
void demand_init(struct demand *demand, const struct calendar *calendar, uint32_t area_count);

/* It is `at_ms` now, no earlier than in the calls before. O(areas) a minute and an hour passed,
 * bounded: after more than DEMAND_GAP_MS nothing of the time between is taken in. */
#define DEMAND_GAP_MS (INT64_C(8) * 24 * 3600 * 1000)
void demand_advance(struct demand *demand, int64_t at_ms);

/* Somebody wants to leave from this area, soon; demand_advance() to now goes before. */
void demand_saw(struct demand *demand, uint32_t area);

/* Requests expected of an area in a window, in thousandths, as of the last minute that
 * was advanced to. O(log count of the calendar's changes). */
int64_t demand_expected_milli(const struct demand *demand, uint32_t area);

#endif
