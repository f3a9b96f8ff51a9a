/* JWKS in, OpenSSL keys out. Keys that are not for signatures, or of a kind not taken, are passed
 * over, as RFC 7517 section 5 asks; what can only be a mistake (no kid, the same kid twice, secret
 * parts, a weak or broken key) is an error that names file and key. */
#include "net/token_keys.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/base64url.h"

#define KEY_BYTES_MAX (TOKEN_RSA_MAX_BITS / 8) /* longest number in a key */
#define P256_BYTES    32

struct token_keys {
    size_t count;
    struct token_key keys[TOKEN_KEYS_MAX];
};

const char *token_keys_algorithm_text(enum token_algorithm algorithm)
{
    switch (algorithm) {
    case TOKEN_EDDSA:
        return "EdDSA";
    case TOKEN_ES256:
        return "ES256";
    case TOKEN_RS256:
        return "RS256";
    }
    return "";
}

unsigned token_keys_algorithm(const EVP_PKEY *key)
{
    char group[64];
    size_t length;
    int bits = EVP_PKEY_get_bits(key);

    if (EVP_PKEY_is_a(key, "ED25519"))
        return TOKEN_EDDSA;
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &length) &&
        strcmp(group, SN_X9_62_prime256v1) == 0)
        return TOKEN_ES256;
    if (EVP_PKEY_is_a(key, "RSA") && bits >= TOKEN_RSA_MIN_BITS && bits <= TOKEN_RSA_MAX_BITS)
        return TOKEN_RS256;
    return 0;
}

/* The member's bytes: false when it is no string or not strict base64url. */
static bool member_bytes(const json_t *jwk, const char *name, uint8_t *bytes, size_t capacity,
                         size_t *size)
{
    const json_t *value = json_object_get(jwk, name);

    return json_is_string(value) &&
           base64url_decode(json_string_value(value), json_string_length(value), bytes, capacity,
                            size);
}

static bool member_is(const json_t *jwk, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(jwk, name));

    return value != NULL && strcmp(value, text) == 0;
}

static EVP_PKEY *key_from_params(const char *type, OSSL_PARAM_BLD *builder)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    if (params != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *key_ed25519(const json_t *jwk)
{
    uint8_t x[32];
    size_t size;

    if (!member_bytes(jwk, "x", x, sizeof x, &size) || size != sizeof x)
        return NULL;
    return EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, x, sizeof x);
}

static EVP_PKEY *key_p256(const json_t *jwk)
{
    uint8_t point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
    size_t x_size;
    size_t y_size;

    if (!member_bytes(jwk, "x", point + 1, P256_BYTES, &x_size) || x_size != P256_BYTES ||
        !member_bytes(jwk, "y", point + 1 + P256_BYTES, P256_BYTES, &y_size) ||
        y_size != P256_BYTES)
        return NULL;

    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (builder != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1,
                                        0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) ==
            1)
        key = key_from_params("EC", builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

static EVP_PKEY *key_rsa(const json_t *jwk)
{
    uint8_t bytes[KEY_BYTES_MAX];
    size_t size;
    BIGNUM *n = NULL;
    BIGNUM *e = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (member_bytes(jwk, "n", bytes, sizeof bytes, &size))
        n = BN_bin2bn(bytes, (int)size, NULL);
    if (member_bytes(jwk, "e", bytes, sizeof bytes, &size))
        e = BN_bin2bn(bytes, (int)size, NULL);
    if (builder != NULL && n != NULL && e != NULL && BN_is_odd(e) && !BN_is_one(e) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = key_from_params("RSA", builder);
    OSSL_PARAM_BLD_free(builder);
    BN_free(e);
    BN_free(n);
    return key;
}

/* Is the key one to pass over, as meant for others? */
static bool is_foreign(const json_t *jwk)
{
    bool is_taken = (member_is(jwk, "kty", "OKP") && member_is(jwk, "crv", "Ed25519")) ||
                    (member_is(jwk, "kty", "EC") && member_is(jwk, "crv", "P-256")) ||
                    member_is(jwk, "kty", "RSA");

    return !is_taken || (json_object_get(jwk, "use") != NULL && !member_is(jwk, "use", "sig"));
}

/* Read one key into *key: NULL, or a constant sentence. */
static const char *read_key(const json_t *jwk, struct token_key *key)
{
    const json_t *kid = json_object_get(jwk, "kid");
    const json_t *algorithm = json_object_get(jwk, "alg");
    EVP_PKEY *made;

    if (!json_is_string(kid) || json_string_length(kid) == 0)
        return "has no kid";
    if (json_string_length(kid) > TOKEN_KID_MAX)
        return "has a kid that is too long";
    if (json_object_get(jwk, "d") != NULL)
        return "holds a private key";
    if (member_is(jwk, "kty", "OKP"))
        made = key_ed25519(jwk);
    else if (member_is(jwk, "kty", "EC"))
        made = key_p256(jwk);
    else
        made = key_rsa(jwk);
    if (made == NULL)
        return "is not a valid key";

    unsigned of_key = token_keys_algorithm(made);

    if (of_key == 0) {
        EVP_PKEY_free(made);
        return "is an RSA key of fewer than 2048 or more than 8192 bits";
    }
    if (algorithm != NULL && !member_is(jwk, "alg", token_keys_algorithm_text(of_key))) {
        EVP_PKEY_free(made);
        return "has an alg that does not go with its type";
    }
    memcpy(key->kid, json_string_value(kid), json_string_length(kid) + 1);
    key->algorithm = of_key;
    key->key = made;
    return NULL;
}

/* Read the list up to its first mistake, at *index. */
static const char *read_keys(const json_t *list, struct token_keys *keys, size_t *index)
{
    for (*index = 0; *index < json_array_size(list); ++*index) {
        const json_t *jwk = json_array_get(list, *index);
        struct token_key key;

        if (!json_is_object(jwk))
            return "is not an object";
        if (member_is(jwk, "kty", "oct"))
            return "is symmetric, which would let every reader of this file sign";
        if (is_foreign(jwk))
            continue;
        if (keys->count == TOKEN_KEYS_MAX)
            return "is one too many";

        const char *problem = read_key(jwk, &key);

        if (problem != NULL)
            return problem;
        if (token_keys_find(keys, key.kid) != NULL) {
            EVP_PKEY_free(key.key);
            return "has the kid of an earlier key";
        }
        keys->keys[keys->count++] = key;
    }
    return NULL;
}

struct token_keys *token_keys_load(const char *path, char *error)
{
    json_error_t json_error;
    size_t index = 0;
    const char *problem;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &json_error);

    if (root == NULL) {
        if (json_error.line < 0)
            snprintf(error, TOKEN_ERROR_MAX, "%s", json_error.text);
        else
            snprintf(error, TOKEN_ERROR_MAX, "%s:%d: %s", path, json_error.line, json_error.text);
        return NULL;
    }

    const json_t *list = json_object_get(root, "keys");
    struct token_keys *keys = calloc(1, sizeof *keys);

    if (!json_is_array(list) || keys == NULL) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: %s", path,
                 keys == NULL ? "out of memory" : "has no array \"keys\"");
        goto fail;
    }
    problem = read_keys(list, keys, &index);
    if (problem != NULL) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: key %zu %s", path, index + 1, problem);
        goto fail;
    }
    if (keys->count == 0) {
        snprintf(error, TOKEN_ERROR_MAX, "%s: no Ed25519, P-256 or RSA key for signatures", path);
        goto fail;
    }
    json_decref(root);
    return keys;
fail:
    token_keys_free(keys);
    json_decref(root);
    return NULL;
}

void token_keys_free(struct token_keys *keys)
{
    if (keys == NULL)
        return;
    for (size_t i = 0; i < keys->count; i++)
        EVP_PKEY_free(keys->keys[i].key);
    free(keys);
}

const struct token_key *token_keys_find(const struct token_keys *keys, const char *kid)
{
    for (size_t i = 0; i < keys->count; i++)
        if (strcmp(keys->keys[i].kid, kid) == 0)
            return &keys->keys[i];
    return NULL;
}

/* r and s side by side become the DER that OpenSSL reads; its length, or 0. */
static size_t es256_to_der(const uint8_t *signature, uint8_t *der, size_t capacity)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, P256_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(signature + P256_BYTES, P256_BYTES, NULL);
    int length = 0;

    if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else if (i2d_ECDSA_SIG(pair, NULL) <= (int)capacity) {
        length = i2d_ECDSA_SIG(pair, &der);
    }
    ECDSA_SIG_free(pair);
    return length > 0 ? (size_t)length : 0;
}

bool token_keys_check(const struct token_key *key, const uint8_t *signature, size_t signature_size,
                      const void *bytes, size_t size)
{
    uint8_t der[2 * P256_BYTES + 16];

    if (key->algorithm == TOKEN_ES256) {
        if (signature_size != 2 * P256_BYTES)
            return false;
        signature_size = es256_to_der(signature, der, sizeof der);
        signature = der;
    }

    const EVP_MD *digest = key->algorithm == TOKEN_EDDSA ? NULL : EVP_sha256();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_good = context != NULL &&
                   EVP_DigestVerifyInit(context, NULL, digest, NULL, key->key) == 1 &&
                   EVP_DigestVerify(context, signature, signature_size, bytes, size) == 1;

    EVP_MD_CTX_free(context);
    return is_good;
}
