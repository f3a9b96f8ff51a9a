/* Signatures and bodies of webhooks. */
#include "pay/pay_webhook.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sign.h"

static bool is_signed(const char *secret, const char *body, const char *signature)
{
    return pay_webhook_is_signed(secret, (const uint8_t *)body, strlen(body), signature);
}

Test(pay_webhook, takes_the_signature_of_rfc_4231)
{
    /* Test case 2: "Jefe". */
    cr_expect(is_signed("Jefe", "what do ya want for nothing?",
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

Test(pay_webhook, refuses_any_other_signature)
{
    char signature[SIGN_MAX];
    const char *body = "{\"resource_id\":\"a\"}";
    sign("secret", body, signature);
    cr_assert(is_signed("secret", body, signature));
    cr_expect_not(is_signed("Secret", body, signature));
    cr_expect_not(is_signed("secret", "{\"resource_id\":\"b\"}", signature));
    cr_expect_not(is_signed("secret", body, ""));
    for (size_t i = 0; i < SIGN_MAX - 1; i++) {
        char other[SIGN_MAX];
        memcpy(other, signature, sizeof other);
        other[i] = other[i] == '0' ? '1' : '0';
        cr_expect_not(is_signed("secret", body, other));
        other[i] = '\0';
        cr_expect_not(is_signed("secret", body, other));
    }
    char longer[SIGN_MAX + 1];
    memcpy(longer, signature, SIGN_MAX - 1);
    longer[SIGN_MAX - 1] = '0';
    longer[SIGN_MAX] = '\0';
    cr_expect_not(is_signed("secret", body, longer));
}

Test(pay_webhook, says_which_payment_it_is_about)
{
    static const struct {
        const char *body;
        const char *payment; /* NULL: refused */
        const char *refund;
    } rows[] = {
        {"{\"resource_type\":\"PAYMENT\",\"resource_id\":\"hu20\"}", "hu20", ""},
        {"{\"resource_type\":\"payment\",\"resource_id\":\"hu20\"}", "hu20", ""},
        {"{\"resource_type\":\"REFUND\",\"resource_id\":\"r1\",\"resource\":{\"payment_id\":\"p\"}"
         "}",
         "p", "r1"},
        {"{\"resource_type\":\"REFUND\",\"resource_id\":\"r1\"}", "", "r1"},
        {"{\"resource_type\":\"AGREEMENT\",\"resource_id\":\"a\"}", NULL, NULL},
        {"{\"resource_type\":\"PAYMENT\",\"resource_id\":\"../x\"}", NULL, NULL},
        {"{\"resource_type\":\"PAYMENT\",\"resource_id\":7}", NULL, NULL},
        {"{\"resource_type\":\"PAYMENT\"}", NULL, NULL},
        {"[]", NULL, NULL},
        {"", NULL, NULL},
        {"{\"resource_type\":\"PAYMENT\",\"resource_id\":\"a\",\"resource_id\":\"b\"}", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pay_webhook_about about;
        const bool is_read =
            pay_webhook_read((const uint8_t *)rows[i].body, strlen(rows[i].body), &about);
        cr_assert_eq(is_read, rows[i].payment != NULL, "%s", rows[i].body);
        if (is_read) {
            cr_expect_str_eq(about.payment, rows[i].payment);
            cr_expect_str_eq(about.refund, rows[i].refund);
        }
    }
}
