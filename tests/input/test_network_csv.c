/* nodes.csv and edges.csv: read, refused by line, and written again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "input/network_csv.h"
#include "input/roads_import.h"
#include "input_folder.h"

#define NODES "node,lon,lat\n10,-3.0,51.5\n-20,-2.999,51.5\n30,-2.999,51.501\n"
#define EDGES "from,to,length_m,time_ms\n10,-20,69,5000\n-20,30,0,1\n30,10,140,11000\n"

/* The error without the folder's name. */
static bool read_network(const char *nodes, const char *edges, struct streets *streets,
                         char why[INPUT_ERROR_MAX])
{
    char folder[INPUT_FOLDER_MAX];
    struct input_error error = {.text = ""};
    *streets = (struct streets){.nodes = NULL};
    input_folder_make(folder);
    if (nodes != NULL)
        input_folder_put(folder, "nodes.csv", nodes);
    if (edges != NULL)
        input_folder_put(folder, "edges.csv", edges);
    bool ok = network_csv_read(folder, streets, &error);
    input_folder_remove(folder);
    bool is_named = strncmp(error.text, folder, strlen(folder)) == 0;
    cr_assert(ok || is_named, "%s", error.text);
    snprintf(why, INPUT_ERROR_MAX, "%s", ok ? "" : error.text + strlen(folder) + 1);
    return ok;
}

Test(network_csv, reads_nodes_and_edges)
{
    struct streets streets;
    char why[INPUT_ERROR_MAX];
    cr_assert(read_network(NODES, EDGES, &streets, why), "%s", why);
    cr_assert_eq(streets.node_count, 3);
    cr_assert_eq(streets.edge_count, 3);
    cr_expect_eq(streets.nodes[1].name, -20);
    cr_expect_eq(streets.nodes[1].point.lat_e7, 515000000);
    cr_expect_eq(streets.nodes[1].point.lon_e7, -29990000);
    cr_expect_eq(streets.edges[1].from, -20);
    cr_expect_eq(streets.edges[1].to, 30);
    cr_expect_eq(streets.edges[1].length_m, 1, "a length of 0 counts as 1 m");
    cr_expect_eq(streets.edges[2].time_ms, 11000);
    streets_free(&streets);
}

Test(network_csv, names_the_line_that_is_wrong)
{
    static const struct {
        const char *nodes;
        const char *edges;
        const char *why;
    } rows[] = {
        {NULL, EDGES, "nodes.csv: No such file or directory"},
        {NODES, NULL, "edges.csv: No such file or directory"},
        {"node,lon,lat\n1,181,0\n", EDGES,
         "nodes.csv:2: column 'lon': '181' is not decimal degrees from -180 to 180"},
        {"node,lon,lat\n1,0,90.5\n", EDGES,
         "nodes.csv:2: column 'lat': '90.5' is not decimal degrees from -90 to 90"},
        {NODES "30,0,0\n10,0,0\n", EDGES,
         "nodes.csv:5: column 'node': this node stands here twice"},
        {NODES, EDGES "10,40,1,1\n",
         "edges.csv:5: column 'to': there is no such node in nodes.csv"},
        {NODES, EDGES "40,10,1,1\n",
         "edges.csv:5: column 'from': there is no such node in nodes.csv"},
        {NODES, EDGES "10,10,1,1\n", "edges.csv:5: column 'to': the edge ends where it begins"},
        {NODES, EDGES "10,30,1,1\n10,-20,5,5\n",
         "edges.csv:6: column 'to': this edge stands here twice"},
        {NODES, EDGES "10,30,1,0\n",
         "edges.csv:5: column 'time_ms': '0' is not a whole number from 1 to 16777216"},
        {NODES, EDGES "10,30,-1,1\n",
         "edges.csv:5: column 'length_m': '-1' is not a whole number from 0 to 2147483647"},
        {NODES, EDGES "10,30,1\n", "edges.csv:5: the number of fields is 3, not 4"},
        {NODES, "from,to,length_m,time_ms,name\n",
         "edges.csv:1: column 'name': there is no such column"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct streets streets;
        char why[INPUT_ERROR_MAX];
        cr_expect_not(read_network(rows[i].nodes, rows[i].edges, &streets, why), "row %zu", i);
        cr_expect_str_eq(why, rows[i].why, "row %zu: %s", i, why);
        streets_free(&streets);
    }
}

Test(network_csv, writes_what_it_reads_again)
{
    char folder[INPUT_FOLDER_MAX];
    char again[INPUT_FOLDER_MAX];
    struct roads first;
    struct roads second;
    struct roads_report report;
    struct input_error error = {.text = ""};
    input_folder_make(folder);
    input_folder_make(again);
    input_folder_put(folder, "nodes.csv", NODES);
    input_folder_put(folder, "edges.csv", EDGES);
    cr_assert(roads_import(folder, &first, &report, &error), "%s", error.text);
    cr_assert(network_csv_write(again, &first.graph, &error), "%s", error.text);
    cr_assert(roads_import(again, &second, &report, &error), "%s", error.text);
    cr_assert_eq(second.graph.node_count, 3);
    cr_assert_eq(second.graph.arc_count, 3);
    cr_expect_arr_eq(second.graph.points, first.graph.points, 3 * sizeof *first.graph.points);
    cr_expect_arr_eq(second.graph.names, first.graph.names, 3 * sizeof *first.graph.names);
    cr_expect_arr_eq(second.graph.head, first.graph.head, 3 * sizeof *first.graph.head);
    cr_expect_arr_eq(second.graph.free_ms, first.graph.free_ms, 3 * sizeof *first.graph.free_ms);
    cr_expect_arr_eq(second.graph.length_m, first.graph.length_m, 3 * sizeof *first.graph.length_m);
    roads_close(&first);
    roads_close(&second);
    cr_expect_not(network_csv_write("/nonexistent", &first.graph, &error));
    cr_expect_str_eq(error.text, "/nonexistent/nodes.csv: No such file or directory");
    input_folder_remove(folder);
    input_folder_remove(again);
}
