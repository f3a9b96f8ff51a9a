#include "wire/codec_client_money.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sample.h"

static const struct codec_call *find(const char *path)
{
    const struct codec_call *call = codec_call_find(path, strlen(path));
    cr_assert_not_null(call, "%s", path);
    return call;
}

/* Encoded, read and encoded again they are the same bytes, but for a receipt's lines. */
Test(codec_client_money, reads_what_the_dispatcher_writes)
{
    static const struct {
        const char *path;
        enum message_kind kind;
    } rows[] = {
        {"/commonwheel.v1.FinanceService/RefundRide", MESSAGE_REFUND_MADE},
        {"/commonwheel.v1.OperatorService/SetRiderClass", MESSAGE_RIDER_CLASS},
        {"/commonwheel.v1.RiderService/GetCapStatus", MESSAGE_CAP_STATUS},
        {"/commonwheel.v1.FinanceService/GetReceipt", MESSAGE_RECEIPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct codec_call *call = find(rows[i].path);
        struct message message = sample_message(rows[i].kind);
        struct message read = {.kind = MESSAGE_NONE};
        uint8_t once[CODEC_REPLY_MAX];
        uint8_t twice[CODEC_REPLY_MAX];
        size_t once_size = 0;
        size_t twice_size = 0;
        if (rows[i].kind == MESSAGE_RECEIPT) {
            message.receipt.bill.refund_count = 0; /* they are read as one */
            message.receipt.bill.refunded_pence = 0;
            message.receipt.direct_m = message.receipt.direct_ms = 0; /* in the lines alone */
        }
        cr_assert_eq(call->encode(&message, once, &once_size), CODEC_REPLY_LAST);
        const char *why = codec_client_response(call, once, once_size, &read);
        cr_assert_null(why, "%s: %s", rows[i].path, why);
        cr_assert_eq(read.kind, rows[i].kind);
        cr_assert_eq(call->encode(&read, twice, &twice_size), CODEC_REPLY_LAST);
        cr_expect(once_size == twice_size && memcmp(once, twice, once_size) == 0, "%s",
                  rows[i].path);
    }
}

static size_t parts(const char *path, const enum message_kind *kinds, size_t count, uint8_t *bytes)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct message message = sample_message(kinds[i]);
        size_t size = 0;
        cr_assert_neq(find(path)->encode(&message, bytes + used, &size), CODEC_REPLY_NONE);
        used += size;
    }
    return used;
}

Test(codec_client_money, reads_lists)
{
    static uint8_t bytes[50 * CODEC_REPLY_MAX];
    static struct receipt_view receipts[LIST_PAGE_MAX];
    struct account_view accounts[CODEC_CLIENT_ACCOUNTS_MAX];
    struct message_balance_end balance;
    struct transfer_view transfers[LIST_PAGE_MAX];
    struct message_transfers_end transfers_end;
    struct message_receipts_end receipts_end;
    uint32_t count = 0;
    const enum message_kind account[] = {MESSAGE_ACCOUNT, MESSAGE_BALANCE_END};
    size_t size = parts("/commonwheel.v1.FinanceService/TrialBalance", account, 2, bytes);
    cr_assert_null(codec_client_money_balance(bytes, size, accounts, &count, &balance));
    cr_expect(count == 1 && accounts[0].account == LEDGER_RIDERS);
    cr_expect(accounts[0].content.debits_posted == 200 && balance.difference_pence == -1);
    const enum message_kind transfer[] = {MESSAGE_TRANSFER, MESSAGE_TRANSFER,
                                          MESSAGE_TRANSFERS_END};
    size = parts("/commonwheel.v1.FinanceService/ListTransfers", transfer, 3, bytes);
    cr_assert_null(codec_client_money_transfers(bytes, size, transfers, &count, &transfers_end));
    cr_expect(count == 2 && transfers[1].transfer.amount_pence == 270 &&
              transfers_end.next_after == 12);
    enum message_kind page[22]; /* 20, as codec_client_money.h promises */
    for (size_t i = 0; i < 20; i++)
        page[i] = MESSAGE_RECEIPT;
    page[20] = MESSAGE_STATEMENT;
    page[21] = MESSAGE_RECEIPTS_END;
    size = parts("/commonwheel.v1.RiderService/ListReceipts", page, 22, bytes);
    const char *why = codec_client_money_receipts(bytes, size, receipts, &count, &receipts_end);
    cr_assert_null(why, "%s", why);
    cr_expect(count == 20 && receipts[19].paid_pence == 140);
    cr_expect(receipts[19].bill.refunds[0].adjusted_pence == 5);
    cr_expect(receipts_end.next_after.value == 300 && receipts_end.remembered_ms > 0);
    cr_expect_not_null(
        codec_client_money_receipts(bytes, size - 1, receipts, &count, &receipts_end));
}
