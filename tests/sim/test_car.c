/* How often a car speaks: the dispatcher calls a car silent that it does not hear. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "scenario_folder.h"
#include "sim/car.h"
#include "sim/grow.h"

struct scene {
    struct folder folder;
    struct scenario scenario;
    struct mailbox inbox;
    struct record record;
    struct auditor auditor;
    struct person person;
    uint32_t ride_persons[2];
    struct car_street street;
    struct car_duty duty;
    struct car car;
};

static void scene_make(struct scene *scene)
{
    const struct scenario_options options = {0};
    struct input_error error;
    folder_make(&scene->folder);
    cr_assert(scenario_load(scene->folder.path, &options, &scene->scenario, &error), "%s",
              error.text);
    scene->inbox = (struct mailbox){.slot_size = sizeof(struct event)};
    auditor_init(&scene->auditor, &scene->scenario);
    const size_t path_max = (size_t)scene->scenario.roads.graph.node_count + 2;
    scene->street = (struct car_street){
        .scenario = &scene->scenario,
        .query = scene->scenario.network.query,
        .path = grow_new(path_max, sizeof(uint32_t)),
        .path_max = path_max,
        .persons = &scene->person,
        .ride_persons = scene->ride_persons,
        .record = &scene->record,
        .auditor = &scene->auditor,
        .inbox = &scene->inbox,
    };
    person_init(&scene->person, &scene->scenario, &scene->scenario.requests[0]);
    car_init(&scene->car, &scene->street, &scene->scenario.vehicles[0], &scene->duty,
             scene->scenario.midnight_ms);
}

static void scene_free(struct scene *scene)
{
    car_free(&scene->car);
    free(scene->street.path);
    mailbox_free(&scene->inbox);
    record_free(&scene->record);
    auditor_free(&scene->auditor);
    scenario_free(&scene->scenario);
    folder_free(&scene->folder);
}

static uint32_t count_said(struct scene *scene, enum event_kind kind)
{
    uint32_t count = 0;
    for (struct event *event = mailbox_peek(&scene->inbox); event != NULL;
         event = mailbox_peek(&scene->inbox)) {
        count += event->kind == kind;
        mailbox_pop(&scene->inbox);
    }
    return count;
}

Test(car, at_rest_is_never_silent_for_as_long_as_the_dispatcher_bears)
{
    static struct scene scene;
    scene_make(&scene);
    const int64_t began_ms = scene.scenario.midnight_ms;
    const int64_t bears_ms = scene.scenario.config.silent_after_ms;
    int64_t heard_ms = began_ms;
    uint32_t heard_count = 0;
    cr_expect_eq(count_said(&scene, EVENT_HELLO), 1);
    for (int64_t beat = 0; beat < 100; beat++) {
        const int64_t now_ms = began_ms + 12345 + beat * CAR_HEARTBEAT_MS;
        car_heartbeat(&scene.car, &scene.street, now_ms);
        cr_expect_lt(now_ms - heard_ms, bears_ms);
        if (count_said(&scene, EVENT_TELEMETRY) > 0) {
            heard_ms = now_ms;
            heard_count++;
        }
    }
    cr_expect_leq(heard_count, 50, "it repeats itself %u times", heard_count);
    scene_free(&scene);
}

/* The test's town is a row of nodes 100 s apart. */
Test(car, says_at_each_heartbeat_where_it_can_turn_while_it_drives)
{
    static struct scene scene;
    scene_make(&scene);
    const struct road_graph *graph = &scene.scenario.roads.graph;
    const int64_t began_ms = scene.scenario.midnight_ms + 3600 * 1000;
    struct message_plan plan = {
        .vehicle = scene.car.id, .epoch = 1, .plan_id = 1, .revision = 1, .stop_count = 1};
    plan.stops[0] = (struct message_stop){
        .ride = {1}, .kind = STOP_PICKUP, .place = road_place_at_node(graph->node_count - 1)};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms);
    cr_assert_eq(scene.car.state, CAR_DRIVING);
    (void)count_said(&scene, EVENT_NONE);
    for (int64_t now_ms = began_ms + 1000; now_ms < scene.car.due_ms; now_ms += CAR_HEARTBEAT_MS) {
        car_heartbeat(&scene.car, &scene.street, now_ms);
        const struct event *event = mailbox_peek(&scene.inbox);
        cr_assert(event != NULL && event->kind == EVENT_TELEMETRY);
        const int64_t legs = (now_ms - began_ms + 99999) / 100000; /* driven or begun */
        cr_expect_eq(event->telemetry.spot.node, (uint32_t)legs);
        cr_expect_eq(event->telemetry.at_ms, began_ms + legs * 100000);
        mailbox_pop(&scene.inbox);
    }
    scene_free(&scene);
}

/* Turn the car whenever it is due, until `until_ms`. */
static void drive(struct scene *scene, int64_t until_ms)
{
    while (scene->car.due_ms <= until_ms) {
        car_turn(&scene->car, &scene->street, scene->car.due_ms);
    }
}

Test(car, goes_to_rest_and_stays_there_without_a_report)
{
    static struct scene scene;
    scene_make(&scene);
    const int64_t began_ms = scene.scenario.midnight_ms + 3600 * 1000;
    struct message_plan plan = {.vehicle = scene.car.id,
                                .epoch = 1,
                                .plan_id = 1,
                                .revision = 1,
                                .rests = true,
                                .rest = road_place_at_node(2)};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms);
    cr_assert_eq(scene.car.state, CAR_DRIVING);
    drive(&scene, began_ms + 199999);
    cr_assert_eq(scene.car.state, CAR_DRIVING);
    drive(&scene, began_ms + 1000000);
    cr_assert_eq(scene.car.state, CAR_IDLE);
    cr_assert_eq(scene.car.node, 2);
    const struct record_stand *row = &scene.record.stands[scene.record.stand_count - 1];
    cr_expect_eq(row->purpose, RECORD_REBALANCE);
    cr_expect_eq(row->drive_ms, 200000);
    cr_expect_eq(count_said(&scene, EVENT_REPORT), 0);
    plan.revision = 2; /* the same again: it is there */
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 1000000);
    cr_expect_eq(scene.car.state, CAR_IDLE);
    scene_free(&scene);
}

/* A rider turns up while it goes to rest: it turns at the next node, says so, and goes back. */
Test(car, turns_off_at_the_next_node_on_its_way_to_rest)
{
    static struct scene scene;
    scene_make(&scene);
    const int64_t began_ms = scene.scenario.midnight_ms + 3600 * 1000;
    struct message_plan plan = {.vehicle = scene.car.id,
                                .epoch = 1,
                                .plan_id = 1,
                                .revision = 1,
                                .rests = true,
                                .rest = road_place_at_node(3)};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms);
    (void)count_said(&scene, EVENT_NONE);
    plan = (struct message_plan){
        .vehicle = scene.car.id, .epoch = 1, .plan_id = 2, .revision = 1, .stop_count = 1};
    plan.stops[0] =
        (struct message_stop){.ride = {1}, .kind = STOP_PICKUP, .place = road_place_at_node(0)};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 10000);
    const struct event *event = mailbox_peek(&scene.inbox);
    cr_assert(event != NULL && event->kind == EVENT_TELEMETRY);
    cr_expect_eq(event->telemetry.spot.node, 1);
    cr_expect_eq(event->telemetry.at_ms, began_ms + 100000);
    drive(&scene, began_ms + 199999);
    cr_expect_eq(scene.car.state, CAR_DRIVING);
    drive(&scene, began_ms + 200000);
    cr_expect_eq(scene.car.state, CAR_STANDING);
    cr_expect_eq(scene.car.node, 0);
    scene_free(&scene);
}

Test(car, sets_off_when_it_is_told_to_and_not_sooner)
{
    static struct scene scene;
    scene_make(&scene);
    const int64_t began_ms = scene.scenario.midnight_ms + 3600 * 1000;
    struct message_plan plan = {
        .vehicle = scene.car.id, .epoch = 1, .plan_id = 1, .revision = 1, .stop_count = 1};
    plan.stops[0] = (struct message_stop){.ride = {1},
                                          .kind = STOP_PICKUP,
                                          .place = road_place_at_node(1),
                                          .leave_ms = began_ms + 50000};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms);
    cr_expect_eq(scene.car.state, CAR_IDLE);
    cr_expect_eq(scene.car.due_ms, began_ms + 50000);
    plan.revision = 2;
    plan.stops[0].leave_ms = began_ms + 20000; /* sooner after all */
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 10000);
    cr_expect_eq(scene.car.due_ms, began_ms + 20000);
    drive(&scene, began_ms + 20000);
    cr_expect_eq(scene.car.state, CAR_DRIVING);
    cr_expect_eq(scene.car.due_ms, began_ms + 120000);
    scene_free(&scene);
}

/* From the row's one end to the other; the last road is closed while the first is driven. */
Test(car, turns_at_the_next_node_where_a_road_ahead_is_closed_and_waits_for_a_plan)
{
    static struct scene scene;
    scene_make(&scene);
    struct road_network *network = &scene.scenario.network;
    const int64_t began_ms = scene.scenario.midnight_ms + 3600 * 1000;
    struct message_plan plan = {
        .vehicle = scene.car.id, .epoch = 1, .plan_id = 1, .revision = 1, .stop_count = 1};
    plan.stops[0] =
        (struct message_stop){.ride = {1}, .kind = STOP_PICKUP, .place = road_place_at_node(3)};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms);
    road_network_set(network, road_graph_arc(network->graph, 0, 1), ROAD_CLOSED);
    car_avoid_closed(&scene.car, &scene.street, began_ms + 50000);
    cr_expect_eq(scene.car.due_ms, began_ms + 300000, "who is on a road drives out of it");
    const uint32_t last = road_graph_arc(network->graph, 2, 3);
    road_network_set(network, last, ROAD_CLOSED);
    (void)count_said(&scene, EVENT_NONE);
    car_avoid_closed(&scene.car, &scene.street, began_ms + 50000);
    cr_expect_eq(scene.car.due_ms, began_ms + 100000);
    cr_expect_eq(count_said(&scene, EVENT_TELEMETRY), 1);
    car_turn(&scene.car, &scene.street, began_ms + 100000);
    cr_expect_eq(scene.car.state, CAR_IDLE);
    cr_expect_eq(scene.car.node, 1);
    cr_expect_eq(scene.car.due_ms, INT64_MAX);
    road_network_set(network, last, 100000);
    plan.revision = 2;
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 500000);
    cr_expect_eq(scene.car.state, CAR_DRIVING);
    cr_expect_eq(scene.car.due_ms, began_ms + 700000);
    scene_free(&scene);
}

static const struct event *said_last(struct scene *scene)
{
    static struct event last;
    last = (struct event){.kind = EVENT_NONE};
    for (struct event *event = mailbox_peek(&scene->inbox); event != NULL;
         event = mailbox_peek(&scene->inbox)) {
        last = *event;
        mailbox_pop(&scene->inbox);
    }
    return &last;
}

/* Nodes are 100 s apart, and the car is to ask after 150 s of driving: it does at the third node. A
 * plan that comes meanwhile waits, and whose ride is in it is held up. */
Test(car, stands_at_the_next_node_while_it_needs_help)
{
    static struct scene scene;
    scene_make(&scene);
    const int64_t began_ms = scene.scenario.midnight_ms + 3600 * 1000;
    scene.duty.help.plan = (struct remote_help_plan){.every_ms = 3600000, .for_ms = 90000};
    scene.duty.help.left_ms = 150000;
    struct message_plan plan = {
        .vehicle = scene.car.id, .epoch = 1, .plan_id = 1, .revision = 1, .stop_count = 1};
    plan.stops[0] =
        (struct message_stop){.ride = {1}, .kind = STOP_PICKUP, .place = road_place_at_node(3)};
    car_take_plan(&scene.car, &scene.street, &plan, began_ms);
    plan.revision = 2; /* the same way again: it does not turn for that */
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 10000);
    cr_expect_eq(scene.car.due_ms, began_ms + 200000);
    cr_expect_not(scene.person.was_held_up);
    car_turn(&scene.car, &scene.street, began_ms + 200000);
    cr_expect_eq(scene.car.state, CAR_IDLE);
    cr_expect_eq(scene.car.node, 2);
    cr_expect(scene.person.was_held_up);
    const int64_t until_ms = scene.car.due_ms;
    cr_assert(until_ms > began_ms + 200000 && until_ms <= began_ms + 380000);
    const struct event *event = said_last(&scene);
    cr_assert_eq(event->kind, EVENT_TELEMETRY);
    cr_expect(event->telemetry.needs_help && event->telemetry.spot.node == 2);
    plan.revision = 3;
    plan.stops[0].place = road_place_at_node(2); /* not even to who stands beside it */
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 200000);
    cr_expect_eq(scene.car.state, CAR_IDLE);
    cr_expect_eq(scene.car.due_ms, until_ms);
    plan.revision = 4;
    plan.stops[0].place = road_place_at_node(3);
    car_take_plan(&scene.car, &scene.street, &plan, began_ms + 200000);
    car_turn(&scene.car, &scene.street, until_ms);
    cr_expect_eq(scene.car.state, CAR_DRIVING);
    event = said_last(&scene);
    cr_expect(event->kind == EVENT_TELEMETRY && !event->telemetry.needs_help);
    cr_expect_eq(scene.record.help_count, 1);
    cr_expect_eq(scene.record.help_ms, until_ms - began_ms - 200000);
    scene_free(&scene);
}
