/* Server streams: who watches a ride, who watches the fleet. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "net/doors.h"

/* Begin the response, and follow the ride or the fleet that `event` asks for. */
void stream_begin(struct session *session, struct call *call, const struct event *event);

/* The core's reply to the stream's own question. */
void stream_reply(struct session *session, struct call *call, const struct message *message);

/* A change of a ride or a vehicle, for everybody who watches it. O(watchers). */
void stream_publish(struct net *net, const struct message *message);

/* What was written is gone: ask for the next page of the fleet, if there is one. */
void stream_written(struct session *session);

/* End with an error, or without (CONNECT_OK). */
void stream_end(struct session *session, enum connect_code code, const char *message);

/* Watch no more. */
void stream_leave(struct net *net, struct call *call);

#endif
