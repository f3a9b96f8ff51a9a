/* The calls about money as a program, for whole-system tests, which send the bytes with curl:
 *
 *     teller ask CALL [ARGUMENT ...]   the request's bytes
 *     teller read CALL <RESPONSE       a line for each thing in it, as NAME VALUE ...
 *
 * Asked are RefundRide RIDE PENCE|all KEY, GetReceipt RIDE, and without arguments ListReceipts,
 * ListTransfers, GetCapStatus and TrialBalance. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chart.h"
#include "wire/codec_client_money.h"
#include "wire/codec_uuid.h"

#define RECEIPTS_A_PAGE    20
#define RESPONSE_BYTES     65536
#define FINANCE            "/commonwheel.v1.FinanceService/"
#define RIDER              "/commonwheel.v1.RiderService/"
#define fits(name, wanted) (strcmp((name), (wanted)) == 0)

static int complain(const char *what)
{
    fprintf(stderr, "teller: %s\n", what);
    return 1;
}

/* ---- What is asked ---- */

static bool make_refund(struct event_refund *refund, char **arguments)
{
    refund->ride.value = strtoull(arguments[0], NULL, 10);
    refund->all = fits(arguments[1], "all");
    refund->pence = refund->all ? 0 : strtoll(arguments[1], NULL, 10);
    snprintf(refund->reason, sizeof refund->reason, "a test");
    return codec_uuid_read(arguments[2], strlen(arguments[2]), &refund->key);
}

static bool make_event(const char *call, char **arguments, int count, struct event *event)
{
    if (fits(call, "RefundRide") && count == 3) {
        event->kind = EVENT_REFUND_RIDE;
        return make_refund(&event->refund, arguments);
    }
    if (fits(call, "GetReceipt") && count == 1) {
        event->kind = EVENT_GET_RECEIPT;
        event->ride.ride.value = strtoull(arguments[0], NULL, 10);
        return true;
    }
    if (fits(call, "ListReceipts")) {
        event->kind = EVENT_LIST_RECEIPTS;
        event->receipts.limit = RECEIPTS_A_PAGE;
    } else if (fits(call, "ListTransfers")) {
        event->kind = EVENT_LIST_TRANSFERS;
        event->transfers.limit = LIST_PAGE_MAX;
    } else if (fits(call, "GetCapStatus")) {
        event->kind = EVENT_GET_CAP_STATUS;
    } else if (fits(call, "TrialBalance")) {
        event->kind = EVENT_TRIAL_BALANCE;
    }
    return event->kind != EVENT_NONE && count == 0;
}

static int ask(const char *call, char **arguments, int count)
{
    struct event event = {.kind = EVENT_NONE};
    uint8_t bytes[CODEC_REQUEST_MAX];
    size_t size = 0;
    if (!make_event(call, arguments, count, &event) ||
        !codec_client_request(&event, bytes, &size)) {
        return complain("cannot ask that");
    }
    return fwrite(bytes, 1, size, stdout) == size ? 0 : complain("cannot write");
}

/* ---- What was answered ---- */

static void print_receipt(const struct receipt_view *receipt)
{
    printf("receipt %" PRIu64 " charged %" PRId64 " paid %" PRId64 " vat %" PRId64
           " refunded %" PRId64 "\n",
           receipt->ride.value, receipt->charged_pence, receipt->paid_pence, receipt->vat_pence,
           receipt->bill.refunded_pence);
}

static void print_message(const struct message *message)
{
    const struct refund_view *refund = &message->refund;
    const struct caps_status *caps = &message->cap_status.caps;
    if (message->kind == MESSAGE_REFUND_MADE) {
        printf("refund %" PRIu64 " refund %" PRId64 " returned %" PRId64 "\n", refund->ride.value,
               refund->refund_pence, refund->returned_pence);
    } else if (message->kind == MESSAGE_CAP_STATUS) {
        printf("day spent %" PRId64 " cap %" PRId64 " left %" PRId64 "\n", caps->day_spent_pence,
               caps->day_cap_pence, caps->day_left_pence);
        printf("week spent %" PRId64 " cap %" PRId64 " left %" PRId64 "\n", caps->week_spent_pence,
               caps->week_cap_pence, caps->week_left_pence);
    } else if (message->kind == MESSAGE_RECEIPT) {
        print_receipt(&message->receipt);
    }
}

static const char *read_one(const char *call, const uint8_t *bytes, size_t size)
{
    char path[128];
    struct message message;
    snprintf(path, sizeof path, "%s%s", fits(call, "GetCapStatus") ? RIDER : FINANCE, call);
    const struct codec_call *found = codec_call_find(path, strlen(path));
    if (found == NULL) {
        return "there is no such call";
    }
    const char *why = codec_client_response(found, bytes, size, &message);
    if (why == NULL) {
        print_message(&message);
    }
    return why;
}

static const char *read_receipts(const uint8_t *bytes, size_t size)
{
    static struct receipt_view receipts[LIST_PAGE_MAX];
    struct message_receipts_end end;
    uint32_t count = 0;
    const char *why = codec_client_money_receipts(bytes, size, receipts, &count, &end);
    for (uint32_t i = 0; why == NULL && i < count; i++) {
        print_receipt(&receipts[i]);
    }
    return why;
}

static const char *read_transfers(const uint8_t *bytes, size_t size)
{
    static struct transfer_view transfers[LIST_PAGE_MAX];
    struct message_transfers_end end;
    uint32_t count = 0;
    const char *why = codec_client_money_transfers(bytes, size, transfers, &count, &end);
    for (uint32_t i = 0; why == NULL && i < count; i++) {
        const struct ledger_transfer *transfer = &transfers[i].transfer;
        printf("transfer %" PRIu64 " ride %" PRIu64 " %s to %s %" PRId64 "\n", transfer->id,
               transfer->ride, chart_text(transfer->debit), chart_text(transfer->credit),
               transfer->amount_pence);
    }
    return why;
}

static const char *read_balance(const uint8_t *bytes, size_t size)
{
    struct account_view accounts[CODEC_CLIENT_ACCOUNTS_MAX];
    struct message_balance_end end;
    uint32_t count = 0;
    const char *why = codec_client_money_balance(bytes, size, accounts, &count, &end);
    for (uint32_t i = 0; why == NULL && i < count; i++) {
        const struct ledger_account *content = &accounts[i].content;
        printf("account %s debits %" PRId64 " credits %" PRId64 " pending %" PRId64 " %" PRId64
               "\n",
               chart_text(accounts[i].account), content->debits_posted, content->credits_posted,
               content->debits_pending, content->credits_pending);
    }
    if (why == NULL) {
        printf("difference %" PRId64 "\n", end.difference_pence);
    }
    return why;
}

static int read_response(const char *call)
{
    static uint8_t bytes[RESPONSE_BYTES];
    const size_t size = fread(bytes, 1, sizeof bytes, stdin);
    const char *why = fits(call, "ListReceipts")    ? read_receipts(bytes, size)
                      : fits(call, "ListTransfers") ? read_transfers(bytes, size)
                      : fits(call, "TrialBalance")  ? read_balance(bytes, size)
                                                    : read_one(call, bytes, size);
    return why == NULL ? 0 : complain(why);
}

int main(int argc, char **argv)
{
    if (argc >= 3 && fits(argv[1], "ask")) {
        return ask(argv[2], argv + 3, argc - 3);
    }
    if (argc == 3 && fits(argv[1], "read")) {
        return read_response(argv[2]);
    }
    return complain("ask or read");
}
