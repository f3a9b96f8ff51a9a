/* Whole runs through `sim run`, as somebody at a terminal would start them. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "recheck.h"
#include "runs.h"
#include "scenario_folder.h"
#include "sim/city.h"
#include "sim/run.h"

/* Vehicle 7 sets off at 1000 for node 2, stands from 1100 to 1160, and takes 10, 11 and 15, who
 * comes while it stands. It waits at node 4 for 12, who may leave at 3000. */
Test(run, writes_what_happened_row_by_row)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n"
                 "10,1000,2,4,2,0,1,,1\n"
                 "11,1010,2,3,1,0,1,,2\n"
                 "12,1020,4,1,1,1,1,3000,1\n"
                 "13,1025,3,3,1,0,1,,3\n"
                 "14,1030,3,1,5,0,1,,3\n"
                 "15,1120,2,4,1,0,1,,4\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(&folder, "rides.csv",
                     "request,outcome,reason,at_s,promised_by_s,arrived_s,departed_s,alighted_s,"
                     "vehicle,direct_s,fare_pence\n"
                     "10,served,,1000,1600.000,1100.000,1160.000,1390.000,7,200.000,171\n"
                     "11,served,,1010,1610.000,1100.000,1160.000,1260.000,7,100.000,150\n"
                     "12,served,,1020,3600.000,1390.000,3060.000,3360.000,7,300.000,207\n"
                     "13,refused,same_place,1025,,,,,,0.000,\n"
                     "14,refused,no_vehicle_fits,1030,,,,,,200.000,\n"
                     "15,served,,1120,1720.000,1100.000,1160.000,1390.000,7,200.000,171\n");
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,1100.000,1160.000,2,11 10 15,,4,100.000,684,pickup\n"
        "7,1260.000,1290.000,3,,11,3,100.000,684,occupied\n"
        "7,1390.000,3060.000,4,12,15 10,1,100.000,684,occupied\n"
        "7,3360.000,3390.000,1,,12,0,300.000,2052,occupied\n");
    json_t *root = runs_figures(&folder);
    cr_expect_eq(json_integer_value(json_object_get(root, "served")), 4);
    cr_expect_eq(json_integer_value(json_object_get(root, "refused")), 2);
    cr_expect_eq(json_integer_value(json_object_get(root, "fares_pence")), 171 + 150 + 207 + 171);
    cr_expect_eq(json_integer_value(json_object_get(root, "ledger_difference_pence")), 0);
    json_t *money = json_object_get(root, "money_pence");
    cr_expect_eq(json_integer_value(json_object_get(money, "gross")), 171 + 150 + 207 + 171);
    cr_expect_eq(json_integer_value(json_object_get(money, "riders")), 171 + 150 + 207 + 171);
    cr_expect_eq(json_integer_value(json_object_get(money, "vat")), 29 + 25 + 35 + 29);
    cr_expect_eq(json_integer_value(json_object_get(money, "surplus")), 699 - 118);
    cr_expect_float_eq(json_real_value(json_object_get(root, "vehicle_km")), 4.104, 1e-9);
    cr_expect_float_eq(json_real_value(json_object_get(root, "empty_km")), 0.684, 1e-9);
    json_t *wait = json_object_get(root, "wait_s");
    cr_expect_float_eq(json_real_value(json_object_get(wait, "mean")), 47.5, 1e-9);
    cr_expect_float_eq(json_real_value(json_object_get(wait, "max")), 100, 1e-9);
    json_decref(root);
    folder_free(&folder);
}

/* 12 takes 60 s and 45 for the wheelchair to board, and 30 and 45 to alight. */
Test(run, gives_a_wheelchair_its_time)
{
    struct folder folder;
    folder_make(&folder);
    char *yaml = folder_read(&folder, "scenario.yaml");
    char slower[1024];
    snprintf(slower, sizeof slower, "%swheelchair_extra_s: 45\n", yaml);
    free(yaml);
    folder_write(&folder, "scenario.yaml", slower);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s\n"
                 "11,1010,2,3,1,0,1,\n"
                 "12,1020,4,1,1,1,1,3000\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,1110.000,1170.000,2,11,,1,100.000,684,pickup\n"
        "7,1270.000,1300.000,3,,11,0,100.000,684,occupied\n"
        "7,3000.000,3105.000,4,12,,1,100.000,684,pickup\n"
        "7,3405.000,3480.000,1,,12,0,300.000,2052,occupied\n");
    folder_free(&folder);
}

/* It has 400 Wh, which is less than half. 684 m take 116.28 and 100 s 27.78 of them; the 544.06
 * that are then missing to 80 % take 195.861 s with 10 kW. */
Test(run, cars_charge_before_they_run_empty)
{
    struct folder folder;
    folder_make(&folder);
    char *yaml = folder_read(&folder, "scenario.yaml");
    char charging[1024];
    snprintf(charging, sizeof charging, "%senergy: {charge_below_pct: 50}\n", yaml);
    free(yaml);
    folder_write(&folder, "scenario.yaml", charging);
    folder_write(&folder, "vehicles.csv",
                 "vehicle,node,seats,wheelchair_spaces,from_s,until_s,battery_wh,charge_pct\n"
                 "7,1,4,1,0,90000,1000,40\n");
    folder_write(&folder, "chargers.csv", "charger,node,plugs,power_w\n1,2,1,10000\n");
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s\n"
                 "10,1000,3,4,1,0,1,\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,100.000,295.861,2,,,0,100.000,684,charge\n"
        "7,1100.000,1160.000,3,10,,1,100.000,684,pickup\n"
        "7,1260.000,1290.000,4,,10,0,100.000,684,occupied\n");
    json_t *root = runs_figures(&folder);
    json_t *purposes = json_object_get(root, "km_by_purpose");
    cr_expect_float_eq(json_real_value(json_object_get(purposes, "charge")), 0.684, 1e-9);
    json_decref(root);
    folder_free(&folder);
}

/* The first hears of the plan when its facts are durable, also when nothing else happened for long
 * before the booking. */
Test(run, lets_a_fact_take_its_time_from_when_it_was_made)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared\n"
                 "10,1000,2,4,2,0,1\n");
    cr_assert_eq(runs_run(&folder, "--store-delay-ms", "1500"), 0);
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,1101.500,1161.500,2,10,,2,100.000,684,pickup\n"
        "7,1361.500,1391.500,4,,10,0,200.000,1368,occupied\n");
    folder_free(&folder);
}

/* Vehicle 7 drives 100 s to node 2, lets 10 board in 60 s and alight at node 4 in 30 s; 11 boards
 * with 10 and makes it 30 s longer for both. */
Test(run, explains_each_decision_in_a_row)
{
    struct folder folder;
    char file[1024];
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n"
                 "10,1000,2,4,3,0,1,,1\n"
                 "11,1010,2,3,1,0,1,,2\n"
                 "12,1020,2,4,5,0,1,,3\n"
                 "13,1025,3,3,1,0,1,,3\n");
    snprintf(file, sizeof file, "%s/explain.csv", folder.path);
    cr_assert_eq(runs_run(&folder, "--explain", file), 0);
    runs_expect_file(
        &folder, "explain.csv",
        "request,decision,constraint,over_s,vehicle,pickup_s,cost_s,vehicle_time_s,wait_s,"
        "ride_s,others_wait_s,others_ride_s,second_vehicle,second_pickup_s,second_cost_s,"
        "third_vehicle,third_pickup_s,third_cost_s,"
        "fourth_vehicle,fourth_pickup_s,fourth_cost_s\n"
        "10,booked,,,7,1100.000,750.000,390.000,160.000,200.000,0.000,0.000,,,,,,,,,\n"
        "11,booked,,,7,1100.000,310.000,30.000,150.000,100.000,0.000,30.000,,,,,,,,,\n"
        "12,refused,seats,0.000,,,,,,,,,,,,,,,,,\n"
        "13,refused,none,0.000,,,,,,,,,,,,,,,,,\n");
    folder_free(&folder);
}

static void digest_of(const struct folder *folder, char digest[17])
{
    json_t *root = runs_figures(folder);
    snprintf(digest, 17, "%s", json_string_value(json_object_get(root, "digest")));
    json_decref(root);
}

static void make_city(struct folder *folder, uint32_t vehicles, uint32_t requests, uint64_t seed)
{
    struct input_error error;
    folder_make(folder);
    struct city_plan plan = city_plan_default();
    plan.folder = folder->path;
    plan.nodes = 300;
    plan.vehicles = vehicles;
    plan.requests = requests;
    plan.seed = seed;
    cr_assert(city_make(&plan, &error), "%s", error.text);
}

Test(run, gives_the_same_twice_and_writes_every_file_alike)
{
    struct folder folder;
    char digests[2][17];
    char *rides[2];
    char *stops[2];
    make_city(&folder, 8, 400, 1);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
        digest_of(&folder, digests[i]);
        rides[i] = folder_read(&folder, "rides.csv");
        stops[i] = folder_read(&folder, "stops.csv");
    }
    cr_expect_str_eq(digests[0], digests[1]);
    cr_expect_str_eq(rides[0], rides[1]);
    cr_expect_str_eq(stops[0], stops[1]);
    for (int i = 0; i < 2; i++) {
        free(rides[i]);
        free(stops[i]);
    }
    folder_free(&folder);
}

static int64_t costs_of(const struct folder *folder)
{
    json_t *root = runs_figures(folder);
    const int64_t pence =
        json_integer_value(json_object_get(json_object_get(root, "money_pence"), "costs"));
    json_decref(root);
    return pence;
}

/* Each minute costs 45 pence by the policy of such a city; the rest of the costs differs little. No
 * run fails: the auditor lets those come late whom a car that stood was to meet or bring. */
Test(run, cars_that_need_help_cost_what_helpers_take)
{
    struct folder folder;
    char digests[2][17];
    make_city(&folder, 8, 400, 1);
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    const int64_t before_pence = costs_of(&folder);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(runs_run(&folder, "--remote-help-every-s", "900"), 0);
        digest_of(&folder, digests[i]);
    }
    cr_expect_str_eq(digests[0], digests[1]);
    const int64_t helps = runs_figure(&folder, "remote_helps");
    const int64_t help_pence = runs_figure(&folder, "remote_help_s") * 45 / 60;
    const int64_t more_pence = costs_of(&folder) - before_pence;
    cr_expect_gt(helps, 50);
    cr_expect(more_pence > help_pence * 8 / 10 && more_pence < help_pence * 12 / 10,
              "%ld more pence for %ld", (long)more_pence, (long)help_pence);
    for (int i = 0; i < 2; i++) { /* with a slow store, and everywhere */
        cr_expect_eq(runs_run(&folder, "--store-delay-ms", "1500"), 0);
        char *yaml = folder_read(&folder, "scenario.yaml");
        char more[2048];
        snprintf(more, sizeof more, "%simprove_searches: 16\nremote_help_every_s: 600\n", yaml);
        if (i == 0) {
            folder_write(&folder, "scenario.yaml", more);
        }
        free(yaml);
    }
    folder_free(&folder);
}

/* Nobody hears of what is not durable yet: cars hear of a change late, while they do what they were
 * told before. All that moves riders and vehicles is on. */
Test(run, holds_with_a_slow_store)
{
    static const char *const delays_ms[] = {"0", "1", "1500"};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct folder folder;
        make_city(&folder, 8, 300, seed);
        char *yaml = folder_read(&folder, "scenario.yaml");
        char more[2048];
        snprintf(more, sizeof more, "%simprove_searches: 16\nrebalance_s: 60\n", yaml);
        folder_write(&folder, "scenario.yaml", more);
        free(yaml);
        for (size_t i = 0; i < sizeof delays_ms / sizeof *delays_ms; i++) {
            cr_expect_eq(runs_run(&folder, "--store-delay-ms", delays_ms[i]), 0, "seed %d, %s ms",
                         (int)seed, delays_ms[i]);
        }
        folder_free(&folder);
    }
}

Test(run, can_be_worked_out_again_from_its_files)
{
    const struct recheck_rules rules = {.pickup_ms = 60000,
                                        .dropoff_ms = 45000,
                                        .max_wait_ms = 900000,
                                        .max_ride_permille = 1400,
                                        .max_ride_extra_ms = 480000};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct folder folder;
        struct recheck_result result;
        make_city(&folder, (uint32_t)(2 + 3 * seed), 500, seed);
        cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
        recheck_run(folder.path, &rules, &result);
        cr_expect_eq(result.errors, 0, "seed %d: %u errors, first: %s", (int)seed, result.errors,
                     result.first);
        cr_expect_gt(result.served, 100);
        cr_expect_gt(result.drives, 200);
        folder_free(&folder);
    }
}

/* The auditor, who works the walks out by itself, is content; or the run would fail. */
Test(run, people_walk_to_meeting_points)
{
    struct folder folder;
    struct input_error error;
    int64_t served[2];
    double km[2];
    for (int i = 0; i < 2; i++) {
        folder_make(&folder);
        struct city_plan plan = city_plan_default();
        plan.folder = folder.path;
        plan.nodes = 600;
        plan.vehicles = 12;
        plan.requests = 1500;
        plan.seed = 5;
        plan.wheelchair_pct = 10;
        plan.walk_pct = i == 0 ? 0 : 90;
        cr_assert(city_make(&plan, &error), "%s", error.text);
        cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
        json_t *root = runs_figures(&folder);
        json_t *walk = json_object_get(root, "walk_m");
        served[i] = json_integer_value(json_object_get(root, "served"));
        km[i] = json_real_value(json_object_get(root, "vehicle_km")) / (double)served[i];
        const int64_t most_m = json_integer_value(json_object_get(walk, "max"));
        const int64_t mean_m = json_integer_value(json_object_get(walk, "mean"));
        cr_expect_eq(most_m > 0, i == 1);
        cr_expect(most_m <= 600 && mean_m <= most_m && (mean_m > 0) == (i == 1));
        json_decref(root);
        folder_free(&folder);
    }
    cr_expect_gt(served[1], served[0]);
    cr_expect_lt(km[1], km[0]);
}

/* A rider asks at 1000 at node 2, where none may stop, and walks 889 m to node 3, 740.834 s: the
 * car comes just in time. */
Test(run, who_walks_boards_after_the_walk)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(
        &folder, "zones.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{\"zone\":1,\"kind\":\"no_stopping\",\"name\":\"Square\"},\"geometry\":{\"type\":"
        "\"Polygon\",\"coordinates\":[[[-1.491,52.19],[-1.489,52.19],[-1.489,52.21],"
        "[-1.491,52.21],[-1.491,52.19]]]}}]}");
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_by_s,walk_m\n"
                 "1,1000,2,4,1,0,1,2000,1000\n"
                 "2,1010,2,4,1,0,1,2000,800\n"
                 "3,1020,2,4,1,1,1,2000,1000\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    char *rides = folder_read(&folder, "rides.csv");
    cr_expect_str_eq(rides,
                     "request,outcome,reason,at_s,promised_by_s,arrived_s,departed_s,alighted_s,"
                     "vehicle,direct_s,fare_pence\n"
                     "1,served,,1000,2000.000,1740.834,1800.834,1900.834,7,200.000,150\n"
                     "2,refused,from_no_stopping,1010,,,,,,200.000,\n"
                     "3,refused,from_no_stopping,1020,,,,,,200.000,\n",
                     "%s", rides);
    free(rides);
    folder_free(&folder);
}

/* The re-check itself must notice what is wrong. */
Test(run, a_changed_file_does_not_pass_the_recheck)
{
    static const struct recheck_rules rules = {.pickup_ms = 60000,
                                               .dropoff_ms = 30000,
                                               .max_wait_ms = 600000,
                                               .max_ride_permille = 1300,
                                               .max_ride_extra_ms = 400000};
    static const struct row {
        const char *from;
        const char *to;
    } rows[] = {
        {"7,1100.000,1160.000", "7,1099.000,1160.000"},
        {",100.000,684,pickup", ",99.000,684,pickup"},
        {"2,11 10,,3,", "2,11,,1,"},
        {"684,pickup", "684,occupied"},
        {"7,1100.000,1160.000", "7,1100.000,1150.000"},
        {"2,11 10,,3,", "2,11 10,,4,"},
    };
    struct folder folder;
    struct recheck_result result;
    folder_make(&folder);
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    recheck_run(folder.path, &rules, &result);
    cr_expect_eq(result.errors, 0, "%s", result.first);
    char *stops = folder_read(&folder, "stops.csv");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char changed[4096];
        const char *at = strstr(stops, rows[i].from);
        cr_assert_not_null(at, "row %zu: %s", i, stops);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - stops), stops, rows[i].to,
                 at + strlen(rows[i].from));
        folder_write(&folder, "stops.csv", changed);
        recheck_run(folder.path, &rules, &result);
        cr_expect_gt(result.errors, 0, "row %zu passes", i);
    }
    free(stops);
    folder_free(&folder);
}

Test(run, tells_wrong_usage_from_refused_input)
{
    struct folder folder;
    folder_make(&folder);
    folder_remove_file(&folder, "vehicles.csv");
    cr_expect_eq(runs_run(&folder, NULL, NULL), 1);
    cr_expect_eq(runs_run(&folder, "--colour", "red"), 2);
    cr_expect_eq(runs_run(&folder, "--vehicles", "0"), 2);
    cr_expect_eq(runs_run(&folder, "--vehicles", "2x"), 2);
    char *no_scenario[] = {"run", "--seed", "3"};
    cr_expect_eq(run_main(3, no_scenario), 2);
    char *help[] = {"run", "--help"};
    cr_expect_eq(run_main(2, help), 0);
    folder_free(&folder);
}

/* Vehicle 7 stands at node 3 when the road to 4 is closed: it waits there, and drives on when it
 * opens. */
Test(run, waits_where_a_road_is_closed_until_it_opens)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n"
                 "10,1000,2,4,2,0,1,,1\n"
                 "11,1010,2,3,1,0,1,,2\n");
    folder_write(&folder, "closures.csv", "from,to,from_s,until_s\n3,4,1265,2000\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,1100.000,1160.000,2,11 10,,3,100.000,684,pickup\n"
        "7,1260.000,1290.000,3,,11,2,100.000,684,occupied\n"
        "7,2100.000,2130.000,4,,10,0,100.000,684,occupied\n");
    folder_free(&folder);
}

/* Cars drive at half the speed in the hour that begins at midnight, and the dispatcher, which is
 * told nothing, promises too much; told of it, it promises what is kept. */
Test(run, drives_at_speeds_that_the_dispatcher_may_know_or_not)
{
    const char *expected = "10,served,,1000,1600.000,1200.000,1260.000,";
    for (int told = 0; told < 2; told++) {
        struct folder folder;
        folder_make(&folder);
        folder_write(&folder, "requests.csv",
                     "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n"
                     "10,1000,2,3,2,0,1,,1\n");
        folder_write(&folder, "speeds.csv", "hour,permille\n0,500\n");
        if (told == 1) {
            char *yaml = folder_read(&folder, "scenario.yaml");
            char text[1024];
            snprintf(text, sizeof text, "%sspeeds: speeds.csv\nlearn_speeds: yes\n", yaml);
            folder_write(&folder, "scenario.yaml", text);
            free(yaml);
        }
        cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
        char *rides = folder_read(&folder, "rides.csv");
        cr_expect_not_null(strstr(rides, expected), "%s", rides);
        cr_expect_not_null(strstr(rides, told == 1 ? ",200.000," : ",100.000,"), "%s", rides);
        free(rides);
        folder_free(&folder);
    }
}

Test(run, idle_vehicles_wait_where_there_is_room_for_them)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n"
                 "10,1000,2,4,2,0,1,,1\n"
                 "11,3000,2,3,1,0,1,,2\n");
    folder_write(&folder, "parking.csv",
                 "parking,node,room,kind\n"
                 "1,2,1,kerb\n"
                 "2,3,1,depot\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,100.000,100.000,2,,,0,100.000,684,rebalance\n"
        "7,1000.000,1060.000,2,10,,2,0.000,0,pickup\n"
        "7,1260.000,1290.000,4,,10,0,200.000,1368,occupied\n"
        "7,1420.000,1420.000,3,,,0,100.000,684,depot\n"
        "7,3100.000,3160.000,2,11,,1,100.000,684,pickup\n"
        "7,3260.000,3290.000,3,,11,0,100.000,684,occupied\n");
    folder_free(&folder);
}
