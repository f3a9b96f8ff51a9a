#include "sim/world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/random.h"
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

static void see_fact(struct world *world, const struct fact *fact)
{
    auditor_fact(&world->auditor, fact);
    if (fact->kind == FACT_RIDE_CHARGED) {
        struct person *person = find_rider(world, fact->charged.ride);
        person->fare_pence = fact->charged.charged_pence;
        person->cap_saved_pence = fact->charged.cap_saved_pence;
    }
}

/* Let the core take one event; its facts go to the store, its messages wait for them. */
static void step(struct world *world, const struct event *event)
{
    struct core_output *output = world->output;
    const int64_t before_ns = event->kind == EVENT_BOOK ? processor_ns() : 0;
    core_step(world->core, world->now_ms, event, output);
    if (event->kind == EVENT_BOOK) {
        world->decide_ns[world->decide_count++] = processor_ns() - before_ns;
    }
    for (uint32_t i = 0; i < output->fact_count; i++) {
        see_fact(world, &output->facts[i]);
    }
    if (output->fact_count > 0 &&
        !store_append(&world->store.store, output->facts, output->fact_count)) {
        world->has_failed = true;
    }
    for (uint32_t i = 0; i < output->message_count; i++) {
        struct message *message = mailbox_push(&world->outbox);
        *message = output->messages[i];
    }
}

/* ---- Messages ---- */

static struct car *find_car(struct world *world, struct vehicle_id vehicle)
{
    uint32_t low = 0;
    uint32_t high = world->scenario->vehicle_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (world->cars[world->car_of_id[middle]].vehicle->id < vehicle.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    CHECK(low < world->scenario->vehicle_count);
    struct car *car = &world->cars[world->car_of_id[low]];
    CHECK(car->vehicle->id == vehicle.value);
    return car;
}

static void schedule(struct world *world, uint32_t item, int64_t at_ms)
{
    if (at_ms == INT64_MAX) {
        heap_remove(&world->agenda, item);
    } else {
        heap_put(&world->agenda, item, at_ms);
    }
}

static void take_ride(struct world *world, const struct message *message)
{
    const struct ride_view *view = &message->ride;
    if (message->request.value != 0) {
        const uint32_t number = (uint32_t)(message->request.value - 1);
        struct person *person = &world->persons[number];
        const struct ride *ride = core_ride(world->core, view->ride);
        CHECK(ride != NULL && person->state == PERSON_ASKING);
        person->state = PERSON_WAITING;
        person->ride = view->ride;
        person->promised_by_ms = ride->pickup_latest_ms;
        world->ride_persons[view->ride.value] = number;
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
}

static void take_plan(struct world *world, const struct message_plan *plan)
{
    struct car *car = find_car(world, plan->vehicle);
    car_take_plan(car, &world->street, plan, world->now_ms);
    schedule(world, (uint32_t)(car - world->cars), car->due_ms);
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
    case MESSAGE_ERROR:
        auditor_fail(&world->auditor, "the dispatcher answers with error %d", message->error);
        return;
    default: /* acknowledgements, and what watchers are told */
        return;
    }
}

/* Until nothing moves any more at this moment. */
static void settle(struct world *world)
{
    for (;;) {
        const struct event *event = mailbox_peek(&world->inbox);
        if (event != NULL) {
            const struct event taken = *event;
            mailbox_pop(&world->inbox);
            step(world, &taken);
            continue;
        }
        sim_store_turn(&world->store, world->now_ms);
        const struct message *message = mailbox_peek(&world->outbox);
        if (message == NULL || message->after_seq > world->durable_seq) {
            return;
        }
        const struct message taken = *message;
        mailbox_pop(&world->outbox);
        deliver(world, &taken);
    }
}

/* ---- The agenda ---- */

/* Shortest drive between the ends of a request, -1 where one of them is off the road. */
static int64_t direct_ms(const struct world *world, const struct scenario_request *request)
{
    if (request->from.node == SPOT_NO_NODE || request->to.node == SPOT_NO_NODE) {
        return -1;
    }
    const int64_t time_ms =
        road_query_time(world->street.query, road_place_at_node(request->from.node),
                        road_place_at_node(request->to.node));
    return time_ms < ROAD_UNREACHABLE_MS ? time_ms : -1;
}

static void ask(struct world *world, uint32_t number)
{
    struct person *person = &world->persons[number];
    person->direct_ms = direct_ms(world, person->request);
    struct event *event = mailbox_push(&world->inbox);
    *event = person_book(person, world->scenario, number);
    world->asked_count++;
    if (world->options.on_progress != NULL) {
        world->options.on_progress(world->options.user, world->asked_count,
                                   world->scenario->request_count);
    }
}

static void act(struct world *world, uint32_t item)
{
    const uint32_t vehicles = world->scenario->vehicle_count;
    if (item < vehicles) {
        struct car *car = &world->cars[item];
        car_turn(car, &world->street, world->now_ms);
        schedule(world, item, car->due_ms);
    } else if (item < 2 * vehicles) {
        car_send_telemetry(&world->cars[item - vehicles], &world->street, world->now_ms);
        schedule(world, item, world->now_ms + CAR_HEARTBEAT_MS);
    } else {
        heap_remove(&world->agenda, item);
        ask(world, item - 2 * vehicles);
    }
}

/* What is due first: true and the agenda's item, or UINT32_MAX for the core's wake or the store. */
static bool next_due(const struct world *world, uint32_t *item, int64_t *at_ms)
{
    const int64_t wake_ms = core_wake_at_ms(world->core);
    const int64_t store_ms = sim_store_due_ms(&world->store);
    const bool found = heap_peek(&world->agenda, item, at_ms);
    if (!found || wake_ms < *at_ms) {
        *item = UINT32_MAX;
        *at_ms = wake_ms;
    }
    if (store_ms < *at_ms) {
        *item = UINT32_MAX;
        *at_ms = store_ms;
    }
    return *at_ms < INT64_MAX;
}

static bool is_over(const struct world *world)
{
    if (world->has_failed || world->asked_count < world->scenario->request_count) {
        return world->has_failed;
    }
    for (uint32_t i = 0; i < world->scenario->vehicle_count; i++) {
        if (world->cars[i].state != CAR_IDLE) {
            return false;
        }
    }
    for (uint32_t i = 0; i < world->scenario->request_count; i++) {
        if (!person_is_done(&world->persons[i])) {
            return false;
        }
    }
    return true;
}

static void turn(struct world *world, uint32_t item, int64_t at_ms)
{
    if (at_ms > world->now_ms) {
        world->now_ms = at_ms;
    }
    if (item != UINT32_MAX) {
        act(world, item);
    } else if (core_wake_at_ms(world->core) <= world->now_ms) {
        const struct event wake = {.kind = EVENT_WAKE};
        step(world, &wake);
    }
    settle(world);
}

void world_run(struct world *world)
{
    uint32_t item = 0;
    int64_t at_ms = 0;
    const struct scenario *scenario = world->scenario;
    int64_t last_ms = 0;
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        const int64_t earliest_ms = world->persons[i].earliest_ms;
        last_ms = earliest_ms > last_ms ? earliest_ms : last_ms;
    }
    while (!is_over(world) && next_due(world, &item, &at_ms)) {
        if (at_ms > last_ms + AFTERMATH_MS) {
            auditor_fail(&world->auditor, "requests are left two days after the last");
            break;
        }
        turn(world, item, at_ms);
    }
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
    const struct core_config *config = &world->scenario->config;
    struct road_network *network = &world->scenario->network;
    const size_t size = core_memory_size(config, network);
    void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
    CHECK(memory != NULL);
    memset(memory, 0, size);
    world->core = core_init(memory, size, config, network);
    world->street.query = network->query;
}

/* Cars by ascending id, for find_car(). */
static void sort_cars(struct world *world)
{
    const uint32_t count = world->scenario->vehicle_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        const uint32_t id = world->cars[i].vehicle->id;
        while (at > 0 && world->cars[world->car_of_id[at - 1]].vehicle->id > id) {
            world->car_of_id[at] = world->car_of_id[at - 1];
            at--;
        }
        world->car_of_id[at] = i;
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
            .from_ms = scenario_moment_ms(scenario, vehicle->from_s),
            .until_ms = scenario_moment_ms(scenario, vehicle->until_s),
            .home = vehicle->home,
        };
    }
}

static void start_cars_and_people(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    const uint32_t vehicles = scenario->vehicle_count;
    struct random random;
    random_init(&random, world->options.seed);
    for (uint32_t i = 0; i < vehicles; i++) {
        car_init(&world->cars[i], &world->street, &scenario->vehicles[i], world->now_ms);
        heap_put(&world->agenda, vehicles + i,
                 world->now_ms + random_between(&random, 1, CAR_HEARTBEAT_MS));
    }
    for (uint32_t i = 0; i < scenario->request_count; i++) {
        person_init(&world->persons[i], scenario, &scenario->requests[i]);
        heap_put(&world->agenda, 2 * vehicles + i,
                 scenario_moment_ms(scenario, scenario->requests[i].at_s));
    }
    sort_cars(world);
}

static void make_agenda(struct world *world)
{
    const uint32_t items = 2 * world->scenario->vehicle_count + world->scenario->request_count;
    const size_t size = heap_cost(items);
    struct arena arena;
    world->agenda_memory = grow_new(size, 1);
    arena_init(&arena, world->agenda_memory, size);
    heap_init(&world->agenda, &arena, items);
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
    world->car_of_id = grow_new(scenario->vehicle_count, sizeof *world->car_of_id);
    world->persons = grow_new(scenario->request_count, sizeof *world->persons);
    world->ride_persons =
        grow_new((size_t)scenario->request_count + 1, sizeof *world->ride_persons);
    world->decide_ns = grow_new(scenario->request_count, sizeof *world->decide_ns);
    make_agenda(world);
    make_core(world);
    world->street.scenario = scenario;
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
    free(world->core);
    free(world->output);
    free(world->cars);
    free(world->car_of_id);
    free(world->persons);
    free(world->ride_persons);
    free(world->decide_ns);
    free(world->agenda_memory);
    mailbox_free(&world->inbox);
    mailbox_free(&world->outbox);
    record_free(&world->record);
    auditor_free(&world->auditor);
}
