/* The .roads file: a graph and its node order as one block of bytes that is used where it lies,
 * usually memory-mapped. Version, total size and a CRC-32C stand in front. All that could make a
 * reader go astray is checked when it is opened; a file that opens is safe to use even if somebody
 * made it with ill intent.
 *
 * The hierarchy is not in the file: it is built from graph and order in linear time. */
#ifndef ROAD_IMAGE_H
#define ROAD_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "road/graph.h"

#define ROAD_IMAGE_VERSION 1
#define ROAD_IMAGE_ALIGN   64 /* bytes: of the block and of every section in it */

struct road_image {
    struct road_graph graph;      /* its arrays lie in the image */
    const uint32_t *rank;         /* [node_count] the order, by node */
    uint32_t hierarchy_arc_count; /* what it costs to build the hierarchy: road_hierarchy_cost() */
};

enum road_image_result {
    ROAD_IMAGE_OK,
    ROAD_IMAGE_TOO_SHORT,      /* shorter than a header */
    ROAD_IMAGE_NOT_ROADS,      /* other magic */
    ROAD_IMAGE_OTHER_VERSION,  /* written by another release */
    ROAD_IMAGE_OTHER_MACHINE,  /* other byte order */
    ROAD_IMAGE_WRONG_SIZE,     /* cut short or with bytes behind */
    ROAD_IMAGE_WRONG_CHECKSUM, /* damaged */
    ROAD_IMAGE_BAD_SECTION,    /* a section out of bounds, or of the wrong size */
    ROAD_IMAGE_BAD_GRAPH,      /* indices out of range or out of order, values out of range */
    ROAD_IMAGE_BAD_ORDER,      /* the order is no permutation of the nodes */
    ROAD_IMAGE_UNALIGNED,      /* bytes do not begin at a multiple of ROAD_IMAGE_ALIGN */
};

size_t road_image_size(const struct road_graph *graph);

/* Fill `bytes`, road_image_size() of them; padding is zeroed, so equal input gives equal bytes. */
void road_image_write(uint8_t *bytes, const struct road_graph *graph, const uint32_t *rank,
                      uint32_t hierarchy_arc_count);

/* Check `size` bytes and point *image into them; borrowed for as long as the image is used.
 * *image is untouched on failure. O(size). */
MUST_CHECK enum road_image_result road_image_open(const uint8_t *bytes, size_t size,
                                                  struct road_image *image);

/* One sentence part for people, as in "city.roads: <text>". Static. */
const char *road_image_result_text(enum road_image_result result);

#endif
