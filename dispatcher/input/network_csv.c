/* Rows first, then what only the whole can show: nodes and edges that stand twice, and ends that
 * are not there. A row's line is its number + 2, since no row spans lines and none is left out. */
#include "input/network_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "input/csv.h"
#include "road/metric.h"

enum { NODE, LON, LAT };

static const struct csv_column NODE_COLUMNS[] = {{"node", true}, {"lon", true}, {"lat", true}};

enum { FROM, TO, LENGTH_M, TIME_MS };

static const struct csv_column EDGE_COLUMNS[] = {
    {"from", true}, {"to", true}, {"length_m", true}, {"time_ms", true}};

/* Names in ascending order with their rows, and room to sort as many again. */
struct index {
    uint64_t *keys;
    uint64_t *key_scratch;
    uint32_t *rows;
    uint32_t *row_scratch;
};

static bool index_make(struct index *index, size_t count)
{
    *index = (struct index){.keys = malloc((count + 1) * sizeof(uint64_t)),
                            .key_scratch = malloc((count + 1) * sizeof(uint64_t)),
                            .rows = malloc((count + 1) * sizeof(uint32_t)),
                            .row_scratch = malloc((count + 1) * sizeof(uint32_t))};
    return index->keys != NULL && index->key_scratch != NULL && index->rows != NULL &&
           index->row_scratch != NULL;
}

static void index_free(struct index *index)
{
    free(index->keys);
    free(index->key_scratch);
    free(index->rows);
    free(index->row_scratch);
}

/* Sorts, and finds the first row whose key an earlier row has; `count` if there is none. */
static size_t index_sort(struct index *index, size_t count)
{
    size_t twice = count;
    sort_pairs(index->keys, index->rows, index->key_scratch, index->row_scratch, count);
    for (size_t i = 1; i < count; i++) {
        if (index->keys[i] == index->keys[i - 1] && index->rows[i] < twice)
            twice = index->rows[i];
    }
    return twice;
}

/* The place of a key; `count` if it is not there. */
static size_t index_find(const struct index *index, size_t count, uint64_t key)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && index->keys[low] == key ? low : count;
}

/* Names in signed order as unsigned keys. */
static uint64_t key_of(int64_t name)
{
    return (uint64_t)name ^ UINT64_C(1) << 63;
}

static bool read_node(const struct csv *csv, struct streets *streets, struct input_error *error)
{
    struct road_builder_node node = {.name = 0};
    if (!csv_whole(csv, NODE, -INT64_MAX, INT64_MAX, &node.name, error) ||
        !csv_degrees(csv, LON, 180, &node.point.lon_e7, error) ||
        !csv_degrees(csv, LAT, 90, &node.point.lat_e7, error))
        return false;
    return streets_add_node(streets, node) ||
           csv_refuse(csv, NODE, "there are more nodes than memory or limits allow", error);
}

static bool read_edge(const struct csv *csv, struct streets *streets, struct input_error *error)
{
    struct road_builder_edge edge = {.class = ROAD_CLASS_RESIDENTIAL};
    int64_t length_m;
    int64_t time_ms;
    if (!csv_whole(csv, FROM, -INT64_MAX, INT64_MAX, &edge.from, error) ||
        !csv_whole(csv, TO, -INT64_MAX, INT64_MAX, &edge.to, error) ||
        !csv_whole(csv, LENGTH_M, 0, INT32_MAX, &length_m, error) ||
        !csv_whole(csv, TIME_MS, 1, ROAD_WEIGHT_MAX_MS, &time_ms, error))
        return false;
    if (edge.from == edge.to)
        return csv_refuse(csv, TO, "the edge ends where it begins", error);
    edge.length_m = length_m == 0 ? 1 : (uint32_t)length_m;
    edge.time_ms = (uint32_t)time_ms;
    return streets_add_edge(streets, edge) ||
           csv_refuse(csv, FROM, "there are more edges than memory or limits allow", error);
}

/* After the rows of nodes.csv: index them, and refuse a node that stands twice. */
static bool index_nodes(const struct csv *csv, const struct streets *streets, struct index *index,
                        struct input_error *error)
{
    for (size_t i = 0; i < streets->node_count; i++) {
        index->keys[i] = key_of(streets->nodes[i].name);
        index->rows[i] = (uint32_t)i;
    }
    size_t twice = index_sort(index, streets->node_count);
    return twice == streets->node_count ||
           csv_refuse_at(csv, twice + 2, NODE, "this node stands here twice", error);
}

/* After the rows of edges.csv: every end must be a node, and no edge may stand twice. */
static bool check_edges(const struct csv *csv, const struct streets *streets,
                        const struct index *nodes, struct index *edges, struct input_error *error)
{
    for (size_t i = 0; i < streets->edge_count; i++) {
        size_t from = index_find(nodes, streets->node_count, key_of(streets->edges[i].from));
        size_t to = index_find(nodes, streets->node_count, key_of(streets->edges[i].to));
        if (from == streets->node_count)
            return csv_refuse_at(csv, i + 2, FROM, "there is no such node in nodes.csv", error);
        if (to == streets->node_count)
            return csv_refuse_at(csv, i + 2, TO, "there is no such node in nodes.csv", error);
        edges->keys[i] = (uint64_t)from << 32 | to;
        edges->rows[i] = (uint32_t)i;
    }
    size_t twice = index_sort(edges, streets->edge_count);
    return twice == streets->edge_count ||
           csv_refuse_at(csv, twice + 2, TO, "this edge stands here twice", error);
}

static bool read_nodes(const char *path, struct streets *streets, struct index *index,
                       struct input_error *error)
{
    struct csv csv;
    if (!csv_open(&csv, path, NODE_COLUMNS, 3, error))
        return false;
    bool ok = true;
    while (ok && csv_next(&csv, error))
        ok = read_node(&csv, streets, error);
    ok = ok && !csv_failed(&csv);
    if (ok && !index_make(index, streets->node_count))
        ok = input_error_set(error, "%s: there is no memory to read it", path);
    ok = ok && index_nodes(&csv, streets, index, error);
    csv_close(&csv);
    return ok;
}

static bool read_edges(const char *path, struct streets *streets, const struct index *nodes,
                       struct input_error *error)
{
    struct csv csv;
    struct index edges = {.keys = NULL};
    if (!csv_open(&csv, path, EDGE_COLUMNS, 4, error))
        return false;
    bool ok = true;
    while (ok && csv_next(&csv, error))
        ok = read_edge(&csv, streets, error);
    ok = ok && !csv_failed(&csv);
    if (ok && !index_make(&edges, streets->edge_count))
        ok = input_error_set(error, "%s: there is no memory to read it", path);
    ok = ok && check_edges(&csv, streets, nodes, &edges, error);
    index_free(&edges);
    csv_close(&csv);
    return ok;
}

/* FOLDER/NAME; false when that is too long for a path. */
static bool join(char path[PATH_MAX], const char *folder, const char *name,
                 struct input_error *error)
{
    return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX ||
           input_error_set(error, "%.200s...: the name is too long", folder);
}

bool network_csv_read(const char *folder, struct streets *streets, struct input_error *error)
{
    char path[PATH_MAX];
    struct index nodes = {.keys = NULL};
    bool ok = join(path, folder, "nodes.csv", error) && read_nodes(path, streets, &nodes, error) &&
              join(path, folder, "edges.csv", error) && read_edges(path, streets, &nodes, error);
    index_free(&nodes);
    return ok;
}

/* 1e-7 degrees as decimal degrees. */
static void print_degrees(FILE *file, int32_t e7)
{
    int64_t size = e7 < 0 ? -(int64_t)e7 : e7;
    fprintf(file, ",%s%" PRId64 ".%07" PRId64, e7 < 0 ? "-" : "", size / 10000000, size % 10000000);
}

static void print_nodes(FILE *file, const struct road_graph *graph)
{
    fprintf(file, "node,lon,lat\n");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        fprintf(file, "%" PRId64, graph->names[i]);
        print_degrees(file, graph->points[i].lon_e7);
        print_degrees(file, graph->points[i].lat_e7);
        fputc('\n', file);
    }
}

static void print_edges(FILE *file, const struct road_graph *graph)
{
    fprintf(file, "from,to,length_m,time_ms\n");
    for (uint32_t i = 0; i < graph->arc_count; i++)
        fprintf(file, "%" PRId64 ",%" PRId64 ",%" PRIu32 ",%" PRIu32 "\n",
                graph->names[graph->tail[i]], graph->names[graph->head[i]], graph->length_m[i],
                graph->free_ms[i]);
}

static bool write_file(const char *folder, const char *name, const struct road_graph *graph,
                       void (*print)(FILE *, const struct road_graph *), struct input_error *error)
{
    char path[PATH_MAX];
    if (!join(path, folder, name, error))
        return false;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    print(file, graph);
    bool ok = !ferror(file);
    ok = fclose(file) == 0 && ok;
    return ok || input_error_set(error, "%s: cannot be written: %s", path, strerror(errno));
}

bool network_csv_write(const char *folder, const struct road_graph *graph,
                       struct input_error *error)
{
    return write_file(folder, "nodes.csv", graph, print_nodes, error) &&
           write_file(folder, "edges.csv", graph, print_edges, error);
}
