/* Calls about money as a client makes them: over HTTP, with tokens, page by page. */
#include "net/call.h"

#include <criterion/criterion.h>
#include <string.h>

#include "client.h"
#include "commonwheel/v1/finance.pb-c.h"
#include "door.h"
#include "net/access.h"
#include "net/token.h"
#include "wire/codec_client_money.h"

static struct door door;
static struct response response;
static char tokens[5][TOKEN_MAX + 1];

enum who { RIDER, VEHICLE, OPERATOR, FINANCE, AUDITOR };

static void open_door(void)
{
    door_init(&door);
    for (int who = RIDER; who <= AUDITOR; who++)
        keys_token(&door.keys, 1U << who, who == VEHICLE ? "7" : "fiona", tokens[who]);
    door_open(&door);
}

static int ask(const char *path, enum who who, const struct event *event)
{
    uint8_t body[CODEC_REQUEST_MAX];
    size_t size = 0;

    cr_assert(codec_client_request(event, body, &size));
    client_once(door.port, path, tokens[who], body, size, &response);
    return response.status;
}

static struct message answer(const char *path)
{
    const struct codec_call *call = codec_call_find(path, strlen(path));
    struct message message;
    const char *why =
        codec_client_response(call, (const uint8_t *)response.body, response.size, &message);

    cr_assert_null(why, "%s: %s", path, why);
    return message;
}

Test(call, refunds_a_ride_by_who_may_and_says_why_not)
{
    struct event event = {.kind = EVENT_REFUND_RIDE,
                          .refund = {.ride = {9}, .key = {1, 2}, .pence = 40, .reason = "ramp"}};

    open_door();
    cr_assert_eq(ask(FINANCE_PATH "RefundRide", FINANCE, &event), 200);

    const struct message message = answer(FINANCE_PATH "RefundRide");
    const struct event asked = door_event(&door, EVENT_REFUND_RIDE);

    cr_expect(message.refund.ride.value == 9 && message.refund.returned_pence == 40);
    cr_expect(rider_id_equal(asked.refund.by, token_rider_id("fiona")));
    cr_expect(asked.refund.pence == 40 && strcmp(asked.refund.reason, "ramp") == 0);
    event.refund.pence = DOOR_PAID_PENCE + 1;
    cr_expect_eq(ask(FINANCE_PATH "RefundRide", FINANCE, &event), 400);
    cr_expect(client_has_code(&response, "out_of_range"));
    cr_expect_eq(ask(FINANCE_PATH "RefundRide", AUDITOR, &event), 403);
    cr_expect_eq(ask(FINANCE_PATH "RefundRide", RIDER, &event), 403);
    event.refund.ride.value = 0;
    cr_expect_eq(ask(FINANCE_PATH "RefundRide", FINANCE, &event), 400);
    cr_expect(client_has_code(&response, "invalid_argument"));
    door_close(&door);
}

Test(call, shows_the_trial_balance_and_every_transfer_in_pages)
{
    struct account_view accounts[CODEC_CLIENT_ACCOUNTS_MAX];
    static struct transfer_view transfers[LIST_PAGE_MAX];
    struct message_balance_end end;
    struct message_transfers_end page = {0};
    uint32_t count = 0;
    uint64_t expected = DOOR_TRANSFERS;
    struct event event = {.kind = EVENT_TRIAL_BALANCE};

    open_door();
    cr_assert_eq(ask(FINANCE_PATH "TrialBalance", AUDITOR, &event), 200);
    cr_assert_null(codec_client_money_balance((const uint8_t *)response.body, response.size,
                                              accounts, &count, &end));
    cr_expect(count == 2 && accounts[0].account == LEDGER_VAT);
    cr_expect(accounts[1].content.debits_posted == DOOR_PAID_PENCE && end.last_seq == 77);
    event = (struct event){.kind = EVENT_LIST_TRANSFERS, .transfers = {.limit = 100}};
    do {
        cr_assert_eq(ask(FINANCE_PATH "ListTransfers", FINANCE, &event), 200);
        cr_assert_null(codec_client_money_transfers((const uint8_t *)response.body, response.size,
                                                    transfers, &count, &page));
        for (uint32_t i = 0; i < count; i++)
            cr_assert_eq(transfers[i].transfer.id, expected--);
        event.transfers.after = page.next_after;
    } while (page.next_after != 0);
    cr_expect_eq(expected, 0);
    cr_expect_eq(ask(FINANCE_PATH "ListTransfers", OPERATOR, &event), 403);
    door_close(&door);
}

Test(call, shows_a_rider_caps_and_receipts_and_who_answers_for_the_money_any_ride)
{
    static struct receipt_view receipts[LIST_PAGE_MAX];
    struct message_receipts_end page = {0};
    uint32_t count = 0;
    uint64_t expected = 5;
    struct event event = {.kind = EVENT_GET_CAP_STATUS};

    open_door();
    cr_assert_eq(ask(RIDER_PATH "GetCapStatus", RIDER, &event), 200);

    const struct message caps = answer(RIDER_PATH "GetCapStatus");

    cr_expect_eq(caps.cap_status.caps.day_left_pence, 500 - DOOR_PAID_PENCE);
    cr_expect_eq(caps.cap_status.caps.week_cap_pence, CAP_NONE_PENCE);
    cr_expect(rider_id_equal(door_event(&door, EVENT_GET_CAP_STATUS).cap_status,
                             token_rider_id("fiona")));
    cr_expect_eq(ask(RIDER_PATH "GetCapStatus", FINANCE, &event), 403);
    event = (struct event){.kind = EVENT_LIST_RECEIPTS, .receipts = {.limit = 2}};
    do {
        cr_assert_eq(ask(RIDER_PATH "ListReceipts", RIDER, &event), 200);
        cr_assert_null(codec_client_money_receipts((const uint8_t *)response.body, response.size,
                                                   receipts, &count, &page));
        for (uint32_t i = 0; i < count; i++)
            cr_assert_eq(receipts[i].ride.value, expected--);
        event.receipts.after = page.next_after;
    } while (page.next_after.value != 0);
    cr_expect_eq(expected, 0);
    event = (struct event){.kind = EVENT_GET_RECEIPT, .ride = {.any_rider = true, .ride = {9}}};
    cr_assert_eq(ask(FINANCE_PATH "GetReceipt", AUDITOR, &event), 200);
    cr_expect_eq(answer(FINANCE_PATH "GetReceipt").receipt.paid_pence, DOOR_PAID_PENCE);
    cr_expect_eq(ask(FINANCE_PATH "GetReceipt", RIDER, &event), 403);
    door_close(&door);
}

Test(call, settles_months_by_finance_officers_alone_and_says_why_not)
{
    char august[] = "2026-08";
    char september[] = "2026-09";
    Commonwheel__V1__ApproveSettlementRequest request =
        COMMONWHEEL__V1__APPROVE_SETTLEMENT_REQUEST__INIT;
    uint8_t body[CODEC_REQUEST_MAX];
    static const char *const paths[] = {FINANCE_PATH "ProposeSettlement",
                                        FINANCE_PATH "ApproveSettlement"};

    open_door();
    request.digest = 99;
    for (size_t i = 0; i < 2; i++) {
        request.period = august;
        size_t size = commonwheel__v1__approve_settlement_request__pack(&request, body);
        for (int who = RIDER; who <= AUDITOR; who++) {
            client_once(door.port, paths[i], tokens[who], body, size, &response);
            cr_expect_eq(response.status, who == FINANCE ? 200 : 403, "%s %d", paths[i], who);
        }
        request.period = september;
        size = commonwheel__v1__approve_settlement_request__pack(&request, body);
        client_once(door.port, paths[i], tokens[FINANCE], body, size, &response);
        cr_expect(response.status == 400 && client_has_code(&response, "failed_precondition"));
        cr_expect_not_null(strstr((const char *)response.body, "the month is not over"));
    }
    const struct event asked = door_event(&door, EVENT_APPROVE_SETTLEMENT);
    cr_expect(asked.settlement.digest == 99 && asked.settlement.period == DOOR_PERIOD - 1);
    cr_expect(rider_id_equal(asked.settlement.by, token_rider_id("fiona")));
    door_close(&door);
}
