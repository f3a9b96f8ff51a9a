/* Transfers of the ledger, each way; for wire/ alone. As in wire/codec_record.h, builders fill what
 * readers accept, and readers give NULL or a sentence that begins with the field's name. */
#ifndef WIRE_CODEC_LEDGER_H
#define WIRE_CODEC_LEDGER_H

#include "commonwheel/v1/fact.pb-c.h"
#include "core/fact.h"

struct codec_ledger_group {
    Commonwheel__V1__FactTransfers wire;
    Commonwheel__V1__LedgerTransfer transfers[LEDGER_GROUP_MAX];
    Commonwheel__V1__LedgerTransfer *pointers[LEDGER_GROUP_MAX];
};

/* With its at_ms, where that is not 0. */
void codec_ledger_build(const struct ledger_transfer *transfer,
                        Commonwheel__V1__LedgerTransfer *wire);
MUST_CHECK const char *codec_ledger_read(const Commonwheel__V1__LedgerTransfer *wire,
                                         struct ledger_transfer *transfer);

void codec_ledger_build_group(const struct fact_transfers *transfers,
                              struct codec_ledger_group *group);
MUST_CHECK const char *codec_ledger_read_group(const Commonwheel__V1__FactTransfers *wire,
                                               struct fact_transfers *transfers);

/* The account's number today of one in a record of before, where riders' accounts began at 16. */
uint32_t codec_ledger_account_of_before(uint32_t account);

#endif
