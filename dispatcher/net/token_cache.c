/* The SHA-256 of the whole token, signature included, is the key: who presents the same bytes
 * presents the same token. */
#include "net/token_cache.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_SIZE 32

struct entry {
    uint8_t digest[DIGEST_SIZE];
    struct token_claims claims; /* role 0: nothing here */
};

struct token_cache {
    const struct token_keys *keys;
    EVP_MD *sha256;
    EVP_MD_CTX *context;
    char *issuer;
    char *audience;
    uint32_t mask;
    struct entry *entries; /* [mask + 1] */
};

struct token_cache *token_cache_new(const struct token_keys *keys, const char *issuer,
                                    const char *audience, uint32_t places)
{
    struct token_cache *cache = calloc(1, sizeof *cache);
    uint32_t size = 1;

    CHECK(places >= 1 && places <= TOKEN_CACHE_MAX);
    if (cache == NULL)
        return NULL;
    while (size < places)
        size *= 2;
    cache->keys = keys;
    cache->mask = size - 1;
    cache->entries = calloc(size, sizeof *cache->entries);
    cache->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    cache->context = EVP_MD_CTX_new();
    cache->issuer = issuer != NULL ? strdup(issuer) : NULL;
    cache->audience = audience != NULL ? strdup(audience) : NULL;
    if (cache->entries == NULL || cache->sha256 == NULL || cache->context == NULL ||
        (cache->issuer == NULL) != (issuer == NULL) ||
        (cache->audience == NULL) != (audience == NULL)) {
        token_cache_free(cache);
        return NULL;
    }
    return cache;
}

void token_cache_free(struct token_cache *cache)
{
    if (cache == NULL)
        return;
    EVP_MD_CTX_free(cache->context);
    EVP_MD_free(cache->sha256);
    free(cache->audience);
    free(cache->issuer);
    free(cache->entries);
    free(cache);
}

const char *token_cache_verify(struct token_cache *cache, const char *token, size_t length,
                               int64_t now_s, struct token_claims *claims)
{
    uint8_t digest[DIGEST_SIZE];
    uint32_t place;

    if (length > TOKEN_MAX)
        return "token is too long";
    CHECK(EVP_DigestInit_ex2(cache->context, cache->sha256, NULL) == 1);
    CHECK(EVP_DigestUpdate(cache->context, token, length) == 1);
    CHECK(EVP_DigestFinal_ex(cache->context, digest, NULL) == 1);
    memcpy(&place, digest, sizeof place);

    struct entry *entry = &cache->entries[place & cache->mask];

    if (entry->claims.role != 0 && entry->claims.expires_s > now_s &&
        memcmp(entry->digest, digest, DIGEST_SIZE) == 0) {
        *claims = entry->claims;
        return NULL;
    }

    const char *why =
        token_verify(cache->keys, token, length, now_s, cache->issuer, cache->audience, claims);

    if (why == NULL) {
        memcpy(entry->digest, digest, DIGEST_SIZE);
        entry->claims = *claims;
    }
    return why;
}
