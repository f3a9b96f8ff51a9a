/* Amounts and numbers are looked at as records' are: what is not sound is not read. */
#include "wire/codec_policy.h"

#include <string.h>

#include "base/utf8.h"
#include "commonwheel/v1/operator.pb-c.h"
#include "wire/codec_memory.h"
#include "wire/codec_part.h"
#include "wire/codec_record.h"
#include "wire/codec_words.h"

void codec_policy_build_fare(const struct fare *fare, Commonwheel__V1__FareLines *wire)
{
    const struct tariff_lines *lines = &fare->lines;
    *wire = (Commonwheel__V1__FareLines)COMMONWHEEL__V1__FARE_LINES__INIT;
    wire->base_pence = lines->base_pence;
    wire->distance_pence = lines->distance_pence;
    wire->time_pence = lines->time_pence;
    wire->minimum_pence = lines->minimum_pence;
    wire->single_cap_pence = lines->single_cap_pence;
    wire->national_cap_pence = lines->national_cap_pence;
    wire->off_peak_pence = lines->off_peak_pence;
    wire->concession_pence = lines->concession_pence;
    wire->scheme = fare->scheme;
    wire->class_ = fare->class;
    wire->size = (Commonwheel__V1__VehicleSize)(fare->kind + 1);
}

const char *codec_policy_read_fare(const Commonwheel__V1__FareLines *wire, struct fare *fare)
{
    const struct tariff_lines lines = {
        .base_pence = wire->base_pence,
        .distance_pence = wire->distance_pence,
        .time_pence = wire->time_pence,
        .minimum_pence = wire->minimum_pence,
        .single_cap_pence = wire->single_cap_pence,
        .national_cap_pence = wire->national_cap_pence,
        .off_peak_pence = wire->off_peak_pence,
        .concession_pence = wire->concession_pence,
    };
    const int64_t amounts[] = {lines.base_pence,       lines.distance_pence,
                               lines.time_pence,       lines.minimum_pence,
                               lines.single_cap_pence, lines.national_cap_pence,
                               lines.off_peak_pence,   lines.concession_pence};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        if (!codec_part_is_amount(amounts[i]))
            return "fare_lines: not an amount";
    }
    if ((int)wire->size < 1 || (int)wire->size > POLICY_KIND_COUNT)
        return "fare_lines.size: unknown";
    if (wire->scheme > POLICY_SCHEMES_MAX)
        return "fare_lines.scheme: must be 0 to 8";
    if (wire->class_ >= POLICY_CLASSES_MAX)
        return "fare_lines.class: must be 0 to 7";
    *fare = (struct fare){.lines = lines,
                          .kind = (enum policy_kind)(wire->size - 1),
                          .class = (uint16_t)wire->class_,
                          .scheme = (uint16_t)wire->scheme};
    return NULL;
}

void codec_policy_build(const struct fact_policy *policy, Commonwheel__V1__FactPolicy *wire)
{
    *wire = (Commonwheel__V1__FactPolicy)COMMONWHEEL__V1__FACT_POLICY__INIT;
    CHECK(policy->number > 0);
    wire->number = policy->number;
    wire->hash.len = sizeof policy->hash;
    wire->hash.data = (uint8_t *)(uintptr_t)policy->hash;
    wire->id = (char *)(uintptr_t)policy->id;
    wire->name = (char *)(uintptr_t)policy->name;
}

/* False where it is longer than its place, or not UTF-8. */
static bool read_text(const char *wire, char *text, size_t size)
{
    const size_t length = strlen(wire);
    if (length >= size || !utf8_is_text(wire, length))
        return false;
    memset(text, 0, size);
    memcpy(text, wire, length + 1);
    return true;
}

const char *codec_policy_read(const Commonwheel__V1__FactPolicy *wire, struct fact_policy *policy)
{
    if (wire == NULL || wire->number == 0)
        return "number: must be 1 or more";
    if (wire->hash.len != sizeof policy->hash)
        return "hash: must have 32 bytes";
    if (!read_text(wire->id, policy->id, sizeof policy->id) || policy->id[0] == '\0' ||
        !read_text(wire->name, policy->name, sizeof policy->name))
        return "id, name: missing, too long or not UTF-8";
    policy->number = wire->number;
    memcpy(policy->hash, wire->hash.data, sizeof policy->hash);
    return NULL;
}

void codec_policy_build_snapshot(const struct fact_snapshot_policy *policy,
                                 struct codec_policy_snapshot *record)
{
    CHECK(policy->adopted_ms >= 0);
    record->wire = (Commonwheel__V1__FactSnapshotPolicy)COMMONWHEEL__V1__FACT_SNAPSHOT_POLICY__INIT;
    codec_policy_build(&policy->policy, &record->policy);
    record->wire.policy = &record->policy;
    record->wire.adopted_ms = policy->adopted_ms;
}

const char *codec_policy_read_snapshot(const Commonwheel__V1__FactSnapshotPolicy *wire,
                                       struct fact_snapshot_policy *policy)
{
    if (wire->adopted_ms < 0)
        return "adopted_ms: must be 0 or more";
    policy->adopted_ms = wire->adopted_ms;
    return codec_policy_read(wire->policy, &policy->policy);
}

void codec_policy_build_class(const struct rider_class *class,
                              Commonwheel__V1__FactRiderClass *wire)
{
    *wire = (Commonwheel__V1__FactRiderClass)COMMONWHEEL__V1__FACT_RIDER_CLASS__INIT;
    CHECK(class->class < POLICY_CLASSES_MAX);
    CHECK(class->scheme <= POLICY_SCHEMES_MAX);
    wire->class_ = class->class;
    wire->scheme = class->scheme;
    wire->class_until_day = class->class_until_day;
    wire->scheme_until_day = class->scheme_until_day;
}

const char *codec_policy_read_class(const Commonwheel__V1__FactRiderClass *wire,
                                    struct rider_class *class)
{
    if (wire->class_ >= POLICY_CLASSES_MAX || wire->scheme > POLICY_SCHEMES_MAX)
        return "class, scheme: must be 0 to 7, and 0 to 8";
    *class = (struct rider_class){
        .class = (uint8_t)wire->class_,
        .scheme = (uint8_t)wire->scheme,
        .class_until_day = wire->class_until_day,
        .scheme_until_day = wire->scheme_until_day,
    };
    return NULL;
}

void codec_policy_build_rider_class(const struct fact_rider_class *said,
                                    struct codec_policy_class *record)
{
    codec_policy_build_class(&said->class, &record->wire);
    codec_record_build_id(said->rider.high, said->rider.low, &record->rider);
    codec_record_build_id(said->by.high, said->by.low, &record->by);
    record->wire.rider = &record->rider;
    record->wire.by = &record->by;
}

const char *codec_policy_read_rider_class(const Commonwheel__V1__FactRiderClass *wire,
                                          struct fact_rider_class *said)
{
    if (wire->rider == NULL || wire->by == NULL)
        return "rider, by: required";
    said->rider = (struct rider_id){wire->rider->high, wire->rider->low};
    said->by = (struct rider_id){wire->by->high, wire->by->low};
    return codec_policy_read_class(wire, &said->class);
}

/* ---- Names ---- */

#define DIGITS "0123456789abcdef"

void codec_policy_write_hash(const struct policy_name *name, char text[CODEC_POLICY_HASH_MAX])
{
    text[0] = '\0';
    if (name->id[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof name->hash; i++) {
        text[2 * i] = DIGITS[name->hash[i] >> 4];
        text[2 * i + 1] = DIGITS[name->hash[i] & 15];
    }
    text[CODEC_POLICY_HASH_MAX - 1] = '\0';
}

static bool read_hash(const char *text, uint8_t hash[POLICY_HASH_SIZE])
{
    for (size_t i = 0; i < 2 * (size_t)POLICY_HASH_SIZE; i++) {
        static const char digits[] = DIGITS;
        const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);
        if (digit == NULL)
            return false;
        hash[i / 2] = (uint8_t)(hash[i / 2] << 4 | (digit - digits));
    }
    return text[CODEC_POLICY_HASH_MAX - 1] == '\0';
}

bool codec_policy_read_name(const char *id, const char *hash, struct policy_name *name)
{
    struct policy_name read = {.id = ""};
    if (!read_text(id, read.id, sizeof read.id))
        return false;
    if (read.id[0] == '\0' ? hash[0] != '\0' : !read_hash(hash, read.hash))
        return false;
    *name = read;
    return true;
}

/* ---- The operator's call ---- */

const char *codec_policy_set_class(const uint8_t *bytes, size_t size,
                                   const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__set_rider_class_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__SetRiderClassRequest *wire =
        (const Commonwheel__V1__SetRiderClassRequest *)message;
    struct event read = {.kind = EVENT_SET_RIDER_CLASS, .rider_class.by = caller->rider};
    if (!codec_part_read_id(wire->rider, &read.rider_class.rider))
        return "rider: must be 32 digits 0-9 a-f";
    if (wire->class_ >= POLICY_CLASSES_MAX)
        return "class: must be 0 to 7";
    if (wire->scheme > POLICY_SCHEMES_MAX)
        return "scheme: must be 0 to 8";
    read.rider_class.class = (struct rider_class){
        .class = (uint8_t)wire->class_,
        .scheme = (uint8_t)wire->scheme,
        .class_until_day = wire->class_until_day,
        .scheme_until_day = wire->scheme_until_day,
    };
    *event = read;
    return NULL;
}

enum codec_reply codec_policy_class_set(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__SetRiderClassResponse response =
        COMMONWHEEL__V1__SET_RIDER_CLASS_RESPONSE__INIT;
    const struct rider_class_view *view = &message->rider_class;
    char rider[CODEC_PART_ID_MAX];
    *size = 0;
    if (message->kind != MESSAGE_RIDER_CLASS)
        return CODEC_REPLY_NONE;
    codec_part_write_id(view->rider, rider);
    response.rider = rider;
    response.class_ = view->class.class;
    response.scheme = view->class.scheme;
    response.class_until_day = view->class.class_until_day;
    response.scheme_until_day = view->class.scheme_until_day;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

/* ---- Sentences ---- */

void codec_policy_cap_text(const struct message_quote *quote, char text[CODEC_WORDS_MAX])
{
    text[0] = '\0';
    if (quote->cap == QUOTE_CAP_NONE)
        return;
    codec_words_add_number(text, quote->quote_pence, 2);
    codec_words_add(text, " of ");
    codec_words_add_number(text, quote->quote_pence + quote->cap_saved_pence, 2);
    codec_words_add(text, quote->quote_pence > 0 ? ": you reach " : ": you have reached ");
    codec_words_add(text, quote->cap == QUOTE_CAP_DAY ? "today's cap" : "this week's cap");
}
