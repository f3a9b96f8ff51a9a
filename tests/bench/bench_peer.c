/* A day dispatched by the rule that KaRRi publishes (Laupichler, Sanders: Fast Many-to-Many Routing
 * for Dynamic Taxi Sharing with Meeting Points, ALENEX 2024), restated as slowly and plainly as can
 * be, over our travel times: what outcomes that rule has on a scenario. It is not that program.
 *
 *     bench_peer SCENARIO [VEHICLES [WAIT_PENALTY]]      WAIT_PENALTY 1 when none is given
 *
 * Every request gets, at once and for good, the cheapest insertion over all vehicles and pairs of
 * positions. It costs the vehicle's added time, the rider's time from the request to the arrival,
 * and what all riders already assigned ride longer, second for second; a second that the trip
 * exceeds 1.7 times the direct drive and 120 s costs 10 more (here: past the request's
 * arrive_by_s), and a second that the departure from the pick-up comes after 300 s (here:
 * max_wait_s and pickup_s) WAIT_PENALTY more. For those already assigned both are hard. A stop
 * takes pickup_s; who boards or alights where a vehicle stops anyway takes none. A vehicle under
 * way may turn off at the next node, and stays where its last rider alighted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "sim/grow.h"
#include "sim/scenario.h"

#define STOPS_MAX    64
#define TRIP_PENALTY 10
#define FAR_MS       (INT64_C(1) << 50)
#define NOBODY       UINT32_MAX

struct stop {
    struct road_place place;
    int64_t arrive_ms;
    int64_t depart_ms;
    int64_t own_latest_ms; /* arrival, by those who board or alight here */
    int64_t latest_ms;     /* ... and by all who come after */
    int32_t load;          /* people aboard when it leaves */
    int32_t alighting;     /* parties */
    uint32_t boards;       /* first of a list of riders */
    uint32_t alights;
};

/* The first stop is where it is, or was last; the others are planned. */
struct vehicle {
    struct stop stops[STOPS_MAX];
    uint32_t count;
    uint32_t first; /* of its stops in the tables of drives */
    int32_t seats;
};

struct rider {
    uint32_t next_boards;
    uint32_t next_alights;
    int64_t departed_ms;
    int64_t alighted_ms;
};

struct insertion {
    int64_t cost;
    uint32_t vehicle;
    uint32_t pickup; /* behind this stop, or at it */
    uint32_t dropoff;
    bool joins;     /* boards at the stop `pickup` */
    bool leaves_at; /* alights at the stop `dropoff` */
    bool turns;     /* off its way to the stop 1 */
    struct stop turn;
    int64_t board_ms; /* departure from the pick-up */
    int64_t pickup_detour_ms;
    int64_t alight_ms;
    int64_t detour_ms; /* behind the drop-off */
};

struct request {
    struct road_place from;
    struct road_place to;
    int64_t now_ms;
    int64_t direct_ms;
    int64_t board_by_ms;
    int64_t arrive_by_ms;
    int32_t party;
    uint32_t rider;
};

struct bench {
    struct scenario scenario;
    struct vehicle *vehicles;
    struct rider *riders;
    struct road_place *places; /* of all stops, as the drives below */
    size_t capacity;
    int64_t *to_pickup;
    int64_t *from_pickup;
    int64_t *to_dropoff;
    int64_t *from_dropoff;
    int64_t stand_ms;
    int64_t wait_penalty;
    int64_t drive_ms;
    uint64_t joined;
    uint64_t turned;
};

/* Arrive at all stops that are due. */
static void advance(struct bench *bench, struct vehicle *vehicle, int64_t now_ms)
{
    while (vehicle->count > 1 && vehicle->stops[1].arrive_ms <= now_ms) {
        const struct stop *stop = &vehicle->stops[1];
        bench->drive_ms += stop->arrive_ms - vehicle->stops[0].depart_ms;
        for (uint32_t r = stop->alights; r != NOBODY; r = bench->riders[r].next_alights) {
            bench->riders[r].alighted_ms = stop->arrive_ms;
        }
        for (uint32_t r = stop->boards; r != NOBODY; r = bench->riders[r].next_boards) {
            bench->riders[r].departed_ms = stop->depart_ms;
        }
        vehicle->count--;
        for (uint32_t i = 0; i < vehicle->count; i++) {
            vehicle->stops[i] = vehicle->stops[i + 1];
        }
    }
}

static int64_t leg_ms(const struct vehicle *vehicle, uint32_t from)
{
    return from + 1 < vehicle->count
               ? vehicle->stops[from + 1].arrive_ms - vehicle->stops[from].depart_ms
               : 0;
}

/* When it can set off from a stop towards a request. */
static int64_t leaves_ms(const struct vehicle *vehicle, uint32_t at, int64_t now_ms)
{
    const int64_t depart_ms = vehicle->stops[at].depart_ms;
    return vehicle->count == 1 && depart_ms < now_ms ? now_ms : depart_ms;
}

static int64_t over(int64_t value, int64_t limit)
{
    return value > limit ? value - limit : 0;
}

static int32_t alighting(const struct vehicle *vehicle, uint32_t from, uint32_t end)
{
    int32_t parties = 0;
    for (uint32_t i = from; i < end && i < vehicle->count; i++) {
        parties += vehicle->stops[i].alighting;
    }
    return parties;
}

static bool has_room(const struct vehicle *vehicle, const struct insertion *try, int32_t party)
{
    const uint32_t end = try->leaves_at ? try->dropoff : try->dropoff + 1;
    for (uint32_t i = try->pickup; i < end; i++) {
        if (vehicle->stops[i].load + party > vehicle->seats) {
            return false;
        }
    }
    return true;
}

static bool in_time(const struct vehicle *vehicle, uint32_t stop, int64_t detour_ms)
{
    return detour_ms == 0 || stop >= vehicle->count ||
           vehicle->stops[stop].arrive_ms + detour_ms <= vehicle->stops[stop].latest_ms;
}

/* With the pick-up settled, the drop-off behind the stop `dropoff` or at it: the cost, FAR_MS where
 * it breaks a limit. */
static int64_t price(const struct bench *bench, const struct vehicle *vehicle,
                     const struct request *request, struct insertion *try)
{
    const uint32_t p = try->pickup;
    const uint32_t d = try->dropoff;
    const bool same = p == d;
    const bool last = d + 1 == vehicle->count;
    const int64_t moved_ms = same ? 0 : try->pickup_detour_ms;
    if (!has_room(vehicle, try, request->party) || !in_time(vehicle, p + 1, moved_ms)) {
        return FAR_MS;
    }
    if (same) {
        try->alight_ms = try->board_ms + request->direct_ms;
        const int64_t after_ms =
            bench->stand_ms + (last ? 0 : bench->from_dropoff[vehicle->first + d + 1]);
        try->detour_ms =
            try->alight_ms + after_ms - leaves_ms(vehicle, p, request->now_ms) - leg_ms(vehicle, d);
    } else if (try->leaves_at) {
        try->alight_ms = vehicle->stops[d].arrive_ms + moved_ms;
        try->detour_ms = moved_ms;
    } else {
        const int64_t there_ms = bench->to_dropoff[vehicle->first + d];
        const int64_t after_ms =
            bench->stand_ms + (last ? 0 : bench->from_dropoff[vehicle->first + d + 1]);
        try->alight_ms = vehicle->stops[d].depart_ms + moved_ms + there_ms;
        try->detour_ms = moved_ms + there_ms + after_ms - leg_ms(vehicle, d);
    }
    if (!in_time(vehicle, d + 1, try->detour_ms)) {
        return FAR_MS;
    }
    return try->detour_ms + try->alight_ms - request->now_ms +
           TRIP_PENALTY * over(try->alight_ms, request->arrive_by_ms) +
           bench->wait_penalty * over(try->board_ms, request->board_by_ms) +
           moved_ms * alighting(vehicle, p + 1, d + 1) +
           try->detour_ms * alighting(vehicle, d + 1, vehicle->count);
}

/* The pick-up behind the stop `try->pickup` (or at it), `there_ms` from when it leaves that, with
 * every drop-off. */
static void try_pickup(struct bench *bench, const struct vehicle *vehicle,
                       const struct request *request, struct insertion *try, int64_t there_ms,
                       struct insertion *best)
{
    const uint32_t p = try->pickup;
    const int64_t leave_ms = leaves_ms(vehicle, p, request->now_ms);
    try->board_ms = leave_ms + (try->joins ? 0 : there_ms + bench->stand_ms);
    if (p + 1 < vehicle->count) {
        try->pickup_detour_ms = try->joins ? 0
                                           : try->board_ms - leave_ms - leg_ms(vehicle, p) +
                                                 bench->from_pickup[vehicle->first + p + 1];
    }
    for (uint32_t d = p; d < vehicle->count; d++) {
        try->dropoff = d;
        try->leaves_at = d > p && road_place_equal(vehicle->stops[d].place, request->to);
        try->cost = price(bench, vehicle, request, try);
        if (try->cost < best->cost) {
            *best = *try;
        }
        if (d > p && !in_time(vehicle, p + 1, try->pickup_detour_ms)) {
            return;
        }
    }
}

/* All insertions into one vehicle's route. Where it is under way, behind its first stop, the drive
 * from that stop bounds the drive from where it can turn: followed only where that could win. */
static void try_vehicle(struct bench *bench, uint32_t index, const struct request *request,
                        struct insertion *best)
{
    const struct vehicle *vehicle = &bench->vehicles[index];
    for (uint32_t p = 0; p < vehicle->count; p++) {
        const struct stop *stop = &vehicle->stops[p];
        const bool stands = p > 0 || stop->depart_ms > request->now_ms;
        struct insertion try = {.vehicle = index, .pickup = p};
        try.joins = stands && road_place_equal(stop->place, request->from);
        const int64_t there_ms = bench->to_pickup[vehicle->first + p];
        if (stands || vehicle->count == 1) {
            try_pickup(bench, vehicle, request, &try, there_ms, best);
            continue;
        }
        struct insertion bound = try;
        struct insertion least = {.cost = FAR_MS};
        try_pickup(bench, vehicle, request, &bound, there_ms, &least);
        if (least.cost >= best->cost) {
            continue;
        }
        int64_t reached_ms = 0;
        const bool found =
            road_drive_ahead(&bench->scenario.network.drive, stop->place, vehicle->stops[1].place,
                             request->now_ms - stop->depart_ms, &try.turn.place, &reached_ms);
        CHECK(found);
        try.turns = true;
        try.turn.arrive_ms = try.turn.depart_ms = stop->depart_ms + reached_ms;
        try_pickup(bench, vehicle, request, &try,
                   reached_ms + road_query_time(bench->scenario.network.query, try.turn.place,
                                                request->from),
                   best);
    }
}

static void open_stop(struct vehicle *vehicle, uint32_t at, const struct stop *stop)
{
    CHECK(vehicle->count < STOPS_MAX);
    for (uint32_t i = vehicle->count; i > at; i--) {
        vehicle->stops[i] = vehicle->stops[i - 1];
    }
    vehicle->stops[at] = *stop;
    vehicle->count++;
}

static void delay(struct vehicle *vehicle, uint32_t from, uint32_t end, int64_t by_ms)
{
    for (uint32_t i = from; i < end; i++) {
        vehicle->stops[i].arrive_ms += by_ms;
        vehicle->stops[i].depart_ms += by_ms;
    }
}

static void limit(struct stop *stop, int64_t latest_ms)
{
    stop->own_latest_ms = latest_ms < stop->own_latest_ms ? latest_ms : stop->own_latest_ms;
}

static const struct stop fresh_stop = {
    .own_latest_ms = FAR_MS, .boards = NOBODY, .alights = NOBODY};

/* Gives the position of the stop where the rider alights, and the stops from the pick-up on their
 * new times. */
static uint32_t put_dropoff(const struct bench *bench, struct vehicle *vehicle,
                            const struct request *request, const struct insertion *best)
{
    uint32_t d = best->dropoff;
    if (!best->leaves_at) {
        struct stop stop = fresh_stop;
        stop.place = request->to;
        stop.arrive_ms = best->alight_ms;
        stop.depart_ms = best->alight_ms + bench->stand_ms;
        stop.load = vehicle->stops[d].load;
        delay(vehicle, d + 1, vehicle->count, best->detour_ms);
        open_stop(vehicle, ++d, &stop);
    }
    if (best->pickup != best->dropoff) {
        delay(vehicle, best->pickup + 1, best->leaves_at ? vehicle->count : d,
              best->pickup_detour_ms);
    }
    return d;
}

/* Gives the position of the stop where the rider boards. */
static uint32_t put_pickup(struct bench *bench, struct vehicle *vehicle,
                           const struct request *request, const struct insertion *best)
{
    const uint32_t p = best->pickup;
    struct stop *before = &vehicle->stops[p];
    if (best->joins) {
        return p;
    }
    if (best->turns) {
        bench->drive_ms += best->turn.depart_ms - before->depart_ms;
        before->place = best->turn.place;
        before->depart_ms = best->turn.depart_ms;
    } else if (p == 0 && before->depart_ms < request->now_ms) {
        before->depart_ms = request->now_ms; /* it was idle */
    }
    struct stop stop = fresh_stop;
    stop.place = request->from;
    stop.arrive_ms = best->board_ms - bench->stand_ms;
    stop.depart_ms = best->board_ms;
    stop.load = before->load;
    open_stop(vehicle, p + 1, &stop);
    return p + 1;
}

/* How late each stop may come for its own riders and all behind it. */
static void settle(const struct bench *bench, struct vehicle *vehicle)
{
    int64_t latest_ms = FAR_MS;
    for (uint32_t i = vehicle->count; i-- > 0;) {
        struct stop *stop = &vehicle->stops[i];
        latest_ms -= i + 1 < vehicle->count ? leg_ms(vehicle, i) + bench->stand_ms : 0;
        latest_ms = stop->own_latest_ms < latest_ms ? stop->own_latest_ms : latest_ms;
        stop->latest_ms = latest_ms;
    }
}

static void put_in(struct bench *bench, const struct request *request, const struct insertion *best)
{
    struct vehicle *vehicle = &bench->vehicles[best->vehicle];
    struct rider *rider = &bench->riders[request->rider];
    uint32_t d = put_dropoff(bench, vehicle, request, best);
    const uint32_t p = put_pickup(bench, vehicle, request, best);
    d += best->joins ? 0 : 1;
    for (uint32_t i = p; i < d; i++) {
        vehicle->stops[i].load += request->party;
    }
    limit(&vehicle->stops[p], request->board_by_ms - bench->stand_ms);
    limit(&vehicle->stops[d], request->arrive_by_ms);
    rider->next_boards = vehicle->stops[p].boards;
    rider->next_alights = vehicle->stops[d].alights;
    rider->departed_ms = best->board_ms; /* already, where the vehicle stands */
    vehicle->stops[p].boards = request->rider;
    vehicle->stops[d].alights = request->rider;
    vehicle->stops[d].alighting++;
    settle(bench, vehicle);
    bench->joined += best->joins;
    bench->turned += best->turns;
}

/* The drives between the request's places and all stops. */
static void look_up(struct bench *bench, const struct request *request)
{
    size_t count = 0;
    for (uint32_t v = 0; v < bench->scenario.vehicle_count; v++) {
        struct vehicle *vehicle = &bench->vehicles[v];
        advance(bench, vehicle, request->now_ms);
        vehicle->first = (uint32_t)count;
        CHECK(count + vehicle->count <= bench->capacity);
        for (uint32_t i = 0; i < vehicle->count; i++) {
            bench->places[count++] = vehicle->stops[i].place;
        }
    }
    struct road_query *query = bench->scenario.network.query;
    road_query_to(query, bench->places, count, request->from, bench->to_pickup);
    road_query_from(query, request->from, bench->places, count, bench->from_pickup);
    road_query_to(query, bench->places, count, request->to, bench->to_dropoff);
    road_query_from(query, request->to, bench->places, count, bench->from_dropoff);
}

static bool dispatch(struct bench *bench, uint32_t index)
{
    const struct scenario *scenario = &bench->scenario;
    const struct scenario_request *asked = &scenario->requests[index];
    if (asked->arrive_by_s == SCENARIO_NONE || asked->pickup_from_s != SCENARIO_NONE) {
        fprintf(stderr, "request %" PRId64 ": no arrive_by_s, or booked ahead\n", asked->id);
        exit(2);
    }
    const int64_t now_ms = asked->at_s * 1000;
    struct request request = {
        .from = road_place_at_node(asked->from.node),
        .to = road_place_at_node(asked->to.node),
        .now_ms = now_ms,
        .board_by_ms = now_ms + scenario->config.max_wait_ms + bench->stand_ms,
        .arrive_by_ms = asked->arrive_by_s * 1000,
        .party = asked->party,
        .rider = index,
    };
    request.direct_ms = road_query_time(scenario->network.query, request.from, request.to);
    look_up(bench, &request);
    struct insertion best = {.cost = FAR_MS};
    for (uint32_t v = 0; v < scenario->vehicle_count; v++) {
        try_vehicle(bench, v, &request, &best);
    }
    if (best.cost < FAR_MS) {
        put_in(bench, &request, &best);
    }
    return best.cost < FAR_MS;
}

static void start(struct bench *bench)
{
    const struct scenario *scenario = &bench->scenario;
    const size_t vehicles = scenario->vehicle_count;
    bench->stand_ms = scenario->config.pickup_ms;
    bench->vehicles = grow_new(vehicles, sizeof *bench->vehicles);
    bench->riders = grow_new(scenario->request_count, sizeof *bench->riders);
    bench->capacity = vehicles * STOPS_MAX;
    bench->places = grow_new(bench->capacity, sizeof *bench->places);
    bench->to_pickup = grow_new(bench->capacity, sizeof *bench->to_pickup);
    bench->from_pickup = grow_new(bench->capacity, sizeof *bench->from_pickup);
    bench->to_dropoff = grow_new(bench->capacity, sizeof *bench->to_dropoff);
    bench->from_dropoff = grow_new(bench->capacity, sizeof *bench->from_dropoff);
    for (uint32_t v = 0; v < vehicles; v++) {
        struct vehicle *vehicle = &bench->vehicles[v];
        vehicle->count = 1;
        vehicle->seats = scenario->vehicles[v].seats;
        vehicle->stops[0] =
            (struct stop){.place = road_place_at_node(scenario->vehicles[v].home.node),
                          .own_latest_ms = FAR_MS,
                          .latest_ms = FAR_MS,
                          .boards = NOBODY,
                          .alights = NOBODY};
    }
}

static void report(struct bench *bench)
{
    const struct scenario *scenario = &bench->scenario;
    double wait_ms = 0;
    double ride_ms = 0;
    uint32_t served = 0;
    uint32_t late = 0;
    for (uint32_t v = 0; v < scenario->vehicle_count; v++) {
        advance(bench, &bench->vehicles[v], FAR_MS);
    }
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        const struct rider *rider = &bench->riders[i];
        if (rider->alighted_ms > 0) {
            served++;
            wait_ms += (double)(rider->departed_ms - scenario->requests[i].at_s * 1000);
            ride_ms += (double)(rider->alighted_ms - rider->departed_ms);
            late += rider->alighted_ms > scenario->requests[i].arrive_by_s * 1000;
        }
    }
    printf("{\"requests\": %u, \"served\": %u, \"departure_wait_s\": {\"mean\": %.3f}, "
           "\"ride_s\": {\"mean\": %.3f}, \"drive_h\": %.3f, \"late\": %u, \"joined\": %" PRIu64
           ", \"turned\": %" PRIu64 "}\n",
           scenario->request_count, served, wait_ms / served / 1e3, ride_ms / served / 1e3,
           (double)bench->drive_ms / 3.6e6, late, bench->joined, bench->turned);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct scenario_options options = {0};
    struct input_error error = {0};
    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: bench_peer SCENARIO [VEHICLES [WAIT_PENALTY]]\n");
        return 2;
    }
    options.vehicles = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    bench.wait_penalty = argc > 3 ? strtol(argv[3], NULL, 10) : 1;
    if (!scenario_load(argv[1], &options, &bench.scenario, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    if (bench.scenario.config.pickup_ms != bench.scenario.config.dropoff_ms) {
        fprintf(stderr, "%s: pickup_s and dropoff_s differ\n", argv[1]);
        return 2;
    }
    start(&bench);
    for (uint32_t i = 0; i < bench.scenario.request_count; i++) {
        if (i > 0 && bench.scenario.requests[i].at_s < bench.scenario.requests[i - 1].at_s) {
            fprintf(stderr, "%s: the requests are not in order of time\n", argv[1]);
            return 2;
        }
        (void)dispatch(&bench, i);
    }
    report(&bench);
    return 0;
}
