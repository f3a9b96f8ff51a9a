/* Networks so small that the figures can be counted by hand. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "scenario_folder.h"
#include "sim/scenario.h"
#include "sim/survey.h"

#define SIDE 12 /* of a square of streets */

static void survey_folder(struct folder *folder, struct survey *survey)
{
    static struct scenario scenario;
    const struct scenario_options options = {.vehicles = 0};
    struct input_error error;
    cr_assert(scenario_load(folder->path, &options, &scenario, &error), "%s", error.text);
    survey_make(survey, &scenario.roads);
    survey_trips(survey, &scenario);
    scenario_free(&scenario);
}

Test(survey, counts_a_street_of_four_nodes)
{
    struct folder folder;
    struct survey survey;
    folder_make(&folder);
    survey_folder(&folder, &survey);
    cr_expect_eq(survey.node_count, 4);
    cr_expect_eq(survey.arc_count, 6);
    cr_expect_eq(survey.street_count, 3);
    cr_expect_eq(survey.one_way_count, 0);
    cr_expect_eq(survey.degrees[1], 2);
    cr_expect_eq(survey.degrees[2], 2);
    cr_expect_eq(survey.length_m, 6 * 684);
    cr_expect_eq(survey.class_m[ROAD_CLASS_RESIDENTIAL], 6 * 684);
    cr_expect_eq(survey.length_marks_m[0], 684);
    cr_expect_leq(survey.drive_marks_ms[SURVEY_MARKS - 1], 300000);
    cr_expect_eq(survey.trip_count, 3); /* of 200, 100 and 300 s */
    cr_expect_eq(survey.trip_mean_ms, 200000);
    cr_expect_eq(survey.trip_mean_m, 2 * 684);
    cr_expect_eq(survey.trip_marks_ms[0], 100000);
    cr_expect_eq(survey.trip_marks_ms[1], 200000);
    cr_expect_eq(survey.trip_marks_ms[SURVEY_MARKS - 1], 300000);
    folder_free(&folder);
}

/* 1-2, and around 2, 3, 4 with 3 to 4 one-way. */
Test(survey, counts_junctions_and_one_ways)
{
    struct folder folder;
    struct survey survey;
    folder_make(&folder);
    folder_write(&folder, "edges.csv",
                 "from,to,length_m,time_ms\n1,2,100,9000\n2,1,100,9000\n2,3,200,9000\n"
                 "3,2,200,9000\n2,4,300,9000\n4,2,300,9000\n3,4,400,9000\n");
    survey_folder(&folder, &survey);
    cr_expect_eq(survey.street_count, 4);
    cr_expect_eq(survey.one_way_count, 1);
    cr_expect_eq(survey.degrees[1], 1);
    cr_expect_eq(survey.degrees[2], 2);
    cr_expect_eq(survey.degrees[3], 1);
    cr_expect_eq(survey.length_marks_m[1], 200, "the fourth of seven");
    cr_expect_eq(survey.length_marks_m[SURVEY_MARKS - 1], 400);
    folder_free(&folder);
}

static void put_street(FILE *file, int from, int to)
{
    fprintf(file, "%d,%d,100,9000\n%d,%d,100,9000\n", from, to, to, from);
}

/* Two squares of streets, joined by one node from which a dead end goes off: that dead end does not
 * end the separator, and the squares do. */
Test(survey, the_top_separator_is_the_one_node_between_two_squares)
{
    struct folder folder;
    struct survey survey;
    const int middle = 2 * SIDE * SIDE + 1;
    folder_make(&folder);
    FILE *nodes = fopen(folder_file(&folder, "nodes.csv"), "w");
    FILE *edges = fopen(folder_file(&folder, "edges.csv"), "w");
    cr_assert(nodes != NULL && edges != NULL);
    fputs("node,lon,lat\n", nodes);
    fputs("from,to,length_m,time_ms\n", edges);
    for (int i = 0; i < 2 * SIDE * SIDE; i++) {
        const int x = i % SIDE;
        const int y = i / SIDE;
        fprintf(nodes, "%d,-1.%03d,52.%03d\n", i + 1, 900 - x, 100 + y);
        if (x + 1 < SIDE) {
            put_street(edges, i + 1, i + 2);
        }
        if (y % SIDE + 1 < SIDE) {
            put_street(edges, i + 1, i + 1 + SIDE);
        }
    }
    fprintf(nodes, "%d,-1.95,52.112\n%d,-1.96,52.112\n", middle, middle + 1);
    put_street(edges, middle, SIDE * SIDE);
    put_street(edges, middle, SIDE * SIDE + 1);
    put_street(edges, middle, middle + 1);
    cr_assert(fclose(nodes) == 0 && fclose(edges) == 0);
    survey_folder(&folder, &survey);
    cr_expect_eq(survey.node_count, 2 * SIDE * SIDE + 2);
    cr_expect_leq(survey.top_separator, 2, "%u", survey.top_separator);
    cr_expect_gt(survey.depth_sum / survey.node_count, SIDE, "and a square's are larger");
    folder_free(&folder);
}
