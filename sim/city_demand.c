#include "sim/city_demand.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/sort.h"
#include "sim/city_draft.h"
#include "sim/grow.h"

#define SLOT_S        1800 /* the day's profile, in half hours */
#define SLOTS         48
#define TRIP_MIN_M    500
#define HALF_M        1650 /* with every such length a trip is half as likely */
#define FAR_PERMILLE  50   /* of the trips go as far as may be */
#define WALK_FORK     1    /* of the seed: who walks, */
#define CONDUCT_FORK  2    /* ... cancels, does not come, gets money back, */
#define RIDER_FORK    3    /* ... is a child or has a concession */
#define DELAY_FORK    4    /* ... and which vehicles are held up */
#define DAY_S         86400
#define WEEKDAYS      5
#define LARGE_FOR     10  /* people, of a large vehicle that works for more than a day */
#define DRAWS_MAX     200 /* for a destination at a likely distance */
#define VEHICLES_EACH 40  /* at a depot of a large fleet */
#define WORKS         13  /* places with many jobs, at most */
#define WORKS_LEAST   5
#define NODES_A_WORK  10000
#define NIGHT_END_S   108000 /* 30:00, when every rider is home */
#define MORNING_END_S 39600
#define EVENING_S     54000

/* Requests by half hour, from midnight: a morning and an evening peak. */
static const uint32_t profile[SLOTS] = {
    4,  3,  3,  2,  2,  2,  2,  3,  4,  6,  10, 16, 26, 38, 52, 60, 58, 46, 36, 30, 27, 27, 28, 30,
    32, 32, 31, 31, 33, 38, 44, 50, 56, 62, 64, 58, 48, 38, 31, 26, 23, 21, 19, 17, 15, 12, 9,  6};

/* Saturdays and Sundays: later, and less. */
static const uint32_t weekend[SLOTS] = {
    8,  7,  6,  5,  4,  3,  3,  2,  2,  2,  3,  4,  6,  8,  10, 13, 16, 19, 23, 27, 30, 32, 33, 34,
    34, 34, 33, 33, 33, 33, 33, 33, 32, 31, 30, 29, 28, 27, 25, 23, 21, 20, 19, 18, 17, 15, 13, 10};

static bool is_weekend(const struct city_days *days, uint32_t day)
{
    return (days->weekday + day) % 7 >= WEEKDAYS;
}

/* The day that a time lies in. */
static uint32_t day_of(const struct city_days *days, int64_t at_s)
{
    uint32_t day = 0;
    while (day + 1 < days->count && days->starts_s[day + 1] <= at_s) {
        day++;
    }
    return day;
}

/* Where a draw falls among cumulated weights. */
static uint32_t draw(struct random *random, const uint64_t *sums, uint32_t count)
{
    const uint64_t at = random_below(random, sums[count - 1]);
    uint32_t low = 0;
    uint32_t high = count - 1;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (sums[middle] <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint32_t nearest_node(const struct road_graph *graph, struct geo_point point)
{
    uint32_t nearest = 0;
    int64_t nearest_mm = INT64_MAX;
    for (uint32_t node = 0; node < graph->node_count; node++) {
        const int64_t distance_mm = geo_distance_mm(point, graph->points[node]);
        if (distance_mm < nearest_mm) {
            nearest = node;
            nearest_mm = distance_mm;
        }
    }
    return nearest;
}

void city_demand_vehicles(const uint32_t *depots, uint32_t depot_count, bool has_shifts,
                          const struct city_days *days, struct city_vehicle *vehicles,
                          uint32_t count)
{
    const int64_t later_s = days->starts_s[days->count] - DAY_S;
    for (uint32_t i = 0; i < count; i++) {
        const bool is_large = i % 6 == 5;
        const bool is_day_shift = has_shifts && i % 3 == 2;
        vehicles[i] = (struct city_vehicle){
            .node = depots[i % depot_count],
            .seats = is_large ? 6 : 4,
            .wheelchair_spaces = i % 4 == 1 ? 1 : 0,
            .designed_for = is_large && days->count > 1 ? LARGE_FOR : 0,
            .from_s = is_day_shift ? 19800 : 0, /* 05:30 */
            .until_s = is_day_shift ? 82800
                       : has_shifts ? 90000
                                    : NIGHT_END_S + later_s,
        };
    }
}

struct town {
    const struct city_streets *streets;
    const struct city_demand_plan *plan;
    struct random random;
    uint64_t *home_sums; /* by node, cumulated */
    uint64_t *work_sums;
    uint32_t node_count;
};

/* How much of a street's life there is at a node: nobody lives on a motorway. */
static uint64_t frontage(const struct road_graph *graph, uint32_t node)
{
    uint8_t least = 0;
    for (uint32_t arc = graph->first_out[node]; arc < graph->first_out[node + 1]; arc++) {
        least = graph->class[arc] > least ? graph->class[arc] : least;
    }
    return least >= ROAD_CLASS_RESIDENTIAL ? 4 : least >= ROAD_CLASS_PRIMARY ? 1 : 0;
}

/* A centre, and more places the larger the city. */
static int place_works(struct town *town, struct geo_point works[WORKS])
{
    const int64_t reach_m = town->streets->radius_m * 6 / 10;
    int count = WORKS_LEAST + (int)(town->node_count / NODES_A_WORK);
    count = count < WORKS ? count : WORKS;
    works[0] = city_draft_point(0, 0);
    for (int i = 1; i < count; i++) {
        works[i] = city_draft_point(random_between(&town->random, -reach_m, reach_m),
                                    random_between(&town->random, -reach_m, reach_m));
    }
    return count;
}

/* Homes thin out towards the edge; work is in the centre and in a few places outside it. */
static void weigh_nodes(struct town *town)
{
    const struct road_graph *graph = &town->streets->roads.graph;
    const int64_t radius_m = town->streets->radius_m;
    struct geo_point works[WORKS];
    const int work_count = place_works(town, works);
    uint64_t homes = 0;
    uint64_t jobs = 0;
    for (uint32_t node = 0; node < town->node_count; node++) {
        const uint64_t width = frontage(graph, node);
        const int64_t out_m = geo_distance_mm(graph->points[node], works[0]) / 1000;
        const int64_t part_m = out_m < radius_m ? out_m : radius_m;
        homes += width * (uint64_t)(200 - 120 * part_m / radius_m);
        jobs += width * 25;
        for (int i = 0; i < work_count; i++) {
            const int64_t reach_m = i == 0 ? radius_m / 5 : radius_m / 14;
            const int64_t away_m = geo_distance_mm(graph->points[node], works[i]) / 1000;
            jobs += away_m < reach_m ? width * 150 : 0;
        }
        town->home_sums[node] = homes;
        town->work_sums[node] = jobs;
    }
}

static void town_open(struct town *town, const struct city_streets *streets, uint64_t seed)
{
    *town = (struct town){.streets = streets, .node_count = streets->roads.graph.node_count};
    random_init(&town->random, seed);
    town->home_sums = grow_new(town->node_count, sizeof *town->home_sums);
    town->work_sums = grow_new(town->node_count, sizeof *town->work_sums);
    weigh_nodes(town);
}

static void town_close(struct town *town)
{
    free(town->home_sums);
    free(town->work_sums);
}

uint32_t city_demand_depots(const struct city_streets *streets, uint64_t seed, uint32_t vehicles,
                            uint32_t depots[CITY_DEPOTS_MAX])
{
    static const int32_t places[CITY_DEPOTS][2] = {
        {500, 100}, {-550, 50}, {100, -600}, {-50, 600}}; /* permille of the radius */
    struct town town;
    uint32_t count = vehicles / VEHICLES_EACH;
    count = count < CITY_DEPOTS ? CITY_DEPOTS : count > CITY_DEPOTS_MAX ? CITY_DEPOTS_MAX : count;
    town_open(&town, streets, seed);
    for (uint32_t i = 0; i < count; i++) {
        if (i >= CITY_DEPOTS) {
            depots[i] = draw(&town.random, town.home_sums, town.node_count);
            continue;
        }
        const struct geo_point point = city_draft_point(places[i][0] * streets->radius_m / 1000,
                                                        places[i][1] * streets->radius_m / 1000);
        depots[i] = nearest_node(&streets->roads.graph, point);
    }
    town_close(&town);
    return count;
}

/* In permille: does the trip begin at home, does it end at work? */
static void trip_purpose(int64_t at_s, bool is_free, uint32_t *from_home, uint32_t *to_work)
{
    *from_home = 500;
    *to_work = 500;
    if (is_free) {
        return;
    }
    if (at_s < MORNING_END_S) {
        *from_home = 900;
        *to_work = 800;
    } else if (at_s >= EVENING_S) {
        *from_home = 250;
        *to_work = 150;
    }
}

static uint32_t draw_node(struct town *town, uint32_t home_permille)
{
    const bool is_home = random_below(&town->random, 1000) < home_permille;
    return draw(&town->random, is_home ? town->home_sums : town->work_sums, town->node_count);
}

/* Half as likely with every HALF_M, in straight lines between. */
static bool is_likely(struct town *town, int64_t trip_m)
{
    const int64_t halves = trip_m / HALF_M;
    const int64_t high = halves < 20 ? (INT64_C(1) << 20) >> halves : 0;
    const int64_t likely = high - high / 2 * (trip_m % HALF_M) / HALF_M;
    return random_below(&town->random, 1u << 20) < (uint64_t)likely;
}

static void draw_ends(struct town *town, struct city_request *request)
{
    const struct geo_point *points = town->streets->roads.graph.points;
    uint32_t from_home;
    uint32_t to_work;
    int64_t nearest_m = INT64_MAX;
    const struct city_days *days = town->plan->days;
    const uint32_t day = day_of(days, request->at_s);
    trip_purpose(request->at_s - days->starts_s[day], is_weekend(days, day), &from_home, &to_work);
    const bool is_far = random_below(&town->random, 1000) < FAR_PERMILLE;
    request->from = draw_node(town, from_home);
    request->to = request->from;
    for (int i = 0; i < DRAWS_MAX; i++) {
        const uint32_t to = draw_node(town, 1000 - to_work);
        const int64_t trip_m = geo_distance_mm(points[request->from], points[to]) / 1000;
        if (trip_m < TRIP_MIN_M) {
            continue;
        }
        const bool is_taken = is_far || is_likely(town, trip_m);
        if (is_taken || trip_m < nearest_m) { /* who finds no likely place goes to the nearest */
            nearest_m = trip_m;
            request->to = to;
        }
        if (is_taken) {
            return;
        }
    }
    while (request->to == request->from) {
        request->to = draw_node(town, 500);
    }
}

static void draw_party(struct town *town, struct city_request *request)
{
    const uint64_t size = random_below(&town->random, 100);
    request->party = size < 78 ? 1 : size < 93 ? 2 : size < 98 ? 3 : 4;
    request->wheelchairs = random_below(&town->random, 100) < town->plan->wheelchair_pct ? 1 : 0;
    request->shared = random_below(&town->random, 100) >= town->plan->private_pct;
    request->rider = (uint32_t)random_below(&town->random, town->plan->riders) + 1;
    request->pickup_from_s = -1;
    if (random_below(&town->random, 100) <
        town->plan->ahead_pct) { /* booked ahead, to the minute */
        request->pickup_from_s =
            request->at_s / 60 * 60 + 60 * random_between(&town->random, 30, 180);
    }
}

static void draw_times(struct random *random, const struct city_days *days,
                       struct city_request *requests, uint32_t count)
{
    static uint64_t sums[SCENARIO_DAYS_MAX * SLOTS];
    uint64_t sum = 0;
    for (uint32_t i = 0; i < days->count * SLOTS; i++) {
        sum += is_weekend(days, i / SLOTS) ? weekend[i % SLOTS] : profile[i % SLOTS];
        sums[i] = sum;
    }
    uint64_t *times = grow_new(count, sizeof *times);
    uint64_t *scratch = grow_new(count, sizeof *scratch);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t slot = draw(random, sums, days->count * SLOTS);
        times[i] = (uint64_t)days->starts_s[slot / SLOTS] + (uint64_t)(slot % SLOTS) * SLOT_S +
                   random_below(random, SLOT_S);
    }
    sort_u64(times, scratch, count);
    for (uint32_t i = 0; i < count; i++) {
        requests[i].at_s = (int64_t)times[i];
    }
    free(times);
    free(scratch);
}

/* Drawn apart, so that who walks changes nothing else of the day. */
static void draw_walks(const struct city_demand_plan *plan, uint64_t seed,
                       struct city_request *requests, uint32_t count)
{
    struct random random;
    random_init(&random, seed);
    struct random walks = random_fork(&random, WALK_FORK);
    for (uint32_t i = 0; i < count; i++) {
        requests[i].walk_m = random_below(&walks, 100) < plan->walk_pct ? plan->walk_m : 0;
    }
}

/* One who cancels at once does so within a minute; late is up to ten minutes after. */
static void draw_conduct(const struct city_demand_plan *plan, uint64_t seed,
                         struct city_request *requests, uint32_t count)
{
    struct random random;
    random_init(&random, seed);
    struct random conduct = random_fork(&random, CONDUCT_FORK);
    for (uint32_t i = 0; i < count; i++) {
        struct city_request *request = &requests[i];
        const uint64_t chance = random_below(&conduct, 100);
        request->cancel_after_s = -1;
        request->refund_after_s = -1;
        request->no_show = false;
        if (chance < plan->cancel_pct) {
            request->cancel_after_s = random_below(&conduct, 2) == 0
                                          ? random_between(&conduct, 10, 60)
                                          : random_between(&conduct, 60, 600);
        } else {
            request->no_show = chance < plan->cancel_pct + plan->no_show_pct;
        }
        if (random_below(&conduct, 100) < plan->refund_pct) {
            request->refund_after_s = random_below(&conduct, 3) == 0
                                          ? random_between(&conduct, 60, 7200)
                                          : random_between(&conduct, 7200, 9 * DAY_S);
            request->refund_permille =
                random_below(&conduct, 2) == 0 ? 1000 : random_between(&conduct, 50, 900);
        }
    }
}

uint32_t city_demand_riders(const struct city_demand_plan *plan, uint64_t seed,
                            struct city_rider *rows)
{
    struct random random;
    random_init(&random, seed);
    struct random riders = random_fork(&random, RIDER_FORK);
    const int64_t end_s = plan->days->starts_s[plan->days->count];
    uint32_t count = 0;
    for (uint32_t rider = 1; rider <= plan->riders; rider++) {
        const uint64_t chance = random_below(&riders, 100);
        struct city_rider row = {.rider = rider};
        row.class = chance < plan->child_pct ? 1 : 0;
        row.scheme = chance >= 100 - plan->concession_pct ? 1 + (uint32_t)chance % 2 : 0;
        const uint64_t changes = random_below(&riders, 10);
        if (changes == 0) {
            row.at_s = random_between(&riders, 0, end_s);
        } else if (changes == 1) {
            row.days = (uint32_t)random_between(&riders, 1, plan->days->count);
        }
        if (row.class != 0 || row.scheme != 0) {
            rows[count++] = row;
        }
    }
    return count;
}

uint32_t city_demand_delays(const struct city_days *days, uint64_t seed, uint32_t vehicles,
                            uint32_t delay_pct, struct city_delay *rows)
{
    struct random random;
    random_init(&random, seed);
    struct random delays = random_fork(&random, DELAY_FORK);
    uint32_t count = 0;
    for (uint32_t day = 0; day < days->count; day++) {
        for (uint32_t i = 0; i < vehicles; i++) {
            const int64_t at_s = days->starts_s[day] + random_between(&delays, 0, DAY_S - 1);
            const int64_t for_s = random_between(&delays, 600, 2400);
            if (random_below(&delays, 100) < delay_pct) {
                rows[count++] = (struct city_delay){at_s, i, for_s};
            }
        }
    }
    return count;
}

void city_demand_requests(const struct city_streets *streets, const struct city_demand_plan *plan,
                          uint64_t seed, struct city_request *requests, uint32_t count)
{
    struct town town;
    town_open(&town, streets, seed);
    town.plan = plan;
    draw_times(&town.random, plan->days, requests, count);
    for (uint32_t i = 0; i < count; i++) {
        draw_ends(&town, &requests[i]);
        draw_party(&town, &requests[i]);
    }
    draw_walks(plan, seed, requests, count);
    draw_conduct(plan, seed, requests, count);
    town_close(&town);
}
