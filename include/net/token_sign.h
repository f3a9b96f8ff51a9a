/* Signing of tokens, for `dispatcher token`, the simulator and tests. */
#ifndef NET_TOKEN_SIGN_H
#define NET_TOKEN_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "net/token.h"

struct token_request {
    unsigned role; /* one of enum role (net/access.h) */
    const char *subject;
    const char *kid;
    const char *issuer;   /* or NULL */
    const char *audience; /* or NULL */
    int64_t issued_s;
    int64_t expires_s;
};

/* Sign with the Ed25519, P-256 or RSA private key in a PEM file. False and *error
 * (TOKEN_ERROR_MAX) on failure. */
MUST_CHECK bool token_sign(const char *private_path, const struct token_request *request,
                           char token[TOKEN_MAX + 1], char *error);

#endif
