/* References and moves. */
#include "core/payment.h"

#include <criterion/criterion.h>
#include <string.h>

Test(payment, moves_forward_alone)
{
    static const char *const allowed[PAYMENT_STATE_COUNT] = {[PAYMENT_DUE] = "-sdf",
                                                             [PAYMENT_SUBMITTED] = "--df",
                                                             [PAYMENT_DONE] = "----",
                                                             [PAYMENT_FAILED] = "----"};
    for (int from = PAYMENT_DUE; from < PAYMENT_STATE_COUNT; from++) {
        for (int to = 0; to <= PAYMENT_STATE_COUNT; to++) {
            const bool may = to >= PAYMENT_DUE && to < PAYMENT_STATE_COUNT &&
                             allowed[from][to - PAYMENT_DUE] != '-';
            cr_expect_eq(payment_may_move((enum payment_state)from, (enum payment_state)to), may,
                         "%d %d", from, to);
        }
    }
}

Test(payment, is_open_until_its_end_is_known_and_a_bill_never_is)
{
    for (int kind = PAYMENT_BILL; kind < PAYMENT_KIND_COUNT; kind++) {
        for (int state = PAYMENT_DUE; state < PAYMENT_STATE_COUNT; state++) {
            const struct payment payment = {
                .id = 1, .kind = (enum payment_kind)kind, .state = (enum payment_state)state};
            cr_expect_eq(payment_is_open(&payment), kind != PAYMENT_BILL && state < PAYMENT_DONE);
        }
    }
    const struct payment none = {0};
    cr_expect_not(payment_is_open(&none));
}

Test(payment, takes_references_that_may_stand_in_a_url)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"", true},          {"hu20sqlact5260q2nanm0q8u93", true},
        {"A-b_9", true},     {"a/b", false},
        {"a b", false},      {"a?b", false},
        {"..", false},       {"a\n", false},
        {"\xc3\xa4", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[PAYMENT_REFERENCE_MAX] = "";
        memcpy(text, rows[i].text, strlen(rows[i].text));
        cr_expect_eq(payment_reference_valid(text, sizeof text), rows[i].valid, "%s", rows[i].text);
    }
    char full[PAYMENT_REFERENCE_MAX];
    memset(full, 'a', sizeof full);
    cr_expect_not(payment_reference_valid(full, sizeof full), "it has no end");
    full[4] = '\0';
    cr_expect_not(payment_reference_valid(full, sizeof full), "something stands behind its end");
}

Test(payment, takes_bank_references_of_printable_ascii)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"FPS 2026-03-02 / 17", true},
        {"~!", true},
        {"", false},
        {" a", false},
        {"a ", false},
        {"a\t", false},
        {"\xc2\xa3", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[PAYMENT_BANK_MAX] = "";
        memcpy(text, rows[i].text, strlen(rows[i].text));
        cr_expect_eq(payment_bank_valid(text, sizeof text), rows[i].valid, "%s", rows[i].text);
    }
}
