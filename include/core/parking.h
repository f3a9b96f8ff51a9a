/* Where idle vehicles may wait: a list of waiting places, each with room for so many. With a list
 * an idle vehicle in its shift goes to one of them within a round of core/rebalance.h and stays
 * until it is given a ride or sent elsewhere; when all are full it stays where it is, which is
 * counted. Out of its shift it is at home or on its way there, where it has a bay of its own, which
 * takes no room. Without a list vehicles wait where they are.
 *
 * A vehicle takes room from the moment it is sent until it leaves for a rider: also while it is on
 * the way, is not heard, or waits there for the time to set off for an early booking. (One that
 * ends a ride elsewhere with an early booking before it waits there for it: a plan with stops has
 * no place to rest.) What is taken is read from the plans anew in each round, so that it needs no
 * memory of its own and survives a restart with them. */
#ifndef CORE_PARKING_H
#define CORE_PARKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/place.h"

#define PARKING_MAX      1024  /* waiting places */
#define PARKING_ROOM_MAX 65536 /* vehicles in one of them */
#define PARKING_NONE     UINT32_MAX

enum parking_kind {
    PARKING_KERB = 1, /* a stretch of street */
    PARKING_DEPOT,
};

struct parking {
    struct road_place place; /* no two have the same */
    uint32_t room;           /* 1 to PARKING_ROOM_MAX */
    enum parking_kind kind;
};

/* The order that a list is in: by node, then arc, then the way along it. */
static inline int parking_compare(const struct road_place *a, const struct road_place *b)
{
    if (a->node != b->node) {
        return a->node < b->node ? -1 : 1;
    }
    if (a->arc != b->arc) {
        return a->arc < b->arc ? -1 : 1;
    }
    return (a->along_permille > b->along_permille) - (a->along_permille < b->along_permille);
}

/* The list as the core uses it. */
struct parking_lots {
    const struct parking *list; /* [count] borrowed */
    uint32_t count;             /* 0: vehicles wait where they are */
    uint32_t *area_of;          /* [count] in the network's areas; room for more, as below */
    uint32_t *taken;            /* [count] by vehicles there or on the way */
    uint32_t *lot_of;           /* [vehicles_max] PARKING_NONE: it takes no room */
    uint32_t *column;           /* [count] scratch of a round: the first slot's number */
    uint32_t *slots;            /* [columns_max] ditto: whose slot it is */
    uint32_t columns_max;
    uint64_t full_count; /* how often a vehicle found all full, once a round */
};

struct core;
struct core_config;
struct road_graph;

/* NULL, or a constant sentence that names what is wrong with the list. O(count). */
const char *parking_fault(const struct parking *list, uint32_t count);

/* Arena bytes; and the part of a core whose network is known. */
size_t parking_cost(const struct core_config *config);
MUST_CHECK bool parking_init(struct core *core, struct arena *arena);

/* Another list, without fault and on the network's roads, takes the place of the one before. The
 * configuration must have parking_changes. */
void parking_set(struct core *core, const struct parking *list, uint32_t count);

/* Slots that one problem may have at the most: no lot needs more than there are units. */
uint32_t parking_columns_max(const struct core_config *config);

/* Read anew from the plans who takes room. Who would be one too many (the list was made shorter)
 * takes none. O(vehicles log count). */
void parking_count(struct core *core);

/* Room left in a lot. */
uint32_t parking_free(const struct parking_lots *lots, uint32_t lot);

/* Vehicles that wait on other streets go to lots with room, all together with the least driving;
 * those whose shift has ended go home. parking_count() goes before. Orders are left with the round
 * (rebalance_order()). */
void parking_round(struct core *core);

#endif
