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

static void tell(struct door *door, const struct event *event, struct message message)
{
    message.request = event->request;
    net_send(door->net, &message);
}

static void refund(struct door *door, const struct event *event)
{
    const struct event_refund *asked = &event->refund;

    if (asked->pence > DOOR_PAID_PENCE)
        tell(door, event,
             (struct message){.kind = MESSAGE_ERROR, .error = MESSAGE_ERROR_OVER_PAID});
    else
        tell(door, event,
             (struct message){.kind = MESSAGE_REFUND_MADE,
                              .refund = {.ride = asked->ride,
                                         .paid_pence = DOOR_PAID_PENCE,
                                         .refund_pence = asked->pence,
                                         .returned_pence = asked->pence}});
}

static void balance(struct door *door, const struct event *event)
{
    tell(door, event,
         (struct message){.kind = MESSAGE_ACCOUNT,
                          .account = {LEDGER_VAT, {.credits_posted = DOOR_PAID_PENCE / 6}}});
    tell(door, event,
         (struct message){.kind = MESSAGE_ACCOUNT,
                          .account = {LEDGER_RIDERS, {.debits_posted = DOOR_PAID_PENCE}}});
    tell(door, event,
         (struct message){.kind = MESSAGE_BALANCE_END, .balance_end = {.last_seq = 77}});
}

static void transfers(struct door *door, const struct event *event)
{
    const struct event_transfers *asked = &event->transfers;
    const uint64_t first = asked->after == 0 ? DOOR_TRANSFERS : asked->after - 1;
    uint64_t id = first;

    for (; id > 0 && first - id < asked->limit; id--)
        tell(door, event,
             (struct message){.kind = MESSAGE_TRANSFER,
                              .transfer.transfer = {.id = id,
                                                    .debit = LEDGER_RIDERS,
                                                    .credit = LEDGER_FARE_INCOME,
                                                    .amount_pence = DOOR_PAID_PENCE,
                                                    .kind = LEDGER_MOVE}});
    tell(door, event,
         (struct message){.kind = MESSAGE_TRANSFERS_END,
                          .transfers_end.next_after = id > 0 ? id + 1 : 0});
}

/* A month that is over is settled; the others are not over. */
static void settle(struct door *door, const struct event *event)
{
    const struct event_settlement *asked = &event->settlement;

    if (asked->period >= DOOR_PERIOD)
        tell(door, event,
             (struct message){.kind = MESSAGE_ERROR, .error = MESSAGE_ERROR_PERIOD_NOT_OVER});
    else
        tell(
            door, event,
            (struct message){.kind = MESSAGE_SETTLEMENT, .settlement.books.period = asked->period});
}

static struct message receipt(uint64_t ride)
{
    return (struct message){.kind = MESSAGE_RECEIPT,
                            .receipt = {.ride = {ride},
                                        .state = RIDE_ALIGHTED,
                                        .fare.lines.base_pence = DOOR_PAID_PENCE,
                                        .fare_pence = DOOR_PAID_PENCE,
                                        .charged_pence = DOOR_PAID_PENCE,
                                        .paid_pence = DOOR_PAID_PENCE}};
}

/* Of rides 5 down to 1, and a statement of their month. */
static void receipts(struct door *door, const struct event *event)
{
    const struct event_receipts *asked = &event->receipts;
    const uint64_t first = asked->after.value == 0 ? 5 : asked->after.value - 1;
    uint64_t ride = first;

    for (; ride > 0 && first - ride < asked->limit; ride--)
        tell(door, event, receipt(ride));
    if (asked->after.value == 0)
        tell(door, event,
             (struct message){.kind = MESSAGE_STATEMENT,
                              .statement = {.month = 674, .ride_count = 5}});
    tell(door, event,
         (struct message){.kind = MESSAGE_RECEIPTS_END,
                          .receipts_end = {{ride > 0 ? ride + 1 : 0}, 1000}});
}

static void caps(struct door *door, const struct event *event)
{
    tell(door, event,
         (struct message){
             .kind = MESSAGE_CAP_STATUS,
             .cap_status = {.class_name = "adult",
                            .caps = {DOOR_PAID_PENCE, 500, 500 - DOOR_PAID_PENCE, DOOR_PAID_PENCE,
                                     CAP_NONE_PENCE, CAP_NONE_PENCE}}});
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
    case EVENT_REFUND_RIDE:
        refund(door, event);
        break;
    case EVENT_TRIAL_BALANCE:
        balance(door, event);
        break;
    case EVENT_LIST_TRANSFERS:
        transfers(door, event);
        break;
    case EVENT_PROPOSE_SETTLEMENT:
    case EVENT_APPROVE_SETTLEMENT:
        settle(door, event);
        break;
    case EVENT_GET_RECEIPT:
        tell(door, event, receipt(event->ride.ride.value));
        break;
    case EVENT_LIST_RECEIPTS:
        receipts(door, event);
        break;
    case EVENT_GET_CAP_STATUS:
        caps(door, event);
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

static bool is_healthy(void *user, char words[NET_HEALTH_MAX])
{
    snprintf(words, NET_HEALTH_MAX, "resting");
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
