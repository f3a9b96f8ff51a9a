/* RiderService: good requests are read as meant, bad ones refused by the name of the field. */
#include "wire/codec_rider.h"

#include <criterion/criterion.h>
#include <string.h>

#include "commonwheel/v1/rider.pb-c.h"
#include "sample.h"
#include "wire/codec_client.h"

static const struct codec_caller caller = {{UINT64_C(0x1122334455667788), 9}, false};

static void expect_trip(const struct trip *read, const struct trip *meant)
{
    cr_expect(read->from.point.lat_e7 == meant->from.point.lat_e7);
    cr_expect(read->from.point.lon_e7 == meant->from.point.lon_e7);
    cr_expect(read->to.point.lat_e7 == meant->to.point.lat_e7);
    cr_expect(read->to.point.lon_e7 == meant->to.point.lon_e7);
    cr_expect(read->from.node == SPOT_NO_NODE && read->to.node == SPOT_NO_NODE);
    cr_expect(read->party == meant->party && read->wheelchairs == meant->wheelchairs);
    cr_expect(read->shared == meant->shared);
    cr_expect(read->pickup_from_ms == meant->pickup_from_ms);
    cr_expect(read->pickup_by_ms == meant->pickup_by_ms);
    cr_expect(read->arrive_by_ms == meant->arrive_by_ms);
    cr_expect(read->walk_max_m == meant->walk_max_m && read->accessible == meant->accessible);
}

Test(codec_rider, reads_a_quote_request)
{
    uint8_t bytes[CODEC_REQUEST_MAX];
    size_t size = 0;
    struct event read;
    struct event meant = sample_event(EVENT_QUOTE);
    cr_assert(codec_client_request(&meant, bytes, &size));
    cr_assert(codec_rider_quote(bytes, size, &caller, &read) == NULL);
    cr_expect(read.kind == EVENT_QUOTE && read.request.value == 0);
    cr_expect(rider_id_equal(read.quote.rider, SAMPLE_RIDER));
    expect_trip(&read.quote.trip, &meant.quote.trip);
}

Test(codec_rider, reads_a_booking_with_and_without_an_agreed_price)
{
    for (int agreed = 0; agreed < 2; agreed++) {
        uint8_t bytes[CODEC_REQUEST_MAX];
        size_t size = 0;
        struct event read;
        struct event meant = sample_event(EVENT_BOOK);
        meant.book.has_agreed = agreed == 1;
        meant.book.agreed_pence = 0;
        meant.book.trip.shared = false;
        cr_assert(codec_client_request(&meant, bytes, &size));
        cr_assert(codec_rider_book(bytes, size, &caller, &read) == NULL);
        cr_expect(read.kind == EVENT_BOOK && rider_id_equal(read.book.rider, SAMPLE_RIDER));
        cr_expect(booking_key_equal(read.book.key, meant.book.key));
        cr_expect(read.book.has_agreed == meant.book.has_agreed && read.book.agreed_pence == 0);
        expect_trip(&read.book.trip, &meant.book.trip);
    }
}

Test(codec_rider, reads_who_asks_for_a_ride_from_the_caller)
{
    static const uint8_t ride_300[] = {0x08, 0xac, 0x02};
    struct codec_caller operator_caller = {SAMPLE_RIDER, true};
    struct event read;
    cr_assert(codec_rider_cancel(ride_300, sizeof ride_300, &caller, &read) == NULL);
    cr_expect(read.kind == EVENT_CANCEL && read.ride.ride.value == 300 && !read.ride.any_rider);
    cr_assert(codec_rider_get(ride_300, sizeof ride_300, &operator_caller, &read) == NULL);
    cr_expect(read.kind == EVENT_GET_RIDE && read.ride.ride.value == 300 && read.ride.any_rider);
    cr_expect_str_eq(codec_rider_get(NULL, 0, &caller, &read), "ride_id: must be 1 or more");
    cr_expect_str_eq(codec_rider_cancel(NULL, 0, &caller, &read), "ride_id: must be 1 or more");
}

struct request {
    Commonwheel__V1__BookRequest book;
    Commonwheel__V1__Trip trip;
    Commonwheel__V1__Point from;
    Commonwheel__V1__Point to;
};

static void good_request(struct request *request)
{
    commonwheel__v1__book_request__init(&request->book);
    commonwheel__v1__trip__init(&request->trip);
    commonwheel__v1__point__init(&request->from);
    commonwheel__v1__point__init(&request->to);
    request->book.key = (char *)"0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c55";
    request->book.trip = &request->trip;
    request->trip.from = &request->from;
    request->trip.to = &request->to;
    request->trip.party = 1;
    request->trip.sharing = COMMONWHEEL__V1__SHARING__SHARING_SHARED;
}

/* What is wrong in each row; `change` counts the cases of spoil(). */
static void spoil(struct request *request, int change)
{
    Commonwheel__V1__Trip *trip = &request->trip;
    switch (change) {
    case 0:
        request->book.trip = NULL;
        break;
    case 1:
        trip->from = NULL;
        break;
    case 2:
        trip->to = NULL;
        break;
    case 3:
        request->from.latitude_e7 = 900000001;
        break;
    case 4:
        request->to.longitude_e7 = INT32_MIN;
        break;
    case 5:
        trip->party = 0;
        break;
    case 6:
        trip->party = 9;
        break;
    case 7:
        trip->party = UINT32_MAX;
        break;
    case 8:
        trip->wheelchairs = 2;
        break;
    case 9:
        trip->sharing = COMMONWHEEL__V1__SHARING__SHARING_UNSPECIFIED;
        break;
    case 10:
        trip->sharing = (Commonwheel__V1__Sharing)77;
        break;
    case 11:
        trip->pickup_from_ms = -1;
        break;
    case 12:
        trip->pickup_by_ms = INT64_C(4102444800001);
        break;
    case 13:
        trip->arrive_by_ms = INT64_MAX;
        break;
    case 14:
        request->book.key = (char *)"";
        break;
    case 15:
        request->book.key = (char *)"\xff\xfe";
        break;
    case 16:
        request->book.agreed_case = COMMONWHEEL__V1__BOOK_REQUEST__AGREED_AGREED_PENCE;
        request->book.agreed_pence = -1;
        break;
    case 17:
        trip->walk_max_m = 1001;
        break;
    case 18:
        trip->walk_max_m = UINT32_MAX;
        break;
    default:
        request->book.agreed_case = COMMONWHEEL__V1__BOOK_REQUEST__AGREED_AGREED_PENCE;
        request->book.agreed_pence = INT64_MAX;
        break;
    }
}

Test(codec_rider, refuses_a_bad_booking_by_the_name_of_the_field)
{
    static const char *const fields[] = {
        "trip:",
        "trip.from:",
        "trip.to:",
        "trip.from:",
        "trip.to:",
        "trip.party: must be 1 to 8",
        "trip.party: must be 1 to 8",
        "trip.party: must be 1 to 8",
        "trip.wheelchairs:",
        "trip.sharing:",
        "trip.sharing:",
        "trip.pickup_from_ms:",
        "trip.pickup_by_ms:",
        "trip.arrive_by_ms:",
        "key:",
        "key:",
        "agreed_pence:",
        "trip.walk_max_m: must be 0 to 1000",
        "trip.walk_max_m: must be 0 to 1000",
        "agreed_pence:",
    };
    for (int i = 0; i < (int)(sizeof fields / sizeof fields[0]); i++) {
        struct request request;
        uint8_t bytes[CODEC_REQUEST_MAX];
        struct event event;
        good_request(&request);
        size_t size = commonwheel__v1__book_request__pack(&request.book, bytes);
        cr_assert(codec_rider_book(bytes, size, &caller, &event) == NULL);
        spoil(&request, i);
        size = commonwheel__v1__book_request__pack(&request.book, bytes);
        memset(&event, 0xa5, sizeof event);
        const char *why = codec_rider_book(bytes, size, &caller, &event);
        cr_expect(why != NULL && strncmp(why, fields[i], strlen(fields[i])) == 0, "%s: %s",
                  fields[i], why == NULL ? "accepted" : why);
        cr_expect(((const uint8_t *)&event)[0] == 0xa5, "%s: event touched", fields[i]);
    }
}

/* protobuf-c would show such a key as the 36 characters before the NUL. */
Test(codec_rider, refuses_a_key_that_hides_something_behind_a_nul)
{
    struct request request;
    uint8_t bytes[CODEC_REQUEST_MAX];
    uint8_t hiding[CODEC_REQUEST_MAX];
    struct event event;
    good_request(&request);
    size_t size = commonwheel__v1__book_request__pack(&request.book, bytes);
    cr_assert(bytes[0] == 0x0a && bytes[1] == 36);
    memcpy(hiding, bytes, 38);
    hiding[1] = 38;
    hiding[38] = '\0';
    hiding[39] = 'x';
    memcpy(hiding + 40, bytes + 38, size - 38);
    const char *why = codec_rider_book(hiding, size + 2, &caller, &event);
    cr_expect(why != NULL && strncmp(why, "key:", 4) == 0);
}

Test(codec_rider, ignores_fields_of_a_later_release)
{
    static const uint8_t unknown[] = {0xa2, 0x06, 5, 'h', 'e', 'l', 'l', 'o'};
    struct request request;
    uint8_t bytes[CODEC_REQUEST_MAX];
    struct event event;
    good_request(&request);
    size_t size = commonwheel__v1__book_request__pack(&request.book, bytes);
    memcpy(bytes + size, unknown, sizeof unknown);
    cr_expect(codec_rider_book(bytes, size + sizeof unknown, &caller, &event) == NULL);
}

static void expect_ride(const struct ride_view *read, const struct ride_view *meant)
{
    cr_expect(read->ride.value == meant->ride.value && read->state == meant->state);
    cr_expect(read->vehicle.value == meant->vehicle.value);
    cr_expect(read->vehicle_point.lat_e7 == meant->vehicle_point.lat_e7);
    cr_expect(read->vehicle_point.lon_e7 == meant->vehicle_point.lon_e7);
    cr_expect(read->from.lat_e7 == meant->from.lat_e7 && read->to.lon_e7 == meant->to.lon_e7);
    cr_expect(read->party == meant->party && read->wheelchairs == meant->wheelchairs);
    cr_expect(read->booked_ms == meant->booked_ms && read->promised_ms == meant->promised_ms);
    cr_expect(read->pickup_ms == meant->pickup_ms && read->dropoff_ms == meant->dropoff_ms);
    cr_expect(read->quote_pence == meant->quote_pence);
    cr_expect(read->charged_pence == meant->charged_pence);
    cr_expect(read->walk_from_m == meant->walk_from_m && read->walk_to_m == meant->walk_to_m);
    cr_expect(read->be_there_by_ms == meant->be_there_by_ms);
    cr_expect(memcmp(&read->policy, &meant->policy, sizeof read->policy) == 0);
    cr_expect(read->cancel_fee_pence == meant->cancel_fee_pence);
    cr_expect(read->fee_pence == meant->fee_pence);
}

Test(codec_rider, writes_a_ride_for_every_call_that_gives_one)
{
    static const struct {
        const char *path;
        enum codec_reply reply;
    } rows[] = {
        {"/commonwheel.v1.RiderService/Book", CODEC_REPLY_LAST},
        {"/commonwheel.v1.RiderService/Cancel", CODEC_REPLY_LAST},
        {"/commonwheel.v1.RiderService/GetRide", CODEC_REPLY_LAST},
        {"/commonwheel.v1.RiderService/WatchRide", CODEC_REPLY_PART},
    };
    for (size_t i = 0; i < 8; i++) {
        const struct codec_call *call = codec_call_find(rows[i / 2].path, strlen(rows[i / 2].path));
        struct message meant = sample_message(MESSAGE_RIDE);
        struct message read;
        uint8_t bytes[CODEC_REPLY_MAX];
        size_t size = 0;
        if (i % 2 == 1) {
            meant.ride.vehicle = VEHICLE_NONE;
            meant.ride.vehicle_point = (struct geo_point){0, 0};
        }
        cr_assert(call->encode(&meant, bytes, &size) == rows[i / 2].reply);
        cr_assert(codec_client_response(call, bytes, size, &read) == NULL);
        cr_expect(read.kind == MESSAGE_RIDE);
        expect_ride(&read.ride, &meant.ride);
    }
}

Test(codec_rider, writes_a_quote)
{
    const char *path = "/commonwheel.v1.RiderService/Quote";
    const struct codec_call *call = codec_call_find(path, strlen(path));
    struct message meant = sample_message(MESSAGE_QUOTE);
    struct message read;
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    cr_assert(call->encode(&meant, bytes, &size) == CODEC_REPLY_LAST);
    cr_assert(codec_client_response(call, bytes, size, &read) == NULL);
    cr_expect(read.kind == MESSAGE_QUOTE && read.quote.fare_pence == 420);
    cr_expect(memcmp(&read.quote, &meant.quote, sizeof read.quote) == 0);
}

Test(codec_rider, writes_every_reason_of_a_refusal_with_its_sentence)
{
    for (enum refusal reason = REFUSAL_NONE + 1; reason < REFUSAL_COUNT; reason++) {
        struct message message = {.kind = MESSAGE_REFUSED, .refused = {.reason = reason}};
        uint8_t bytes[CODEC_REPLY_MAX];
        size_t size = 0;
        if (reason == REFUSAL_FARE_CHANGED)
            message.refused.alternative.fare_pence = 450;
        cr_assert(codec_rider_booked(&message, bytes, &size) == CODEC_REPLY_LAST);
        Commonwheel__V1__BookResponse *response =
            commonwheel__v1__book_response__unpack(NULL, size, bytes);
        cr_assert(response != NULL && response->refusal != NULL);
        cr_expect((int)response->refusal->reason == (int)reason);
        cr_expect_str_eq(response->refusal->text, refusal_text(reason));
        cr_expect((response->refusal->alternative != NULL) == (reason == REFUSAL_FARE_CHANGED));
        commonwheel__v1__book_response__free_unpacked(response, NULL);
    }
}
