/* The public keys that tokens are checked with, read once from a JWKS file (RFC 7517). Each key
 * has one algorithm, by its type: Ed25519 EdDSA (RFC 8037), P-256 ES256, RSA RS256 (RFC 7518). */
#ifndef NET_TOKEN_KEYS_H
#define NET_TOKEN_KEYS_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "net/token.h"

#define TOKEN_KEYS_MAX     64   /* keys in one file */
#define TOKEN_KID_MAX      128  /* longest `kid`, bytes */
#define TOKEN_RSA_MIN_BITS 2048 /* RFC 7518, section 3.3 */
#define TOKEN_RSA_MAX_BITS 8192 /* more costs milliseconds a check */

enum token_algorithm {
    TOKEN_EDDSA = 1,
    TOKEN_ES256,
    TOKEN_RS256,
};

/* "EdDSA", "ES256", "RS256". */
const char *token_keys_algorithm_text(enum token_algorithm algorithm);

/* The algorithm a key of this kind signs with, or 0: a type, curve or length not taken. */
unsigned token_keys_algorithm(const EVP_PKEY *key);

struct token_key {
    char kid[TOKEN_KID_MAX + 1];
    enum token_algorithm algorithm;
    EVP_PKEY *key; /* owned */
};

/* The key of that name, or NULL. Borrowed. O(count). */
const struct token_key *token_keys_find(const struct token_keys *keys, const char *kid);

/* Does `signature`, in the form of RFC 7518 (ES256: r and s of 32 bytes each), sign `bytes`? */
MUST_CHECK bool token_keys_check(const struct token_key *key, const uint8_t *signature,
                                 size_t signature_size, const void *bytes, size_t size);

#endif
