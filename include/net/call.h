/* Requests that the core has been asked and has not answered: one of a connection at most. */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "net/doors.h"

/* Hand the request whose body is complete to the core: its reply, or a refusal, follows. */
void call_begin(struct session *session, const uint8_t *bytes, size_t size);

/* What the core says to a request. One that is gone is counted, no more. */
void call_message(struct net *net, const struct message *message);

/* The core, or the store behind it, was too slow: answer `deadline_exceeded` where the caller had
 * given a shorter time than ours, else `unavailable`. */
void call_expire(struct session *session);

/* Forget the session's call, if it has one: a reply will find nobody. */
void call_release(struct session *session);

/* The name that the core knows a call by, and the call of a name or NULL. */
struct request_id call_request(const struct session *session);
struct call *call_find(const struct net *net, struct request_id request);

#endif
