/* From a path to a network: which reader, what is kept, what is refused. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/roads_import.h"
#include "input_folder.h"

#define TOWN TEST_DATA "/town.osm"

/* One-way 1->5, 7->3 and the roundabout; 2-6 is cut by the bollard; 11 hangs at nothing. */
Test(roads_import, keeps_the_streets_that_are_joined)
{
    struct roads roads;
    struct roads_report report;
    struct input_error error = {.text = ""};
    cr_assert(roads_import(TOWN, &roads, &report, &error), "%s", error.text);
    cr_expect(report.is_osm);
    cr_expect_eq(report.nodes, 10);
    cr_expect_eq(report.arcs, 19);
    cr_expect_eq(report.built.nodes_dropped, 1, "node 11, behind the map's edge");
    cr_expect_neq(road_graph_find(&roads.graph, 22), ROAD_NONE);
    cr_expect_eq(road_graph_find(&roads.graph, 12), ROAD_NONE);
    cr_expect_eq(roads.hierarchy.node_count, 10);
    roads_close(&roads);
}

Test(roads_import, finds_the_map_in_a_folder)
{
    char folder[INPUT_FOLDER_MAX];
    char text[8192];
    struct roads roads;
    struct roads_report report;
    struct input_error error = {.text = ""};
    FILE *file = fopen(TOWN, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    input_folder_make(folder);
    input_folder_put(folder, "roads.osm", text);
    cr_assert(roads_import(folder, &roads, &report, &error), "%s", error.text);
    cr_expect_eq(report.nodes, 10);
    roads_close(&roads);
    input_folder_put(folder, "nodes.csv", "node,lon,lat\n");
    cr_expect_not(roads_import(folder, &roads, &report, &error));
    cr_expect(strstr(error.text, "has both") != NULL, "%s", error.text);
    input_folder_remove(folder);
}

Test(roads_import, refuses_what_is_no_map)
{
    char folder[INPUT_FOLDER_MAX];
    struct roads roads;
    struct roads_report report;
    struct input_error error = {.text = ""};
    static const struct {
        const char *path;
        const char *why;
    } rows[] = {
        {"/nonexistent.osm", "/nonexistent.osm: No such file or directory"},
        {"/dev/null", "/dev/null: is neither a folder nor a file .osm.pbf or .osm"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_not(roads_import(rows[i].path, &roads, &report, &error));
        cr_expect_str_eq(error.text, rows[i].why, "%s", error.text);
    }
    input_folder_make(folder);
    cr_expect_not(roads_import(folder, &roads, &report, &error));
    cr_expect(strstr(error.text, "has neither nodes.csv") != NULL, "%s", error.text);
    input_folder_put(folder, "nodes.csv", "node,lon,lat\n1,0,0\n2,0,1\n");
    input_folder_put(folder, "edges.csv", "from,to,length_m,time_ms\n1,2,1,1\n");
    cr_expect_not(roads_import(folder, &roads, &report, &error));
    cr_expect_eq(strncmp(error.text, folder, strlen(folder)), 0, "no joined part: %s", error.text);
    input_folder_remove(folder);
}

Test(roads_import, prints_a_report)
{
    struct roads roads;
    struct roads_report report;
    struct input_error error;
    char *text = NULL;
    size_t size = 0;
    cr_assert(roads_import(TOWN, &roads, &report, &error));
    FILE *file = open_memstream(&text, &size);
    roads_report_print(&report, file);
    fclose(file);
    cr_expect(strstr(text, "streets for cars") != NULL);
    cr_expect(strstr(text, "directed edges kept") != NULL);
    free(text);
    roads_close(&roads);
}
