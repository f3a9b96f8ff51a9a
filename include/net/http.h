/* HTTP/1.1 requests: routing, checks, bodies and responses. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "net/doors.h"

/* A request's headers are complete; a piece of its body; all of it (libwebsockets may say that more
 * than once); the socket takes bytes. Each returns 0, or -1 to close. */
MUST_CHECK int http_begin(struct session *session);
MUST_CHECK int http_body(struct session *session, const uint8_t *bytes, size_t size);
MUST_CHECK int http_complete(struct session *session);
MUST_CHECK int http_writeable(struct session *session);

/* Answer the request under way, a stream's too: with an error; or with the bytes of a response. */
void http_error(struct session *session, enum connect_code code, const char *message);
void http_reply(struct session *session, const uint8_t *bytes, size_t size);

/* Count the request under way as answered. */
void http_count(struct session *session, enum connect_code code);

#endif
