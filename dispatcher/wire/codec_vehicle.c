/* Vehicle frames: what a vehicle says is checked field by field; whether it makes sense with its
 * plan is the core's to judge. */
#include "wire/codec_vehicle.h"

#include "commonwheel/v1/vehicle.pb-c.h"
#include "wire/codec_memory.h"
#include "wire/codec_part.h"

static const char *read_hello(const Commonwheel__V1__Hello *wire, struct event_hello *hello)
{
    if (!codec_part_read_point(wire->point, &hello->spot.point))
        return "hello.point: must be a point on the earth";
    if (!codec_part_is_time(wire->at_ms))
        return "hello.at_ms: must be 0 or a time before the year 2100";
    hello->spot.node = SPOT_NO_NODE;
    hello->at_ms = wire->at_ms;
    return NULL;
}

static const char *read_telemetry(const Commonwheel__V1__Telemetry *wire,
                                  struct event_telemetry *telemetry)
{
    bool has_heading = wire->heading_case == COMMONWHEEL__V1__TELEMETRY__HEADING_HEADING_DEG;
    if (wire->seq == 0)
        return "telemetry.seq: must be 1 or more";
    if (!codec_part_read_point(wire->point, &telemetry->spot.point))
        return "telemetry.point: must be a point on the earth";
    if (!codec_part_is_time(wire->at_ms))
        return "telemetry.at_ms: must be 0 or a time before the year 2100";
    if (has_heading && wire->heading_deg > 359)
        return "telemetry.heading_deg: must be 0 to 359";
    if (wire->battery_permille > 1000)
        return "telemetry.battery_permille: must be 0 to 1000";
    telemetry->seq = wire->seq;
    telemetry->spot.node = SPOT_NO_NODE;
    telemetry->heading_deg = has_heading ? (int32_t)wire->heading_deg : ROAD_HEADING_UNKNOWN;
    telemetry->at_ms = wire->at_ms;
    telemetry->battery_permille = (int32_t)wire->battery_permille;
    telemetry->needs_help = wire->needs_help;
    return NULL;
}

static const char *read_report(const Commonwheel__V1__Report *wire, struct event_report *report)
{
    int kind = (int)wire->kind;
    if (wire->seq == 0)
        return "report.seq: must be 1 or more";
    if (kind <= 0 || kind >= REPORT_KIND_COUNT)
        return "report.kind: unknown";
    bool is_of_nobody = kind == REPORT_DEPARTED || kind == REPORT_VISITED;
    if (is_of_nobody && wire->ride_id != 0)
        return "report.ride_id: must be 0 with REPORT_KIND_DEPARTED and REPORT_KIND_VISITED";
    if (!is_of_nobody && kind != REPORT_ARRIVED && wire->ride_id == 0)
        return "report.ride_id: must be 1 or more";
    if (kind == REPORT_ARRIVED && !codec_part_is_stop((int)wire->stop, wire->ride_id))
        return "report.stop: must be STOP_KIND_PICKUP or STOP_KIND_DROPOFF, or without a ride a "
               "visit's";
    if (kind != REPORT_ARRIVED && wire->stop != COMMONWHEEL__V1__STOP_KIND__STOP_KIND_UNSPECIFIED)
        return "report.stop: only with REPORT_KIND_ARRIVED";
    report->seq = wire->seq;
    report->epoch = wire->epoch;
    report->plan_id = wire->plan_id;
    report->kind = (enum report_kind)kind;
    report->ride = (struct ride_id){wire->ride_id};
    report->stop = (enum stop_kind)wire->stop;
    return NULL;
}

static const char *read_frame(const Commonwheel__V1__VehicleUp *up, struct vehicle_id vehicle,
                              struct event *event)
{
    switch (up->frame_case) {
    case COMMONWHEEL__V1__VEHICLE_UP__FRAME_HELLO:
        event->kind = EVENT_HELLO;
        event->hello.vehicle = vehicle;
        return read_hello(up->hello, &event->hello);
    case COMMONWHEEL__V1__VEHICLE_UP__FRAME_TELEMETRY:
        event->kind = EVENT_TELEMETRY;
        event->telemetry.vehicle = vehicle;
        return read_telemetry(up->telemetry, &event->telemetry);
    case COMMONWHEEL__V1__VEHICLE_UP__FRAME_REPORT:
        event->kind = EVENT_REPORT;
        event->report.vehicle = vehicle;
        return read_report(up->report, &event->report);
    default:
        return "frame: must be hello, telemetry or report";
    }
}

const char *codec_vehicle_decode(const uint8_t *bytes, size_t size, struct vehicle_id vehicle,
                                 struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__vehicle_up__descriptor, bytes,
                                          size, CODEC_VEHICLE_UP_MAX, &message);
    if (why != NULL)
        return why;
    struct event read = {.kind = EVENT_NONE};
    why = read_frame((const Commonwheel__V1__VehicleUp *)message, vehicle, &read);
    if (why == NULL)
        *event = read;
    return why;
}

static size_t pack(const Commonwheel__V1__VehicleDown *down, uint8_t *bytes)
{
    return codec_memory_pack(&down->base, bytes, CODEC_VEHICLE_DOWN_MAX);
}

struct stop_part {
    Commonwheel__V1__PlannedStop wire;
    Commonwheel__V1__Point point;
    Commonwheel__V1__Place place;
};

static void build_stop(const struct message_stop *stop, struct stop_part *part)
{
    part->wire = (Commonwheel__V1__PlannedStop)COMMONWHEEL__V1__PLANNED_STOP__INIT;
    codec_part_build_point(stop->point, &part->point);
    codec_part_build_place(stop->place, &part->place);
    part->wire.ride_id = stop->ride.value;
    part->wire.kind = (Commonwheel__V1__StopKind)stop->kind;
    part->wire.point = &part->point;
    part->wire.place = &part->place;
    part->wire.party = stop->party;
    part->wire.wheelchairs = stop->wheelchairs;
    part->wire.leave_ms = stop->leave_ms;
    part->wire.arrive_ms = stop->arrive_ms;
    part->wire.depart_ms = stop->depart_ms;
}

static size_t encode_plan(const struct message_plan *plan, uint8_t *bytes)
{
    Commonwheel__V1__VehicleDown down = COMMONWHEEL__V1__VEHICLE_DOWN__INIT;
    Commonwheel__V1__Plan wire = COMMONWHEEL__V1__PLAN__INIT;
    Commonwheel__V1__PlannedStop *stops[PLAN_STOPS_MAX];
    struct stop_part parts[PLAN_STOPS_MAX];
    Commonwheel__V1__Rest rest = COMMONWHEEL__V1__REST__INIT;
    Commonwheel__V1__Point point;
    Commonwheel__V1__Place place;
    CHECK(plan->stop_count <= PLAN_STOPS_MAX);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        build_stop(&plan->stops[i], &parts[i]);
        stops[i] = &parts[i].wire;
    }
    wire.epoch = plan->epoch;
    wire.plan_id = plan->plan_id;
    wire.revision = plan->revision;
    wire.n_stops = plan->stop_count;
    wire.stops = stops;
    if (plan->rests) {
        codec_part_build_point(plan->rest_point, &point);
        codec_part_build_place(plan->rest, &place);
        rest.point = &point;
        rest.place = &place;
        wire.rest = &rest;
    }
    down.frame_case = COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_PLAN;
    down.plan = &wire;
    return pack(&down, bytes);
}

static size_t encode_welcome(const struct message_vehicle_reply *reply, uint8_t *bytes)
{
    Commonwheel__V1__VehicleDown down = COMMONWHEEL__V1__VEHICLE_DOWN__INIT;
    Commonwheel__V1__Welcome wire = COMMONWHEEL__V1__WELCOME__INIT;
    wire.epoch = reply->epoch;
    wire.last_seq = reply->seq;
    wire.silent_after_ms = reply->silent_after_ms;
    wire.now_ms = reply->now_ms;
    down.frame_case = COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_WELCOME;
    down.welcome = &wire;
    return pack(&down, bytes);
}

static size_t encode_ack(const struct message_vehicle_reply *reply, uint8_t *bytes)
{
    Commonwheel__V1__VehicleDown down = COMMONWHEEL__V1__VEHICLE_DOWN__INIT;
    Commonwheel__V1__Ack wire = COMMONWHEEL__V1__ACK__INIT;
    wire.epoch = reply->epoch;
    wire.seq = reply->seq;
    wire.kind = (Commonwheel__V1__ReportKind)reply->kind;
    down.frame_case = COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_ACK;
    down.ack = &wire;
    return pack(&down, bytes);
}

static size_t encode_reject(const struct message_vehicle_reply *reply, uint8_t *bytes)
{
    Commonwheel__V1__VehicleDown down = COMMONWHEEL__V1__VEHICLE_DOWN__INIT;
    Commonwheel__V1__Reject wire = COMMONWHEEL__V1__REJECT__INIT;
    wire.epoch = reply->epoch;
    wire.seq = reply->seq;
    wire.kind = (Commonwheel__V1__ReportKind)reply->kind;
    wire.why = (char *)(uintptr_t)(reply->why != NULL ? reply->why : "");
    down.frame_case = COMMONWHEEL__V1__VEHICLE_DOWN__FRAME_REJECT;
    down.reject = &wire;
    return pack(&down, bytes);
}

size_t codec_vehicle_encode(const struct message *message, uint8_t *bytes)
{
    switch (message->kind) {
    case MESSAGE_WELCOME:
        return encode_welcome(&message->vehicle_reply, bytes);
    case MESSAGE_PLAN:
        return encode_plan(&message->plan, bytes);
    case MESSAGE_ACK:
        return encode_ack(&message->vehicle_reply, bytes);
    case MESSAGE_REJECT:
        return encode_reject(&message->vehicle_reply, bytes);
    default:
        return 0;
    }
}
