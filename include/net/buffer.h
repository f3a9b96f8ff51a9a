/* Bytes that grow up to a limit, with the room in front that libwebsockets wants. */
#ifndef NET_BUFFER_H
#define NET_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define BUFFER_FRONT 32   /* free bytes before the first; at least LWS_PRE */
#define BUFFER_KEEP  4096 /* capacity kept when a buffer is cleared */

/* Zeroed: empty. */
struct buffer {
    uint8_t *memory;
    size_t size;     /* bytes in it */
    size_t capacity; /* without the front */
};

/* The bytes; not to be called on one that never held any. */
uint8_t *buffer_bytes(const struct buffer *buffer);

/* Room for `count` more bytes, so that there are at most `max`: where to write them, to be counted
 * by adding to size; or NULL, the buffer unchanged, when they are too many or memory is out. */
MUST_CHECK uint8_t *buffer_reserve(struct buffer *buffer, size_t count, size_t max);

/* Append a copy; false as above. */
MUST_CHECK bool buffer_append(struct buffer *buffer, const void *bytes, size_t count, size_t max);

/* Forget the bytes, and the memory if it is much. */
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

#endif
