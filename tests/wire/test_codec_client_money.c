#include "wire/codec_client_money.h"

#include <criterion/criterion.h>
#include <string.h>

#include "commonwheel/v1/rider.pb-c.h"
#include "sample.h"

static const struct codec_call *find(const char *path)
{
    const struct codec_call *call = codec_call_find(path, strlen(path));
    cr_assert_not_null(call, "%s", path);
    return call;
}

/* Written, read by the dispatcher and written again, they are the same bytes. */
Test(codec_client_money, asks_for_what_the_dispatcher_reads)
{
    static const struct {
        const char *path;
        enum event_kind kind;
    } rows[] = {
        {"/commonwheel.v1.FinanceService/RefundRide", EVENT_REFUND_RIDE},
        {"/commonwheel.v1.FinanceService/TrialBalance", EVENT_TRIAL_BALANCE},
        {"/commonwheel.v1.FinanceService/ListTransfers", EVENT_LIST_TRANSFERS},
        {"/commonwheel.v1.FinanceService/GetReceipt", EVENT_GET_RECEIPT},
        {"/commonwheel.v1.FinanceService/RecordPayment", EVENT_RECORD_PAYMENT},
        {"/commonwheel.v1.FinanceService/ListPayments", EVENT_LIST_PAYMENTS},
        {"/commonwheel.v1.OperatorService/SetRiderClass", EVENT_SET_RIDER_CLASS},
        {"/commonwheel.v1.RiderService/GetCapStatus", EVENT_GET_CAP_STATUS},
        {"/commonwheel.v1.RiderService/ListReceipts", EVENT_LIST_RECEIPTS},
        {"/commonwheel.v1.RiderService/SetUpPayment", EVENT_SET_UP_PAYMENT},
        {"/commonwheel.v1.RiderService/EndPayment", EVENT_END_PAYMENT},
        {"/commonwheel.v1.RiderService/GetPaymentStatus", EVENT_GET_PAYMENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct codec_caller caller = {.rider = SAMPLE_RIDER};
        const struct event event = sample_event(rows[i].kind);
        struct event read = {.kind = EVENT_NONE};
        uint8_t once[CODEC_REQUEST_MAX];
        uint8_t twice[CODEC_REQUEST_MAX];
        size_t once_size = 0;
        size_t twice_size = 0;
        cr_assert(codec_client_request(&event, once, &once_size), "%s", rows[i].path);
        const char *why = find(rows[i].path)->decode(once, once_size, &caller, &read);
        cr_assert_null(why, "%s: %s", rows[i].path, why);
        cr_expect_eq(read.kind, rows[i].kind, "%s", rows[i].path);
        cr_assert(codec_client_request(&read, twice, &twice_size));
        cr_expect(once_size == twice_size && memcmp(once, twice, once_size) == 0, "%s",
                  rows[i].path);
    }
}

/* What the dispatcher makes of a page asked for is what was asked. */
Test(codec_client_money, asks_for_pages_of_lists)
{
    const struct codec_caller caller = {.rider = SAMPLE_RIDER};
    uint8_t bytes[CODEC_REQUEST_MAX];
    size_t size = 0;
    struct event read;
    struct event event = sample_event(EVENT_LIST_TRANSFERS);
    cr_assert(codec_client_request(&event, bytes, &size));
    const struct codec_call *call = find("/commonwheel.v1.FinanceService/ListTransfers");
    cr_assert_null(call->decode(bytes, size, &caller, &read));
    cr_expect(read.transfers.after == 70000 && read.transfers.limit == 7 &&
              read.transfers.ride.value == 300);
    event = sample_event(EVENT_LIST_PAYMENTS);
    cr_assert(codec_client_request(&event, bytes, &size));
    call = find("/commonwheel.v1.FinanceService/ListPayments");
    cr_assert_null(call->decode(bytes, size, &caller, &read));
    cr_expect(read.list.after == 300 && read.list.limit == 7);
    event = sample_event(EVENT_RECORD_PAYMENT);
    cr_assert(codec_client_request(&event, bytes, &size));
    call = find("/commonwheel.v1.FinanceService/RecordPayment");
    cr_assert_null(call->decode(bytes, size, &caller, &read));
    cr_expect_eq(memcmp(&read.record_payment, &event.record_payment, sizeof read.record_payment),
                 0);
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
        {"/commonwheel.v1.FinanceService/RecordPayment", MESSAGE_PAYMENT},
        {"/commonwheel.v1.RiderService/SetUpPayment", MESSAGE_PAYMENT},
        {"/commonwheel.v1.RiderService/EndPayment", MESSAGE_PAYMENT},
        {"/commonwheel.v1.RiderService/GetPaymentStatus", MESSAGE_PAYMENT},
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
    cr_expect_str_eq(balance.policy.id, "2026-27");
    const enum message_kind transfer[] = {MESSAGE_TRANSFER, MESSAGE_TRANSFER,
                                          MESSAGE_TRANSFERS_END};
    size = parts("/commonwheel.v1.FinanceService/ListTransfers", transfer, 3, bytes);
    cr_assert_null(codec_client_money_transfers(bytes, size, transfers, &count, &transfers_end));
    cr_expect(count == 2 && transfers[1].transfer.amount_pence == 270 &&
              transfers_end.next_after == 12);
    cr_expect_str_eq(transfers[1].policy.id, "2026-27");
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
    cr_expect_str_eq(receipts[19].class_name, "child");
    cr_expect_str_eq(receipts[19].scheme_name, "Older people");
    cr_expect(receipts_end.next_after.value == 300 && receipts_end.remembered_ms > 0);
    cr_expect_not_null(
        codec_client_money_receipts(bytes, size - 1, receipts, &count, &receipts_end));
}

Test(codec_client_money, reads_how_riders_pay)
{
    static uint8_t bytes[3 * CODEC_REPLY_MAX];
    struct payment_view payments[LIST_PAGE_MAX];
    struct message_list_end end;
    uint32_t count = 0;
    const enum message_kind page[] = {MESSAGE_PAYMENT, MESSAGE_PAYMENT, MESSAGE_LIST_END};
    const size_t size = parts("/commonwheel.v1.FinanceService/ListPayments", page, 3, bytes);
    const char *why = codec_client_money_payments(bytes, size, payments, &count, &end);
    cr_assert_null(why, "%s", why);
    cr_expect(count == 2 && payments[1].account == LEDGER_RIDERS + 5);
    cr_expect(payments[1].owed_pence == -30 && payments[1].is_agreed);
    cr_expect(payments[1].last.state == PAYMENT_FAILED && payments[1].last.amount_pence == 420);
    cr_expect_str_eq(payments[1].last.code, "P0010");
    cr_expect_str_eq(payments[1].url, "https://pay.example/7");
    cr_expect_eq(end.next_after, sample_message(MESSAGE_LIST_END).list_end.next_after);
    count = 77;
    cr_expect_not_null(codec_client_money_payments(bytes, size - 1, payments, &count, &end));
    cr_expect_eq(count, 77);
}

/* A dispatcher that is no dispatcher: nothing it says leads out of an array. */
Test(codec_client_money, refuses_what_does_not_fit)
{
    static char url[PAYMENT_URL_MAX + 1];
    static char code[PAYMENT_CODE_MAX + 1];
    uint8_t many[2 * (LIST_PAGE_MAX + 1)];
    struct payment_view payments[LIST_PAGE_MAX];
    struct message_list_end end;
    uint32_t count = 0;
    memset(url, 'u', PAYMENT_URL_MAX);
    memset(code, 'c', PAYMENT_CODE_MAX);
    const struct {
        enum payment_kind kind;
        enum payment_state state;
        int64_t owed_pence;
        int64_t amount_pence;
        char *code;
        char *url;
    } rows[] = {
        {PAYMENT_KIND_COUNT, 0, 0, 0, "", ""},
        {0, PAYMENT_STATE_COUNT, 0, 0, "", ""},
        {0, 0, INT64_MIN, 0, "", ""},
        {0, 0, 0, -1, "", ""},
        {0, 0, 0, INT64_MAX, "", ""},
        {0, 0, 0, 0, code, ""},
        {0, 0, 0, 0, "", url},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Commonwheel__V1__GetPaymentStatusResponse wire =
            COMMONWHEEL__V1__GET_PAYMENT_STATUS_RESPONSE__INIT;
        Commonwheel__V1__Payment payment = COMMONWHEEL__V1__PAYMENT__INIT;
        uint8_t bytes[CODEC_REPLY_MAX];
        struct message read = {.kind = MESSAGE_NONE};
        payment.kind = (Commonwheel__V1__PaymentKind)rows[i].kind;
        payment.state = (Commonwheel__V1__PaymentState)rows[i].state;
        payment.owed_pence = rows[i].owed_pence;
        payment.amount_pence = rows[i].amount_pence;
        payment.code = rows[i].code;
        payment.url = rows[i].url;
        wire.payment = &payment;
        const size_t size = commonwheel__v1__get_payment_status_response__pack(&wire, bytes);
        cr_expect_not_null(
            codec_client_response(find("/commonwheel.v1.RiderService/GetPaymentStatus"), bytes,
                                  size, &read),
            "row %zu", i);
        cr_expect_eq(read.kind, MESSAGE_NONE);
    }
    for (size_t i = 0; i < sizeof many; i += 2)
        memcpy(many + i, "\x0a", 2); /* a payment without a field */
    cr_expect_null(codec_client_money_payments(many, sizeof many - 2, payments, &count, &end));
    cr_expect_eq(count, LIST_PAGE_MAX);
    cr_expect_str_eq(codec_client_money_payments(many, sizeof many, payments, &count, &end),
                     "list: too many in one page");
    /* A position of a list of riders has 32 bits. */
    cr_expect_str_eq(codec_client_money_payments((const uint8_t *)"\x12\x0a"
                                                                  "4294967296",
                                                 12, payments, &count, &end),
                     "next_page_token: not a token");
}
