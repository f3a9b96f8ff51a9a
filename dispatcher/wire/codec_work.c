/* Ranges are looked at here; whether a cost follows from its work the state says. */
#include "wire/codec_work.h"

#include <string.h>

#include "wire/codec_memory.h"
#include "wire/codec_part.h"

#define RESTS (POLICY_COST_CATEGORIES * POLICY_UNIT_COUNT)

void codec_work_build(const struct fact_work *work, struct codec_work *record)
{
    Commonwheel__V1__FactWork *wire = &record->wire;
    *wire = (Commonwheel__V1__FactWork)COMMONWHEEL__V1__FACT_WORK__INIT;
    CHECK(work->line_count <= POLICY_COSTS_A_DAY);
    wire->from_ms = work->from_ms;
    wire->until_ms = work->until_ms;
    wire->policy = work->policy;
    wire->metres = work->work[COST_METRES];
    wire->service_ms = work->work[COST_SERVICE_MS];
    wire->energy_wh = work->work[COST_ENERGY_WH];
    wire->ride_count = work->work[COST_RIDES];
    wire->help_ms = work->work[COST_HELP_MS];
    wire->vehicle_days = work->work[COST_VEHICLE_DAYS];
    wire->cleaned_count = work->work[COST_CLEANED];
    wire->inspected_count = work->work[COST_INSPECTED];
    for (uint32_t i = 0; i < work->line_count; i++) {
        Commonwheel__V1__WorkLine *line = &record->lines[i];
        *line = (Commonwheel__V1__WorkLine)COMMONWHEEL__V1__WORK_LINE__INIT;
        line->category = (uint32_t)work->lines[i].category + 1;
        line->unit = (uint32_t)work->lines[i].unit + 1;
        line->area = work->lines[i].area;
        line->rate_millipence = work->lines[i].rate_millipence;
        line->pence = work->lines[i].pence;
        line->rest = work->lines[i].rest;
        record->pointers[i] = line;
    }
    wire->n_lines = work->line_count;
    wire->lines = record->pointers;
}

static const char *read_line(const Commonwheel__V1__WorkLine *wire, struct work_line *line)
{
    if (wire->category < 1 || wire->category > POLICY_COST_CATEGORIES || wire->unit < 1 ||
        wire->unit > POLICY_UNIT_COUNT)
        return "lines: category or unit: unknown";
    if (wire->rate_millipence < 0 || wire->rate_millipence > POLICY_MILLIPENCE_MAX ||
        !codec_part_is_amount(wire->pence) || wire->rest < 0)
        return "lines: rate_millipence, pence, rest: out of range";
    *line = (struct work_line){
        .category = (enum policy_cost_category)(wire->category - 1),
        .unit = (enum policy_unit)(wire->unit - 1),
        .area = wire->area,
        .rate_millipence = wire->rate_millipence,
        .pence = wire->pence,
        .rest = wire->rest,
    };
    return NULL;
}

const char *codec_work_read(const Commonwheel__V1__FactWork *wire, struct fact_work *work)
{
    if (wire == NULL)
        return "work: required";
    const int64_t amounts[COST_WORK_COUNT] = {
        [COST_METRES] = wire->metres,         [COST_SERVICE_MS] = wire->service_ms,
        [COST_ENERGY_WH] = wire->energy_wh,   [COST_RIDES] = wire->ride_count,
        [COST_HELP_MS] = wire->help_ms,       [COST_VEHICLE_DAYS] = wire->vehicle_days,
        [COST_CLEANED] = wire->cleaned_count, [COST_INSPECTED] = wire->inspected_count,
    };
    if (wire->from_ms < 1 || wire->until_ms < wire->from_ms)
        return "from_ms, until_ms: must be 1 or more, and rise";
    if (wire->n_lines > POLICY_COSTS_A_DAY)
        return "lines: more than 12";
    for (uint32_t i = 0; i < COST_WORK_COUNT; i++) {
        if (amounts[i] < 0 || amounts[i] > COST_WORK_MAX)
            return "work: out of range";
    }
    *work = (struct fact_work){
        .from_ms = wire->from_ms, .until_ms = wire->until_ms, .policy = wire->policy};
    memcpy(work->work, amounts, sizeof work->work);
    const char *why = NULL;
    for (; work->line_count < wire->n_lines && why == NULL; work->line_count++)
        why = read_line(wire->lines[work->line_count], &work->lines[work->line_count]);
    return why;
}

void codec_work_build_snapshot(const struct fact_snapshot_work *work,
                               struct codec_work_snapshot *record)
{
    Commonwheel__V1__FactSnapshotWork *wire = &record->wire;
    *wire = (Commonwheel__V1__FactSnapshotWork)COMMONWHEEL__V1__FACT_SNAPSHOT_WORK__INIT;
    _Static_assert(sizeof record->rests == sizeof work->rests, "the same numbers in a row");
    codec_work_build(&work->last, &record->last);
    memcpy(record->rests, work->rests, sizeof record->rests);
    wire->last = &record->last.wire;
    wire->unposted = work->unposted;
    wire->ride_count = work->ride_count;
    wire->cleaned_count = work->cleaned_count;
    wire->inspected_count = work->inspected_count;
    wire->bought_mwh = work->bought_mwh;
    wire->n_rests = RESTS;
    wire->rests = record->rests;
}

const char *codec_work_read_snapshot(const Commonwheel__V1__FactSnapshotWork *wire,
                                     struct fact_snapshot_work *work)
{
    if (wire->n_rests != RESTS)
        return "rests: must be 56";
    if (wire->ride_count < 0 || wire->cleaned_count < 0 || wire->inspected_count < 0 ||
        wire->bought_mwh < 0)
        return "work: must be 0 or more";
    *work = (struct fact_snapshot_work){
        .unposted = wire->unposted,
        .ride_count = wire->ride_count,
        .cleaned_count = wire->cleaned_count,
        .inspected_count = wire->inspected_count,
        .bought_mwh = wire->bought_mwh,
    };
    memcpy(work->rests, wire->rests, sizeof work->rests);
    return codec_work_read(wire->last, &work->last);
}
