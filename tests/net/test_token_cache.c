#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "keys.h"
#include "net/access.h"
#include "net/token_cache.h"

Test(token_cache, says_what_token_verify_says)
{
    struct keys keys;
    char error[TOKEN_ERROR_MAX];
    char tokens[20][TOKEN_MAX + 1];
    struct token_claims claims;

    keys_init(&keys, 0);

    struct token_keys *loaded = token_keys_load(keys.jwks, error);
    struct token_cache *cache = token_cache_new(loaded, NULL, NULL, 8);

    for (unsigned i = 0; i < 20; i++) {
        char subject[16];

        snprintf(subject, sizeof subject, "%u", i);
        keys_token(&keys, ROLE_VEHICLE, subject, tokens[i]);
    }
    /* More tokens than places: they push each other out, and stay themselves. */
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < 20; i++) {
            cr_assert_null(
                token_cache_verify(cache, tokens[i], strlen(tokens[i]), KEYS_NOW, &claims));
            cr_assert_eq(claims.vehicle.value, i);
        }
    token_cache_free(cache);
    token_keys_free(loaded);
    keys_done(&keys);
}

Test(token_cache, keeps_no_token_past_its_expiry_and_no_bad_one)
{
    struct keys keys;
    char error[TOKEN_ERROR_MAX];
    char token[TOKEN_MAX + 1];
    char changed[TOKEN_MAX + 1];
    struct token_claims claims;

    keys_init(&keys, 0);
    keys_token(&keys, ROLE_RIDER, "alice", token);
    snprintf(changed, sizeof changed, "%s", token);
    changed[strlen(changed) - 5] ^= 1;

    struct token_keys *loaded = token_keys_load(keys.jwks, error);
    struct token_cache *cache = token_cache_new(loaded, NULL, NULL, 1);
    struct token_cache *strict = token_cache_new(loaded, "us", "here", 1);

    for (int i = 0; i < 2; i++) {
        cr_assert_null(token_cache_verify(cache, token, strlen(token), KEYS_NOW, &claims));
        cr_assert_not_null(token_cache_verify(cache, changed, strlen(changed), KEYS_NOW, &claims));
        cr_assert_str_eq(token_cache_verify(cache, token, strlen(token), KEYS_NOW + 3660, &claims),
                         "token has expired");
        cr_assert_str_eq(token_cache_verify(strict, token, strlen(token), KEYS_NOW, &claims),
                         "token is from another issuer");
    }
    cr_assert_not_null(token_cache_verify(cache, token, TOKEN_MAX + 1, KEYS_NOW, &claims));
    token_cache_free(strict);
    token_cache_free(cache);
    token_keys_free(loaded);
    keys_done(&keys);
}
