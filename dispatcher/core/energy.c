/* One walk over the plan, made three times at the most: by bounds that are never too low, by these
 * with what is remembered of the drives, then by what is driven. */
#include "core/energy.h"

#include <string.h>

#include "base/check.h"

#define LENGTHS    4096 /* remembered; a power of two */
#define REACH_BITS 12
#define REACHES    (1 << REACH_BITS) /* likewise */
#define LENGTH_MAX_MM                                                                              \
    INT64_C(1000000000)  /* longer drives count as this: no charge lasts for it                    \
                          */
#define ROUNDING_MS 2    /* parts of the first and the last arc take so much less than they are */
#define MS_PER_MWH  3600 /* of one watt */

size_t energy_cost(const struct core_config *config)
{
    const uint32_t stations = config->stations.count + 1; /* never an array of none */
    return 2 * arena_cost(stations, sizeof(struct road_place)) +
           arena_cost(stations, sizeof(int64_t)) +
           arena_cost(LENGTHS, sizeof(struct energy_length)) +
           arena_cost(REACHES, sizeof(struct energy_reach));
}

static void find_fastest(struct energy *energy)
{
    const struct road_graph *graph = energy->network->graph;
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        const int64_t free_ms = graph->free_ms[arc];
        const int64_t length_mm = (int64_t)graph->length_m[arc] * 1000;
        const int64_t capped_mm = length_mm < LENGTH_MAX_MM ? length_mm : LENGTH_MAX_MM;
        const int64_t speed = (capped_mm + free_ms - 1) / free_ms;
        energy->fastest_mm_per_ms =
            speed > energy->fastest_mm_per_ms ? speed : energy->fastest_mm_per_ms;
    }
}

static void find_places(struct energy *energy)
{
    const struct stations *stations = &energy->config->stations;
    for (uint32_t i = 0; i < stations->count; i++) {
        CHECK(road_place_valid(energy->network->graph, stations->items[i].place));
        energy->places[i] = stations->items[i].place;
        if (stations->items[i].power_w > 0) {
            energy->chargers[energy->charger_count++] = energy->places[i];
        }
    }
}

bool energy_init(struct energy *energy, struct arena *arena, const struct core_config *config,
                 struct road_network *network)
{
    const uint32_t stations = config->stations.count + 1;
    if (arena->size - arena->used < energy_cost(config)) {
        return false;
    }
    *energy = (struct energy){.config = config, .network = network};
    energy->places = arena_take(arena, stations, sizeof *energy->places);
    energy->chargers = arena_take(arena, stations, sizeof *energy->chargers);
    energy->drives = arena_take(arena, stations, sizeof *energy->drives);
    energy->lengths = arena_take(arena, LENGTHS, sizeof *energy->lengths);
    energy->reaches = arena_take(arena, REACHES, sizeof *energy->reaches);
    CHECK(energy->reaches != NULL);
    for (uint32_t hour = 0; hour < ENERGY_HOURS; hour++) {
        const int64_t power_w = config->energy.auxiliary_w[hour];
        energy->auxiliary_most_w =
            power_w > energy->auxiliary_most_w ? power_w : energy->auxiliary_most_w;
    }
    find_fastest(energy);
    find_places(energy);
    return true;
}

static uint64_t mix(uint64_t hash, struct road_place place)
{
    hash ^= (uint64_t)place.node << 32 | (place.arc ^ (uint32_t)place.along_permille << 20);
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* Where the length of this drive is remembered, if it is. */
static struct energy_length *find_length(struct energy *energy, struct road_place from,
                                         struct road_place to, bool *is_known)
{
    struct energy_length *length = &energy->lengths[mix(mix(0, from), to) % LENGTHS];
    *is_known = length->version == energy->network->metric.version + 1 &&
                road_place_equal(length->from, from) && road_place_equal(length->to, to);
    return length;
}

int64_t energy_length_mm(struct energy *energy, struct road_place from, struct road_place to)
{
    bool is_known = false;
    struct energy_length *known = find_length(energy, from, to, &is_known);
    if (!is_known) {
        int64_t driven_mm = 0; /* where there is none any more */
        if (!road_query_length(energy->network->query, from, to, &driven_mm)) {
            driven_mm = 0;
        }
        const uint64_t version = energy->network->metric.version + 1;
        *known = (struct energy_length){from, to, version, driven_mm};
    }
    return known->length_mm;
}

/* How far drives are taken to lead. */
enum reckoning {
    BY_TIME,   /* at the speed of the fastest road */
    BY_MEMORY, /* the same, but where it is remembered */
    EXACTLY,
};

/* A plan being walked. */
struct walk {
    struct energy *energy;
    const struct plan *plan;
    enum reckoning reckoning;
    int64_t charge_mwh;
};

static int64_t auxiliary_mwh(const struct walk *walk, int64_t duration_ms, int64_t at_ms)
{
    const struct core_config *config = walk->energy->config;
    const int64_t power_w = walk->reckoning == EXACTLY
                                ? config->energy.auxiliary_w[calendar_hour(config->calendar, at_ms)]
                                : walk->energy->auxiliary_most_w;
    return (power_w * duration_ms + MS_PER_MWH - 1) / MS_PER_MWH;
}

/* How far a drive of leg_ms leads, or more than that. */
static int64_t length_mm(const struct walk *walk, struct road_place from, struct road_place to,
                         int64_t leg_ms)
{
    if (walk->reckoning == EXACTLY) {
        return energy_length_mm(walk->energy, from, to);
    }
    if (walk->reckoning == BY_MEMORY) {
        bool is_known = false;
        const struct energy_length *length = find_length(walk->energy, from, to, &is_known);
        if (is_known) {
            return length->length_mm;
        }
    }
    return (leg_ms + ROUNDING_MS) * walk->energy->fastest_mm_per_ms;
}

/* A drive of leg_ms, of which left_ms are still before the vehicle. */
static void drive(struct walk *walk, struct road_place from, struct road_place to, int64_t leg_ms,
                  int64_t left_ms, int64_t at_ms)
{
    if (leg_ms == 0 || leg_ms >= PLAN_LEG_MAX_MS) {
        return;
    }
    int64_t driven_mm = length_mm(walk, from, to, leg_ms);
    driven_mm = driven_mm < LENGTH_MAX_MM ? driven_mm : LENGTH_MAX_MM;
    driven_mm = (driven_mm * left_ms + leg_ms - 1) / leg_ms;
    walk->charge_mwh -= (driven_mm * walk->energy->config->energy.drive_wh_per_km + 999) / 1000 +
                        auxiliary_mwh(walk, left_ms, at_ms);
}

/* What is left of the drive to the stop `at`, since the charge was told. */
static int64_t left_ms(const struct plan *plan, uint32_t at)
{
    const int64_t leg_ms = plan->stops[at].leg_ms;
    const int64_t driven_ms = plan->charge_ms - plan->start_ms;
    if (at > 0 || !plan->under_way || driven_ms <= 0) {
        return leg_ms;
    }
    return driven_ms < leg_ms ? leg_ms - driven_ms : 0;
}

/* The stand that ends with the stop `at`. */
static void stand(struct walk *walk, uint32_t at)
{
    const struct plan *plan = walk->plan;
    const struct plan_item *item = &plan->stops[at];
    const int64_t from_ms = item->arrive_ms > plan->charge_ms ? item->arrive_ms : plan->charge_ms;
    const int64_t stand_ms = item->depart_ms > from_ms ? item->depart_ms - from_ms : 0;
    if (!fact_is_visit(item->kind)) {
        walk->charge_mwh -= auxiliary_mwh(walk, stand_ms, item->arrive_ms);
    } else if (item->kind == STOP_CHARGE) {
        walk->charge_mwh += energy_plugged_mwh(plan, stand_ms);
        if (walk->charge_mwh > plan->battery_mwh) {
            walk->charge_mwh = plan->battery_mwh;
        }
    }
}

/* Drive and stand as planned; false, and not to the end, where at a stop less is left than
 * `least_mwh`. */
static bool follow(struct walk *walk, int64_t least_mwh)
{
    const struct plan *plan = walk->plan;
    struct road_place from = plan->start;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        drive(walk, from, item->place, item->leg_ms, left_ms(plan, i), item->arrive_ms);
        if (walk->charge_mwh < least_mwh) {
            return false;
        }
        if (i + 1 == plan->stop_count || !plan_shares_stand(item, &plan->stops[i + 1])) {
            stand(walk, i);
        }
        if (walk->charge_mwh < least_mwh) {
            return false;
        }
        from = item->place;
    }
    return true;
}

/* The charger that is nearest to a place in time, the first of several. */
static const struct energy_reach *find_reach(struct energy *energy, struct road_place from)
{
    struct energy_reach *reach = &energy->reaches[mix(0, from) >> (64 - REACH_BITS)];
    const uint64_t version = energy->network->metric.version + 1;
    if (reach->version != version || !road_place_equal(reach->from, from)) {
        uint32_t nearest = 0;
        road_query_from(energy->network->query, from, energy->chargers, energy->charger_count,
                        energy->drives);
        for (uint32_t i = 1; i < energy->charger_count; i++) {
            nearest = energy->drives[i] < energy->drives[nearest] ? i : nearest;
        }
        *reach = (struct energy_reach){from, nearest, version, energy->drives[nearest]};
    }
    return reach;
}

/* From the last stop to the charger that is nearest. */
static void reach_charger(struct walk *walk)
{
    struct energy *energy = walk->energy;
    const struct plan_item *last = &walk->plan->stops[walk->plan->stop_count - 1];
    if (energy->charger_count == 0 || last->kind == STOP_CHARGE) {
        return;
    }
    const struct energy_reach *reach = find_reach(energy, last->place);
    drive(walk, last->place, energy->chargers[reach->nearest], reach->leg_ms, reach->leg_ms,
          last->depart_ms);
}

static bool lasts(struct energy *energy, const struct plan *plan, enum reckoning reckoning)
{
    const int64_t reserve_mwh = energy_share_mwh(plan, energy->config->energy.reserve_permille);
    struct walk walk = {energy, plan, reckoning, plan->charge_mwh};
    if (!follow(&walk, reserve_mwh)) {
        return false;
    }
    reach_charger(&walk);
    return walk.charge_mwh >= reserve_mwh;
}

bool energy_holds(struct energy *energy, const struct plan *plan)
{
    if (energy == NULL || plan->battery_mwh == 0 || energy->is_ignored || plan->stop_count == 0) {
        return true;
    }
    return lasts(energy, plan, BY_TIME) || lasts(energy, plan, BY_MEMORY) ||
           lasts(energy, plan, EXACTLY);
}

bool energy_is_low(struct energy *energy, const struct plan *plan)
{
    const int64_t least_mwh = energy_share_mwh(plan, energy->config->energy.charge_below_permille);
    if (plan->battery_mwh == 0 || plan->charge_mwh < least_mwh) {
        return plan->battery_mwh > 0;
    }
    for (enum reckoning reckoning = BY_TIME; reckoning <= EXACTLY; reckoning++) {
        struct walk walk = {energy, plan, reckoning, plan->charge_mwh};
        if (follow(&walk, least_mwh)) {
            return false;
        }
    }
    return true;
}

int64_t energy_left_mwh(struct energy *energy, const struct plan *plan)
{
    CHECK(plan->battery_mwh > 0);
    struct walk walk = {energy, plan, EXACTLY, plan->charge_mwh};
    (void)follow(&walk, INT64_MIN);
    return walk.charge_mwh;
}
