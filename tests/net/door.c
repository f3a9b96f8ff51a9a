#include "door.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum command { COMMAND_NONE, COMMAND_SEND, COMMAND_DRAIN, COMMAND_CLOSE };

static struct message reply_ride(const struct event *event)
{
    struct message reply = {.kind = MESSAGE_RIDE, .request = event->request};

    reply.ride.ride.value = 1;
    reply.ride.state = RIDE_BOOKED;
    reply.ride.vehicle = VEHICLE_NONE;
    reply.ride.party = 1;
    if (event->kind == EVENT_BOOK)
        return reply;
    reply.ride.ride = event->ride.ride;
    switch (event->ride.ride.value) {
    case DOOR_RIDE_MISSING:
        reply.kind = MESSAGE_ERROR;
        reply.error = MESSAGE_ERROR_NOT_FOUND;
        break;
    case DOOR_RIDE_TOO_LATE:
        reply.kind = MESSAGE_ERROR;
        reply.error = MESSAGE_ERROR_TOO_LATE;
        break;
    case DOOR_RIDE_BUSY:
        reply.kind = MESSAGE_ERROR;
        reply.error = MESSAGE_ERROR_BUSY;
        break;
    case DOOR_RIDE_MUTE:
        reply.kind = MESSAGE_NONE;
        break;
    case DOOR_RIDE_ENDED:
        reply.ride.state = RIDE_ALIGHTED;
        break;
    default:
        break;
    }
    return reply;
}

static void list(struct door *door, const struct event *event)
{
    struct message message = {.kind = MESSAGE_VEHICLE, .request = event->request};
    uint32_t from = event->list.after;
    uint32_t until = from + event->list.limit < DOOR_FLEET ? from + event->list.limit : DOOR_FLEET;

    for (uint32_t i = from; i < until; i++) {
        message.vehicle = (struct vehicle_view){.vehicle = {i + 1}, .link = VEHICLE_ONLINE};
        net_send(door->net, &message);
    }
    message.kind = MESSAGE_LIST_END;
    message.list_end.next_after = until < DOOR_FLEET ? until : 0;
    net_send(door->net, &message);
}

/* Both directions of a street; at the point 0, 0 there is none. */
static void close_road(struct door *door, const struct event *event)
{
    struct message message = {.kind = MESSAGE_CLOSURE, .request = event->request};

    if (event->road.point.lat_e7 == 0) {
        message.kind = MESSAGE_ERROR;
        message.error = MESSAGE_ERROR_NO_ROAD;
        net_send(door->net, &message);
        return;
    }
    for (uint32_t arc = 0; arc < 2; arc++) {
        message.closure = (struct closure_view){.closure = {.arc = arc, .by = event->road.by}};
        net_send(door->net, &message);
    }
    message.kind = MESSAGE_LIST_END;
    message.list_end.next_after = 0;
    net_send(door->net, &message);
}

static void welcome(struct door *door, struct vehicle_id vehicle)
{
    struct message message = {.kind = MESSAGE_WELCOME};

    message.vehicle_reply.vehicle = vehicle;
    message.vehicle_reply.epoch = 1;
    net_send(door->net, &message);
    message = (struct message){.kind = MESSAGE_PLAN};
    message.plan.vehicle = vehicle;
    message.plan.epoch = 1;
    net_send(door->net, &message);
}

static void answer(struct door *door, const struct event *event)
{
    struct message reply = {.request = event->request};

    switch (event->kind) {
    case EVENT_QUOTE:
        reply.kind = MESSAGE_QUOTE;
        reply.quote.quote_pence = 410;
        break;
    case EVENT_BOOK:
    case EVENT_CANCEL:
    case EVENT_GET_RIDE:
        reply = reply_ride(event);
        break;
    case EVENT_GET_STATISTICS:
        reply.kind = MESSAGE_STATISTICS;
        reply.statistics.epoch = 1;
        break;
    case EVENT_LIST_VEHICLES:
        list(door, event);
        break;
    case EVENT_CLOSE_ROAD:
        close_road(door, event);
        break;
    case EVENT_HELLO:
        welcome(door, event->hello.vehicle);
        break;
    case EVENT_REPORT:
        reply.kind = MESSAGE_ACK;
        reply.vehicle_reply.vehicle = event->report.vehicle;
        reply.vehicle_reply.seq = event->report.seq;
        reply.vehicle_reply.kind = event->report.kind;
        break;
    default:
        break;
    }
    if (reply.kind != MESSAGE_NONE)
        net_send(door->net, &reply);
}

static bool on_event(void *user, const struct event *event)
{
    struct door *door = user;
    bool is_ride = event->kind == EVENT_CANCEL || event->kind == EVENT_GET_RIDE;

    pthread_mutex_lock(&door->mutex);
    if (door->event_count < DOOR_EVENTS_MAX)
        door->events[door->event_count++] = *event;
    pthread_cond_broadcast(&door->changed);
    pthread_mutex_unlock(&door->mutex);
    if (door->is_refusing || (is_ride && event->ride.ride.value == DOOR_RIDE_REFUSED))
        return false;
    answer(door, event);
    return true;
}

static int64_t now_s(void *user)
{
    (void)user;
    return KEYS_NOW;
}

static bool is_healthy(void *user)
{
    return ((struct door *)user)->is_healthy;
}

static size_t metrics(void *user, char *text, size_t size)
{
    (void)user;
    return (size_t)snprintf(text, size,
                            "# HELP test_total Of the test.\n# TYPE test_total counter\n"
                            "test_total 1\n");
}

static void on_log(void *user, const char *what, const char *detail)
{
    struct door *door = user;

    pthread_mutex_lock(&door->mutex);
    snprintf(door->logged, sizeof door->logged, "%s %s", what, detail);
    pthread_mutex_unlock(&door->mutex);
}

/* The body says how to answer. */
static int on_webhook(void *user, const uint8_t *body, size_t size, const char *signature)
{
    struct door *door = user;

    snprintf(door->webhook, sizeof door->webhook, "%.*s", (int)size, (const char *)body);
    snprintf(door->signature, sizeof door->signature, "%s", signature);
    return (int)strtol(door->webhook, NULL, 10);
}

static void on_closed(void *user)
{
    ((struct door *)user)->is_closed = true;
}

static void on_command(uv_async_t *async)
{
    struct door *door = async->data;

    pthread_mutex_lock(&door->mutex);

    int command = door->command;
    struct message message = door->posted;

    pthread_mutex_unlock(&door->mutex);
    if (command == COMMAND_SEND)
        net_send(door->net, &message);
    else if (command == COMMAND_DRAIN)
        net_drain(door->net);
    else if (command == COMMAND_CLOSE)
        net_close(door->net);
    if (command == COMMAND_CLOSE)
        uv_close((uv_handle_t *)async, NULL);
    pthread_mutex_lock(&door->mutex);
    door->command = COMMAND_NONE;
    pthread_cond_broadcast(&door->changed);
    pthread_mutex_unlock(&door->mutex);
}

static void *run(void *user)
{
    struct door *door = user;

    uv_run(&door->loop, UV_RUN_DEFAULT);
    return NULL;
}

void door_init(struct door *door)
{
    memset(door, 0, sizeof *door);
    keys_init(&door->keys, 0);
    door->config = (struct net_config){.address = "127.0.0.1",
                                       .jwks = door->keys.jwks,
                                       .connections_max = 64,
                                       .message_max = 8192,
                                       .request_timeout_s = 20,
                                       .idle_timeout_s = 20};
    door->is_healthy = true;
}

void door_open(struct door *door)
{
    struct net_callbacks callbacks = {.user = door,
                                      .on_event = on_event,
                                      .now_s = now_s,
                                      .is_healthy = is_healthy,
                                      .metrics = metrics,
                                      .on_log = on_log,
                                      .on_webhook = on_webhook,
                                      .on_closed = on_closed};
    struct net_error error;

    pthread_mutex_init(&door->mutex, NULL);
    pthread_cond_init(&door->changed, NULL);
    cr_assert_eq(uv_loop_init(&door->loop), 0);
    cr_assert_eq(uv_async_init(&door->loop, &door->async, on_command), 0);
    door->async.data = door;
    door->net = net_open(&door->loop, &door->config, &callbacks, &error);
    cr_assert_not_null(door->net, "%s", error.text);
    door->port = net_port(door->net);
    cr_assert_neq(door->port, 0);
    cr_assert_eq(pthread_create(&door->thread, NULL, run, door), 0);
}

static void do_command(struct door *door, enum command command)
{
    pthread_mutex_lock(&door->mutex);
    door->command = (int)command;
    uv_async_send(&door->async);
    while (door->command != COMMAND_NONE)
        pthread_cond_wait(&door->changed, &door->mutex);
    pthread_mutex_unlock(&door->mutex);
}

void door_send(struct door *door, const struct message *message)
{
    pthread_mutex_lock(&door->mutex);
    door->posted = *message;
    pthread_mutex_unlock(&door->mutex);
    do_command(door, COMMAND_SEND);
}

void door_drain(struct door *door)
{
    do_command(door, COMMAND_DRAIN);
}

void door_close(struct door *door)
{
    do_command(door, COMMAND_CLOSE);
    cr_assert_eq(pthread_join(door->thread, NULL), 0);
    cr_assert(door->is_closed);
    cr_assert_eq(uv_loop_close(&door->loop), 0);
    pthread_cond_destroy(&door->changed);
    pthread_mutex_destroy(&door->mutex);
    keys_done(&door->keys);
}

struct event door_event(struct door *door, enum event_kind kind)
{
    struct timespec until;
    struct event event = {0};

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    pthread_mutex_lock(&door->mutex);
    while (event.kind == EVENT_NONE) {
        while (door->event_taken < door->event_count) {
            event = door->events[door->event_taken++];
            if (event.kind == kind)
                break;
            event.kind = EVENT_NONE;
        }
        if (event.kind == EVENT_NONE &&
            pthread_cond_timedwait(&door->changed, &door->mutex, &until) != 0)
            break;
    }
    pthread_mutex_unlock(&door->mutex);
    cr_assert_eq(event.kind, kind, "no event %d", (int)kind);
    return event;
}
