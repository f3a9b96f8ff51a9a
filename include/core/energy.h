/* What a plan takes of a vehicle's battery, and whether that lasts: driving by the length of the
 * shortest ways, and auxiliaries (heating, cooling, computers) by the time on the way and at
 * stands, at the power of the hour. While a vehicle waits before it sets off it takes nothing.
 *
 * The rule: from where and when its charge was last told, the vehicle has the reserve left at every
 * stop, and behind the last one also at the charger that is nearest in time, where there is any. A
 * visit to charge adds what the plug gives while it stands there. Of the drive under way what was
 * driven when the charge was told counts no more. A stop that cannot be reached takes nothing: it
 * is not driven to.
 *
 * Amounts are thousandths of a watt-hour, each drive's and stand's rounded up. How far a drive
 * leads is worked out only where neither a bound by its time and the network's fastest road does,
 * nor that with the drives that are remembered. */
#ifndef CORE_ENERGY_H
#define CORE_ENERGY_H

#include "base/arena.h"
#include "core/plan.h"
#include "core/stations.h"
#include "road/network.h"

/* How long a drive is, remembered. */
struct energy_length {
    struct road_place from;
    struct road_place to;
    uint64_t version; /* of the metric, plus one; 0 nothing is remembered */
    int64_t length_mm;
};

/* The charger that is nearest in time to a place, remembered. */
struct energy_reach {
    struct road_place from;
    uint32_t nearest; /* among the chargers */
    uint64_t version; /* as above */
    int64_t leg_ms;   /* ... and the drive there */
};

struct energy {
    const struct core_config *config;
    struct road_network *network;
    bool is_on;                /* some vehicle has a battery that counts */
    bool is_ignored;           /* batteries do not count: to see whether it is they that matter */
    int64_t fastest_mm_per_ms; /* no road is faster; rounded up */
    int64_t auxiliary_most_w;  /* of all hours */
    struct road_place *places; /* [stations] on the road */
    uint32_t charger_count;    /* stations that charge: */
    struct road_place *chargers;
    int64_t *drives; /* [stations] scratch */
    struct energy_length *lengths;
    struct energy_reach *reaches;
};

size_t energy_cost(const struct core_config *config);

/* False when the arena is too small. Configuration
 * and network are borrowed. O(arcs). */
MUST_CHECK bool energy_init(struct energy *energy, struct arena *arena,
                            const struct core_config *config, struct road_network *network);

/* Length of a shortest way, remembered; 0 where there is none any more. One path. */
int64_t energy_length_mm(struct energy *energy, struct road_place from, struct road_place to);

/* Does the battery last for a plan as scheduled? True where it has no limit, and with `energy`
 * NULL. O(stops + chargers), and up to as many paths. */
bool energy_holds(struct energy *energy, const struct plan *plan);

/* Is less left at some stop, or now, than the configuration's charge_below_permille? */
bool energy_is_low(struct energy *energy, const struct plan *plan);

/* What is left at the end of a plan as scheduled, below 0 where it does not last; of a battery with
 * a limit. O(stops), and up to as many paths. */
int64_t energy_left_mwh(struct energy *energy, const struct plan *plan);

/* So many thousandths of a battery. */
static inline int64_t energy_share_mwh(const struct plan *plan, int64_t permille)
{
    return plan->battery_mwh / 1000 * permille;
}

/* What the plug of the plan's visit gives in so long, rounded down. */
static inline int64_t energy_plugged_mwh(const struct plan *plan, int64_t duration_ms)
{
    return plan->plug_w * duration_ms / 3600;
}

/* How long a plug takes for so much, rounded up. */
static inline int64_t energy_plug_ms(int64_t mwh, int64_t power_w)
{
    return (mwh * 3600 + power_w - 1) / power_w;
}

#endif
