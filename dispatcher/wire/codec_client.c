/* The client's half: it trusts the dispatcher's figures, but no pointer and no count. */
#include "wire/codec_client.h"

#include <string.h>

#include "commonwheel/v1/operator.pb-c.h"
#include "commonwheel/v1/rider.pb-c.h"
#include "commonwheel/v1/vehicle.pb-c.h"
#include "wire/codec_client_money.h"
#include "wire/codec_client_part.h"
#include "wire/codec_memory.h"
#include "wire/codec_operator.h"
#include "wire/codec_part.h"
#include "wire/codec_policy.h"
#include "wire/codec_rider.h"
#include "wire/codec_uuid.h"

static size_t request_quote(const struct event_quote *quote, uint8_t *bytes)
{
    Commonwheel__V1__QuoteRequest wire = COMMONWHEEL__V1__QUOTE_REQUEST__INIT;
    struct codec_part_trip trip;
    codec_part_build_trip(&quote->trip, &trip);
    wire.trip = &trip.wire;
    return codec_client_part_pack(&wire.base, bytes);
}

static size_t request_book(const struct event_book *book, uint8_t *bytes)
{
    Commonwheel__V1__BookRequest wire = COMMONWHEEL__V1__BOOK_REQUEST__INIT;
    struct codec_part_trip trip;
    char key[CODEC_UUID_TEXT + 1];
    codec_part_build_trip(&book->trip, &trip);
    codec_uuid_write(book->key, key);
    wire.trip = &trip.wire;
    wire.key = key;
    if (book->has_agreed) {
        wire.agreed_case = COMMONWHEEL__V1__BOOK_REQUEST__AGREED_AGREED_PENCE;
        wire.agreed_pence = book->agreed_pence;
    }
    return codec_client_part_pack(&wire.base, bytes);
}

/* CancelRequest, GetRideRequest and WatchRideRequest have the same single field. */
static size_t request_ride(const struct event_ride *ride, uint8_t *bytes)
{
    Commonwheel__V1__GetRideRequest wire = COMMONWHEEL__V1__GET_RIDE_REQUEST__INIT;
    wire.ride_id = ride->ride.value;
    return codec_client_part_pack(&wire.base, bytes);
}

static size_t request_close(const struct event_road *road, uint8_t *bytes)
{
    Commonwheel__V1__CloseRoadRequest wire = COMMONWHEEL__V1__CLOSE_ROAD_REQUEST__INIT;
    Commonwheel__V1__Point point;
    char reason[CLOSURE_REASON_MAX];
    memcpy(reason, road->reason, sizeof reason);
    codec_part_build_point(road->point, &point);
    wire.point = &point;
    wire.reason = reason;
    if (road->heading_deg != ROAD_HEADING_UNKNOWN) {
        wire.direction_case = COMMONWHEEL__V1__CLOSE_ROAD_REQUEST__DIRECTION_HEADING_DEG;
        wire.heading_deg = (uint32_t)road->heading_deg;
    }
    return codec_client_part_pack(&wire.base, bytes);
}

static size_t request_open(const struct event_road *road, uint8_t *bytes)
{
    Commonwheel__V1__OpenRoadRequest wire = COMMONWHEEL__V1__OPEN_ROAD_REQUEST__INIT;
    Commonwheel__V1__Point point;
    if (road->arc != ROAD_NONE) {
        wire.road_case = COMMONWHEEL__V1__OPEN_ROAD_REQUEST__ROAD_CLOSURE_ID;
        wire.closure_id = (uint64_t)road->arc + 1;
        return codec_client_part_pack(&wire.base, bytes);
    }
    codec_part_build_point(road->point, &point);
    wire.road_case = COMMONWHEEL__V1__OPEN_ROAD_REQUEST__ROAD_POINT;
    wire.point = &point;
    if (road->heading_deg != ROAD_HEADING_UNKNOWN) {
        wire.direction_case = COMMONWHEEL__V1__OPEN_ROAD_REQUEST__DIRECTION_HEADING_DEG;
        wire.heading_deg = (uint32_t)road->heading_deg;
    }
    return codec_client_part_pack(&wire.base, bytes);
}

bool codec_client_request(const struct event *event, uint8_t *bytes, size_t *size)
{
    switch (event->kind) {
    case EVENT_QUOTE:
        *size = request_quote(&event->quote, bytes);
        return true;
    case EVENT_BOOK:
        *size = request_book(&event->book, bytes);
        return true;
    case EVENT_CANCEL:
    case EVENT_GET_RIDE:
    case EVENT_EXPLAIN_RIDE:
        *size = request_ride(&event->ride, bytes);
        return true;
    case EVENT_LIST_VEHICLES:
    case EVENT_LIST_CLOSURES:
        *size = codec_client_part_ask(event->list.after, event->list.limit, 0, bytes);
        return true;
    case EVENT_CLOSE_ROAD:
        *size = request_close(&event->road, bytes);
        return true;
    case EVENT_OPEN_ROAD:
        *size = request_open(&event->road, bytes);
        return true;
    case EVENT_GET_STATISTICS:
    case EVENT_LIST_REFUSALS:
        *size = 0;
        return true;
    default:
        return codec_client_money_request(event, bytes, size);
    }
}

static size_t pack_up(const Commonwheel__V1__VehicleUp *up, uint8_t *bytes)
{
    return codec_memory_pack(&up->base, bytes, CODEC_VEHICLE_UP_MAX);
}

static size_t up_hello(const struct event_hello *hello, uint8_t *bytes)
{
    Commonwheel__V1__VehicleUp up = COMMONWHEEL__V1__VEHICLE_UP__INIT;
    Commonwheel__V1__Hello wire = COMMONWHEEL__V1__HELLO__INIT;
    Commonwheel__V1__Point point;
    codec_part_build_point(hello->spot.point, &point);
    wire.point = &point;
    wire.at_ms = hello->at_ms;
    up.frame_case = COMMONWHEEL__V1__VEHICLE_UP__FRAME_HELLO;
    up.hello = &wire;
    return pack_up(&up, bytes);
}

static size_t up_telemetry(const struct event_telemetry *telemetry, uint8_t *bytes)
{
    Commonwheel__V1__VehicleUp up = COMMONWHEEL__V1__VEHICLE_UP__INIT;
    Commonwheel__V1__Telemetry wire = COMMONWHEEL__V1__TELEMETRY__INIT;
    Commonwheel__V1__Point point;
    codec_part_build_point(telemetry->spot.point, &point);
    wire.seq = telemetry->seq;
    wire.point = &point;
    wire.at_ms = telemetry->at_ms;
    if (telemetry->heading_deg != ROAD_HEADING_UNKNOWN) {
        wire.heading_case = COMMONWHEEL__V1__TELEMETRY__HEADING_HEADING_DEG;
        wire.heading_deg = (uint32_t)telemetry->heading_deg;
    }
    wire.battery_permille = (uint32_t)telemetry->battery_permille;
    wire.needs_help = telemetry->needs_help;
    up.frame_case = COMMONWHEEL__V1__VEHICLE_UP__FRAME_TELEMETRY;
    up.telemetry = &wire;
    return pack_up(&up, bytes);
}

static size_t up_report(const struct event_report *report, uint8_t *bytes)
{
    Commonwheel__V1__VehicleUp up = COMMONWHEEL__V1__VEHICLE_UP__INIT;
    Commonwheel__V1__Report wire = COMMONWHEEL__V1__REPORT__INIT;
    wire.seq = report->seq;
    wire.epoch = report->epoch;
    wire.plan_id = report->plan_id;
    wire.kind = (Commonwheel__V1__ReportKind)report->kind;
    wire.ride_id = report->ride.value;
    if (report->kind == REPORT_ARRIVED)
        wire.stop = (Commonwheel__V1__StopKind)report->stop;
    up.frame_case = COMMONWHEEL__V1__VEHICLE_UP__FRAME_REPORT;
    up.report = &wire;
    return pack_up(&up, bytes);
}

size_t codec_client_up(const struct event *event, uint8_t *bytes)
{
    switch (event->kind) {
    case EVENT_HELLO:
        return up_hello(&event->hello, bytes);
    case EVENT_TELEMETRY:
        return up_telemetry(&event->telemetry, bytes);
    case EVENT_REPORT:
        return up_report(&event->report, bytes);
    default:
        return 0;
    }
}

static const char *read_quote(const Commonwheel__V1__Quote *wire, struct message *message)
{
    struct geo_point from = {0, 0};
    struct geo_point to = {0, 0};
    if (wire->walk_from_m > TRIP_WALK_MAX_M || wire->walk_to_m > TRIP_WALK_MAX_M)
        return "quote.walk_from_m, quote.walk_to_m: too far";
    /* An older dispatcher does not say where. */
    if ((wire->from != NULL && !codec_part_read_point(wire->from, &from)) ||
        (wire->to != NULL && !codec_part_read_point(wire->to, &to)))
        return "quote.from, quote.to: must be points on the earth";
    struct fare fare = {.kind = POLICY_SMALL};
    const char *why =
        wire->fare_lines != NULL ? codec_policy_read_fare(wire->fare_lines, &fare) : NULL;
    if (why != NULL)
        return why;
    if ((int)wire->cap < QUOTE_CAP_NONE || (int)wire->cap > QUOTE_CAP_WEEK)
        return "quote.cap: unknown";
    message->kind = MESSAGE_QUOTE;
    message->quote = (struct message_quote){
        .fare_pence = wire->fare_pence,
        .quote_pence = wire->quote_pence,
        .cap_saved_pence = wire->cap_saved_pence,
        .fare = fare,
        .cap = (enum quote_cap)wire->cap,
        .pickup_ms = wire->pickup_ms,
        .dropoff_ms = wire->dropoff_ms,
        .direct_ms = wire->direct_ms,
        .direct_m = wire->direct_m,
        .from = from,
        .to = to,
        .walk_from_m = (int32_t)wire->walk_from_m,
        .walk_to_m = (int32_t)wire->walk_to_m,
        .be_there_by_ms = wire->be_there_by_ms,
    };
    return NULL;
}

static const char *read_refusal(const Commonwheel__V1__Refusal *wire, struct message *message)
{
    if ((int)wire->reason <= REFUSAL_NONE || (int)wire->reason >= REFUSAL_COUNT)
        return "refusal.reason: unknown";
    message->kind = MESSAGE_REFUSED;
    message->refused.reason = (enum refusal)wire->reason;
    const Commonwheel__V1__Alternative *from = wire->alternative;
    if (from != NULL) {
        struct alternative *alternative = &message->refused.alternative;
        alternative->has_point = codec_part_read_point(from->point, &alternative->point);
        alternative->pickup_ms = from->pickup_ms;
        alternative->fare_pence = from->fare_pence;
    }
    return NULL;
}

static const char *read_ride(const Commonwheel__V1__Ride *wire, struct message *message)
{
    struct ride_view ride = {.vehicle = VEHICLE_NONE};
    if (wire == NULL || wire->ride_id == 0)
        return "ride: required";
    if ((int)wire->state <= RIDE_NONE || (int)wire->state >= RIDE_STATE_COUNT)
        return "ride.state: unknown";
    if (!codec_part_read_point(wire->from, &ride.from) ||
        !codec_part_read_point(wire->to, &ride.to))
        return "ride.from, ride.to: must be points on the earth";
    if (wire->vehicle != NULL) {
        ride.vehicle = (struct vehicle_id){wire->vehicle->vehicle_id};
        if (!codec_part_read_point(wire->vehicle->point, &ride.vehicle_point))
            return "ride.vehicle.point: must be a point on the earth";
    }
    if (wire->walk_from_m > TRIP_WALK_MAX_M || wire->walk_to_m > TRIP_WALK_MAX_M)
        return "ride.walk_from_m, ride.walk_to_m: too far";
    ride.ride = (struct ride_id){wire->ride_id};
    ride.state = (enum ride_state)wire->state;
    ride.party = (uint8_t)wire->party;
    ride.wheelchairs = (uint8_t)wire->wheelchairs;
    ride.booked_ms = wire->booked_ms;
    ride.promised_ms = wire->promised_ms;
    ride.pickup_ms = wire->pickup_ms;
    ride.dropoff_ms = wire->dropoff_ms;
    ride.quote_pence = wire->quote_pence;
    ride.charged_pence = wire->charged_pence;
    ride.walk_from_m = (int32_t)wire->walk_from_m;
    ride.walk_to_m = (int32_t)wire->walk_to_m;
    ride.be_there_by_ms = wire->be_there_by_ms;
    ride.cancel_fee_pence = wire->cancel_fee_pence;
    ride.fee_pence = wire->fee_pence;
    if (!codec_policy_read_name(wire->policy_id, wire->policy_hash, &ride.policy))
        return "ride.policy_id, ride.policy_hash: not of a policy";
    message->kind = MESSAGE_RIDE;
    message->ride = ride;
    return NULL;
}

static const char *read_statistics(const Commonwheel__V1__Statistics *wire, struct message *message)
{
    if (wire == NULL)
        return "statistics: required";
    message->kind = MESSAGE_STATISTICS;
    message->statistics = (struct statistics_view){
        .epoch = wire->epoch,
        .facts = wire->facts,
        .booked_count = wire->booked_count,
        .refused_count = wire->refused_count,
        .alighted_count = wire->alighted_count,
        .cancelled_count = wire->cancelled_count,
        .no_show_count = wire->no_show_count,
        .waiting_count = wire->waiting_count,
        .aboard_count = wire->aboard_count,
        .vehicles_online = wire->vehicles_online,
        .vehicles_silent = wire->vehicles_silent,
        .vehicles_offline = wire->vehicles_offline,
        .charged_pence = wire->charged_pence,
        .cap_saved_pence = wire->cap_saved_pence,
        .held_pence = wire->held_pence,
        .ledger_difference_pence = wire->ledger_difference_pence,
        .reports_rejected = wire->reports_rejected,
    };
    return NULL;
}

static const char *read_quoted(const ProtobufCMessage *wire, struct message *message)
{
    const Commonwheel__V1__QuoteResponse *response = (const Commonwheel__V1__QuoteResponse *)wire;
    if (response->result_case == COMMONWHEEL__V1__QUOTE_RESPONSE__RESULT_QUOTE)
        return read_quote(response->quote, message);
    if (response->result_case == COMMONWHEEL__V1__QUOTE_RESPONSE__RESULT_REFUSAL)
        return read_refusal(response->refusal, message);
    return "result: required";
}

static const char *read_booked(const ProtobufCMessage *wire, struct message *message)
{
    const Commonwheel__V1__BookResponse *response = (const Commonwheel__V1__BookResponse *)wire;
    if (response->result_case == COMMONWHEEL__V1__BOOK_RESPONSE__RESULT_RIDE)
        return read_ride(response->ride, message);
    if (response->result_case == COMMONWHEEL__V1__BOOK_RESPONSE__RESULT_REFUSAL)
        return read_refusal(response->refusal, message);
    return "result: required";
}

/* CancelResponse, GetRideResponse and WatchRideResponse have the same single field. */
static const char *read_ride_response(const ProtobufCMessage *wire, struct message *message)
{
    return read_ride(((const Commonwheel__V1__GetRideResponse *)wire)->ride, message);
}

static const char *read_counted(const ProtobufCMessage *wire, struct message *message)
{
    const Commonwheel__V1__GetStatisticsResponse *response =
        (const Commonwheel__V1__GetStatisticsResponse *)wire;
    return read_statistics(response->statistics, message);
}

static const struct codec_client_reader readers[] = {
    {codec_rider_quoted, &commonwheel__v1__quote_response__descriptor, read_quoted},
    {codec_rider_booked, &commonwheel__v1__book_response__descriptor, read_booked},
    {codec_rider_ride, &commonwheel__v1__get_ride_response__descriptor, read_ride_response},
    {codec_rider_watched, &commonwheel__v1__watch_ride_response__descriptor, read_ride_response},
    {codec_operator_counted, &commonwheel__v1__get_statistics_response__descriptor, read_counted},
};

const char *codec_client_response(const struct codec_call *call, const uint8_t *bytes, size_t size,
                                  struct message *message)
{
    const struct codec_client_reader *reader =
        codec_client_part_find(readers, sizeof readers / sizeof readers[0], call);
    if (reader == NULL)
        reader = codec_client_money_reader(call);
    if (reader == NULL)
        return "call: its response is a list";
    return codec_client_part_read(reader, bytes, size, message);
}

static const char *read_vehicle(const Commonwheel__V1__Vehicle *wire, struct vehicle_view *vehicle)
{
    struct vehicle_view read = {.vehicle = {wire->vehicle_id}};
    if (!codec_part_read_link((int)wire->link, &read.link))
        return "vehicles.link: unknown";
    if (!codec_part_read_point(wire->point, &read.point))
        return "vehicles.point: must be a point on the earth";
    read.heard_ms = wire->heard_ms;
    read.battery_permille = (int32_t)wire->battery_permille;
    read.help_since_ms = wire->help_since_ms;
    read.seats = (uint8_t)wire->seats;
    read.wheelchair_spaces = (uint8_t)wire->wheelchair_spaces;
    read.people_aboard = (uint8_t)wire->people_aboard;
    read.stop_count = (uint8_t)wire->stop_count;
    if (wire->next_stop != NULL) {
        read.next_ride = (struct ride_id){wire->next_stop->ride_id};
        read.next_stop = (enum stop_kind)wire->next_stop->kind;
    }
    *vehicle = read;
    return NULL;
}

/* WatchFleetResponse is a ListVehiclesResponse without a token. */
const char *codec_client_list(const uint8_t *bytes, size_t size,
                              struct vehicle_view vehicles[LIST_PAGE_MAX], uint32_t *count,
                              uint32_t *next_after)
{
    struct codec_client_part page;
    const char *why = codec_client_part_page(
        &page, &commonwheel__v1__list_vehicles_response__descriptor, UINT32_MAX, bytes, size);
    for (uint32_t i = 0; why == NULL && i < page.count; i++)
        why = read_vehicle((const Commonwheel__V1__Vehicle *)page.items[i], &vehicles[i]);
    if (why != NULL)
        return why;
    *count = page.count;
    *next_after = (uint32_t)page.next_after;
    return NULL;
}

static const char *read_closure(const Commonwheel__V1__Closure *wire, struct closure_view *view)
{
    *view = (struct closure_view){.closure.closed_ms = wire->closed_ms};
    if (wire->closure_id == 0 || wire->closure_id > ROAD_NONE)
        return "closures.closure_id: not a number of a closure";
    if (!codec_part_read_point(wire->from, &view->from) ||
        !codec_part_read_point(wire->to, &view->to))
        return "closures.from, to: must be points on the earth";
    if (strlen(wire->reason) >= CLOSURE_REASON_MAX)
        return "closures.reason: too long";
    if (!codec_part_read_id(wire->closed_by, &view->closure.by))
        return "closures.closed_by: must be 32 hexadecimal digits";
    view->closure.arc = (uint32_t)(wire->closure_id - 1);
    memcpy(view->closure.reason, wire->reason, strlen(wire->reason));
    return NULL;
}

const char *codec_client_closures(const uint8_t *bytes, size_t size,
                                  struct closure_view closures[LIST_PAGE_MAX], uint32_t *count,
                                  uint32_t *next_after)
{
    struct codec_client_part page;
    const char *why = codec_client_part_page(
        &page, &commonwheel__v1__list_closures_response__descriptor, UINT32_MAX, bytes, size);
    for (uint32_t i = 0; why == NULL && i < page.count; i++)
        why = read_closure((const Commonwheel__V1__Closure *)page.items[i], &closures[i]);
    if (why != NULL)
        return why;
    *count = page.count;
    *next_after = (uint32_t)page.next_after;
    return NULL;
}

static const char *read_stop(const Commonwheel__V1__PlannedStop *wire, struct message_stop *stop)
{
    if (!codec_part_is_stop((int)wire->kind, wire->ride_id))
        return "plan.stops: a stop without a ride or a kind";
    if (!codec_part_read_point(wire->point, &stop->point) ||
        !codec_part_read_place(wire->place, &stop->place))
        return "plan.stops: a stop without a point or a place";
    stop->ride = (struct ride_id){wire->ride_id};
    stop->kind = (enum stop_kind)wire->kind;
    stop->party = (uint8_t)wire->party;
    stop->wheelchairs = (uint8_t)wire->wheelchairs;
    stop->leave_ms = wire->leave_ms;
    stop->arrive_ms = wire->arrive_ms;
    stop->depart_ms = wire->depart_ms;
    return NULL;
}

static const char *read_plan(const Commonwheel__V1__Plan *wire, struct vehicle_id vehicle,
                             struct message *message)
{
    const char *why = NULL;
    if (wire->n_stops > PLAN_STOPS_MAX)
        return "plan.stops: too many";
    message->kind = MESSAGE_PLAN;
    message->plan.vehicle = vehicle;
    message->plan.epoch = wire->epoch;
    message->plan.plan_id = wire->plan_id;
    message->plan.revision = wire->revision;
    message->plan.stop_count = (uint32_t)wire->n_stops;
    for (size_t i = 0; i < wire->n_stops && why == NULL; i++)
        why = read_stop(wire->stops[i], &message->plan.stops[i]);
    message->plan.rests = wire->rest != NULL;
    if (why == NULL && wire->rest != NULL &&
        (!codec_part_read_point(wire->rest->point, &message->plan.rest_point) ||
         !codec_part_read_place(wire->rest->place, &message->plan.rest)))
        return "plan.rest: without a point or a place";
    return why;
}

static const char *read_reply(struct vehicle_id vehicle, uint64_t epoch, uint64_t seq, int kind,
                              struct message_vehicle_reply *reply)
{
    if (kind < 0 || kind >= REPORT_KIND_COUNT)
        return "kind: unknown";
    reply->vehicle = vehicle;
    reply->epoch = epoch;
    reply->seq = seq;
    reply->kind = (enum report_kind)kind;
    return NULL;
}

static const char *read_down(const Commonwheel__V1__VehicleDown *down, struct vehicle_id vehicle,
                             struct message *message)
{
    struct message_vehicle_reply *reply = &message->vehicle_reply;
    switch (down->frame_case) {
    case COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_WELCOME:
        message->kind = MESSAGE_WELCOME;
        reply->vehicle = vehicle;
        reply->epoch = down->welcome->epoch;
        reply->seq = down->welcome->last_seq;
        reply->silent_after_ms = down->welcome->silent_after_ms;
        reply->now_ms = down->welcome->now_ms;
        return NULL;
    case COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_PLAN:
        return read_plan(down->plan, vehicle, message);
    case COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_ACK:
        message->kind = MESSAGE_ACK;
        return read_reply(vehicle, down->ack->epoch, down->ack->seq, (int)down->ack->kind, reply);
    case COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_REJECT:
        message->kind = MESSAGE_REJECT;
        return read_reply(vehicle, down->reject->epoch, down->reject->seq, (int)down->reject->kind,
                          reply);
    default:
        return "frame: required";
    }
}

const char *codec_client_down(const uint8_t *bytes, size_t size, struct vehicle_id vehicle,
                              struct message *message)
{
    struct codec_memory memory;
    const ProtobufCMessage *wire = NULL;
    struct message read = {.kind = MESSAGE_NONE};
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__vehicle_down__descriptor,
                                          bytes, size, CODEC_VEHICLE_DOWN_MAX, &wire);
    if (why == NULL)
        why = read_down((const Commonwheel__V1__VehicleDown *)wire, vehicle, &read);
    if (why == NULL)
        *message = read;
    return why;
}
