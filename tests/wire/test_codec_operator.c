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
