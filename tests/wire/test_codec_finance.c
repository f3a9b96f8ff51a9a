#include "wire/codec_finance.h"

#include <criterion/criterion.h>
#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "wire/codec_memory.h"

#define KEY "0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c55"

static const struct codec_caller caller = {.rider = {3, 4}};

static const char *refund(Commonwheel__V1__RefundRideRequest *wire, struct event *event)
{
    uint8_t bytes[CODEC_REQUEST_MAX];
    const size_t size = codec_memory_pack(&wire->base, bytes, sizeof bytes);
    return codec_finance_refund(bytes, size, &caller, event);
}

Test(codec_finance, reads_refunds_and_names_what_is_wrong_in_them)
{
    char key[] = KEY;
    char nil[] = "00000000-0000-0000-0000-000000000000";
    char reason[] = "the ramp was broken";
    char empty[] = "";
    char too_long[122];
    memset(too_long, 'x', 121);
    too_long[121] = '\0';
    struct row {
        uint64_t ride;
        int amount; /* 0 none, 1 pence, 2 all, 3 all is false */
        int64_t pence;
        char *key;
        char *reason;
        const char *why;
    } rows[] = {
        {9, 1, 250, key, reason, NULL},
        {9, 2, 0, key, reason, NULL},
        {0, 1, 250, key, reason, "ride_id: must be 1 or more"},
        {9, 0, 0, key, reason, "amount: pence or all must be given"},
        {9, 1, 0, key, reason, "pence: must be 1 to 2^48"},
        {9, 1, -5, key, reason, "pence: must be 1 to 2^48"},
        {9, 1, INT64_MAX, key, reason, "pence: must be 1 to 2^48"},
        {9, 3, 0, key, reason, "all: must be true, where it is given"},
        {9, 1, 250, nil, reason, "key: must be a UUID, not the nil one"},
        {9, 1, 250, empty, reason, "key: must be a UUID, not the nil one"},
        {9, 1, 250, key, empty, "reason: must be 1 to 120 bytes of text"},
        {9, 1, 250, key, too_long, "reason: must be 1 to 120 bytes of text"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Commonwheel__V1__RefundRideRequest wire = COMMONWHEEL__V1__REFUND_RIDE_REQUEST__INIT;
        struct event event = {.kind = EVENT_NONE};
        wire.ride_id = rows[i].ride;
        wire.key = rows[i].key;
        wire.reason = rows[i].reason;
        if (rows[i].amount == 1) {
            wire.amount_case = COMMONWHEEL__V1__REFUND_RIDE_REQUEST__AMOUNT_PENCE;
            wire.pence = rows[i].pence;
        } else if (rows[i].amount > 1) {
            wire.amount_case = COMMONWHEEL__V1__REFUND_RIDE_REQUEST__AMOUNT_ALL;
            wire.all = rows[i].amount == 2;
        }
        const char *why = refund(&wire, &event);
        cr_expect(why == rows[i].why ||
                      (why != NULL && rows[i].why != NULL && strcmp(why, rows[i].why) == 0),
                  "row %zu: %s", i, why);
        cr_expect_eq(event.kind, rows[i].why == NULL ? EVENT_REFUND_RIDE : EVENT_NONE);
        if (rows[i].why == NULL) {
            cr_expect(event.refund.by.high == 3 && event.refund.ride.value == 9);
            cr_expect(event.refund.all == (rows[i].amount == 2) &&
                      event.refund.pence == rows[i].pence);
            cr_expect_str_eq(event.refund.reason, reason);
        }
    }
}

Test(codec_finance, goes_on_with_a_page_where_the_last_ended)
{
    static const uint64_t places[] = {1, 10, 4294967296, UINT64_MAX};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct message end = {.kind = MESSAGE_TRANSFERS_END};
        uint8_t bytes[CODEC_REPLY_MAX];
        size_t size = 0;
        end.transfers_end.next_after = places[i];
        cr_assert_eq(codec_finance_listed(&end, bytes, &size), CODEC_REPLY_LAST);
        /* next_page_token of a response has the field number of a request's page_token. */
        struct event event;
        const char *why = codec_finance_transfers(bytes, size, &caller, &event);
        cr_assert_null(why, "%s", why);
        cr_expect_eq(event.transfers.after, places[i]);
        cr_expect_eq(event.transfers.limit, LIST_PAGE_MAX);
    }
}

Test(codec_finance, refuses_pages_that_make_no_sense)
{
    char tokens[][24] = {"x", "-1", "18446744073709551616", "123456789012345678901"};
    for (size_t i = 0; i <= sizeof tokens / sizeof tokens[0]; i++) {
        Commonwheel__V1__ListTransfersRequest wire = COMMONWHEEL__V1__LIST_TRANSFERS_REQUEST__INIT;
        uint8_t bytes[CODEC_REQUEST_MAX];
        struct event event = {.kind = EVENT_NONE};
        if (i < sizeof tokens / sizeof tokens[0])
            wire.page_token = tokens[i];
        else
            wire.page_size = LIST_PAGE_MAX + 1;
        const size_t size = codec_memory_pack(&wire.base, bytes, sizeof bytes);
        cr_expect_not_null(codec_finance_transfers(bytes, size, &caller, &event), "row %zu", i);
        cr_expect_eq(event.kind, EVENT_NONE);
    }
}

/* Parts one after another are one response. */
Test(codec_finance, writes_a_trial_balance_in_parts)
{
    struct message parts[] = {
        {.kind = MESSAGE_ACCOUNT, .account = {LEDGER_VAT, {0, 1, 0, 34}}},
        {.kind = MESSAGE_ACCOUNT, .account = {LEDGER_RIDERS, {7, 200, 0, 0}}},
        {.kind = MESSAGE_BALANCE_END, .balance_end = {.last_seq = 77}},
    };
    uint8_t bytes[3 * CODEC_REPLY_MAX];
    size_t used = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t size = 0;
        const enum codec_reply reply = codec_finance_balanced(&parts[i], bytes + used, &size);
        cr_expect_eq(reply, i < 2 ? CODEC_REPLY_PART : CODEC_REPLY_LAST);
        used += size;
    }
    struct codec_memory memory;
    const ProtobufCMessage *message = NULL;
    cr_assert_null(codec_memory_unpack(&memory,
                                       &commonwheel__v1__trial_balance_response__descriptor, bytes,
                                       used, sizeof bytes, &message));
    const Commonwheel__V1__TrialBalanceResponse *wire =
        (const Commonwheel__V1__TrialBalanceResponse *)message;
    cr_assert_eq(wire->n_accounts, 2);
    cr_expect_str_eq(wire->accounts[0]->name, "vat");
    cr_expect_eq(wire->accounts[0]->credits_pence, 34);
    cr_expect_str_eq(wire->accounts[1]->name, "rider");
    cr_expect_eq(wire->accounts[1]->debits_pending_pence, 7);
    cr_expect_eq(wire->last_seq, 77);
}
