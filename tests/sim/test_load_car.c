/* A car on the plans of a dispatcher, told as a transcript of its reports. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/load_car.h"
#include "tests/town.h"

#define STAND_MS 30000

struct scene {
    struct town *town;
    struct load_car car;
    uint32_t scratch[64];
    char text[2048];
};

static struct scene *scene_open(const char *home)
{
    struct scene *scene = calloc(1, sizeof *scene);
    scene->town = town_from_map("a--b--c\n"
                                "|     |\n"
                                "d--e--f\n",
                                true);
    load_car_init(&scene->car, (struct vehicle_id){1}, &scene->town->network,
                  town_place(scene->town, home, 0), scene->scratch, 64);
    const struct message_vehicle_reply welcome = {.epoch = 1, .seq = 100};
    load_car_welcome(&scene->car, &welcome);
    return scene;
}

static void scene_close(struct scene *scene)
{
    load_car_done(&scene->car);
    town_free(scene->town);
    free(scene);
}

/* Stops as "1+a 1-c 0*c": ride 1 boards at a and alights at c, where the car then charges. Each
 * stand takes STAND_MS from its time, `first_ms` for all. */
static void give_plan(struct scene *scene, int64_t now_ms, uint32_t plan_id, uint32_t revision,
                      const char *stops)
{
    struct message_plan plan = {
        .epoch = scene->car.epoch, .plan_id = plan_id, .revision = revision};
    for (const char *at = stops; *at != '\0'; at += at[3] == '\0' ? 3 : 4) {
        const char letter[2] = {at[2], '\0'};
        plan.stops[plan.stop_count++] = (struct message_stop){
            .ride = {(uint64_t)(at[0] - '0')},
            .kind = at[1] == '+'   ? STOP_PICKUP
                    : at[1] == '*' ? STOP_CHARGE
                                   : STOP_DROPOFF,
            .place = town_place(scene->town, letter, 0),
            .arrive_ms = now_ms,
            .depart_ms = now_ms + STAND_MS,
        };
    }
    load_car_plan(&scene->car, &plan, now_ms);
}

static void note_reports(struct scene *scene, int64_t now_ms, uint32_t from)
{
    static const char *const names[] = {
        [REPORT_ARRIVED] = "arrived",   [REPORT_BOARDED] = "boarded",
        [REPORT_NO_SHOW] = "no show",   [REPORT_ALIGHTED] = "alighted",
        [REPORT_DEPARTED] = "departed", [REPORT_VISITED] = "visited"};
    for (uint32_t i = from; i < scene->car.report_count; i++) {
        const struct event_report *report = &scene->car.reports[i].report;
        const size_t used = strlen(scene->text);
        snprintf(scene->text + used, sizeof scene->text - used, "[%3d] %s %d\n",
                 (int)(now_ms / 1000), names[report->kind], (int)report->ride.value);
    }
}

/* From `from_ms` to `until_ms`, second by second. */
static void drive(struct scene *scene, int64_t from_ms, int64_t until_ms)
{
    for (int64_t now_ms = from_ms; now_ms <= until_ms; now_ms += 1000) {
        const uint32_t before = scene->car.report_count;
        load_car_step(&scene->car, now_ms);
        note_reports(scene, now_ms, before);
    }
}

static void acknowledge_all(struct scene *scene)
{
    while (scene->car.report_count > 0) {
        const struct message_vehicle_reply reply = {.seq = scene->car.reports[0].report.seq};
        (void)load_car_answer(&scene->car, &reply, false);
    }
}

static void expect(struct scene *scene, const char *text)
{
    cr_assert_str_eq(scene->text, text);
    scene->text[0] = '\0';
}

Test(load_car, drives_a_plan_and_reports_each_stop_in_order)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+b 2+b 1-c 2-f");
    drive(scene, 0, 300000);
    expect(scene, "[ 30] arrived 1\n"
                  "[ 30] arrived 2\n"
                  "[ 60] boarded 1\n"
                  "[ 60] boarded 2\n"
                  "[ 60] departed 0\n"
                  "[ 90] arrived 1\n"
                  "[120] alighted 1\n"
                  "[120] departed 0\n"
                  "[140] arrived 2\n"
                  "[170] alighted 2\n"
                  "[170] departed 0\n");
    cr_assert_eq(scene->car.reports[0].report.seq, 101); /* goes on above the dispatcher's */
    cr_assert_eq(scene->car.state, LOAD_CAR_IDLE);
    scene_close(scene);
}

Test(load_car, visits_a_station_between_riders_and_says_when_it_is_over)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+b 1-c 0*c 2+c 2-f");
    drive(scene, 0, 300000);
    expect(scene, "[ 30] arrived 1\n"
                  "[ 60] boarded 1\n"
                  "[ 60] departed 0\n"
                  "[ 90] arrived 1\n"
                  "[120] alighted 1\n"
                  "[120] departed 0\n"
                  "[120] arrived 0\n"
                  "[150] visited 0\n"
                  "[150] arrived 2\n"
                  "[180] boarded 2\n"
                  "[180] departed 0\n"
                  "[200] arrived 2\n"
                  "[230] alighted 2\n"
                  "[230] departed 0\n");
    scene_close(scene);
}

Test(load_car, turns_off_at_the_next_node_when_the_plan_changes)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+c 1-f");
    drive(scene, 0, 10000);
    struct event event;
    load_car_telemetry(&scene->car, 10000, &event);
    cr_assert_eq(event.telemetry.at_ms, 30000); /* at b */
    cr_assert_eq(event.telemetry.heading_deg, 90);
    give_plan(scene, 10000, 1, 2, "2+e 2-f"); /* back over a and d: 30 + 30 + 20 + 30 s */
    drive(scene, 10000, 200000);
    expect(scene, "[110] arrived 2\n"
                  "[140] boarded 2\n"
                  "[140] departed 0\n"
                  "[170] arrived 2\n"
                  "[200] alighted 2\n"
                  "[200] departed 0\n");
    scene_close(scene);
}

Test(load_car, refuses_plans_of_lower_numbers_and_takes_duplicates_for_nothing)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 5, 3, "1+b 1-c");
    static const struct {
        uint64_t epoch;
        uint32_t plan_id;
        uint32_t revision;
        uint32_t refused;
    } rows[] = {{1, 5, 3, 0}, {1, 5, 2, 1}, {1, 4, 9, 2}, {0, 9, 9, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct message_plan plan = {
            .epoch = rows[i].epoch, .plan_id = rows[i].plan_id, .revision = rows[i].revision};
        cr_assert_not(load_car_plan(&scene->car, &plan, 1000), "row %zu", i);
        cr_assert_eq(scene->car.refused, rows[i].refused, "row %zu", i);
        cr_assert_eq(scene->car.stop_count, 2, "row %zu", i);
    }
    scene_close(scene);
}

Test(load_car, a_plan_that_crossed_a_report_does_not_undo_it)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+b 1-c");
    drive(scene, 0, 60000);
    expect(scene, "[ 30] arrived 1\n[ 60] boarded 1\n[ 60] departed 0\n");
    give_plan(scene, 61000, 1, 2, "1+b 1-c 2+f 2-e"); /* made before the boarding was heard of */
    acknowledge_all(scene);
    drive(scene, 61000, 180000);
    expect(scene, "[ 90] arrived 1\n[120] alighted 1\n[120] departed 0\n"
                  "[140] arrived 2\n[170] boarded 2\n[170] departed 0\n");
    scene_close(scene);
}

Test(load_car, reports_what_a_crash_forgot_under_the_new_epoch)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+b 1-c");
    drive(scene, 0, 65000);
    expect(scene, "[ 30] arrived 1\n[ 60] boarded 1\n[ 60] departed 0\n");
    scene->car.reports[0].told = true;
    const struct message_vehicle_reply welcome = {.epoch = 2, .seq = 0};
    load_car_welcome(&scene->car, &welcome);
    give_plan(scene, 65000, 1, 1, "1+b 1-c"); /* as the journal has it */
    for (uint32_t i = 0; i < scene->car.report_count; i++) {
        cr_assert_eq(scene->car.reports[i].report.epoch, 2);
        cr_assert_not(scene->car.reports[i].told);
    }
    acknowledge_all(scene);
    drive(scene, 65000, 120000);
    expect(scene, "[ 90] arrived 1\n[120] alighted 1\n[120] departed 0\n");
    scene_close(scene);
}

Test(load_car, cut_off_it_lets_nobody_board_and_brings_who_is_aboard_home)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+b 2+f 1-c 2-d");
    drive(scene, 0, 65000);
    load_car_cut_off(&scene->car, 65000); /* on its way over c to f for ride 2: c is next now */
    drive(scene, 66000, 400000);
    cr_assert_str_eq(strstr(scene->text, "departed 0\n") + 11,
                     "[ 90] arrived 1\n[120] alighted 1\n[120] departed 0\n");
    cr_assert_eq(scene->car.state, LOAD_CAR_IDLE);
    scene_close(scene);
}

Test(load_car, a_rejected_report_is_forgotten_and_the_plan_after_it_counts)
{
    struct scene *scene = scene_open("a");
    give_plan(scene, 0, 1, 1, "1+b 1-c");
    drive(scene, 0, 61000);
    acknowledge_all(scene);
    give_plan(scene, 61000, 1, 1, "1+b 1-c"); /* a duplicate: nothing */
    cr_assert_eq(scene->car.stop_count, 1);
    drive(scene, 61000, 90000); /* arrived at c */
    const struct message_vehicle_reply reply = {.seq = scene->car.reports[0].report.seq};
    (void)load_car_answer(&scene->car, &reply, true);
    cr_assert_eq(scene->car.rejected, 1);
    give_plan(scene, 91000, 1, 1, "");
    drive(scene, 91000, 92000);
    cr_assert_eq(scene->car.stop_count, 0);
    cr_assert_eq(scene->car.state, LOAD_CAR_IDLE);
    scene_close(scene);
}

static void send_to_rest(struct scene *scene, int64_t now_ms, uint32_t plan_id, const char *node)
{
    const struct message_plan plan = {.epoch = scene->car.epoch,
                                      .plan_id = plan_id,
                                      .revision = 1,
                                      .rests = true,
                                      .rest = town_place(scene->town, node, 0)};
    load_car_plan(&scene->car, &plan, now_ms);
}

Test(load_car, goes_to_rest_without_a_report_and_turns_off_for_a_rider)
{
    struct scene *scene = scene_open("a");
    send_to_rest(scene, 0, 1, "f");
    drive(scene, 0, 100000); /* over b and c: 30 + 30 + 20 s */
    expect(scene, "");
    cr_assert_eq(scene->car.state, LOAD_CAR_IDLE);
    cr_assert(road_place_equal(scene->car.place, town_place(scene->town, "f", 0)));
    send_to_rest(scene, 100000, 2, "a");
    drive(scene, 100000, 105000);
    cr_assert_eq(scene->car.state, LOAD_CAR_DRIVING);
    give_plan(scene, 105000, 3, 1, "1+e 1-f"); /* it is on its way to c: there at 120 */
    drive(scene, 106000, 300000);
    expect(scene, "[170] arrived 1\n"
                  "[200] boarded 1\n"
                  "[200] departed 0\n"
                  "[230] arrived 1\n"
                  "[260] alighted 1\n"
                  "[260] departed 0\n");
    scene_close(scene);
}

Test(load_car, sets_off_when_it_is_told_to_and_not_sooner)
{
    struct scene *scene = scene_open("a");
    struct message_plan plan = {
        .epoch = scene->car.epoch, .plan_id = 1, .revision = 1, .stop_count = 1};
    plan.stops[0] = (struct message_stop){.ride = {1},
                                          .kind = STOP_PICKUP,
                                          .place = town_place(scene->town, "b", 0),
                                          .leave_ms = 70000,
                                          .arrive_ms = 100000,
                                          .depart_ms = 130000};
    load_car_plan(&scene->car, &plan, 0);
    drive(scene, 0, 69000);
    cr_assert_eq(scene->car.state, LOAD_CAR_IDLE);
    drive(scene, 70000, 99000);
    cr_assert_eq(scene->car.state, LOAD_CAR_DRIVING);
    drive(scene, 100000, 140000);
    expect(scene, "[100] arrived 1\n[130] boarded 1\n[130] departed 0\n");
    plan.plan_id = 2; /* as it goes, somebody else comes first */
    plan.stops[0].ride.value = 2;
    plan.stops[0].place = town_place(scene->town, "a", 0);
    plan.stops[0].leave_ms = 500000;
    load_car_plan(&scene->car, &plan, 150000);
    plan.revision = 2;
    plan.stops[0].leave_ms = 160000;
    load_car_plan(&scene->car, &plan, 155000);
    drive(scene, 155000, 191000);
    expect(scene, "[190] arrived 2\n");
    scene_close(scene);
}

/* From a to f it drives 30, 30 and 20 s; at b it has driven for the 25 s after which it asks. */
Test(load_car, stands_and_says_so_while_it_needs_help)
{
    struct scene *scene = scene_open("a");
    struct event event;
    const struct remote_help_plan hourly = {.every_ms = 3600000, .for_ms = 90000};
    remote_help_init(&scene->car.help, &hourly, 1, 1);
    scene->car.help.left_ms = 25000;
    give_plan(scene, 0, 1, 1, "1+f 1-e");
    drive(scene, 0, 29000);
    load_car_telemetry(&scene->car, 29000, &event);
    cr_expect_not(event.telemetry.needs_help);
    drive(scene, 30000, 30000);
    cr_expect_eq(scene->car.state, LOAD_CAR_ASKING);
    cr_expect(scene->car.has_news);
    load_car_telemetry(&scene->car, 30000, &event);
    cr_expect(event.telemetry.needs_help);
    cr_expect_eq(event.telemetry.at_ms, 0);
    scene->car.help.until_ms = 100000;
    give_plan(scene, 40000, 1, 2, "1+c 1-f");
    give_plan(scene, 50000, 1, 3, "");
    give_plan(scene, 60000, 1, 4, "1+c 1-f");
    scene->car.has_news = false;
    drive(scene, 31000, 99000);
    cr_expect_eq(scene->car.state, LOAD_CAR_ASKING);
    cr_expect_not(scene->car.has_news);
    drive(scene, 100000, 220000);
    cr_expect(scene->car.has_news);
    load_car_telemetry(&scene->car, 220000, &event);
    cr_expect_not(event.telemetry.needs_help);
    expect(scene, "[130] arrived 1\n[160] boarded 1\n[160] departed 0\n"
                  "[180] arrived 1\n[210] alighted 1\n[210] departed 0\n");
    scene_close(scene);
}
