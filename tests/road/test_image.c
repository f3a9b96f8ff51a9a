#include "road/image.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "road/builder.h"
#include "road/network.h"
#include "tests/town.h"

/* Offsets in the header, as a program of somebody else would know them. */
#define CHECKSUM_AT 20
#define SIZE_AT     24
#define SECTIONS_AT 48

static const char MAP[] = "a--b--c\n"
                          "|  |  |\n"
                          "d--e--f\n";

struct written {
    struct town *town;
    uint8_t *bytes;
    size_t size;
};

static struct written write_image(void)
{
    struct written written = {.town = town_from_map(MAP, true)};
    written.size = road_image_size(&written.town->graph);
    written.bytes = aligned_alloc(ROAD_IMAGE_ALIGN, written.size);
    cr_assert_not_null(written.bytes);
    memset(written.bytes, 0xab, written.size);
    road_image_write(written.bytes, &written.town->graph, written.town->hierarchy.rank,
                     written.town->hierarchy.arc_count);
    return written;
}

static void forget(struct written *written)
{
    free(written->bytes);
    town_free(written->town);
}

/* Make the checksum right again, as one who means ill would. */
static void seal(struct written *written)
{
    uint32_t sum = crc32c(0, written->bytes + SIZE_AT, written->size - SIZE_AT);
    memcpy(written->bytes + CHECKSUM_AT, &sum, sizeof sum);
}

Test(image, gives_back_what_was_written)
{
    struct written written = write_image();
    const struct road_graph *graph = &written.town->graph;
    struct road_image image;
    cr_assert_eq(road_image_open(written.bytes, written.size, &image), ROAD_IMAGE_OK);
    cr_expect_eq(road_network_digest(&image.graph), road_network_digest(graph));
    cr_expect_arr_eq(image.graph.first_out, graph->first_out,
                     (graph->node_count + 1) * sizeof(uint32_t));
    cr_expect_arr_eq(image.rank, written.town->hierarchy.rank,
                     graph->node_count * sizeof(uint32_t));
    cr_expect_eq(image.hierarchy_arc_count, written.town->hierarchy.arc_count);
    const void *arrays[] = {image.graph.points,  image.graph.names, image.graph.first_out,
                            image.graph.tail,    image.graph.head,  image.graph.length_m,
                            image.graph.free_ms, image.graph.class, image.rank};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        cr_expect_eq((uintptr_t)arrays[i] % ROAD_IMAGE_ALIGN, 0);
    forget(&written);
}

Test(image, refuses_every_cut_and_every_byte_behind)
{
    struct written written = write_image();
    struct road_image image = {.hierarchy_arc_count = 4711};
    for (size_t size = 0; size < written.size; size++) {
        enum road_image_result result = road_image_open(written.bytes, size, &image);
        cr_assert(result == ROAD_IMAGE_TOO_SHORT || result == ROAD_IMAGE_WRONG_SIZE);
    }
    uint8_t *longer = aligned_alloc(ROAD_IMAGE_ALIGN, written.size + ROAD_IMAGE_ALIGN);
    cr_assert_not_null(longer);
    memcpy(longer, written.bytes, written.size);
    memset(longer + written.size, 0, ROAD_IMAGE_ALIGN);
    cr_expect_eq(road_image_open(longer, written.size + 1, &image), ROAD_IMAGE_WRONG_SIZE);
    cr_expect_eq(road_image_open(longer + 8, written.size, &image), ROAD_IMAGE_UNALIGNED);
    cr_expect_eq(image.hierarchy_arc_count, 4711);
    free(longer);
    forget(&written);
}

Test(image, refuses_every_flipped_bit)
{
    struct written written = write_image();
    struct road_image image;
    for (size_t at = 0; at < written.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            written.bytes[at] ^= (uint8_t)(1u << bit);
            cr_assert_neq(road_image_open(written.bytes, written.size, &image), ROAD_IMAGE_OK,
                          "byte %zu bit %u", at, bit);
            written.bytes[at] ^= (uint8_t)(1u << bit);
        }
    }
    cr_assert_eq(road_image_open(written.bytes, written.size, &image), ROAD_IMAGE_OK);
    forget(&written);
}

/* Is what was opened safe: does a network of it build and answer? */
static void use(const struct road_image *image)
{
    static uint8_t block[1 << 20] __attribute__((aligned(16)));
    struct arena arena;
    struct road_hierarchy hierarchy;
    struct road_network network;
    memset(block, 0, sizeof block);
    arena_init(&arena, block, sizeof block);
    cr_assert_eq(road_hierarchy_build(&hierarchy, &arena, &image->graph, image->rank),
                 ROAD_HIERARCHY_OK);
    cr_assert(road_network_init(&network, &arena, &image->graph, &hierarchy, true));
    for (uint32_t v = 0; v < image->graph.node_count; v++)
        cr_assert_geq(road_query_time(network.query, road_place_at_node(0), road_place_at_node(v)),
                      0);
    struct road_snap snap;
    bool near = road_snap_kerb(network.snapper, image->graph.points[0], 1000, &snap);
    cr_assert(near);
}

/* With the checksum made right, every changed byte is refused by what it means, or harmless. */
Test(image, is_safe_to_use_whatever_it_says)
{
    static const uint8_t CHANGES[] = {0x01, 0x80, 0xff};
    struct written written = write_image();
    struct road_image image;
    size_t harmless = 0;
    for (size_t at = SIZE_AT; at < written.size; at++) {
        for (size_t i = 0; i < sizeof CHANGES; i++) {
            written.bytes[at] ^= CHANGES[i];
            seal(&written);
            enum road_image_result result = road_image_open(written.bytes, written.size, &image);
            if (result == ROAD_IMAGE_OK && harmless++ % 16 == 0)
                use(&image);
            cr_assert_neq(result, ROAD_IMAGE_WRONG_CHECKSUM);
            written.bytes[at] ^= CHANGES[i];
        }
    }
    cr_expect_gt(harmless, 0);
    forget(&written);
}

Test(image, says_what_is_wrong)
{
    static const struct {
        size_t at;
        uint32_t value;
        bool sealed;
        enum road_image_result result;
    } ROWS[] = {
        {0, 0x64616572, false, ROAD_IMAGE_NOT_ROADS},
        {8, 0x04030201, false, ROAD_IMAGE_OTHER_MACHINE},
        {12, ROAD_IMAGE_VERSION + 1, false, ROAD_IMAGE_OTHER_VERSION},
        {CHECKSUM_AT, 1, false, ROAD_IMAGE_WRONG_CHECKSUM},
        {SIZE_AT, 1, false, ROAD_IMAGE_WRONG_SIZE},
        {32, 5, true, ROAD_IMAGE_BAD_SECTION},              /* node count */
        {36, UINT32_MAX, true, ROAD_IMAGE_BAD_SECTION},     /* arc count */
        {SECTIONS_AT, 0, true, ROAD_IMAGE_BAD_SECTION},     /* where the points are */
        {SECTIONS_AT + 8, 1, true, ROAD_IMAGE_BAD_SECTION}, /* how many bytes of them */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct written written = write_image();
        struct road_image image;
        memcpy(written.bytes + ROWS[i].at, &ROWS[i].value, sizeof ROWS[i].value);
        if (ROWS[i].sealed)
            seal(&written);
        cr_expect_eq(road_image_open(written.bytes, written.size, &image), ROWS[i].result,
                     "row %zu", i);
        forget(&written);
    }
    for (int result = ROAD_IMAGE_OK; result <= ROAD_IMAGE_UNALIGNED; result++)
        cr_expect_str_neq(road_image_result_text((enum road_image_result)result), "unknown result");
}

/* Section, index of a 32-bit word in it, new value: each breaks one promise of a graph or order. */
Test(image, refuses_graphs_and_orders_that_are_none)
{
    static const struct {
        size_t section;
        size_t word;
        uint32_t value;
        enum road_image_result result;
    } ROWS[] = {
        {0, 0, 900000001, ROAD_IMAGE_BAD_GRAPH},  {1, 2, 'a', ROAD_IMAGE_BAD_GRAPH},
        {2, 0, 1, ROAD_IMAGE_BAD_GRAPH},          {2, 1, UINT32_MAX, ROAD_IMAGE_BAD_GRAPH},
        {2, 6, 13, ROAD_IMAGE_BAD_GRAPH},         {3, 0, 1, ROAD_IMAGE_BAD_GRAPH},
        {4, 0, 0, ROAD_IMAGE_BAD_GRAPH},          {4, 0, 6, ROAD_IMAGE_BAD_GRAPH},
        {4, 0, 5, ROAD_IMAGE_BAD_GRAPH},          {5, 0, 0, ROAD_IMAGE_BAD_GRAPH},
        {6, 0, UINT32_MAX, ROAD_IMAGE_BAD_GRAPH}, {7, 0, 0x07, ROAD_IMAGE_BAD_GRAPH},
        {8, 0, 6, ROAD_IMAGE_BAD_ORDER},          {9, 0, UINT32_MAX, ROAD_IMAGE_BAD_ORDER},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct written written = write_image();
        struct road_image image;
        uint64_t offset;
        memcpy(&offset, written.bytes + SECTIONS_AT + 16 * ROWS[i].section, sizeof offset);
        memcpy(written.bytes + offset + 4 * ROWS[i].word, &ROWS[i].value, sizeof(uint32_t));
        seal(&written);
        cr_expect_eq(road_image_open(written.bytes, written.size, &image), ROWS[i].result,
                     "row %zu", i);
        forget(&written);
    }
}
