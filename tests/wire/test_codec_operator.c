/* OperatorService: pages and their tokens, and responses made in parts. */
#include "wire/codec_operator.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sample.h"
#include "wire/codec_client.h"

static const struct codec_caller caller = {{0, 0}, true};

Test(codec_operator, reads_where_a_page_begins_and_how_long_it_is)
{
    static const struct {
        const char *why;
        uint32_t after;
        uint32_t limit;
        size_t size;
        uint8_t bytes[16];
    } rows[] = {
        {NULL, 0, LIST_PAGE_MAX, 0, {0}},
        {NULL, 0, 1, 2, {0x08, 1}},
        {NULL, 0, 100, 2, {0x08, 100}},
        {NULL, 107, LIST_PAGE_MAX, 5, {0x12, 3, '1', '0', '7'}},
        {NULL,
         4294967295,
         9,
         14,
         {0x08, 9, 0x12, 10, '4', '2', '9', '4', '9', '6', '7', '2', '9', '5'}},
        {"page_size: must be 0 to 100", 0, 0, 2, {0x08, 101}},
        {"page_size: must be 0 to 100", 0, 0, 6, {0x08, 0xff, 0xff, 0xff, 0xff, 0x0f}},
        {"page_token:", 0, 0, 5, {0x12, 3, '1', 'x', '7'}},
        {"page_token:", 0, 0, 5, {0x12, 3, '1', 0, '7'}},
        {"page_token:", 0, 0, 5, {0x12, 3, '-', '1', '7'}},
        {"page_token:", 0, 0, 12, {0x12, 10, '4', '2', '9', '4', '9', '6', '7', '2', '9', '6'}},
        {"page_token:",
         0,
         0,
         13,
         {0x12, 11, '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '1'}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event;
        const char *why = codec_operator_list(rows[i].bytes, rows[i].size, &caller, &event);
        if (rows[i].why != NULL) {
            cr_expect(why != NULL && strncmp(why, rows[i].why, strlen(rows[i].why)) == 0,
                      "row %zu: %s", i, why == NULL ? "accepted" : why);
            continue;
        }
        cr_assert(why == NULL, "row %zu: %s", i, why);
        cr_expect(event.kind == EVENT_LIST_VEHICLES && event.list.after == rows[i].after &&
                      event.list.limit == rows[i].limit,
                  "row %zu", i);
    }
}

Test(codec_operator, reads_requests_without_fields)
{
    struct event event;
    cr_assert(codec_operator_watch(NULL, 0, &caller, &event) == NULL);
    cr_expect(event.kind == EVENT_LIST_VEHICLES && event.list.after == 0);
    cr_expect(event.list.limit == LIST_PAGE_MAX);
    cr_assert(codec_operator_statistics(NULL, 0, &caller, &event) == NULL);
    cr_expect(event.kind == EVENT_GET_STATISTICS);
}

static void expect_vehicle(const struct vehicle_view *read, const struct vehicle_view *meant)
{
    cr_expect(read->vehicle.value == meant->vehicle.value && read->link == meant->link);
    cr_expect(read->point.lat_e7 == meant->point.lat_e7);
    cr_expect(read->point.lon_e7 == meant->point.lon_e7);
    cr_expect(read->heard_ms == meant->heard_ms);
    cr_expect(read->battery_permille == meant->battery_permille);
    cr_expect(read->seats == meant->seats);
    cr_expect(read->wheelchair_spaces == meant->wheelchair_spaces);
    cr_expect(read->people_aboard == meant->people_aboard);
    cr_expect(read->stop_count == meant->stop_count);
    cr_expect(read->next_ride.value == meant->next_ride.value);
    cr_expect(read->next_stop == meant->next_stop);
}

Test(codec_operator, joins_a_full_page_from_its_parts)
{
    static uint8_t page[LIST_PAGE_MAX * CODEC_REPLY_MAX];
    struct vehicle_view vehicles[LIST_PAGE_MAX];
    struct message vehicle = sample_message(MESSAGE_VEHICLE);
    struct message end = sample_message(MESSAGE_LIST_END);
    size_t used = 0;
    size_t size = 0;
    uint32_t count = 0;
    uint32_t next_after = 0;
    vehicle.vehicle.heard_ms = INT64_MAX;
    for (uint32_t i = 0; i < LIST_PAGE_MAX; i++) {
        vehicle.vehicle.vehicle.value = i;
        cr_assert(codec_operator_listed(&vehicle, page + used, &size) == CODEC_REPLY_PART);
        used += size;
    }
    cr_assert(codec_operator_listed(&end, page + used, &size) == CODEC_REPLY_LAST);
    used += size;
    cr_assert(codec_client_list(page, used, vehicles, &count, &next_after) == NULL);
    cr_assert(count == LIST_PAGE_MAX && next_after == 100);
    for (uint32_t i = 0; i < LIST_PAGE_MAX; i++) {
        vehicle.vehicle.vehicle.value = i;
        expect_vehicle(&vehicles[i], &vehicle.vehicle);
    }
}

Test(codec_operator, ends_the_last_page_without_a_token)
{
    struct message end = {.kind = MESSAGE_LIST_END};
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 99;
    cr_expect(codec_operator_listed(&end, bytes, &size) == CODEC_REPLY_LAST && size == 0);
}

Test(codec_operator, writes_each_link_of_a_vehicle)
{
    for (enum vehicle_link link = VEHICLE_OFFLINE; link <= VEHICLE_SILENT; link++) {
        struct message message = sample_message(MESSAGE_VEHICLE);
        struct vehicle_view read[LIST_PAGE_MAX];
        uint8_t bytes[CODEC_REPLY_MAX];
        size_t size = 0;
        uint32_t count = 0;
        uint32_t next_after = 0;
        message.vehicle.link = link;
        message.vehicle.next_ride.value = 0;
        message.vehicle.next_stop = 0;
        cr_assert(codec_operator_watched(&message, bytes, &size) == CODEC_REPLY_PART);
        cr_assert(codec_client_list(bytes, size, read, &count, &next_after) == NULL);
        cr_assert(count == 1 && next_after == 0);
        expect_vehicle(&read[0], &message.vehicle);
    }
}

Test(codec_operator, writes_statistics)
{
    const char *path = "/commonwheel.v1.OperatorService/GetStatistics";
    const struct codec_call *call = codec_call_find(path, strlen(path));
    struct message meant = sample_message(MESSAGE_STATISTICS);
    struct message read;
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    cr_assert(call->encode(&meant, bytes, &size) == CODEC_REPLY_LAST);
    cr_assert(codec_client_response(call, bytes, size, &read) == NULL);
    cr_expect(memcmp(&read.statistics, &meant.statistics, sizeof read.statistics) == 0);
}

static void expect_closure(const struct closure_view *read, const struct closure_view *meant)
{
    cr_expect_eq(read->closure.arc, meant->closure.arc);
    cr_expect(rider_id_equal(read->closure.by, meant->closure.by));
    cr_expect_eq(read->closure.closed_ms, meant->closure.closed_ms);
    cr_expect_str_eq(read->closure.reason, meant->closure.reason);
    cr_expect(read->from.lat_e7 == meant->from.lat_e7 && read->from.lon_e7 == meant->from.lon_e7);
    cr_expect(read->to.lat_e7 == meant->to.lat_e7 && read->to.lon_e7 == meant->to.lon_e7);
}

Test(codec_operator, writes_closures_as_parts_of_a_page)
{
    static uint8_t page[LIST_PAGE_MAX * CODEC_REPLY_MAX];
    struct closure_view closures[LIST_PAGE_MAX];
    struct message closure = sample_message(MESSAGE_CLOSURE);
    struct message end = sample_message(MESSAGE_LIST_END);
    size_t used = 0;
    size_t size = 0;
    uint32_t count = 0;
    uint32_t next_after = 0;
    memset(closure.closure.closure.reason, 'x', CLOSURE_REASON_MAX - 1);
    for (uint32_t i = 0; i < LIST_PAGE_MAX; i++) {
        closure.closure.closure.arc = i == 0 ? ROAD_NONE - 1 : i;
        cr_assert(codec_operator_closed(&closure, page + used, &size) == CODEC_REPLY_PART);
        used += size;
    }
    cr_assert(codec_operator_closed(&end, page + used, &size) == CODEC_REPLY_LAST);
    used += size;
    const char *why = codec_client_closures(page, used, closures, &count, &next_after);
    cr_assert(why == NULL, "%s", why);
    cr_assert(count == LIST_PAGE_MAX && next_after == 100);
    for (uint32_t i = 0; i < LIST_PAGE_MAX; i++) {
        closure.closure.closure.arc = i == 0 ? ROAD_NONE - 1 : i;
        expect_closure(&closures[i], &closure.closure);
    }
    end.list_end.next_after = 0;
    cr_expect(codec_operator_closed(&end, page, &size) == CODEC_REPLY_LAST && size == 0);
}

Test(codec_operator, reads_which_road_is_meant_and_who_asks)
{
    static const struct codec_caller who = {{11, 12}, true};
    struct event sent = sample_event(EVENT_CLOSE_ROAD);
    struct event event;
    uint8_t bytes[CODEC_REQUEST_MAX];
    size_t size = 0;
    for (int32_t heading_deg = -1; heading_deg < 360; heading_deg += 180) {
        sent.road.heading_deg = heading_deg;
        cr_assert(codec_client_request(&sent, bytes, &size));
        const char *why = codec_operator_close(bytes, size, &who, &event);
        cr_assert(why == NULL, "%s", why);
        cr_expect(event.kind == EVENT_CLOSE_ROAD && event.road.arc == ROAD_NONE);
        cr_expect_eq(event.road.heading_deg, heading_deg);
        cr_expect_eq(event.road.point.lat_e7, sent.road.point.lat_e7);
        cr_expect_str_eq(event.road.reason, sent.road.reason);
        cr_expect(event.road.by.high == 11 && event.road.by.low == 12);
    }
    for (uint32_t arc = 0; arc < ROAD_NONE; arc += ROAD_NONE - 1) {
        sent = sample_event(EVENT_OPEN_ROAD);
        sent.road.arc = arc;
        cr_assert(codec_client_request(&sent, bytes, &size));
        cr_assert(codec_operator_open(bytes, size, &who, &event) == NULL);
        cr_expect(event.kind == EVENT_OPEN_ROAD && event.road.arc == arc);
        cr_expect(event.road.by.high == 11 && event.road.by.low == 12);
        if (arc == ROAD_NONE - 1)
            break;
    }
    sent = sample_event(EVENT_CLOSE_ROAD);
    sent.kind = EVENT_OPEN_ROAD;
    cr_assert(codec_client_request(&sent, bytes, &size));
    cr_assert(codec_operator_open(bytes, size, &who, &event) == NULL);
    cr_expect(event.road.arc == ROAD_NONE && event.road.heading_deg == 359);
    cr_expect_eq(event.road.point.lon_e7, sent.road.point.lon_e7);
    sent = sample_event(EVENT_LIST_CLOSURES);
    cr_assert(codec_client_request(&sent, bytes, &size));
    cr_assert(codec_operator_closures(bytes, size, &who, &event) == NULL);
    cr_expect(event.kind == EVENT_LIST_CLOSURES && event.list.after == 100);
    cr_expect_eq(event.list.limit, 7);
}

Test(codec_operator, refuses_roads_that_are_not_named)
{
    static const struct {
        const char *why;
        bool opens;
        size_t size;
        uint8_t bytes[24];
    } rows[] = {
        {"point: must", false, 0, {0}},
        {"point: must", false, 3, {0x1a, 1, 'x'}},
        {"reason: must", false, 2, {0x0a, 0}},
        {"reason: must", false, 4, {0x0a, 0, 0x1a, 0}},
        {"reason: must", false, 6, {0x0a, 0, 0x1a, 2, 'x', 0}},
        {"reason: must", false, 6, {0x0a, 0, 0x1a, 2, 'x', 0x80}},
        {"heading_deg: must", false, 8, {0x0a, 0, 0x10, 0xe8, 0x02, 0x1a, 1, 'x'}},
        {"heading_deg: must", true, 5, {0x0a, 0, 0x10, 0xe8, 0x02}},
        {"road: must", true, 0, {0}},
        {"closure_id: must", true, 2, {0x18, 0}},
        {"closure_id: must", true, 6, {0x18, 0x80, 0x80, 0x80, 0x80, 0x10}},
    };
    struct event event;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *why = rows[i].opens
                              ? codec_operator_open(rows[i].bytes, rows[i].size, &caller, &event)
                              : codec_operator_close(rows[i].bytes, rows[i].size, &caller, &event);
        cr_expect(why != NULL && strncmp(why, rows[i].why, strlen(rows[i].why)) == 0, "row %zu: %s",
                  i, why == NULL ? "accepted" : why);
    }
    uint8_t bytes[4 + CLOSURE_REASON_MAX] = {0x0a, 0, 0x1a, CLOSURE_REASON_MAX - 1};
    memset(bytes + 4, 'x', CLOSURE_REASON_MAX);
    cr_expect(codec_operator_close(bytes, sizeof bytes - 1, &caller, &event) == NULL);
    bytes[3] = CLOSURE_REASON_MAX;
    cr_expect_str_eq(codec_operator_close(bytes, sizeof bytes, &caller, &event),
                     "reason: must be 1 to 120 bytes of text");
}

Test(codec_operator, reads_who_asks_why)
{
    const struct codec_caller operator= {.rider = {1, 2}, .any_rider = true};
    const struct codec_caller rider = {.rider = {1, 2}};
    const uint8_t asked[] = {0x08, 0xac, 0x02};
    struct event event = {0};
    cr_assert_null(codec_operator_explain(asked, sizeof asked, &operator, & event));
    cr_expect(event.kind == EVENT_EXPLAIN_RIDE);
    cr_expect(event.ride.any_rider && event.ride.ride.value == 300);
    cr_assert_null(codec_operator_explain(asked, sizeof asked, &rider, &event));
    cr_expect(!event.ride.any_rider);
    cr_assert_not_null(codec_operator_explain(NULL, 0, &operator, & event));
    cr_assert_not_null(codec_operator_explain(asked, 1, &operator, & event));
    cr_assert_null(codec_operator_refusals(NULL, 0, &operator, & event));
    cr_expect(event.kind == EVENT_LIST_REFUSALS);
}

/* The longest that there can be. */
Test(codec_operator, an_explanation_fits_into_a_reply)
{
    struct message message = sample_message(MESSAGE_EXPLANATION);
    struct reason *reason = &message.explanation.reason;
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    const struct reason_option longest = {{UINT32_MAX - 1}, INT32_MIN, INT32_MIN, INT32_MIN,
                                          INT32_MIN,        INT32_MIN, INT64_MIN, INT64_MIN};
    reason->option_count = REASON_OPTIONS_MAX;
    for (uint32_t i = 0; i < REASON_OPTIONS_MAX; i++)
        reason->options[i] = longest;
    reason->moved_count = UINT32_MAX;
    reason->moved.from.value = UINT32_MAX;
    reason->moved.saved_vehicle_ms = INT32_MIN;
    reason->moved.saved_cost = INT64_MIN;
    reason->moved.option = longest;
    cr_assert_eq(codec_operator_explained(&message, bytes, &size), CODEC_REPLY_LAST);
    cr_assert_leq(size, CODEC_REPLY_MAX);
    cr_assert_gt(size, 300);
}
