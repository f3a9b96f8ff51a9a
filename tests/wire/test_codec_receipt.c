#include "wire/codec_receipt.h"

#include <criterion/criterion.h>
#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "sample.h"
#include "wire/codec_client_money.h"
#include "wire/codec_memory.h"

static const struct codec_caller caller = {.rider = {3, 4}};

static const Commonwheel__V1__Receipt *receipt_of(const struct message *message,
                                                  struct codec_memory *memory)
{
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    const ProtobufCMessage *read = NULL;
    cr_assert_eq(codec_receipt_got(message, bytes, &size), CODEC_REPLY_LAST);
    cr_assert_null(codec_memory_unpack(memory, &commonwheel__v1__get_receipt_response__descriptor,
                                       bytes, size, CODEC_REPLY_MAX, &read));
    return ((const Commonwheel__V1__GetReceiptResponse *)read)->receipt;
}

static int64_t sum(const Commonwheel__V1__Receipt *receipt)
{
    int64_t pence = 0;
    for (size_t i = 0; i < receipt->n_lines; i++)
        pence += receipt->lines[i]->pence;
    return pence;
}

Test(codec_receipt, explains_what_was_paid_line_by_line)
{
    static const struct {
        const char *text;
        int64_t pence;
    } lines[] = {
        {"For getting in", 100},
        {"Distance, 4.3 km", 300},
        {"Time, 10 min", 90},
        {"Added up to the least fare", 80},
        {"Above the cap of one ride", -70},
        {"Above the national single fare cap", -60},
        {"Off-peak discount", -20},
        {"Paid by your concession scheme, Older people", -100},
        {"Saved by fare caps and your quote", -50},
        {"Given back for lateness", -100},
        {"Refunded in part", -20},
        {"Refunded as a whole", -15},
        {"Fare caps save less on other rides", 5},
    };
    const struct message message = sample_message(MESSAGE_RECEIPT);
    struct codec_memory memory;
    const Commonwheel__V1__Receipt *receipt = receipt_of(&message, &memory);
    cr_assert_eq(receipt->n_lines, sizeof lines / sizeof lines[0]);
    for (size_t i = 0; i < receipt->n_lines; i++) {
        cr_expect_str_eq(receipt->lines[i]->text, lines[i].text);
        cr_expect_eq(receipt->lines[i]->pence, lines[i].pence, "%s", lines[i].text);
    }
    cr_expect_eq(sum(receipt), receipt->paid_pence);
    cr_expect_eq(receipt->vat_permille, 200);
}

/* The longest receipt that can be fits a reply, and its lines still add up. */
Test(codec_receipt, holds_as_many_lines_as_there_can_be)
{
    struct message message = sample_message(MESSAGE_RECEIPT);
    struct receipt_view *receipt = &message.receipt;
    struct tariff_lines *lines = &receipt->fare.lines;
    struct codec_memory memory;
    *lines = (struct tariff_lines){PENCE_MAX, PENCE_MAX, PENCE_MAX, PENCE_MAX,
                                   PENCE_MAX, PENCE_MAX, PENCE_MAX, PENCE_MAX};
    memset(receipt->policy.id, 'x', sizeof receipt->policy.id - 1);
    receipt->ride.value = UINT64_MAX;
    receipt->vat_pence = receipt->quote_pence = INT64_MAX;
    receipt->booked_ms = receipt->ended_ms = receipt->charged_pence = INT64_MAX;
    receipt->fare_pence = PENCE_MAX - 1;
    receipt->direct_m = receipt->direct_ms = INT64_MAX / 2;
    receipt->bill.fee_pence = receipt->bill.compensation_pence = PENCE_MAX;
    receipt->bill.cap_saved_pence = receipt->bill.refunded_pence = PENCE_MAX;
    receipt->bill.refund_count = REFUNDS_MAX;
    for (uint32_t i = 0; i < REFUNDS_MAX; i++)
        receipt->bill.refunds[i] = (struct bill_refund){.refund_pence = PENCE_MAX};
    receipt->bill.refunds[REFUNDS_MAX - 1].adjusted_pence = -PENCE_MAX;
    receipt->paid_pence = -(REFUNDS_MAX + 3) * PENCE_MAX + PENCE_MAX - 1;
    const Commonwheel__V1__Receipt *wire = receipt_of(&message, &memory);
    cr_expect_eq(wire->n_lines, 13 + REFUNDS_MAX);
    cr_expect_eq(sum(wire), receipt->paid_pence);
}

Test(codec_receipt, says_what_is_left_of_a_cap_and_where_there_is_none)
{
    struct message message = sample_message(MESSAGE_CAP_STATUS);
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    struct codec_memory memory;
    const ProtobufCMessage *read = NULL;
    message.cap_status.caps.week_cap_pence = message.cap_status.caps.week_left_pence =
        CAP_NONE_PENCE;
    cr_assert_eq(codec_receipt_capped(&message, bytes, &size), CODEC_REPLY_LAST);
    cr_assert_null(codec_memory_unpack(&memory,
                                       &commonwheel__v1__get_cap_status_response__descriptor, bytes,
                                       size, CODEC_REPLY_MAX, &read));
    const Commonwheel__V1__GetCapStatusResponse *wire =
        (const Commonwheel__V1__GetCapStatusResponse *)read;
    cr_expect_str_eq(wire->day->text, "3.60 of 5.00 used, 1.40 left");
    cr_expect_str_eq(wire->week->text, "3.60 so far, without a cap");
    cr_expect(!wire->week->capped && wire->week->cap_pence == 0 && wire->week->left_pence == 0);
    cr_expect_str_eq(wire->class_name, "child");
}

Test(codec_receipt, asks_for_whose_receipts_the_token_says)
{
    uint8_t bytes[CODEC_REQUEST_MAX];
    size_t size = 0;
    struct event event = sample_event(EVENT_LIST_RECEIPTS);
    struct event read = {.kind = EVENT_NONE};
    cr_assert(codec_client_request(&event, bytes, &size));
    cr_assert_null(codec_receipt_list(bytes, size, &caller, &read));
    cr_expect(read.receipts.rider.high == 3 && read.receipts.rider.low == 4);
    cr_expect(read.receipts.after.value == 300 && read.receipts.limit == 7);
    event.receipts.limit = LIST_PAGE_MAX + 1;
    cr_assert(codec_client_request(&event, bytes, &size));
    cr_expect_str_eq(codec_receipt_list(bytes, size, &caller, &read),
                     "page_size: must be 0 to 100");
    event = sample_event(EVENT_GET_RECEIPT);
    event.ride.ride.value = 0;
    cr_assert(codec_client_request(&event, bytes, &size));
    cr_expect_str_eq(codec_receipt_get(bytes, size, &caller, &read), "ride_id: must be 1 or more");
    static const uint8_t token[] = {0x12, 1, 'x'};
    cr_expect_str_eq(codec_receipt_list(token, sizeof token, &caller, &read),
                     "page_token: must be empty or the next_page_token of a page before");
}
