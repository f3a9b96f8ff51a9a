#include "tests/core/service.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/service_audit.h"

/* ---- The transcript ---- */

static void trace(struct service *service, const char *format, ...)
{
    char line[512];
    const long seconds = (long)((service->now_ms - SERVICE_START_MS) / 1000);
    int size = snprintf(line, sizeof line, "[%5ld] ", seconds);
    va_list list;
    va_start(list, format);
    size += vsnprintf(line + size, sizeof line - (size_t)size, format, list);
    va_end(list);
    if (service->trace_size + (uint32_t)size >= SERVICE_TRACE_MAX) {
        service_forget(service); /* nobody reads a transcript that long */
    }
    memcpy(service->trace + service->trace_size, line, (size_t)size + 1);
    service->trace_size += (uint32_t)size;
}

static char letter(const struct service *service, struct road_place place)
{
    if (place.arc != ROAD_NONE) {
        return '*';
    }
    return (char)service->town->graph.names[place.node];
}

static void trace_plan(struct service *service, const struct fact_plan *plan)
{
    char text[256] = "";
    int size = 0;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct ride *ride = core_ride(service->core, plan->stops[i].ride);
        const bool pickup = plan->stops[i].kind == STOP_PICKUP;
        if (fact_is_visit(plan->stops[i].kind)) {
            size += snprintf(text + size, sizeof text - (size_t)size, " visit");
            continue;
        }
        size += snprintf(text + size, sizeof text - (size_t)size, " %c%u%c", pickup ? '+' : '-',
                         (unsigned)plan->stops[i].ride.value,
                         letter(service, pickup ? ride->from : ride->to));
    }
    trace(service, "vehicle %u plan %u.%u:%s\n", plan->vehicle.value, plan->plan_id, plan->revision,
          text);
}

static void trace_fact(struct service *service, const struct fact *fact)
{
    static const char *const transfers[] = {"?", "move", "hold", "post", "void", "expire"};
    const unsigned ride = (unsigned)fact->ride.ride.value;
    const bool many = fact->kind == FACT_TRANSFERS;
    const struct ledger_transfer *first = many ? fact->transfers.transfers : &fact->transfer;
    switch (fact->kind) {
    case FACT_STARTED:
        trace(service, "epoch %u\n", (unsigned)fact->started.epoch);
        break;
    case FACT_RIDE_BOOKED:
        trace(service, "ride %u %c->%c booked, pick-up at %ld\n", (unsigned)fact->booked.ride.value,
              letter(service, fact->booked.from), letter(service, fact->booked.to),
              (long)((fact->booked.promised_ms - SERVICE_START_MS) / 1000));
        break;
    case FACT_RIDE_REFUSED:
        trace(service, "refused: %s\n", refusal_text(fact->refused.reason));
        service->refused = fact->refused;
        break;
    case FACT_PLAN_CHANGED:
        trace_plan(service, &fact->plan);
        break;
    case FACT_RIDE_CHARGED:
        trace(service, "ride %u charged %ldp, saved %ldp\n", (unsigned)fact->charged.ride.value,
              (long)fact->charged.charged_pence, (long)fact->charged.cap_saved_pence);
        break;
    case FACT_TRANSFER:
    case FACT_TRANSFERS: /* of linked ones the first */
        trace(service, "ride %u %s %ldp\n", (unsigned)first->ride, transfers[first->kind],
              (long)first->amount_pence);
        break;
    case FACT_RIDE_ARRIVED:
    case FACT_RIDE_BOARDED:
    case FACT_RIDE_ALIGHTED:
        trace(service, "vehicle %u %s %u\n", fact->ride.vehicle.value, fact_kind_text(fact->kind),
              ride);
        break;
    case FACT_ROAD_CLOSED:
    case FACT_ROAD_OPENED:
        trace(service, "%s %c%c %s\n", fact_kind_text(fact->kind),
              (char)service->town->graph.names[service->town->graph.tail[fact->road.arc]],
              (char)service->town->graph.names[service->town->graph.head[fact->road.arc]],
              fact->road.reason);
        break;
    case FACT_PLACES_SET:
        trace(service, "%s %d: %u, %s\n", fact_kind_text(fact->kind), (int)fact->places.kind,
              fact->places.count, fact->places.reason);
        break;
    case FACT_VISIT_PLANNED:
        trace(service, "vehicle %u to %s at %c from %ld for %ld s\n", fact->visit.vehicle.value,
              fact->visit.visit.kind == STOP_CHARGE ? "charge" : "be looked after",
              letter(service, fact->visit.visit.place),
              (long)((fact->visit.visit.from_ms - SERVICE_START_MS) / 1000),
              (long)(fact->visit.visit.dwell_ms / 1000));
        break;
    case FACT_VISIT_BEGUN:
    case FACT_VISIT_ENDED:
        trace(service, "vehicle %u %s\n", fact->visit.vehicle.value, fact_kind_text(fact->kind));
        break;
    case FACT_RIDE_CANCELLED:
    case FACT_RIDE_NO_SHOW:
        trace(service, "%s %u\n", fact_kind_text(fact->kind), ride);
        break;
    default:
        break;
    }
}

void service_forget(struct service *service)
{
    service->trace_size = 0;
    service->trace[0] = '\0';
}

void service_expect(struct service *service, const char *expected, int line)
{
    cr_assert_str_eq(service->trace, expected, "line %d:\n--- got\n%s--- expected\n%s", line,
                     service->trace, expected);
    service_forget(service);
}

/* ---- Vehicles ---- */

struct service_car *service_car(struct service *service, uint32_t number)
{
    for (uint32_t i = 0; i < service->car_count; i++) {
        if (service->cars[i].number == number) {
            return &service->cars[i];
        }
    }
    CHECK(false);
    return NULL;
}

static bool is_here(const struct service_car *car, uint32_t stop)
{
    return stop < car->plan.stop_count && car->plan.stops[stop].place.node == car->node &&
           !fact_is_visit(car->plan.stops[stop].kind);
}

static bool is_pickup_here(const struct service_car *car, uint32_t stop)
{
    return is_here(car, stop) && car->plan.stops[stop].kind == STOP_PICKUP;
}

static const struct plan *plan_of(const struct service *service, const struct service_car *car)
{
    const struct vehicle_id id = {car->number};
    return &service->core->plans[state_vehicle_index(service->core->state, id)];
}

/* Set out for the first stop: the timetable says when it is reached. */
static void car_drive(struct service *service, struct service_car *car)
{
    const struct plan *plan = plan_of(service, car);
    car->driving = car->plan.stop_count > 0 && plan->stop_count > 0;
    car->next_ms = car->driving ? plan->stops[0].arrive_ms : INT64_MAX;
}

/* When the stand under way ends by the timetable, which may be sooner when somebody has cancelled.
 */
static int64_t stand_end(const struct service *service, const struct service_car *car)
{
    const struct plan *plan = plan_of(service, car);
    const int64_t end_ms = plan_stand_pending(plan) > 0 ? plan->stops[0].depart_ms : plan->start_ms;
    return end_ms > service->now_ms ? end_ms : service->now_ms;
}

/* A car that turns reports so at once, within the step that told it to: nothing may come between.
 * NOLINTNEXTLINE(misc-no-recursion) */
static void car_take_plan(struct service *service, struct service_car *car,
                          const struct message_plan *plan)
{
    const uint32_t target = car->driving ? car->plan.stops[0].place.node : ROAD_NONE;
    const bool turns =
        car->driving && (plan->stop_count == 0 || plan->stops[0].place.node != target);
    car->plan = *plan;
    if (car->standing && car->visiting) {
        return;
    }
    if (car->standing) {
        car->next_ms = service->cars_turn ? stand_end(service, car) : car->next_ms;
        for (uint32_t i = 0; is_pickup_here(car, i); i++) {
            car->next_ms =
                plan->stops[i].depart_ms > car->next_ms ? plan->stops[i].depart_ms : car->next_ms;
        }
        return;
    }
    if (turns && !service->cars_turn) { /* it can turn where it was going to, and says so */
        const struct event event = {
            .kind = EVENT_TELEMETRY,
            .telemetry = {.vehicle = {car->number},
                          .seq = ++car->seq,
                          .spot = {service->town->graph.points[target], target},
                          .heading_deg = ROAD_HEADING_UNKNOWN,
                          .at_ms = car->next_ms}};
        car->node = target;
        service_step(service, &event);
    }
    car_drive(service, car);
}

void service_report(struct service *service, uint32_t number, enum report_kind kind, uint64_t ride,
                    enum stop_kind stop)
{
    struct service_car *car = service_car(service, number);
    const struct event event = {.kind = EVENT_REPORT,
                                .report = {.vehicle = {number},
                                           .seq = ++car->seq,
                                           .epoch = state_counters(service->core->state)->epoch,
                                           .plan_id = car->plan.plan_id,
                                           .kind = kind,
                                           .ride = {ride},
                                           .stop = stop}};
    service_step(service, &event);
}

static void car_forget(struct service_car *car, uint32_t stop)
{
    memmove(&car->plan.stops[stop], &car->plan.stops[stop + 1],
            (car->plan.stop_count - stop - 1) * sizeof car->plan.stops[0]);
    car->plan.stop_count--;
}

static void car_arrive(struct service *service, struct service_car *car)
{
    car->driving = false;
    car->standing = true;
    car->node = car->plan.stops[0].place.node;
    car->stand_from_ms = service->now_ms;
    car->next_ms = service->now_ms;
    car->visiting = fact_is_visit(car->plan.stops[0].kind);
    if (car->visiting) {
        service_report(service, car->number, REPORT_ARRIVED, 0, car->plan.stops[0].kind);
        car->next_ms = stand_end(service, car);
        return;
    }
    for (uint32_t i = 0; is_here(car, i); i++) {
        service_report(service, car->number, REPORT_ARRIVED, car->plan.stops[i].ride.value,
                       car->plan.stops[i].kind);
    }
    const struct plan *plan = plan_of(service, car);
    if (plan->stop_count > 0 && plan->stops[0].depart_ms > car->next_ms) {
        car->next_ms = plan->stops[0].depart_ms;
    }
    for (uint32_t i = 0; is_here(car, i);) {
        if (car->plan.stops[i].kind == STOP_PICKUP) {
            i++;
            continue;
        }
        const uint64_t ride = car->plan.stops[i].ride.value;
        car_forget(car, i);
        service_report(service, car->number, REPORT_ALIGHTED, ride, 0);
    }
}

/* The stand ends: who came is aboard, who did not is waited for, then left behind. What is rejected
 * is tried again a little later. */
static void car_leave(struct service *service, struct service_car *car)
{
    const int64_t patient_ms = car->stand_from_ms + service->config.no_show_after_ms;
    if (car->visiting) {
        car_forget(car, 0);
        car->standing = car->visiting = false;
        service_report(service, car->number, REPORT_VISITED, 0, 0);
        car_drive(service, car);
        return;
    }
    if (car->riders_absent && is_pickup_here(car, 0) && service->now_ms < patient_ms) {
        car->next_ms = patient_ms;
        return;
    }
    while (is_pickup_here(car, 0)) {
        const uint64_t ride = car->plan.stops[0].ride.value;
        service_report(service, car->number, REPORT_ARRIVED, ride, STOP_PICKUP); /* had it joined */
        service_report(service, car->number, car->riders_absent ? REPORT_NO_SHOW : REPORT_BOARDED,
                       ride, 0);
        if (service->vehicle_says.kind == MESSAGE_REJECT) {
            car->next_ms = service->now_ms + 10000;
            return;
        }
        if (!car->riders_absent) {
            car_forget(car, 0);
        }
    }
    car->standing = false;
    if (car->plan.stop_count > 0) {
        service_report(service, car->number, REPORT_DEPARTED, 0, 0);
    }
    car_drive(service, car);
}

static void car_act(struct service *service, struct service_car *car)
{
    if (car->driving) {
        car_arrive(service, car);
    } else if (car->standing) {
        car_leave(service, car);
    } else {
        car->next_ms = INT64_MAX;
    }
}

/* ---- Steps and time ---- */

static void hear(struct service *service, const struct message *message)
{
    if (message->kind == MESSAGE_PAY) {
        service->pay = *message;
    } else if (message->request.value != 0) {
        service->answer = *message;
        service->answers++;
    } else if (message->kind == MESSAGE_RIDE) {
        service->rider_told = message->ride;
        service->riders_told++;
    }
    service->pays_told += message->kind == MESSAGE_PAY;
    service->plans_told += message->kind == MESSAGE_PLAN;
    service->vehicles_told += message->kind == MESSAGE_VEHICLE && message->request.value == 0;
    if (message->kind == MESSAGE_WELCOME || message->kind == MESSAGE_ACK ||
        message->kind == MESSAGE_REJECT) {
        service->vehicle_says = *message;
    }
    if (message->kind == MESSAGE_REJECT) {
        trace(service, "vehicle %u rejected: %s\n", message->vehicle_reply.vehicle.value,
              message->vehicle_reply.why);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): see car_take_plan() */
void service_step(struct service *service, const struct event *event)
{
    struct core_output *output = malloc(sizeof *output);
    CHECK(output != NULL);
    if (service->watch != NULL) {
        service->watch(service, event, false);
    }
    core_step(service->core, service->now_ms, event, output);
    for (uint32_t i = 0; i < output->fact_count; i++) {
        const char *why = NULL;
        CHECK(core_restore(service->mirror, &output->facts[i], &why));
        trace_fact(service, &output->facts[i]);
    }
    CHECK(core_digest(service->core) == core_digest(service->mirror));
    service_audit(service);
    service->fact_count = output->fact_count;
    if (service->watch != NULL) {
        service->watch(service, event, true);
    }
    service->answers = 0;
    for (uint32_t i = 0; i < output->message_count; i++) {
        CHECK(output->messages[i].after_seq <= core_seq(service->core));
        hear(service, &output->messages[i]);
    }
    for (uint32_t i = 0; i < output->message_count; i++) {
        const struct message *message = &output->messages[i];
        if (message->kind == MESSAGE_PLAN) {
            struct service_car *car = service_car(service, message->plan.vehicle.value);
            if (!car->muted) {
                car_take_plan(service, car, &message->plan);
            }
        }
    }
    free(output);
}

/* Vehicles that are not mute send a sign of life before they would be missed. */
static void keep_alive(struct service *service)
{
    for (uint32_t i = 0; i < service->car_count; i++) {
        const struct service_car *car = &service->cars[i];
        const uint32_t index =
            state_vehicle_index(service->core->state, (struct vehicle_id){car->number});
        if (!car->muted && service->core->vehicles[index].link == VEHICLE_ONLINE) {
            service->core->vehicles[index].heard_ms = service->now_ms;
        }
    }
}

void service_run(struct service *service, int64_t until_s)
{
    const int64_t until_ms = SERVICE_START_MS + until_s * 1000;
    for (;;) {
        struct service_car *first = NULL;
        int64_t next_ms = core_wake_at_ms(service->core);
        for (uint32_t i = 0; i < service->car_count; i++) {
            struct service_car *car = &service->cars[i];
            if (!car->muted && car->next_ms <= next_ms &&
                (first == NULL || car->next_ms < next_ms)) {
                first = car;
                next_ms = car->next_ms;
            }
        }
        if (next_ms > until_ms) {
            break;
        }
        service->now_ms = next_ms > service->now_ms ? next_ms : service->now_ms;
        keep_alive(service);
        if (first != NULL) {
            car_act(service, first);
        } else {
            service_step(service, &(struct event){.kind = EVENT_WAKE});
        }
    }
    service->now_ms = until_ms;
    keep_alive(service);
}

/* ---- Setting up ---- */

static struct core *fresh_core(struct service *service)
{
    const size_t size = core_memory_size(&service->config, &service->town->network);
    const size_t rounded = (size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, rounded);
    CHECK(memory != NULL);
    memset(memory, 0, rounded);
    return core_init(memory, size, &service->config, &service->town->network);
}

struct service *service_open(const char *map)
{
    struct service *service = calloc(1, sizeof *service);
    CHECK(service != NULL);
    service->town = town_from_map(map, true);
    service->now_ms = SERVICE_START_MS;
    service->calendar.count = 1;
    service_tariff(service, (struct tariff){100, 100, 0, 150, 300});
    service->config = (struct core_config){
        .limits = {.vehicles_max = SERVICE_CARS_MAX, .rides_max = 64, .riders_max = 64},
        .weights = {1, 1, 1},
        .policy = &service->policy,
        .calendar = &service->calendar,
        .zones = &service->zones,
        .pickup_ms = 30000,
        .dropoff_ms = 20000,
        .max_wait_ms = 600000,
        .max_ride_permille = 1500,
        .max_ride_extra_ms = 300000,
        .no_show_after_ms = 120000,
        .silent_after_ms = 15000,
        .energy = {.drive_wh_per_km = 200,
                   .reserve_permille = 100,
                   .charge_below_permille = 300,
                   .charge_idle_permille = 300,
                   .charge_to_permille = 800,
                   .clean_ms = 600000},
    };
    return service;
}

static void start(struct service *service)
{
    const struct event event = {.kind = EVENT_START,
                                .network_digest = road_network_digest(&service->town->graph)};
    service_step(service, &event);
}

void service_begin(struct service *service)
{
    CHECK(core_config_fault(&service->config) == NULL);
    service->core = fresh_core(service);
    service->mirror = fresh_core(service);
    start(service);
    service_forget(service);
}

void service_restart(struct service *service)
{
    struct core *mirror = fresh_core(service);
    struct fact fact;
    uint64_t cursor = 0;
    const char *why = NULL;
    while (core_snapshot_next(service->core, &cursor, &fact)) {
        CHECK(core_restore(mirror, &fact, &why));
    }
    CHECK(core_digest(mirror) == core_digest(service->core));
    free(service->core);
    service->core = service->mirror; /* it recovered from the facts, one by one */
    service->mirror = mirror;        /* and this one from a snapshot */
    start(service);
}

void service_free(struct service *service)
{
    free(service->core);
    free(service->mirror);
    town_free(service->town);
    free(service);
}

static struct spot spot_at(const struct service *service, char node)
{
    const uint32_t index = town_node(service->town, node);
    return (struct spot){service->town->graph.points[index], index};
}

void service_hello(struct service *service, uint32_t number)
{
    const struct service_car *car = service_car(service, number);
    const struct event event = {
        .kind = EVENT_HELLO,
        .hello = {.vehicle = {number},
                  .spot = {service->town->graph.points[car->node], car->node}}};
    service_step(service, &event);
}

void service_vehicle(struct service *service, uint32_t number, char node, uint8_t seats,
                     uint8_t wheelchair_spaces)
{
    const struct event event = {.kind = EVENT_ENROL,
                                .enrol = {.vehicle = {number},
                                          .seats = seats,
                                          .wheelchair_spaces = wheelchair_spaces,
                                          .from_ms = 0,
                                          .until_ms = SERVICE_START_MS + 86400000,
                                          .home = spot_at(service, node),
                                          .battery_wh = service->battery_wh}};
    service_step(service, &event);
    CHECK(service->car_count < SERVICE_CARS_MAX);
    service->cars[service->car_count++] = (struct service_car){
        .number = number, .node = town_node(service->town, node), .next_ms = INT64_MAX};
    service_hello(service, number);
}

static int64_t absolute(int64_t seconds)
{
    return seconds == 0 ? 0 : SERVICE_START_MS + seconds * 1000;
}

uint64_t service_book_trip(struct service *service, const struct service_trip *trip)
{
    const uint64_t key = trip->key != 0 ? trip->key : 1000 + ++service->next_key;
    const struct event event = {.kind = EVENT_BOOK,
                                .request = {77},
                                .book = {.rider = {0, trip->rider != 0 ? trip->rider : 1},
                                         .key = {0, key},
                                         .trip = {.from = spot_at(service, trip->from[0]),
                                                  .to = spot_at(service, trip->to[0]),
                                                  .party = trip->party != 0 ? trip->party : 1,
                                                  .wheelchairs = trip->wheelchairs,
                                                  .shared = !trip->private,
                                                  .pickup_from_ms = absolute(trip->from_s),
                                                  .pickup_by_ms = absolute(trip->pickup_by_s),
                                                  .arrive_by_ms = absolute(trip->arrive_by_s),
                                                  .walk_max_m = trip->walk_m,
                                                  .accessible = trip->accessible},
                                         .has_agreed = trip->agreed_pence != 0,
                                         .agreed_pence = trip->agreed_pence}};
    service_step(service, &event);
    return service->answer.kind == MESSAGE_RIDE ? service->answer.ride.ride.value : 0;
}

void service_cancel(struct service *service, uint64_t ride, uint64_t rider)
{
    const struct event event = {
        .kind = EVENT_CANCEL, .request = {78}, .ride = {.rider = {0, rider}, .ride = {ride}}};
    service_step(service, &event);
}

void service_road(struct service *service, enum event_kind kind, const char *letters)
{
    const struct road_graph *graph = &service->town->graph;
    const struct geo_point a = graph->points[town_node(service->town, letters[0])];
    const struct geo_point b = graph->points[town_node(service->town, letters[1])];
    const struct event event = {
        .kind = kind,
        .request = {79},
        .road = {.by = {7, 8},
                 .arc = ROAD_NONE,
                 .point = {(a.lat_e7 + b.lat_e7) / 2, (a.lon_e7 + b.lon_e7) / 2},
                 .heading_deg = ROAD_HEADING_UNKNOWN,
                 .reason = "works"}};
    service_step(service, &event);
}

struct statistics_view service_statistics(const struct service *service)
{
    struct statistics_view view;
    core_statistics(service->core, &view);
    return view;
}
