/* Ranges are looked at here; what follows from what the state says. */
#include "wire/codec_settlement.h"

#include <string.h>

#include "base/utf8.h"
#include "wire/codec_ledger.h"
#include "wire/codec_part.h"
#include "wire/codec_record.h"

#define SUM_MAX (PENCE_MAX * (INT64_C(1) << 14)) /* of an account, either way */

_Static_assert((int)POLICY_DEBT_SERVICE + 1 ==
                       (int)COMMONWHEEL__V1__SETTLEMENT_USE__SETTLEMENT_USE_DEBT_SERVICE &&
                   (int)POLICY_COUNCIL_REVENUE + 1 ==
                       (int)COMMONWHEEL__V1__SETTLEMENT_USE__SETTLEMENT_USE_COUNCIL_REVENUE,
               "values on the wire are for ever");
_Static_assert(SETTLEMENT_TRANSFERS_MAX == 21, "settlement.proto says 21");

static bool is_sum(int64_t pence)
{
    return pence >= -SUM_MAX && pence <= SUM_MAX;
}

void codec_settlement_build_outcome(const struct settlement_outcome *outcome,
                                    struct codec_settlement_outcome *record)
{
    Commonwheel__V1__SettlementOutcome *wire = &record->wire;
    CHECK(outcome->digest != 0 && outcome->line_count <= POLICY_LINES_MAX);
    *wire = (Commonwheel__V1__SettlementOutcome)COMMONWHEEL__V1__SETTLEMENT_OUTCOME__INIT;
    wire->policy = outcome->policy;
    wire->income_pence = outcome->income_pence;
    wire->cost_pence = outcome->cost_pence;
    wire->result_pence = outcome->result_pence;
    wire->made_good_pence = outcome->made_good_pence;
    wire->from_reserve_pence = outcome->from_reserve_pence;
    wire->from_council_pence = outcome->from_council_pence;
    wire->carried_pence = outcome->carried_pence;
    wire->rolling_pence = outcome->rolling_pence;
    wire->exceeds_cost = outcome->exceeds_cost;
    wire->digest = outcome->digest;
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        Commonwheel__V1__SettlementLine *line = &record->lines[i];
        *line = (Commonwheel__V1__SettlementLine)COMMONWHEEL__V1__SETTLEMENT_LINE__INIT;
        memcpy(record->names[i], outcome->lines[i].name, POLICY_ID_MAX);
        line->name = record->names[i];
        line->use = (Commonwheel__V1__SettlementUse)((int)outcome->lines[i].use + 1);
        line->pence = outcome->lines[i].pence;
        record->pointers[i] = line;
    }
    wire->n_lines = outcome->line_count;
    wire->lines = record->pointers;
}

static const char *read_line(const Commonwheel__V1__SettlementLine *wire,
                             struct settlement_line *line)
{
    const size_t length = strlen(wire->name);
    if (length >= sizeof line->name || (length > 0 && !utf8_is_text(wire->name, length)))
        return "lines.name: must be at most 31 bytes of text";
    if ((int)wire->use < 1 || (int)wire->use > (int)POLICY_COUNCIL_REVENUE + 1)
        return "lines.use: unknown";
    if (!codec_part_is_amount(wire->pence))
        return "lines.pence: not an amount";
    memcpy(line->name, wire->name, length);
    line->use = (enum policy_use)((int)wire->use - 1);
    line->pence = wire->pence;
    return NULL;
}

const char *codec_settlement_read_outcome(const Commonwheel__V1__SettlementOutcome *wire,
                                          struct settlement_outcome *outcome)
{
    const char *why = NULL;
    if (wire == NULL || wire->digest == 0)
        return "outcome.digest: required";
    if (wire->n_lines < 1 || wire->n_lines > POLICY_LINES_MAX)
        return "outcome.lines: must be 1 to 8";
    if (!is_sum(wire->income_pence) || !is_sum(wire->cost_pence) || !is_sum(wire->result_pence) ||
        !is_sum(wire->rolling_pence))
        return "outcome: a sum out of range";
    if (!codec_part_is_amount(wire->made_good_pence) ||
        !codec_part_is_amount(wire->from_reserve_pence) ||
        !codec_part_is_amount(wire->from_council_pence) ||
        !codec_part_is_amount(wire->carried_pence))
        return "outcome: not an amount";
    *outcome = (struct settlement_outcome){
        .policy = wire->policy,
        .income_pence = wire->income_pence,
        .cost_pence = wire->cost_pence,
        .result_pence = wire->result_pence,
        .made_good_pence = wire->made_good_pence,
        .from_reserve_pence = wire->from_reserve_pence,
        .from_council_pence = wire->from_council_pence,
        .carried_pence = wire->carried_pence,
        .rolling_pence = wire->rolling_pence,
        .exceeds_cost = wire->exceeds_cost,
        .line_count = (uint32_t)wire->n_lines,
        .digest = wire->digest,
    };
    for (size_t i = 0; i < wire->n_lines && why == NULL; i++)
        why = read_line(wire->lines[i], &outcome->lines[i]);
    return why;
}

static bool read_person(const Commonwheel__V1__Id128 *wire, struct rider_id *person)
{
    if (wire != NULL)
        *person = (struct rider_id){wire->high, wire->low};
    return wire != NULL;
}

void codec_settlement_build_proposed(const struct fact_proposed *proposed,
                                     struct codec_settlement_proposed *record)
{
    record->wire = (Commonwheel__V1__FactProposed)COMMONWHEEL__V1__FACT_PROPOSED__INIT;
    codec_record_build_id(proposed->by.high, proposed->by.low, &record->by);
    codec_settlement_build_outcome(&proposed->outcome, &record->outcome);
    record->wire.month = proposed->period;
    record->wire.by = &record->by;
    record->wire.outcome = &record->outcome.wire;
}

const char *codec_settlement_read_proposed(const Commonwheel__V1__FactProposed *wire,
                                           struct fact_proposed *proposed)
{
    proposed->period = wire->month;
    if (!read_person(wire->by, &proposed->by))
        return "settlement_proposed.by: required";
    return codec_settlement_read_outcome(wire->outcome, &proposed->outcome);
}

void codec_settlement_build_approved(const struct fact_approved *approved,
                                     struct codec_settlement_approved *record)
{
    record->wire = (Commonwheel__V1__FactApproved)COMMONWHEEL__V1__FACT_APPROVED__INIT;
    CHECK(approved->count <= SETTLEMENT_TRANSFERS_MAX);
    codec_record_build_id(approved->by.high, approved->by.low, &record->by);
    for (uint32_t i = 0; i < approved->count; i++) {
        codec_ledger_build(&approved->transfers[i], &record->transfers[i]);
        record->transfers[i].at_ms = 0; /* it is the fact's */
        record->pointers[i] = &record->transfers[i];
    }
    record->wire.month = approved->period;
    record->wire.by = &record->by;
    record->wire.digest = approved->digest;
    record->wire.n_transfers = approved->count;
    record->wire.transfers = record->pointers;
}

const char *codec_settlement_read_approved(const Commonwheel__V1__FactApproved *wire,
                                           struct fact_approved *approved)
{
    const char *why = NULL;
    if (!read_person(wire->by, &approved->by))
        return "settlement_approved.by: required";
    if (wire->n_transfers > SETTLEMENT_TRANSFERS_MAX)
        return "settlement_approved.transfers: must be at most 21";
    approved->period = wire->month;
    approved->digest = wire->digest;
    approved->count = (uint32_t)wire->n_transfers;
    for (uint32_t i = 0; i < approved->count && why == NULL; i++)
        why = codec_ledger_read(wire->transfers[i], &approved->transfers[i]);
    return why;
}

void codec_settlement_build_snapshot(const struct settlement_books *books,
                                     struct codec_settlement_snapshot *record)
{
    Commonwheel__V1__FactSnapshotPeriod *wire = &record->wire;
    *wire = (Commonwheel__V1__FactSnapshotPeriod)COMMONWHEEL__V1__FACT_SNAPSHOT_PERIOD__INIT;
    memcpy(record->balances, books->balances, sizeof record->balances);
    wire->month = books->period;
    wire->first_transfer_id = books->first_transfer;
    wire->transfer_count = books->transfer_count;
    wire->hash = books->hash;
    wire->n_balances_pence = LEDGER_SERVICE_COUNT;
    wire->balances_pence = record->balances;
    if (books->outcome.digest == 0)
        return;
    codec_settlement_build_outcome(&books->outcome, &record->outcome);
    codec_record_build_id(books->proposed_by.high, books->proposed_by.low, &record->proposed_by);
    wire->outcome = &record->outcome.wire;
    wire->proposed_by = &record->proposed_by;
    wire->proposed_ms = books->proposed_ms;
    if (!books->settled)
        return;
    codec_record_build_id(books->approved_by.high, books->approved_by.low, &record->approved_by);
    wire->settled = true;
    wire->approved_by = &record->approved_by;
    wire->settled_ms = books->settled_ms;
}

static const char *read_people(const Commonwheel__V1__FactSnapshotPeriod *wire,
                               struct settlement_books *books)
{
    if (wire->outcome == NULL)
        return wire->settled ? "outcome: required of a month that is settled" : NULL;
    if (wire->proposed_ms < 0 || wire->settled_ms < 0)
        return "proposed_ms, settled_ms: must be 0 or more";
    if (wire->proposed_ms < 0 || wire->settled_ms < 0)
        return "proposed_ms, settled_ms: must be 0 or more";
    books->proposed_ms = wire->proposed_ms;
    if (!read_person(wire->proposed_by, &books->proposed_by))
        return "proposed_by: required with an outcome";
    books->settled = wire->settled;
    if (wire->settled) {
        books->settled_ms = wire->settled_ms;
        if (!read_person(wire->approved_by, &books->approved_by))
            return "approved_by: required of a month that is settled";
    }
    return codec_settlement_read_outcome(wire->outcome, &books->outcome);
}

const char *codec_settlement_read_snapshot(const Commonwheel__V1__FactSnapshotPeriod *wire,
                                           struct settlement_books *books)
{
    /* A later release may know more accounts. */
    if (wire->n_balances_pence > LEDGER_SERVICE_COUNT)
        return "balances_pence: of accounts that this release does not know";
    for (size_t i = 0; i < wire->n_balances_pence; i++) {
        if (!is_sum(wire->balances_pence[i]))
            return "balances_pence: out of range";
        books->balances[i] = wire->balances_pence[i];
    }
    books->period = wire->month;
    books->first_transfer = wire->first_transfer_id;
    books->transfer_count = wire->transfer_count;
    books->hash = wire->hash;
    return read_people(wire, books);
}
