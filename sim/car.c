#include "sim/car.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "core/plan.h"
#include "sim/car_link.h"
#include "sim/car_purpose.h"
#include "sim/grow.h"

static struct spot spot_at(const struct car_street *street, uint32_t node)
{
    return (struct spot){.point = street->scenario->roads.graph.points[node], .node = node};
}

static struct person *rider_of(const struct car_street *street, struct ride_id ride)
{
    return &street->persons[street->ride_persons[ride.value]];
}

static uint32_t count_people(const struct car *car, const struct car_street *street)
{
    uint32_t people = 0;
    for (uint32_t i = 0; i < car->duty->aboard.count; i++) {
        people += street->persons[car->duty->aboard.persons[i]].request->party;
    }
    return people;
}

static void list_add(struct car_list *list, uint32_t person)
{
    CHECK(list->count < CAR_ABOARD_MAX);
    list->persons[list->count++] = person;
}

static void list_remove(struct car_list *list, uint32_t person)
{
    uint32_t at = 0;
    while (at < list->count && list->persons[at] != person) {
        at++;
    }
    CHECK(at < list->count);
    list->count--;
    memmove(&list->persons[at], &list->persons[at + 1], (list->count - at) * sizeof *list->persons);
}

/* ---- The stand ---- */

static void take_out_stop(struct car *car, uint32_t at)
{
    car->duty->plan.stop_count--;
    memmove(&car->duty->plan.stops[at], &car->duty->plan.stops[at + 1],
            (car->duty->plan.stop_count - at) * sizeof *car->duty->plan.stops);
}

static void board(struct car *car, const struct car_street *street, uint32_t at, int64_t now_ms)
{
    const struct ride_id ride = car->duty->plan.stops[at].ride;
    const uint32_t number = street->ride_persons[ride.value];
    struct person *person = &street->persons[number];
    car_link_report(car, street, REPORT_BOARDED, ride, STOP_PICKUP, now_ms);
    person->state = PERSON_ABOARD;
    person->vehicle = car->id;
    list_add(&car->duty->aboard, number);
    list_add(&car->duty->boarding, number);
    take_out_stop(car, at);
    auditor_aboard(street->auditor, car->duty->vehicle, street->persons, car->duty->aboard.persons,
                   car->duty->aboard.count);
}

static void alight(struct car *car, const struct car_street *street, uint32_t at, int64_t now_ms)
{
    const struct ride_id ride = car->duty->plan.stops[at].ride;
    const uint32_t number = street->ride_persons[ride.value];
    car_link_report(car, street, REPORT_ARRIVED, ride, STOP_DROPOFF, now_ms);
    car_link_report(car, street, REPORT_ALIGHTED, ride, STOP_DROPOFF, now_ms);
    street->persons[number].state = PERSON_SERVED;
    street->persons[number].alighted_ms = car->duty->stand.arrive_ms;
    list_remove(&car->duty->aboard, number);
    list_add(&car->duty->alighting, number);
    take_out_stop(car, at);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Stops that were reported done while the plan was on its way, and both of who did not come. */
static void strip_done_stops(struct car *car, const struct car_street *street)
{
    for (uint32_t i = car->duty->plan.stop_count; i > 0; i--) {
        const struct message_stop *stop = &car->duty->plan.stops[i - 1];
        if (fact_is_visit(stop->kind)) {
            if (stop->arrive_ms < car->duty->visited_ms) {
                take_out_stop(car, i - 1);
            }
            continue;
        }
        const enum person_state state = rider_of(street, stop->ride)->state;
        if (state == PERSON_SERVED || state == PERSON_NO_SHOW ||
            (stop->kind == STOP_PICKUP && state == PERSON_ABOARD)) {
            take_out_stop(car, i - 1);
        }
    }
}

/* The car stands for longer than anybody expected: for whom it was to meet or bring, promises may
 * then not be kept. */
static void hold_up_riders(struct car *car, const struct car_street *street)
{
    const struct message_plan *plan = &car->duty->plan;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (!fact_is_visit(plan->stops[i].kind)) {
            rider_of(street, plan->stops[i].ride)->was_held_up = true;
        }
    }
}

/* When the car may leave without somebody who does not come. Who has told that they will not is
 * not waited for, and leaves the plan. */
static int64_t missed_ms(const struct car *car, const struct car_street *street,
                         const struct person *person)
{
    return person->state == PERSON_CANCELLING
               ? INT64_MAX
               : later(car->duty->stand.arrive_ms, person->earliest_ms) +
                     street->scenario->config.no_show_after_ms;
}

/* Nobody comes: neither of the ride's stops is left. */
static void miss(struct car *car, const struct car_street *street, struct ride_id ride,
                 int64_t now_ms)
{
    car_link_report(car, street, REPORT_NO_SHOW, ride, STOP_PICKUP, now_ms);
    rider_of(street, ride)->state = PERSON_NO_SHOW;
    strip_done_stops(car, street);
}

/* A stop is done: the stand lasts at least for its own time. Who was there when the car came has
 * it from then; for who came later the timetable says. */
static void keep_stand(struct car *car, const struct car_street *street, uint32_t at)
{
    const struct core_config *config = &street->scenario->config;
    const struct message_stop *stop = &car->duty->plan.stops[at];
    int64_t own_ms =
        car->duty->stand.arrive_ms + plan_dwell_ms(config, stop->kind, stop->wheelchairs);
    if (stop->kind == STOP_PICKUP &&
        rider_of(street, stop->ride)->boards_ms > car->duty->stand.arrive_ms) {
        own_ms = stop->depart_ms;
    }
    car->duty->done_until_ms = later(car->duty->done_until_ms, own_ms);
}

/* Serve the stops at this place: those who alight do so at once, those who board do when they may.
 * Then wait for the next of them, or for the end of the stand, which may also come nearer when
 * somebody joins: then who was to come at its end comes while it lasts. */
static void serve_stand(struct car *car, const struct car_street *street, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    int64_t end_ms = 0;
    uint32_t at = 0;
    if (now_ms < car->duty->held_until_ms) {
        hold_up_riders(car, street);
    }
    while (at < car->duty->plan.stop_count && car->duty->plan.stops[at].place.node == car->node &&
           !fact_is_visit(car->duty->plan.stops[at].kind)) {
        const struct message_stop *stop = &car->duty->plan.stops[at];
        struct person *person = rider_of(street, stop->ride);
        if (stop->kind == STOP_DROPOFF) {
            keep_stand(car, street, at);
            alight(car, street, at, now_ms);
            continue;
        }
        if (person->arrived_ms < 0 && person->state != PERSON_CANCELLING) {
            person->arrived_ms = car->duty->stand.arrive_ms;
            car_link_report(car, street, REPORT_ARRIVED, stop->ride, STOP_PICKUP, now_ms);
        }
        if (person->boards_ms == PERSON_NEVER_MS) {
            const int64_t misses_ms = missed_ms(car, street, person);
            if (misses_ms <= now_ms) {
                miss(car, street, stop->ride, now_ms);
                continue;
            }
            hold_up_riders(car, street);
            next_ms = misses_ms < next_ms ? misses_ms : next_ms;
            end_ms = later(end_ms, misses_ms);
            at++;
            continue;
        }
        if (person->boards_ms <= now_ms) {
            keep_stand(car, street, at);
            board(car, street, at, now_ms);
            continue;
        }
        end_ms = later(end_ms, later(stop->depart_ms, person->boards_ms));
        next_ms = person->boards_ms < next_ms ? person->boards_ms : next_ms;
        at++;
    }
    car->duty->stand.depart_ms = later(end_ms, car->duty->done_until_ms);
    car->due_ms = next_ms < car->duty->stand.depart_ms ? next_ms : car->duty->stand.depart_ms;
}

/* It stays as long as planned, from now, or from when the slot begins. */
static void begin_visit(struct car *car, const struct car_street *street, int64_t now_ms)
{
    const struct message_stop *stop = &car->duty->plan.stops[0];
    car->duty->visiting = true;
    car->duty->power_w =
        stop->kind == STOP_CHARGE ? battery_plug_w(street->scenario, car->node) : 0;
    auditor_visit(street->auditor, car->id, car->node, true, car->duty->aboard.count);
    car->duty->stand.depart_ms = later(stop->depart_ms, now_ms + stop->depart_ms - stop->arrive_ms);
    car->due_ms = car->duty->stand.depart_ms;
    car_link_report(car, street, REPORT_ARRIVED, (struct ride_id){0}, stop->kind, now_ms);
}

static void begin_stand(struct car *car, const struct car_street *street, int64_t now_ms)
{
    car->state = CAR_STANDING;
    auditor_leaves(street->auditor, car->id, now_ms);
    car->duty->stand.arrive_ms = now_ms;
    car->duty->done_until_ms = now_ms;
    car->duty->boarding.count = 0;
    car->duty->alighting.count = 0;
    if (fact_is_visit(car->duty->plan.stops[0].kind)) {
        begin_visit(car, street, now_ms);
        return;
    }
    car->duty->done_until_ms += car->duty->delay_ms;
    car->duty->held_until_ms = car->duty->done_until_ms;
    car->duty->delay_ms = 0;
    serve_stand(car, street, now_ms);
}

/* The row of the stand, or of the turning place, that ends now. */
static void write_row(struct car *car, const struct car_street *street, int64_t now_ms)
{
    struct record_stand row = car->duty->stand;
    row.vehicle = car->duty->vehicle->id;
    row.node = car->node;
    row.depart_ms = now_ms;
    row.aboard_after = count_people(car, street);
    row.boarding_count = car->duty->boarding.count;
    row.alighting_count = car->duty->alighting.count;
    record_add(street->record, &row, car->duty->boarding.persons, car->duty->alighting.persons);
    car->duty->boarding.count = 0;
    car->duty->alighting.count = 0;
    car->duty->stand = (struct record_stand){0};
}

static void end_visit(struct car *car, const struct car_street *street, int64_t now_ms)
{
    struct car_duty *duty = car->duty;
    duty->battery.charge_mwh =
        battery_charged_mwh(&duty->battery, duty->power_w, now_ms - duty->stand.arrive_ms);
    duty->visiting = false;
    duty->visited_ms = now_ms;
    auditor_visit(street->auditor, car->id, car->node, false, duty->aboard.count);
    if (duty->plan.stop_count > 0 && fact_is_visit(duty->plan.stops[0].kind)) {
        take_out_stop(car, 0);
    }
    car_link_report(car, street, REPORT_VISITED, (struct ride_id){0}, 0, now_ms);
    write_row(car, street, now_ms);
    car->state = CAR_IDLE;
    car_link_position(car, street, now_ms);
}

static void end_stand(struct car *car, const struct car_street *street, int64_t now_ms)
{
    battery_stand(&car->duty->battery, street->scenario, car->duty->stand.arrive_ms, now_ms);
    for (uint32_t i = 0; i < car->duty->boarding.count; i++) {
        struct person *person = &street->persons[car->duty->boarding.persons[i]];
        person->departed_ms = now_ms;
    }
    for (uint32_t i = 0; car->duty->aboard.count > 1 && i < car->duty->aboard.count; i++) {
        street->persons[car->duty->aboard.persons[i]].met_others = true;
    }
    car_link_report(car, street, REPORT_DEPARTED, (struct ride_id){0}, 0, now_ms);
    write_row(car, street, now_ms);
    car->state = CAR_IDLE;
}

/* ---- Remote help ---- */

/* While it asks it stands. */
static void stand_helpless(struct car *car, const struct car_street *street)
{
    car->due_ms = car->duty->help.until_ms;
    hold_up_riders(car, street);
}

static void begin_help(struct car *car, const struct car_street *street, int64_t now_ms)
{
    struct remote_help *help = &car->duty->help;
    remote_help_begin(help, now_ms);
    car->asks_for_help = true;
    auditor_leaves(street->auditor, car->id, now_ms);
    street->record->help_count++;
    street->record->help_ms += help->until_ms - now_ms;
    stand_helpless(car, street);
    car_link_position(car, street, now_ms);
}

static void end_help(struct car *car, const struct car_street *street, int64_t now_ms)
{
    car->duty->help.until_ms = 0;
    car->asks_for_help = false;
    car_link_position(car, street, now_ms);
}

/* A drive ends at the first node at which the car will need help, if that is not its last. */
static void shorten_for_help(struct car *car, int64_t now_ms)
{
    const struct remote_help *help = &car->duty->help;
    for (uint32_t i = 0; help->plan.every_ms > 0 && i + 1 < car->leg_count; i++) {
        if (car->legs[i].reach_ms - now_ms >= help->left_ms) {
            car->leg_count = i + 1;
        }
    }
}

/* ---- The drive ---- */

/* How long the car really takes over an arc, when it comes to it. */
static int64_t arc_ms(const struct car_street *street, uint32_t arc, int64_t at_ms)
{
    const struct scenario *scenario = street->scenario;
    if (!scenario->has_speeds) {
        return scenario->network.metric.weights_ms[arc];
    }
    return road_speeds_profile_ms(&scenario->speeds, scenario->network.graph, arc,
                                  calendar_hour(&scenario->calendar, at_ms));
}

static void begin_drive(struct car *car, const struct car_street *street, uint32_t to,
                        int64_t now_ms)
{
    if (remote_help_is_due(&car->duty->help)) {
        begin_help(car, street, now_ms);
        return;
    }
    const struct road_network *network = &street->scenario->network;
    size_t arc_count = 0;
    const enum road_path_result found =
        road_query_path(street->query, road_place_at_node(car->node), road_place_at_node(to),
                        street->path, street->path_max, &arc_count);
    if (found == ROAD_PATH_UNREACHABLE) {
        return; /* roads are closed: it waits where it is */
    }
    CHECK(found == ROAD_PATH_OK && arc_count > 0);
    car->legs = grow(car->legs, &car->duty->leg_capacity, arc_count, sizeof *car->legs);
    car->leg_count = (uint32_t)arc_count;
    car->leg_ahead = 0;
    int64_t at_ms = now_ms;
    for (size_t i = 0; i < arc_count; i++) {
        const uint32_t arc = street->path[i];
        at_ms += arc_ms(street, arc, at_ms);
        car->legs[i] =
            (struct car_leg){.reach_ms = at_ms, .node = network->graph->head[arc], .arc = arc};
    }
    car->state = CAR_DRIVING;
    car->duty->turning = false;
    car->duty->drives_to = to;
    shorten_for_help(car, now_ms);
    car->duty->spent_count = 0;
    car->duty->heads_for = car_purpose(car, street, to, now_ms);
    auditor_leaves(street->auditor, car->id, now_ms);
    car->duty->set_off_ms = now_ms;
    car->due_ms = car->legs[car->leg_count - 1].reach_ms;
    car_link_position(car, street, now_ms);
}

/* The drive is over: take note of it, and be where it led. */
static void end_drive(struct car *car, const struct car_street *street, int64_t now_ms)
{
    car->duty->stand = (struct record_stand){
        .drive_ms = now_ms - car->duty->set_off_ms,
        .purpose = car->duty->aboard.count > 0 ? RECORD_OCCUPIED : car->duty->heads_for,
        .people_driven = count_people(car, street),
        .arrive_ms = now_ms,
    };
    int64_t enters_ms = car->duty->set_off_ms;
    remote_help_drive(&car->duty->help, now_ms - enters_ms);
    car_link_spend(car, street, car->leg_count);
    for (uint32_t i = 0; i < car->leg_count; i++) {
        const struct car_leg *leg = &car->legs[i];
        car->duty->stand.drive_m += street->scenario->network.graph->length_m[leg->arc];
        auditor_drive(street->auditor, car->id, leg->arc, enters_ms);
        enters_ms = leg->reach_ms;
    }
    car->node = car->legs[car->leg_count - 1].node;
    car->leg_count = 0;
    car->state = CAR_IDLE;
}

/* From a node with no stand under way: go where the plan says. */
static void set_off(struct car *car, const struct car_street *street, int64_t now_ms)
{
    const int64_t from_ms = scenario_moment_ms(street->scenario, car->duty->vehicle->from_s);
    if (now_ms < car->duty->help.until_ms) {
        stand_helpless(car, street);
        return;
    }
    if (car->duty->help.until_ms != 0) {
        end_help(car, street, now_ms);
    }
    car->due_ms = INT64_MAX;
    const struct message_plan *plan = &car->duty->plan;
    const bool rests = plan->stop_count == 0;
    if (rests && (!plan->rests || plan->rest.node == car->node)) {
        auditor_waits(street->auditor, car->id, car->node, plan->rests, now_ms);
        return;
    }
    if (now_ms < from_ms) {
        car->due_ms = from_ms; /* not before its shift */
        return;
    }
    if (rests) {
        begin_drive(car, street, plan->rest.node, now_ms);
        return;
    }
    if (now_ms < plan->stops[0].leave_ms) {
        car->due_ms = plan->stops[0].leave_ms; /* its rider is not to be met too early */
        auditor_books(street->auditor, car->id, now_ms);
        return;
    }
    const uint32_t to = plan->stops[0].place.node;
    if (to == car->node) {
        car->duty->stand = (struct record_stand){
            .purpose = car->duty->aboard.count > 0 ? RECORD_OCCUPIED
                                                   : car_purpose(car, street, to, now_ms),
            .people_driven = count_people(car, street),
        };
        begin_stand(car, street, now_ms);
        return;
    }
    begin_drive(car, street, to, now_ms);
}

/* Where the plan sends the car first; false when it may stay where it is. */
static bool goal(const struct car *car, uint32_t *node)
{
    const struct message_plan *plan = &car->duty->plan;
    *node = plan->stop_count > 0 ? plan->stops[0].place.node : plan->rest.node;
    return plan->stop_count > 0 || plan->rests;
}

/* Go on to the next node only. */
static void cut_drive(struct car *car, const struct car_street *street, int64_t now_ms)
{
    const struct car_leg *ahead = car_link_ahead(car, now_ms);
    car->duty->turning = true;
    car->leg_count = car->leg_ahead + 1;
    car->due_ms = ahead->reach_ms;
    car_link_position(car, street, now_ms);
}

/* Turn where the plan's first stop is another one now, or none. */
static void follow_plan(struct car *car, const struct car_street *street, int64_t now_ms)
{
    uint32_t wanted = 0;
    if (!car->duty->turning && (!goal(car, &wanted) || wanted != car->duty->drives_to)) {
        cut_drive(car, street, now_ms);
    }
}

/* ---- What happens to it ---- */

void car_init(struct car *car, const struct car_street *street,
              const struct scenario_vehicle *vehicle, struct car_duty *duty, int64_t now_ms)
{
    *car = (struct car){.id = {vehicle->id},
                        .node = vehicle->home.node,
                        .due_ms = INT64_MAX,
                        .spoke_ms = now_ms,
                        .duty = duty};
    duty->vehicle = vehicle;
    duty->battery = battery_of(vehicle);
    car->has_battery = duty->battery.capacity_mwh > 0;
    remote_help_init(&duty->help, &street->scenario->remote_help, street->seed, vehicle->id);
    const int64_t from_ms = scenario_moment_ms(street->scenario, vehicle->from_s);
    car->duty->stand = (struct record_stand){.arrive_ms = from_ms, .purpose = RECORD_DEPOT};
    write_row(car, street, from_ms);
    struct event *event = mailbox_push(street->inbox);
    *event = (struct event){.kind = EVENT_HELLO};
    event->hello = (struct event_hello){
        .vehicle = car->id, .spot = spot_at(street, car->node), .at_ms = now_ms};
    if (car->has_battery) {
        car_link_position(car, street, now_ms); /* its charge is to be known at once */
    }
}

static bool is_older(const struct message_plan *plan, const struct message_plan *than)
{
    if (plan->epoch != than->epoch) {
        return plan->epoch < than->epoch;
    }
    if (plan->plan_id != than->plan_id) {
        return plan->plan_id < than->plan_id;
    }
    return plan->revision < than->revision;
}

void car_take_plan(struct car *car, const struct car_street *street,
                   const struct message_plan *plan, int64_t now_ms)
{
    if (is_older(plan, &car->duty->plan)) {
        return;
    }
    car->duty->plan = *plan;
    strip_done_stops(car, street);
    switch (car->state) {
    case CAR_IDLE:
        set_off(car, street, now_ms);
        return;
    case CAR_DRIVING:
        follow_plan(car, street, now_ms);
        return;
    case CAR_STANDING:
        if (!car->duty->visiting) {
            serve_stand(car, street, now_ms);
        }
        return;
    }
}

void car_avoid_closed(struct car *car, const struct car_street *street, int64_t now_ms)
{
    const uint32_t *weights_ms = street->scenario->network.metric.weights_ms;
    if (car->state != CAR_DRIVING || car->duty->turning) {
        return;
    }
    (void)car_link_ahead(car, now_ms);
    for (uint32_t i = car->leg_ahead + 1; i < car->leg_count; i++) {
        if (weights_ms[car->legs[i].arc] == ROAD_CLOSED) {
            cut_drive(car, street, now_ms);
            return;
        }
    }
}

void car_hold_up(struct car *car, int64_t for_ms)
{
    car->duty->delay_ms += for_ms;
}

void car_turn(struct car *car, const struct car_street *street, int64_t now_ms)
{
    if (car->state == CAR_DRIVING) {
        end_drive(car, street, now_ms);
        if (car->duty->plan.stop_count > 0 && car->duty->plan.stops[0].place.node == car->node) {
            begin_stand(car, street, now_ms);
            return;
        }
        write_row(car, street, now_ms);
    }
    if (car->state == CAR_STANDING && car->duty->visiting) {
        end_visit(car, street, now_ms);
    } else if (car->state == CAR_STANDING) {
        serve_stand(car, street, now_ms);
        if (car->due_ms > now_ms) {
            return;
        }
        end_stand(car, street, now_ms);
    }
    set_off(car, street, now_ms);
}

void car_heartbeat(struct car *car, const struct car_street *street, int64_t now_ms)
{
    if (car->state == CAR_DRIVING || now_ms - car->spoke_ms >= CAR_REST_MS) {
        car_link_position(car, street, now_ms);
    }
}

bool car_is_busy(const struct car *car)
{
    const struct message_plan *plan = &car->duty->plan;
    const bool visits =
        car->duty->visiting || (plan->stop_count > 0 && fact_is_visit(plan->stops[0].kind));
    return car->state != CAR_IDLE && !visits;
}

void car_free(struct car *car)
{
    free(car->legs);
}
