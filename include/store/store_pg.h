/* The store in PostgreSQL, over one connection on the loop.
 *
 * A batch is one transaction and one pipeline: BEGIN, the lease check (store/pg_lease.h), one
 * INSERT a table for all of its rows, COMMIT. One is in flight; what comes meanwhile makes the
 * next.
 *
 * When the connection is lost, whether the batch in flight was committed is not known. The store
 * connects again for as long as it takes, takes its lease anew, and looks at the last fact: it is
 * either the last of the batch, which is then durable, or the one before its first, and the batch
 * is sent again. So nothing is lost and nothing doubled. Meanwhile facts are taken up to a bound
 * and nothing is told durable; store_is_well() says when that has lasted for half a lease.
 *
 * on_failed comes when going on would be wrong: another dispatcher has the lease, a constraint
 * refused the batch, the last fact is none of the two, the schema is not this program's. */
#ifndef STORE_STORE_PG_H
#define STORE_STORE_PG_H

#include <uv.h>

#include "store/pg_archive.h"
#include "store/pg_follow.h"
#include "store/pg_lease.h"
#include "store/pg_project.h"
#include "store/store.h"

#define STORE_PG_PENDING_MAX (64u << 20) /* bytes taken and not yet durable */
#define STORE_PG_SAMPLES_MAX 16384       /* positions kept for the next batch */
#define STORE_PG_CLOSE_MS    5000        /* closing waits so long for what was taken */
#define STORE_PG_SHARD       1

struct store_pg_config {
    const char *url; /* libpq's, see store/pg_session.h; copied */
    int16_t shard;
    int32_t lease_seconds;
    struct pg_project_config projection;
    struct pg_follow *follow; /* one that leads now, whose facts were handed on: load reads no more.
                                 NULL: none; borrowed until the load */
    uint64_t snapshot_facts;  /* a snapshot is due after so many; 0 never */
    /* Optional: it is time for a snapshot of all up to `last_seq`. */
    void (*on_snapshot_due)(void *user, uint64_t last_seq);
    /* Optional: the connection was lost or is back: one word and a sentence, for the log. */
    void (*on_note)(void *user, const char *what, const char *detail);
};

/* Connect, check the schema and take the lease; blocking. Where a holder died without letting go,
 * wait until its lease has run out. NULL and *error: no connection, not this program's schema,
 * another dispatcher holds the lease, a server that does not write what it acknowledges. */
MUST_CHECK struct store *store_pg_open(uv_loop_t *loop, const struct store_pg_config *config,
                                       const struct store_callbacks *callbacks,
                                       struct store_error *error);

/* Positions that there was no room for. */
uint64_t store_pg_dropped(const struct store *store);

/* What the load found. */
const struct pg_archive_summary *store_pg_summary(const struct store *store);

#endif
