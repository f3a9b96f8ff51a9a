#include "sim/world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/random.h"
#include "input/memory.h"
#include "sim/grow.h"

#define AFTERMATH_MS INT64_C(172800000) /* two days after the last request a run has failed */

/* ---- The dispatcher's side ---- */

static int64_t processor_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void on_durable(void *user, uint64_t seq)
{
    struct world *world = user;
    world->durable_seq = seq;
}

static void on_failed(void *user, const struct store_error *error)
{
    struct world *world = user;
    world->has_failed = true;
    auditor_fail(&world->auditor, "%s", error->text);
}

static void on_closed(void *user)
{
    (void)user;
}

static struct person *find_rider(struct world *world, struct ride_id ride)
{
    return &world->persons[world->ride_persons[ride.value]];
}

/* A ride has come to its end and was paid for: maybe finance will give something back. */
static void see_paid(struct world *world, struct ride_id ride, int64_t pence)
{
    struct person *person = find_rider(world, ride);
    const int64_t after_s = person->request->refund_after_s;
    person->paid_pence = pence;
    if (pence > 0 && after_s != SCENARIO_NONE) {
        errands_put(&world->errands, world->ride_persons[ride.value],
                    world->now_ms + after_s * 1000);
    }
}

static void see_fact(struct world *world, const struct fact *fact)
{
    auditor_fact(&world->auditor, fact);
    world->has_closed = world->has_closed || fact->kind == FACT_ROAD_CLOSED;
    if (fact->kind == FACT_RIDE_CHARGED) {
        struct person *person = find_rider(world, fact->charged.ride);
        person->fare_pence = fact->charged.charged_pence;
        person->cap_saved_pence = fact->charged.cap_saved_pence;
        see_paid(world, fact->charged.ride,
                 fact->charged.charged_pence - fact->charged.compensation_pence);
    }
    if (fact->kind == FACT_RIDE_FEE) {
        see_paid(world, fact->fee.ride, fact->fee.fee_pence);
    }
}

/* Does a car, a person or the auditor listen to it? Nobody waits for a report to be durable. */
static bool is_heard(const struct message *message)
{
    return message->kind == MESSAGE_RIDE || message->kind == MESSAGE_REFUSED ||
           message->kind == MESSAGE_PLAN || message->kind == MESSAGE_REJECT ||
           message->kind == MESSAGE_ERROR || message->kind == MESSAGE_REFUND_MADE ||
           message->kind == MESSAGE_SETTLEMENT;
}

/* The time since the phase before, or since the event began. */
static void on_phase(void *user, enum core_phase done)
{
    struct world *world = user;
    const int64_t now_ns = processor_ns();
    world->phase_ns[done] += now_ns - world->phase_began_ns;
    world->phase_began_ns = now_ns;
}

/* Let the core take one event; its facts go to the store, its messages wait for them. */
static void step(struct world *world, const struct event *event)
{
    struct core_output *output = world->output;
    const int64_t before_ns = event->kind == EVENT_BOOK ? processor_ns() : 0;
    world->phase_began_ns = before_ns;
    core_step(world->core, world->now_ms, event, output);
    if (event->kind == EVENT_BOOK) {
        world->decide_ns = grow(world->decide_ns, &world->decide_capacity,
                                (size_t)world->decide_count + 1, sizeof *world->decide_ns);
        world->decide_ns[world->decide_count++] = processor_ns() - before_ns;
    }
    for (uint32_t i = 0; i < output->fact_count; i++) {
        see_fact(world, &output->facts[i]);
        if (event->kind == EVENT_BOOK && world->decisions != NULL) {
            decision_take(&world->decisions[event->request.value - 1], &output->facts[i]);
        }
    }
    auditor_step(&world->auditor);
    if (output->fact_count > 0 &&
        !store_append(&world->store.store, output->facts, output->fact_count)) {
        world->has_failed = true;
    }
    for (uint32_t i = 0; i < output->message_count; i++) {
        const struct message *told = &output->messages[i];
        if (is_heard(told)) {
            *(struct message *)mailbox_push(&world->outbox) = *told;
        } else if (told->kind == MESSAGE_VEHICLE && world->options.tracks != NULL) {
            tracks_take(world->options.tracks, &told->vehicle, world->now_ms);
        }
    }
}

/* ---- Messages ---- */

static struct map_key car_key(uint32_t id)
{
    return (struct map_key){.low = id};
}

static uint32_t find_car(const struct world *world, struct vehicle_id vehicle)
{
    uint32_t car = 0;
    CHECK(map_get(&world->cars_by_id, car_key(vehicle.value), &car));
    return car;
}

static void take_ride(struct world *world, const struct message *message)
{
    const struct ride_view *view = &message->ride;
    if (message->request.value != 0) {
        const uint32_t number = (uint32_t)(message->request.value - 1);
        struct person *person = &world->persons[number];
        const int64_t cancel_after_s = person->request->cancel_after_s;
        const struct ride *ride = core_ride(world->core, view->ride);
        if (person->gave_up) {
            person->state = PERSON_CANCELLED;
            return;
        }
        CHECK(ride != NULL && person->state == PERSON_ASKING);
        person->state = PERSON_WAITING;
        person_told(person, view);
        person->promised_by_ms = ride->pickup_latest_ms;
        world->ride_persons[view->ride.value] = number;
        if (cancel_after_s != SCENARIO_NONE) {
            errands_put(&world->errands, number, world->now_ms + cancel_after_s * 1000);
        }
        return;
    }
    struct person *person = find_rider(world, view->ride);
    if (view->state == RIDE_CANCELLED && person->state == PERSON_WAITING) {
        person->state = PERSON_CANCELLED;
    }
}

static void take_refusal(struct world *world, const struct message *message)
{
    struct person *person = &world->persons[message->request.value - 1];
    CHECK(person->state == PERSON_ASKING);
    person->state = PERSON_REFUSED;
    person->reason = message->refused.reason;
    const int64_t again_ms = world->now_ms + world->scenario->retry_ms;
    if (world->scenario->retry_ms > 0 && person->reason == REFUSAL_NO_VEHICLE_IN_TIME &&
        again_ms <= person_latest_ms(person, world->scenario)) {
        errands_put(&world->errands, (uint32_t)(message->request.value - 1), again_ms);
        person->state = PERSON_RETRYING;
        person->asks_again = true;
    }
}

static void take_plan(struct world *world, const struct message_plan *plan)
{
    const uint32_t number = find_car(world, plan->vehicle);
    struct car *car = &world->cars[number];
    car_take_plan(car, &world->street, plan, world->now_ms);
    agenda_put_car(&world->agenda, number, car->due_ms);
}

/* The dispatcher may have forgotten a ride by the time of its refund; nothing else goes wrong. */
static void take_error(struct world *world, const struct message *message)
{
    const bool is_refund = message->request.value > PERSON_FINANCE;
    if (is_refund && message->error == MESSAGE_ERROR_NOT_FOUND) {
        world->refund_too_late_count++;
        return;
    }
    auditor_fail(&world->auditor, "the dispatcher answers with error %d", message->error);
}

static void take_settlement(struct world *world, const struct settlement_view *view)
{
    struct event event;
    if (settlements_take(&world->happenings.settlements, view, &event)) {
        *(struct event *)mailbox_push(&world->inbox) = event;
    }
}

static void deliver(struct world *world, const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_RIDE:
        take_ride(world, message);
        return;
    case MESSAGE_REFUSED:
        take_refusal(world, message);
        return;
    case MESSAGE_PLAN:
        take_plan(world, &message->plan);
        return;
    case MESSAGE_REJECT:
        auditor_fail(&world->auditor, "a report of vehicle %u is rejected: %s",
                     message->vehicle_reply.vehicle.value, message->vehicle_reply.why);
        return;
    case MESSAGE_REFUND_MADE:
        world->refund_count++;
        return;
    case MESSAGE_SETTLEMENT:
        take_settlement(world, &message->settlement);
        return;
    case MESSAGE_ERROR:
        take_error(world, message);
        return;
    default: /* is_heard() keeps the others out */
        CHECK(false);
        return;
    }
}

/* A road was closed: it is a matter of the street, and no car waits to hear of it. */
static void look_ahead(struct world *world)
{
    world->has_closed = false;
    for (uint32_t i = 0; i < world->scenario->vehicle_count; i++) {
        struct car *car = &world->cars[i];
        car_avoid_closed(car, &world->street, world->now_ms);
        agenda_put_car(&world->agenda, i, car->due_ms);
    }
}

/* Until nothing moves any more at this moment. */
static void settle(struct world *world)
{
    for (;;) {
        const struct event *event = mailbox_peek(&world->inbox);
        if (event != NULL) {
            step(world, event); /* which puts nothing into the inbox */
            mailbox_pop(&world->inbox);
            if (world->has_closed) {
                look_ahead(world);
            }
            continue;
        }
        sim_store_turn(&world->store, world->now_ms);
        const struct message *message = mailbox_peek(&world->outbox);
        if (message == NULL || message->after_seq > world->durable_seq) {
            return;
        }
        deliver(world, message); /* which puts nothing into the outbox */
        mailbox_pop(&world->outbox);
    }
}

/* ---- The agenda ---- */

static void ask(struct world *world, uint32_t number)
{
    struct person *person = &world->persons[number];
    person->direct_ms = scenario_direct_ms(world->scenario, person->request);
    struct event *event = mailbox_push(&world->inbox);
    const bool again = person->state == PERSON_RETRYING;
    *event = person_book(person, world->scenario, number);
    if (again) {
        person->leaves_ms =
            world->now_ms > person->earliest_ms ? world->now_ms : person->earliest_ms;
        return;
    }
    world->asked_count++;
    if (world->options.on_progress != NULL) {
        world->options.on_progress(world->options.user, world->asked_count,
                                   world->scenario->request_count);
    }
}

/* Somebody does what their state leads to, if it still does. */
static void do_errand(struct world *world)
{
    const uint32_t number = errands_take(&world->errands);
    struct person *person = &world->persons[number];
    switch (person->state) {
    case PERSON_RETRYING:
        ask(world, number);
        return;
    case PERSON_WAITING:
        *(struct event *)mailbox_push(&world->inbox) = person_cancel(person, number);
        return;
    case PERSON_SERVED:
    case PERSON_CANCELLED:
    case PERSON_NO_SHOW:
        if (person->paid_pence > 0 && person->request->refund_after_s != SCENARIO_NONE) {
            *(struct event *)mailbox_push(&world->inbox) = person_refund(person, number);
        }
        return;
    default: /* they are aboard, and no longer wish to cancel */
        return;
    }
}

static void act(struct world *world, const struct agenda_item *item)
{
    struct car *car = item->kind == AGENDA_PERSON ? NULL : &world->cars[item->number];
    switch (item->kind) {
    case AGENDA_CAR:
        car_turn(car, &world->street, world->now_ms);
        agenda_put_car(&world->agenda, item->number, car->due_ms);
        return;
    case AGENDA_HEARTBEAT:
        agenda_pop(&world->agenda, item);
        car_heartbeat(car, &world->street, world->now_ms);
        return;
    case AGENDA_PERSON:
        agenda_pop(&world->agenda, item);
        ask(world, item->number);
        return;
    }
}

/* What the scenario says for now: the dispatcher is told, or a car is held up, unless --vehicles
 * left it out. */
static void happen(struct world *world)
{
    struct event event;
    const struct scenario_delay *delay = NULL;
    uint32_t car = 0;
    if (happenings_next(&world->happenings, &event, &delay)) {
        *(struct event *)mailbox_push(&world->inbox) = event;
    } else if (map_get(&world->cars_by_id, car_key(delay->vehicle), &car)) {
        car_hold_up(&world->cars[car], delay->for_s * 1000);
    }
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What is due first: an item of the agenda, or an errand, the core's wake, the store or a happening
 * (*acts is false, and only the item's time is set). False when nothing will ever be due. */
static bool next_due(const struct world *world, struct agenda_item *item, bool *acts)
{
    const int64_t other_ms =
        earlier(earlier(errands_due_ms(&world->errands), core_wake_at_ms(world->core)),
                earlier(sim_store_due_ms(&world->store), happenings_due_ms(&world->happenings)));
    *acts = agenda_peek(&world->agenda, item);
    if (!*acts || other_ms < item->at_ms) {
        *acts = false;
        item->at_ms = other_ms;
    }
    return item->at_ms < INT64_MAX;
}

/* Each car is looked at anew: one that was idle may have been given something to do. But most often
 * the one that was busy last still is. */
static bool all_idle(struct world *world)
{
    const uint32_t count = world->scenario->vehicle_count;
    for (uint32_t i = 0; i < count; i++) {
        if (car_is_busy(&world->cars[world->busy_car])) {
            return false;
        }
        world->busy_car = (world->busy_car + 1) % count;
    }
    return true;
}

static bool is_over(struct world *world)
{
    const uint32_t count = world->scenario->request_count;
    if (world->has_failed || world->asked_count < count) {
        return world->has_failed;
    }
    while (world->done_count < count && person_is_done(&world->persons[world->done_count])) {
        world->done_count++; /* an end is an end: nobody is looked at again */
    }
    return world->done_count == count && errands_due_ms(&world->errands) == INT64_MAX &&
           settlements_are_over(&world->happenings.settlements, world->now_ms) && all_idle(world);
}

static void turn(struct world *world, const struct agenda_item *item, bool acts)
{
    if (item->at_ms > world->now_ms) {
        world->now_ms = item->at_ms;
    }
    sim_store_turn(&world->store, world->now_ms); /* what is appended now takes from now */
    if (acts) {
        act(world, item);
    } else if (core_wake_at_ms(world->core) <= world->now_ms) {
        const struct event wake = {.kind = EVENT_WAKE};
        step(world, &wake);
    } else if (happenings_due_ms(&world->happenings) <= world->now_ms) {
        happen(world);
    } else if (errands_due_ms(&world->errands) <= world->now_ms) {
        do_errand(world);
    }
    settle(world);
}

void world_run(struct world *world)
{
    struct agenda_item item = {0};
    bool acts = false;
    const struct scenario *scenario = world->scenario;
    int64_t last_ms = scenario->until_ms;
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        const int64_t after_s = scenario->requests[i].refund_after_s;
        const int64_t ends_ms =
            world->persons[i].earliest_ms + (after_s == SCENARIO_NONE ? 0 : after_s * 1000);
        last_ms = ends_ms > last_ms ? ends_ms : last_ms;
    }
    while (!is_over(world) && next_due(world, &item, &acts)) {
        if (item.at_ms > last_ms + AFTERMATH_MS) {
            auditor_fail(&world->auditor, "requests are left two days after the last");
            break;
        }
        turn(world, &item, acts);
    }
    trial_balance_take(world->core, world->now_ms, world->output, &world->balance);
    settlements_finish(&world->happenings.settlements, world->core, world->now_ms, world->output,
                       &world->auditor);
    core_statistics(world->core, &world->statistics);
    core_search_counts(world->core, &world->search);
    world->digest = core_digest(world->core);
    auditor_finish(&world->auditor, world->persons, scenario->request_count,
                   world->statistics.ledger_difference_pence);
    store_close(&world->store.store);
}

/* ---- Beginning and end ---- */

static void make_core(struct world *world)
{
    struct core_config *config = &world->scenario->config;
    config->on_phase = world->options.phases ? on_phase : NULL;
    config->on_phase_user = world;
    struct road_network *network = &world->scenario->network;
    const size_t size = core_memory_size(config, network);
    world->core_memory_size = size;
    world->core_memory = grow_check(memory_take(size)); /* pages count once they are used */
    world->core = core_init(world->core_memory, size, config, network);
    world->street.query = network->query;
}

static void index_cars(struct world *world)
{
    const uint32_t count = world->scenario->vehicle_count;
    const size_t size = map_cost(count);
    struct arena arena;
    world->cars_memory = grow_new(size, 1);
    arena_init(&arena, world->cars_memory, size);
    map_init(&world->cars_by_id, &arena, count);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(map_put(&world->cars_by_id, car_key(world->scenario->vehicles[i].id), i));
    }
}

static void start_dispatcher(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    struct event *event = mailbox_push(&world->inbox);
    *event = (struct event){.kind = EVENT_START,
                            .network_digest = road_network_digest(&scenario->roads.graph)};
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        const struct scenario_vehicle *vehicle = &scenario->vehicles[i];
        event = mailbox_push(&world->inbox);
        *event = (struct event){.kind = EVENT_ENROL};
        event->enrol = (struct event_enrol){
            .vehicle = {vehicle->id},
            .seats = vehicle->seats,
            .wheelchair_spaces = vehicle->wheelchair_spaces,
            .designed_for = vehicle->designed_for,
            .from_ms = scenario_moment_ms(scenario, vehicle->from_s),
            .until_ms = scenario_moment_ms(scenario, vehicle->until_s),
            .home = vehicle->home,
            .battery_wh = vehicle->battery_wh,
        };
    }
}

static void start_cars_and_people(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        car_init(&world->cars[i], &world->street, &scenario->vehicles[i], &world->duties[i],
                 world->now_ms);
    }
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        person_init(&world->persons[i], scenario, &scenario->requests[i]);
    }
}

static void make_agenda(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    int64_t *heartbeats_ms = grow_new(scenario->vehicle_count, sizeof *heartbeats_ms);
    int64_t *people_ms = grow_new(scenario->request_count, sizeof *people_ms);
    struct random random;
    random_init(&random, world->options.seed);
    for (uint32_t i = 0; i < scenario->vehicle_count; i++) {
        heartbeats_ms[i] = random_between(&random, 1, CAR_HEARTBEAT_MS);
    }
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        people_ms[i] = scenario_moment_ms(scenario, scenario->requests[i].at_s);
    }
    agenda_init(&world->agenda, world->now_ms, heartbeats_ms, scenario->vehicle_count,
                CAR_HEARTBEAT_MS, people_ms, scenario->request_count);
    free(heartbeats_ms);
    free(people_ms);
}

bool world_init(struct world *world, struct scenario *scenario, const struct world_options *options,
                struct store_error *error)
{
    const struct store_callbacks callbacks = {
        .user = world, .on_durable = on_durable, .on_failed = on_failed, .on_closed = on_closed};
    *world = (struct world){
        .scenario = scenario,
        .options = *options,
        .inbox = {.slot_size = sizeof(struct event)},
        .outbox = {.slot_size = sizeof(struct message)},
        .now_ms = scenario->midnight_ms,
        .began_ms = scenario->midnight_ms,
    };
    if (!sim_store_open(&world->store, &callbacks, options->store_delay_ms, options->journal,
                        error)) {
        return false;
    }
    auditor_init(&world->auditor, scenario);
    world->output = grow_new(1, sizeof *world->output);
    world->cars = grow_new(scenario->vehicle_count, sizeof *world->cars);
    world->duties = grow_new(scenario->vehicle_count, sizeof *world->duties);
    world->persons = grow_new(scenario->request_count, sizeof *world->persons);
    world->ride_persons =
        grow_new((size_t)scenario->request_count + 1, sizeof *world->ride_persons);
    if (options->explain) {
        world->decisions = grow_new(scenario->request_count, sizeof *world->decisions);
    }
    index_cars(world);
    happenings_init(&world->happenings, scenario);
    errands_init(&world->errands, scenario->request_count);
    make_agenda(world);
    make_core(world);
    world->street.scenario = scenario;
    world->street.seed = options->seed;
    world->street.path_max = (size_t)scenario->roads.graph.node_count + 2;
    world->street.path = grow_new(world->street.path_max, sizeof *world->street.path);
    world->street.persons = world->persons;
    world->street.ride_persons = world->ride_persons;
    world->street.record = &world->record;
    world->street.auditor = &world->auditor;
    world->street.inbox = &world->inbox;
    sim_store_turn(&world->store, world->now_ms);
    start_dispatcher(world);
    start_cars_and_people(world);
    settle(world);
    return true;
}

void world_free(struct world *world)
{
    for (uint32_t i = 0; i < world->scenario->vehicle_count; i++) {
        car_free(&world->cars[i]);
    }
    memory_give(world->core_memory, world->core_memory_size);
    free(world->output);
    free(world->street.path);
    free(world->cars);
    free(world->duties);
    free(world->cars_memory);
    errands_free(&world->errands);
    free(world->persons);
    free(world->ride_persons);
    free(world->decide_ns);
    free(world->decisions);
    agenda_free(&world->agenda);
    mailbox_free(&world->inbox);
    mailbox_free(&world->outbox);
    record_free(&world->record);
    auditor_free(&world->auditor);
}
