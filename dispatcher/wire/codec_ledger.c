/* Transfers as journals, snapshots and lists hold them. */
#include "wire/codec_ledger.h"

#include "wire/codec_part.h"

#define RIDERS_OF_BEFORE 16

uint32_t codec_ledger_account_of_before(uint32_t account)
{
    const uint32_t moved = LEDGER_RIDERS - RIDERS_OF_BEFORE;
    if (account < RIDERS_OF_BEFORE)
        return account;
    return account <= UINT32_MAX - moved ? account + moved : UINT32_MAX;
}

void codec_ledger_build(const struct ledger_transfer *transfer,
                        Commonwheel__V1__LedgerTransfer *wire)
{
    CHECK(transfer->id != 0 && codec_part_is_amount(transfer->amount_pence));
    CHECK(transfer->kind >= LEDGER_MOVE && transfer->kind <= LEDGER_EXPIRE);
    CHECK(transfer->debit != transfer->credit);
    *wire = (Commonwheel__V1__LedgerTransfer)COMMONWHEEL__V1__LEDGER_TRANSFER__INIT;
    wire->transfer_id = transfer->id;
    wire->pending_id = transfer->pending;
    wire->ride_id = transfer->ride;
    wire->debit = transfer->debit;
    wire->credit = transfer->credit;
    wire->amount_pence = transfer->amount_pence;
    wire->kind = (Commonwheel__V1__LedgerKind)transfer->kind;
    wire->policy = transfer->policy;
    wire->refers_to = transfer->refers;
    wire->expires_ms = transfer->expires_ms;
    wire->at_ms = transfer->at_ms;
    wire->area = transfer->area;
    wire->linked = transfer->linked;
}

const char *codec_ledger_read(const Commonwheel__V1__LedgerTransfer *wire,
                              struct ledger_transfer *transfer)
{
    if (wire == NULL || wire->transfer_id == 0)
        return "transfer_id: must be 1 or more";
    if ((int)wire->kind < LEDGER_MOVE || (int)wire->kind > LEDGER_EXPIRE)
        return "transfer.kind: unknown";
    if (!codec_part_is_amount(wire->amount_pence))
        return "transfer.amount_pence: not an amount";
    if (wire->expires_ms < 0 || wire->at_ms < 0)
        return "transfer.expires_ms, at_ms: must be 0 or more";
    if (wire->debit == wire->credit && wire->debit_account == wire->credit_account)
        return "transfer.debit, credit: must be two accounts";
    const bool is_of_before = wire->debit == wire->credit; /* none of both was written */
    *transfer = (struct ledger_transfer){
        .id = wire->transfer_id,
        .pending = wire->pending_id,
        .ride = wire->ride_id,
        .debit = is_of_before ? codec_ledger_account_of_before(wire->debit_account) : wire->debit,
        .credit =
            is_of_before ? codec_ledger_account_of_before(wire->credit_account) : wire->credit,
        .amount_pence = wire->amount_pence,
        .kind = (enum ledger_kind)wire->kind,
        .policy = wire->policy,
        .refers = wire->refers_to,
        .expires_ms = wire->expires_ms,
        .at_ms = wire->at_ms,
        .area = wire->area,
        .linked = wire->linked,
    };
    return NULL;
}

void codec_ledger_build_group(const struct fact_transfers *transfers,
                              struct codec_ledger_group *group)
{
    CHECK(transfers->count >= 2 && transfers->count <= LEDGER_GROUP_MAX);
    group->wire = (Commonwheel__V1__FactTransfers)COMMONWHEEL__V1__FACT_TRANSFERS__INIT;
    for (uint32_t i = 0; i < transfers->count; i++) {
        codec_ledger_build(&transfers->transfers[i], &group->transfers[i]);
        group->pointers[i] = &group->transfers[i];
    }
    group->wire.n_transfers = transfers->count;
    group->wire.transfers = group->pointers;
}

const char *codec_ledger_read_group(const Commonwheel__V1__FactTransfers *wire,
                                    struct fact_transfers *transfers)
{
    if (wire->n_transfers < 2 || wire->n_transfers > LEDGER_GROUP_MAX)
        return "transfers: must be 2 to 21";
    transfers->count = (uint32_t)wire->n_transfers;
    for (uint32_t i = 0; i < transfers->count; i++) {
        const char *why = codec_ledger_read(wire->transfers[i], &transfers->transfers[i]);
        if (why != NULL)
            return why;
    }
    return NULL;
}
