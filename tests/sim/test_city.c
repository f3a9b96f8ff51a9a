/* A synthetic city must be like a real one where it counts for a dispatcher: how streets meet, how
 * small the separators are, when and how far people travel. The ranges are those of real networks
 * (docs/performance.md), with room for a seed's luck. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "road/dijkstra.h"
#include "scenario_folder.h"
#include "sim/city.h"
#include "sim/city_map.h"
#include "sim/scenario.h"
#include "sim/survey.h"

#define HOUR_S 3600

static const char *const files[] = {"scenario.yaml", "nodes.csv",    "edges.csv",    "vehicles.csv",
                                    "requests.csv",  "chargers.csv", "zones.geojson"};

static struct city_plan plan_of(uint32_t nodes, uint32_t requests, uint64_t seed)
{
    struct city_plan plan = city_plan_default();
    plan.nodes = nodes;
    plan.vehicles = 10;
    plan.requests = requests;
    plan.seed = seed;
    return plan;
}

static void make(struct folder *folder, struct city_plan plan)
{
    struct input_error error;
    folder_make(folder);
    plan.folder = folder->path;
    cr_assert(city_make(&plan, &error), "%s", error.text);
}

static void load(const struct folder *folder, struct scenario *scenario)
{
    const struct scenario_options options = {.vehicles = 0};
    struct input_error error;
    cr_assert(scenario_load(folder->path, &options, scenario, &error), "%s", error.text);
}

Test(city, a_seed_gives_a_city_and_another_seed_another)
{
    struct folder a;
    struct folder b;
    struct folder c;
    make(&a, plan_of(600, 300, 5));
    make(&b, plan_of(600, 300, 5));
    make(&c, plan_of(600, 300, 6));
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

static void expect_share(uint32_t part, uint32_t whole, uint32_t low_permille,
                         uint32_t high_permille, const char *what)
{
    const uint32_t permille = (uint32_t)((uint64_t)part * 1000 / whole);
    cr_expect_geq(permille, low_permille, "%s: %u permille", what, permille);
    cr_expect_leq(permille, high_permille, "%s: %u permille", what, permille);
}

/* Saturday 24 October 2026 to Monday: the Sunday between has 25 hours. */
Test(city, days_have_a_weekend_and_begin_when_the_clocks_say)
{
    static struct scenario scenario;
    struct folder folder;
    struct city_plan plan = plan_of(300, 3000, 3);
    uint32_t counts[3] = {0};
    plan.days = 3;
    plan.first_day = 20750;
    plan.has_shifts = false;
    plan.riders = 100;
    plan.child_pct = 30;
    plan.refund_pct = 10;
    plan.delay_pct = 100;
    make(&folder, plan);
    load(&folder, &scenario);
    cr_expect_eq(scenario.until_ms - scenario.midnight_ms,
                 (INT64_C(24) + 25 + 24 + 5) * HOUR_S * 1000);
    for (uint32_t i = 0; i < scenario.request_count; i++) {
        const struct scenario_request *request = &scenario.requests[i];
        const int64_t at_h = request->at_s / HOUR_S;
        counts[at_h < 24 ? 0 : at_h < 49 ? 1 : 2]++;
        cr_expect(request->rider >= 1 && request->rider <= 100);
        cr_expect(at_h < 73);
    }
    expect_share(counts[0], counts[2], 600, 850, "Saturday, of Monday");
    expect_share(counts[1], counts[2], 600, 850, "Sunday, of Monday");
    expect_share(scenario.class_count, 100, 150, 450, "children");
    cr_expect_eq(scenario.delay_count, 3 * plan.vehicles);
    cr_expect_eq(scenario.vehicles[5].designed_for, 10);
    cr_expect_eq(scenario.config.limits.riders_max, 100);
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(city, a_village_and_a_city_have_about_as_many_nodes_as_asked_for)
{
    static const struct row {
        uint32_t nodes;
        uint32_t off_permille; /* a cell more or less weighs more in a village */
    } rows[] = {{300, 250}, {1000, 100}, {3000, 50}, {8000, 30}, {20000, 30}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct city_streets streets;
            city_streets_make(&streets, rows[i].nodes, seed);
            const uint32_t count = streets.roads.graph.node_count;
            const uint32_t off =
                count > rows[i].nodes ? count - rows[i].nodes : rows[i].nodes - count;
            cr_expect_leq(off * 1000, rows[i].nodes * rows[i].off_permille, "%u for %u", count,
                          rows[i].nodes);
            city_streets_free(&streets);
        }
    }
}

/* The reader keeps the largest part in which everybody reaches everybody: that must be all. */
Test(city, everybody_reaches_everybody)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct folder folder;
        static struct scenario scenario;
        make(&folder, plan_of(3000, 10, seed));
        load(&folder, &scenario);
        cr_expect_eq(scenario.roads_report.nodes_read, scenario.roads.graph.node_count);
        cr_expect_eq(scenario.roads_report.edges_read, scenario.roads.graph.arc_count);
        scenario_free(&scenario);
        folder_free(&folder);
    }
}

Test(city, streets_meet_as_in_a_real_city)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct city_streets streets;
        struct survey survey;
        city_streets_make(&streets, 20000, seed);
        survey_make(&survey, &streets.roads);
        const uint32_t *degrees = survey.degrees;
        const uint32_t ends = survey.node_count - degrees[2]; /* no bends */
        expect_share(degrees[1], ends, 150, 360, "dead ends");
        expect_share(degrees[3], ends, 580, 720, "three arms");
        expect_share(degrees[4], ends, 40, 180, "four arms");
        expect_share(survey.one_way_count, survey.street_count, 50, 200, "one-way");
        expect_share(survey.arc_count, survey.node_count, 2400, 2650, "arcs a node");
        for (size_t i = 0; i < SURVEY_CLASSES; i++) {
            cr_expect_gt(survey.class_arcs[i], 20, "class %zu", i);
        }
        cr_expect_gt(survey.class_m[ROAD_CLASS_RESIDENTIAL] * 10, survey.length_m * 5);
        cr_expect_gt(survey.class_m[ROAD_CLASS_TERTIARY], survey.class_m[ROAD_CLASS_PRIMARY]);
        cr_expect_geq(survey.length_marks_m[1], 60, "median of an arc");
        cr_expect_leq(survey.length_marks_m[1], 110, "median of an arc");
        city_streets_free(&streets);
    }
}

/* A grid of so many nodes has a top separator of 140 and a mean depth of about 250. */
Test(city, rivers_railways_and_fields_make_small_separators)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct city_streets streets;
        struct survey survey;
        city_streets_make(&streets, 20000, seed);
        survey_make(&survey, &streets.roads);
        const uint64_t mean_depth = survey.depth_sum / survey.node_count;
        cr_expect_geq(survey.top_separator, 10);
        cr_expect_leq(survey.top_separator, 30);
        cr_expect_geq(mean_depth, 55);
        cr_expect_leq(mean_depth, 90);
        cr_expect_geq(survey.drive_mean_ms, 8 * 60 * 1000);
        cr_expect_leq(survey.drive_mean_ms, 14 * 60 * 1000);
        city_streets_free(&streets);
    }
}

/* Whoever walks on along a line of places and changes sides has come to a barrier. */
Test(city, only_main_roads_cross_the_water)
{
    struct city_map map;
    uint32_t crossings = 0;
    uint32_t cuts = 0;
    city_map_make(&map, 200, 3);
    const int32_t steps = city_map_steps(&map);
    for (int32_t y = 0; y < steps; y++) {
        for (int32_t x = 0; x <= steps; x++) {
            const bool is_crossed = city_map_sides(&map, x, y) != city_map_sides(&map, x, y + 1);
            const bool is_cut = city_map_is_cut(&map, x, y, x, y + 1);
            cr_expect(is_crossed || !is_cut);
            cr_expect(x % CITY_MAP_CELL == 0 || is_cut == is_crossed, "%d,%d", x, y);
            crossings += is_crossed && !is_cut;
            cuts += is_cut;
        }
    }
    cr_expect_gt(crossings, 20);
    cr_expect_gt(cuts, 10 * crossings);
    city_map_free(&map);
}

static uint32_t requests_between(const struct scenario *scenario, int64_t from_h, int64_t until_h)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        const int64_t at_s = scenario->requests[i].at_s;
        count += at_s >= from_h * HOUR_S && at_s < until_h * HOUR_S;
    }
    return count;
}

Test(city, people_travel_in_two_peaks_and_mostly_alone)
{
    static struct scenario scenario;
    struct folder folder;
    uint32_t wheelchairs = 0;
    uint32_t alone = 0;
    uint32_t shared = 0;
    make(&folder, plan_of(3000, 8000, 1));
    load(&folder, &scenario);
    const uint32_t night = requests_between(&scenario, 2, 4);
    const uint32_t morning = requests_between(&scenario, 7, 9);
    const uint32_t midday = requests_between(&scenario, 11, 13);
    const uint32_t evening = requests_between(&scenario, 16, 18);
    cr_expect_gt(midday, 5 * night);
    cr_expect_gt(morning * 10, midday * 15);
    cr_expect_gt(evening * 10, midday * 15);
    for (uint32_t i = 0; i < scenario.request_count; i++) {
        wheelchairs += scenario.requests[i].wheelchairs;
        alone += scenario.requests[i].party == 1;
        shared += scenario.requests[i].shared;
    }
    expect_share(wheelchairs, scenario.request_count, 12, 30, "wheelchairs");
    expect_share(alone, scenario.request_count, 700, 850, "alone");
    expect_share(shared, scenario.request_count, 800, 900, "shared");
    cr_expect_eq(scenario.zones.zone_count, 12);
    scenario_free(&scenario);
    folder_free(&folder);
}

/* In a city the far end is an hour away, but most trips are not to there. */
Test(city, trips_are_shorter_than_drives_between_any_places)
{
    static struct scenario scenario;
    struct folder folder;
    struct survey survey;
    make(&folder, plan_of(20000, 3000, 2));
    load(&folder, &scenario);
    survey_make(&survey, &scenario.roads);
    survey_trips(&survey, &scenario);
    cr_expect_eq(survey.trip_count, 3000);
    cr_expect_lt(survey.trip_mean_m * 10, survey.drive_mean_m * 8);
    cr_expect_gt(survey.trip_mean_m, 3000);
    cr_expect_lt(survey.trip_marks_ms[1], survey.trip_mean_ms, "a long tail");
    scenario_free(&scenario);
    folder_free(&folder);
}

/* By Dijkstra's own account of the network that the files give. */
Test(city, arrive_by_is_the_direct_drive_with_what_is_allowed)
{
    static struct scenario scenario;
    struct folder folder;
    struct road_dijkstra dijkstra;
    struct arena arena;
    struct city_plan plan = plan_of(600, 200, 3);
    plan.arrive_permille = 1700;
    plan.arrive_extra_s = 120;
    plan.ahead_pct = 30;
    make(&folder, plan);
    load(&folder, &scenario);
    const struct road_graph *graph = &scenario.roads.graph;
    const size_t size = road_dijkstra_cost(graph);
    void *memory = calloc(1, size);
    arena_init(&arena, memory, size);
    cr_assert(road_dijkstra_init(&dijkstra, &arena, graph, graph->free_ms));
    for (uint32_t i = 0; i < scenario.request_count; i++) {
        const struct scenario_request *request = &scenario.requests[i];
        const int64_t direct_ms =
            road_dijkstra_time(&dijkstra, road_place_at_node(request->from.node),
                               road_place_at_node(request->to.node));
        const int64_t start_s =
            request->pickup_from_s != SCENARIO_NONE ? request->pickup_from_s : request->at_s;
        const int64_t allowed_ms = (request->arrive_by_s - start_s - 120) * 1000;
        cr_expect_geq(allowed_ms * 1000, direct_ms * 1700);
        cr_expect_lt((allowed_ms - 1000) * 1000, direct_ms * 1700, "no more than rounded up");
    }
    free(memory);
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(city, limits_stands_and_fleet_are_as_asked_for)
{
    static struct scenario scenario;
    struct folder folder;
    struct city_plan plan = plan_of(600, 50, 4);
    plan.vehicles = 400;
    plan.limits_soft = true;
    plan.pickup_s = 61;
    plan.dropoff_s = 62;
    plan.max_wait_s = 240;
    plan.max_ride_permille = 1900;
    plan.max_ride_extra_s = 63;
    plan.has_zones = false;
    plan.has_shifts = false;
    plan.private_pct = 0;
    plan.wheelchair_pct = 100;
    make(&folder, plan);
    load(&folder, &scenario);
    cr_expect(scenario.config.limits_soft);
    cr_expect_eq(scenario.config.pickup_ms, 61000);
    cr_expect_eq(scenario.config.dropoff_ms, 62000);
    cr_expect_eq(scenario.config.max_wait_ms, 240000);
    cr_expect_eq(scenario.config.max_ride_permille, 1900);
    cr_expect_eq(scenario.config.max_ride_extra_ms, 63000);
    cr_expect_eq(scenario.zones.zone_count, 0);
    for (uint32_t i = 0; i < scenario.vehicle_count; i++) {
        cr_expect_eq(scenario.vehicles[i].from_s, 0);
        cr_expect_gt(scenario.vehicles[i].until_s, 24 * HOUR_S);
    }
    for (uint32_t i = 0; i < scenario.request_count; i++) {
        cr_expect(scenario.requests[i].shared);
        cr_expect_eq(scenario.requests[i].wheelchairs, 1);
        cr_expect_eq(scenario.requests[i].arrive_by_s, SCENARIO_NONE);
    }
    cr_expect_eq(scenario.config.stations.count, 10, "a depot for 40 vehicles");
    scenario_free(&scenario);
    folder_free(&folder);
}

/* Who agrees to walk is drawn apart: the rest of the day stays as it is. */
Test(city, so_many_agree_to_walk_and_nothing_else_changes)
{
    static struct scenario without;
    static struct scenario with;
    struct folder folders[2];
    struct city_plan plan = plan_of(600, 1000, 3);
    make(&folders[0], plan);
    plan.walk_pct = 40;
    plan.walk_m = 250;
    make(&folders[1], plan);
    load(&folders[0], &without);
    load(&folders[1], &with);
    uint32_t walkers = 0;
    for (uint32_t i = 0; i < with.request_count; i++) {
        struct scenario_request request = with.requests[i];
        cr_expect_eq(without.requests[i].walk_m, 0);
        cr_expect(request.walk_m == 0 || request.walk_m == 250);
        walkers += request.walk_m > 0;
        cr_expect(request.at_s == without.requests[i].at_s &&
                  request.from.node == without.requests[i].from.node &&
                  request.to.node == without.requests[i].to.node &&
                  request.rider == without.requests[i].rider);
    }
    cr_expect(walkers > 330 && walkers < 470, "%u", walkers);
    scenario_free(&without);
    scenario_free(&with);
    folder_free(&folders[0]);
    folder_free(&folders[1]);
}

/* The zones of an earlier city in the same folder would be taken for this one's. */
Test(city, without_zones_none_is_left_over)
{
    struct folder folder;
    struct input_error error;
    static struct scenario scenario;
    struct city_plan plan = plan_of(600, 10, 1);
    make(&folder, plan);
    plan.folder = folder.path;
    plan.has_zones = false;
    cr_assert(city_make(&plan, &error), "%s", error.text);
    load(&folder, &scenario);
    cr_expect_eq(scenario.zones.zone_count, 0);
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(city, the_roads_file_is_the_same_network_with_its_classes)
{
    static struct scenario scenario;
    struct roads roads;
    struct folder folder;
    struct input_error error;
    struct survey survey;
    char path[FOLDER_PATH_MAX];
    struct city_plan plan = plan_of(3000, 10, 2);
    folder_make(&folder);
    snprintf(path, sizeof path, "%s", folder_file(&folder, "city.roads"));
    plan.folder = folder.path;
    plan.roads = path;
    cr_assert(city_make(&plan, &error), "%s", error.text);
    cr_assert(roads_open(&roads, path, &error), "%s", error.text);
    load(&folder, &scenario);
    cr_assert_eq(roads.graph.arc_count, scenario.roads.graph.arc_count);
    for (uint32_t arc = 0; arc < roads.graph.arc_count; arc++) {
        cr_expect_eq(roads.graph.head[arc], scenario.roads.graph.head[arc]);
        cr_expect_eq(roads.graph.free_ms[arc], scenario.roads.graph.free_ms[arc]);
    }
    survey_make(&survey, &roads);
    cr_expect_gt(survey.class_arcs[ROAD_CLASS_PRIMARY], 0);
    roads_close(&roads);
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(city, bad_options_are_refused_with_a_reason, .init = cr_redirect_stderr)
{
    static char *rows[][6] = {
        {"city", "--nodes", "3000"},
        {"city", "--out", "/nowhere/at/all", "--nodes", "99"},
        {"city", "--out", "/nowhere/at/all", "--limits", "firm"},
        {"city", "--out", "/nowhere/at/all", "--arrive-extra-s", "120"},
        {"city", "--out", "/nowhere/at/all", "--arrive-permille", "999"},
        {"city", "--out", "/nowhere/at/all", "--private-pct", "101"},
        {"city", "--out", "/nowhere/at/all", "--max-wait-s", "soon"},
        {"city", "--out", "/nowhere/at/all", "--walk-m", "1001"},
        {"city", "--out", "/nowhere/at/all", "--rivers", "2"},
        {"network"},
        {"network", "--roads", "a", "--scenario", "b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int argc = 0;
        while (argc < 5 && rows[i][argc] != NULL) {
            argc++;
        }
        const bool is_city = strcmp(rows[i][0], "city") == 0;
        cr_expect_eq(is_city ? city_main(argc, rows[i]) : survey_main(argc, rows[i]), 2, "%zu", i);
    }
    fflush(stderr);
    FILE *said = cr_get_redirected_stderr();
    char text[8192];
    text[fread(text, 1, sizeof text - 1, said)] = '\0';
    static const char *const reasons[] = {
        "--out: is required",
        "--nodes: is not a whole number from 100 to 500000",
        "--limits: is neither 'hard' nor 'soft'",
        "--arrive-extra-s: needs --arrive-permille",
        "--arrive-permille: is not a whole number from 1000 to 1000000",
        "--private-pct: is not a whole number from 0 to 100",
        "--max-wait-s: is not a whole number from 0 to 86400",
        "--walk-m: is not a whole number from 0 to 1000",
        "--rivers: there is no such option",
        "needs --roads or --scenario, and not both",
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        cr_expect_not_null(strstr(text, reasons[i]), "%s is missing in: %s", reasons[i], text);
    }
}
