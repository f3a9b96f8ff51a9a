/* Vehicles' WebSockets on /vehicle/v1, subprotocol commonwheel.vehicle.v1. */
#ifndef NET_VEHICLE_H
#define NET_VEHICLE_H

#include "net/doors.h"

#define VEHICLE_PROTOCOL "commonwheel.vehicle.v1"

/* Codes of RFC 6455 section 7.4 that a link is closed with, and one of our own. */
enum vehicle_close {
    VEHICLE_CLOSE_UNSUPPORTED = 1003, /* a text message */
    VEHICLE_CLOSE_POLICY = 1008,      /* no Hello first, or two */
    VEHICLE_CLOSE_TOO_LONG = 1009,
    VEHICLE_CLOSE_TRY_AGAIN = 1013, /* the dispatcher cannot take it now */
    VEHICLE_CLOSE_REPLACED = 4000,  /* a newer link of the same vehicle */
};

/* The upgrade: may it be? Then it is; a piece of a message; the socket takes bytes. Each returns 0,
 * or -1 to close. */
MUST_CHECK int vehicle_upgrade(struct session *session);
MUST_CHECK int vehicle_open(struct session *session);
MUST_CHECK int vehicle_receive(struct session *session, const uint8_t *bytes, size_t size);
MUST_CHECK int vehicle_writeable(struct session *session);

/* The vehicle was heard: its deadline moves on. */
void vehicle_heard(struct session *session);

/* Ping when nothing was sent for a while. */
void vehicle_ping(struct session *session);

/* The link is gone: the core is told, if it knew. */
void vehicle_end(struct session *session);

/* A message to a vehicle; dropped and counted when it is not linked. */
void vehicle_send(struct net *net, const struct message *message);

#endif
