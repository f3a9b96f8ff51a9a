#include "keys.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/access.h"
#include "net/base64url.h"
#include "net/token_key.h"
#include "net/token_keys.h"
#include "net/token_sign.h"

const char *keys_path(const struct keys *keys, const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", keys->folder, name);
    return path;
}

void keys_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file, "%s", path);
    cr_assert(fputs(text, file) >= 0);
    cr_assert_eq(fclose(file), 0);
}

static void write_private(const char *path, const EVP_PKEY *key)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    cr_assert_eq(PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    cr_assert_eq(fclose(file), 0);
}

static json_t *number(const EVP_PKEY *key, const char *name, int size)
{
    BIGNUM *value = NULL;
    uint8_t bytes[1024];
    char text[BASE64URL_LENGTH(sizeof bytes) + 1];

    cr_assert_eq(EVP_PKEY_get_bn_param(key, name, &value), 1);
    if (size == 0)
        size = BN_num_bytes(value);
    cr_assert_eq(BN_bn2binpad(value, bytes, size), size);
    base64url_encode(bytes, (size_t)size, text);
    BN_free(value);
    return json_string(text);
}

static void add_key(const char *path, json_t *jwk)
{
    json_t *root = json_load_file(path, 0, NULL);

    cr_assert_not_null(root);
    json_array_append_new(json_object_get(root, "keys"), jwk);
    cr_assert_eq(json_dump_file(root, path, JSON_INDENT(1)), 0);
    json_decref(root);
}

void keys_init(struct keys *keys, unsigned rsa_bits)
{
    char error[TOKEN_ERROR_MAX];

    snprintf(keys->folder, sizeof keys->folder, "/tmp/net-keys-XXXXXX");
    cr_assert_not_null(mkdtemp(keys->folder));
    snprintf(keys->jwks, sizeof keys->jwks, "%s", keys_path(keys, "jwks.json"));
    snprintf(keys->ed25519, sizeof keys->ed25519, "%s", keys_path(keys, "ed.pem"));
    snprintf(keys->p256, sizeof keys->p256, "%s", keys_path(keys, "es.pem"));
    snprintf(keys->rsa, sizeof keys->rsa, "%s", keys_path(keys, "rs.pem"));
    cr_assert(token_key_create(keys->ed25519, keys->jwks, "ed", error), "%s", error);

    EVP_PKEY *p256 = EVP_EC_gen("P-256");

    write_private(keys->p256, p256);
    add_key(keys->jwks, json_pack("{s:s, s:s, s:s, s:o, s:o}", "kty", "EC", "crv", "P-256", "kid",
                                  "es", "x", number(p256, OSSL_PKEY_PARAM_EC_PUB_X, 32), "y",
                                  number(p256, OSSL_PKEY_PARAM_EC_PUB_Y, 32)));
    EVP_PKEY_free(p256);
    if (rsa_bits == 0)
        return;

    EVP_PKEY *rsa = EVP_RSA_gen(rsa_bits);

    write_private(keys->rsa, rsa);
    add_key(keys->jwks, json_pack("{s:s, s:s, s:o, s:o}", "kty", "RSA", "kid", "rs", "n",
                                  number(rsa, OSSL_PKEY_PARAM_RSA_N, 0), "e",
                                  number(rsa, OSSL_PKEY_PARAM_RSA_E, 0)));
    EVP_PKEY_free(rsa);
}

void keys_done(struct keys *keys)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", keys->folder);
    cr_assert_eq(system(command), 0);
}

void keys_token(const struct keys *keys, unsigned role, const char *subject, char *token)
{
    char error[TOKEN_ERROR_MAX];
    struct token_request request = {.role = role,
                                    .subject = subject,
                                    .kid = "ed",
                                    .issued_s = KEYS_NOW,
                                    .expires_s = KEYS_NOW + 3600};

    cr_assert(token_sign(keys->ed25519, &request, token, error), "%s", error);
}

static size_t sign(const char *path, const char *text, uint8_t *signature, size_t size)
{
    FILE *file = fopen(path, "r");
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *digest = EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256();

    fclose(file);
    cr_assert_eq(EVP_DigestSignInit(context, NULL, digest, NULL, key), 1);
    cr_assert_eq(EVP_DigestSign(context, signature, &size, (const uint8_t *)text, strlen(text)), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return size;
}

void keys_token_raw(const char *path, const char *header, const char *payload, char *token)
{
    uint8_t signature[1024];
    size_t length = base64url_encode((const uint8_t *)header, strlen(header), token);

    token[length++] = '.';
    length += base64url_encode((const uint8_t *)payload, strlen(payload), token + length);

    size_t size = path != NULL ? sign(path, token, signature, sizeof signature) : 0;

    token[length++] = '.';
    base64url_encode(signature, size, token + length);
}
