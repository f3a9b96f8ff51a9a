/* One connection: its state, its deadline, and how it ends. */
#ifndef NET_SESSION_H
#define NET_SESSION_H

#include "net/doors.h"

/* A session for a connection just accepted, or NULL when there are as many as there may be. The
 * peer is handed over. */
MUST_CHECK struct session *session_new(struct net *net, struct pool_handle peer);

/* The only one that changes a state. `timeout_ms` from now is the new deadline, 0 for none. */
void session_move(struct session *session, enum session_state state, int64_t timeout_ms);

/* Have the writeable callback called when the socket takes bytes. */
void session_ask_write(struct session *session);

/* Write all of `out`, from the writeable callback; 0, or -1 to close. */
MUST_CHECK int session_write(struct session *session);

/* Close soon, from outside the connection's own callbacks; what waits to be sent is lost. */
void session_kill(struct session *session);

/* The connection is gone: let go of its call and vehicle. Then, when libwebsockets has let go of it
 * too, free the slot. */
void session_end(struct session *session);
void session_free(struct session *session);

/* Look at every deadline. O(connections). */
void session_sweep(struct net *net);

#endif
