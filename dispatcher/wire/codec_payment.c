/* The core's enums of payments have the wire's values. */
#include "wire/codec_payment.h"

#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "commonwheel/v1/payment.pb-c.h"
#include "commonwheel/v1/rider.pb-c.h"
#include "wire/codec_memory.h"
#include "wire/codec_operator.h"

#define RECORD_REFERENCE_FIELD 3 /* of RecordPaymentRequest */
#define LIST_TOKEN_FIELD       2 /* of ListPaymentsRequest */

_Static_assert((int)PAYMENT_BILL == (int)COMMONWHEEL__V1__PAYMENT_KIND__PAYMENT_KIND_BILL &&
                   (int)PAYMENT_END == (int)COMMONWHEEL__V1__PAYMENT_KIND__PAYMENT_KIND_END &&
                   PAYMENT_KIND_COUNT == PAYMENT_END + 1,
               "values on the wire are for ever");
_Static_assert((int)PAYMENT_DUE == (int)COMMONWHEEL__V1__PAYMENT_STATE__PAYMENT_STATE_DUE &&
                   (int)PAYMENT_FAILED ==
                       (int)COMMONWHEEL__V1__PAYMENT_STATE__PAYMENT_STATE_FAILED &&
                   PAYMENT_STATE_COUNT == PAYMENT_FAILED + 1,
               "values on the wire are for ever");
_Static_assert(PAYMENT_BANK_MAX == 36, "finance.proto says 35");

/* Requests without a field. */
static const char *read_empty(const uint8_t *bytes, size_t size, enum event_kind kind,
                              const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__set_up_payment_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why == NULL)
        *event = (struct event){.kind = kind, .payer = caller->rider};
    return why;
}

const char *codec_payment_set_up(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    return read_empty(bytes, size, EVENT_SET_UP_PAYMENT, caller, event);
}

const char *codec_payment_end(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                              struct event *event)
{
    return read_empty(bytes, size, EVENT_END_PAYMENT, caller, event);
}

const char *codec_payment_get(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                              struct event *event)
{
    return read_empty(bytes, size, EVENT_GET_PAYMENT, caller, event);
}

const char *codec_payment_record(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__record_payment_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const Commonwheel__V1__RecordPaymentRequest *wire =
        (const Commonwheel__V1__RecordPaymentRequest *)message;
    struct event read = {.kind = EVENT_RECORD_PAYMENT};
    struct event_record_payment *record = &read.record_payment;
    size_t length = 0;
    const uint8_t *reference = codec_memory_field(bytes, size, RECORD_REFERENCE_FIELD, &length);
    if (wire->account < LEDGER_RIDERS)
        return "account: must be a rider's";
    if (wire->amount_pence < 1 || !codec_part_is_amount(wire->amount_pence))
        return "amount_pence: must be 1 or more, and an amount of pence";
    if (reference != NULL && length < PAYMENT_BANK_MAX)
        memcpy(record->bank_reference, reference, length);
    if (reference == NULL || length >= PAYMENT_BANK_MAX ||
        strlen(record->bank_reference) != length ||
        !payment_bank_valid(record->bank_reference, sizeof record->bank_reference))
        return "bank_reference: must be 1 to 35 printable ASCII characters, no space at an end";
    record->by = caller->rider;
    record->account = wire->account;
    record->amount_pence = wire->amount_pence;
    *event = read;
    return NULL;
}

const char *codec_payment_list(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                               struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__list_payments_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const uint32_t page = ((const Commonwheel__V1__ListPaymentsRequest *)message)->page_size;
    size_t length = 0;
    const uint8_t *token = codec_memory_field(bytes, size, LIST_TOKEN_FIELD, &length);
    uint32_t after = 0;
    if (page > LIST_PAGE_MAX)
        return "page_size: must be 0 to 100";
    if (!codec_operator_read_token(token, length, &after))
        return "page_token: must be empty or the next_page_token of a page before";
    *event = (struct event){
        .kind = EVENT_LIST_PAYMENTS,
        .list = {after, page == 0 ? LIST_PAGE_MAX : page},
    };
    return NULL;
}

struct payment_part {
    Commonwheel__V1__Payment wire;
    struct payment_view view; /* its texts */
};

static void build_payment(const struct payment_view *view, struct payment_part *part)
{
    Commonwheel__V1__Payment *wire = &part->wire;
    const struct payment *last = &view->last;
    *wire = (Commonwheel__V1__Payment)COMMONWHEEL__V1__PAYMENT__INIT;
    part->view = *view;
    wire->account = view->account;
    wire->owed_pence = view->owed_pence;
    wire->is_agreed = view->is_agreed;
    wire->payment_id = last->id;
    wire->kind = (Commonwheel__V1__PaymentKind)last->kind;
    wire->state = (Commonwheel__V1__PaymentState)last->state;
    wire->travel_day = last->travel_day;
    wire->amount_pence = last->amount_pence;
    wire->code = part->view.last.code;
    wire->url = part->view.url;
}

/* SetUpPaymentResponse, EndPaymentResponse, GetPaymentStatusResponse and RecordPaymentResponse have
 * the same single field. */
enum codec_reply codec_payment_shown(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__GetPaymentStatusResponse response =
        COMMONWHEEL__V1__GET_PAYMENT_STATUS_RESPONSE__INIT;
    struct payment_part part;
    *size = 0;
    if (message->kind != MESSAGE_PAYMENT)
        return CODEC_REPLY_NONE;
    build_payment(&message->payment, &part);
    response.payment = &part.wire;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

enum codec_reply codec_payment_listed(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListPaymentsResponse response = COMMONWHEEL__V1__LIST_PAYMENTS_RESPONSE__INIT;
    struct payment_part part;
    Commonwheel__V1__Payment *payments[1] = {&part.wire};
    char token[CODEC_OPERATOR_TOKEN_MAX + 1];
    *size = 0;
    if (message->kind == MESSAGE_PAYMENT) {
        build_payment(&message->payment, &part);
        response.n_payments = 1;
        response.payments = payments;
    } else if (message->kind == MESSAGE_LIST_END) {
        codec_operator_write_token(message->list_end.next_after, token);
        response.next_page_token = token;
    } else {
        return CODEC_REPLY_NONE;
    }
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return message->kind == MESSAGE_PAYMENT ? CODEC_REPLY_PART : CODEC_REPLY_LAST;
}

/* ---- Facts ---- */

/* A text of the wire into an array that is zeroed behind its end; false when it is too long. */
static bool read_text(const char *wire, char *text, size_t size)
{
    const size_t length = strlen(wire);
    if (length >= size)
        return false;
    memset(text, 0, size);
    memcpy(text, wire, length + 1);
    return true;
}

static bool is_kind(int kind)
{
    return kind >= PAYMENT_BILL && kind < PAYMENT_KIND_COUNT;
}

static bool is_state(int state)
{
    return state >= PAYMENT_DUE && state < PAYMENT_STATE_COUNT;
}

void codec_payment_build_due(const struct fact_payment_due *due, struct codec_payment_due *record)
{
    CHECK(due->payment != 0 && is_kind((int)due->kind));
    CHECK(codec_part_is_amount(due->amount_pence));
    record->wire = (Commonwheel__V1__FactPaymentDue)COMMONWHEEL__V1__FACT_PAYMENT_DUE__INIT;
    codec_record_build_id(due->rider.high, due->rider.low, &record->rider);
    record->wire.rider = &record->rider;
    record->wire.payment_id = due->payment;
    record->wire.kind = (Commonwheel__V1__PaymentKind)due->kind;
    record->wire.travel_day = due->travel_day;
    record->wire.amount_pence = due->amount_pence;
}

const char *codec_payment_read_due(const Commonwheel__V1__FactPaymentDue *wire,
                                   struct fact_payment_due *due)
{
    if (wire->rider == NULL || wire->payment_id == 0)
        return "rider, payment_id: required";
    if (!is_kind((int)wire->kind))
        return "kind: unknown";
    if (!codec_part_is_amount(wire->amount_pence))
        return "amount_pence: not an amount";
    *due = (struct fact_payment_due){
        .rider = {wire->rider->high, wire->rider->low},
        .payment = wire->payment_id,
        .kind = (enum payment_kind)wire->kind,
        .travel_day = wire->travel_day,
        .amount_pence = wire->amount_pence,
    };
    return NULL;
}

void codec_payment_build_changed(const struct fact_payment_changed *changed,
                                 struct codec_payment_changed *record)
{
    CHECK(changed->payment != 0 && is_state((int)changed->state));
    record->wire = (Commonwheel__V1__FactPaymentChanged)COMMONWHEEL__V1__FACT_PAYMENT_CHANGED__INIT;
    record->content = *changed;
    codec_record_build_id(changed->rider.high, changed->rider.low, &record->rider);
    record->wire.rider = &record->rider;
    record->wire.payment_id = changed->payment;
    record->wire.state = (Commonwheel__V1__PaymentState)changed->state;
    record->wire.reference = record->content.reference;
    record->wire.agreement = record->content.agreement;
    record->wire.code = record->content.code;
    record->wire.transfer_id = changed->transfer;
}

const char *codec_payment_read_changed(const Commonwheel__V1__FactPaymentChanged *wire,
                                       struct fact_payment_changed *changed)
{
    if (wire->rider == NULL || wire->payment_id == 0)
        return "rider, payment_id: required";
    if (!is_state((int)wire->state))
        return "state: unknown";
    if (!read_text(wire->reference, changed->reference, sizeof changed->reference) ||
        !read_text(wire->agreement, changed->agreement, sizeof changed->agreement) ||
        !read_text(wire->code, changed->code, sizeof changed->code))
        return "reference, agreement, code: too long";
    changed->rider = (struct rider_id){wire->rider->high, wire->rider->low};
    changed->payment = wire->payment_id;
    changed->state = (enum payment_state)wire->state;
    changed->transfer = wire->transfer_id;
    return NULL;
}

void codec_payment_build_recorded(const struct fact_payment_recorded *recorded,
                                  struct codec_payment_recorded *record)
{
    CHECK(codec_part_is_amount(recorded->amount_pence));
    record->wire =
        (Commonwheel__V1__FactPaymentRecorded)COMMONWHEEL__V1__FACT_PAYMENT_RECORDED__INIT;
    codec_record_build_id(recorded->rider.high, recorded->rider.low, &record->rider);
    codec_record_build_id(recorded->by.high, recorded->by.low, &record->by);
    memcpy(record->bank_reference, recorded->bank_reference, sizeof record->bank_reference);
    record->wire.rider = &record->rider;
    record->wire.by = &record->by;
    record->wire.amount_pence = recorded->amount_pence;
    record->wire.bank_reference = record->bank_reference;
    record->wire.transfer_id = recorded->transfer;
}

const char *codec_payment_read_recorded(const Commonwheel__V1__FactPaymentRecorded *wire,
                                        struct fact_payment_recorded *recorded)
{
    if (wire->rider == NULL || wire->by == NULL)
        return "rider, by: required";
    if (!codec_part_is_amount(wire->amount_pence))
        return "amount_pence: not an amount";
    if (!read_text(wire->bank_reference, recorded->bank_reference, sizeof recorded->bank_reference))
        return "bank_reference: too long";
    recorded->rider = (struct rider_id){wire->rider->high, wire->rider->low};
    recorded->by = (struct rider_id){wire->by->high, wire->by->low};
    recorded->amount_pence = wire->amount_pence;
    recorded->transfer = wire->transfer_id;
    return NULL;
}

void codec_payment_build_snapshot(const struct fact_snapshot_payment *payment,
                                  struct codec_payment_snapshot *record)
{
    const struct payment_account *account = &payment->account;
    Commonwheel__V1__FactSnapshotPayment *wire = &record->wire;
    CHECK(account->last.id != 0 && is_kind((int)account->last.kind));
    CHECK(is_state((int)account->last.state));
    *wire = (Commonwheel__V1__FactSnapshotPayment)COMMONWHEEL__V1__FACT_SNAPSHOT_PAYMENT__INIT;
    record->content = *account;
    wire->rider_number = payment->rider_number;
    wire->payment_id = account->last.id;
    wire->kind = (Commonwheel__V1__PaymentKind)account->last.kind;
    wire->state = (Commonwheel__V1__PaymentState)account->last.state;
    wire->travel_day = account->last.travel_day;
    wire->amount_pence = account->last.amount_pence;
    wire->reference = record->content.last.reference;
    wire->agreement = record->content.last.agreement;
    wire->code = record->content.last.code;
    wire->rider_agreement = record->content.agreement;
    wire->failures = account->failures;
    wire->paid_reference = record->content.paid;
    wire->paid_pence = account->paid_pence;
    wire->refunded_pence = account->refunded_pence;
}

const char *codec_payment_read_snapshot(const Commonwheel__V1__FactSnapshotPayment *wire,
                                        struct fact_snapshot_payment *payment)
{
    struct payment_account *account = &payment->account;
    struct payment *last = &account->last;
    if (wire->payment_id == 0 || !is_kind((int)wire->kind) || !is_state((int)wire->state))
        return "payment_id, kind, state: not a payment";
    if (!codec_part_is_amount(wire->amount_pence) || !codec_part_is_amount(wire->paid_pence) ||
        !codec_part_is_amount(wire->refunded_pence))
        return "amount_pence, paid_pence, refunded_pence: not an amount";
    if (!read_text(wire->reference, last->reference, sizeof last->reference) ||
        !read_text(wire->agreement, last->agreement, sizeof last->agreement) ||
        !read_text(wire->code, last->code, sizeof last->code) ||
        !read_text(wire->rider_agreement, account->agreement, sizeof account->agreement) ||
        !read_text(wire->paid_reference, account->paid, sizeof account->paid))
        return "references, agreements, code: too long";
    payment->rider_number = wire->rider_number;
    last->id = wire->payment_id;
    last->kind = (enum payment_kind)wire->kind;
    last->state = (enum payment_state)wire->state;
    last->travel_day = wire->travel_day;
    last->amount_pence = wire->amount_pence;
    account->failures = wire->failures;
    account->paid_pence = wire->paid_pence;
    account->refunded_pence = wire->refunded_pence;
    return NULL;
}

void codec_payment_build_receipt(const struct payment_receipt *receipt,
                                 struct codec_payment_receipt *record)
{
    CHECK(codec_part_is_amount(receipt->amount_pence));
    record->wire =
        (Commonwheel__V1__FactSnapshotReceipt)COMMONWHEEL__V1__FACT_SNAPSHOT_RECEIPT__INIT;
    memcpy(record->bank_reference, receipt->bank_reference, sizeof record->bank_reference);
    record->wire.bank_reference = record->bank_reference;
    record->wire.rider_number = receipt->rider_number;
    record->wire.amount_pence = receipt->amount_pence;
}

const char *codec_payment_read_receipt(const Commonwheel__V1__FactSnapshotReceipt *wire,
                                       struct payment_receipt *receipt)
{
    if (!codec_part_is_amount(wire->amount_pence))
        return "amount_pence: not an amount";
    if (!read_text(wire->bank_reference, receipt->bank_reference, sizeof receipt->bank_reference))
        return "bank_reference: too long";
    receipt->rider_number = wire->rider_number;
    receipt->amount_pence = wire->amount_pence;
    return NULL;
}
