#include "sim/city_demand.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/sort.h"
#include "sim/grow.h"

#define SLOT_S        1800 /* the day's profile, in half hours */
#define SLOTS         48
#define TRIP_MIN_M    500
#define DECAY_M       2500 /* a trip of this length is half as likely as a very short one */
#define DRAWS_MAX     40   /* for a destination at a likely distance */
#define MORNING_END_S 39600
#define EVENING_S     54000

/* Requests by half hour, from midnight: a morning and an evening peak. */
static const uint32_t profile[SLOTS] = {
    4,  3,  3,  2,  2,  2,  2,  3,  4,  6,  10, 16, 26, 38, 52, 60, 58, 46, 36, 30, 27, 27, 28, 30,
    32, 32, 31, 31, 33, 38, 44, 50, 56, 62, 64, 58, 48, 38, 31, 26, 23, 21, 19, 17, 15, 12, 9,  6};

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

void city_demand_depots(const struct city_streets *streets, uint32_t depots[CITY_DEPOTS])
{
    static const int32_t places[CITY_DEPOTS][2] = {
        {500, 100}, {-550, 50}, {100, -600}, {-50, 600}}; /* permille of the radius */
    for (uint32_t i = 0; i < CITY_DEPOTS; i++) {
        const struct geo_point point = city_streets_point(places[i][0] * streets->radius_m / 1000,
                                                          places[i][1] * streets->radius_m / 1000);
        depots[i] = nearest_node(&streets->graph, point);
    }
}

void city_demand_vehicles(const struct city_streets *streets, struct city_vehicle *vehicles,
                          uint32_t count)
{
    uint32_t depots[CITY_DEPOTS];
    city_demand_depots(streets, depots);
    for (uint32_t i = 0; i < count; i++) {
        const bool is_large = i % 6 == 5;
        const bool is_day_shift = i % 3 == 2;
        vehicles[i] = (struct city_vehicle){
            .node = depots[i % CITY_DEPOTS],
            .seats = is_large ? 6 : 4,
            .wheelchair_spaces = i % 4 == 1 ? 1 : 0,
            .from_s = is_day_shift ? 19800 : 0, /* 05:30 */
            .until_s = is_day_shift ? 82800 : 90000,
        };
    }
}

struct town {
    const struct city_streets *streets;
    struct random random;
    uint64_t *home_sums; /* by node, cumulated */
    uint64_t *work_sums;
    uint32_t node_count;
};

/* Homes thin out towards the edge; work is in the centre and in a few places outside it. */
static void weigh_nodes(struct town *town)
{
    const struct road_graph *graph = &town->streets->graph;
    const int64_t radius_m = town->streets->radius_m;
    struct geo_point works[5] = {city_streets_point(0, 0)};
    uint64_t homes = 0;
    uint64_t jobs = 0;
    for (int i = 1; i < 5; i++) {
        works[i] = city_streets_point(
            random_between(&town->random, -radius_m * 7 / 10, radius_m * 7 / 10),
            random_between(&town->random, -radius_m * 7 / 10, radius_m * 7 / 10));
    }
    for (uint32_t node = 0; node < town->node_count; node++) {
        const int64_t out_m = geo_distance_mm(graph->points[node], works[0]) / 1000;
        homes += (uint64_t)(200 - 150 * out_m / (radius_m * 2));
        jobs += 10;
        for (int i = 0; i < 5; i++) {
            const int64_t reach_m = i == 0 ? radius_m / 3 : radius_m / 8;
            const int64_t away_m = geo_distance_mm(graph->points[node], works[i]) / 1000;
            jobs += away_m < reach_m ? 300 : 0;
        }
        town->home_sums[node] = homes;
        town->work_sums[node] = jobs;
    }
}

/* In permille: does the trip begin at home, does it end at work? */
static void trip_purpose(int64_t at_s, uint32_t *from_home, uint32_t *to_work)
{
    *from_home = 500;
    *to_work = 500;
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

static void draw_ends(struct town *town, struct city_request *request)
{
    const struct geo_point *points = town->streets->graph.points;
    uint32_t from_home;
    uint32_t to_work;
    trip_purpose(request->at_s, &from_home, &to_work);
    request->from = draw_node(town, from_home);
    for (int i = 0; i < DRAWS_MAX; i++) {
        request->to = draw_node(town, 1000 - to_work);
        const int64_t trip_m = geo_distance_mm(points[request->from], points[request->to]) / 1000;
        if (trip_m >= TRIP_MIN_M &&
            random_below(&town->random, (uint64_t)(DECAY_M + trip_m)) < DECAY_M) {
            return;
        }
    }
    while (request->to == request->from) {
        request->to = draw_node(town, 500);
    }
}

static void draw_party(struct town *town, struct city_request *request, uint32_t riders)
{
    const uint64_t size = random_below(&town->random, 100);
    request->party = size < 74 ? 1 : size < 91 ? 2 : size < 97 ? 3 : 4;
    request->wheelchairs = random_below(&town->random, 100) < 2 ? 1 : 0;
    request->shared = random_below(&town->random, 100) < 85;
    request->rider = (uint32_t)random_below(&town->random, riders) + 1;
    request->pickup_from_s = -1;
    if (random_below(&town->random, 100) < 4) { /* booked ahead, to the minute */
        request->pickup_from_s =
            request->at_s / 60 * 60 + 60 * random_between(&town->random, 30, 180);
    }
}

static void draw_times(struct random *random, struct city_request *requests, uint32_t count)
{
    uint64_t sums[SLOTS];
    uint64_t sum = 0;
    for (uint32_t i = 0; i < SLOTS; i++) {
        sum += profile[i];
        sums[i] = sum;
    }
    uint64_t *times = grow_new(count, sizeof *times);
    uint64_t *scratch = grow_new(count, sizeof *scratch);
    for (uint32_t i = 0; i < count; i++) {
        times[i] = draw(random, sums, SLOTS) * (uint64_t)SLOT_S + random_below(random, SLOT_S);
    }
    sort_u64(times, scratch, count);
    for (uint32_t i = 0; i < count; i++) {
        requests[i].at_s = (int64_t)times[i];
    }
    free(times);
    free(scratch);
}

void city_demand_requests(const struct city_streets *streets, uint64_t seed,
                          struct city_request *requests, uint32_t count)
{
    struct town town = {.streets = streets, .node_count = streets->graph.node_count};
    random_init(&town.random, seed);
    town.home_sums = grow_new(town.node_count, sizeof *town.home_sums);
    town.work_sums = grow_new(town.node_count, sizeof *town.work_sums);
    weigh_nodes(&town);
    draw_times(&town.random, requests, count);
    for (uint32_t i = 0; i < count; i++) {
        draw_ends(&town, &requests[i]);
        draw_party(&town, &requests[i], count / 2 + 1); /* many ride twice */
    }
    free(town.home_sums);
    free(town.work_sums);
}
