/* OperatorService. A list's response is built in parts: the bytes of a repeated field's elements,
 * one after another, are the bytes of the whole. */
#include "wire/codec_operator.h"

#include <string.h>

#include "base/utf8.h"
#include "commonwheel/v1/operator.pb-c.h"
#include "wire/codec_memory.h"
#include "wire/codec_part.h"
#include "wire/codec_reason.h"

#define LIST_TOKEN_FIELD   2 /* of ListVehiclesRequest and ListClosuresRequest */
#define CLOSE_REASON_FIELD 3 /* of CloseRoadRequest */

bool codec_operator_read_token(const uint8_t *text, size_t length, uint32_t *after)
{
    uint64_t value = 0;
    if (length > CODEC_OPERATOR_TOKEN_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (value > UINT32_MAX)
        return false;
    *after = (uint32_t)value;
    return true;
}

void codec_operator_write_token(uint32_t after, char text[CODEC_OPERATOR_TOKEN_MAX + 1])
{
    char digits[CODEC_OPERATOR_TOKEN_MAX];
    size_t count = 0;
    size_t at = 0;
    for (; after > 0; after /= 10)
        digits[count++] = (char)('0' + after % 10);
    while (count > 0)
        text[at++] = digits[--count];
    text[at] = '\0';
}

/* A page of either list: ListClosuresRequest has the fields of ListVehiclesRequest. */
static const char *read_page(const uint8_t *bytes, size_t size, enum event_kind kind,
                             struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__list_vehicles_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__ListVehiclesRequest *wire =
        (const Commonwheel__V1__ListVehiclesRequest *)message;
    size_t token_size = 0;
    const uint8_t *token = codec_memory_field(bytes, size, LIST_TOKEN_FIELD, &token_size);
    uint32_t after = 0;
    if (wire->page_size > LIST_PAGE_MAX)
        return "page_size: must be 0 to 100";
    if (!codec_operator_read_token(token, token_size, &after))
        return "page_token: must be empty or the next_page_token of a page before";
    *event = (struct event){
        .kind = kind,
        .list = {after, wire->page_size == 0 ? LIST_PAGE_MAX : wire->page_size},
    };
    return NULL;
}

const char *codec_operator_list(const uint8_t *bytes, size_t size,
                                const struct codec_caller *caller, struct event *event)
{
    (void)caller;
    return read_page(bytes, size, EVENT_LIST_VEHICLES, event);
}

const char *codec_operator_closures(const uint8_t *bytes, size_t size,
                                    const struct codec_caller *caller, struct event *event)
{
    (void)caller;
    return read_page(bytes, size, EVENT_LIST_CLOSURES, event);
}

_Static_assert(LIST_PAGE_MAX == 100, "operator.proto and the sentence above say 100");

const char *codec_operator_watch(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__watch_fleet_request__descriptor, bytes, size,
                            CODEC_REQUEST_MAX, &message);
    if (why == NULL)
        *event = (struct event){.kind = EVENT_LIST_VEHICLES, .list = {0, LIST_PAGE_MAX}};
    return why;
}

const char *codec_operator_statistics(const uint8_t *bytes, size_t size,
                                      const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__get_statistics_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why == NULL)
        *event = (struct event){.kind = EVENT_GET_STATISTICS};
    return why;
}

static const char *read_heading(bool is_given, uint32_t heading_deg, struct event_road *road)
{
    if (is_given && heading_deg > 359)
        return "heading_deg: must be 0 to 359";
    road->heading_deg = is_given ? (int32_t)heading_deg : ROAD_HEADING_UNKNOWN;
    return NULL;
}

const char *codec_operator_close(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__close_road_request__descriptor,
                                          bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__CloseRoadRequest *wire =
        (const Commonwheel__V1__CloseRoadRequest *)message;
    struct event read = {.kind = EVENT_CLOSE_ROAD, .road = {.by = caller->rider, .arc = ROAD_NONE}};
    size_t length = 0;
    const char *reason = (const char *)codec_memory_field(bytes, size, CLOSE_REASON_FIELD, &length);
    if (!codec_part_read_point(wire->point, &read.road.point))
        return "point: must be a point on the earth";
    why = read_heading(wire->direction_case ==
                           COMMONWHEEL__V1__CLOSE_ROAD_REQUEST__DIRECTION_HEADING_DEG,
                       wire->heading_deg, &read.road);
    if (why != NULL)
        return why;
    if (length < 1 || length >= CLOSURE_REASON_MAX || !utf8_is_text(reason, length))
        return "reason: must be 1 to 120 bytes of text";
    memcpy(read.road.reason, reason, length);
    *event = read;
    return NULL;
}

_Static_assert(CLOSURE_REASON_MAX == 121, "operator.proto and the sentence above say 120");
_Static_assert(CLOSURES_MAX == 256, "operator.proto says 256");

const char *codec_operator_open(const uint8_t *bytes, size_t size,
                                const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__open_road_request__descriptor,
                                          bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__OpenRoadRequest *wire =
        (const Commonwheel__V1__OpenRoadRequest *)message;
    struct event read = {.kind = EVENT_OPEN_ROAD, .road = {.by = caller->rider, .arc = ROAD_NONE}};
    why = read_heading(wire->direction_case ==
                           COMMONWHEEL__V1__OPEN_ROAD_REQUEST__DIRECTION_HEADING_DEG,
                       wire->heading_deg, &read.road);
    if (why != NULL)
        return why;
    if (wire->road_case == COMMONWHEEL__V1__OPEN_ROAD_REQUEST__ROAD_CLOSURE_ID) {
        if (wire->closure_id == 0 || wire->closure_id > ROAD_NONE)
            return "closure_id: must be the number of a closure";
        read.road.arc = (uint32_t)(wire->closure_id - 1);
        read.road.heading_deg = ROAD_HEADING_UNKNOWN;
    } else if (wire->road_case != COMMONWHEEL__V1__OPEN_ROAD_REQUEST__ROAD_POINT ||
               !codec_part_read_point(wire->point, &read.road.point)) {
        return "road: must be a point on the earth or a closure_id";
    }
    *event = read;
    return NULL;
}

static void pack_closure(const struct closure_view *view, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListClosuresResponse response = COMMONWHEEL__V1__LIST_CLOSURES_RESPONSE__INIT;
    Commonwheel__V1__Closure wire = COMMONWHEEL__V1__CLOSURE__INIT;
    Commonwheel__V1__Point from;
    Commonwheel__V1__Point to;
    Commonwheel__V1__Closure *closures[1] = {&wire};
    char reason[CLOSURE_REASON_MAX];
    char by[CODEC_PART_ID_MAX];
    memcpy(reason, view->closure.reason, sizeof reason);
    codec_part_write_id(view->closure.by, by);
    codec_part_build_point(view->from, &from);
    codec_part_build_point(view->to, &to);
    wire.closure_id = (uint64_t)view->closure.arc + 1;
    wire.from = &from;
    wire.to = &to;
    wire.closed_ms = view->closure.closed_ms;
    wire.reason = reason;
    wire.closed_by = by;
    response.n_closures = 1;
    response.closures = closures;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
}

const char *codec_operator_explain(const uint8_t *bytes, size_t size,
                                   const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__explain_ride_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const uint64_t ride = ((const Commonwheel__V1__ExplainRideRequest *)message)->ride_id;
    if (ride == 0)
        return "ride_id: must be 1 or more";
    *event = (struct event){
        .kind = EVENT_EXPLAIN_RIDE,
        .ride = {.rider = caller->rider, .ride = {ride}, .any_rider = caller->any_rider},
    };
    return NULL;
}

const char *codec_operator_refusals(const uint8_t *bytes, size_t size,
                                    const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__list_refusals_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why == NULL)
        *event = (struct event){.kind = EVENT_LIST_REFUSALS};
    return why;
}

static void pack_vehicle(const struct vehicle_view *vehicle, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListVehiclesResponse response = COMMONWHEEL__V1__LIST_VEHICLES_RESPONSE__INIT;
    Commonwheel__V1__Vehicle wire = COMMONWHEEL__V1__VEHICLE__INIT;
    Commonwheel__V1__NextStop next = COMMONWHEEL__V1__NEXT_STOP__INIT;
    Commonwheel__V1__Point point;
    Commonwheel__V1__Vehicle *vehicles[1] = {&wire};
    CHECK(vehicle->link <= VEHICLE_SILENT);
    codec_part_build_point(vehicle->point, &point);
    wire.vehicle_id = vehicle->vehicle.value;
    wire.link = (Commonwheel__V1__VehicleLink)codec_part_link(vehicle->link);
    wire.point = &point;
    wire.heard_ms = vehicle->heard_ms;
    wire.battery_permille = (uint32_t)vehicle->battery_permille;
    wire.help_since_ms = vehicle->help_since_ms;
    wire.seats = vehicle->seats;
    wire.wheelchair_spaces = vehicle->wheelchair_spaces;
    wire.people_aboard = vehicle->people_aboard;
    wire.stop_count = vehicle->stop_count;
    if (vehicle->next_ride.value != 0 || fact_is_visit(vehicle->next_stop)) {
        next.ride_id = vehicle->next_ride.value;
        next.kind = (Commonwheel__V1__StopKind)vehicle->next_stop;
        wire.next_stop = &next;
    }
    response.n_vehicles = 1;
    response.vehicles = vehicles;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
}

/* The end of either list: their tokens have the same field number. */
static enum codec_reply pack_end(const struct message *message, uint8_t *bytes, size_t *size)
{
    if (message->kind != MESSAGE_LIST_END)
        return CODEC_REPLY_NONE;
    Commonwheel__V1__ListVehiclesResponse end = COMMONWHEEL__V1__LIST_VEHICLES_RESPONSE__INIT;
    char token[CODEC_OPERATOR_TOKEN_MAX + 1];
    codec_operator_write_token(message->list_end.next_after, token);
    end.next_page_token = token;
    *size = codec_memory_pack(&end.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

enum codec_reply codec_operator_listed(const struct message *message, uint8_t *bytes, size_t *size)
{
    *size = 0;
    if (message->kind == MESSAGE_VEHICLE) {
        pack_vehicle(&message->vehicle, bytes, size);
        return CODEC_REPLY_PART;
    }
    return pack_end(message, bytes, size);
}

/* The closures of all three responses have the same field number. */
enum codec_reply codec_operator_closed(const struct message *message, uint8_t *bytes, size_t *size)
{
    *size = 0;
    if (message->kind == MESSAGE_CLOSURE) {
        pack_closure(&message->closure, bytes, size);
        return CODEC_REPLY_PART;
    }
    return pack_end(message, bytes, size);
}

/* The vehicles of WatchFleetResponse have the same field number. */
enum codec_reply codec_operator_watched(const struct message *message, uint8_t *bytes, size_t *size)
{
    *size = 0;
    if (message->kind != MESSAGE_VEHICLE)
        return CODEC_REPLY_NONE;
    pack_vehicle(&message->vehicle, bytes, size);
    return CODEC_REPLY_PART;
}

static void build_statistics(const struct statistics_view *view, Commonwheel__V1__Statistics *wire)
{
    *wire = (Commonwheel__V1__Statistics)COMMONWHEEL__V1__STATISTICS__INIT;
    wire->epoch = view->epoch;
    wire->facts = view->facts;
    wire->booked_count = view->booked_count;
    wire->refused_count = view->refused_count;
    wire->alighted_count = view->alighted_count;
    wire->cancelled_count = view->cancelled_count;
    wire->no_show_count = view->no_show_count;
    wire->waiting_count = view->waiting_count;
    wire->aboard_count = view->aboard_count;
    wire->vehicles_online = view->vehicles_online;
    wire->vehicles_silent = view->vehicles_silent;
    wire->vehicles_offline = view->vehicles_offline;
    wire->charged_pence = view->charged_pence;
    wire->cap_saved_pence = view->cap_saved_pence;
    wire->held_pence = view->held_pence;
    wire->ledger_difference_pence = view->ledger_difference_pence;
    wire->reports_rejected = view->reports_rejected;
}

enum codec_reply codec_operator_counted(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__GetStatisticsResponse response =
        COMMONWHEEL__V1__GET_STATISTICS_RESPONSE__INIT;
    Commonwheel__V1__Statistics wire;
    *size = 0;
    if (message->kind != MESSAGE_STATISTICS)
        return CODEC_REPLY_NONE;
    build_statistics(&message->statistics, &wire);
    response.statistics = &wire;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

enum codec_reply codec_operator_explained(const struct message *message, uint8_t *bytes,
                                          size_t *size)
{
    Commonwheel__V1__ExplainRideResponse response = COMMONWHEEL__V1__EXPLAIN_RIDE_RESPONSE__INIT;
    const struct explanation_view *view = &message->explanation;
    const struct reason *reason = &view->reason;
    struct codec_reason_options options;
    struct codec_reason_move move;
    *size = 0;
    if (message->kind != MESSAGE_EXPLANATION)
        return CODEC_REPLY_NONE;
    CHECK(view->state > RIDE_NONE && view->state < RIDE_STATE_COUNT);
    response.ride_id = view->ride.value;
    response.state = (Commonwheel__V1__RideState)view->state;
    response.vehicle_id = view->vehicle.value;
    response.booked_ms = view->booked_ms;
    codec_reason_build_options(reason->options, reason->option_count, &options);
    response.n_options = reason->option_count;
    response.options = options.pointers;
    if (reason->moved_count > 0) {
        codec_reason_build_move(&reason->moved, &move);
        response.moved_count = reason->moved_count;
        response.moved_ms = reason->moved_ms;
        response.move = &move.wire;
    }
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

enum codec_reply codec_operator_refused(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListRefusalsResponse response = COMMONWHEEL__V1__LIST_REFUSALS_RESPONSE__INIT;
    Commonwheel__V1__RefusedTrip wire = COMMONWHEEL__V1__REFUSED_TRIP__INIT;
    Commonwheel__V1__RefusedTrip *wires[1] = {&wire};
    Commonwheel__V1__ServiceOption nearest;
    struct codec_part_trip trip;
    const struct fact_refused *refused = &message->refusal.refused;
    *size = 0;
    if (message->kind == MESSAGE_LIST_END)
        return CODEC_REPLY_LAST;
    if (message->kind != MESSAGE_REFUSAL)
        return CODEC_REPLY_NONE;
    CHECK(refused->reason > REFUSAL_NONE && refused->reason < REFUSAL_COUNT);
    CHECK(refused->why.constraint < REASON_CONSTRAINT_COUNT);
    codec_part_build_trip(&refused->trip, &trip);
    wire.at_ms = message->refusal.at_ms;
    wire.trip = &trip.wire;
    wire.reason = (Commonwheel__V1__RefusalReason)refused->reason;
    wire.constraint = (Commonwheel__V1__RefusalConstraint)refused->why.constraint;
    wire.over_ms = refused->why.over_ms;
    if (refused->why.has_nearest) {
        codec_reason_build_option(&refused->why.nearest, &nearest);
        wire.nearest = &nearest;
    }
    response.n_refusals = 1;
    response.refusals = wires;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_PART;
}
