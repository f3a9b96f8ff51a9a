#include "sim/auditor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "sim/grow.h"

struct auditor_ride {
    enum ride_state state;
};

struct auditor_closure {
    uint32_t arc;
    int64_t from_ms;
    int64_t until_ms; /* INT64_MAX while it is closed */
};

void auditor_fail(struct auditor *auditor, const char *format, ...)
{
    va_list arguments;
    if (auditor->failure_count < AUDITOR_FAILURES_KEPT) {
        va_start(arguments, format);
        vsnprintf(auditor->failures[auditor->failure_count], AUDITOR_TEXT_MAX, format, arguments);
        va_end(arguments);
    }
    auditor->failure_count++;
}

void auditor_init(struct auditor *auditor, const struct scenario *scenario)
{
    *auditor = (struct auditor){.scenario = scenario, .at_ms = INT64_MIN};
    auditor_books_init(&auditor->books, scenario);
    parking_watch_init(&auditor->parking, scenario);
}

void auditor_free(struct auditor *auditor)
{
    free(auditor->rides);
    auditor_books_free(&auditor->books);
    free(auditor->closures);
    parking_watch_free(&auditor->parking);
}

static struct auditor_ride *find_ride(struct auditor *auditor, struct ride_id ride,
                                      const char *what)
{
    if (ride.value == 0 || ride.value > auditor->ride_count) {
        auditor_fail(auditor, "%s of ride %" PRIu64 ", which was never booked", what, ride.value);
        return NULL;
    }
    return &auditor->rides[ride.value];
}

/* ---- Rides ---- */

static void take_booked(struct auditor *auditor, const struct fact_booked *booked)
{
    if (booked->ride.value != auditor->ride_count + 1) {
        auditor_fail(auditor, "ride %" PRIu64 " is booked after ride %" PRIu64, booked->ride.value,
                     auditor->ride_count);
        return;
    }
    auditor->ride_count++;
    auditor->rides = grow(auditor->rides, &auditor->ride_capacity, auditor->ride_count + 1,
                          sizeof *auditor->rides);
    auditor->rides[auditor->ride_count] = (struct auditor_ride){
        .state = RIDE_BOOKED,
    };
}

static void move_ride(struct auditor *auditor, struct ride_id id, enum ride_state to)
{
    static const bool allowed[RIDE_STATE_COUNT][RIDE_STATE_COUNT] = {
        [RIDE_BOOKED] = {[RIDE_ARRIVED] = true, [RIDE_CANCELLED] = true},
        [RIDE_ARRIVED] = {[RIDE_ABOARD] = true, [RIDE_CANCELLED] = true, [RIDE_NO_SHOW] = true},
        [RIDE_ABOARD] = {[RIDE_ALIGHTED] = true},
    };
    struct auditor_ride *ride = find_ride(auditor, id, "a move");
    if (ride == NULL) {
        return;
    }
    if (!allowed[ride->state][to]) {
        auditor_fail(auditor, "ride %" PRIu64 " goes from %s to %s", id.value,
                     ride_state_text(ride->state), ride_state_text(to));
    }
    ride->state = to;
}

/* ---- Closed roads ---- */

static struct auditor_closure *find_closure(const struct auditor *auditor, uint32_t arc)
{
    for (size_t i = 0; i < auditor->closure_count; i++) {
        struct auditor_closure *closure = &auditor->closures[i];
        if (closure->arc == arc && closure->until_ms == INT64_MAX) {
            return closure;
        }
    }
    return NULL;
}

static void take_road(struct auditor *auditor, const struct fact *fact)
{
    struct auditor_closure *closure = find_closure(auditor, fact->road.arc);
    if ((closure != NULL) == (fact->kind == FACT_ROAD_CLOSED)) {
        auditor_fail(auditor, "road %" PRIu32 " is closed or opened twice", fact->road.arc);
        return;
    }
    if (closure != NULL) {
        closure->until_ms = fact->at_ms;
        return;
    }
    auditor->closures = grow(auditor->closures, &auditor->closure_capacity,
                             auditor->closure_count + 1, sizeof *auditor->closures);
    auditor->closures[auditor->closure_count++] = (struct auditor_closure){
        .arc = fact->road.arc, .from_ms = fact->at_ms, .until_ms = INT64_MAX};
}

void auditor_drive(struct auditor *auditor, struct vehicle_id vehicle, uint32_t arc,
                   int64_t enters_ms)
{
    for (size_t i = 0; i < auditor->closure_count; i++) {
        const struct auditor_closure *closure = &auditor->closures[i];
        if (closure->arc == arc && closure->from_ms < enters_ms && enters_ms < closure->until_ms) {
            auditor_fail(auditor,
                         "vehicle %" PRIu32 " drives into road %" PRIu32 ", which is closed",
                         vehicle.value, arc);
        }
    }
}

/* Was a road closed in these times? Then what was promised before may not have been kept. */
static bool was_disturbed(const struct auditor *auditor, int64_t from_ms, int64_t until_ms)
{
    for (size_t i = 0; i < auditor->closure_count; i++) {
        if (auditor->closures[i].from_ms >= from_ms && auditor->closures[i].from_ms <= until_ms) {
            return true;
        }
    }
    return false;
}

/* ---- Waiting places ---- */

static void complain_of_room(struct auditor *auditor, uint32_t lot, const char *what)
{
    const struct parking *parking = &auditor->scenario->config.parking[lot];
    auditor_fail(auditor, "more than %" PRIu32 " vehicles %s node %" PRId64, parking->room, what,
                 auditor->scenario->roads.graph.names[parking->place.node]);
}

void auditor_waits(struct auditor *auditor, struct vehicle_id vehicle, uint32_t node, bool rests,
                   int64_t at_ms)
{
    uint32_t lot = PARKING_NONE;
    if (!parking_watch_waits(&auditor->parking, vehicle, node, rests, at_ms, &lot)) {
        complain_of_room(auditor, lot, "wait at");
    }
}

void auditor_books(struct auditor *auditor, struct vehicle_id vehicle, int64_t at_ms)
{
    parking_watch_books(&auditor->parking, vehicle, at_ms);
}

void auditor_leaves(struct auditor *auditor, struct vehicle_id vehicle, int64_t at_ms)
{
    parking_watch_leaves(&auditor->parking, vehicle, at_ms);
}

static void take_plan(struct auditor *auditor, const struct fact *fact)
{
    uint32_t lot = PARKING_NONE;
    if (!parking_watch_plan(&auditor->parking, &fact->plan, fact->at_ms, &lot)) {
        complain_of_room(auditor, lot, "are sent to wait at");
    }
}

void auditor_step(struct auditor *auditor)
{
    auditor_books_step(auditor);
}

void auditor_fact(struct auditor *auditor, const struct fact *fact)
{
    if (fact->seq != auditor->seq + 1 || fact->at_ms < auditor->at_ms) {
        auditor_fail(auditor, "fact %" PRIu64 " follows fact %" PRIu64, fact->seq, auditor->seq);
    }
    auditor->seq = fact->seq;
    auditor->at_ms = fact->at_ms;
    auditor_books_fact(auditor, fact);
    switch (fact->kind) {
    case FACT_RIDE_BOOKED:
        take_booked(auditor, &fact->booked);
        return;
    case FACT_PLAN_CHANGED:
        take_plan(auditor, fact);
        return;
    case FACT_RIDE_ARRIVED:
        move_ride(auditor, fact->ride.ride, RIDE_ARRIVED);
        return;
    case FACT_RIDE_BOARDED:
        move_ride(auditor, fact->ride.ride, RIDE_ABOARD);
        return;
    case FACT_RIDE_ALIGHTED:
        move_ride(auditor, fact->ride.ride, RIDE_ALIGHTED);
        return;
    case FACT_RIDE_CANCELLED:
        move_ride(auditor, fact->ride.ride, RIDE_CANCELLED);
        return;
    case FACT_RIDE_NO_SHOW:
        move_ride(auditor, fact->ride.ride, RIDE_NO_SHOW);
        return;
    case FACT_ROAD_CLOSED:
    case FACT_ROAD_OPENED:
        take_road(auditor, fact);
        return;
    default:
        return;
    }
}

/* ---- The street ---- */

void auditor_aboard(struct auditor *auditor, const struct scenario_vehicle *vehicle,
                    const struct person *persons, const uint32_t *aboard, uint32_t count)
{
    int seats = 0;
    int spaces = 0;
    bool is_private = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct scenario_request *request = persons[aboard[i]].request;
        seats += request->party - request->wheelchairs;
        spaces += request->wheelchairs;
        is_private = is_private || !request->shared;
    }
    if (seats > vehicle->seats || spaces > vehicle->wheelchair_spaces) {
        auditor_fail(auditor, "vehicle %" PRIu32 " has %d in seats and %d in wheelchairs aboard",
                     vehicle->id, seats, spaces);
    }
    if (is_private && count > 1) {
        auditor_fail(auditor, "vehicle %" PRIu32 " shares a private ride", vehicle->id);
    }
}

void auditor_visit(struct auditor *auditor, struct vehicle_id vehicle, uint32_t node, bool comes,
                   uint32_t aboard_count)
{
    const struct stations *stations = &auditor->scenario->config.stations;
    uint32_t first = STATIONS_MAX; /* several at one node count as one */
    uint64_t plugs = 0;
    for (uint32_t i = stations->count; i > 0; i--) {
        if (stations->items[i - 1].place.node == node) {
            first = i - 1;
            plugs += stations->items[i - 1].plugs;
        }
    }
    if (first == STATIONS_MAX || aboard_count > 0) {
        auditor_fail(auditor, "vehicle %" PRIu32 " visits no station, or with riders aboard",
                     vehicle.value);
        return;
    }
    auditor->visitors[first] += comes ? 1 : -1u;
    if (auditor->visitors[first] > plugs && auditor->closure_count == 0 &&
        scenario_is_punctual(auditor->scenario)) {
        auditor_fail(auditor, "vehicle %" PRIu32 " finds no plug free", vehicle.value);
    }
}

/* The vehicles of the scenario by their ids. */
struct fleet {
    struct map by_id;
    void *memory;
};

static struct map_key vehicle_key(uint32_t id)
{
    return (struct map_key){.low = id};
}

static void index_fleet(const struct scenario *scenario, struct fleet *fleet)
{
    const size_t size = map_cost(scenario->vehicle_count);
    struct arena arena;
    fleet->memory = grow_new(size, 1);
    arena_init(&arena, fleet->memory, size);
    map_init(&fleet->by_id, &arena, scenario->vehicle_count);
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        CHECK(map_put(&fleet->by_id, vehicle_key(scenario->vehicles[i].id), i));
    }
}

static const struct scenario_vehicle *find_vehicle(const struct scenario *scenario,
                                                   const struct fleet *fleet, uint32_t id)
{
    uint32_t index = 0;
    return map_get(&fleet->by_id, vehicle_key(id), &index) ? &scenario->vehicles[index] : NULL;
}

/* ---- On foot ---- */

#define WALK_DETOUR_PERMILLE 1300 /* as docs/scenario.md has it */
#define WALK_MM_PER_S        1200

static int64_t walking_ms(int64_t walk_m)
{
    return (walk_m * 1000000 + WALK_MM_PER_S - 1) / WALK_MM_PER_S; /* up */
}

/* The metres between where somebody is, or goes, and where the ride has its end: by the map, not by
 * what they were told. The kerb asked for is no walk. */
static int64_t walked_m(const struct scenario *scenario, const struct spot *asked,
                        struct geo_point met)
{
    const struct geo_point kerb = scenario->roads.graph.points[asked->node];
    if (kerb.lat_e7 == met.lat_e7 && kerb.lon_e7 == met.lon_e7) {
        return 0;
    }
    return (geo_distance_mm(asked->point, met) * WALK_DETOUR_PERMILLE + 999999) / 1000000; /* up */
}

static void check_walk(struct auditor *auditor, const struct person *person)
{
    const struct scenario_request *request = person->request;
    const int64_t most_m = request->wheelchairs > 0 ? 0 : request->walk_m;
    const int64_t from_m = walked_m(auditor->scenario, &request->from, person->from);
    const int64_t to_m = walked_m(auditor->scenario, &request->to, person->to);
    if (from_m > most_m || to_m > most_m) {
        auditor_fail(auditor, "request %" PRId64 " walks further than agreed", request->id);
    }
    if (from_m != person->walk_from_m || to_m != person->walk_to_m) {
        auditor_fail(auditor, "request %" PRId64 " is told of another walk than it is",
                     request->id);
    }
    if (person->departed_ms < person->earliest_ms + walking_ms(from_m)) {
        auditor_fail(auditor, "request %" PRId64 " leaves before they can be there", request->id);
    }
}

static void check_limits(struct auditor *auditor, const struct person *person)
{
    const struct scenario *scenario = auditor->scenario;
    const struct core_config *config = &scenario->config;
    const struct scenario_request *request = person->request;
    int64_t latest_ms = person->earliest_ms + config->max_wait_ms;
    if (request->pickup_by_s != SCENARIO_NONE) {
        latest_ms = scenario_moment_ms(scenario, request->pickup_by_s);
    }
    const int64_t ride_max_ms =
        person->direct_ms * config->max_ride_permille / 1000 + config->max_ride_extra_ms;
    if (person->arrived_ms > latest_ms) {
        auditor_fail(auditor, "request %" PRId64 " waits too long", request->id);
    }
    if (person->alighted_ms - person->departed_ms > ride_max_ms) {
        auditor_fail(auditor, "request %" PRId64 " rides too long", request->id);
    }
    if (request->arrive_by_s != SCENARIO_NONE &&
        person->alighted_ms + walking_ms(person->walk_to_m) >
            scenario_moment_ms(scenario, request->arrive_by_s)) {
        auditor_fail(auditor, "request %" PRId64 " comes too late", request->id);
    }
}

static void check_person(struct auditor *auditor, const struct fleet *fleet,
                         const struct person *person)
{
    const struct scenario *scenario = auditor->scenario;
    if (person->state == PERSON_AT_HOME || person->state == PERSON_ASKING) {
        auditor_fail(auditor, "request %" PRId64 " was never answered", person->request->id);
    }
    if (person->state != PERSON_SERVED) {
        return;
    }
    const bool is_disturbed =
        scenario->has_speeds || person->was_held_up ||
        was_disturbed(auditor, scenario_moment_ms(scenario, person->request->at_s),
                      person->alighted_ms);
    const struct scenario_vehicle *vehicle = find_vehicle(scenario, fleet, person->vehicle.value);
    if (vehicle == NULL ||
        (!is_disturbed && person->departed_ms > scenario_moment_ms(scenario, vehicle->until_s)) ||
        person->arrived_ms < scenario_moment_ms(scenario, vehicle->from_s)) {
        auditor_fail(auditor, "request %" PRId64 " boards outside the vehicle's shift",
                     person->request->id);
    }
    if (person->departed_ms < person->earliest_ms || person->alighted_ms < person->departed_ms ||
        person->fare_pence < 0) {
        auditor_fail(auditor, "request %" PRId64 " was served out of order", person->request->id);
    }
    check_walk(auditor, person);
    if (!scenario->config.limits_soft && !is_disturbed) {
        check_limits(auditor, person);
    }
}

void auditor_finish(struct auditor *auditor, const struct person *persons, uint32_t person_count,
                    int64_t ledger_difference_pence)
{
    struct fleet fleet;
    index_fleet(auditor->scenario, &fleet);
    for (uint32_t i = 0; i < person_count; i++) {
        check_person(auditor, &fleet, &persons[i]);
    }
    free(fleet.memory);
    auditor_books_finish(auditor, ledger_difference_pence);
}
