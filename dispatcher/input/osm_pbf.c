/* Each blob is a length (4 bytes, big endian), a header of that length that names the blob's type
 * and size, and the blob. Both are protocol buffers of a few fields. */
#include "input/osm_pbf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define WIRE_VARINT 0
#define WIRE_BYTES  2

/* Bytes left to read. */
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

/* One field: its number, and its value or its bytes. */
struct field {
    uint32_t number;
    uint32_t wire;
    uint64_t value; /* of a varint; of bytes their count */
    const uint8_t *bytes;
};

static bool read_varint(struct cursor *cursor, uint64_t *value)
{
    uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (cursor->at == cursor->end)
            return false;
        uint8_t byte = *cursor->at++;
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = sum;
            return true;
        }
    }
    return false;
}

static bool read_field(struct cursor *cursor, struct field *field)
{
    uint64_t tag;
    if (!read_varint(cursor, &tag) || tag > UINT32_MAX)
        return false;
    field->number = (uint32_t)tag >> 3;
    field->wire = (uint32_t)tag & 7;
    if ((field->wire != WIRE_VARINT && field->wire != WIRE_BYTES) ||
        !read_varint(cursor, &field->value))
        return false;
    if (field->wire == WIRE_VARINT)
        return true;
    if (field->value > (uint64_t)(cursor->end - cursor->at))
        return false;
    field->bytes = cursor->at;
    cursor->at += field->value;
    return true;
}

/* A blob's type ("OSMHeader", "OSMData") and size; NULL when all is well, else what is wrong. */
static const char *read_header(struct cursor cursor, bool is_first, uint32_t *blob_size)
{
    const char *type = is_first ? "OSMHeader" : "OSMData";
    bool has_type = false;
    bool has_size = false;
    while (cursor.at < cursor.end) {
        struct field field;
        if (!read_field(&cursor, &field) || field.number > 3)
            return "a blob's header is damaged";
        if (field.number == 1 && field.wire == WIRE_BYTES) {
            has_type = field.value == strlen(type) && memcmp(field.bytes, type, field.value) == 0;
        } else if (field.number == 3 && field.wire == WIRE_VARINT) {
            has_size = field.value > 0 && field.value <= OSM_PBF_BLOB_MAX;
            *blob_size = (uint32_t)field.value;
        }
    }
    if (!has_type)
        return is_first ? "does not begin with an OSMHeader" : "holds a blob that is no OSMData";
    return has_size ? NULL : "a blob's size is out of range";
}

/* Data as it stands (field 1), or by zlib (field 3) with its size (field 2). */
static const char *check_blob(struct cursor cursor)
{
    bool has_raw = false;
    bool has_zlib = false;
    bool has_size = false;
    while (cursor.at < cursor.end) {
        struct field field;
        if (!read_field(&cursor, &field) || field.number == 0 || field.number > 7)
            return "a blob is damaged";
        if (field.number > 3)
            return "a blob is compressed by another method than zlib";
        has_raw = has_raw || (field.number == 1 && field.wire == WIRE_BYTES && field.value > 0);
        has_zlib = has_zlib || (field.number == 3 && field.wire == WIRE_BYTES && field.value > 0);
        if (field.number == 2)
            has_size =
                field.wire == WIRE_VARINT && field.value > 0 && field.value <= OSM_PBF_BLOB_MAX;
    }
    return has_raw != has_zlib && (has_raw || has_size) ? NULL : "a blob has no sound data";
}

/* The blob at the present offset, by way of `buffer`; *is_end when there is none. */
static const char *check_next(FILE *file, uint8_t *buffer, bool is_first, bool *is_end)
{
    uint8_t length[4];
    size_t got = fread(length, 1, sizeof length, file);
    *is_end = got == 0 && feof(file);
    if (*is_end)
        return is_first ? "is empty" : NULL;
    if (got != sizeof length)
        return "is cut short";
    uint32_t size = (uint32_t)length[0] << 24 | (uint32_t)length[1] << 16 |
                    (uint32_t)length[2] << 8 | (uint32_t)length[3];
    if (size == 0 || size > OSM_PBF_HEADER_MAX)
        return is_first ? "is no PBF file" : "a blob's header has a length out of range";
    if (fread(buffer, 1, size, file) != size)
        return "is cut short";
    uint32_t blob_size = 0;
    const char *wrong =
        read_header((struct cursor){.at = buffer, .end = buffer + size}, is_first, &blob_size);
    if (wrong != NULL)
        return wrong;
    if (fread(buffer, 1, blob_size, file) != blob_size)
        return "is cut short";
    return check_blob((struct cursor){.at = buffer, .end = buffer + blob_size});
}

bool osm_pbf_check(const char *path, FILE *file, struct input_error *error)
{
    uint8_t *buffer = malloc(OSM_PBF_BLOB_MAX);
    if (buffer == NULL)
        return input_error_set(error, "%s: there is no memory to read it", path);
    const char *wrong = NULL;
    off_t offset = 0;
    bool is_end = false;
    rewind(file);
    for (bool is_first = true; wrong == NULL && !is_end; is_first = false) {
        offset = ftello(file);
        wrong = check_next(file, buffer, is_first, &is_end);
    }
    free(buffer);
    return wrong == NULL ||
           input_error_set(error, "%s: %s, at byte %lld", path, wrong, (long long)offset);
}
