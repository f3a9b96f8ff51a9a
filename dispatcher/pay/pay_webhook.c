/* The signature is over the bytes as they came, before anything reads them. */
#include "pay/pay_webhook.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define DIGEST_SIZE 32

bool pay_webhook_is_signed(const char *secret, const uint8_t *body, size_t size,
                           const char *signature)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[EVP_MAX_MD_SIZE];
    char expected[PAY_WEBHOOK_SIGNATURE_MAX] = "";
    unsigned length = 0;
    if (HMAC(EVP_sha256(), secret, (int)strlen(secret), body, size, digest, &length) == NULL ||
        length != DIGEST_SIZE)
        return false;
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        expected[2 * i] = digits[digest[i] >> 4];
        expected[2 * i + 1] = digits[digest[i] & 15];
    }
    return strlen(signature) == (size_t)2 * DIGEST_SIZE &&
           CRYPTO_memcmp(signature, expected, (size_t)2 * DIGEST_SIZE) == 0;
}

/* A member that is a reference; "" where there is none or it is something else. */
static void read_reference(const json_t *object, const char *name,
                           char reference[PAYMENT_REFERENCE_MAX])
{
    const char *text = json_string_value(json_object_get(object, name));
    memset(reference, 0, PAYMENT_REFERENCE_MAX);
    if (text == NULL || strlen(text) >= PAYMENT_REFERENCE_MAX)
        return;
    memcpy(reference, text, strlen(text) + 1);
    if (!payment_reference_valid(reference, PAYMENT_REFERENCE_MAX))
        memset(reference, 0, PAYMENT_REFERENCE_MAX);
}

bool pay_webhook_read(const uint8_t *body, size_t size, struct pay_webhook_about *about)
{
    json_t *root = json_loadb((const char *)body, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *resource = json_object_get(root, "resource");
    const char *type = json_string_value(json_object_get(root, "resource_type"));
    *about = (struct pay_webhook_about){0};
    if (type != NULL && (strcmp(type, "PAYMENT") == 0 || strcmp(type, "payment") == 0)) {
        read_reference(root, "resource_id", about->payment);
    } else if (type != NULL && (strcmp(type, "REFUND") == 0 || strcmp(type, "refund") == 0)) {
        read_reference(root, "resource_id", about->refund);
        read_reference(resource, "payment_id", about->payment);
    }
    json_decref(root);
    return about->payment[0] != '\0' || about->refund[0] != '\0';
}
