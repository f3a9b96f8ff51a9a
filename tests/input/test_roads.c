/* Networks in files: what is written opens again, what is damaged is refused by name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/roads.h"

static const struct road_builder_node NODES[] = {
    {10, {515000000, -30000000}},
    {20, {515010000, -30000000}},
    {30, {515010000, -29990000}},
    {40, {515020000, -29990000}},
};

static const struct road_builder_edge EDGES[] = {
    {10, 20, 100, 10000, ROAD_CLASS_RESIDENTIAL},
    {20, 30, 80, 8000, ROAD_CLASS_RESIDENTIAL},
    {30, 10, 120, 12000, ROAD_CLASS_RESIDENTIAL},
    {30, 40, 90, 9000, ROAD_CLASS_RESIDENTIAL}, /* and no way back */
};

static void describe(void *user, bool is_edge, size_t row, char *text, size_t size)
{
    (void)user;
    snprintf(text, size, "%s row %zu", is_edge ? "edges" : "nodes", row);
}

static bool make(struct roads *roads, size_t edge_count, struct road_builder_report *report,
                 struct input_error *error)
{
    struct roads_source source = {
        .name = "town",
        .input = {.nodes = NODES, .node_count = 4, .edges = EDGES, .edge_count = edge_count},
        .describe_row = describe};
    return roads_make(roads, &source, report, error);
}

Test(roads, opens_what_it_wrote)
{
    char folder[] = "/tmp/commonwheel-roads-XXXXXX";
    char path[64];
    struct roads made;
    struct roads opened;
    struct road_builder_report report;
    struct input_error error;
    cr_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/town.roads", folder);
    cr_assert(make(&made, 4, &report, &error), "%s", error.text);
    cr_expect_eq(report.nodes_dropped, 1);
    cr_assert(roads_write(&made, path, &error), "%s", error.text);
    cr_assert(roads_open(&opened, path, &error), "%s", error.text);
    cr_expect_eq(opened.graph.node_count, 3);
    cr_expect_eq(opened.graph.arc_count, 3);
    cr_expect_eq(opened.hierarchy.arc_count, made.hierarchy.arc_count);
    cr_expect_eq(opened.graph.names[0], 10);
    roads_close(&made);
    roads_close(&opened);

    cr_assert_eq(truncate(path, 100), 0);
    cr_expect_not(roads_open(&opened, path, &error));
    cr_expect_eq(strncmp(error.text, path, strlen(path)), 0, "%s", error.text);
    unlink(path);
    rmdir(folder);
}

Test(roads, says_what_cannot_be_opened_or_built)
{
    struct roads roads;
    struct road_builder_report report;
    struct input_error error;
    cr_expect_not(roads_open(&roads, "/nonexistent/town.roads", &error));
    cr_expect_str_eq(error.text, "/nonexistent/town.roads: No such file or directory");
    cr_expect_not(roads_open(&roads, "/", &error));
    cr_expect_str_eq(error.text, "/: is not a file");
    cr_expect_not(make(&roads, 2, &report, &error));
    cr_expect_eq(strncmp(error.text, "town: ", 6), 0, "%s", error.text);
}
