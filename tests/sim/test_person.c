/* What people do besides riding, and vehicles besides driving, in whole runs. */
#include <criterion/criterion.h>
#include <jansson.h>

#include "runs.h"
#include "scenario_folder.h"
#include "sim/city.h"

/* 10 is waited for from 1100 to 1400 and does not come; 11 gives the ride up at 1020, before the
 * vehicle is there; 12 pays 207, of which finance gives back the half after a day, rounded down. */
Test(person, people_cancel_do_not_come_and_get_money_back)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider,"
                 "no_show,cancel_after_s,refund_after_s,refund_permille\n"
                 "10,1000,2,4,2,0,1,,1,1,,,\n"
                 "11,1010,2,3,1,0,1,,2,0,10,,\n"
                 "12,1500,4,1,1,1,1,3000,1,0,100000,86400,500\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(&folder, "rides.csv",
                     "request,outcome,reason,at_s,promised_by_s,arrived_s,departed_s,alighted_s,"
                     "vehicle,direct_s,fare_pence\n"
                     "10,no_show,,1000,1600.000,1100.000,,,,200.000,\n"
                     "11,cancelled,,1010,1610.000,,,,,100.000,\n"
                     "12,served,,1500,3600.000,3000.000,3060.000,3360.000,7,300.000,207\n");
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,1100.000,1400.000,2,,,0,100.000,684,pickup\n"
        "7,3000.000,3060.000,4,12,,1,200.000,1368,pickup\n"
        "7,3360.000,3390.000,1,,12,0,300.000,2052,occupied\n");
    cr_expect_eq(runs_figure(&folder, "cancelled_by_riders"), 1);
    cr_expect_eq(runs_figure(&folder, "no_shows"), 1);
    cr_expect_eq(runs_figure(&folder, "refunds"), 1);
    json_t *root = runs_figures(&folder);
    json_t *riders = json_object_get(json_object_get(root, "balances_pence"), "rider");
    cr_expect_eq(json_integer_value(json_object_get(riders, "debits")), 207);
    cr_expect_eq(json_integer_value(json_object_get(riders, "credits")), 103);
    cr_expect_eq(json_integer_value(json_object_get(riders, "debits_pending")), 0);
    json_decref(root);
    folder_free(&folder);
}

/* It sets off at 1000 and stands at node 2 for 700 s from 1100 on, which nobody expected. */
Test(person, a_vehicle_that_is_held_up_comes_late_and_nothing_breaks)
{
    struct folder folder;
    folder_make(&folder);
    folder_write(&folder, "delays.csv", "at_s,vehicle,for_s\n500,7,700\n");
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared\n"
                 "10,1000,2,4,1,0,1\n"
                 "11,1010,3,4,1,0,1\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    runs_expect_file(
        &folder, "stops.csv",
        "vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
        "purpose\n"
        "7,0.000,0.000,1,,,0,0.000,0,depot\n"
        "7,1100.000,1800.000,2,10,,1,100.000,684,pickup\n"
        "7,1900.000,1960.000,3,11,,2,100.000,684,occupied\n"
        "7,2060.000,2090.000,4,,11 10,0,100.000,684,occupied\n");
    folder_free(&folder);
}

/* All of it at once, over the ends of two months, with a store that is quick or slow. */
Test(person, holds_where_people_and_vehicles_do_what_nobody_expects)
{
    static const char *const delays_ms[] = {"0", "1500"};
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct input_error error;
        struct folder folder;
        struct city_plan plan = city_plan_default();
        folder_make(&folder);
        plan.folder = folder.path;
        plan.nodes = 300;
        plan.vehicles = 6;
        plan.requests = 600;
        plan.seed = seed;
        plan.days = 33; /* two days of September, and all of October */
        plan.first_day = 20725;
        plan.has_shifts = false;
        plan.riders = 30;
        plan.cancel_pct = 20;
        plan.no_show_pct = 10;
        plan.refund_pct = 20;
        plan.child_pct = 20;
        plan.concession_pct = 20;
        plan.delay_pct = 60;
        cr_assert(city_make(&plan, &error), "%s", error.text);
        for (size_t i = 0; i < sizeof delays_ms / sizeof *delays_ms; i++) {
            cr_expect_eq(runs_run(&folder, "--store-delay-ms", delays_ms[i]), 0, "seed %d, %s ms",
                         (int)seed, delays_ms[i]);
        }
        cr_expect_gt(runs_figure(&folder, "cancelled_by_riders"), 40);
        cr_expect_gt(runs_figure(&folder, "no_shows"), 20);
        cr_expect_gt(runs_figure(&folder, "refunds"), 40);
        json_t *root = runs_figures(&folder);
        cr_expect_eq(json_array_size(json_object_get(root, "settlements")), 2);
        json_decref(root);
        folder_free(&folder);
    }
}
