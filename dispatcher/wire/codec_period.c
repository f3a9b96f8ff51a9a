/* A month is written as people write it; inside it is a number (core/calendar.h). */
#include "wire/codec_period.h"

#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "wire/codec_finance.h"
#include "wire/codec_memory.h"
#include "wire/codec_operator.h"
#include "wire/codec_part.h"
#include "wire/codec_settlement.h"

#define PERIOD_FIELD        1 /* of all requests but that for an export, ... */
#define EXPORT_PERIOD_FIELD 3 /* ... where it is this */
#define TOKEN_FIELD         2
#define YEAR_FIRST          1970
#define YEAR_LAST           2999

static const char no_period[] = "period: must be a month like 2026-09";

/* The number that `count` digits stand for, or -1. */
static int32_t read_digits(const uint8_t *text, size_t count)
{
    int32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool codec_period_read(const uint8_t *text, size_t length, int32_t *period)
{
    if (text == NULL || length != CODEC_PERIOD_TEXT - 1 || text[4] != '-')
        return false;
    const int32_t year = read_digits(text, 4);
    const int32_t month = read_digits(text + 5, 2);
    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12)
        return false;
    *period = (year - YEAR_FIRST) * 12 + month - 1;
    return true;
}

void codec_period_write(int32_t period, char text[CODEC_PERIOD_TEXT])
{
    const int32_t since = YEAR_FIRST * 12 + period;
    CHECK(since >= 0 && since < 10000 * 12);
    const int32_t year = since / 12;
    const int32_t month = since % 12 + 1;
    const int32_t digits[CODEC_PERIOD_TEXT - 1] = {
        year / 1000, year / 100 % 10, year / 10 % 10, year % 10, 0, month / 10, month % 10};
    for (uint32_t i = 0; i < CODEC_PERIOD_TEXT - 1; i++)
        text[i] = (char)('0' + digits[i]);
    text[4] = '-';
    text[CODEC_PERIOD_TEXT - 1] = '\0';
}

static bool read_field(const uint8_t *bytes, size_t size, uint32_t field, int32_t *period)
{
    size_t length = 0;
    const uint8_t *text = codec_memory_field(bytes, size, field, &length);
    return codec_period_read(text, length, period);
}

const char *codec_period_propose(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    struct event read = {.kind = EVENT_PROPOSE_SETTLEMENT, .settlement = {.by = caller->rider}};
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__propose_settlement_request__descriptor,
                            bytes, size, CODEC_REQUEST_MAX, &message);
    if (why == NULL && !read_field(bytes, size, PERIOD_FIELD, &read.settlement.period))
        why = no_period;
    if (why == NULL)
        *event = read;
    return why;
}

const char *codec_period_approve(const uint8_t *bytes, size_t size,
                                 const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    struct event read = {.kind = EVENT_APPROVE_SETTLEMENT, .settlement = {.by = caller->rider}};
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__approve_settlement_request__descriptor,
                            bytes, size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    read.settlement.digest = ((const Commonwheel__V1__ApproveSettlementRequest *)message)->digest;
    if (!read_field(bytes, size, PERIOD_FIELD, &read.settlement.period))
        return no_period;
    if (read.settlement.digest == 0)
        return "digest: that of the proposal must be given";
    *event = read;
    return NULL;
}

const char *codec_period_list(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                              struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__list_settlements_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const uint32_t page_size =
        ((const Commonwheel__V1__ListSettlementsRequest *)message)->page_size;
    size_t length = 0;
    uint32_t after = 0;
    const uint8_t *token = codec_memory_field(bytes, size, TOKEN_FIELD, &length);
    if (page_size > LIST_PAGE_MAX)
        return "page_size: must be 0 to 100";
    if (!codec_operator_read_token(token, length, &after))
        return "page_token: must be empty or the next_page_token of a page before";
    *event = (struct event){
        .kind = EVENT_LIST_SETTLEMENTS,
        .list = {.after = after, .limit = page_size == 0 ? LIST_PAGE_MAX : page_size}};
    return NULL;
}

const char *codec_period_export(const uint8_t *bytes, size_t size,
                                const struct codec_caller *caller, struct event *event)
{
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    struct event read = {.kind = EVENT_EXPORT_PERIOD};
    (void)caller;
    const char *why =
        codec_memory_unpack(&memory, &commonwheel__v1__export_period_request__descriptor, bytes,
                            size, CODEC_REQUEST_MAX, &message);
    if (why != NULL)
        return why;
    const uint32_t page_size = ((const Commonwheel__V1__ExportPeriodRequest *)message)->page_size;
    size_t length = 0;
    const uint8_t *token = codec_memory_field(bytes, size, TOKEN_FIELD, &length);
    if (!read_field(bytes, size, EXPORT_PERIOD_FIELD, &read.export.period))
        return no_period;
    if (page_size > LIST_PAGE_MAX)
        return "page_size: must be 0 to 100";
    if (!codec_finance_read_token(token, length, &read.export.after))
        return "page_token: must be empty or the next_page_token of a page before";
    read.export.limit = page_size == 0 ? LIST_PAGE_MAX : page_size;
    *event = read;
    return NULL;
}

struct settlement_part {
    Commonwheel__V1__Settlement wire;
    struct codec_settlement_outcome outcome;
    char period[CODEC_PERIOD_TEXT];
    char proposed_by[CODEC_PART_ID_MAX];
    char approved_by[CODEC_PART_ID_MAX];
};

static Commonwheel__V1__SettlementState state_of(const struct settlement_view *view)
{
    if (view->books.settled)
        return COMMONWHEEL__V1__SETTLEMENT_STATE__SETTLEMENT_STATE_SETTLED;
    if (view->books.outcome.digest != 0)
        return COMMONWHEEL__V1__SETTLEMENT_STATE__SETTLEMENT_STATE_PROPOSED;
    return view->is_over ? COMMONWHEEL__V1__SETTLEMENT_STATE__SETTLEMENT_STATE_DUE
                         : COMMONWHEEL__V1__SETTLEMENT_STATE__SETTLEMENT_STATE_OPEN;
}

static void build(const struct settlement_view *view, struct settlement_part *part)
{
    const struct settlement_books *books = &view->books;
    Commonwheel__V1__Settlement *wire = &part->wire;
    *wire = (Commonwheel__V1__Settlement)COMMONWHEEL__V1__SETTLEMENT__INIT;
    codec_period_write(books->period, part->period);
    wire->period = part->period;
    wire->state = state_of(view);
    wire->first_transfer_id = books->first_transfer;
    wire->transfer_count = books->transfer_count;
    wire->hash = books->hash;
    if (books->outcome.digest == 0)
        return;
    codec_settlement_build_outcome(&books->outcome, &part->outcome);
    codec_part_write_id(books->proposed_by, part->proposed_by);
    wire->outcome = &part->outcome.wire;
    wire->proposed_by = part->proposed_by;
    wire->proposed_ms = books->proposed_ms;
    if (!books->settled)
        return;
    codec_part_write_id(books->approved_by, part->approved_by);
    wire->approved_by = part->approved_by;
    wire->settled_ms = books->settled_ms;
}

enum codec_reply codec_period_settled(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ProposeSettlementResponse response =
        COMMONWHEEL__V1__PROPOSE_SETTLEMENT_RESPONSE__INIT;
    struct settlement_part part;
    *size = 0;
    if (message->kind != MESSAGE_SETTLEMENT)
        return CODEC_REPLY_NONE;
    build(&message->settlement, &part);
    response.settlement = &part.wire;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_LAST;
}

enum codec_reply codec_period_listed(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ListSettlementsResponse response =
        COMMONWHEEL__V1__LIST_SETTLEMENTS_RESPONSE__INIT;
    struct settlement_part part;
    Commonwheel__V1__Settlement *settlements[1] = {&part.wire};
    char token[CODEC_OPERATOR_TOKEN_MAX + 1];
    *size = 0;
    if (message->kind == MESSAGE_LIST_END) {
        codec_operator_write_token(message->list_end.next_after, token);
        response.next_page_token = token;
        *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
        return CODEC_REPLY_LAST;
    }
    if (message->kind != MESSAGE_SETTLEMENT)
        return CODEC_REPLY_NONE;
    build(&message->settlement, &part);
    response.n_settlements = 1;
    response.settlements = settlements;
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_PART;
}

/* The transfers and the token are fields as ListTransfersResponse has them. */
enum codec_reply codec_period_exported(const struct message *message, uint8_t *bytes, size_t *size)
{
    Commonwheel__V1__ExportPeriodResponse response = COMMONWHEEL__V1__EXPORT_PERIOD_RESPONSE__INIT;
    struct settlement_part part;
    Commonwheel__V1__PeriodBalance balances[LEDGER_SERVICE_COUNT];
    Commonwheel__V1__PeriodBalance *pointers[LEDGER_SERVICE_COUNT];
    char names[LEDGER_SERVICE_COUNT][CHART_TEXT_MAX];
    if (message->kind != MESSAGE_SETTLEMENT)
        return codec_finance_listed(message, bytes, size);
    build(&message->settlement, &part);
    response.settlement = &part.wire;
    response.balances = pointers;
    for (uint32_t i = 0; i < LEDGER_SERVICE_COUNT; i++) {
        Commonwheel__V1__PeriodBalance *balance = &balances[response.n_balances];
        if (message->settlement.books.balances[i] == 0)
            continue;
        *balance = (Commonwheel__V1__PeriodBalance)COMMONWHEEL__V1__PERIOD_BALANCE__INIT;
        balance->account = i;
        balance->name = codec_finance_name(i, names[i]);
        balance->pence = message->settlement.books.balances[i];
        pointers[response.n_balances++] = balance;
    }
    *size = codec_memory_pack(&response.base, bytes, CODEC_REPLY_MAX);
    return CODEC_REPLY_PART;
}
