/* RiderService: requests are checked field by field, responses packed from structs on the stack. */
#include "wire/codec_rider.h"

#include "commonwheel/v1/rider.pb-c.h"
#include "wire/codec_memory.h"
#include "wire/codec_part.h"
#include "wire/codec_policy.h"
#include "wire/codec_reason.h"
#include "wire/codec_uuid.h"

#define BOOK_KEY_FIELD 1 /* of BookRequest */

const char *codec_rider_quote(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                              struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__quote_request__descriptor,
                                          bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__QuoteRequest *wire = (const Commonwheel__V1__QuoteRequest *)message;
    struct event read = {.kind = EVENT_QUOTE, .quote.rider = caller->rider};
    why = codec_part_read_trip(wire->trip, &read.quote.trip);
    if (why == NULL)
        *event = read;
    return why;
}

const char *codec_rider_book(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                             struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__book_request__descriptor,
                                          bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__BookRequest *wire = (const Commonwheel__V1__BookRequest *)message;
    struct event read = {.kind = EVENT_BOOK, .book.rider = caller->rider};
    size_t key_size = 0;
    const uint8_t *key = codec_memory_field(bytes, size, BOOK_KEY_FIELD, &key_size);
    if (key == NULL || !codec_uuid_read((const char *)key, key_size, &read.book.key))
        return "key: must be a UUID in the text form of RFC 9562, not the nil UUID";
    why = codec_part_read_trip(wire->trip, &read.book.trip);
    if (why != NULL)
        return why;
    read.book.has_agreed = wire->agreed_case == COMMONWHEEL__V1__BOOK_REQUEST__AGREED_AGREED_PENCE;
    if (read.book.has_agreed && !codec_part_is_amount(wire->agreed_pence))
        return "agreed_pence: must be 0 or more, and an amount of pence";
    read.book.agreed_pence = read.book.has_agreed ? wire->agreed_pence : 0;
    *event = read;
    return NULL;
}

static const char *ride_event(enum event_kind kind, uint64_t ride_id,
                              const struct codec_caller *caller, struct event *event)
{
    if (ride_id == 0)
        return "ride_id: must be 1 or more";
    *event = (struct event){
        .kind = kind,
        .ride = {.rider = caller->rider, .ride = {ride_id}, .any_rider = caller->any_rider},
    };
    return NULL;
}

const char *codec_rider_cancel(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                               struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__cancel_request__descriptor,
                                          bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    return ride_event(EVENT_CANCEL, ((const Commonwheel__V1__CancelRequest *)message)->ride_id,
                      caller, event);
}

const char *codec_rider_get(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                            struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why = codec_memory_unpack(&memory, &commonwheel__v1__get_ride_request__descriptor,
                                          bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    return ride_event(EVENT_GET_RIDE, ((const Commonwheel__V1__GetRideRequest *)message)->ride_id,
                      caller, event);
}

static enum codec_reply pack(const ProtobufCMessage *message, enum codec_reply reply,
                             uint8_t *bytes, size_t *size)
{
    *size = codec_memory_pack(message, bytes, CODEC_REPLY_MAX);
    return reply;
}

struct quote_part {
    Commonwheel__V1__Quote wire;
    Commonwheel__V1__Point from;
    Commonwheel__V1__Point to;
    Commonwheel__V1__FareLines fare;
    char cap_text[CODEC_WORDS_MAX];
};

static void build_quote(const struct message_quote *quote, struct quote_part *part)
{
    Commonwheel__V1__Quote *wire = &part->wire;
    *wire = (Commonwheel__V1__Quote)COMMONWHEEL__V1__QUOTE__INIT;
    wire->fare_pence = quote->fare_pence;
    wire->quote_pence = quote->quote_pence;
    wire->cap_saved_pence = quote->cap_saved_pence;
    wire->pickup_ms = quote->pickup_ms;
    wire->dropoff_ms = quote->dropoff_ms;
    wire->direct_ms = quote->direct_ms;
    wire->direct_m = quote->direct_m;
    codec_part_build_point(quote->from, &part->from);
    codec_part_build_point(quote->to, &part->to);
    wire->from = &part->from;
    wire->to = &part->to;
    wire->walk_from_m = (uint32_t)quote->walk_from_m;
    wire->walk_to_m = (uint32_t)quote->walk_to_m;
    wire->be_there_by_ms = quote->be_there_by_ms;
    codec_policy_build_fare(&quote->fare, &part->fare);
    codec_policy_cap_text(quote, part->cap_text);
    wire->fare_lines = &part->fare;
    wire->cap = (Commonwheel__V1__FareCap)quote->cap;
    wire->cap_text = part->cap_text;
}

struct refusal_part {
    Commonwheel__V1__Refusal wire;
    Commonwheel__V1__Alternative alternative;
    Commonwheel__V1__Point point;
    char explanation[CODEC_REASON_TEXT_MAX];
};

static void build_refusal(const struct message_refused *refused, struct refusal_part *part)
{
    const struct alternative *alternative = &refused->alternative;
    CHECK(refused->reason > REFUSAL_NONE && refused->reason < REFUSAL_COUNT);
    part->wire = (Commonwheel__V1__Refusal)COMMONWHEEL__V1__REFUSAL__INIT;
    part->wire.reason = (Commonwheel__V1__RefusalReason)refused->reason;
    part->wire.text = (char *)(uintptr_t)refusal_text(refused->reason);
    codec_reason_refusal_text(refused->constraint, refused->over_ms, part->explanation);
    part->wire.constraint = (Commonwheel__V1__RefusalConstraint)refused->constraint;
    part->wire.over_ms = refused->over_ms;
    part->wire.explanation = part->explanation;
    part->alternative = (Commonwheel__V1__Alternative)COMMONWHEEL__V1__ALTERNATIVE__INIT;
    part->alternative.pickup_ms = alternative->pickup_ms;
    part->alternative.fare_pence = alternative->fare_pence;
    if (alternative->has_point) {
        codec_part_build_point(alternative->point, &part->point);
        part->alternative.point = &part->point;
    }
    if (alternative->has_point || alternative->pickup_ms != 0 || alternative->fare_pence != 0)
        part->wire.alternative = &part->alternative;
}

struct ride_part {
    Commonwheel__V1__Ride wire;
    Commonwheel__V1__RideVehicle vehicle;
    Commonwheel__V1__Point from;
    Commonwheel__V1__Point to;
    Commonwheel__V1__Point vehicle_point;
    char reason[CODEC_REASON_TEXT_MAX];
    char policy_hash[CODEC_POLICY_HASH_MAX];
};

static void build_ride(const struct ride_view *ride, struct ride_part *part)
{
    CHECK(ride->state > RIDE_NONE && ride->state < RIDE_STATE_COUNT);
    part->wire = (Commonwheel__V1__Ride)COMMONWHEEL__V1__RIDE__INIT;
    codec_part_build_point(ride->from, &part->from);
    codec_part_build_point(ride->to, &part->to);
    part->wire.ride_id = ride->ride.value;
    part->wire.state = (Commonwheel__V1__RideState)ride->state;
    part->wire.from = &part->from;
    part->wire.to = &part->to;
    part->wire.party = ride->party;
    part->wire.wheelchairs = ride->wheelchairs;
    part->wire.booked_ms = ride->booked_ms;
    part->wire.promised_ms = ride->promised_ms;
    part->wire.pickup_ms = ride->pickup_ms;
    part->wire.dropoff_ms = ride->dropoff_ms;
    part->wire.quote_pence = ride->quote_pence;
    part->wire.charged_pence = ride->charged_pence;
    codec_reason_ride_text(&ride->reason, part->reason);
    part->wire.reason = part->reason;
    part->wire.walk_from_m = (uint32_t)ride->walk_from_m;
    part->wire.walk_to_m = (uint32_t)ride->walk_to_m;
    part->wire.be_there_by_ms = ride->be_there_by_ms;
    codec_policy_write_hash(&ride->policy, part->policy_hash);
    part->wire.policy_id = (char *)(uintptr_t)ride->policy.id;
    part->wire.policy_hash = part->policy_hash;
    part->wire.cancel_fee_pence = ride->cancel_fee_pence;
    part->wire.fee_pence = ride->fee_pence;
    if (ride->vehicle.value == VEHICLE_NONE.value)
        return;
    part->vehicle = (Commonwheel__V1__RideVehicle)COMMONWHEEL__V1__RIDE_VEHICLE__INIT;
    codec_part_build_point(ride->vehicle_point, &part->vehicle_point);
    part->vehicle.vehicle_id = ride->vehicle.value;
    part->vehicle.point = &part->vehicle_point;
    part->wire.vehicle = &part->vehicle;
}

enum codec_reply codec_rider_quoted(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__QuoteResponse response = COMMONWHEEL__V1__QUOTE_RESPONSE__INIT;
    struct quote_part quote;
    struct refusal_part refusal;
    *size = 0;
    if (message->kind == MESSAGE_QUOTE) {
        build_quote(&message->quote, &quote);
        response.result_case = COMMONWHEEL__V1__QUOTE_RESPONSE__RESULT_QUOTE;
        response.quote = &quote.wire;
    } else if (message->kind == MESSAGE_REFUSED) {
        build_refusal(&message->refused, &refusal);
        response.result_case = COMMONWHEEL__V1__QUOTE_RESPONSE__RESULT_REFUSAL;
        response.refusal = &refusal.wire;
    } else {
        return CODEC_REPLY_NONE;
    }
    return pack(&response.base, CODEC_REPLY_LAST, bytes, size);
}

enum codec_reply codec_rider_booked(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__BookResponse response = COMMONWHEEL__V1__BOOK_RESPONSE__INIT;
    struct ride_part ride;
    struct refusal_part refusal;
    *size = 0;
    if (message->kind == MESSAGE_RIDE) {
        build_ride(&message->ride, &ride);
        response.result_case = COMMONWHEEL__V1__BOOK_RESPONSE__RESULT_RIDE;
        response.ride = &ride.wire;
    } else if (message->kind == MESSAGE_REFUSED) {
        build_refusal(&message->refused, &refusal);
        response.result_case = COMMONWHEEL__V1__BOOK_RESPONSE__RESULT_REFUSAL;
        response.refusal = &refusal.wire;
    } else {
        return CODEC_REPLY_NONE;
    }
    return pack(&response.base, CODEC_REPLY_LAST, bytes, size);
}

enum codec_reply codec_rider_ride(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__GetRideResponse response = COMMONWHEEL__V1__GET_RIDE_RESPONSE__INIT;
    struct ride_part ride;
    *size = 0;
    if (message->kind != MESSAGE_RIDE)
        return CODEC_REPLY_NONE;
    build_ride(&message->ride, &ride);
    response.ride = &ride.wire;
    return pack(&response.base, CODEC_REPLY_LAST, bytes, size);
}

/* CancelResponse, GetRideResponse and WatchRideResponse have the same single field. */
enum codec_reply codec_rider_watched(const struct message *message, uint8_t *bytes, size_t *size)
{
    enum codec_reply reply = codec_rider_ride(message, bytes, size);
    return reply == CODEC_REPLY_LAST ? CODEC_REPLY_PART : reply;
}
