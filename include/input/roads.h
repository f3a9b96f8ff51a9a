/* A road network ready for use, with the memory it lies in: opened from a .roads file, or made of
 * the nodes and edges that an importer read. */
#ifndef INPUT_ROADS_H
#define INPUT_ROADS_H

#include <stddef.h>
#include <stdint.h>

#include "input/input_error.h"
#include "road/builder.h"
#include "road/graph.h"
#include "road/hierarchy.h"

struct roads {
    struct road_graph graph;
    struct road_hierarchy hierarchy; /* of the graph above: a struct roads is not to be copied */
    const uint32_t *rank;            /* the order, by node */
    void *mapping;                   /* the file, or NULL */
    size_t mapping_size;
    void *memory; /* what was built */
    size_t memory_size;
};

/* Open a .roads file: map it, check all of it, build its hierarchy. False and *error names file and
 * reason; nothing is then held. */
MUST_CHECK bool roads_open(struct roads *roads, const char *path, struct input_error *error);

/* Build a network of `input`: the largest strongly connected part, its order and its hierarchy.
 * `name` is what the input is called in errors; `describe_row` (may be NULL) names the row of an
 * input that was refused, a node's or an edge's, as "edges.csv:17" into `text`. *report is filled
 * in either case. */
struct roads_source {
    const char *name;
    struct road_builder_input input;
    void *user;
    void (*describe_row)(void *user, bool is_edge, size_t row, char *text, size_t size);
};

MUST_CHECK bool roads_make(struct roads *roads, const struct roads_source *source,
                           struct road_builder_report *report, struct input_error *error);

/* Write the network to a .roads file: under another name first, synced, then renamed. */
MUST_CHECK bool roads_write(const struct roads *roads, const char *path, struct input_error *error);

void roads_close(struct roads *roads);

#endif
