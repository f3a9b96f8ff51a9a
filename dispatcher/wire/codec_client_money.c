/* Amounts are looked at, since what is read here is summed and written again. */
#include "wire/codec_client_money.h"

#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "commonwheel/v1/operator.pb-c.h"
#include "commonwheel/v1/payment.pb-c.h"
#include "commonwheel/v1/rider.pb-c.h"
#include "wire/codec_client_part.h"
#include "wire/codec_finance.h"
#include "wire/codec_ledger.h"
#include "wire/codec_part.h"
#include "wire/codec_payment.h"
#include "wire/codec_policy.h"
#include "wire/codec_receipt.h"
#include "wire/codec_uuid.h"

/* ---- Requests ---- */

static size_t request_refund(const struct event_refund *refund, uint8_t *bytes)
{
    Commonwheel__V1__RefundRideRequest wire = COMMONWHEEL__V1__REFUND_RIDE_REQUEST__INIT;
    char key[CODEC_UUID_TEXT + 1];
    char reason[REFUND_REASON_MAX];
    codec_uuid_write(refund->key, key);
    memcpy(reason, refund->reason, sizeof reason);
    wire.ride_id = refund->ride.value;
    wire.key = key;
    wire.reason = reason;
    wire.amount_case = refund->all ? COMMONWHEEL__V1__REFUND_RIDE_REQUEST__AMOUNT_ALL
                                   : COMMONWHEEL__V1__REFUND_RIDE_REQUEST__AMOUNT_PENCE;
    if (refund->all)
        wire.all = true;
    else
        wire.pence = refund->pence;
    return codec_client_part_pack(&wire.base, bytes);
}

static size_t request_receipt(const struct event_ride *asked, uint8_t *bytes)
{
    Commonwheel__V1__GetReceiptRequest wire = COMMONWHEEL__V1__GET_RECEIPT_REQUEST__INIT;
    wire.ride_id = asked->ride.value;
    return codec_client_part_pack(&wire.base, bytes);
}

static size_t request_class(const struct event_rider_class *said, uint8_t *bytes)
{
    Commonwheel__V1__SetRiderClassRequest wire = COMMONWHEEL__V1__SET_RIDER_CLASS_REQUEST__INIT;
    char rider[CODEC_PART_ID_MAX];
    codec_part_write_id(said->rider, rider);
    wire.rider = rider;
    wire.class_ = said->class.class;
    wire.scheme = said->class.scheme;
    wire.class_until_day = said->class.class_until_day;
    wire.scheme_until_day = said->class.scheme_until_day;
    return codec_client_part_pack(&wire.base, bytes);
}

static size_t request_record(const struct event_record_payment *record, uint8_t *bytes)
{
    Commonwheel__V1__RecordPaymentRequest wire = COMMONWHEEL__V1__RECORD_PAYMENT_REQUEST__INIT;
    char reference[PAYMENT_BANK_MAX];
    memcpy(reference, record->bank_reference, sizeof reference);
    wire.account = record->account;
    wire.amount_pence = record->amount_pence;
    wire.bank_reference = reference;
    return codec_client_part_pack(&wire.base, bytes);
}

bool codec_client_money_request(const struct event *event, uint8_t *bytes, size_t *size)
{
    switch (event->kind) {
    case EVENT_REFUND_RIDE:
        *size = request_refund(&event->refund, bytes);
        return true;
    case EVENT_LIST_TRANSFERS:
        *size = codec_client_part_ask(event->transfers.after, event->transfers.limit,
                                      event->transfers.ride.value, bytes);
        return true;
    case EVENT_LIST_RECEIPTS:
        *size = codec_client_part_ask(event->receipts.after.value, event->receipts.limit, 0, bytes);
        return true;
    case EVENT_LIST_PAYMENTS:
        *size = codec_client_part_ask(event->list.after, event->list.limit, 0, bytes);
        return true;
    case EVENT_GET_RECEIPT:
        *size = request_receipt(&event->ride, bytes);
        return true;
    case EVENT_SET_RIDER_CLASS:
        *size = request_class(&event->rider_class, bytes);
        return true;
    case EVENT_RECORD_PAYMENT:
        *size = request_record(&event->record_payment, bytes);
        return true;
    case EVENT_TRIAL_BALANCE:
    case EVENT_GET_CAP_STATUS:
    case EVENT_SET_UP_PAYMENT:
    case EVENT_END_PAYMENT:
    case EVENT_GET_PAYMENT:
        *size = 0;
        return true;
    default:
        return false;
    }
}

/* ---- Responses of one message ---- */

static bool are_amounts(const int64_t *amounts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!codec_part_is_amount(amounts[i]))
            return false;
    }
    return true;
}

static const char *read_refunded(const ProtobufCMessage *message, struct message *read)
{
    const Commonwheel__V1__RefundRideResponse *wire =
        (const Commonwheel__V1__RefundRideResponse *)message;
    read->kind = MESSAGE_REFUND_MADE;
    read->refund = (struct refund_view){.ride = {wire->ride_id},
                                        .paid_pence = wire->paid_pence,
                                        .refund_pence = wire->refund_pence,
                                        .adjusted_pence = wire->adjusted_pence,
                                        .returned_pence = wire->returned_pence};
    return wire->ride_id == 0 ? "ride_id: must be 1 or more" : NULL;
}

static const char *read_class(const ProtobufCMessage *message, struct message *read)
{
    const Commonwheel__V1__SetRiderClassResponse *wire =
        (const Commonwheel__V1__SetRiderClassResponse *)message;
    read->kind = MESSAGE_RIDER_CLASS;
    if (!codec_part_read_id(wire->rider, &read->rider_class.rider))
        return "rider: must be 32 digits 0-9 a-f";
    if (wire->class_ >= POLICY_CLASSES_MAX || wire->scheme > POLICY_SCHEMES_MAX)
        return "class, scheme: must be 0 to 7, and 0 to 8";
    read->rider_class.class = (struct rider_class){.class = (uint8_t)wire->class_,
                                                   .scheme = (uint8_t)wire->scheme,
                                                   .class_until_day = wire->class_until_day,
                                                   .scheme_until_day = wire->scheme_until_day};
    return NULL;
}

/* A text of the wire into an array of zeros; false when it is too long. */
static bool read_text(const char *wire, char *text, size_t size)
{
    const size_t length = strlen(wire);
    if (length >= size)
        return false;
    memcpy(text, wire, length + 1);
    return true;
}

static bool read_room(const Commonwheel__V1__CapRoom *wire, int64_t *spent_pence,
                      int64_t *cap_pence, int64_t *left_pence)
{
    if (wire == NULL ||
        !are_amounts((int64_t[]){wire->spent_pence, wire->cap_pence, wire->left_pence}, 3))
        return false;
    *spent_pence = wire->spent_pence;
    *cap_pence = wire->capped ? wire->cap_pence : CAP_NONE_PENCE;
    *left_pence = wire->capped || wire->left_pence != 0 ? wire->left_pence : CAP_NONE_PENCE;
    return true;
}

static const char *read_caps(const ProtobufCMessage *message, struct message *read)
{
    const Commonwheel__V1__GetCapStatusResponse *wire =
        (const Commonwheel__V1__GetCapStatusResponse *)message;
    struct cap_status_view *view = &read->cap_status;
    struct caps_status *caps = &view->caps;
    read->kind = MESSAGE_CAP_STATUS;
    view->class = wire->class_;
    if (!read_text(wire->class_name, view->class_name, sizeof view->class_name))
        return "class_name: too long";
    if (!read_room(wire->day, &caps->day_spent_pence, &caps->day_cap_pence,
                   &caps->day_left_pence) ||
        !read_room(wire->week, &caps->week_spent_pence, &caps->week_cap_pence,
                   &caps->week_left_pence))
        return "day, week: required, in amounts of pence";
    return NULL;
}

static const char *read_bill(const Commonwheel__V1__Receipt *wire, struct bill *bill)
{
    const int64_t amounts[] = {wire->cap_saved_pence, wire->fee_pence, wire->compensation_pence,
                               wire->refunded_pence};
    if (!are_amounts(amounts, sizeof amounts / sizeof amounts[0]) ||
        wire->adjusted_pence < -PENCE_MAX || wire->adjusted_pence > PENCE_MAX)
        return "receipt: not amounts of pence";
    if (wire->vat_permille > POLICY_ALL_PERMILLE)
        return "receipt.vat_permille: must be 0 to 1000";
    *bill = (struct bill){.vat_permille = (int32_t)wire->vat_permille,
                          .cap_saved_pence = wire->cap_saved_pence,
                          .compensation_pence = wire->compensation_pence,
                          .fee_pence = wire->fee_pence,
                          .refunded_pence = wire->refunded_pence};
    if (wire->refunded_pence != 0 || wire->adjusted_pence != 0) {
        bill->refund_count = 1;
        bill->refunds[0] = (struct bill_refund){.asked_pence = wire->refunded_pence,
                                                .refund_pence = wire->refunded_pence,
                                                .adjusted_pence = wire->adjusted_pence};
    }
    return NULL;
}

static const char *read_receipt(const Commonwheel__V1__Receipt *wire, struct receipt_view *receipt)
{
    if (wire == NULL || wire->ride_id == 0)
        return "receipt: required";
    if ((int)wire->state < RIDE_ALIGHTED || (int)wire->state > RIDE_NO_SHOW)
        return "receipt.state: must be that of a ride that has ended";
    *receipt = (struct receipt_view){.ride = {wire->ride_id},
                                     .state = (enum ride_state)wire->state,
                                     .booked_ms = wire->booked_ms,
                                     .ended_ms = wire->ended_ms,
                                     .fare_pence = wire->fare_pence,
                                     .quote_pence = wire->quote_pence,
                                     .charged_pence = wire->charged_pence,
                                     .vat_pence = wire->vat_pence,
                                     .paid_pence = wire->paid_pence};
    if (!codec_policy_read_name(wire->policy_id, wire->policy_hash, &receipt->policy))
        return "receipt.policy_id, policy_hash: not of a policy";
    if (!codec_part_is_amount(wire->fare_pence))
        return "receipt.fare_pence: not an amount of pence";
    if (!read_text(wire->class_name, receipt->class_name, sizeof receipt->class_name) ||
        !read_text(wire->scheme_name, receipt->scheme_name, sizeof receipt->scheme_name))
        return "receipt.class_name, scheme_name: too long";
    const char *why =
        wire->fare_lines != NULL ? codec_policy_read_fare(wire->fare_lines, &receipt->fare) : NULL;
    return why != NULL ? why : read_bill(wire, &receipt->bill);
}

static const char *read_got(const ProtobufCMessage *message, struct message *read)
{
    read->kind = MESSAGE_RECEIPT;
    return read_receipt(((const Commonwheel__V1__GetReceiptResponse *)message)->receipt,
                        &read->receipt);
}

static const char *read_payment(const Commonwheel__V1__Payment *wire, struct payment_view *payment)
{
    if (wire == NULL)
        return "payment: required";
    if ((int)wire->kind < 0 || (int)wire->kind >= PAYMENT_KIND_COUNT || (int)wire->state < 0 ||
        (int)wire->state >= PAYMENT_STATE_COUNT)
        return "payment.kind, state: unknown";
    if (wire->owed_pence < -PENCE_MAX || wire->owed_pence > PENCE_MAX ||
        !codec_part_is_amount(wire->amount_pence))
        return "payment.owed_pence, amount_pence: not amounts of pence";
    *payment = (struct payment_view){.account = wire->account,
                                     .owed_pence = wire->owed_pence,
                                     .is_agreed = wire->is_agreed,
                                     .last = {.id = wire->payment_id,
                                              .kind = (enum payment_kind)wire->kind,
                                              .state = (enum payment_state)wire->state,
                                              .travel_day = wire->travel_day,
                                              .amount_pence = wire->amount_pence}};
    if (!read_text(wire->code, payment->last.code, sizeof payment->last.code) ||
        !read_text(wire->url, payment->url, sizeof payment->url))
        return "payment.code, url: too long";
    return NULL;
}

/* All four that show a rider's payment have the same single field. */
static const char *read_shown(const ProtobufCMessage *message, struct message *read)
{
    read->kind = MESSAGE_PAYMENT;
    return read_payment(((const Commonwheel__V1__GetPaymentStatusResponse *)message)->payment,
                        &read->payment);
}

static const struct codec_client_reader readers[] = {
    {codec_finance_refunded, &commonwheel__v1__refund_ride_response__descriptor, read_refunded},
    {codec_policy_class_set, &commonwheel__v1__set_rider_class_response__descriptor, read_class},
    {codec_receipt_capped, &commonwheel__v1__get_cap_status_response__descriptor, read_caps},
    {codec_receipt_got, &commonwheel__v1__get_receipt_response__descriptor, read_got},
    {codec_payment_shown, &commonwheel__v1__get_payment_status_response__descriptor, read_shown},
};

const struct codec_client_reader *codec_client_money_reader(const struct codec_call *call)
{
    return codec_client_part_find(readers, sizeof readers / sizeof readers[0], call);
}

/* ---- Lists ---- */

const char *codec_client_money_balance(const uint8_t *bytes, size_t size,
                                       struct account_view accounts[CODEC_CLIENT_ACCOUNTS_MAX],
                                       uint32_t *count, struct message_balance_end *end)
{
    struct codec_client_part page;
    const char *why = codec_client_part_page(
        &page, &commonwheel__v1__trial_balance_response__descriptor, 0, bytes, size);
    if (why != NULL)
        return why;
    if (page.count > CODEC_CLIENT_ACCOUNTS_MAX)
        return "accounts: too many";
    for (uint32_t i = 0; i < page.count; i++) {
        const Commonwheel__V1__AccountBalance *account =
            (const Commonwheel__V1__AccountBalance *)page.items[i];
        accounts[i] =
            (struct account_view){.account = account->account,
                                  .content = {.debits_pending = account->debits_pending_pence,
                                              .debits_posted = account->debits_pence,
                                              .credits_pending = account->credits_pending_pence,
                                              .credits_posted = account->credits_pence}};
    }
    const Commonwheel__V1__TrialBalanceResponse *wire =
        (const Commonwheel__V1__TrialBalanceResponse *)page.message;
    struct message_balance_end read = {.last_seq = wire->last_seq,
                                       .difference_pence = wire->difference_pence};
    if (!codec_policy_read_name(wire->policy_id, wire->policy_hash, &read.policy))
        return "policy_id, policy_hash: not of a policy";
    *count = page.count;
    *end = read;
    return NULL;
}

static const char *read_transfer(const Commonwheel__V1__Transfer *wire, struct transfer_view *view)
{
    if ((int)wire->hold_state < LEDGER_HOLD_NONE || (int)wire->hold_state > LEDGER_HOLD_OVER)
        return "transfers.hold_state: unknown";
    *view = (struct transfer_view){.state = (enum ledger_hold_state)wire->hold_state};
    if (!read_text(wire->policy_id, view->policy.id, sizeof view->policy.id))
        return "transfers.policy_id: too long";
    return codec_ledger_read(wire->content, &view->transfer);
}

const char *codec_client_money_transfers(const uint8_t *bytes, size_t size,
                                         struct transfer_view transfers[LIST_PAGE_MAX],
                                         uint32_t *count, struct message_transfers_end *end)
{
    struct codec_client_part page;
    const char *why = codec_client_part_page(
        &page, &commonwheel__v1__list_transfers_response__descriptor, UINT64_MAX, bytes, size);
    for (uint32_t i = 0; why == NULL && i < page.count; i++)
        why = read_transfer((const Commonwheel__V1__Transfer *)page.items[i], &transfers[i]);
    if (why != NULL)
        return why;
    *count = page.count;
    end->next_after = page.next_after;
    return NULL;
}

const char *codec_client_money_receipts(const uint8_t *bytes, size_t size,
                                        struct receipt_view receipts[LIST_PAGE_MAX],
                                        uint32_t *count, struct message_receipts_end *end)
{
    struct codec_client_part page;
    const char *why = codec_client_part_page(
        &page, &commonwheel__v1__list_receipts_response__descriptor, UINT64_MAX, bytes, size);
    for (uint32_t i = 0; why == NULL && i < page.count; i++)
        why = read_receipt((const Commonwheel__V1__Receipt *)page.items[i], &receipts[i]);
    if (why != NULL)
        return why;
    const Commonwheel__V1__ListReceiptsResponse *wire =
        (const Commonwheel__V1__ListReceiptsResponse *)page.message;
    *count = page.count;
    *end = (struct message_receipts_end){.next_after = {page.next_after},
                                         .remembered_ms = wire->remembered_ms};
    return NULL;
}

const char *codec_client_money_payments(const uint8_t *bytes, size_t size,
                                        struct payment_view payments[LIST_PAGE_MAX],
                                        uint32_t *count, struct message_list_end *end)
{
    struct codec_client_part page;
    const char *why = codec_client_part_page(
        &page, &commonwheel__v1__list_payments_response__descriptor, UINT32_MAX, bytes, size);
    for (uint32_t i = 0; why == NULL && i < page.count; i++)
        why = read_payment((const Commonwheel__V1__Payment *)page.items[i], &payments[i]);
    if (why != NULL)
        return why;
    *count = page.count;
    end->next_after = (uint32_t)page.next_after;
    return NULL;
}
