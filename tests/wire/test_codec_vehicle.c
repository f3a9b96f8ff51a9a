/* Vehicle frames, both ways. */
#include "wire/codec_vehicle.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "sample.h"
#include "wire/codec_client.h"

static const char *decode(const uint8_t *bytes, size_t size, struct event *event)
{
    return codec_vehicle_decode(bytes, size, SAMPLE_VEHICLE, event);
}

Test(codec_vehicle, reads_what_a_vehicle_says)
{
    uint8_t bytes[CODEC_VEHICLE_UP_MAX];
    struct event read;
    struct event meant = sample_event(EVENT_HELLO);
    cr_assert(decode(bytes, codec_client_up(&meant, bytes), &read) == NULL);
    cr_expect(read.kind == EVENT_HELLO && read.hello.vehicle.value == 17);
    cr_expect(read.hello.spot.point.lat_e7 == meant.hello.spot.point.lat_e7);
    cr_expect(read.hello.spot.node == SPOT_NO_NODE && read.hello.at_ms == meant.hello.at_ms);

    meant = sample_event(EVENT_REPORT);
    cr_assert(decode(bytes, codec_client_up(&meant, bytes), &read) == NULL);
    cr_expect(read.kind == EVENT_REPORT && read.report.vehicle.value == 17);
    cr_expect(read.report.seq == 1002 && read.report.epoch == 5 && read.report.plan_id == 6);
    cr_expect(read.report.kind == REPORT_ARRIVED && read.report.ride.value == 300);
    cr_expect(read.report.stop == STOP_DROPOFF);
}

Test(codec_vehicle, reads_that_a_visit_begins_and_ends)
{
    uint8_t bytes[CODEC_VEHICLE_UP_MAX];
    struct event read;
    struct event meant = sample_event(EVENT_REPORT);
    meant.report.ride.value = 0;
    for (int kind = STOP_CHARGE; kind < STOP_KIND_COUNT; kind++) {
        meant.report.stop = (enum stop_kind)kind;
        cr_assert(decode(bytes, codec_client_up(&meant, bytes), &read) == NULL);
        cr_expect(read.report.kind == REPORT_ARRIVED && read.report.ride.value == 0);
        cr_expect(read.report.stop == (enum stop_kind)kind);
    }
    meant.report.kind = REPORT_VISITED;
    cr_assert(decode(bytes, codec_client_up(&meant, bytes), &read) == NULL);
    cr_expect(read.report.kind == REPORT_VISITED && read.report.ride.value == 0);
}

Test(codec_vehicle, reads_telemetry_with_and_without_a_heading)
{
    static const int32_t headings[] = {0, 359, ROAD_HEADING_UNKNOWN};
    for (size_t i = 0; i < 3; i++) {
        uint8_t bytes[CODEC_VEHICLE_UP_MAX];
        struct event read;
        struct event meant = sample_event(EVENT_TELEMETRY);
        meant.telemetry.heading_deg = headings[i];
        cr_assert(decode(bytes, codec_client_up(&meant, bytes), &read) == NULL);
        cr_expect(read.kind == EVENT_TELEMETRY && read.telemetry.vehicle.value == 17);
        cr_expect(read.telemetry.seq == 1001 && read.telemetry.heading_deg == headings[i]);
        cr_expect(read.telemetry.spot.point.lon_e7 == meant.telemetry.spot.point.lon_e7);
        cr_expect(read.telemetry.spot.node == SPOT_NO_NODE);
        cr_expect(read.telemetry.at_ms == meant.telemetry.at_ms);
        cr_expect(read.telemetry.battery_permille == 987);
    }
}

Test(codec_vehicle, refuses_frames_by_the_name_of_the_field)
{
    static const struct {
        const char *why;
        size_t size;
        uint8_t bytes[32];
    } rows[] = {
        {"frame:", 0, {0}},
        {"frame:", 2, {0x22, 0}}, /* a frame of a later release */
        {"hello.point:", 2, {0x0a, 0}},
        {"hello.point:", 9, {0x0a, 7, 0x0a, 5, 0x0d, 0xff, 0xff, 0xff, 0x7f}},
        {"hello.at_ms:",
         15,
         {0x0a, 13, 0x0a, 0, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
        {"telemetry.seq:", 4, {0x12, 2, 0x12, 0}},
        {"telemetry.point:", 4, {0x12, 2, 0x08, 1}},
        {"telemetry.at_ms:",
         13,
         {0x12, 0xb, 0x8, 0x1, 0x12, 0x0, 0x18, 0x81, 0xb0, 0x8f, 0xe6, 0xb2, 0x77}},
        {"telemetry.heading_deg:", 9, {0x12, 7, 0x08, 1, 0x12, 0, 0x20, 0xe8, 0x02}},
        {"telemetry.battery_permille:", 9, {0x12, 7, 0x08, 1, 0x12, 0, 0x28, 0xe9, 0x07}},
        {"report.seq:", 4, {0x1a, 2, 0x20, 5}},
        {"report.kind:", 4, {0x1a, 2, 0x08, 1}},
        {"report.kind:", 6, {0x1a, 4, 0x08, 1, 0x20, 7}},
        {"report.ride_id: must be 0", 8, {0x1a, 6, 0x08, 1, 0x20, 5, 0x28, 1}},
        {"report.ride_id: must be 0", 8, {0x1a, 6, 0x08, 1, 0x20, 6, 0x28, 1}},
        {"report.stop: must be", 8, {0x1a, 6, 0x08, 1, 0x20, 1, 0x30, 1}},
        {"report.stop: must be", 8, {0x1a, 6, 0x08, 1, 0x20, 1, 0x30, 6}},
        {"report.ride_id: must be 1", 6, {0x1a, 4, 0x08, 1, 0x20, 2}},
        {"report.stop: must be", 8, {0x1a, 6, 0x08, 1, 0x20, 1, 0x28, 1}},
        {"report.stop: must be", 10, {0x1a, 8, 0x08, 1, 0x20, 1, 0x28, 1, 0x30, 3}},
        {"report.stop: only", 10, {0x1a, 8, 0x08, 1, 0x20, 2, 0x28, 1, 0x30, 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event;
        memset(&event, 0xa5, sizeof event);
        const char *why = decode(rows[i].bytes, rows[i].size, &event);
        cr_expect(why != NULL && strncmp(why, rows[i].why, strlen(rows[i].why)) == 0,
                  "row %zu %s: %s", i, rows[i].why, why == NULL ? "accepted" : why);
        cr_expect(((const uint8_t *)&event)[0] == 0xa5, "row %zu: event touched", i);
    }
}

Test(codec_vehicle, refuses_a_megabyte_unread)
{
    static uint8_t bytes[1 << 20];
    struct event event;
    cr_expect_str_eq(decode(bytes, sizeof bytes, &event), "message: too long");
    cr_expect_str_eq(decode(bytes, CODEC_VEHICLE_UP_MAX + 1, &event), "message: too long");
}

Test(codec_vehicle, reads_or_refuses_whatever_comes)
{
    struct random random;
    random_init(&random, 4);
    static const enum event_kind kinds[] = {EVENT_HELLO, EVENT_TELEMETRY, EVENT_REPORT};
    for (int round = 0; round < 300000; round++) {
        uint8_t bytes[CODEC_VEHICLE_UP_MAX];
        struct event event = sample_event(kinds[random_below(&random, 3)]);
        size_t size = codec_client_up(&event, bytes);
        for (uint64_t i = 1 + random_below(&random, 6); i > 0; i--)
            bytes[random_below(&random, size)] = (uint8_t)random_next(&random);
        size = random_below(&random, 4) == 0 ? random_below(&random, size + 1) : size;
        struct event read;
        if (decode(bytes, size, &read) != NULL)
            continue;
        cr_assert(read.kind == EVENT_HELLO || read.kind == EVENT_TELEMETRY ||
                  read.kind == EVENT_REPORT);
        cr_assert(codec_client_up(&read, bytes) > 0);
    }
}

Test(codec_vehicle, writes_replies)
{
    static const enum message_kind kinds[] = {MESSAGE_WELCOME, MESSAGE_ACK, MESSAGE_REJECT};
    for (size_t i = 0; i < 3; i++) {
        uint8_t bytes[CODEC_VEHICLE_DOWN_MAX];
        struct message meant = sample_message(kinds[i]);
        struct message read;
        size_t size = codec_vehicle_encode(&meant, bytes);
        cr_assert(codec_client_down(bytes, size, SAMPLE_VEHICLE, &read) == NULL);
        cr_expect(read.kind == kinds[i] && read.vehicle_reply.vehicle.value == 17);
        cr_expect(read.vehicle_reply.epoch == meant.vehicle_reply.epoch);
        cr_expect(read.vehicle_reply.seq == meant.vehicle_reply.seq);
        cr_expect(read.vehicle_reply.kind == meant.vehicle_reply.kind);
        cr_expect(read.vehicle_reply.silent_after_ms == meant.vehicle_reply.silent_after_ms);
        cr_expect(read.vehicle_reply.now_ms == meant.vehicle_reply.now_ms);
    }
}

Test(codec_vehicle, writes_a_rejection_of_what_was_no_report)
{
    uint8_t bytes[CODEC_VEHICLE_DOWN_MAX];
    struct message read;
    struct message meant = {.kind = MESSAGE_REJECT, .vehicle_reply = {.epoch = 5}};
    size_t size = codec_vehicle_encode(&meant, bytes);
    cr_assert(codec_client_down(bytes, size, SAMPLE_VEHICLE, &read) == NULL);
    cr_expect(read.kind == MESSAGE_REJECT && read.vehicle_reply.kind == 0);
}

static void expect_stop(const struct message_stop *read, const struct message_stop *meant)
{
    cr_expect(read->ride.value == meant->ride.value && read->kind == meant->kind);
    cr_expect(road_place_equal(read->place, meant->place));
    cr_expect(read->point.lat_e7 == meant->point.lat_e7);
    cr_expect(read->point.lon_e7 == meant->point.lon_e7);
    cr_expect(read->party == meant->party && read->wheelchairs == meant->wheelchairs);
    cr_expect(read->arrive_ms == meant->arrive_ms && read->depart_ms == meant->depart_ms);
    cr_expect_eq(read->leave_ms, meant->leave_ms);
}

Test(codec_vehicle, writes_plans_without_stops_and_with_as_many_as_there_may_be)
{
    for (uint32_t count = 0; count <= PLAN_STOPS_MAX; count++) {
        uint8_t bytes[CODEC_VEHICLE_DOWN_MAX];
        struct message meant = sample_message(MESSAGE_PLAN);
        struct message read;
        meant.plan.stop_count = count;
        for (uint32_t i = 2; i < count; i++) {
            meant.plan.stops[i] = meant.plan.stops[i % 2];
            meant.plan.stops[i].ride.value = UINT64_MAX - i;
            meant.plan.stops[i].depart_ms = INT64_MAX;
        }
        size_t size = codec_vehicle_encode(&meant, bytes);
        cr_assert(codec_client_down(bytes, size, SAMPLE_VEHICLE, &read) == NULL);
        cr_expect(read.plan.vehicle.value == 17 && read.plan.epoch == 5);
        cr_expect(read.plan.plan_id == 6 && read.plan.revision == 7);
        cr_assert(read.plan.stop_count == count);
        for (uint32_t i = 0; i < count; i++)
            expect_stop(&read.plan.stops[i], &meant.plan.stops[i]);
    }
}

Test(codec_vehicle, writes_nothing_that_is_not_a_vehicles)
{
    uint8_t bytes[CODEC_VEHICLE_DOWN_MAX];
    struct message message = sample_message(MESSAGE_RIDE);
    cr_expect(codec_vehicle_encode(&message, bytes) == 0);
}
