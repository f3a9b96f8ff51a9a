/* Calls about payments: what is refused, and what responses say. */
#include "wire/codec_payment.h"

#include <criterion/criterion.h>
#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "commonwheel/v1/rider.pb-c.h"

static const struct codec_caller caller = {.rider = {3, 9}};

static const char *record(uint32_t account, int64_t pence, const char *reference,
                          struct event *event)
{
    Commonwheel__V1__RecordPaymentRequest wire = COMMONWHEEL__V1__RECORD_PAYMENT_REQUEST__INIT;
    uint8_t bytes[512];
    wire.account = account;
    wire.amount_pence = pence;
    wire.bank_reference = (char *)(uintptr_t)reference;
    const size_t size = commonwheel__v1__record_payment_request__pack(&wire, bytes);
    return codec_payment_record(bytes, size, &caller, event);
}

Test(codec_payment, reads_money_from_the_bank_and_names_what_is_wrong)
{
    static const struct {
        uint32_t account;
        int64_t pence;
        const char *reference;
        const char *why; /* begins with; NULL: taken */
    } rows[] = {
        {LEDGER_RIDERS, 1, "F", NULL},
        {UINT32_MAX, PENCE_MAX, "12345678901234567890123456789012345", NULL},
        {LEDGER_RIDERS - 1, 1, "F", "account"},
        {0, 1, "F", "account"},
        {LEDGER_RIDERS, 0, "F", "amount_pence"},
        {LEDGER_RIDERS, -1, "F", "amount_pence"},
        {LEDGER_RIDERS, PENCE_MAX + 1, "F", "amount_pence"},
        {LEDGER_RIDERS, 1, "", "bank_reference"},
        {LEDGER_RIDERS, 1, " F", "bank_reference"},
        {LEDGER_RIDERS, 1, "F\n", "bank_reference"},
        {LEDGER_RIDERS, 1, "\xc2\xa3", "bank_reference"},
        {LEDGER_RIDERS, 1, "123456789012345678901234567890123456", "bank_reference"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event = {.kind = EVENT_NONE};
        const char *why = record(rows[i].account, rows[i].pence, rows[i].reference, &event);
        cr_assert_eq(why == NULL, rows[i].why == NULL, "row %zu: %s", i, why != NULL ? why : "-");
        if (why != NULL) {
            cr_expect_eq(strncmp(why, rows[i].why, strlen(rows[i].why)), 0, "%s", why);
            cr_expect_eq(event.kind, EVENT_NONE);
            continue;
        }
        cr_expect_eq(event.kind, EVENT_RECORD_PAYMENT);
        cr_expect_eq(event.record_payment.account, rows[i].account);
        cr_expect_eq(event.record_payment.amount_pence, rows[i].pence);
        cr_expect_str_eq(event.record_payment.bank_reference, rows[i].reference);
        cr_expect(rider_id_equal(event.record_payment.by, caller.rider));
    }
    /* A NUL inside a reference. */
    const uint8_t bytes[] = {0x08, 0x80, 0x02, 0x10, 0x01, 0x1a, 0x03, 'a', 0, 'b'};
    struct event event;
    const char *why = codec_payment_record(bytes, sizeof bytes, &caller, &event);
    cr_expect_neq(why, NULL);
}

Test(codec_payment, asks_for_who_calls)
{
    static const struct {
        const char *(*decode)(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                              struct event *event);
        enum event_kind kind;
    } rows[] = {{codec_payment_set_up, EVENT_SET_UP_PAYMENT},
                {codec_payment_end, EVENT_END_PAYMENT},
                {codec_payment_get, EVENT_GET_PAYMENT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event;
        cr_assert_null(rows[i].decode(NULL, 0, &caller, &event));
        cr_expect_eq(event.kind, rows[i].kind);
        cr_expect(rider_id_equal(event.payer, caller.rider));
        cr_expect_not_null(rows[i].decode((const uint8_t *)"\x0a", 1, &caller, &event));
    }
}

Test(codec_payment, shows_how_a_rider_pays)
{
    struct message message = {.kind = MESSAGE_PAYMENT,
                              .payment = {.account = 300,
                                          .owed_pence = -100,
                                          .is_agreed = true,
                                          .last = {.id = 7,
                                                   .kind = PAYMENT_COLLECT,
                                                   .state = PAYMENT_FAILED,
                                                   .travel_day = 20514,
                                                   .amount_pence = 420,
                                                   .reference = "hidden",
                                                   .code = "P0010"}}};
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    memset(message.payment.url, 'u', PAYMENT_URL_MAX - 1);
    cr_assert_eq(codec_payment_shown(&message, bytes, &size), CODEC_REPLY_LAST);
    Commonwheel__V1__GetPaymentStatusResponse *response =
        commonwheel__v1__get_payment_status_response__unpack(NULL, size, bytes);
    cr_assert_not_null(response);
    const Commonwheel__V1__Payment *wire = response->payment;
    cr_expect_eq(wire->account, 300);
    cr_expect_eq(wire->owed_pence, -100);
    cr_expect(wire->is_agreed);
    cr_expect_eq(wire->payment_id, 7);
    cr_expect_eq((int)wire->kind, (int)PAYMENT_COLLECT);
    cr_expect_eq((int)wire->state, (int)PAYMENT_FAILED);
    cr_expect_eq(wire->travel_day, 20514);
    cr_expect_eq(wire->amount_pence, 420);
    cr_expect_str_eq(wire->code, "P0010");
    cr_expect_str_eq(wire->url, message.payment.url);
    commonwheel__v1__get_payment_status_response__free_unpacked(response, NULL);
    message.kind = MESSAGE_RIDE;
    cr_expect_eq(codec_payment_shown(&message, bytes, &size), CODEC_REPLY_NONE);
}

Test(codec_payment, lists_in_pages)
{
    uint8_t bytes[2 * CODEC_REPLY_MAX];
    size_t first = 0;
    size_t second = 0;
    struct message message = {.kind = MESSAGE_PAYMENT, .payment.account = 256};
    struct event event;
    cr_assert_eq(codec_payment_listed(&message, bytes, &first), CODEC_REPLY_PART);
    message = (struct message){.kind = MESSAGE_LIST_END, .list_end.next_after = 42};
    cr_assert_eq(codec_payment_listed(&message, bytes + first, &second), CODEC_REPLY_LAST);
    Commonwheel__V1__ListPaymentsResponse *response =
        commonwheel__v1__list_payments_response__unpack(NULL, first + second, bytes);
    cr_assert_not_null(response);
    cr_expect_eq(response->n_payments, 1);
    cr_expect_eq(response->payments[0]->account, 256);
    cr_expect_str_eq(response->next_page_token, "42");
    commonwheel__v1__list_payments_response__free_unpacked(response, NULL);
    cr_assert_null(codec_payment_list((const uint8_t *)"\x08\x07\x12\x02"
                                                       "42",
                                      6, &caller, &event));
    cr_expect(event.kind == EVENT_LIST_PAYMENTS && event.list.after == 42 && event.list.limit == 7);
    cr_assert_null(codec_payment_list(NULL, 0, &caller, &event));
    cr_expect(event.list.after == 0 && event.list.limit == LIST_PAGE_MAX);
    cr_expect_not_null(codec_payment_list((const uint8_t *)"\x08\x65", 2, &caller, &event));
    cr_expect_not_null(codec_payment_list((const uint8_t *)"\x12\x01x", 3, &caller, &event));
}
