/* The bytes of the Connect protocol (connectrpc.com/docs/protocol) on HTTP/1.1, one way: codes,
 * response heads, error bodies, and the envelopes of streams. Pure: no sockets. */
#ifndef NET_CONNECT_H
#define NET_CONNECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/buffer.h"

#define CONNECT_ENVELOPE_SIZE 5
#define CONNECT_HEAD_MAX      512 /* longest response head or error body */

/* The codes that the dispatcher gives. */
enum connect_code {
    CONNECT_OK,
    CONNECT_INVALID_ARGUMENT,
    CONNECT_DEADLINE_EXCEEDED,
    CONNECT_NOT_FOUND,
    CONNECT_PERMISSION_DENIED,
    CONNECT_RESOURCE_EXHAUSTED,
    CONNECT_FAILED_PRECONDITION,
    CONNECT_OUT_OF_RANGE,
    CONNECT_ALREADY_EXISTS,
    CONNECT_UNIMPLEMENTED,
    CONNECT_INTERNAL,
    CONNECT_UNAVAILABLE,
    CONNECT_UNAUTHENTICATED,
    CONNECT_CODE_COUNT,
};

/* "not_found"; and its HTTP status by the protocol, 200 for CONNECT_OK. */
const char *connect_code_text(enum connect_code code);
int connect_code_status(enum connect_code code);

/* {"code":"not_found","message":"..."} into `text` (CONNECT_HEAD_MAX): the length. A message that
 * is too long is cut. */
size_t connect_error_json(enum connect_code code, const char *message, char *text);

/* A whole response: status line, headers, body. `extra` is more header lines or "". False when it
 * does not fit into `max` bytes with what is in `out`. */
MUST_CHECK bool connect_response(struct buffer *out, size_t max, int status, const char *type,
                                 const char *extra, const void *body, size_t size, bool is_last);

/* The head of a stream; one message of it; its end with an error, or without (CONNECT_OK). */
MUST_CHECK bool connect_stream_begin(struct buffer *out, size_t max);
MUST_CHECK bool connect_stream_message(struct buffer *out, size_t max, const void *bytes,
                                       size_t size);
MUST_CHECK bool connect_stream_end(struct buffer *out, size_t max, enum connect_code code,
                                   const char *message);

/* The one message of a streaming call's request: NULL and where it is in `bytes`; or a constant
 * sentence, and *code says whether it is malformed or compressed. */
MUST_CHECK const char *connect_envelope_read(const uint8_t *bytes, size_t size,
                                             const uint8_t **message, size_t *message_size,
                                             enum connect_code *code);

/* Is `text` a good Connect-Timeout-Ms: 1 to 10 decimal digits? */
bool connect_timeout_valid(const char *text);

#endif
