/* Where a vehicle on a shortest drive is: for a vehicle under way that is to be sent elsewhere. */
#ifndef ROAD_DRIVE_H
#define ROAD_DRIVE_H

#include "road/query.h"

/* An answer, and for which moments of a drive it holds: those after `after_ms`, up to `reached_ms`.
 */
struct road_drive_answer {
    struct road_place from;
    struct road_place to;
    struct road_place place;
    int64_t after_ms;
    int64_t reached_ms; /* 0: there is no answer here */
    uint64_t version;   /* of the metric */
};

/* The same drives are asked about again and again, for one request after the other, before they
 * have come to the next node: about every other answer is among the last ones. */
#define ROAD_DRIVE_ANSWERS 512 /* a power of two */

struct road_drive {
    const struct road_metric *metric;
    struct road_query *query;
    struct road_drive_answer answers[ROAD_DRIVE_ANSWERS]; /* by a hash of both places */
};

/* The metric and the query are borrowed; the query is of that metric. */
void road_drive_init(struct road_drive *drive, const struct road_metric *metric,
                     struct road_query *query);

/* The first node of the shortest drive (the one that road_query_path() gives) that is reached
 * `driven_ms` or more after it began at `from`, or `to` itself where there is none before it:
 * *place, and *reached_ms after the beginning. `driven_ms` of 0 or less gives `from` and 0. False,
 * both untouched, when there is no way. O(height of the tree), not of the length of the drive. */
MUST_CHECK bool road_drive_ahead(struct road_drive *drive, struct road_place from,
                                 struct road_place to, int64_t driven_ms, struct road_place *place,
                                 int64_t *reached_ms);

#endif
