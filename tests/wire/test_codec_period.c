#include "wire/codec_period.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "commonwheel/v1/finance.pb-c.h"
#include "random_money.h"
#include "wire/codec_memory.h"

#define FINANCE "/commonwheel.v1.FinanceService/"

static const struct codec_caller caller = {.rider = {3, 4}};

static const char *decode(const char *call, const ProtobufCMessage *wire, struct event *event)
{
    uint8_t bytes[CODEC_REQUEST_MAX];
    const size_t size = codec_memory_pack(wire, bytes, sizeof bytes);
    return codec_call_find(call, strlen(call))->decode(bytes, size, &caller, event);
}

Test(codec_period, reads_and_writes_months)
{
    static const struct {
        const char *text;
        int32_t period;
    } rows[] = {{"1970-01", 0}, {"1970-12", 11}, {"2026-09", 680}, {"2999-12", 1030 * 12 - 1}};
    static const char *const wrong[] = {"",        "2026-9",   "2026-00", "2026-13",
                                        "1969-12", "3000-01",  "2026/09", "2o26-09",
                                        "2026-0x", "2026-091", "+026-09", "2026-1 "};
    char text[CODEC_PERIOD_TEXT];
    int32_t period;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert(codec_period_read((const uint8_t *)rows[i].text, 7, &period));
        cr_expect_eq(period, rows[i].period);
        codec_period_write(rows[i].period, text);
        cr_expect_str_eq(text, rows[i].text);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_expect_not(codec_period_read((const uint8_t *)wrong[i], strlen(wrong[i]), &period),
                      "'%s'", wrong[i]);
    codec_period_write(-1, text);
    cr_expect_str_eq(text, "1969-12");
}

Test(codec_period, reads_requests_and_names_what_is_wrong_in_them)
{
    char september[] = "2026-09";
    char none[] = "September";
    char token[] = "12";
    char no_token[] = "x";
    Commonwheel__V1__ProposeSettlementRequest propose =
        COMMONWHEEL__V1__PROPOSE_SETTLEMENT_REQUEST__INIT;
    Commonwheel__V1__ApproveSettlementRequest approve =
        COMMONWHEEL__V1__APPROVE_SETTLEMENT_REQUEST__INIT;
    Commonwheel__V1__ListSettlementsRequest list = COMMONWHEEL__V1__LIST_SETTLEMENTS_REQUEST__INIT;
    Commonwheel__V1__ExportPeriodRequest export = COMMONWHEEL__V1__EXPORT_PERIOD_REQUEST__INIT;
    struct event event = {.kind = EVENT_NONE};
    cr_expect_str_eq(decode(FINANCE "ProposeSettlement", &propose.base, &event),
                     "period: must be a month like 2026-09");
    approve.period = september;
    cr_expect_str_eq(decode(FINANCE "ApproveSettlement", &approve.base, &event),
                     "digest: that of the proposal must be given");
    approve.period = none;
    approve.digest = 7;
    cr_expect_str_eq(decode(FINANCE "ApproveSettlement", &approve.base, &event),
                     "period: must be a month like 2026-09");
    export.period = none;
    cr_expect_str_eq(decode(FINANCE "ExportPeriod", &export.base, &event),
                     "period: must be a month like 2026-09");
    export.period = september;
    export.page_size = LIST_PAGE_MAX + 1;
    cr_expect_str_eq(decode(FINANCE "ExportPeriod", &export.base, &event),
                     "page_size: must be 0 to 100");
    list.page_size = LIST_PAGE_MAX + 1;
    cr_expect_str_eq(decode(FINANCE "ListSettlements", &list.base, &event),
                     "page_size: must be 0 to 100");
    list.page_size = 0;
    list.page_token = no_token;
    export.page_size = 0;
    export.page_token = no_token;
    cr_expect_str_eq(decode(FINANCE "ListSettlements", &list.base, &event),
                     "page_token: must be empty or the next_page_token of a page before");
    cr_expect_str_eq(decode(FINANCE "ExportPeriod", &export.base, &event),
                     "page_token: must be empty or the next_page_token of a page before");
    cr_expect_eq(event.kind, EVENT_NONE, "untouched");

    propose.period = september;
    cr_assert_null(decode(FINANCE "ProposeSettlement", &propose.base, &event));
    cr_expect(event.kind == EVENT_PROPOSE_SETTLEMENT && event.settlement.period == 680);
    cr_expect(rider_id_equal(event.settlement.by, caller.rider));
    approve.period = september;
    cr_assert_null(decode(FINANCE "ApproveSettlement", &approve.base, &event));
    cr_expect(event.kind == EVENT_APPROVE_SETTLEMENT && event.settlement.digest == 7);
    cr_expect(event.settlement.period == 680 && event.settlement.by.low == caller.rider.low);
    list.page_token = token;
    cr_assert_null(decode(FINANCE "ListSettlements", &list.base, &event));
    cr_expect(event.kind == EVENT_LIST_SETTLEMENTS && event.list.after == 12);
    cr_expect_eq(event.list.limit, LIST_PAGE_MAX);
    export.page_token = token;
    export.page_size = 3;
    cr_assert_null(decode(FINANCE "ExportPeriod", &export.base, &event));
    cr_expect(event.kind == EVENT_EXPORT_PERIOD && event.export.period == 680);
    cr_expect(event.export.after == 12 && event.export.limit == 3);
}

/* The longest that there can be fit, and every state is told. */
Test(codec_period, writes_months_of_every_state_and_length)
{
    struct random random;
    uint32_t seen[5] = {0};
    random_init(&random, 1);
    for (int round = 0; round < 2000; round++) {
        struct message message = {.kind = MESSAGE_SETTLEMENT};
        struct settlement_books *books = &message.settlement.books;
        uint8_t bytes[CODEC_REPLY_MAX];
        size_t size = 0;
        random_money_books(&random, books);
        books->period = (int32_t)random_below(&random, 12000);
        message.settlement.is_over = books->outcome.digest != 0 || random_below(&random, 2) == 0;
        cr_assert_eq(codec_period_exported(&message, bytes, &size), CODEC_REPLY_PART);
        struct codec_memory memory;
        const ProtobufCMessage *read = NULL;
        cr_assert_null(codec_memory_unpack(&memory,
                                           &commonwheel__v1__export_period_response__descriptor,
                                           bytes, size, sizeof bytes, &read));
        const Commonwheel__V1__ExportPeriodResponse *wire =
            (const Commonwheel__V1__ExportPeriodResponse *)read;
        const Commonwheel__V1__Settlement *settlement = wire->settlement;
        cr_assert_not_null(settlement);
        seen[settlement->state]++;
        cr_expect(settlement->hash == books->hash &&
                  settlement->transfer_count == books->transfer_count);
        cr_expect_eq(settlement->outcome != NULL, books->outcome.digest != 0);
        cr_expect_eq(strlen(settlement->approved_by), books->settled ? 32 : 0);
        for (size_t i = 0; i < wire->n_balances; i++) {
            const Commonwheel__V1__PeriodBalance *balance = wire->balances[i];
            cr_expect_eq(balance->pence, books->balances[balance->account]);
            cr_expect_str_eq(balance->name, chart_text(balance->account));
            books->balances[balance->account] = 0;
        }
        for (uint32_t i = 0; i < LEDGER_SERVICE_COUNT; i++)
            cr_expect_eq(books->balances[i], 0, "all that is not 0 is told");
    }
    for (int state = 1; state < 5; state++)
        cr_expect_gt(seen[state], 100, "state %d", state);
}

Test(codec_period, answers_with_what_belongs_to_the_call)
{
    struct message settlement = {.kind = MESSAGE_SETTLEMENT, .settlement.books.period = 680};
    struct message end = {.kind = MESSAGE_LIST_END, .list_end.next_after = 12};
    struct message transfer = {
        .kind = MESSAGE_TRANSFER,
        .transfer.transfer = {.id = 9, .debit = 300, .amount_pence = 5, .kind = LEDGER_MOVE}};
    const struct message other = {.kind = MESSAGE_STATISTICS};
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    struct codec_memory memory;
    const ProtobufCMessage *read = NULL;
    cr_expect_eq(codec_period_settled(&settlement, bytes, &size), CODEC_REPLY_LAST);
    cr_expect_eq(codec_period_settled(&end, bytes, &size), CODEC_REPLY_NONE);
    cr_expect_eq(codec_period_listed(&settlement, bytes, &size), CODEC_REPLY_PART);
    cr_expect_eq(codec_period_listed(&other, bytes, &size), CODEC_REPLY_NONE);
    cr_expect_eq(codec_period_exported(&other, bytes, &size), CODEC_REPLY_NONE);
    cr_assert_eq(codec_period_listed(&end, bytes, &size), CODEC_REPLY_LAST);
    cr_assert_null(codec_memory_unpack(&memory,
                                       &commonwheel__v1__list_settlements_response__descriptor,
                                       bytes, size, sizeof bytes, &read));
    cr_expect_str_eq(((const Commonwheel__V1__ListSettlementsResponse *)read)->next_page_token,
                     "12");
    cr_assert_eq(codec_period_exported(&transfer, bytes, &size), CODEC_REPLY_PART);
    cr_assert_null(codec_memory_unpack(&memory,
                                       &commonwheel__v1__export_period_response__descriptor, bytes,
                                       size, sizeof bytes, &read));
    cr_expect_eq(
        ((const Commonwheel__V1__ExportPeriodResponse *)read)->transfers[0]->content->transfer_id,
        9);
}
