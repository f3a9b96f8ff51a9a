/* The signature of a webhook, made with another part of OpenSSL than the one that checks it. */
#ifndef TESTS_PAY_SIGN_H
#define TESTS_PAY_SIGN_H

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define SIGN_MAX 65

static inline void sign(const char *secret, const char *body, char signature[SIGN_MAX])
{
    unsigned char digest[32];
    size_t size = sizeof digest;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, (const unsigned char *)secret,
                                                 strlen(secret));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key);
    EVP_DigestSign(context, digest, &size, (const unsigned char *)body, strlen(body));
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(signature + 2 * i, 3, "%02x", digest[i]);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

#endif
