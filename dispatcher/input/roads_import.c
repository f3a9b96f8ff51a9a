/* Which reader a path asks for, and the steps from streets to a hierarchy. */
#include "input/roads_import.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/network_csv.h"

/* What a refused row is named by. */
struct naming {
    const char *path;
    const struct streets *streets;
};

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

/* Names the row that the builder refuses. */
static void describe_row(void *user, bool is_edge, size_t row, char *text, size_t size)
{
    const struct naming *naming = user;
    const struct streets *streets = naming->streets;
    if (is_edge)
        snprintf(text, size, "%s: street from node %" PRId64 " to node %" PRId64, naming->path,
                 streets->edges[row].from, streets->edges[row].to);
    else
        snprintf(text, size, "%s: node %" PRId64, naming->path, streets->nodes[row].name);
}

bool roads_import(const char *path, struct roads *roads, struct roads_report *report,
                  struct input_error *error)
{
    struct streets streets = {.nodes = NULL};
    *report = (struct roads_report){.is_osm = false};
    bool ok = read_streets(path, &streets, report, error);
    if (ok) {
        struct naming naming = {.path = path, .streets = &streets};
        struct roads_source source = {.name = path,
                                      .input = streets_input(&streets),
                                      .user = &naming,
                                      .describe_row = describe_row};
        report->nodes_read = streets.node_count;
        report->edges_read = streets.edge_count;
        ok = roads_make(roads, &source, &report->built, error);
    }
    streets_free(&streets);
    if (!ok)
        return false;
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
