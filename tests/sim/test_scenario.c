#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "scenario_folder.h"
#include "sim/scenario.h"

static bool load(const struct folder *folder, uint32_t vehicles, struct scenario *scenario,
                 struct input_error *error)
{
    const struct scenario_options options = {.vehicles = vehicles};
    return scenario_load(folder->path, &options, scenario, error);
}

Test(scenario, reads_what_the_folder_says)
{
    static struct scenario scenario;
    struct folder folder;
    struct input_error error;
    folder_make(&folder);
    folder_write(&folder, "chargers.csv", "charger,lon,lat,plugs,power_w\n1,-1.48,52.2,4,22000\n");
    cr_assert(load(&folder, 0, &scenario, &error), "%s", error.text);
    cr_expect_str_eq(scenario.name, "row");
    cr_expect_eq(scenario.midnight_ms, INT64_C(1772409600000));
    cr_expect_eq(scenario.vehicle_count, 1);
    cr_expect_eq(scenario.vehicles[0].id, 7);
    cr_expect_eq(scenario.request_count, 3);
    cr_expect_eq(scenario.config.stations.count, 1);
    cr_expect_eq(scenario.requests[0].party, 2);
    cr_expect_eq(scenario.requests[0].pickup_from_s, SCENARIO_NONE);
    cr_expect_eq(scenario.requests[2].pickup_from_s, 3000);
    cr_expect_eq(scenario.requests[2].wheelchairs, 1);
    cr_expect_eq(scenario.roads.graph.names[scenario.requests[2].from.node], 4);
    cr_expect_eq(scenario.config.max_ride_extra_ms, 400000);
    cr_expect_eq(scenario.policy.tariffs[0].tariff.single_cap_pence, 300);
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(scenario, a_coordinate_stands_for_the_nearest_node_up_to_300_m_from_a_road)
{
    static struct scenario scenario;
    struct folder folder;
    struct input_error error;
    folder_make(&folder);
    /* 0.001 degrees of latitude are 111 m. */
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_lon,from_lat,to_lon,to_lat,party,wheelchair,shared\n"
                 "1,0,-1.4951,52.2026,-1.4749,52.2,1,0,1\n"
                 "2,0,-1.4951,52.2028,-1.4749,52.2,1,0,1\n");
    cr_assert(load(&folder, 0, &scenario, &error), "%s", error.text);
    cr_expect_eq(scenario.requests[0].from.node, 0);
    cr_expect_eq(scenario.requests[0].to.node, 3);
    cr_expect_eq(scenario.requests[1].from.node, SPOT_NO_NODE);
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(scenario, takes_the_first_vehicles_or_adds_copies)
{
    static struct scenario scenario;
    struct folder folder;
    struct input_error error;
    folder_make(&folder);
    folder_write(&folder, "vehicles.csv",
                 "vehicle,node,seats,wheelchair_spaces,from_s,until_s\n7,1,4,1,0,90000\n"
                 "3,2,6,0,0,90000\n");
    cr_assert(load(&folder, 1, &scenario, &error), "%s", error.text);
    cr_expect_eq(scenario.vehicle_count, 1);
    cr_expect_eq(scenario.vehicles[0].id, 7);
    scenario_free(&scenario);
    cr_assert(load(&folder, 5, &scenario, &error), "%s", error.text);
    cr_expect_eq(scenario.vehicle_count, 5);
    cr_expect_eq(scenario.vehicles[2].id, 8);
    cr_expect_eq(scenario.vehicles[3].id, 9);
    cr_expect_eq(scenario.vehicles[3].seats, 6);
    scenario_free(&scenario);
    folder_free(&folder);
}

#define VEHICLES "vehicle,node,seats,wheelchair_spaces,from_s,until_s\n"
#define REQUESTS "request,at_s,from_node,to_node,party,wheelchair,shared\n"
#define YAML                                                                                       \
    "timezone: Europe/London\nday: 2026-03-02\npickup_s: 60\ndropoff_s: 30\nmax_wait_s: 600\n"     \
    "max_ride_permille: 1300\nmax_ride_extra_s: 400\n"
#define YAML_END "limits: hard\nweights: {vehicle_s: 1, wait_s: 1, ride_s: 1}\n"

Test(scenario, refuses_to_copy_vehicles_where_there_are_none)
{
    static struct scenario scenario;
    struct folder folder;
    struct input_error error = {""};
    folder_make(&folder);
    folder_write(&folder, "vehicles.csv", VEHICLES);
    cr_expect_not(load(&folder, 5, &scenario, &error));
    cr_expect_not_null(strstr(error.text, "has no vehicle"), "%s", error.text);
    folder_free(&folder);
}

Test(scenario, names_file_line_and_reason_of_what_it_refuses)
{
    static const struct row {
        const char *file;
        const char *content; /* NULL: the file is not there */
        const char *where;   /* must all be in the error */
        const char *reason;
    } rows[] = {
        {"scenario.yaml", NULL, "scenario.yaml", "No such file"},
        {"scenario.yaml", "name: a\n" YAML YAML_END "colour: red\n", "scenario.yaml:11", "colour"},
        {"scenario.yaml", "name: a\n" YAML, "scenario.yaml", "limits"},
        {"scenario.yaml", "name: ''\n" YAML YAML_END, "scenario.yaml:1", "name"},
        {"scenario.yaml",
         "name: a\n" YAML "limits: firm\nweights: {vehicle_s: 1, wait_s: 1, "
         "ride_s: 1}\n",
         "scenario.yaml:9", "neither 'hard' nor 'soft'"},
        {"scenario.yaml", "name: a\n" YAML YAML_END "policy: none.yaml\n", "none.yaml",
         "No such file"},
        {"nodes.csv", "node,lon,lat\n1,-1.50,52.2\n1,-1.49,52.2\n", "nodes.csv:3", ""},
        {"edges.csv", "from,to,length_m,time_ms\n1,9,684,100000\n", "edges.csv:2", ""},
        {"edges.csv", "from,to,length_m,time_ms\n1,2,684,100000\n", "", "can be reached"},
        {"vehicles.csv", NULL, "vehicles.csv", "No such file"},
        {"vehicles.csv", VEHICLES, "vehicles.csv", ""},
        {"vehicles.csv", VEHICLES "7,9,4,1,0,90000\n", "vehicles.csv:2: column 'node'",
         "no node of the connected network"},
        {"vehicles.csv", VEHICLES "7,1,4,1,0,90000\n7,2,4,1,0,90000\n",
         "vehicles.csv:3: column 'vehicle'", "earlier row"},
        {"vehicles.csv", VEHICLES "7,1,40,1,0,90000\n", "vehicles.csv:2: column 'seats'", ""},
        {"vehicles.csv", VEHICLES "7,1,4,1,500,400\n", "vehicles.csv:2: column 'until_s'", ""},
        {"vehicles.csv", "vehicle,seats,wheelchair_spaces,from_s,until_s\n7,4,1,0,90000\n",
         "vehicles.csv:1: column 'node'", "missing"},
        {"vehicles.csv", "vehicle,node,lon,seats,wheelchair_spaces,from_s,until_s\n7,1,0,4,1,0,9\n",
         "vehicles.csv:1: column 'node'", "beside coordinates"},
        {"vehicles.csv",
         "vehicle,lon,lat,seats,wheelchair_spaces,from_s,until_s\n7,-1.4,52.3,4,1,0,90000\n",
         "vehicles.csv:2: column 'lon'", "300 m"},
        {"vehicles.csv", VEHICLES "7,1,4,1,0,90000\n8,1,4,x,0,90000\n",
         "vehicles.csv:3: column 'wheelchair_spaces'", ""},
        {"requests.csv", NULL, "requests.csv", "No such file"},
        {"requests.csv", REQUESTS "1,0,1,2,1,2,1\n", "requests.csv:2: column 'wheelchair'", ""},
        {"requests.csv", REQUESTS "1,0,1,2,9,0,1\n", "requests.csv:2: column 'party'", ""},
        {"requests.csv", REQUESTS "1,0,1,2,1,0,2\n", "requests.csv:2: column 'shared'", ""},
        {"requests.csv", REQUESTS "1,-5,1,2,1,0,1\n", "requests.csv:2: column 'at_s'", ""},
        {"requests.csv", REQUESTS "1,0,1,5,1,0,1\n", "requests.csv:2: column 'to_node'",
         "no node of the connected network"},
        {"requests.csv", REQUESTS "1,0,1,2,1,0,1\n2,0,1,2,1,0,1\n1,0,1,2,1,0,1\n",
         "requests.csv:4: column 'request'", "earlier row"},
        {"requests.csv", REQUESTS "1,0,1,2,1,0\n", "requests.csv:2", ""},
        {"requests.csv", "request,at_s,from_node,to_node,party,wheelchair,shared,colour\n",
         "requests.csv:1", "colour"},
        {"chargers.csv", "charger,node,plugs,power_w\n1,6,4,22000\n", "chargers.csv:2", "no node"},
        {"chargers.csv", "charger,node,plugs,power_w\n1,1,0,22000\n",
         "chargers.csv:2: column 'plugs'", ""},
        {"zones.geojson", "{\"type\":\"FeatureCollection\"", "zones.geojson", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct scenario scenario;
        struct folder folder;
        struct input_error error = {""};
        folder_make(&folder);
        if (rows[i].content != NULL) {
            folder_write(&folder, rows[i].file, rows[i].content);
        } else {
            folder_remove_file(&folder, rows[i].file);
        }
        cr_expect_not(load(&folder, 0, &scenario, &error), "row %zu is taken", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
        cr_expect_not_null(strstr(error.text, rows[i].reason), "row %zu: %s", i, error.text);
        folder_free(&folder);
    }
}

Test(scenario, reads_closed_roads_in_order_of_time)
{
    static struct scenario scenario;
    struct folder folder;
    struct input_error error;
    folder_make(&folder);
    folder_write(&folder, "closures.csv",
                 "from,to,from_s,until_s\n2,1,50,100\n1,2,5,10\n1,2,11,50\n");
    cr_assert(load(&folder, 0, &scenario, &error), "%s", error.text);
    const struct scenario_closure expected[] = {{5, 0, false}, {10, 0, true},  {11, 0, false},
                                                {50, 0, true}, {50, 1, false}, {100, 1, true}};
    cr_assert_eq(scenario.closure_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        cr_expect_eq(scenario.closures[i].at_s, expected[i].at_s);
        cr_expect_eq(scenario.closures[i].arc, expected[i].arc);
        cr_expect_eq(scenario.closures[i].opens, expected[i].opens);
    }
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(scenario, refuses_closures_of_no_road_or_of_one_twice)
{
    static const struct {
        const char *rows;
        const char *where;
        const char *reason;
    } rows[] = {
        {"1,9,0,10\n", "closures.csv:2: column 'to'", "no node"},
        {"1,3,0,10\n", "closures.csv:2: column 'to'", "is not the end of an edge"},
        {"1,2,10,10\n", "closures.csv:2: column 'until_s'", ""},
        {"1,2,0,10\n2,1,0,10\n1,2,10,20\n", "closures.csv:4: column 'from_s'", "overlaps"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct scenario scenario;
        struct folder folder;
        struct input_error error = {""};
        char content[128];
        snprintf(content, sizeof content, "from,to,from_s,until_s\n%s", rows[i].rows);
        folder_make(&folder);
        folder_write(&folder, "closures.csv", content);
        cr_expect_not(load(&folder, 0, &scenario, &error), "row %zu is taken", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
        cr_expect_not_null(strstr(error.text, rows[i].reason), "row %zu: %s", i, error.text);
        folder_free(&folder);
    }
}

Test(scenario, reads_how_fast_cars_drive_and_what_is_known_of_it)
{
    static struct scenario scenario;
    struct folder folder;
    struct input_error error;
    folder_make(&folder);
    cr_assert(load(&folder, 0, &scenario, &error), "%s", error.text);
    cr_expect_not(scenario.has_speeds || scenario.config.learn_speeds);
    cr_expect_null(scenario.config.speeds);
    scenario_free(&scenario);
    folder_write(&folder, "speeds.csv", "hour,permille\n8,500\n");
    folder_write(&folder, "told.csv", "class,hour,permille\n5,8,600\n");
    folder_write(&folder, "scenario.yaml",
                 "name: a\n" YAML YAML_END "speeds: told.csv\nlearn_speeds: yes\n");
    cr_assert(load(&folder, 0, &scenario, &error), "%s", error.text);
    cr_expect(scenario.has_speeds && scenario.config.learn_speeds);
    cr_expect_eq(scenario.speeds.permille[2][8], 500);
    cr_expect_eq(scenario.config.speeds->permille[5][8], 600);
    cr_expect_eq(scenario.config.speeds->permille[2][8], 1000);
    scenario_free(&scenario);
    folder_write(&folder, "scenario.yaml", "name: a\n" YAML YAML_END "learn_speeds: maybe\n");
    cr_assert_not(load(&folder, 0, &scenario, &error));
    cr_expect_not_null(strstr(error.text, "learn_speeds"), "%s", error.text);
    folder_free(&folder);
}

Test(scenario, takes_walks_of_up_to_1000_m)
{
    static const struct row {
        const char *field;
        int32_t walk_m; /* -1: refused */
    } rows[] = {{"", 0}, {"0", 0}, {"1", 1}, {"1000", 1000}, {"1001", -1}, {"-1", -1}, {"x", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct scenario scenario;
        struct folder folder;
        struct input_error error = {""};
        char content[256];
        snprintf(
            content, sizeof content,
            "request,at_s,from_node,to_node,party,wheelchair,shared,walk_m\n1,0,1,2,1,0,1,%s\n",
            rows[i].field);
        folder_make(&folder);
        folder_write(&folder, "requests.csv", content);
        const bool taken = load(&folder, 0, &scenario, &error);
        cr_expect_eq(taken, rows[i].walk_m >= 0, "row %zu", i);
        if (taken) {
            cr_expect_eq(scenario.requests[0].walk_m, rows[i].walk_m);
            scenario_free(&scenario);
        } else {
            cr_expect_not_null(strstr(error.text, "requests.csv:2: column 'walk_m'"), "%s",
                               error.text);
        }
        folder_free(&folder);
    }
}

Test(scenario, keeps_what_is_optional_within_its_ranges)
{
    static const char *const lines[] = {"improve_searches: -1\n",       "improve_searches: 1001\n",
                                        "rebalance_s: 3601\n",          "retry_s: x\n",
                                        "remote_help_every_s: 86401\n", "remote_help_s: 0\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        static struct scenario scenario;
        struct folder folder;
        struct input_error error;
        char content[512];
        snprintf(content, sizeof content, "name: a\n%s%s%s", YAML, YAML_END, lines[i]);
        folder_make(&folder);
        folder_write(&folder, "scenario.yaml", content);
        cr_assert_not(load(&folder, 0, &scenario, &error), "%s is taken", lines[i]);
        cr_expect_not_null(strstr(error.text, "scenario.yaml:11"), "%s", error.text);
        folder_free(&folder);
    }
}
