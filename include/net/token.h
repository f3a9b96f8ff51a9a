/* Bearer tokens: JSON Web Tokens (RFC 7519) signed with EdDSA (Ed25519), ES256 or RS256, checked
 * through OpenSSL against the public keys of a JWKS file (RFC 7517) by `kid`. `none` and the
 * symmetric HS* are refused, as RFC 8725 advises; the algorithm is the key's, never the token's
 * choice. */
#ifndef NET_TOKEN_H
#define NET_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/ids.h"

#define TOKEN_MAX         4096 /* longest token, bytes */
#define TOKEN_SUBJECT_MAX 128  /* longest `sub`, bytes */
#define TOKEN_ERROR_MAX   256

struct token_keys; /* an owned set of public keys */

/* Read a JWKS file. NULL and *error (TOKEN_ERROR_MAX) names file and key. */
MUST_CHECK struct token_keys *token_keys_load(const char *path, char *error);
void token_keys_free(struct token_keys *keys);

struct token_claims {
    unsigned role; /* one of enum role (net/access.h), claim "role" */
    char subject[TOKEN_SUBJECT_MAX + 1];
    struct rider_id rider;     /* people: first 128 bits of SHA-256(subject), big-endian */
    struct vehicle_id vehicle; /* ROLE_VEHICLE: the subject is its number in decimal */
    int64_t expires_s;         /* claim "exp", required */
};

/* NULL and *claims; or why it is refused, a constant sentence ("token has expired"). Allows 60 s of
 * clock difference. `issuer` and `audience` may be NULL: any. */
MUST_CHECK const char *token_verify(const struct token_keys *keys, const char *token, size_t length,
                                    int64_t now_s, const char *issuer, const char *audience,
                                    struct token_claims *claims);

/* The pseudonym of a subject: the first 128 bits of its SHA-256, big-endian. */
struct rider_id token_rider_id(const char *subject);

#endif
