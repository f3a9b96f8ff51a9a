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
    struct rider_id rider;
    struct booking_key key;
    int64_t quote_pence;
    int64_t held_pence; /* not yet resolved */
    int64_t fare_pence;
    int64_t charged_pence; /* -1 not yet */
    int32_t travel_day;
};

struct auditor_hold {
    bool is_open;
    uint64_t ride;
    int64_t amount_pence;
};

struct auditor_account {
    int64_t pending_pence; /* debits less credits */
    int64_t posted_pence;
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
}

void auditor_free(struct auditor *auditor)
{
    free(auditor->rides);
    free(auditor->holds);
    free(auditor->accounts);
    free(auditor->closures);
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
        .rider = booked->rider,
        .key = booked->key,
        .quote_pence = booked->quote_pence,
        .fare_pence = booked->fare_pence,
        .charged_pence = -1,
    };
    if (booked->quote_pence > booked->fare_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " is quoted above its fare", booked->ride.value);
    }
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

static void take_charged(struct auditor *auditor, const struct fact_charged *charged)
{
    struct auditor_ride *ride = find_ride(auditor, charged->ride, "a charge");
    if (ride == NULL) {
        return;
    }
    if (ride->charged_pence >= 0 || ride->state != RIDE_ALIGHTED) {
        auditor_fail(auditor, "ride %" PRIu64 " is charged twice or before its end",
                     charged->ride.value);
    }
    if (charged->charged_pence < 0 || charged->charged_pence > ride->quote_pence ||
        charged->charged_pence + charged->cap_saved_pence != ride->fare_pence) {
        auditor_fail(auditor, "ride %" PRIu64 " is charged %" PRId64 "p on a quote of %" PRId64 "p",
                     charged->ride.value, charged->charged_pence, ride->quote_pence);
    }
    ride->charged_pence = charged->charged_pence;
    ride->travel_day = charged->travel_day;
    auditor->charged_pence += charged->charged_pence;
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

/* ---- The ledger ---- */

static struct auditor_account *find_account(struct auditor *auditor, uint32_t number)
{
    const size_t count = (size_t)number + 1;
    if (count > auditor->account_count) {
        auditor->accounts =
            grow(auditor->accounts, &auditor->account_capacity, count, sizeof *auditor->accounts);
        memset(&auditor->accounts[auditor->account_count], 0,
               (count - auditor->account_count) * sizeof *auditor->accounts);
        auditor->account_count = count;
    }
    return &auditor->accounts[number];
}

static void post(struct auditor *auditor, const struct ledger_transfer *transfer, int64_t pending,
                 int64_t posted)
{
    find_account(auditor, transfer->debit)->pending_pence += pending;
    find_account(auditor, transfer->debit)->posted_pence += posted;
    find_account(auditor, transfer->credit)->pending_pence -= pending;
    find_account(auditor, transfer->credit)->posted_pence -= posted;
}

static void resolve_hold(struct auditor *auditor, const struct ledger_transfer *transfer)
{
    struct auditor_hold *hold = transfer->pending > 0 && transfer->pending < transfer->id
                                    ? &auditor->holds[transfer->pending]
                                    : NULL;
    if (hold == NULL || !hold->is_open || hold->ride != transfer->ride ||
        transfer->amount_pence > hold->amount_pence) {
        auditor_fail(auditor, "transfer %" PRIu64 " resolves no open hold of its ride",
                     transfer->id);
        return;
    }
    hold->is_open = false;
    auditor->rides[hold->ride].held_pence -= hold->amount_pence;
    post(auditor, transfer, -hold->amount_pence,
         transfer->kind == LEDGER_POST ? transfer->amount_pence : 0);
}

static void take_transfer(struct auditor *auditor, const struct ledger_transfer *transfer)
{
    struct auditor_ride *ride =
        find_ride(auditor, (struct ride_id){transfer->ride}, "a transfer for the fare");
    if (ride == NULL || transfer->id != auditor->transfer_count + 1) {
        auditor_fail(auditor, "transfer %" PRIu64 " is out of order", transfer->id);
        return;
    }
    auditor->transfer_count++;
    auditor->holds = grow(auditor->holds, &auditor->hold_capacity, auditor->transfer_count + 1,
                          sizeof *auditor->holds);
    auditor->holds[transfer->id] = (struct auditor_hold){0};
    switch (transfer->kind) {
    case LEDGER_HOLD:
        if (transfer->amount_pence != ride->quote_pence || ride->held_pence != 0) {
            auditor_fail(auditor, "ride %" PRIu64 " has another hold than its quote",
                         transfer->ride);
        }
        ride->held_pence += transfer->amount_pence;
        auditor->holds[transfer->id] = (struct auditor_hold){
            .is_open = true, .ride = transfer->ride, .amount_pence = transfer->amount_pence};
        post(auditor, transfer, transfer->amount_pence, 0);
        return;
    case LEDGER_POST:
        if (transfer->amount_pence != ride->charged_pence) {
            auditor_fail(auditor, "ride %" PRIu64 " pays another sum than was charged",
                         transfer->ride);
        }
        resolve_hold(auditor, transfer);
        return;
    case LEDGER_VOID:
    case LEDGER_EXPIRE:
        resolve_hold(auditor, transfer);
        return;
    case LEDGER_MOVE:
        post(auditor, transfer, 0, transfer->amount_pence);
        return;
    }
}

void auditor_fact(struct auditor *auditor, const struct fact *fact)
{
    if (fact->seq != auditor->seq + 1 || fact->at_ms < auditor->at_ms) {
        auditor_fail(auditor, "fact %" PRIu64 " follows fact %" PRIu64, fact->seq, auditor->seq);
    }
    auditor->seq = fact->seq;
    auditor->at_ms = fact->at_ms;
    switch (fact->kind) {
    case FACT_RIDE_BOOKED:
        take_booked(auditor, &fact->booked);
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
    case FACT_RIDE_CHARGED:
        take_charged(auditor, &fact->charged);
        return;
    case FACT_TRANSFER:
        take_transfer(auditor, &fact->transfer);
        return;
    case FACT_TRANSFERS:
        for (uint32_t i = 0; i < fact->transfers.count; i++) {
            take_transfer(auditor, &fact->transfers.transfers[i]);
        }
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
        scenario->has_speeds ||
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

static int compare_riders(const void *left, const void *right)
{
    const struct auditor_ride *a = left;
    const struct auditor_ride *b = right;
    if (a->rider.high != b->rider.high) {
        return a->rider.high < b->rider.high ? -1 : 1;
    }
    if (a->rider.low != b->rider.low) {
        return a->rider.low < b->rider.low ? -1 : 1;
    }
    return (a->travel_day > b->travel_day) - (a->travel_day < b->travel_day);
}

/* Sums of one rider's charges by travel day and week; the rides are sorted for it. */
static void check_caps(struct auditor *auditor)
{
    const struct caps *caps = &auditor->scenario->config.caps;
    int64_t day_pence = 0;
    int64_t week_pence = 0;
    if (auditor->ride_count == 0) {
        return;
    }
    qsort(auditor->rides + 1, auditor->ride_count, sizeof *auditor->rides, compare_riders);
    for (uint64_t i = 1; i <= auditor->ride_count; i++) {
        const struct auditor_ride *ride = &auditor->rides[i];
        const struct auditor_ride *last = ride - 1;
        const bool same = i > 1 && rider_id_equal(ride->rider, last->rider);
        const bool same_week = same && calendar_travel_week(ride->travel_day) ==
                                           calendar_travel_week(last->travel_day);
        day_pence = same && ride->travel_day == last->travel_day ? day_pence : 0;
        week_pence = same_week ? week_pence : 0;
        if (ride->charged_pence > 0) {
            day_pence += ride->charged_pence;
            week_pence += ride->charged_pence;
        }
        if (day_pence > caps->day_pence || week_pence > caps->week_pence) {
            auditor_fail(auditor, "a rider pays more than the cap of a day or a week");
        }
    }
}

void auditor_finish(struct auditor *auditor, const struct person *persons, uint32_t person_count,
                    int64_t ledger_difference_pence)
{
    int64_t pending_pence = 0;
    int64_t posted_pence = 0;
    struct fleet fleet;
    index_fleet(auditor->scenario, &fleet);
    for (uint32_t i = 0; i < person_count; i++) {
        check_person(auditor, &fleet, &persons[i]);
    }
    free(fleet.memory);
    for (uint64_t i = 1; i <= auditor->ride_count; i++) {
        const struct auditor_ride *ride = &auditor->rides[i];
        const bool has_ended = ride->state == RIDE_ALIGHTED || ride->state == RIDE_CANCELLED ||
                               ride->state == RIDE_NO_SHOW;
        if (has_ended && ride->held_pence != 0) {
            auditor_fail(auditor, "ride %" PRIu64 " has ended and money is still held", i);
        }
        if ((ride->state == RIDE_ALIGHTED) != (ride->charged_pence >= 0)) {
            auditor_fail(auditor, "ride %" PRIu64 " is not charged as it should be", i);
        }
    }
    for (size_t i = 0; i < auditor->account_count; i++) {
        pending_pence += auditor->accounts[i].pending_pence;
        posted_pence += auditor->accounts[i].posted_pence;
    }
    const int64_t income_pence =
        auditor->account_count > 0 ? -auditor->accounts[LEDGER_FARE_INCOME].posted_pence : 0;
    if (pending_pence != 0 || posted_pence != 0 || ledger_difference_pence != 0 ||
        income_pence != auditor->charged_pence) {
        auditor_fail(auditor, "the books do not balance");
    }
    check_caps(auditor);
}
