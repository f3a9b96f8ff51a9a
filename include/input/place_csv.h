/* A place on the road in each row of a CSV file: a node's number, or a longitude and a latitude
 * that are brought to the kerb. For files that are read before there is a road network. */
#ifndef INPUT_PLACE_CSV_H
#define INPUT_PLACE_CSV_H

#include "input/csv.h"
#include "road/graph.h"
#include "road/place.h"

struct road_snapper;

struct place_csv_options {
    bool drive_on_left; /* which side of the street a coordinate's kerb is on */
    bool at_nodes;      /* a coordinate stands for the node nearest to it, as in a scenario */
};

struct place_csv {
    struct csv *csv;
    size_t node; /* columns; lon and lat too */
    size_t lon;
    size_t lat;
    const struct road_graph *graph;
    bool at_nodes;
    struct road_snapper *snapper; /* NULL where places are nodes */
    void *memory;
};

/* For an open file with the three columns; place_csv_end() in any case. False and *error: it has
 * not either a node or both coordinates, or there is not enough memory. `what` is at the places:
 * "vehicles wait". */
MUST_CHECK bool place_csv_begin(struct place_csv *places, struct csv *csv, const size_t columns[3],
                                const char *what, const struct road_graph *graph,
                                const struct place_csv_options *options, struct input_error *error);
void place_csv_end(struct place_csv *places);

/* The place in the row of now. False and *error: there is none on the network, or no road within
 * 300 m. */
MUST_CHECK bool place_csv_read(const struct place_csv *places, struct road_place *place,
                               struct input_error *error);

/* The column that an error about a place is in. */
size_t place_csv_column(const struct place_csv *places);

#endif
