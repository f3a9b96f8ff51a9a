/* Meeting points: kerbs near the place that a rider asks for, to which the rider agrees to walk,
 * and the choice among them. A better kerb saves a loop through one-ways, a turn into a side street
 * or a stand of its own, and so serves more people with less driving.
 *
 * How far somebody walks is not known, as footpaths are not on the map: it is taken to be the
 * straight line from the point asked for, times a detour factor. But a meeting point is looked for
 * along the streets, in either direction whatever the one-ways, so it never lies beyond water or a
 * railway that no street crosses within reach; and motorways and trunk roads are not walked. */
#ifndef CORE_MEETING_H
#define CORE_MEETING_H

#include "core/inside.h"

#define MEETING_WALK_MM_PER_S   1200 /* a person who is not in a hurry */
#define MEETING_DETOUR_PERMILLE 1300 /* a way on foot, to the straight line */
#define MEETING_PLACES_MAX      6    /* at one end, the place asked for among them */
#define MEETING_PAIRS_MAX       16   /* pairs of places that are searched for one request */
#define MEETING_VISITS_MAX      1024 /* nodes that one walk looks at */

enum meeting_end { MEETING_PICKUP, MEETING_DROPOFF };

struct meeting_place {
    struct road_place place;
    int32_t walk_m;   /* 0 for the place asked for */
    int64_t walk_ms;  /* rounded up */
    int64_t estimate; /* see meeting_find_places() */
};

struct meeting_places {
    uint32_t count;
    struct meeting_place places[MEETING_PLACES_MAX];
};

/* Scratch for the search, in the core's arena. */
size_t meeting_cost(const struct road_graph *graph);
MUST_CHECK bool meeting_init(struct meeting *meeting, struct arena *arena,
                             const struct road_graph *graph);

/* The metres on foot between two points, rounded up; and how long that takes. */
int64_t meeting_walk_m(struct geo_point from, struct geo_point to);
int64_t meeting_walk_ms(int64_t walk_m);

/* What somebody asks for at one end of a ride. */
struct meeting_wish {
    enum meeting_end end;
    struct geo_point point;   /* where the rider is, or goes */
    struct road_place asked;  /* the kerb there */
    bool asked_allowed;       /* ... and rides may begin and end there */
    struct road_place beyond; /* the kerb asked for at the other end */
    int32_t walk_max_m;
};

/* The places in question at one end: the kerb asked for, if rides may begin and end there, and of
 * the nodes within the walk and the kerb across the street, as far as zones allow them, those with
 * the least estimates, ties to the lower node. In this order: the kerb asked for, then by estimate
 * and node. With walk_max_m 0 it is the kerb alone.
 *
 * The estimate is what a ride between it and the kerb asked for at the other end costs where a
 * vehicle stands ready, with the weight of waiting times the walk; at the pick-up half the walk, as
 * much of it is walked while the vehicle is on its way. O(nodes walked), at most
 * MEETING_VISITS_MAX, and a search from one to as many. */
void meeting_find_places(struct core *core, const struct meeting_wish *wish,
                         struct meeting_places *places);

struct meeting_choice {
    struct meeting_place from;
    struct meeting_place to;
    struct insertion_request request; /* between the two */
    struct insertion best;            /* its cost is without the walks */
    int64_t cost;                     /* best.cost and the weight of waiting times both walks */
};

/* The request that `asked` becomes between two places: who walks boards no earlier than that takes,
 * and is set down early enough to walk on. False where the two are one place, no open road leads
 * from one to the other, or the walk leaves no time. */
MUST_CHECK bool meeting_request(struct core *core, const struct insertion_request *asked,
                                const struct meeting_place *from, const struct meeting_place *to,
                                struct insertion_request *request);

/* The best insertion over the pair asked for and those others with the least sums of estimates
 * (ties to the order of the places at the pick-up, then at the drop-off), MEETING_PAIRS_MAX in all.
 * Exact over these: the least cost, then the least way on foot, then the order of the places as
 * above, then insertion_precedes(). True and *choice, or false when none is feasible. */
MUST_CHECK bool meeting_find(struct core *core, const struct insertion_request *asked,
                             const struct meeting_places *from, const struct meeting_places *to,
                             struct meeting_choice *choice);

#endif
