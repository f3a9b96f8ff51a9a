#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "keys.h"
#include "net/access.h"
#include "net/base64url.h"
#include "net/token_key.h"
#include "net/token_keys.h"
#include "net/token_sign.h"

#define NOW      KEYS_NOW
#define ED       "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}"
#define GOOD     "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1790003600}"
#define TOO_LATE "token has expired"

static struct token_keys *load(const struct keys *keys)
{
    char error[TOKEN_ERROR_MAX] = "";
    struct token_keys *loaded = token_keys_load(keys->jwks, error);

    cr_assert_not_null(loaded, "%s", error);
    return loaded;
}

Test(token, is_believed_under_each_algorithm)
{
    struct keys keys;

    keys_init(&keys, 2048);

    struct token_keys *loaded = load(&keys);
    const char *const paths[][2] = {{keys.ed25519, "ed"}, {keys.p256, "es"}, {keys.rsa, "rs"}};

    for (size_t i = 0; i < 3; i++) {
        struct token_request request = {.role = ROLE_VEHICLE,
                                        .subject = "4070",
                                        .kid = paths[i][1],
                                        .issuer = "https://id.example",
                                        .audience = "commonwheel",
                                        .issued_s = NOW,
                                        .expires_s = NOW + 60};
        char token[TOKEN_MAX + 1];
        char error[TOKEN_ERROR_MAX];
        struct token_claims claims;

        cr_assert(token_sign(paths[i][0], &request, token, error), "%s", error);
        cr_assert_null(token_verify(loaded, token, strlen(token), NOW, "https://id.example",
                                    "commonwheel", &claims));
        cr_assert_eq(claims.role, ROLE_VEHICLE);
        cr_assert_eq(claims.vehicle.value, 4070);
        cr_assert_eq(claims.expires_s, NOW + 60);
        cr_assert_str_eq(claims.subject, "4070");

        /* One letter changed, in each part, is not believed. */
        for (size_t at = 0; at + 1 < strlen(token); at += 7) {
            char changed[TOKEN_MAX + 1];

            snprintf(changed, sizeof changed, "%s", token);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            cr_assert_not_null(
                token_verify(loaded, changed, strlen(changed), NOW, NULL, NULL, &claims),
                "letter %zu", at);
        }
    }
    token_keys_free(loaded);
    keys_done(&keys);
}

static const struct {
    const char *header;
    const char *payload;
    const char *why; /* NULL: believed */
} rows[] = {
    {ED, GOOD, NULL},
    {"{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"typ\":\"JWT\"}", GOOD, NULL},
    {"{\"alg\":\"none\",\"kid\":\"ed\"}", GOOD, "token has another algorithm than its key"},
    {"{\"alg\":\"HS256\",\"kid\":\"ed\"}", GOOD, "token has another algorithm than its key"},
    {"{\"alg\":\"ES256\",\"kid\":\"ed\"}", GOOD, "token has another algorithm than its key"},
    {"{\"alg\":\"EdDSA\",\"kid\":\"es\"}", GOOD, "token has another algorithm than its key"},
    {"{\"alg\":\"ES256\",\"kid\":\"es\"}", GOOD, "token's signature is wrong"},
    {"{\"alg\":\"EdDSA\"}", GOOD, "token names no key"},
    {"{\"alg\":\"EdDSA\",\"kid\":7}", GOOD, "token names no key"},
    {"{\"alg\":\"EdDSA\",\"kid\":\"old\"}", GOOD, "token names an unknown key"},
    {"{\"kid\":\"ed\"}", GOOD, "token names no algorithm"},
    {"{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"typ\":\"secret\"}", GOOD, "token is of another type"},
    {"{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"crit\":[\"b64\"]}", GOOD,
     "token asks for an extension that is not understood"},
    {"{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"ed\"}", GOOD,
     "token's header is not base64url of a JSON object"},
    {"[]", GOOD, "token's header is not base64url of a JSON object"},
    {ED, "[]", "token's payload is not base64url of a JSON object"},
    {ED, "{\"sub\":\"alice\",\"sub\":\"bob\",\"role\":\"rider\",\"exp\":1790003600}",
     "token's payload is not base64url of a JSON object"},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\"}", "token has no time of expiry in whole seconds"},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":\"1790003600\"}",
     "token has no time of expiry in whole seconds"},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1789999940}", TOO_LATE},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1789999941}", NULL},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":-9223372036854775808}", TOO_LATE},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1790003600,\"nbf\":1790000060}", NULL},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1790003600,\"nbf\":1790000061}",
     "token is not valid yet"},
    {ED, "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1790003600,\"nbf\":1.5}",
     "token has an nbf that is not in whole seconds"},
    {ED, "{\"sub\":\"alice\",\"exp\":1790003600}", "token has no role"},
    {ED, "{\"sub\":\"alice\",\"role\":[\"rider\",\"operator\"],\"exp\":1790003600}",
     "token has no role"},
    {ED, "{\"sub\":\"alice\",\"role\":\"admin\",\"exp\":1790003600}", "token has an unknown role"},
    {ED, "{\"role\":\"rider\",\"exp\":1790003600}", "token has no subject"},
    {ED, "{\"sub\":\"\",\"role\":\"rider\",\"exp\":1790003600}", "token has no subject"},
    {ED, "{\"sub\":\"a\\tb\",\"role\":\"rider\",\"exp\":1790003600}",
     "token has a subject with control characters"},
    {ED, "{\"sub\":\"a\\u0000b\",\"role\":\"rider\",\"exp\":1790003600}",
     "token's payload is not base64url of a JSON object"},
    {ED, "{\"sub\":\"0\",\"role\":\"vehicle\",\"exp\":1790003600}", NULL},
    {ED, "{\"sub\":\"4294967294\",\"role\":\"vehicle\",\"exp\":1790003600}", NULL},
    {ED, "{\"sub\":\"4294967295\",\"role\":\"vehicle\",\"exp\":1790003600}",
     "token has a subject that is no vehicle's number"},
    {ED, "{\"sub\":\"07\",\"role\":\"vehicle\",\"exp\":1790003600}",
     "token has a subject that is no vehicle's number"},
    {ED, "{\"sub\":\"-7\",\"role\":\"vehicle\",\"exp\":1790003600}",
     "token has a subject that is no vehicle's number"},
    {ED, "{\"sub\":\"18446744073709551617\",\"role\":\"vehicle\",\"exp\":1790003600}",
     "token has a subject that is no vehicle's number"},
};

Test(token, is_refused_for_a_stated_reason)
{
    struct keys keys;

    keys_init(&keys, 0);

    struct token_keys *loaded = load(&keys);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char token[TOKEN_MAX + 1];
        struct token_claims claims = {.role = 77};

        keys_token_raw(keys.ed25519, rows[i].header, rows[i].payload, token);

        const char *why = token_verify(loaded, token, strlen(token), NOW, NULL, NULL, &claims);

        if (rows[i].why == NULL)
            cr_assert_null(why, "row %zu: %s", i, why);
        else
            cr_assert_str_eq(why == NULL ? "" : why, rows[i].why, "row %zu: %s", i, why);
        cr_assert(rows[i].why == NULL || claims.role == 77);
    }
    token_keys_free(loaded);
    keys_done(&keys);
}

Test(token, is_refused_when_its_shape_is_wrong)
{
    struct keys keys;
    char good[TOKEN_MAX + 1];
    char bad[TOKEN_MAX + 8];
    struct token_claims claims;

    keys_init(&keys, 0);
    keys_token(&keys, ROLE_RIDER, "alice", good);

    struct token_keys *loaded = load(&keys);
    const char *const shapes[] = {"", ".", "..", "...", "a.b", "a.b.c.d", "a.b.c"};

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        cr_assert_not_null(
            token_verify(loaded, shapes[i], strlen(shapes[i]), NOW, NULL, NULL, &claims));
    for (size_t cut = 0; cut < strlen(good); cut++)
        cr_assert_not_null(token_verify(loaded, good, cut, NOW, NULL, NULL, &claims));
    snprintf(bad, sizeof bad, "%s=", good);
    cr_assert_not_null(token_verify(loaded, bad, strlen(bad), NOW, NULL, NULL, &claims));
    memset(bad, 'A', sizeof bad);
    cr_assert_str_eq(token_verify(loaded, bad, TOKEN_MAX + 1, NOW, NULL, NULL, &claims),
                     "token is too long");
    cr_assert_str_eq(token_verify(loaded, bad, TOKEN_MAX, NOW, NULL, NULL, &claims),
                     "token has not three parts");

    /* The unsigned form of RFC 7519, section 6. */
    keys_token_raw(NULL, "{\"alg\":\"none\"}", GOOD, bad);
    cr_assert_not_null(token_verify(loaded, bad, strlen(bad), NOW, NULL, NULL, &claims));
    token_keys_free(loaded);
    keys_done(&keys);
}

Test(token, must_come_from_our_issuer_for_our_audience)
{
    static const struct {
        const char *claims;
        bool is_good;
    } parties[] = {
        {"\"iss\":\"us\",\"aud\":\"here\"", true},
        {"\"iss\":\"us\",\"aud\":[\"there\",\"here\"]", true},
        {"\"iss\":\"us\",\"aud\":[\"there\",7]", false},
        {"\"iss\":\"us\",\"aud\":[]", false},
        {"\"iss\":\"us\",\"aud\":7", false},
        {"\"iss\":\"us\"", false},
        {"\"iss\":\"them\",\"aud\":\"here\"", false},
        {"\"iss\":[\"us\"],\"aud\":\"here\"", false},
        {"\"aud\":\"here\"", false},
        {"\"iss\":\"us\",\"aud\":\"her\"", false},
    };
    struct keys keys;

    keys_init(&keys, 0);

    struct token_keys *loaded = load(&keys);

    for (size_t i = 0; i < sizeof parties / sizeof parties[0]; i++) {
        char payload[256];
        char token[TOKEN_MAX + 1];
        struct token_claims claims;

        snprintf(payload, sizeof payload,
                 "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1790003600,%s}", parties[i].claims);
        keys_token_raw(keys.ed25519, ED, payload, token);
        cr_assert_eq(token_verify(loaded, token, strlen(token), NOW, "us", "here", &claims) == NULL,
                     parties[i].is_good, "row %zu", i);
        cr_assert_null(token_verify(loaded, token, strlen(token), NOW, NULL, NULL, &claims));
    }
    token_keys_free(loaded);
    keys_done(&keys);
}

/* SHA-256("abc"), FIPS 180-2 appendix B.1: ba7816bf 8f01cfea 414140de 5dae2223 ... */
Test(token, makes_a_riders_pseudonym_from_the_subject)
{
    struct rider_id rider = token_rider_id("abc");

    cr_assert_eq(rider.high, UINT64_C(0xba7816bf8f01cfea));
    cr_assert_eq(rider.low, UINT64_C(0x414140de5dae2223));
}
