/* What riders.csv and delays.csv say, and when it happens. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_folder.h"
#include "sim/happenings.h"

static const struct scenario_options as_it_is = {.vehicles = 0};

Test(happenings, come_in_order_of_time_whatever_the_order_of_the_rows)
{
    static struct scenario scenario;
    static struct happenings happenings;
    struct folder folder;
    struct input_error error;
    struct event event;
    const struct scenario_delay *delay = NULL;
    folder_make(&folder);
    folder_write(&folder, "riders.csv",
                 "at_s,rider,class,class_days,scheme,scheme_days\n"
                 "50,2,1,,0,\n"
                 "20,1,1,3,2,5\n");
    folder_write(&folder, "delays.csv", "at_s,vehicle,for_s\n50,7,900\n10,7,60\n");
    cr_assert(scenario_load(folder.path, &as_it_is, &scenario, &error), "%s", error.text);
    cr_expect_eq(scenario.config.limits.riders_max, 2, "1 and 2, who ask too");
    cr_expect_not(scenario_is_punctual(&scenario));
    happenings_init(&happenings, &scenario);
    const int64_t from_ms = scenario.midnight_ms;

    cr_expect_eq(happenings_due_ms(&happenings), from_ms + 10000);
    cr_expect_not(happenings_next(&happenings, &event, &delay));
    cr_expect_eq(delay->for_s, 60);

    cr_expect_eq(happenings_due_ms(&happenings), from_ms + 20000);
    cr_assert(happenings_next(&happenings, &event, &delay));
    cr_expect_eq(event.kind, EVENT_SET_RIDER_CLASS);
    cr_expect_eq(event.rider_class.rider.low, 1);
    cr_expect_eq(event.rider_class.class.class, 1);
    cr_expect_eq(event.rider_class.class.scheme, 2);
    cr_expect_eq(event.rider_class.class.class_until_day, scenario.first_day + 2);
    cr_expect_eq(event.rider_class.class.scheme_until_day, scenario.first_day + 4);

    cr_expect_eq(happenings_due_ms(&happenings), from_ms + 50000);
    cr_assert(happenings_next(&happenings, &event, &delay));
    cr_expect_eq(event.rider_class.rider.low, 2);
    cr_expect_not(happenings_next(&happenings, &event, &delay));
    cr_expect_eq(delay->for_s, 900);
    cr_expect_eq(happenings_due_ms(&happenings), INT64_MAX, "no days, no settlement");
    scenario_free(&scenario);
    folder_free(&folder);
}

Test(happenings, that_make_no_sense_are_refused_with_file_line_and_column)
{
    static const struct {
        const char *file;
        const char *content;
        const char *where;
    } rows[] = {
        {"riders.csv", "at_s,rider,class,scheme\n0,1,16,0\n", "riders.csv:2: column 'class'"},
        {"riders.csv", "at_s,rider,class,scheme\n0,1,0,9\n", "riders.csv:2: column 'scheme'"},
        {"riders.csv", "at_s,rider,class\n0,1,0\n", "riders.csv:1: column 'scheme'"},
        {"riders.csv", "at_s,rider,class,scheme,class_days\n0,1,0,0,0\n",
         "riders.csv:2: column 'class_days'"},
        {"delays.csv", "at_s,vehicle,for_s\n0,8,60\n", "delays.csv:2: column 'vehicle'"},
        {"delays.csv", "at_s,vehicle,for_s\n0,7,60\n0,7,0\n", "delays.csv:3: column 'for_s'"},
        {"requests.csv",
         "request,at_s,from_node,to_node,party,wheelchair,shared,refund_permille\n"
         "1,0,1,2,1,0,1,1001\n",
         "requests.csv:2: column 'refund_permille'"},
        {"requests.csv",
         "request,at_s,from_node,to_node,party,wheelchair,shared,no_show\n1,0,1,2,1,0,1,2\n",
         "requests.csv:2: column 'no_show'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct scenario scenario;
        struct folder folder;
        struct input_error error = {""};
        folder_make(&folder);
        folder_write(&folder, rows[i].file, rows[i].content);
        cr_expect_not(scenario_load(folder.path, &as_it_is, &scenario, &error), "row %zu", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
        folder_free(&folder);
    }
}

/* From 2026-03-02 on, 30 days are over on 1 April at 05:00 BST, and then March is settled. */
Test(happenings, end_with_the_settlement_of_each_month_that_is_over)
{
    static struct scenario scenario;
    static struct happenings happenings;
    struct folder folder;
    struct input_error error;
    struct event event;
    const struct scenario_delay *delay = NULL;
    char content[1024];
    folder_make(&folder);
    char *yaml = folder_read(&folder, "scenario.yaml");
    snprintf(content, sizeof content, "%sdays: 30\n", yaml);
    free(yaml);
    folder_write(&folder, "scenario.yaml", content);
    cr_assert(scenario_load(folder.path, &as_it_is, &scenario, &error), "%s", error.text);
    happenings_init(&happenings, &scenario);
    cr_expect_eq(scenario.until_ms, INT64_C(1775016000000));
    cr_expect_eq(happenings_due_ms(&happenings), scenario.until_ms);
    cr_assert(happenings_next(&happenings, &event, &delay));
    cr_expect_eq(event.kind, EVENT_PROPOSE_SETTLEMENT);
    cr_expect_eq(event.settlement.period, (2026 - 1970) * 12 + 2);
    cr_expect_eq(happenings_due_ms(&happenings), INT64_MAX);
    cr_expect_not(settlements_are_over(&happenings.settlements, scenario.until_ms));

    struct settlement_view view = {.books.period = event.settlement.period};
    view.books.outcome.digest = 77;
    cr_assert(settlements_take(&happenings.settlements, &view, &event));
    cr_expect_eq(event.kind, EVENT_APPROVE_SETTLEMENT);
    cr_expect_eq(event.settlement.digest, 77);
    cr_expect_not(rider_id_equal(event.settlement.by, (struct rider_id){.high = 3, .low = 1}));
    view.books.settled = true;
    cr_expect_not(settlements_take(&happenings.settlements, &view, &event));
    cr_expect_eq(happenings.settlements.count, 1);
    cr_expect(settlements_are_over(&happenings.settlements, scenario.until_ms));
    cr_expect_not(settlements_are_over(&happenings.settlements, scenario.until_ms - 1));
    scenario_free(&scenario);
    folder_free(&folder);
}
