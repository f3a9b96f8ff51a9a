/* A capped block for protobuf-c, and the few bytes of the wire format that it does not show. */
#include "wire/codec_memory.h"

static void *take(void *user, size_t size)
{
    struct codec_memory *memory = user;
    size_t room = CODEC_MEMORY_MAX - memory->used;
    if (size > room) {
        memory->exhausted = true;
        return NULL;
    }
    void *taken = memory->block + memory->used;
    size_t padded = (size + 15) & ~(size_t)15;
    memory->used += padded < room ? padded : room;
    return taken;
}

static void give_back(void *user, void *taken)
{
    (void)user;
    (void)taken;
}

const char *codec_memory_unpack(struct codec_memory *memory, const ProtobufCMessageDescriptor *type,
                                const uint8_t *bytes, size_t size, size_t size_max,
                                const ProtobufCMessage **message)
{
    CHECK(bytes != NULL || size == 0);
    if (size > size_max)
        return "message: too long";
    memory->used = 0;
    memory->exhausted = false;
    ProtobufCAllocator allocator = {.alloc = take, .free = give_back, .allocator_data = memory};
    const ProtobufCMessage *unpacked = protobuf_c_message_unpack(type, &allocator, size, bytes);
    if (unpacked == NULL)
        return memory->exhausted ? "message: too complex" : "message: not of this protobuf type";
    *message = unpacked;
    return NULL;
}

size_t codec_memory_pack(const ProtobufCMessage *message, uint8_t *bytes, size_t size_max)
{
    CHECK(protobuf_c_message_get_packed_size(message) <= size_max);
    return protobuf_c_message_pack(message, bytes);
}

/* Reads one varint; false at the end of the bytes, or where it is longer than ten. */
static bool read_varint(const uint8_t *bytes, size_t size, size_t *at, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 70 && *at < size; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        *value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        if (byte < 0x80)
            return true;
    }
    return false;
}

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

const uint8_t *codec_memory_field(const uint8_t *bytes, size_t size, uint32_t number,
                                  size_t *field_size)
{
    const uint8_t *found = NULL;
    size_t at = 0;
    *field_size = 0;
    while (at < size) {
        uint64_t tag = 0;
        uint64_t length = 0;
        if (!read_varint(bytes, size, &at, &tag))
            return found;
        enum wire_type type = (enum wire_type)(tag & 7);
        if (type == WIRE_64 || type == WIRE_32)
            length = type == WIRE_64 ? 8 : 4;
        else if (!read_varint(bytes, size, &at, &length))
            return found;
        if (type == WIRE_VARINT)
            length = 0;
        if (length > size - at)
            return found;
        if (type == WIRE_BYTES && tag >> 3 == number) {
            found = bytes + at;
            *field_size = (size_t)length;
        }
        at += (size_t)length;
    }
    return found;
}
