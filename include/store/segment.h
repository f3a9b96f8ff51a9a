/* The bytes of a journal segment and of a snapshot: a header, then records. Pure; files are
 * store/journal.h's business. Little-endian.
 *
 *   header  "CWJOURNL" or "CWSNAPSH" | u32 version | u32 0 | u64 first seq | u32 0 | u32 crc
 *   record  u32 crc | u32 length | u64 batch | length bytes (wire/codec_fact.h)
 *
 * Each crc is CRC-32C over the rest of its header or record. `batch` is the seq of the first fact
 * that was written and synced together with this one. Since a batch is only written once the one
 * before is durable, a broken record may be a torn tail if no record of a later batch follows it,
 * and is corruption if one does. */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define SEGMENT_HEADER_SIZE   32
#define SEGMENT_RECORD_HEADER 16
#define SEGMENT_PAYLOAD_MAX   4096 /* CODEC_FACT_MAX */
#define SEGMENT_RECORD_MAX    (SEGMENT_RECORD_HEADER + SEGMENT_PAYLOAD_MAX)
#define SEGMENT_VERSION       1

enum segment_kind { SEGMENT_JOURNAL, SEGMENT_SNAPSHOT };

enum segment_header_result {
    SEGMENT_HEADER_OK,
    SEGMENT_HEADER_SHORT,   /* fewer bytes than a header */
    SEGMENT_HEADER_FOREIGN, /* not a file of ours, or of the other kind */
    SEGMENT_HEADER_VERSION, /* of a newer release */
    SEGMENT_HEADER_DAMAGED,
};

void segment_header_write(enum segment_kind kind, uint64_t first_seq,
                          uint8_t bytes[SEGMENT_HEADER_SIZE]);
MUST_CHECK enum segment_header_result
segment_header_read(const uint8_t *bytes, size_t size, enum segment_kind kind, uint64_t *first_seq);

/* "is not a journal of this program": to follow the file's name. */
const char *segment_header_text(enum segment_header_result result);

/* Wrap the payload that stands at bytes + SEGMENT_RECORD_HEADER; returns the record's size. */
size_t segment_record_seal(uint8_t *bytes, uint64_t batch, size_t payload_length);

struct segment_record {
    uint64_t batch;
    const uint8_t *payload; /* borrowed from the segment's bytes */
    size_t length;
    size_t next; /* offset of the next record */
};

/* The record at `offset`; false when it is not whole and sound. */
MUST_CHECK bool segment_record_read(const uint8_t *bytes, size_t size, size_t offset,
                                    struct segment_record *record);

/* No sound record of a batch after `seq` follows the broken one at `offset`: what stands there was
 * never acknowledged and may be cut. O(size - offset). */
bool segment_tail_is_torn(const uint8_t *bytes, size_t size, size_t offset, uint64_t seq);

#endif
