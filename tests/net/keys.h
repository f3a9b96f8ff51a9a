/* Keys and tokens for tests: made anew in a folder of the test's own. */
#ifndef TESTS_KEYS_H
#define TESTS_KEYS_H

#include <openssl/evp.h>

#include "net/token.h"

#define KEYS_NOW INT64_C(1790000000)

struct keys {
    char folder[64];
    char jwks[128];
    char ed25519[128]; /* private keys, kid "ed", "es" and "rs" */
    char p256[128];
    char rsa[128];
};

/* All three keys (RSA with `rsa_bits`, 0 for none) in a new folder; and it all removed. */
void keys_init(struct keys *keys, unsigned rsa_bits);
void keys_done(struct keys *keys);

/* The folder's file `name`. Static until the next call. */
const char *keys_path(const struct keys *keys, const char *name);

/* Write a file, or fail the test. */
void keys_write(const char *path, const char *text);

/* A token for `role` and `subject` by the Ed25519 key, good for an hour after KEYS_NOW. */
void keys_token(const struct keys *keys, unsigned role, const char *subject, char *token);

/* A token of any header and payload, signed by the private key in `path` (NULL: no signature). */
void keys_token_raw(const char *path, const char *header, const char *payload, char *token);

#endif
