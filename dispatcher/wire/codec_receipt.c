/* A receipt's lines are made here from the figures that are kept with the ride: what is taken off
 * or given back is below 0, and all lines add up to what was paid in the end. */
#include "wire/codec_receipt.h"

#include "commonwheel/v1/finance.pb-c.h"
#include "wire/codec_finance.h"
#include "wire/codec_memory.h"
#include "wire/codec_policy.h"
#include "wire/codec_words.h"

#define LIST_TOKEN_FIELD 2
#define LINES_MAX        (14 + REFUNDS_MAX)
#define MINUTE_MS        60000

const char *codec_receipt_caps(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                               struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__get_cap_status_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why == NULL)
        *event = (struct event){.kind = EVENT_GET_CAP_STATUS, .cap_status = caller->rider};
    return why;
}

const char *codec_receipt_list(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                               struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__list_receipts_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const uint32_t page_size = ((const Commonwheel__V1__ListReceiptsRequest *)message)->page_size;
    size_t length = 0;
    uint64_t after = 0;
    const uint8_t *token = codec_memory_field(bytes, size, LIST_TOKEN_FIELD, &length);
    if (page_size > LIST_PAGE_MAX)
        return "page_size: must be 0 to 100";
    if (!codec_finance_read_token(token, length, &after))
        return "page_token: must be empty or the next_page_token of a page before";
    *event = (struct event){
        .kind = EVENT_LIST_RECEIPTS,
        .receipts = {.rider = caller->rider,
                     .after = {after},
                     .limit = page_size == 0 ? LIST_PAGE_MAX : page_size},
    };
    return NULL;
}

const char *codec_receipt_get(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                              struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__get_receipt_request__descriptor, bytes, size,
                            CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const uint64_t ride = ((const Commonwheel__V1__GetReceiptRequest *)message)->ride_id;
    if (ride == 0)
        return "ride_id: must be 1 or more";
    *event = (struct event){.kind = EVENT_GET_RECEIPT, .ride = {.any_rider = true, .ride = {ride}}};
    return NULL;
}

/* ---- Caps ---- */

struct room_part {
    Commonwheel__V1__CapRoom wire;
    char text[CODEC_WORDS_MAX];
};

static void build_room(int64_t spent_pence, int64_t cap_pence, int64_t left_pence,
                       struct room_part *part)
{
    part->wire = (Commonwheel__V1__CapRoom)COMMONWHEEL__V1__CAP_ROOM__INIT;
    part->wire.spent_pence = spent_pence;
    part->wire.capped = cap_pence != CAP_NONE_PENCE;
    part->wire.cap_pence = part->wire.capped ? cap_pence : 0;
    part->wire.left_pence = left_pence != CAP_NONE_PENCE ? left_pence : 0;
    part->wire.text = part->text;
    part->text[0] = '\0';
    codec_words_add_number(part->text, spent_pence, 2);
    if (!part->wire.capped) {
        codec_words_add(part->text, " so far, without a cap");
        return;
    }
    codec_words_add(part->text, " of ");
    codec_words_add_number(part->text, cap_pence, 2);
    codec_words_add(part->text, " used, ");
    codec_words_add_number(part->text, left_pence, 2);
    codec_words_add(part->text, " left");
}

enum codec_reply codec_receipt_capped(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__GetCapStatusResponse response = COMMONWHEEL__V1__GET_CAP_STATUS_RESPONSE__INIT;
    const struct cap_status_view *view = &message->cap_status;
    const struct caps_status *caps = &view->caps;
    struct room_part day;
    struct room_part week;
    *size = 0;
    if (message->kind != MESSAGE_CAP_STATUS)
        return CODEC_REPLY_NONE;
    build_room(caps->day_spent_pence, caps->day_cap_pence, caps->day_left_pence, &day);
    build_room(caps->week_spent_pence, caps->week_cap_pence, caps->week_left_pence, &week);
    response.class_ = view->class;
    response.class_name = (char *)(uintptr_t)view->class_name;
    response.day = &day.wire;
    response.week = &week.wire;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

/* ---- Receipts ---- */

struct receipt_part {
    Commonwheel__V1__Receipt wire;
    Commonwheel__V1__FareLines fare;
    char policy_hash[CODEC_POLICY_HASH_MAX];
    Commonwheel__V1__ReceiptLine lines[LINES_MAX];
    Commonwheel__V1__ReceiptLine *pointers[LINES_MAX];
    char texts[LINES_MAX][CODEC_WORDS_MAX];
};

/* Where it comes to something; its text, to be gone on with, or NULL. */
static char *add_line(struct receipt_part *part, const char *text, int64_t pence)
{
    const size_t at = part->wire.n_lines;
    if (pence == 0)
        return NULL;
    CHECK(at < LINES_MAX);
    part->lines[at] = (Commonwheel__V1__ReceiptLine)COMMONWHEEL__V1__RECEIPT_LINE__INIT;
    part->texts[at][0] = '\0';
    codec_words_add(part->texts[at], text);
    part->lines[at].text = part->texts[at];
    part->lines[at].pence = pence;
    part->pointers[at] = &part->lines[at];
    part->wire.n_lines++;
    return part->texts[at];
}

static void add_figure(char *text, int64_t value, int places, const char *unit)
{
    if (text == NULL || value <= 0)
        return;
    codec_words_add(text, ", ");
    codec_words_add_number(text, value, places);
    codec_words_add(text, unit);
}

/* Kilometres and minutes are rounded, half up, to what a person reads. */
static void add_fare(struct receipt_part *part, const struct receipt_view *receipt)
{
    const struct tariff_lines *lines = &receipt->fare.lines;
    (void)add_line(part, "For getting in", lines->base_pence);
    char *text = add_line(part, "Distance", lines->distance_pence);
    add_figure(text, (receipt->direct_m + 50) / 100, 1, " km");
    text = add_line(part, "Time", lines->time_pence);
    add_figure(text, (receipt->direct_ms + MINUTE_MS / 2) / MINUTE_MS, 0, " min");
    (void)add_line(part, "Added up to the least fare", lines->minimum_pence);
    (void)add_line(part, "Above the cap of one ride", -lines->single_cap_pence);
    (void)add_line(part, "Above the national single fare cap", -lines->national_cap_pence);
    (void)add_line(part, "Off-peak discount", -lines->off_peak_pence);
    (void)add_line(part, "Fare", receipt->fare_pence - tariff_fare_pence(lines));
    text = add_line(part, "Paid by your concession scheme", -lines->concession_pence);
    if (text != NULL && receipt->scheme_name[0] != '\0') {
        codec_words_add(text, ", ");
        codec_words_add(text, receipt->scheme_name);
    }
    (void)add_line(part, "Saved by fare caps and your quote", -receipt->bill.cap_saved_pence);
}

static void add_end(struct receipt_part *part, const struct receipt_view *receipt)
{
    const struct bill *bill = &receipt->bill;
    const bool missed = receipt->state == RIDE_NO_SHOW;
    (void)add_line(part, missed ? "Fee for not coming" : "Fee for cancelling late",
                   bill->fee_pence);
    (void)add_line(part, "Given back for lateness", -bill->compensation_pence);
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        const struct bill_refund *refund = &bill->refunds[i];
        (void)add_line(part, refund->asked_pence == 0 ? "Refunded as a whole" : "Refunded in part",
                       -refund->refund_pence);
        (void)add_line(part,
                       refund->adjusted_pence > 0 ? "Fare caps save less on other rides"
                                                  : "Fare caps save more on other rides",
                       refund->adjusted_pence);
    }
}

static int64_t adjusted_pence(const struct bill *bill)
{
    int64_t pence = 0;
    for (uint32_t i = 0; i < bill->refund_count; i++)
        pence += bill->refunds[i].adjusted_pence;
    return pence;
}

static void build_receipt(const struct receipt_view *receipt, struct receipt_part *part)
{
    const struct bill *bill = &receipt->bill;
    Commonwheel__V1__Receipt *wire = &part->wire;
    *wire = (Commonwheel__V1__Receipt)COMMONWHEEL__V1__RECEIPT__INIT;
    CHECK(bill->refund_count <= REFUNDS_MAX);
    codec_policy_write_hash(&receipt->policy, part->policy_hash);
    wire->ride_id = receipt->ride.value;
    wire->state = (Commonwheel__V1__RideState)receipt->state;
    wire->booked_ms = receipt->booked_ms;
    wire->ended_ms = receipt->ended_ms;
    wire->policy_id = (char *)(uintptr_t)receipt->policy.id;
    wire->policy_hash = part->policy_hash;
    if (receipt->state == RIDE_ALIGHTED) {
        codec_policy_build_fare(&receipt->fare, &part->fare);
        wire->fare_lines = &part->fare;
        wire->class_name = (char *)(uintptr_t)receipt->class_name;
        wire->scheme_name = (char *)(uintptr_t)receipt->scheme_name;
    }
    wire->fare_pence = receipt->fare_pence;
    wire->quote_pence = receipt->quote_pence;
    wire->cap_saved_pence = bill->cap_saved_pence;
    wire->charged_pence = receipt->charged_pence;
    wire->fee_pence = bill->fee_pence;
    wire->compensation_pence = bill->compensation_pence;
    wire->refunded_pence = bill->refunded_pence;
    wire->adjusted_pence = adjusted_pence(bill);
    wire->paid_pence = receipt->paid_pence;
    wire->vat_pence = receipt->vat_pence;
    wire->vat_permille = (uint32_t)bill->vat_permille;
    wire->lines = part->pointers;
    add_fare(part, receipt);
    add_end(part, receipt);
}

static void build_statement(const struct statement_view *view, Commonwheel__V1__Statement *wire,
                            char month[CODEC_WORDS_MAX])
{
    *wire = (Commonwheel__V1__Statement)COMMONWHEEL__V1__STATEMENT__INIT;
    const int32_t of_year = view->month % 12 + 1;
    CHECK(view->month >= 0);
    month[0] = '\0';
    codec_words_add_number(month, 1970 + view->month / 12, 0);
    codec_words_add(month, of_year < 10 ? "-0" : "-");
    codec_words_add_number(month, of_year, 0);
    wire->month = month;
    wire->ride_count = view->ride_count;
    wire->fare_pence = view->fare_pence;
    wire->concession_pence = view->concession_pence;
    wire->cap_saved_pence = view->cap_saved_pence;
    wire->charged_pence = view->charged_pence;
    wire->fee_pence = view->fee_pence;
    wire->compensation_pence = view->compensation_pence;
    wire->returned_pence = view->returned_pence;
    wire->paid_pence = view->paid_pence;
    wire->vat_pence = view->vat_pence;
}

enum codec_reply codec_receipt_listed(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListReceiptsResponse response = COMMONWHEEL__V1__LIST_RECEIPTS_RESPONSE__INIT;
    struct receipt_part receipt;
    Commonwheel__V1__Receipt *receipts[1] = {&receipt.wire};
    Commonwheel__V1__Statement statement;
    Commonwheel__V1__Statement *statements[1] = {&statement};
    char text[CODEC_WORDS_MAX];
    *size = 0;
    switch (message->kind) {
    case MESSAGE_RECEIPT:
        build_receipt(&message->receipt, &receipt);
        response.n_receipts = 1;
        response.receipts = receipts;
        break;
    case MESSAGE_STATEMENT:
        build_statement(&message->statement, &statement, text);
        response.n_statements = 1;
        response.statements = statements;
        break;
    case MESSAGE_RECEIPTS_END:
        codec_finance_write_token(message->receipts_end.next_after.value, text);
        response.next_page_token = text;
        response.remembered_ms = message->receipts_end.remembered_ms;
        break;
    default:
        return CODEC_REPLY_NONE;
    }
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return message->kind == MESSAGE_RECEIPTS_END ? CODEC_REPLY_LAST : CODEC_REPLY_PART;
}

enum codec_reply codec_receipt_got(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__GetReceiptResponse response = COMMONWHEEL__V1__GET_RECEIPT_RESPONSE__INIT;
    struct receipt_part receipt;
    *size = 0;
    if (message->kind != MESSAGE_RECEIPT)
        return CODEC_REPLY_NONE;
    build_receipt(&message->receipt, &receipt);
    response.receipt = &receipt.wire;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}
