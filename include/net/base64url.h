/* base64url without padding (RFC 4648, section 5), as JSON Web Tokens use it. Strict: one text for
 * one string of bytes, so no padding, no white space, no stray bits in the last letter. */
#ifndef NET_BASE64URL_H
#define NET_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

/* Letters that `size` bytes become, without a NUL. */
#define BASE64URL_LENGTH(size) (((size)*4 + 2) / 3)

/* Write BASE64URL_LENGTH(size) letters and a NUL to `text`; the count of letters. */
size_t base64url_encode(const uint8_t *bytes, size_t size, char *text);

/* True with *size bytes written; false when `text` is not strict base64url or holds more than
 * `capacity` bytes. */
MUST_CHECK bool base64url_decode(const char *text, size_t length, uint8_t *bytes, size_t capacity,
                                 size_t *size);

#endif
