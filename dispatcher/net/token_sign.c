/* Signs tokens, for the command line and tests; the dispatcher itself only checks them. */
#include "net/token_sign.h"

#include <errno.h>
#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/access.h"
#include "net/base64url.h"
#include "net/token_keys.h"

#define P256_BYTES    32
#define SIGNATURE_MAX (TOKEN_RSA_MAX_BITS / 8)

static EVP_PKEY *read_private(const char *path, char *error)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = NULL;

    if (file == NULL) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: %s", path, strerror(errno));
        return NULL;
    }
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    if (key != NULL && token_keys_algorithm(key) != 0)
        return key;
    snprintf(error, TOKEN_ERROR_MAX, "%s: is no Ed25519, P-256 or RSA private key in PEM", path);
    EVP_PKEY_free(key);
    return NULL;
}

/* Append base64url of the object to token[*length]; false when it does not fit. */
static bool append_json(json_t *object, char *token, size_t *length)
{
    char *text = json_dumps(object, JSON_COMPACT);
    size_t size = text != NULL ? strlen(text) : 0;
    bool is_fitting = text != NULL && *length + BASE64URL_LENGTH(size) <= TOKEN_MAX;

    if (is_fitting)
        *length += base64url_encode((const uint8_t *)text, size, token + *length);
    free(text);
    return is_fitting;
}

static bool append_header(const EVP_PKEY *key, const char *kid, char *token, size_t *length)
{
    const char *algorithm = token_keys_algorithm_text(token_keys_algorithm(key));
    json_t *header = json_pack("{s:s, s:s, s:s}", "alg", algorithm, "typ", "JWT", "kid", kid);
    bool is_done = append_json(header, token, length);

    json_decref(header);
    return is_done;
}

static bool append_claims(const struct token_request *request, char *token, size_t *length)
{
    json_t *claims =
        json_pack("{s:s, s:s, s:I, s:I, s:s*, s:s*}", "sub", request->subject, "role",
                  access_role_text(request->role), "iat", (json_int_t)request->issued_s, "exp",
                  (json_int_t)request->expires_s, "iss", request->issuer, "aud", request->audience);
    bool is_done = append_json(claims, token, length);

    json_decref(claims);
    return is_done;
}

/* OpenSSL's DER to r and s side by side. */
static bool der_to_es256(uint8_t *signature, size_t *size)
{
    const uint8_t *der = signature;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)*size);
    bool is_done =
        pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, P256_BYTES) == P256_BYTES &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + P256_BYTES, P256_BYTES) == P256_BYTES;

    *size = 2 * P256_BYTES;
    ECDSA_SIG_free(pair);
    return is_done;
}

static bool append_signature(EVP_PKEY *key, char *token, size_t *length)
{
    uint8_t signature[SIGNATURE_MAX];
    size_t size = sizeof signature;
    unsigned algorithm = token_keys_algorithm(key);
    const EVP_MD *digest = algorithm == TOKEN_EDDSA ? NULL : EVP_sha256();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_done = context != NULL && EVP_DigestSignInit(context, NULL, digest, NULL, key) == 1 &&
                   EVP_DigestSign(context, signature, &size, (const uint8_t *)token, *length) == 1;

    EVP_MD_CTX_free(context);
    if (!is_done || (algorithm == TOKEN_ES256 && !der_to_es256(signature, &size)) ||
        *length + 1 + BASE64URL_LENGTH(size) > TOKEN_MAX)
        return false;
    token[(*length)++] = '.';
    *length += base64url_encode(signature, size, token + *length);
    return true;
}

bool token_sign(const char *private_path, const struct token_request *request,
                char token[TOKEN_MAX + 1], char *error)
{
    EVP_PKEY *key;
    size_t length = 0;
    bool is_done;

    CHECK(access_role_text(request->role) != NULL);
    key = read_private(private_path, error);
    if (key == NULL)
        return false;
    is_done = append_header(key, request->kid, token, &length) && length < TOKEN_MAX;
    if (is_done) {
        token[length++] = '.';
        is_done = append_claims(request, token, &length) && append_signature(key, token, &length);
    }
    EVP_PKEY_free(key);
    if (!is_done)
        snprintf(error, TOKEN_ERROR_MAX, "cannot sign: subject or kid not UTF-8, or too long");
    return is_done;
}
