/* What each address may do at once: connections, and calls a second by a token bucket that holds
 * one second's worth. IPv6 addresses count by their /64, since that is what one customer gets. */
#ifndef NET_PEER_H
#define NET_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/pool.h"

struct peer_table;

struct peer_limits {
    uint32_t peers_max;   /* addresses remembered at once */
    uint32_t connections; /* of one address at once; 0 no limit */
    uint32_t calls_s;     /* of one address a second; 0 no limit */
};

/* NULL: out of memory. */
MUST_CHECK struct peer_table *peer_table_new(const struct peer_limits *limits);
void peer_table_free(struct peer_table *table);

/* One connection more: false when the address has as many as it may, or no more addresses can be
 * remembered. *peer names it until peer_leave(). Times are milliseconds that never go back. */
MUST_CHECK bool peer_enter(struct peer_table *table, const struct sockaddr *address, int64_t now_ms,
                           struct pool_handle *peer);
void peer_leave(struct peer_table *table, struct pool_handle handle);

/* One call: false when there were too many. */
MUST_CHECK bool peer_call(struct peer_table *table, struct pool_handle peer, int64_t now_ms);

/* Forget who has no connection and a full bucket. O(peers); about once a second. */
void peer_sweep(struct peer_table *table, int64_t now_ms);

/* Addresses remembered. */
uint32_t peer_count(const struct peer_table *table);

#endif
