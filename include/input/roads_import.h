/* From a map or a scenario's folder to a network ready for use: read, build, order, contract. */
#ifndef INPUT_ROADS_IMPORT_H
#define INPUT_ROADS_IMPORT_H

#include <stdio.h>

#include "input/osm.h"
#include "input/roads.h"
#include "road/builder.h"

struct roads_report {
    bool is_osm;
    struct osm_counts osm; /* where is_osm */
    size_t nodes_read;
    size_t edges_read;
    struct road_builder_report built;
    uint32_t nodes; /* kept */
    uint32_t arcs;
    int64_t length_m; /* of all arcs */
};

/* `path` is a file .osm.pbf, .pbf or .osm, or a folder that has nodes.csv and edges.csv, or
 * roads.osm.pbf, or roads.osm. *roads is the caller's to close. False and *error names the file and
 * what is wrong; nothing is then owned. Seconds for a city. */
MUST_CHECK bool roads_import(const char *path, struct roads *roads, struct roads_report *report,
                             struct input_error *error);

/* A table for people: what was read, what was left out and why, what is left. */
void roads_report_print(const struct roads_report *report, FILE *file);

#endif
