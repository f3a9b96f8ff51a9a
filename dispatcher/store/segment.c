/* Journal bytes: see store/segment.h for the format. */
#include "store/segment.h"

#include <string.h>

#include "base/crc32c.h"

static const char MAGIC[2][8] = {
    {'C', 'W', 'J', 'O', 'U', 'R', 'N', 'L'},
    {'C', 'W', 'S', 'N', 'A', 'P', 'S', 'H'},
};

static void put_u32(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
}

static void put_u64(uint8_t *bytes, uint64_t value)
{
    put_u32(bytes, (uint32_t)value);
    put_u32(bytes + 4, (uint32_t)(value >> 32));
}

static uint32_t get_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static uint64_t get_u64(const uint8_t *bytes)
{
    return (uint64_t)get_u32(bytes) | (uint64_t)get_u32(bytes + 4) << 32;
}

void segment_header_write(enum segment_kind kind, uint64_t first_seq,
                          uint8_t bytes[SEGMENT_HEADER_SIZE])
{
    CHECK(kind == SEGMENT_JOURNAL || kind == SEGMENT_SNAPSHOT);
    memset(bytes, 0, SEGMENT_HEADER_SIZE);
    memcpy(bytes, MAGIC[kind], sizeof MAGIC[kind]);
    put_u32(bytes + 8, SEGMENT_VERSION);
    put_u64(bytes + 16, first_seq);
    put_u32(bytes + 28, crc32c(0, bytes, 28));
}

enum segment_header_result segment_header_read(const uint8_t *bytes, size_t size,
                                               enum segment_kind kind, uint64_t *first_seq)
{
    if (size < SEGMENT_HEADER_SIZE)
        return SEGMENT_HEADER_SHORT;
    if (memcmp(bytes, MAGIC[kind], sizeof MAGIC[kind]) != 0)
        return SEGMENT_HEADER_FOREIGN;
    if (get_u32(bytes + 28) != crc32c(0, bytes, 28))
        return SEGMENT_HEADER_DAMAGED;
    if (get_u32(bytes + 8) != SEGMENT_VERSION)
        return SEGMENT_HEADER_VERSION;
    *first_seq = get_u64(bytes + 16);
    return SEGMENT_HEADER_OK;
}

const char *segment_header_text(enum segment_header_result result)
{
    switch (result) {
    case SEGMENT_HEADER_OK:
        return "is sound";
    case SEGMENT_HEADER_SHORT:
        return "is too short to be a journal";
    case SEGMENT_HEADER_FOREIGN:
        return "is not a journal file of this program";
    case SEGMENT_HEADER_VERSION:
        return "was written by a newer release";
    case SEGMENT_HEADER_DAMAGED:
        return "has a damaged header";
    }
    return "is of an unknown kind";
}

size_t segment_record_seal(uint8_t *bytes, uint64_t batch, size_t payload_length)
{
    CHECK(payload_length >= 1);
    CHECK(payload_length <= SEGMENT_PAYLOAD_MAX);
    size_t size = SEGMENT_RECORD_HEADER + payload_length;
    put_u32(bytes + 4, (uint32_t)payload_length);
    put_u64(bytes + 8, batch);
    put_u32(bytes, crc32c(0, bytes + 4, size - 4));
    return size;
}

bool segment_record_read(const uint8_t *bytes, size_t size, size_t offset,
                         struct segment_record *record)
{
    if (offset > size || size - offset < SEGMENT_RECORD_HEADER)
        return false;
    const uint8_t *head = bytes + offset;
    size_t length = get_u32(head + 4);
    if (length == 0 || length > SEGMENT_PAYLOAD_MAX)
        return false;
    if (size - offset - SEGMENT_RECORD_HEADER < length)
        return false;
    if (get_u32(head) != crc32c(0, head + 4, SEGMENT_RECORD_HEADER - 4 + length))
        return false;
    record->batch = get_u64(head + 8);
    record->payload = head + SEGMENT_RECORD_HEADER;
    record->length = length;
    record->next = offset + SEGMENT_RECORD_HEADER + length;
    return true;
}

bool segment_tail_is_torn(const uint8_t *bytes, size_t size, size_t offset, uint64_t seq)
{
    for (size_t at = offset; at < size; at++) {
        struct segment_record record;
        if (segment_record_read(bytes, size, at, &record) && record.batch > seq)
            return false;
    }
    return true;
}
