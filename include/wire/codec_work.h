/* Rounds of work and their costs as records hold them, each way; for wire/ alone. As
 * codec_record.h. */
#ifndef WIRE_CODEC_WORK_H
#define WIRE_CODEC_WORK_H

#include "commonwheel/v1/fact.pb-c.h"
#include "core/fact.h"

struct codec_work {
    Commonwheel__V1__FactWork wire;
    Commonwheel__V1__WorkLine lines[POLICY_COSTS_A_DAY];
    Commonwheel__V1__WorkLine *pointers[POLICY_COSTS_A_DAY];
};

void codec_work_build(const struct fact_work *work, struct codec_work *record);
MUST_CHECK const char *codec_work_read(const Commonwheel__V1__FactWork *wire,
                                       struct fact_work *work);

struct codec_work_snapshot {
    Commonwheel__V1__FactSnapshotWork wire;
    struct codec_work last;
    int64_t rests[POLICY_COST_CATEGORIES * POLICY_UNIT_COUNT];
};

void codec_work_build_snapshot(const struct fact_snapshot_work *work,
                               struct codec_work_snapshot *record);
MUST_CHECK const char *codec_work_read_snapshot(const Commonwheel__V1__FactSnapshotWork *wire,
                                                struct fact_snapshot_work *work);

#endif
