/* Why the matcher decided as it did, on the wire: the parts that facts and responses share, and the
 * sentences for riders. For wire/ alone. Builders and readers are as in codec_record.h. */
#ifndef WIRE_CODEC_REASON_H
#define WIRE_CODEC_REASON_H

#include "base/check.h"
#include "commonwheel/v1/common.pb-c.h"
#include "core/message.h"

#define CODEC_REASON_TEXT_MAX 192 /* bytes of a sentence, with the NUL */

struct codec_reason_options {
    Commonwheel__V1__ServiceOption wires[REASON_OPTIONS_MAX];
    Commonwheel__V1__ServiceOption *pointers[REASON_OPTIONS_MAX];
};

struct codec_reason_move {
    Commonwheel__V1__RideMove wire;
    Commonwheel__V1__ServiceOption option;
};

void codec_reason_build_option(const struct reason_option *option,
                               Commonwheel__V1__ServiceOption *wire);
void codec_reason_read_option(const Commonwheel__V1__ServiceOption *wire,
                              struct reason_option *option);

/* `count` is at most REASON_OPTIONS_MAX. */
void codec_reason_build_options(const struct reason_option *options, uint32_t count,
                                struct codec_reason_options *record);
/* False where there are too many. */
MUST_CHECK bool codec_reason_read_options(Commonwheel__V1__ServiceOption *const *wires,
                                          size_t wire_count, struct reason_option *options,
                                          uint32_t *count);

void codec_reason_build_move(const struct reason_moved *moved, struct codec_reason_move *record);
/* False where its reason is not known, or it has no option. */
MUST_CHECK bool codec_reason_read_move(const Commonwheel__V1__RideMove *wire,
                                       struct reason_moved *moved);

/* A sentence for the rider; empty where there is nothing to say. Durations are in whole seconds,
 * a part of one counted as one. */
void codec_reason_ride_text(const struct ride_reason *reason, char text[CODEC_REASON_TEXT_MAX]);
void codec_reason_refusal_text(enum reason_constraint constraint, int64_t over_ms,
                               char text[CODEC_REASON_TEXT_MAX]);

#endif
