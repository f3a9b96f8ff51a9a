#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_folder.h"
#include "sim/city.h"
#include "sim/scenario.h"

static const char *const files[] = {"scenario.yaml", "nodes.csv",    "edges.csv",    "vehicles.csv",
                                    "requests.csv",  "chargers.csv", "zones.geojson"};

static void make(struct folder *folder, uint64_t seed)
{
    struct input_error error;
    folder_make(folder);
    const struct city_plan plan = {
        .folder = folder->path, .nodes = 600, .vehicles = 10, .requests = 300, .seed = seed};
    cr_assert(city_make(&plan, &error), "%s", error.text);
}

Test(city, a_seed_gives_a_town_and_another_seed_another)
{
    struct folder a;
    struct folder b;
    struct folder c;
    make(&a, 5);
    make(&b, 5);
    make(&c, 6);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *first = folder_read(&a, files[i]);
        char *again = folder_read(&b, files[i]);
        char *other = folder_read(&c, files[i]);
        cr_expect_str_eq(first, again, "%s", files[i]);
        if (strstr(files[i], "edges") != NULL || strstr(files[i], "requests") != NULL) {
            cr_expect_str_neq(first, other, "%s", files[i]);
        }
        free(first);
        free(again);
        free(other);
    }
    folder_free(&a);
    folder_free(&b);
    folder_free(&c);
}

Test(city, looks_like_a_town)
{
    static struct scenario scenario;
    const struct scenario_options options = {0};
    struct folder folder;
    struct input_error error;
    make(&folder, 1);
    cr_assert(scenario_load(folder.path, &options, &scenario, &error), "%s", error.text);
    const struct road_graph *graph = &scenario.roads.graph;
    cr_expect_geq(graph->node_count, 400);
    cr_expect_leq(graph->node_count, 800);
    cr_expect_eq(scenario.roads_report.nodes_read, graph->node_count, "all of it is connected");
    uint32_t one_way = 0;
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        one_way += road_graph_arc(graph, graph->head[arc], graph->tail[arc]) == ROAD_NONE;
    }
    cr_expect_gt(one_way * 50, graph->arc_count, "%u one-way streets", one_way);
    cr_expect_lt(one_way * 3, graph->arc_count, "%u one-way streets", one_way);
    cr_expect_gt(graph->arc_count * 10, graph->node_count * 20);
    cr_expect_lt(graph->arc_count * 10, graph->node_count * 30);

    uint32_t wheelchairs = 0;
    uint32_t morning = 0;
    uint32_t night = 0;
    for (uint32_t i = 0; i < scenario.request_count; i++) {
        const int64_t at_s = scenario.requests[i].at_s;
        wheelchairs += scenario.requests[i].wheelchairs;
        morning += at_s >= 7 * 3600 && at_s < 9 * 3600;
        night += at_s >= 2 * 3600 && at_s < 4 * 3600;
    }
    cr_expect_gt(wheelchairs, 0);
    cr_expect_gt(morning, 5 * night);
    cr_expect_eq(scenario.zones.zone_count, 12);
    scenario_free(&scenario);
    folder_free(&folder);
}
