/* Layout: a header of fixed size, then the sections in the order of enum section, each at the next
 * multiple of ROAD_IMAGE_ALIGN; the total is padded likewise. Numbers are little-endian, and only
 * machines that are so themselves read or write images. The checksum covers all behind itself. */
#include "road/image.h"

#include <stddef.h>
#include <string.h>

#include "base/crc32c.h"
#include "road/builder.h"
#include "road/hierarchy.h"
#include "road/metric.h"

enum section {
    SECTION_POINTS,
    SECTION_NAMES,
    SECTION_FIRST_OUT,
    SECTION_TAIL,
    SECTION_HEAD,
    SECTION_LENGTH,
    SECTION_FREE,
    SECTION_CLASS,
    SECTION_RANK,
    SECTION_NODE, /* by rank, so that a permutation is known without scratch */
    SECTION_COUNT
};

static const uint8_t MAGIC[8] = {'\r', 'o', 'a', 'd', 's', 0, 0xc0, '\n'};
static const uint32_t BYTE_ORDER_MARK = 0x01020304;

struct extent {
    uint64_t offset;
    uint64_t size;
};

struct header {
    uint8_t magic[8];
    uint32_t byte_order;
    uint32_t version;
    uint32_t reserved; /* 0 */
    uint32_t checksum;
    uint64_t size; /* of the image; from here on the checksum counts */
    uint32_t node_count;
    uint32_t arc_count;
    uint32_t hierarchy_arc_count;
    uint32_t section_count;
    struct extent sections[SECTION_COUNT];
};

_Static_assert(offsetof(struct header, size) == 24, "no padding before the size");
_Static_assert(sizeof(struct header) == 48 + SECTION_COUNT * 16, "no padding in the header");
_Static_assert(sizeof(struct geo_point) == 8, "points are stored as they are");

static uint64_t padded(uint64_t size)
{
    return (size + ROAD_IMAGE_ALIGN - 1) / ROAD_IMAGE_ALIGN * ROAD_IMAGE_ALIGN;
}

/* Where every section of a graph of these counts lies; gives the total size. */
static uint64_t lay_out(uint64_t nodes, uint64_t arcs, struct extent sections[SECTION_COUNT])
{
    const uint64_t sizes[SECTION_COUNT] = {
        [SECTION_POINTS] = nodes * sizeof(struct geo_point),
        [SECTION_NAMES] = nodes * sizeof(int64_t),
        [SECTION_FIRST_OUT] = (nodes + 1) * sizeof(uint32_t),
        [SECTION_TAIL] = arcs * sizeof(uint32_t),
        [SECTION_HEAD] = arcs * sizeof(uint32_t),
        [SECTION_LENGTH] = arcs * sizeof(uint32_t),
        [SECTION_FREE] = arcs * sizeof(uint32_t),
        [SECTION_CLASS] = arcs * sizeof(uint8_t),
        [SECTION_RANK] = nodes * sizeof(uint32_t),
        [SECTION_NODE] = nodes * sizeof(uint32_t),
    };
    uint64_t offset = padded(sizeof(struct header));
    for (int i = 0; i < SECTION_COUNT; i++) {
        sections[i] = (struct extent){.offset = offset, .size = sizes[i]};
        offset = padded(offset + sizes[i]);
    }
    return offset;
}

size_t road_image_size(const struct road_graph *graph)
{
    struct extent sections[SECTION_COUNT];
    return (size_t)lay_out(graph->node_count, graph->arc_count, sections);
}

static uint32_t checksum(const uint8_t *bytes, size_t size)
{
    size_t start = offsetof(struct header, size);
    return crc32c(0, bytes + start, size - start);
}

void road_image_write(uint8_t *bytes, const struct road_graph *graph, const uint32_t *rank,
                      uint32_t hierarchy_arc_count)
{
    CHECK((uintptr_t)bytes % ROAD_IMAGE_ALIGN == 0);
    struct header header = {
        .byte_order = BYTE_ORDER_MARK,
        .version = ROAD_IMAGE_VERSION,
        .node_count = graph->node_count,
        .arc_count = graph->arc_count,
        .hierarchy_arc_count = hierarchy_arc_count,
        .section_count = SECTION_COUNT,
    };
    memcpy(header.magic, MAGIC, sizeof MAGIC);
    header.size = lay_out(graph->node_count, graph->arc_count, header.sections);
    const void *sources[SECTION_COUNT] = {
        [SECTION_POINTS] = graph->points,
        [SECTION_NAMES] = graph->names,
        [SECTION_FIRST_OUT] = graph->first_out,
        [SECTION_TAIL] = graph->tail,
        [SECTION_HEAD] = graph->head,
        [SECTION_LENGTH] = graph->length_m,
        [SECTION_FREE] = graph->free_ms,
        [SECTION_CLASS] = graph->class,
        [SECTION_RANK] = rank,
    };
    memset(bytes, 0, (size_t)header.size);
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (sources[i] != NULL && header.sections[i].size > 0)
            memcpy(bytes + header.sections[i].offset, sources[i], (size_t)header.sections[i].size);
    }
    uint32_t *node = (uint32_t *)(void *)(bytes + header.sections[SECTION_NODE].offset);
    for (uint32_t v = 0; v < graph->node_count; v++) {
        CHECK(rank[v] < graph->node_count);
        node[rank[v]] = v;
    }
    memcpy(bytes, &header, sizeof header);
    header.checksum = checksum(bytes, (size_t)header.size);
    memcpy(bytes, &header, sizeof header);
}

static enum road_image_result check_header(const uint8_t *bytes, size_t size, struct header *header)
{
    if (size < sizeof *header)
        return size >= sizeof MAGIC && memcmp(bytes, MAGIC, sizeof MAGIC) != 0
                   ? ROAD_IMAGE_NOT_ROADS
                   : ROAD_IMAGE_TOO_SHORT;
    memcpy(header, bytes, sizeof *header);
    if (memcmp(header->magic, MAGIC, sizeof MAGIC) != 0)
        return ROAD_IMAGE_NOT_ROADS;
    if (header->byte_order != BYTE_ORDER_MARK)
        return ROAD_IMAGE_OTHER_MACHINE;
    if (header->version != ROAD_IMAGE_VERSION || header->reserved != 0)
        return ROAD_IMAGE_OTHER_VERSION;
    if (header->size != size)
        return ROAD_IMAGE_WRONG_SIZE;
    if (checksum(bytes, size) != header->checksum)
        return ROAD_IMAGE_WRONG_CHECKSUM;
    return ROAD_IMAGE_OK;
}

/* The sections must be where this version puts them, and nowhere else. */
static bool are_sections_right(const struct header *header)
{
    if (header->section_count != SECTION_COUNT || header->node_count == 0 ||
        header->node_count > ROAD_BUILDER_NODES_MAX || header->arc_count > ROAD_BUILDER_EDGES_MAX ||
        header->hierarchy_arc_count > ROAD_HIERARCHY_ARCS_MAX)
        return false;
    struct extent sections[SECTION_COUNT];
    if (lay_out(header->node_count, header->arc_count, sections) != header->size)
        return false;
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (header->sections[i].offset != sections[i].offset ||
            header->sections[i].size != sections[i].size)
            return false;
    }
    return true;
}

static bool are_nodes_right(const struct road_graph *graph)
{
    for (uint32_t v = 0; v < graph->node_count; v++) {
        if (!geo_valid(graph->points[v]))
            return false;
        if (v > 0 && graph->names[v] <= graph->names[v - 1])
            return false;
        if (graph->first_out[v] > graph->first_out[v + 1])
            return false;
    }
    return graph->first_out[0] == 0 && graph->first_out[graph->node_count] == graph->arc_count;
}

/* Needs are_nodes_right(). */
static bool are_arcs_right(const struct road_graph *graph)
{
    for (uint32_t v = 0; v < graph->node_count; v++) {
        for (uint32_t arc = graph->first_out[v]; arc < graph->first_out[v + 1]; arc++) {
            if (graph->tail[arc] != v || graph->head[arc] >= graph->node_count ||
                graph->head[arc] == v)
                return false;
            if (arc > graph->first_out[v] && graph->head[arc] <= graph->head[arc - 1])
                return false;
            if (graph->length_m[arc] < 1 || graph->length_m[arc] > INT32_MAX ||
                graph->free_ms[arc] < 1 || graph->free_ms[arc] > ROAD_WEIGHT_MAX_MS ||
                graph->class[arc] > ROAD_CLASS_SERVICE)
                return false;
        }
    }
    return true;
}

static bool is_permutation(const uint32_t *rank, const uint32_t *node, uint32_t count)
{
    for (uint32_t v = 0; v < count; v++) {
        if (rank[v] >= count || node[rank[v]] != v)
            return false;
    }
    return true;
}

static const void *section_at(const uint8_t *bytes, const struct header *header,
                              enum section section)
{
    return bytes + header->sections[section].offset;
}

enum road_image_result road_image_open(const uint8_t *bytes, size_t size, struct road_image *image)
{
    struct header header;
    if ((uintptr_t)bytes % ROAD_IMAGE_ALIGN != 0)
        return ROAD_IMAGE_UNALIGNED;
    enum road_image_result result = check_header(bytes, size, &header);
    if (result != ROAD_IMAGE_OK)
        return result;
    if (!are_sections_right(&header))
        return ROAD_IMAGE_BAD_SECTION;
    struct road_image found = {
        .graph = {.node_count = header.node_count,
                  .arc_count = header.arc_count,
                  .points = section_at(bytes, &header, SECTION_POINTS),
                  .names = section_at(bytes, &header, SECTION_NAMES),
                  .first_out = section_at(bytes, &header, SECTION_FIRST_OUT),
                  .tail = section_at(bytes, &header, SECTION_TAIL),
                  .head = section_at(bytes, &header, SECTION_HEAD),
                  .length_m = section_at(bytes, &header, SECTION_LENGTH),
                  .free_ms = section_at(bytes, &header, SECTION_FREE),
                  .class = section_at(bytes, &header, SECTION_CLASS)},
        .rank = section_at(bytes, &header, SECTION_RANK),
        .hierarchy_arc_count = header.hierarchy_arc_count,
    };
    if (!are_nodes_right(&found.graph) || !are_arcs_right(&found.graph))
        return ROAD_IMAGE_BAD_GRAPH;
    if (!is_permutation(found.rank, section_at(bytes, &header, SECTION_NODE), header.node_count))
        return ROAD_IMAGE_BAD_ORDER;
    *image = found;
    return ROAD_IMAGE_OK;
}

const char *road_image_result_text(enum road_image_result result)
{
    switch (result) {
    case ROAD_IMAGE_OK:
        return "the network is whole";
    case ROAD_IMAGE_TOO_SHORT:
        return "the file is too short to be a road network";
    case ROAD_IMAGE_NOT_ROADS:
        return "the file is not a road network made by `dispatcher import`";
    case ROAD_IMAGE_OTHER_VERSION:
        return "the file was made by another release: import the map again";
    case ROAD_IMAGE_OTHER_MACHINE:
        return "the file was made on a machine of another kind: import the map again";
    case ROAD_IMAGE_WRONG_SIZE:
        return "the file is cut short or has bytes behind its end";
    case ROAD_IMAGE_WRONG_CHECKSUM:
        return "the file is damaged: its checksum is wrong";
    case ROAD_IMAGE_BAD_SECTION:
        return "the file's sections are not where they should be";
    case ROAD_IMAGE_BAD_GRAPH:
        return "the file's streets contradict each other";
    case ROAD_IMAGE_BAD_ORDER:
        return "the file's node order is not one";
    case ROAD_IMAGE_UNALIGNED:
        return "the file lies at an address that is not a multiple of 64";
    }
    return "unknown result";
}
