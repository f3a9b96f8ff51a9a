/* A listener in a thread of its own, with a dispatcher behind it that answers by rote. Tests talk
 * to it with blocking sockets. */
#ifndef TESTS_DOOR_H
#define TESTS_DOOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#include "keys.h"
#include "net/net.h"

#define DOOR_EVENTS_MAX 4096

/* What the dispatcher behind the door does with a ride, by its number; any other is booked. */
enum door_ride {
    DOOR_RIDE_MISSING = 404,  /* MESSAGE_ERROR_NOT_FOUND */
    DOOR_RIDE_TOO_LATE = 405, /* MESSAGE_ERROR_TOO_LATE */
    DOOR_RIDE_BUSY = 429,     /* MESSAGE_ERROR_BUSY */
    DOOR_RIDE_MUTE = 504,     /* no answer */
    DOOR_RIDE_REFUSED = 503,  /* on_event() says false */
    DOOR_RIDE_ENDED = 200,    /* has alighted */
};

#define DOOR_FLEET      250 /* vehicles in its fleet */
#define DOOR_PAID_PENCE 240 /* for each of its rides */
#define DOOR_TRANSFERS  250 /* in its ledger, numbers from 1 */
#define DOOR_PERIOD     680 /* the month that it is: 2026-09 */

struct door {
    struct net_config config; /* to be changed before door_open() */
    struct keys keys;
    struct net *net;
    uint16_t port;
    uv_loop_t loop;
    uv_async_t async;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct message posted; /* by the test, for the loop to send */
    int command;           /* 0 nothing */
    struct event events[DOOR_EVENTS_MAX];
    size_t event_count;
    size_t event_taken;
    char logged[256];    /* the last line */
    char webhook[256];   /* the last webhook's body, ... */
    char signature[256]; /* ... and its signature */
    atomic_bool is_healthy;
    atomic_bool is_refusing; /* on_event() says false to all but telemetry's like */
    atomic_bool is_closed;
};

void door_init(struct door *door);
void door_open(struct door *door);
void door_close(struct door *door); /* asserts that the loop is empty */

/* Have the loop's thread send a message; or drain. Returns when that is done. */
void door_send(struct door *door, const struct message *message);
void door_drain(struct door *door);

/* The next event of that kind since the last one asked for; fails the test after 10 s. */
struct event door_event(struct door *door, enum event_kind kind);

#endif
