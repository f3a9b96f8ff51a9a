/* Lists are built in parts, as those of OperatorService are. */
#include "wire/codec_finance.h"

#include <string.h>

#include "base/utf8.h"
#include "commonwheel/v1/finance.pb-c.h"
#include "wire/codec_ledger.h"
#include "wire/codec_memory.h"
#include "wire/codec_part.h"
#include "wire/codec_policy.h"
#include "wire/codec_uuid.h"

#define REFUND_KEY_FIELD    4
#define REFUND_REASON_FIELD 5
#define LIST_TOKEN_FIELD    2

static const char *read_amount(const Commonwheel__V1__RefundRideRequest *wire,
                               struct event_refund *refund)
{
    switch (wire->amount_case) {
    case COMMONWHEEL__V1__REFUND_RIDE_REQUEST__AMOUNT_ALL:
        refund->all = true;
        return wire->all ? NULL : "all: must be true, where it is given";
    case COMMONWHEEL__V1__REFUND_RIDE_REQUEST__AMOUNT_PENCE:
        refund->pence = wire->pence;
        return wire->pence >= 1 && wire->pence <= PENCE_MAX ? NULL : "pence: must be 1 to 2^48";
    default:
        return "amount: pence or all must be given";
    }
}

const char *codec_finance_refund(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__refund_ride_request__descriptor, bytes, size,
                            CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__RefundRideRequest *wire =
        (const Commonwheel__V1__RefundRideRequest *)message;
    struct event read = {.kind = EVENT_REFUND_RIDE,
                         .refund = {.by = caller->rider, .ride = {wire->ride_id}}};
    if (wire->ride_id == 0)
        return "ride_id: must be 1 or more";
    why = read_amount(wire, &read.refund);
    if (why != NULL)
        return why;
    size_t length = 0;
    const char *text = (const char *)codec_memory_field(bytes, size, REFUND_KEY_FIELD, &length);
    if (!codec_uuid_read(text, length, &read.refund.key))
        return "key: must be a UUID, not the nil one";
    text = (const char *)codec_memory_field(bytes, size, REFUND_REASON_FIELD, &length);
    if (length < 1 || length >= REFUND_REASON_MAX || !utf8_is_text(text, length))
        return "reason: must be 1 to 120 bytes of text";
    memcpy(read.refund.reason, text, length);
    *event = read;
    return NULL;
}

_Static_assert(REFUND_REASON_MAX == 121, "finance.proto and the sentence above say 120");
_Static_assert(REFUNDS_MAX == 4, "finance.proto says four");

const char *codec_finance_balance(const uint8_t *bytes, size_t size,
                                  const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__trial_balance_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why == NULL)
        *event = (struct event){.kind = EVENT_TRIAL_BALANCE};
    return why;
}

bool codec_finance_read_token(const uint8_t *text, size_t length, uint64_t *after)
{
    uint64_t value = 0;
    if (length > CODEC_FINANCE_TOKEN_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        const uint64_t digit = (uint64_t)text[i] - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *after = value;
    return true;
}

void codec_finance_write_token(uint64_t after, char text[CODEC_FINANCE_TOKEN_MAX + 1])
{
    size_t length = 0;
    for (uint64_t rest = after; rest > 0; rest /= 10)
        length++;
    text[length] = '\0';
    for (; after > 0; after /= 10)
        text[--length] = (char)('0' + after % 10);
}

const char *codec_finance_transfers(const uint8_t *bytes, size_t size,
                                    const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__list_transfers_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__ListTransfersRequest *wire =
        (const Commonwheel__V1__ListTransfersRequest *)message;
    size_t length = 0;
    uint64_t after = 0;
    const uint8_t *token = codec_memory_field(bytes, size, LIST_TOKEN_FIELD, &length);
    if (wire->page_size > LIST_PAGE_MAX)
        return "page_size: must be 0 to 100";
    if (!codec_finance_read_token(token, length, &after))
        return "page_token: must be empty or the next_page_token of a page before";
    *event = (struct event){
        .kind = EVENT_LIST_TRANSFERS,
        .transfers = {.after = after,
                      .limit = wire->page_size == 0 ? LIST_PAGE_MAX : wire->page_size,
                      .ride = {wire->ride_id}},
    };
    return NULL;
}

enum codec_reply codec_finance_refunded(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__RefundRideResponse response = COMMONWHEEL__V1__REFUND_RIDE_RESPONSE__INIT;
    const struct refund_view *view = &message->refund;
    *size = 0;
    if (message->kind != MESSAGE_REFUND_MADE)
        return CODEC_REPLY_NONE;
    response.ride_id = view->ride.value;
    response.paid_pence = view->paid_pence;
    response.refund_pence = view->refund_pence;
    response.adjusted_pence = view->adjusted_pence;
    response.returned_pence = view->returned_pence;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

char *codec_finance_name(uint32_t account, char name[CHART_TEXT_MAX])
{
    const char *text = chart_text(account);
    const size_t length = strlen(text);
    CHECK(length < CHART_TEXT_MAX);
    memcpy(name, text, length + 1);
    return name;
}

enum codec_reply codec_finance_balanced(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__TrialBalanceResponse response = COMMONWHEEL__V1__TRIAL_BALANCE_RESPONSE__INIT;
    Commonwheel__V1__AccountBalance wire = COMMONWHEEL__V1__ACCOUNT_BALANCE__INIT;
    Commonwheel__V1__AccountBalance *accounts[1] = {&wire};
    const struct account_view *view = &message->account;
    char name[CHART_TEXT_MAX];
    char policy_hash[CODEC_POLICY_HASH_MAX];
    *size = 0;
    if (message->kind == MESSAGE_BALANCE_END) {
        codec_policy_write_hash(&message->balance_end.policy, policy_hash);
        response.policy_id = (char *)(uintptr_t)message->balance_end.policy.id;
        response.policy_hash = policy_hash;
        response.last_seq = message->balance_end.last_seq;
        response.difference_pence = message->balance_end.difference_pence;
        *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
        return CODEC_REPLY_LAST;
    }
    if (message->kind != MESSAGE_ACCOUNT)
        return CODEC_REPLY_NONE;
    wire.account = view->account;
    wire.name = codec_finance_name(view->account, name);
    wire.debits_pence = view->content.debits_posted;
    wire.credits_pence = view->content.credits_posted;
    wire.debits_pending_pence = view->content.debits_pending;
    wire.credits_pending_pence = view->content.credits_pending;
    response.n_accounts = 1;
    response.accounts = accounts;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_PART;
}

enum codec_reply codec_finance_listed(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListTransfersResponse response =
        COMMONWHEEL__V1__LIST_TRANSFERS_RESPONSE__INIT;
    Commonwheel__V1__Transfer wire = COMMONWHEEL__V1__TRANSFER__INIT;
    Commonwheel__V1__Transfer *transfers[1] = {&wire};
    Commonwheel__V1__LedgerTransfer content;
    const struct transfer_view *view = &message->transfer;
    char token[CODEC_FINANCE_TOKEN_MAX + 1];
    char debit[CHART_TEXT_MAX];
    char credit[CHART_TEXT_MAX];
    *size = 0;
    if (message->kind == MESSAGE_TRANSFERS_END) {
        codec_finance_write_token(message->transfers_end.next_after, token);
        response.next_page_token = token;
        *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
        return CODEC_REPLY_LAST;
    }
    if (message->kind != MESSAGE_TRANSFER)
        return CODEC_REPLY_NONE;
    codec_ledger_build(&view->transfer, &content);
    wire.content = &content;
    wire.hold_state = (Commonwheel__V1__HoldState)view->state;
    wire.debit_name = codec_finance_name(view->transfer.debit, debit);
    wire.credit_name = codec_finance_name(view->transfer.credit, credit);
    wire.policy_id = (char *)(uintptr_t)view->policy.id;
    response.n_transfers = 1;
    response.transfers = transfers;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_PART;
}
