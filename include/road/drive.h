/* Where a vehicle on a shortest drive is: for a vehicle under way that is to be sent elsewhere. */
#ifndef ROAD_DRIVE_H
#define ROAD_DRIVE_H

#include "road/query.h"

struct road_drive {
    const struct road_metric *metric;
    struct road_query *query;
};

/* The metric and the query are borrowed; the query is of that metric. */
static inline void road_drive_init(struct road_drive *drive, const struct road_metric *metric,
                                   struct road_query *query)
{
    *drive = (struct road_drive){.metric = metric, .query = query};
}

/* The first node of the shortest drive (the one that road_query_path() gives) that is reached
 * `driven_ms` or more after it began at `from`, or `to` itself where there is none before it:
 * *place, and *reached_ms after the beginning. `driven_ms` of 0 or less gives `from` and 0. False,
 * both untouched, when there is no way. O(height of the tree), not of the length of the drive. */
MUST_CHECK bool road_drive_ahead(struct road_drive *drive, struct road_place from,
                                 struct road_place to, int64_t driven_ms, struct road_place *place,
                                 int64_t *reached_ms);

#endif
