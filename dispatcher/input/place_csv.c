/* Coordinates are brought to the kerb by a snapper that is only here while the file is read. */
#include "input/place_csv.h"

#include <stdlib.h>

#include "road/snap.h"

bool place_csv_begin(struct place_csv *places, struct csv *csv, const size_t columns[3],
                     const char *what, const struct road_graph *graph,
                     const struct place_csv_options *options, struct input_error *error)
{
    *places = (struct place_csv){.csv = csv,
                                 .node = columns[0],
                                 .lon = columns[1],
                                 .lat = columns[2],
                                 .graph = graph,
                                 .at_nodes = options->at_nodes};
    const bool by_point = csv_has(csv, places->lon) && csv_has(csv, places->lat);
    if (csv_has(csv, places->node) == by_point ||
        csv_has(csv, places->lon) != csv_has(csv, places->lat))
        return input_error_set(error,
                               "%s:1: either column 'node', or columns 'lon' and 'lat', say where "
                               "%s",
                               csv->path, what);
    if (!by_point)
        return true;
    const size_t size = road_snapper_cost(graph);
    places->memory = calloc(1, size);
    if (places->memory == NULL)
        return input_error_set(error, "%s: there is not enough memory", csv->path);
    struct arena arena;
    arena_init(&arena, places->memory, size);
    places->snapper = road_snapper_init(&arena, graph, options->drive_on_left);
    CHECK(places->snapper != NULL);
    return true;
}

void place_csv_end(struct place_csv *places)
{
    free(places->memory);
    *places = (struct place_csv){.csv = NULL};
}

bool place_csv_read(const struct place_csv *places, struct road_place *place,
                    struct input_error *error)
{
    struct csv *csv = places->csv;
    struct geo_point point;
    struct road_snap snap;
    int64_t name = 0;
    if (places->snapper == NULL) {
        if (!csv_whole(csv, places->node, INT64_MIN, INT64_MAX, &name, error))
            return false;
        const uint32_t node = road_graph_find(places->graph, name);
        if (node == ROAD_NONE)
            return csv_refuse(csv, places->node, "names no node of the road network", error);
        *place = road_place_at_node(node);
        return true;
    }
    if (!csv_degrees(csv, places->lon, 180, &point.lon_e7, error) ||
        !csv_degrees(csv, places->lat, 90, &point.lat_e7, error))
        return false;
    if (!road_snap_kerb(places->snapper, point, ROAD_SNAP_MAX_MM, &snap))
        return csv_refuse(csv, places->lon, "is further than 300 m from any road", error);
    *place = places->at_nodes ? road_place_at_node(snap.nearest_node) : snap.place;
    return true;
}

size_t place_csv_column(const struct place_csv *places)
{
    return places->snapper == NULL ? places->node : places->lon;
}
