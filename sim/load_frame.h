/* WebSocket frames from the client's side (RFC 6455): the opening handshake, masked frames out,
 * plain frames in. A message of the vehicles' protocol is never in pieces from the dispatcher. */
#ifndef SIM_LOAD_FRAME_H
#define SIM_LOAD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/random.h"

#define LOAD_FRAME_HEAD_MAX 8    /* of a frame that is sent */
#define LOAD_FRAME_OUT_MAX  2048 /* longest payload sent */
#define LOAD_FRAME_KEY_TEXT 24   /* characters of a key, without the NUL */

enum load_frame_kind {
    LOAD_FRAME_BINARY = 2,
    LOAD_FRAME_CLOSE = 8,
    LOAD_FRAME_PING = 9,
    LOAD_FRAME_PONG = 10,
};

struct load_frame {
    enum load_frame_kind kind;
    const uint8_t *payload;
    size_t size;
};

/* A new key for Sec-WebSocket-Key. */
void load_frame_key(struct random *random, char key[LOAD_FRAME_KEY_TEXT + 1]);

/* The answer to a handshake at the front of `bytes`: its length, 0 when it is not complete,
 * LOAD_STREAM_BROKEN when it is not the answer to `key`. */
size_t load_frame_accepted(const uint8_t *bytes, size_t size, const char *key);

/* A frame into `bytes` (LOAD_FRAME_HEAD_MAX + size); its length. */
size_t load_frame_write(enum load_frame_kind kind, const void *payload, size_t size,
                        struct random *random, uint8_t *bytes);

/* The frame at the front of `bytes`: its length and *frame, 0 when it is not complete,
 * LOAD_STREAM_BROKEN when it is not one that we take. */
size_t load_frame_read(const uint8_t *bytes, size_t size, struct load_frame *frame);

#endif
