/* The end of a month: as records hold it, each way (for wire/ alone, as codec_record.h), and the
 * calls of FinanceService about it (wire/codec_call.h). */
#ifndef WIRE_CODEC_SETTLEMENT_H
#define WIRE_CODEC_SETTLEMENT_H

#include "commonwheel/v1/fact.pb-c.h"
#include "core/fact.h"
#include "wire/codec_call.h"

struct codec_settlement_outcome {
    Commonwheel__V1__SettlementOutcome wire;
    Commonwheel__V1__SettlementLine lines[POLICY_LINES_MAX];
    Commonwheel__V1__SettlementLine *pointers[POLICY_LINES_MAX];
    char names[POLICY_LINES_MAX][POLICY_ID_MAX];
};

void codec_settlement_build_outcome(const struct settlement_outcome *outcome,
                                    struct codec_settlement_outcome *record);
MUST_CHECK const char *codec_settlement_read_outcome(const Commonwheel__V1__SettlementOutcome *wire,
                                                     struct settlement_outcome *outcome);

struct codec_settlement_proposed {
    Commonwheel__V1__FactProposed wire;
    Commonwheel__V1__Id128 by;
    struct codec_settlement_outcome outcome;
};

void codec_settlement_build_proposed(const struct fact_proposed *proposed,
                                     struct codec_settlement_proposed *record);
MUST_CHECK const char *codec_settlement_read_proposed(const Commonwheel__V1__FactProposed *wire,
                                                      struct fact_proposed *proposed);

struct codec_settlement_approved {
    Commonwheel__V1__FactApproved wire;
    Commonwheel__V1__Id128 by;
    Commonwheel__V1__LedgerTransfer transfers[SETTLEMENT_TRANSFERS_MAX];
    Commonwheel__V1__LedgerTransfer *pointers[SETTLEMENT_TRANSFERS_MAX];
};

void codec_settlement_build_approved(const struct fact_approved *approved,
                                     struct codec_settlement_approved *record);
MUST_CHECK const char *codec_settlement_read_approved(const Commonwheel__V1__FactApproved *wire,
                                                      struct fact_approved *approved);

struct codec_settlement_snapshot {
    Commonwheel__V1__FactSnapshotPeriod wire;
    Commonwheel__V1__Id128 proposed_by;
    Commonwheel__V1__Id128 approved_by;
    struct codec_settlement_outcome outcome;
    int64_t balances[LEDGER_SERVICE_COUNT];
};

void codec_settlement_build_snapshot(const struct settlement_books *books,
                                     struct codec_settlement_snapshot *record);
MUST_CHECK const char *
codec_settlement_read_snapshot(const Commonwheel__V1__FactSnapshotPeriod *wire,
                               struct settlement_books *books);

#endif
