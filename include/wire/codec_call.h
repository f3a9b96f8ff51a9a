/* Every Connect call in one table: its path, how its request is read and how its response is
 * written. The listener routes by it; a test holds it against the services in proto/. */
#ifndef WIRE_CODEC_CALL_H
#define WIRE_CODEC_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "core/message.h"

#define CODEC_REQUEST_MAX 4096 /* longest request, bytes: above it refused unread */
#define CODEC_REPLY_MAX   2048 /* longest encoding of one message, bytes */

/* Who calls, from the token. */
struct codec_caller {
    struct rider_id rider;
    bool any_rider; /* an operator: event_ride.any_rider */
};

/* What a message is to the response of a call. */
enum codec_reply {
    CODEC_REPLY_NONE, /* nothing of it: MESSAGE_ERROR, or not this call's; no bytes */
    CODEC_REPLY_PART, /* bytes; more follow. In a stream: one whole message of it */
    CODEC_REPLY_LAST, /* bytes (perhaps none), and the response is complete */
};

struct codec_call {
    const char *path; /* "/commonwheel.v1.RiderService/Book" */
    bool streaming;   /* the response is a stream, without end */

    /* NULL and *event with request 0; or a constant sentence for invalid_argument that begins with
     * the field's name, *event untouched. `bytes` may be NULL where size is 0. */
    const char *(*decode)(const uint8_t *bytes, size_t size, const struct codec_caller *caller,
                          struct event *event);

    /* Writes at most CODEC_REPLY_MAX bytes; *size says how many. A response of several parts is
     * their bytes one after another. */
    enum codec_reply (*encode)(const struct message *message, uint8_t *bytes, size_t *size);
};

/* The whole table. */
const struct codec_call *codec_calls(size_t *count);

/* The call of a path (not ended by a NUL), or NULL. */
const struct codec_call *codec_call_find(const char *path, size_t length);

#endif
