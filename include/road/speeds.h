/* How fast roads are driven, by hour of the day. Three things say it, each where the one before
 * knows no better: free flow, a profile by class of road and hour (given, then learnt from what is
 * driven), and what was learnt of single roads.
 *
 * All of it is kept as a pace: the driving time over that in free flow, in parts of
 * ROAD_SPEEDS_FREE. None is below 1 (free flow) or above 10 (a tenth of its speed), so that no
 * metric made of it is faster than free flow and none stands still.
 *
 * Single roads are in a table of bounded size, in sets of 8 that fill one cache line each: where a
 * set is full, the road that was seen least gives way, after as many sightings of others. So the
 * table holds the roads that the fleet really drives, 8 to 16 bytes for each node of the graph. */
#ifndef ROAD_SPEEDS_H
#define ROAD_SPEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/graph.h"
#include "road/place.h"

#define ROAD_SPEEDS_SLOTS        24   /* hours of the day */
#define ROAD_SPEEDS_CLASSES      7    /* enum road_class */
#define ROAD_SPEEDS_FREE         1024 /* the pace of free flow */
#define ROAD_SPEEDS_SLOWEST      (10 * ROAD_SPEEDS_FREE)
#define ROAD_SPEEDS_PERMILLE_MIN 100   /* the slowest share of the free-flow speed */
#define ROAD_SPEEDS_DRIVE_MIN_MS 10000 /* in free flow; what is shorter says too little */

/* A share of the free-flow speed for each class and hour: 100 to 1000 permille. */
struct road_speeds_profile {
    uint16_t permille[ROAD_SPEEDS_CLASSES][ROAD_SPEEDS_SLOTS];
};

/* A road in an hour, as it was driven. */
struct road_speeds_entry {
    uint32_t arc;
    uint16_t pace;
    uint8_t slot;
    uint8_t weight; /* sightings, 0: the place is free */
};

struct road_speeds {
    const struct road_graph *graph;
    uint32_t set_count;                                           /* a power of two */
    struct road_speeds_entry *entries;                            /* [8 x set_count] */
    uint32_t given_paces[ROAD_SPEEDS_CLASSES][ROAD_SPEEDS_SLOTS]; /* in 1/256 of a pace's unit */
    uint32_t class_paces[ROAD_SPEEDS_CLASSES][ROAD_SPEEDS_SLOTS]; /* ditto, as learnt */
    bool class_seen[ROAD_SPEEDS_CLASSES][ROAD_SPEEDS_SLOTS];      /* ever driven */
    uint64_t seen_count;                                          /* drives that were taken in */
};

/* The driving time of an arc by a profile alone, rounded up. */
static inline int64_t road_speeds_profile_ms(const struct road_speeds_profile *profile,
                                             const struct road_graph *graph, uint32_t arc,
                                             uint32_t slot)
{
    const int64_t permille = profile->permille[graph->class[arc]][slot];
    return ((int64_t)graph->free_ms[arc] * 1000 + permille - 1) / permille;
}

/* Free flow in all hours. */
void road_speeds_profile_free(struct road_speeds_profile *profile);
bool road_speeds_profile_valid(const struct road_speeds_profile *profile);

size_t road_speeds_cost(const struct road_graph *graph);

/* With a profile, which is valid, or NULL: free flow. Nothing is learnt yet. False when the arena
 * is too small. The graph is borrowed. */
MUST_CHECK bool road_speeds_init(struct road_speeds *speeds, struct arena *arena,
                                 const struct road_graph *graph,
                                 const struct road_speeds_profile *profile);

/* The driving time of an arc in an hour: its free-flow time or more, rounded down, at the most
 * ROAD_WEIGHT_MAX_MS. O(1). */
uint32_t road_speeds_weight(const struct road_speeds *speeds, uint32_t arc, uint32_t slot);

/* Those of all arcs. O(arcs). */
void road_speeds_fill(const struct road_speeds *speeds, uint32_t slot, uint32_t *weights_ms);

/* A vehicle drove from one place to another over these arcs (as road_query_path() gives them) in
 * `taken_ms`, in this hour: it says of each by as much how fast it is, against what was expected.
 * False, and nothing is learnt, where the drive is shorter than ROAD_SPEEDS_DRIVE_MIN_MS, or took
 * more than 8 times as long as expected: the vehicle stood. O(arcs of the drive). */
bool road_speeds_see(struct road_speeds *speeds, struct road_place from, struct road_place to,
                     const uint32_t *arcs, size_t count, int64_t taken_ms, uint32_t slot);

/* The hour begins, a day after it last did: what was seen of single roads counts half as much.
 * Where a class was never seen in this hour, it is as much slower than given as in the hour before.
 * O(entries). */
void road_speeds_enter(struct road_speeds *speeds, uint32_t slot);

#endif
