#include "sim/survey.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/sort.h"
#include "road/neighbours.h"
#include "sim/grow.h"
#include "sim/options.h"

#define SEED          1
#define PART_PERMILLE 100 /* of what is below: a part of the city, and no mere street */

static const uint32_t marks[SURVEY_MARKS] = {10, 50, 90, 99, 100};

/* Percentiles by nearest rank; `values` are sorted on the way. */
static void take_marks(uint64_t *values, size_t count, int64_t *out)
{
    uint64_t *scratch = grow_new(count, sizeof *scratch);
    sort_u64(values, scratch, count);
    free(scratch);
    for (size_t i = 0; i < SURVEY_MARKS; i++) {
        const size_t rank = (count * marks[i] + 99) / 100; /* up, so that 100 is the last */
        out[i] = rank > 0 ? (int64_t)values[rank - 1] : 0;
    }
}

static void count_nodes(struct survey *survey, const struct road_graph *graph)
{
    const size_t size = road_neighbours_cost(graph->node_count, graph->arc_count);
    struct road_neighbours neighbours;
    struct arena arena;
    void *memory = grow_new(size, 1);
    arena_init(&arena, memory, size);
    CHECK(road_neighbours_init(&neighbours, &arena, graph));
    for (uint32_t node = 0; node < graph->node_count; node++) {
        const uint32_t degree = neighbours.first[node + 1] - neighbours.first[node];
        survey->degrees[degree < SURVEY_DEGREES ? degree : SURVEY_DEGREES - 1]++;
    }
    survey->street_count = neighbours.first[graph->node_count] / 2;
    survey->one_way_count = 2 * survey->street_count - graph->arc_count;
    free(memory);
}

static void count_arcs(struct survey *survey, const struct road_graph *graph)
{
    uint64_t *lengths = grow_new(graph->arc_count, sizeof *lengths);
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        const uint8_t class = graph->class[arc];
        CHECK(class < SURVEY_CLASSES);
        survey->class_arcs[class]++;
        survey->class_m[class] += graph->length_m[arc];
        survey->class_ms[class] += graph->free_ms[arc];
        survey->length_m += graph->length_m[arc];
        lengths[arc] = graph->length_m[arc];
    }
    take_marks(lengths, graph->arc_count, survey->length_marks_m);
    free(lengths);
}

/* From the root down to where two parts fall apart that both are large. A few houses that come off
 * a separator on the way do not end it, as they do for road_hierarchy_top(). */
static uint32_t top_separator(const struct road_hierarchy *hierarchy)
{
    uint32_t rank = hierarchy->node_count - 1;
    uint32_t count = 1;
    while (rank > 0) {
        const uint32_t below = hierarchy->subtree_size[rank] - 1;
        const uint32_t lowest = rank - below;
        uint32_t largest = rank - 1;
        for (uint32_t child = rank; child > lowest; child -= hierarchy->subtree_size[child - 1]) {
            const uint32_t is_larger =
                hierarchy->subtree_size[child - 1] > hierarchy->subtree_size[largest];
            largest = is_larger ? child - 1 : largest;
        }
        if (below == 0 || (uint64_t)hierarchy->subtree_size[largest] * 1000 <
                              (uint64_t)below * (1000 - PART_PERMILLE)) {
            break;
        }
        rank = largest;
        count++;
    }
    return count;
}

static void measure_tree(struct survey *survey, const struct road_hierarchy *hierarchy)
{
    for (uint32_t rank = 0; rank < hierarchy->node_count; rank++) {
        survey->depth_sum += hierarchy->depth[rank];
    }
    survey->top_separator = top_separator(hierarchy);
    survey->height = hierarchy->height;
    survey->hierarchy_arc_count = hierarchy->arc_count;
}

/* The length of the drive that road_query_time() knows the time of. */
static int64_t drive_m(const struct road_network *network, uint32_t *arcs, struct road_place from,
                       struct road_place to)
{
    const struct road_graph *graph = network->graph;
    size_t count = 0;
    int64_t length_m = 0;
    if (road_query_path(network->query, from, to, arcs, graph->arc_count, &count) != ROAD_PATH_OK) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        length_m += graph->length_m[arcs[i]];
    }
    return length_m;
}

static void drive_pairs(struct survey *survey, const struct roads *roads)
{
    const struct road_graph *graph = &roads->graph;
    const size_t size = road_network_cost(graph, &roads->hierarchy);
    struct road_network network;
    struct random random;
    struct arena arena;
    void *memory = grow_new(size, 1);
    uint32_t *arcs = grow_new(graph->arc_count, sizeof *arcs);
    uint64_t times_ms[SURVEY_PAIRS];
    int64_t sum_ms = 0;
    int64_t sum_m = 0;
    arena_init(&arena, memory, size);
    CHECK(road_network_init(&network, &arena, graph, &roads->hierarchy, true));
    random_init(&random, SEED);
    for (size_t i = 0; i < SURVEY_PAIRS; i++) {
        const struct road_place from =
            road_place_at_node((uint32_t)random_below(&random, graph->node_count));
        const struct road_place to =
            road_place_at_node((uint32_t)random_below(&random, graph->node_count));
        const int64_t time_ms = road_query_time(network.query, from, to);
        times_ms[i] = (uint64_t)time_ms;
        sum_ms += time_ms;
        sum_m += drive_m(&network, arcs, from, to);
    }
    survey->drive_mean_ms = sum_ms / SURVEY_PAIRS; /* down */
    survey->drive_mean_m = sum_m / SURVEY_PAIRS;
    take_marks(times_ms, SURVEY_PAIRS, survey->drive_marks_ms);
    free(arcs);
    free(memory);
}

void survey_trips(struct survey *survey, const struct scenario *scenario)
{
    const struct road_network *network = &scenario->network;
    uint32_t *arcs = grow_new(network->graph->arc_count, sizeof *arcs);
    uint64_t *times_ms = grow_new(scenario->request_count, sizeof *times_ms);
    int64_t sum_ms = 0;
    int64_t sum_m = 0;
    survey->trip_count = 0;
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        const struct scenario_request *request = &scenario->requests[i];
        if (request->from.node == SPOT_NO_NODE || request->to.node == SPOT_NO_NODE) {
            continue;
        }
        const struct road_place from = road_place_at_node(request->from.node);
        const struct road_place to = road_place_at_node(request->to.node);
        const int64_t time_ms = road_query_time(network->query, from, to);
        times_ms[survey->trip_count++] = (uint64_t)time_ms;
        sum_ms += time_ms;
        sum_m += drive_m(network, arcs, from, to);
    }
    if (survey->trip_count > 0) {
        survey->trip_mean_ms = sum_ms / survey->trip_count; /* down */
        survey->trip_mean_m = sum_m / survey->trip_count;
        take_marks(times_ms, survey->trip_count, survey->trip_marks_ms);
    }
    free(arcs);
    free(times_ms);
}

void survey_make(struct survey *survey, const struct roads *roads)
{
    *survey =
        (struct survey){.node_count = roads->graph.node_count, .arc_count = roads->graph.arc_count};
    count_nodes(survey, &roads->graph);
    count_arcs(survey, &roads->graph);
    measure_tree(survey, &roads->hierarchy);
    drive_pairs(survey, roads);
}

/* ---- For people ---- */

/* A share in percent with one decimal, rounded to nearest. */
static void put_share(FILE *file, int64_t part, int64_t whole)
{
    const int64_t permille = whole > 0 ? (2 * part * 1000 + whole) / (2 * whole) : 0;
    fprintf(file, "%6" PRId64 ".%" PRId64 " %%", permille / 10, permille % 10);
}

/* A tenth of a unit, "12.3". */
static void put_tenths(FILE *file, const char *text, int64_t tenths)
{
    fprintf(file, "  %-44s %8" PRId64 ".%" PRId64 "\n", text, tenths / 10, tenths % 10);
}

static void put_count(FILE *file, const char *text, int64_t count)
{
    fprintf(file, "  %-44s %10" PRId64 "\n", text, count);
}

static void put_marks(FILE *file, const char *text, const int64_t *values, int64_t unit)
{
    fprintf(file, "  %-26s", text);
    for (size_t i = 0; i < SURVEY_MARKS; i++) {
        fprintf(file, " %8" PRId64, values[i] / unit);
    }
    fputc('\n', file);
}

static void print_degrees(const struct survey *survey, FILE *file)
{
    static const char *const words[SURVEY_DEGREES] = {
        "no neighbour", "1: dead ends", "2: bends", "3: junctions", "4: crossroads", "5 and more"};
    const uint32_t bends = survey->degrees[2];
    fprintf(file, "Nodes by number of neighbours         of all   of those that are no bend\n");
    for (size_t i = 1; i < SURVEY_DEGREES; i++) {
        fprintf(file, "  %-30s", words[i]);
        put_share(file, survey->degrees[i], survey->node_count);
        if (i != 2) {
            fprintf(file, "   ");
            put_share(file, survey->degrees[i], survey->node_count - bends);
        }
        fputc('\n', file);
    }
}

static void print_classes(const struct survey *survey, FILE *file)
{
    static const char *const words[SURVEY_CLASSES] = {
        "motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service"};
    fprintf(file, "Classes                     arcs    share       km    share     km/h\n");
    for (size_t i = 0; i < SURVEY_CLASSES; i++) {
        fprintf(file, "  %-20s %9" PRIu32 " ", words[i], survey->class_arcs[i]);
        put_share(file, survey->class_arcs[i], survey->arc_count);
        fprintf(file, "%8" PRId64 " ", survey->class_m[i] / 1000);
        put_share(file, survey->class_m[i], survey->length_m);
        const int64_t ms = survey->class_ms[i] > 0 ? survey->class_ms[i] : 1;
        fprintf(file, " %7" PRId64 "\n", survey->class_m[i] * 3600 / ms);
    }
}

void survey_print(const struct survey *survey, FILE *file)
{
    fprintf(file, "Network\n");
    put_count(file, "nodes", survey->node_count);
    put_count(file, "of them no bends", survey->node_count - survey->degrees[2]);
    put_count(file, "directed arcs", survey->arc_count);
    fprintf(file, "  %-44s %7" PRId64 ".%02" PRId64 "\n", "arcs a node",
            (int64_t)survey->arc_count * 100 / survey->node_count / 100,
            (int64_t)survey->arc_count * 100 / survey->node_count % 100);
    put_count(file, "km of arcs", survey->length_m / 1000);
    fprintf(file, "  %-44s ", "streets that are one-way");
    put_share(file, survey->one_way_count, survey->street_count);
    fputc('\n', file);
    print_degrees(survey, file);
    print_classes(survey, file);
    fprintf(file, "Percentiles                      10       50       90       99      100\n");
    put_marks(file, "length of an arc, m", survey->length_marks_m, 1);
    put_marks(file, "drive, random pair, s", survey->drive_marks_ms, 1000);
    if (survey->trip_count > 0) {
        put_marks(file, "drive, a trip's, s", survey->trip_marks_ms, 1000);
    }
    fprintf(file, "Elimination tree\n");
    put_tenths(file, "mean depth", (int64_t)(survey->depth_sum * 10 / survey->node_count));
    put_count(file, "greatest depth", (int64_t)survey->height - 1);
    put_count(file, "nodes in the top separator", survey->top_separator);
    put_count(file, "arcs of the hierarchy", survey->hierarchy_arc_count);
    fprintf(file, "Drive between random nodes\n");
    put_tenths(file, "mean, minutes", survey->drive_mean_ms * 10 / 60000);
    put_tenths(file, "mean, km", survey->drive_mean_m / 100);
    if (survey->trip_count > 0) {
        fprintf(file, "Shortest drive of a trip\n");
        put_count(file, "trips", survey->trip_count);
        put_tenths(file, "mean, minutes", survey->trip_mean_ms * 10 / 60000);
        put_tenths(file, "mean, km", survey->trip_mean_m / 100);
    }
}

/* ---- The command ---- */

static bool survey_file(const char *path, struct survey *survey, struct input_error *error)
{
    struct roads roads;
    if (!roads_open(&roads, path, error)) {
        return false;
    }
    survey_make(survey, &roads);
    roads_close(&roads);
    return true;
}

static bool survey_folder(const char *path, struct survey *survey, struct input_error *error)
{
    struct scenario scenario;
    const struct scenario_options options = {.vehicles = 0};
    if (!scenario_load(path, &options, &scenario, error)) {
        return false;
    }
    survey_make(survey, &scenario.roads);
    survey_trips(survey, &scenario);
    scenario_free(&scenario);
    return true;
}

int survey_main(int argc, char **argv)
{
    const char *file = NULL;
    const char *folder = NULL;
    const struct option table[] = {
        {.name = "--roads", .argument = "FILE", .text = &file, .help = "a .roads file"},
        {.name = "--scenario",
         .argument = "DIR",
         .text = &folder,
         .help = "a scenario's folder, instead; its trips count too, but CSV has no classes"},
    };
    const struct options options = {
        .usage = "sim network --roads FILE | --scenario DIR",
        .summary = "Prints what a road network is like: junctions, streets, separators, drives.",
        .example = "sim network --roads city.roads",
        .table = table,
        .count = sizeof table / sizeof *table,
    };
    struct input_error error;
    struct survey survey;
    switch (options_parse(&options, argc, argv)) {
    case OPTIONS_OK:
        break;
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return 2;
    }
    if ((file == NULL) == (folder == NULL)) {
        fputs("sim: network: needs --roads or --scenario, and not both\n", stderr);
        return 2;
    }
    if (file != NULL ? !survey_file(file, &survey, &error)
                     : !survey_folder(folder, &survey, &error)) {
        fprintf(stderr, "sim: %s\n", error.text);
        return 1;
    }
    survey_print(&survey, stdout);
    return 0;
}
