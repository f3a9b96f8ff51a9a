/* What journal facts say. Builders CHECK what their readers ask for, so that nothing is written
 * that cannot be read back. */
#include "wire/codec_record.h"

#include <string.h>

#include "base/utf8.h"
#include "core/stations.h"
#include "wire/codec_policy.h"

void codec_record_build_id(uint64_t high, uint64_t low, Commonwheel__V1__Id128 *wire)
{
    *wire = (Commonwheel__V1__Id128)COMMONWHEEL__V1__ID128__INIT;
    wire->high = high;
    wire->low = low;
}

static uint64_t node_plus_one(uint32_t node)
{
    return node == SPOT_NO_NODE ? 0 : (uint64_t)node + 1;
}

static bool read_node(uint64_t plus_one, uint32_t *node)
{
    if (plus_one > UINT32_MAX)
        return false;
    *node = plus_one == 0 ? SPOT_NO_NODE : (uint32_t)(plus_one - 1);
    return true;
}

static bool walk_is_sound(int32_t walk_m)
{
    return walk_m >= 0 && walk_m <= TRIP_WALK_MAX_M;
}

static bool trip_is_sound(const struct trip *trip)
{
    return geo_valid(trip->from.point) && geo_valid(trip->to.point) && trip->party >= 1 &&
           trip->party <= PARTY_MAX && trip->wheelchairs <= trip->party &&
           codec_part_is_time(trip->pickup_from_ms) && codec_part_is_time(trip->pickup_by_ms) &&
           codec_part_is_time(trip->arrive_by_ms) && walk_is_sound(trip->walk_max_m);
}

void codec_record_build_vehicle(const struct fact_vehicle *vehicle,
                                struct codec_record_vehicle *record)
{
    CHECK(vehicle->vehicle.value != VEHICLE_NONE.value);
    CHECK(vehicle->seats <= SEATS_MAX && vehicle->wheelchair_spaces <= SEATS_MAX);
    CHECK(vehicle->from_ms >= 0 && vehicle->until_ms >= 0);
    CHECK(vehicle->battery_wh >= 0 && vehicle->battery_wh <= BATTERY_MAX_WH);
    record->wire = (Commonwheel__V1__FactVehicle)COMMONWHEEL__V1__FACT_VEHICLE__INIT;
    codec_part_build_place(vehicle->home, &record->home);
    record->wire.vehicle_id = vehicle->vehicle.value;
    record->wire.seats = vehicle->seats;
    record->wire.wheelchair_spaces = vehicle->wheelchair_spaces;
    record->wire.designed_for = vehicle->designed_for;
    record->wire.from_ms = vehicle->from_ms;
    record->wire.until_ms = vehicle->until_ms;
    record->wire.home = &record->home;
    record->wire.battery_wh = (uint64_t)vehicle->battery_wh;
}

const char *codec_record_read_vehicle(const Commonwheel__V1__FactVehicle *wire,
                                      struct fact_vehicle *vehicle)
{
    if (wire == NULL || wire->vehicle_id == VEHICLE_NONE.value)
        return "vehicle_id: must name a vehicle";
    if (wire->seats > SEATS_MAX || wire->wheelchair_spaces > SEATS_MAX)
        return "seats, wheelchair_spaces: must be 0 to 32";
    if (wire->designed_for > UINT8_MAX)
        return "designed_for: must be 0 to 255";
    if (wire->from_ms < 0 || wire->until_ms < 0)
        return "from_ms, until_ms: must be 0 or more";
    if (!codec_part_read_place(wire->home, &vehicle->home))
        return "home: not a place";
    if (wire->battery_wh > BATTERY_MAX_WH)
        return "battery_wh: must be 0 to 10000000";
    vehicle->vehicle = (struct vehicle_id){wire->vehicle_id};
    vehicle->battery_wh = (int64_t)wire->battery_wh;
    vehicle->seats = (uint8_t)wire->seats;
    vehicle->wheelchair_spaces = (uint8_t)wire->wheelchair_spaces;
    vehicle->designed_for = (uint8_t)wire->designed_for;
    vehicle->from_ms = wire->from_ms;
    vehicle->until_ms = wire->until_ms;
    return NULL;
}

void codec_record_build_booked(const struct fact_booked *booked, struct codec_record_booked *record)
{
    CHECK(booked->ride.value != 0 && trip_is_sound(&booked->trip));
    CHECK(codec_part_is_amount(booked->fare_pence) && codec_part_is_amount(booked->quote_pence));
    record->wire = (Commonwheel__V1__FactBooked)COMMONWHEEL__V1__FACT_BOOKED__INIT;
    codec_record_build_id(booked->rider.high, booked->rider.low, &record->rider);
    codec_record_build_id(booked->key.high, booked->key.low, &record->key);
    codec_part_build_trip(&booked->trip, &record->trip);
    codec_part_build_place(booked->from, &record->from);
    codec_part_build_place(booked->to, &record->to);
    record->wire.ride_id = booked->ride.value;
    record->wire.rider = &record->rider;
    record->wire.key = &record->key;
    record->wire.trip = &record->trip.wire;
    record->wire.from = &record->from;
    record->wire.to = &record->to;
    record->wire.earliest_ms = booked->earliest_ms;
    record->wire.pickup_latest_ms = booked->pickup_latest_ms;
    record->wire.dropoff_latest_ms = booked->dropoff_latest_ms;
    record->wire.ride_max_ms = booked->ride_max_ms;
    record->wire.promised_ms = booked->promised_ms;
    record->wire.direct_ms = booked->direct_ms;
    record->wire.direct_m = booked->direct_m;
    record->wire.fare_pence = booked->fare_pence;
    record->wire.quote_pence = booked->quote_pence;
    record->wire.from_node_plus_one = node_plus_one(booked->trip.from.node);
    record->wire.to_node_plus_one = node_plus_one(booked->trip.to.node);
    codec_reason_build_options(booked->options, booked->option_count, &record->options);
    record->wire.n_options = booked->option_count;
    record->wire.options = record->options.pointers;
    record->wire.walk_from_m = (uint32_t)booked->walk_from_m;
    record->wire.walk_to_m = (uint32_t)booked->walk_to_m;
    record->wire.policy = booked->policy;
    if (booked->policy != 0) {
        codec_policy_build_fare(&booked->fare, &record->fare);
        record->wire.fare_lines = &record->fare;
    }
}

static bool are_positive(const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i] < 0)
            return false;
    }
    return true;
}

static const char *check_booked(const Commonwheel__V1__FactBooked *wire)
{
    const int64_t numbers[] = {
        wire->earliest_ms, wire->pickup_latest_ms, wire->dropoff_latest_ms, wire->ride_max_ms,
        wire->promised_ms, wire->direct_ms,        wire->direct_m,
    };
    if (wire->ride_id == 0)
        return "ride_id: must be 1 or more";
    if (wire->rider == NULL || wire->key == NULL)
        return "rider, key: required";
    if (!are_positive(numbers, sizeof numbers / sizeof numbers[0]))
        return "times and lengths of the booking: must be 0 or more";
    if (!codec_part_is_amount(wire->fare_pence) || !codec_part_is_amount(wire->quote_pence))
        return "fare_pence, quote_pence: not an amount";
    if (wire->walk_from_m > TRIP_WALK_MAX_M || wire->walk_to_m > TRIP_WALK_MAX_M)
        return "walk_from_m, walk_to_m: too far";
    if ((wire->policy != 0) != (wire->fare_lines != NULL))
        return "policy, fare_lines: one without the other";
    return NULL;
}

const char *codec_record_read_booked(const Commonwheel__V1__FactBooked *wire,
                                     struct fact_booked *booked)
{
    const char *why = wire == NULL ? "booked: required" : check_booked(wire);
    if (why == NULL)
        why = codec_part_read_trip(wire->trip, &booked->trip);
    if (why != NULL)
        return why;
    if (!codec_part_read_place(wire->from, &booked->from) ||
        !codec_part_read_place(wire->to, &booked->to))
        return "from, to: not a place";
    if (!read_node(wire->from_node_plus_one, &booked->trip.from.node) ||
        !read_node(wire->to_node_plus_one, &booked->trip.to.node))
        return "from_node_plus_one, to_node_plus_one: not a node";
    if (!codec_reason_read_options(wire->options, wire->n_options, booked->options,
                                   &booked->option_count))
        return "options: too many";
    booked->policy = wire->policy;
    memset(&booked->fare, 0, sizeof booked->fare);
    if (wire->fare_lines != NULL)
        why = codec_policy_read_fare(wire->fare_lines, &booked->fare);
    if (why != NULL)
        return why;
    booked->ride = (struct ride_id){wire->ride_id};
    booked->rider = (struct rider_id){wire->rider->high, wire->rider->low};
    booked->key = (struct booking_key){wire->key->high, wire->key->low};
    booked->walk_from_m = (int32_t)wire->walk_from_m;
    booked->walk_to_m = (int32_t)wire->walk_to_m;
    booked->earliest_ms = wire->earliest_ms;
    booked->pickup_latest_ms = wire->pickup_latest_ms;
    booked->dropoff_latest_ms = wire->dropoff_latest_ms;
    booked->ride_max_ms = wire->ride_max_ms;
    booked->promised_ms = wire->promised_ms;
    booked->direct_ms = wire->direct_ms;
    booked->direct_m = wire->direct_m;
    booked->fare_pence = wire->fare_pence;
    booked->quote_pence = wire->quote_pence;
    return NULL;
}

void codec_record_build_refused(const struct fact_refused *refused,
                                struct codec_record_refused *record)
{
    CHECK(refused->reason > REFUSAL_NONE && refused->reason < REFUSAL_COUNT);
    CHECK(trip_is_sound(&refused->trip));
    CHECK(refused->why.constraint < REASON_CONSTRAINT_COUNT && refused->why.over_ms >= 0);
    record->wire = (Commonwheel__V1__FactRefused)COMMONWHEEL__V1__FACT_REFUSED__INIT;
    codec_record_build_id(refused->rider.high, refused->rider.low, &record->rider);
    codec_record_build_id(refused->key.high, refused->key.low, &record->key);
    codec_part_build_trip(&refused->trip, &record->trip);
    record->wire.rider = &record->rider;
    record->wire.key = &record->key;
    record->wire.trip = &record->trip.wire;
    record->wire.reason = (Commonwheel__V1__RefusalReason)refused->reason;
    record->wire.from_node_plus_one = node_plus_one(refused->trip.from.node);
    record->wire.to_node_plus_one = node_plus_one(refused->trip.to.node);
    record->wire.constraint = (Commonwheel__V1__RefusalConstraint)refused->why.constraint;
    record->wire.over_ms = refused->why.over_ms;
    if (refused->why.has_nearest) {
        codec_reason_build_option(&refused->why.nearest, &record->nearest);
        record->wire.nearest = &record->nearest;
    }
}

const char *codec_record_read_refused(const Commonwheel__V1__FactRefused *wire,
                                      struct fact_refused *refused)
{
    int reason = (int)wire->reason;
    if (wire->rider == NULL || wire->key == NULL)
        return "rider, key: required";
    if (reason <= REFUSAL_NONE || reason >= REFUSAL_COUNT)
        return "reason: unknown";
    if ((int)wire->constraint < 0 || (int)wire->constraint >= REASON_CONSTRAINT_COUNT ||
        wire->over_ms < 0)
        return "constraint, over_ms: unknown or below 0";
    const char *why = codec_part_read_trip(wire->trip, &refused->trip);
    if (why != NULL)
        return why;
    if (!read_node(wire->from_node_plus_one, &refused->trip.from.node) ||
        !read_node(wire->to_node_plus_one, &refused->trip.to.node))
        return "from_node_plus_one, to_node_plus_one: not a node";
    refused->rider = (struct rider_id){wire->rider->high, wire->rider->low};
    refused->key = (struct booking_key){wire->key->high, wire->key->low};
    refused->reason = (enum refusal)reason;
    refused->why = (struct reason_refused){
        .constraint = (enum reason_constraint)wire->constraint,
        .over_ms = wire->over_ms,
        .has_nearest = wire->nearest != NULL,
    };
    if (wire->nearest != NULL)
        codec_reason_read_option(wire->nearest, &refused->why.nearest);
    return NULL;
}

void codec_record_build_moved(const struct fact_moved *moved, struct codec_record_moved *record)
{
    CHECK(moved->ride.value != 0);
    record->wire = (Commonwheel__V1__FactMoved)COMMONWHEEL__V1__FACT_MOVED__INIT;
    codec_reason_build_move(&moved->moved, &record->move);
    record->wire.ride_id = moved->ride.value;
    record->wire.move = &record->move.wire;
}

const char *codec_record_read_moved(const Commonwheel__V1__FactMoved *wire,
                                    struct fact_moved *moved)
{
    if (wire->ride_id == 0)
        return "ride_id: must be 1 or more";
    if (!codec_reason_read_move(wire->move, &moved->moved))
        return "move: without a reason or an option";
    moved->ride = (struct ride_id){wire->ride_id};
    return NULL;
}

void codec_record_build_plan(const struct fact_plan *plan, struct codec_record_plan *record)
{
    CHECK(plan->vehicle.value != VEHICLE_NONE.value && plan->stop_count <= PLAN_STOPS_MAX);
    record->wire = (Commonwheel__V1__FactPlan)COMMONWHEEL__V1__FACT_PLAN__INIT;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        Commonwheel__V1__FactStop *stop = &record->stops[i];
        CHECK(codec_part_is_stop((int)plan->stops[i].kind, plan->stops[i].ride.value));
        *stop = (Commonwheel__V1__FactStop)COMMONWHEEL__V1__FACT_STOP__INIT;
        stop->ride_id = plan->stops[i].ride.value;
        stop->kind = (Commonwheel__V1__StopKind)plan->stops[i].kind;
        record->pointers[i] = stop;
    }
    record->wire.vehicle_id = plan->vehicle.value;
    record->wire.plan_id = plan->plan_id;
    record->wire.revision = plan->revision;
    record->wire.n_stops = plan->stop_count;
    record->wire.stops = record->pointers;
    if (plan->rests) {
        codec_part_build_place(plan->rest, &record->rest);
        record->wire.rest = &record->rest;
    }
}

const char *codec_record_read_plan(const Commonwheel__V1__FactPlan *wire, struct fact_plan *plan)
{
    if (wire == NULL || wire->vehicle_id == VEHICLE_NONE.value)
        return "plan.vehicle_id: must name a vehicle";
    if (wire->n_stops > PLAN_STOPS_MAX)
        return "plan.stops: too many";
    memset(plan->stops, 0, sizeof plan->stops);
    for (uint32_t i = 0; i < (uint32_t)wire->n_stops; i++) {
        const Commonwheel__V1__FactStop *stop = wire->stops[i];
        if (!codec_part_is_stop((int)stop->kind, stop->ride_id))
            return "plan.stops: a stop without a ride or a kind";
        plan->stops[i] = (struct plan_stop){{stop->ride_id}, (enum stop_kind)stop->kind};
    }
    plan->vehicle = (struct vehicle_id){wire->vehicle_id};
    plan->plan_id = wire->plan_id;
    plan->revision = wire->revision;
    plan->stop_count = (uint32_t)wire->n_stops;
    plan->rests = wire->rest != NULL;
    plan->rest = (struct road_place){0};
    if (plan->rests && !codec_part_read_place(wire->rest, &plan->rest))
        return "plan.rest: not a place";
    return NULL;
}

void codec_record_build_visit(struct vehicle_id vehicle, const struct visit *visit,
                              struct codec_record_visit *record)
{
    CHECK(vehicle.value != VEHICLE_NONE.value && fact_is_visit(visit->kind));
    record->wire = (Commonwheel__V1__FactVisit)COMMONWHEEL__V1__FACT_VISIT__INIT;
    codec_part_build_place(visit->place, &record->place);
    record->wire.vehicle_id = vehicle.value;
    record->wire.kind = (Commonwheel__V1__StopKind)visit->kind;
    record->wire.station_id = visit->station;
    record->wire.place = &record->place;
    record->wire.from_ms = visit->from_ms;
    record->wire.latest_ms = visit->latest_ms;
    record->wire.dwell_ms = visit->dwell_ms;
    record->wire.power_w = (uint64_t)visit->power_w;
    record->wire.begun_ms = visit->begun_ms;
}

const char *codec_record_read_visit(const Commonwheel__V1__FactVisit *wire,
                                    struct fact_visit *visit)
{
    const int64_t numbers[] = {wire->from_ms, wire->latest_ms, wire->dwell_ms, wire->begun_ms};
    if (wire->vehicle_id == VEHICLE_NONE.value || !codec_part_is_stop((int)wire->kind, 0))
        return "visit.vehicle_id, visit.kind: must name a vehicle and what it is for";
    if (!are_positive(numbers, sizeof numbers / sizeof numbers[0]) ||
        wire->dwell_ms > VISIT_MAX_MS || wire->power_w > STATION_POWER_MAX_W)
        return "times and power of the visit: out of range";
    visit->visit = (struct visit){
        .kind = (enum stop_kind)wire->kind,
        .station = wire->station_id,
        .from_ms = wire->from_ms,
        .latest_ms = wire->latest_ms,
        .dwell_ms = wire->dwell_ms,
        .power_w = (int64_t)wire->power_w,
        .begun_ms = wire->begun_ms,
    };
    if (!codec_part_read_place(wire->place, &visit->visit.place))
        return "visit.place: not a place";
    visit->vehicle = (struct vehicle_id){wire->vehicle_id};
    return NULL;
}

void codec_record_build_visit_mark(const struct fact_visit *visit, Commonwheel__V1__FactVisit *wire)
{
    *wire = (Commonwheel__V1__FactVisit)COMMONWHEEL__V1__FACT_VISIT__INIT;
    wire->vehicle_id = visit->vehicle.value;
    wire->kind = (Commonwheel__V1__StopKind)visit->visit.kind;
}

const char *codec_record_read_visit_mark(const Commonwheel__V1__FactVisit *wire,
                                         struct fact_visit *visit)
{
    if (wire->vehicle_id == VEHICLE_NONE.value || !codec_part_is_stop((int)wire->kind, 0))
        return "visit.vehicle_id, visit.kind: must name a vehicle and what it is for";
    *visit = (struct fact_visit){.vehicle = {wire->vehicle_id},
                                 .visit.kind = (enum stop_kind)wire->kind};
    return NULL;
}

static bool canceller_fits(int by, enum fact_kind kind)
{
    return kind == FACT_RIDE_CANCELLED ? by >= CANCEL_BY_RIDER && by <= CANCEL_BY_SERVICE : by == 0;
}

void codec_record_build_ride(const struct fact_ride *ride, Commonwheel__V1__FactRide *wire)
{
    CHECK(ride->ride.value != 0);
    *wire = (Commonwheel__V1__FactRide)COMMONWHEEL__V1__FACT_RIDE__INIT;
    wire->ride_id = ride->ride.value;
    wire->vehicle_id = ride->vehicle.value;
    wire->cancelled_by = (Commonwheel__V1__CancelBy)ride->by;
}

const char *codec_record_read_ride(const Commonwheel__V1__FactRide *wire, enum fact_kind kind,
                                   struct fact_ride *ride)
{
    if (wire->ride_id == 0)
        return "ride_id: must be 1 or more";
    if (!canceller_fits((int)wire->cancelled_by, kind))
        return "cancelled_by: does not fit the fact";
    ride->ride = (struct ride_id){wire->ride_id};
    ride->vehicle = (struct vehicle_id){wire->vehicle_id};
    ride->by = (enum cancel_by)wire->cancelled_by;
    return NULL;
}

static bool is_reason(const char *reason)
{
    size_t length = 0;
    while (length < CLOSURE_REASON_MAX && reason[length] != '\0')
        length++;
    return length < CLOSURE_REASON_MAX && utf8_is_text(reason, length);
}

void codec_record_build_road(const struct fact_road *road, struct codec_record_road *record)
{
    CHECK(road->arc != ROAD_NONE && is_reason(road->reason));
    record->wire = (Commonwheel__V1__FactRoad)COMMONWHEEL__V1__FACT_ROAD__INIT;
    codec_record_build_id(road->by.high, road->by.low, &record->by);
    memcpy(record->reason, road->reason, sizeof record->reason);
    record->wire.arc = road->arc;
    record->wire.by = &record->by;
    record->wire.reason = record->reason;
}

const char *codec_record_read_road(const Commonwheel__V1__FactRoad *wire, struct fact_road *road)
{
    if (wire == NULL || wire->arc == ROAD_NONE)
        return "road.arc: must name a piece of road";
    if (wire->by == NULL)
        return "road.by: required";
    if (!is_reason(wire->reason))
        return "road.reason: not text, or too long";
    road->arc = wire->arc;
    road->by = (struct rider_id){wire->by->high, wire->by->low};
    memset(road->reason, 0, sizeof road->reason);
    memcpy(road->reason, wire->reason, strlen(wire->reason));
    return NULL;
}

void codec_record_build_places(const struct fact_places *places, struct codec_record_places *record)
{
    CHECK(places->kind > 0 && places->kind < PLACES_KIND_COUNT && is_reason(places->reason));
    record->wire = (Commonwheel__V1__FactPlaces)COMMONWHEEL__V1__FACT_PLACES__INIT;
    codec_record_build_id(places->by.high, places->by.low, &record->by);
    memcpy(record->reason, places->reason, sizeof record->reason);
    record->wire.kind = (Commonwheel__V1__PlacesKind)places->kind; /* the same numbers */
    record->wire.count = places->count;
    record->wire.by = &record->by;
    record->wire.reason = record->reason;
}

const char *codec_record_read_places(const Commonwheel__V1__FactPlaces *wire,
                                     struct fact_places *places)
{
    if (wire == NULL || wire->kind <= 0 || (int)wire->kind >= PLACES_KIND_COUNT)
        return "places.kind: required";
    if (wire->by == NULL)
        return "places.by: required";
    if (!is_reason(wire->reason))
        return "places.reason: not text, or too long";
    places->kind = (enum places_kind)wire->kind;
    places->count = wire->count;
    places->by = (struct rider_id){wire->by->high, wire->by->low};
    memset(places->reason, 0, sizeof places->reason);
    memcpy(places->reason, wire->reason, strlen(wire->reason));
    return NULL;
}
