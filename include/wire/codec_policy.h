/* Fares, policies and classes of riders as records and messages hold them, each way; for wire/
 * alone. As codec_record.h. */
#ifndef WIRE_CODEC_POLICY_H
#define WIRE_CODEC_POLICY_H

#include "commonwheel/v1/fact.pb-c.h"
#include "core/fact.h"
#include "core/message.h"
#include "wire/codec_call.h"
#include "wire/codec_words.h"

void codec_policy_build_fare(const struct fare *fare, Commonwheel__V1__FareLines *wire);
MUST_CHECK const char *codec_policy_read_fare(const Commonwheel__V1__FareLines *wire,
                                              struct fare *fare);

/* The texts point into *policy. */
void codec_policy_build(const struct fact_policy *policy, Commonwheel__V1__FactPolicy *wire);
MUST_CHECK const char *codec_policy_read(const Commonwheel__V1__FactPolicy *wire,
                                         struct fact_policy *policy);

struct codec_policy_snapshot {
    Commonwheel__V1__FactSnapshotPolicy wire;
    Commonwheel__V1__FactPolicy policy;
};

void codec_policy_build_snapshot(const struct fact_snapshot_policy *policy,
                                 struct codec_policy_snapshot *record);
MUST_CHECK const char *codec_policy_read_snapshot(const Commonwheel__V1__FactSnapshotPolicy *wire,
                                                  struct fact_snapshot_policy *policy);

struct codec_policy_class {
    Commonwheel__V1__FactRiderClass wire;
    Commonwheel__V1__Id128 rider;
    Commonwheel__V1__Id128 by;
};

/* A class alone, as within a snapshot of a rider; nothing where it is all 0. */
void codec_policy_build_class(const struct rider_class *class,
                              Commonwheel__V1__FactRiderClass *wire);
MUST_CHECK const char *codec_policy_read_class(const Commonwheel__V1__FactRiderClass *wire,
                                               struct rider_class *class);

void codec_policy_build_rider_class(const struct fact_rider_class *said,
                                    struct codec_policy_class *record);
MUST_CHECK const char *codec_policy_read_rider_class(const Commonwheel__V1__FactRiderClass *wire,
                                                     struct fact_rider_class *said);

/* OperatorService.SetRiderClass, as codec_operator.h: EVENT_SET_RIDER_CLASS, with who asks; and
 * MESSAGE_RIDER_CLASS. */
MUST_CHECK const char *codec_policy_set_class(const uint8_t *bytes, size_t size,
                                              const struct codec_caller *caller,
                                              struct event *event);
enum codec_reply codec_policy_class_set(const struct message *message, uint8_t *bytes,
                                        size_t *size);

/* What a cap does to a quote, for the person: "0.85 of 2.40: you reach today's cap"; "" without. */
void codec_policy_cap_text(const struct message_quote *quote, char text[CODEC_WORDS_MAX]);

/* A policy's hash as digits 0-9 a-f; empty where the policy is not known, as its id then is. And
 * both back: false where they are not of a policy, *name then untouched. */
#define CODEC_POLICY_HASH_MAX (2 * POLICY_HASH_SIZE + 1) /* bytes, with the NUL */
void codec_policy_write_hash(const struct policy_name *name, char text[CODEC_POLICY_HASH_MAX]);
MUST_CHECK bool codec_policy_read_name(const char *id, const char *hash, struct policy_name *name);

#endif
