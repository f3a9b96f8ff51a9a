/* Remembers which tokens were verified, since a signature costs 60 to 150 microseconds and the
 * same few thousand tokens come with every call. A direct-mapped table of fixed size, keyed by the
 * token's SHA-256; two tokens that fall together push each other out. Only verified tokens enter,
 * and none outlives its `exp`. */
#ifndef NET_TOKEN_CACHE_H
#define NET_TOKEN_CACHE_H

#include <stdint.h>

#include "net/token.h"

#define TOKEN_CACHE_MAX (UINT32_C(1) << 20) /* most places */

struct token_cache;

/* At least `places` of them (1 to TOKEN_CACHE_MAX), rounded up to a power of two. The keys are
 * borrowed for the life of the cache; issuer and audience are copied. NULL: out of memory. */
MUST_CHECK struct token_cache *token_cache_new(const struct token_keys *keys, const char *issuer,
                                               const char *audience, uint32_t places);
void token_cache_free(struct token_cache *cache);

/* As token_verify(), about 1 microsecond for a token seen before. */
MUST_CHECK const char *token_cache_verify(struct token_cache *cache, const char *token,
                                          size_t length, int64_t now_s,
                                          struct token_claims *claims);

#endif
