/* One block with a table of words and three groups: nodes, ways, relations. */
#include "pbf_writer.h"

#include <criterion/criterion.h>
#include <readosm.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 256

struct writer {
    char *words[WORDS_MAX];
    size_t word_count;
    struct pbf_bytes ids, lats, lons, node_tags; /* packed */
    int64_t last_id, last_lat, last_lon;
    struct pbf_bytes ways, relations; /* fields of their groups */
};

void pbf_writer_append(struct pbf_bytes *to, const void *bytes, size_t size)
{
    if (to->size + size > to->room) {
        to->room = 2 * (to->size + size) + 64;
        to->bytes = realloc(to->bytes, to->room);
        cr_assert(to->bytes != NULL);
    }
    if (size > 0)
        memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static void put_varint(struct pbf_bytes *to, uint64_t value)
{
    do {
        uint8_t byte = (uint8_t)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
        pbf_writer_append(to, &byte, 1);
        value >>= 7;
    } while (value > 0);
}

static void put_signed(struct pbf_bytes *to, int64_t value)
{
    put_varint(to, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

static void put_number(struct pbf_bytes *to, uint32_t field, uint64_t value)
{
    put_varint(to, field << 3);
    put_varint(to, value);
}

/* A field of bytes; packed fields that are empty are left out. */
static void put_bytes(struct pbf_bytes *to, uint32_t field, const void *bytes, size_t size)
{
    put_varint(to, field << 3 | 2);
    put_varint(to, size);
    pbf_writer_append(to, bytes, size);
}

static void put_packed(struct pbf_bytes *to, uint32_t field, struct pbf_bytes *from)
{
    if (from->size > 0)
        put_bytes(to, field, from->bytes, from->size);
    free(from->bytes);
    *from = (struct pbf_bytes){.bytes = NULL};
}

static uint64_t word(struct writer *writer, const char *text)
{
    for (size_t i = 1; i < writer->word_count; i++) {
        if (strcmp(writer->words[i], text) == 0)
            return i;
    }
    cr_assert(writer->word_count < WORDS_MAX);
    writer->words[writer->word_count] = strdup(text);
    return writer->word_count++;
}

static int on_node(const void *user, const readosm_node *node)
{
    struct writer *writer = (struct writer *)(uintptr_t)user;
    int64_t lat = (int64_t)(node->latitude * 1e7 + 0.5);
    int64_t lon = (int64_t)(node->longitude * 1e7 - 0.5);
    put_signed(&writer->ids, node->id - writer->last_id);
    put_signed(&writer->lats, lat - writer->last_lat);
    put_signed(&writer->lons, lon - writer->last_lon);
    writer->last_id = node->id;
    writer->last_lat = lat;
    writer->last_lon = lon;
    for (int i = 0; i < node->tag_count; i++) {
        put_varint(&writer->node_tags, word(writer, node->tags[i].key));
        put_varint(&writer->node_tags, word(writer, node->tags[i].value));
    }
    put_varint(&writer->node_tags, 0);
    return READOSM_OK;
}

static void put_tags(struct writer *writer, struct pbf_bytes *to, const readosm_tag *tags,
                     int count)
{
    struct pbf_bytes keys = {.bytes = NULL};
    struct pbf_bytes values = {.bytes = NULL};
    for (int i = 0; i < count; i++) {
        put_varint(&keys, word(writer, tags[i].key));
        put_varint(&values, word(writer, tags[i].value));
    }
    put_packed(to, 2, &keys);
    put_packed(to, 3, &values);
}

static int on_way(const void *user, const readosm_way *way)
{
    struct writer *writer = (struct writer *)(uintptr_t)user;
    struct pbf_bytes body = {.bytes = NULL};
    struct pbf_bytes refs = {.bytes = NULL};
    int64_t last = 0;
    put_number(&body, 1, (uint64_t)way->id);
    put_tags(writer, &body, way->tags, way->tag_count);
    for (int i = 0; i < way->node_ref_count; i++) {
        put_signed(&refs, way->node_refs[i] - last);
        last = way->node_refs[i];
    }
    put_packed(&body, 8, &refs);
    put_packed(&writer->ways, 3, &body);
    return READOSM_OK;
}

static int on_relation(const void *user, const readosm_relation *relation)
{
    struct writer *writer = (struct writer *)(uintptr_t)user;
    struct pbf_bytes body = {.bytes = NULL};
    struct pbf_bytes roles = {.bytes = NULL};
    struct pbf_bytes members = {.bytes = NULL};
    struct pbf_bytes types = {.bytes = NULL};
    int64_t last = 0;
    put_number(&body, 1, (uint64_t)relation->id);
    put_tags(writer, &body, relation->tags, relation->tag_count);
    for (int i = 0; i < relation->member_count; i++) {
        const readosm_member *member = &relation->members[i];
        put_varint(&roles, word(writer, member->role));
        put_signed(&members, member->id - last);
        put_varint(&types, member->member_type == READOSM_MEMBER_NODE  ? 0
                           : member->member_type == READOSM_MEMBER_WAY ? 1
                                                                       : 2);
        last = member->id;
    }
    put_packed(&body, 8, &roles);
    put_packed(&body, 9, &members);
    put_packed(&body, 10, &types);
    put_packed(&writer->relations, 4, &body);
    return READOSM_OK;
}

/* RFC 1950 and 1951: a header, one stored block, the Adler-32 checksum. */
static void put_stored_zlib(struct pbf_bytes *to, const struct pbf_bytes *data)
{
    uint32_t a = 1;
    uint32_t b = 0;
    cr_assert(data->size < 65536);
    for (size_t i = 0; i < data->size; i++) {
        a = (a + data->bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    uint16_t size = (uint16_t)data->size;
    const uint8_t head[] = {0x78,
                            0x01,
                            0x01,
                            (uint8_t)size,
                            (uint8_t)(size >> 8),
                            (uint8_t)~size,
                            (uint8_t)(~size >> 8)};
    const uint8_t tail[] = {(uint8_t)(b >> 8), (uint8_t)b, (uint8_t)(a >> 8), (uint8_t)a};
    pbf_writer_append(to, head, sizeof head);
    pbf_writer_append(to, data->bytes, data->size);
    pbf_writer_append(to, tail, sizeof tail);
}

void pbf_writer_blob(struct pbf_bytes *file, const char *type, const struct pbf_bytes *data,
                     bool with_zlib)
{
    struct pbf_bytes blob = {.bytes = NULL};
    struct pbf_bytes head = {.bytes = NULL};
    if (with_zlib) {
        struct pbf_bytes packed = {.bytes = NULL};
        put_stored_zlib(&packed, data);
        put_number(&blob, 2, data->size);
        put_packed(&blob, 3, &packed);
    } else {
        put_bytes(&blob, 1, data->bytes, data->size);
    }
    put_bytes(&head, 1, type, strlen(type));
    put_number(&head, 3, blob.size);
    const uint8_t length[] = {0, 0, 0, (uint8_t)head.size};
    pbf_writer_append(file, length, sizeof length);
    pbf_writer_append(file, head.bytes, head.size);
    pbf_writer_append(file, blob.bytes, blob.size);
    free(head.bytes);
    free(blob.bytes);
}

/* The block's bytes; frees what the writer holds. */
static struct pbf_bytes make_block(struct writer *writer)
{
    struct pbf_bytes block = {.bytes = NULL};
    struct pbf_bytes table = {.bytes = NULL};
    struct pbf_bytes dense = {.bytes = NULL};
    struct pbf_bytes group = {.bytes = NULL};
    for (size_t i = 0; i < writer->word_count; i++) {
        put_bytes(&table, 1, writer->words[i], strlen(writer->words[i]));
        free(writer->words[i]);
    }
    put_packed(&block, 1, &table);
    put_packed(&dense, 1, &writer->ids);
    put_packed(&dense, 8, &writer->lats);
    put_packed(&dense, 9, &writer->lons);
    put_packed(&dense, 10, &writer->node_tags);
    put_packed(&group, 2, &dense);
    put_packed(&block, 2, &group);
    put_packed(&block, 2, &writer->ways);
    put_packed(&block, 2, &writer->relations);
    return block;
}

struct pbf_bytes pbf_writer_convert(const char *osm_path, bool with_zlib)
{
    static const uint8_t HEADER[] = "\x22\x0eOsmSchema-V0.6\x22\x0a"
                                    "DenseNodes";
    struct writer writer = {.words = {strdup("")}, .word_count = 1};
    const void *handle = NULL;
    cr_assert_eq(readosm_open(osm_path, &handle), READOSM_OK);
    cr_assert_eq(readosm_parse(handle, &writer, on_node, on_way, on_relation), READOSM_OK);
    readosm_close(handle);
    struct pbf_bytes block = make_block(&writer);
    struct pbf_bytes header = {.bytes = NULL};
    struct pbf_bytes file = {.bytes = NULL};
    pbf_writer_append(&header, HEADER, sizeof HEADER - 1);
    pbf_writer_blob(&file, "OSMHeader", &header, with_zlib);
    pbf_writer_blob(&file, "OSMData", &block, with_zlib);
    free(header.bytes);
    free(block.bytes);
    return file;
}
