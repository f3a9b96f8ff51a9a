/* One connection to PostgreSQL on the loop, in pipeline mode, made again whenever it is lost: after
 * 100 ms, then twice as long each time, up to 5 s.
 *
 * One pipeline is under way at a time: PQsendQueryPrepared() and the like on the connection, then
 * pg_link_sync(). A pipeline that is not answered in time counts as a lost connection; whether it
 * was carried out is then not known.
 *
 * Names of hosts are resolved anew for each connection, off the loop (store/pg_hosts.h). */
#ifndef STORE_PG_LINK_H
#define STORE_PG_LINK_H

#include <libpq-fe.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"

#define PG_LINK_RETRY_MS     100  /* before the first new try */
#define PG_LINK_RETRY_MAX_MS 5000 /* before any */
#define PG_LINK_CONNECT_MS   10000

struct pg_link_callbacks {
    void *user;
    void (*on_connected)(void *user); /* nothing is under way */
    /* One result of the pipeline under way, in order; borrowed. After an error the rest are
     * PGRES_PIPELINE_ABORTED. */
    void (*on_result)(void *user, const PGresult *result);
    void (*on_answered)(void *user); /* the pipeline under way is over */
    /* Optional: a channel that the connection LISTENs on was notified, once or more. */
    void (*on_notified)(void *user);
    /* Lost, or could not be made; it is tried again by itself. */
    void (*on_lost)(void *user, const char *reason);
    void (*on_closed)(void *user);
};

struct pg_link;

/* Take over `first`, a connection that is made and has nothing under way. `url` is borrowed for its
 * life. NULL out of memory: `first` is then still the caller's. A pipeline is answered within
 * `answer_ms`, or the connection is given up. */
MUST_CHECK struct pg_link *pg_link_open(uv_loop_t *loop, const char *url, PGconn *first,
                                        uint64_t answer_ms,
                                        const struct pg_link_callbacks *callbacks);

/* To send on; only while connected and nothing is under way. */
PGconn *pg_link_connection(struct pg_link *link);

/* End the pipeline that was sent and let it go. */
void pg_link_sync(struct pg_link *link);

/* Give the connection up, tell on_lost and make it again. */
void pg_link_drop(struct pg_link *link, const char *reason);

/* Freed by itself after on_closed, which comes on a later turn, and after a name that is being
 * resolved; no other callback comes. */
void pg_link_close(struct pg_link *link);

#endif
