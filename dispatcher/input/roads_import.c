/* Which reader a path asks for, and the steps from streets to a hierarchy. */
#include "input/roads_import.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/network_csv.h"
#include "road/neighbours.h"
#include "road/order.h"

/* Room for a hierarchy with this many arcs for each of the graph's; those of street networks have
 * three to five. */
#define HIERARCHY_ARCS_FACTOR 32
#define HIERARCHY_ARCS_LEAST  (1u << 20)

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* FOLDER/NAME if there is such a file. */
static bool find_in(char path[PATH_MAX], const char *folder, const char *name)
{
    return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX && access(path, F_OK) == 0;
}

static bool read_osm(const char *path, struct streets *streets, struct roads_report *report,
                     struct input_error *error)
{
    report->is_osm = true;
    return osm_read(path, streets, &report->osm, error);
}

static bool read_folder(const char *folder, struct streets *streets, struct roads_report *report,
                        struct input_error *error)
{
    char path[PATH_MAX];
    bool has_csv = find_in(path, folder, "nodes.csv") || find_in(path, folder, "edges.csv");
    bool has_osm = find_in(path, folder, "roads.osm.pbf") || find_in(path, folder, "roads.osm");
    if (has_csv && has_osm)
        return input_error_set(error, "%s: has both nodes.csv or edges.csv and roads.osm", folder);
    if (has_osm)
        return read_osm(path, streets, report, error);
    if (!has_csv)
        return input_error_set(error,
                               "%s: has neither nodes.csv and edges.csv nor roads.osm.pbf nor "
                               "roads.osm",
                               folder);
    return network_csv_read(folder, streets, error);
}

static bool read_streets(const char *path, struct streets *streets, struct roads_report *report,
                         struct input_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return read_folder(path, streets, report, error);
    if (ends_with(path, ".pbf") || ends_with(path, ".osm"))
        return read_osm(path, streets, report, error);
    return input_error_set(error, "%s: is neither a folder nor a file .osm.pbf or .osm", path);
}

static bool take_arena(const struct streets *streets, struct arena *arena,
                       struct input_error *error)
{
    uint32_t nodes = (uint32_t)streets->node_count;
    uint32_t edges = (uint32_t)streets->edge_count;
    uint64_t arcs = (uint64_t)edges * HIERARCHY_ARCS_FACTOR + HIERARCHY_ARCS_LEAST;
    uint32_t room = arcs < ROAD_HIERARCHY_ARCS_MAX ? (uint32_t)arcs : ROAD_HIERARCHY_ARCS_MAX;
    /* The order's scratch is smaller than the hierarchy, which takes its place. */
    size_t size = road_builder_cost(nodes, edges) + arena_cost(nodes, sizeof(uint32_t)) +
                  road_neighbours_cost(nodes, edges) * 4 + road_hierarchy_cost(nodes, edges, room);
    return roads_file_take_arena(arena, size, error);
}

/* Names the row that the builder refuses, where it is one. */
static bool refuse_build(const char *path, const struct streets *streets,
                         enum road_builder_result result, size_t culprit, struct input_error *error)
{
    const char *text = road_builder_result_text(result);
    switch (result) {
    case ROAD_BUILDER_NODE_BAD:
    case ROAD_BUILDER_NODE_TWICE:
        return input_error_set(error, "%s: node %" PRId64 ": %s", path,
                               streets->nodes[culprit].name, text);
    case ROAD_BUILDER_EDGE_DANGLING:
    case ROAD_BUILDER_EDGE_BAD:
        return input_error_set(error, "%s: street from node %" PRId64 " to %" PRId64 ": %s", path,
                               streets->edges[culprit].from, streets->edges[culprit].to, text);
    default:
        return input_error_set(error, "%s: %s", path, text);
    }
}

static bool build(const char *path, const struct streets *streets, struct roads *roads,
                  struct roads_report *report, struct input_error *error)
{
    struct road_builder_input input = streets_input(streets);
    enum road_builder_result built =
        road_builder_make(&input, &roads->arena, &roads->graph, &report->built);
    if (built != ROAD_BUILDER_OK)
        return refuse_build(path, streets, built, report->built.culprit, error);
    uint32_t *rank = arena_take(&roads->arena, roads->graph.node_count, sizeof *rank);
    if (rank == NULL)
        return input_error_set(error, "%s: there is no memory for the order", path);
    enum road_order_result ordered = road_order_make(&roads->arena, &roads->graph, rank);
    if (ordered != ROAD_ORDER_OK)
        return input_error_set(error, "%s: %s", path, road_order_result_text(ordered));
    enum road_hierarchy_result contracted =
        road_hierarchy_build(&roads->hierarchy, &roads->arena, &roads->graph, rank);
    return contracted == ROAD_HIERARCHY_OK ||
           input_error_set(error, "%s: %s", path, road_hierarchy_result_text(contracted));
}

bool roads_import(const char *path, struct roads *roads, struct roads_report *report,
                  struct input_error *error)
{
    struct streets streets = {.nodes = NULL};
    *roads = (struct roads){.mapping = NULL};
    *report = (struct roads_report){.is_osm = false};
    bool ok = read_streets(path, &streets, report, error) &&
              take_arena(&streets, &roads->arena, error) &&
              build(path, &streets, roads, report, error);
    report->nodes_read = streets.node_count;
    report->edges_read = streets.edge_count;
    streets_free(&streets);
    if (!ok) {
        roads_file_close(roads);
        return false;
    }
    report->nodes = roads->graph.node_count;
    report->arcs = roads->graph.arc_count;
    for (uint32_t i = 0; i < roads->graph.arc_count; i++)
        report->length_m += roads->graph.length_m[i];
    return true;
}

static void print_count(FILE *file, const char *text, uint64_t count)
{
    if (count > 0)
        fprintf(file, "  %-52s %10" PRIu64 "\n", text, count);
}

void roads_report_print(const struct roads_report *report, FILE *file)
{
    if (report->is_osm)
        osm_counts_print(&report->osm, file);
    fprintf(file, "Network\n");
    print_count(file, "nodes read", report->nodes_read);
    print_count(file, "directed edges read", report->edges_read);
    print_count(file, "dropped: edges from a node to itself", report->built.loops);
    print_count(file, "dropped: slower edges beside another", report->built.parallels);
    print_count(file, "dropped: parts not joined to the largest", report->built.parts_dropped);
    print_count(file, "  nodes in them", report->built.nodes_dropped);
    print_count(file, "  edges in them or between parts", report->built.arcs_dropped);
    print_count(file, "nodes kept", report->nodes);
    print_count(file, "directed edges kept", report->arcs);
    print_count(file, "length kept, km", (uint64_t)report->length_m / 1000);
}
