#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "keys.h"
#include "net/access.h"
#include "net/token_key.h"
#include "net/token_keys.h"
#include "net/token_sign.h"

#define X32 "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" /* RFC 8037, appendix A.2 */
#define KEY "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"" X32 "\"}"

static const struct {
    const char *text;
    const char *error; /* its end; NULL: taken */
} rows[] = {
    {"{\"keys\":[" KEY "]}", NULL},
    {"{\"keys\":[" KEY ",{\"kty\":\"EC\",\"crv\":\"P-521\",\"kid\":\"b\"}]}", NULL},
    {"{\"keys\":[" KEY ",{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"b\"}]}", NULL},
    {"{\"keys\":[]}", ": no Ed25519, P-256 or RSA key for signatures"},
    {"{\"keys\":{}}", ": has no array \"keys\""},
    {"[]", ": has no array \"keys\""},
    {"{\"keys\":[7]}", ": key 1 is not an object"},
    {"{\"keys\":[" KEY "," KEY "]}", ": key 2 has the kid of an earlier key"},
    {"{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}]}",
     ": key 1 is symmetric, which would let every reader of this file sign"},
    {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X32 "\"}]}", ": key 1 has no kid"},
    {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"" X32
     "\",\"d\":\"AA\"}]}",
     ": key 1 holds a private key"},
    {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"AAAA\"}]}",
     ": key 1 is not a valid key"},
    {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"alg\":\"RS256\",\"x\":\"" X32
     "\"}]}",
     ": key 1 has an alg that does not go with its type"},
    {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\",\"x\":\"" X32 "\",\"y\":\"" X32
     "\"}]}",
     ": key 1 is not a valid key"},
    {"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"" X32 "\",\"e\":\"AQAB\"}]}",
     ": key 1 is an RSA key of fewer than 2048 or more than 8192 bits"},
};

Test(token_keys, are_read_or_refused_with_the_keys_place)
{
    struct keys keys;

    keys_init(&keys, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char error[TOKEN_ERROR_MAX] = "";

        keys_write(keys.jwks, rows[i].text);

        struct token_keys *loaded = token_keys_load(keys.jwks, error);

        cr_assert_eq(loaded == NULL, rows[i].error != NULL, "row %zu: %s", i, error);
        if (rows[i].error != NULL) {
            cr_assert_eq(strncmp(error, keys.jwks, strlen(keys.jwks)), 0);
            cr_assert_str_eq(error + strlen(keys.jwks), rows[i].error, "row %zu", i);
        }
        token_keys_free(loaded);
    }
    keys_done(&keys);
}

Test(token_keys, say_which_file_cannot_be_read)
{
    struct keys keys;
    char error[TOKEN_ERROR_MAX];

    keys_init(&keys, 0);
    cr_assert_null(token_keys_load(keys_path(&keys, "none.json"), error));
    cr_assert_not_null(strstr(error, "none.json"));
    keys_write(keys.jwks, "{\"keys\":[\n\n  }");
    cr_assert_null(token_keys_load(keys.jwks, error));
    cr_assert_not_null(strstr(error, "jwks.json:3: "), "%s", error);
    keys_write(keys.jwks, "{\"keys\":[" KEY "],\"keys\":[]}");
    cr_assert_null(token_keys_load(keys.jwks, error));
    keys_done(&keys);
}

/* RSA keys that are too short to trust cannot be loaded, so their tokens cannot be checked. */
Test(token_keys, refuse_short_rsa_keys)
{
    struct keys keys;
    char error[TOKEN_ERROR_MAX] = "";

    keys_init(&keys, 1024);
    cr_assert_null(token_keys_load(keys.jwks, error));
    cr_assert_not_null(strstr(error, "fewer than 2048"), "%s", error);
    keys_done(&keys);
}

Test(token_key, is_made_once_and_kept_private)
{
    struct keys keys;
    struct stat status;
    char error[TOKEN_ERROR_MAX];
    char path[256];

    keys_init(&keys, 0);
    cr_assert_eq(stat(keys.ed25519, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);

    snprintf(path, sizeof path, "%s", keys_path(&keys, "second.pem"));
    cr_assert(token_key_create(path, keys.jwks, "second", error), "%s", error);
    cr_assert_not(token_key_create(path, keys.jwks, "third", error));
    cr_assert_not_null(strstr(error, "second.pem: File exists"), "%s", error);
    snprintf(path, sizeof path, "%s", keys_path(&keys, "third.pem"));
    cr_assert_not(token_key_create(path, keys.jwks, "second", error));
    cr_assert_not_null(strstr(error, "has a key \"second\" already"), "%s", error);
    cr_assert_eq(stat(path, &status), -1);
    cr_assert_not(token_key_create(path, keys_path(&keys, "no/jwks.json"), "x", error));
    cr_assert_eq(stat(path, &status), -1);

    struct token_keys *loaded = token_keys_load(keys.jwks, error);
    struct token_request request = {.role = ROLE_AUDITOR,
                                    .subject = "audit",
                                    .kid = "second",
                                    .issued_s = KEYS_NOW,
                                    .expires_s = KEYS_NOW + 1};
    char token[TOKEN_MAX + 1];
    struct token_claims claims;

    snprintf(path, sizeof path, "%s", keys_path(&keys, "second.pem"));
    cr_assert_not_null(loaded, "%s", error);
    cr_assert(token_sign(path, &request, token, error), "%s", error);
    cr_assert_null(token_verify(loaded, token, strlen(token), KEYS_NOW, NULL, NULL, &claims));
    cr_assert_eq(claims.role, ROLE_AUDITOR);
    token_keys_free(loaded);
    keys_done(&keys);
}

Test(token_sign, says_what_it_cannot_sign_with)
{
    struct keys keys;
    char error[TOKEN_ERROR_MAX];
    char token[TOKEN_MAX + 1];
    char subject[TOKEN_MAX + 1];
    struct token_request request = {.role = ROLE_RIDER, .subject = subject, .kid = "ed"};

    keys_init(&keys, 0);
    snprintf(subject, sizeof subject, "%s", "alice");
    cr_assert_not(token_sign(keys_path(&keys, "none.pem"), &request, token, error));
    cr_assert_not_null(strstr(error, "none.pem: No such file"), "%s", error);
    cr_assert_not(token_sign(keys.jwks, &request, token, error));
    cr_assert_not_null(strstr(error, "private key in PEM"), "%s", error);
    memset(subject, 'a', TOKEN_MAX);
    subject[TOKEN_MAX] = '\0';
    cr_assert_not(token_sign(keys.ed25519, &request, token, error));
    snprintf(subject, sizeof subject, "%s", "\xff");
    cr_assert_not(token_sign(keys.ed25519, &request, token, error));
    keys_done(&keys);
}
