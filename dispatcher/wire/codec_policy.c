/* Amounts and numbers are looked at as records' are: what is not sound is not read. */
#include "wire/codec_policy.h"

#include <string.h>

#include "base/utf8.h"
#include "wire/codec_part.h"
#include "wire/codec_record.h"

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
    *fare = (struct fare){
        .lines = lines, .kind = (enum policy_kind)(wire->size - 1), .scheme = wire->scheme};
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
    memcpy(text, wire, length);
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

/* ---- Sentences ---- */

static void add(char *text, const char *part)
{
    const size_t length = strlen(text);
    const size_t more = strlen(part);
    CHECK(length + more < CODEC_POLICY_TEXT_MAX);
    memcpy(text + length, part, more + 1);
}

/* "2.40" */
static void add_pounds(char *text, int64_t pence)
{
    char digits[24];
    size_t at = sizeof digits;
    size_t places = 0;
    CHECK(pence >= 0);
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + pence % 10);
        pence /= 10;
        places++;
        if (places == 2)
            digits[--at] = '.';
    } while (pence > 0 || places < 3);
    add(text, digits + at);
}

void codec_policy_cap_text(const struct message_quote *quote, char text[CODEC_POLICY_TEXT_MAX])
{
    text[0] = '\0';
    if (quote->cap == QUOTE_CAP_NONE)
        return;
    add_pounds(text, quote->quote_pence);
    add(text, " of ");
    add_pounds(text, quote->quote_pence + quote->cap_saved_pence);
    add(text, quote->quote_pence > 0 ? ": you reach " : ": you have reached ");
    add(text, quote->cap == QUOTE_CAP_DAY ? "today's cap" : "this week's cap");
}
