/* A new key pair to sign tokens with, for `dispatcher token` and tests. */
#ifndef NET_TOKEN_KEY_H
#define NET_TOKEN_KEY_H

#include <stdbool.h>

#include "net/token.h"

/* A new Ed25519 key pair named `kid`: the private key as PEM (mode 0600) to a file that must not
 * exist yet, the public one added to a JWKS file, which is made if it does not exist. False and
 * *error (TOKEN_ERROR_MAX) on failure, and then neither file has changed. */
MUST_CHECK bool token_key_create(const char *private_path, const char *jwks_path, const char *kid,
                                 char *error);

#endif
