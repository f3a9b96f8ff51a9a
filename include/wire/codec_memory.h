/* Between protobuf-c and the other codecs; for wire/ alone. Unpacking takes its memory from one
 * block of fixed size, so that no input, however built, can ask for more: a message is refused
 * unread when it is longer than its kind may be, and while being read when it needs more memory
 * than the block has (a few bytes can ask for 16 times as many). Nothing is freed: the block goes
 * with the stack frame. */
#ifndef WIRE_CODEC_MEMORY_H
#define WIRE_CODEC_MEMORY_H

#include <protobuf-c/protobuf-c.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define CODEC_MEMORY_MAX 65536 /* bytes that unpacking one message may take */

struct codec_memory {
    size_t used;
    bool exhausted;
    alignas(16) uint8_t block[CODEC_MEMORY_MAX];
};

/* Unpack `size` bytes, at most `size_max`, as `type` into `memory`, which need not be initialised.
 * NULL and *message, to be cast to the type's struct, alive as long as `memory`; or a constant
 * sentence. `bytes` may be NULL where size is 0. O(size). */
MUST_CHECK const char *codec_memory_unpack(struct codec_memory *memory,
                                           const ProtobufCMessageDescriptor *type,
                                           const uint8_t *bytes, size_t size, size_t size_max,
                                           const ProtobufCMessage **message);

/* Pack `message` into `bytes`; the length. CHECKs that it is at most `size_max`. */
size_t codec_memory_pack(const ProtobufCMessage *message, uint8_t *bytes, size_t size_max);

/* The bytes of the last length-delimited field `number` at the top level of a message that was
 * unpacked before, and their *size; NULL and 0 where there is none. protobuf-c gives strings
 * without their length, so a NUL inside one can be seen only here. O(size). */
const uint8_t *codec_memory_field(const uint8_t *bytes, size_t size, uint32_t number,
                                  size_t *field_size);

#endif
