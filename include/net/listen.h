/* The listening socket, our own: so that its port, its backlog and when it closes are ours. Each
 * connection accepted is handed to libwebsockets. */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include "net/doors.h"

/* Bind and listen. False and *error. */
MUST_CHECK bool listen_open(struct net *net, struct net_error *error);

/* Begin to accept; after a pause too, which running out of file descriptors makes. */
void listen_start(struct net *net);

/* Listen no more. */
void listen_close(struct net *net);

#endif
