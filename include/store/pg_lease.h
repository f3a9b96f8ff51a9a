/* Who may write the facts of a shard: a row of shard_lease, and an advisory lock that the writing
 * connection holds (schema/001_facts.sql).
 *
 * What keeps two from writing is the row's fence. It rises with every connection that takes the
 * lease, a dispatcher's own next one after a loss too, and each transaction checks it and locks the
 * row. So a transaction of an older connection has either committed before the new one knows the
 * last fact, or is refused. The lock only tells that a holder has gone before its lease ran out. It
 * is held by the writing connection itself, so that it lives exactly as long as that can write.
 *
 * The epoch in the row is that of the last FACT_STARTED, set in the same transaction, so row and
 * facts always agree. A dispatcher that took the lease and died before its FACT_STARTED was durable
 * has told nobody of its epoch and can no longer write: the next one may have the same epoch. */
#ifndef STORE_PG_LEASE_H
#define STORE_PG_LEASE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define PG_LEASE_SECONDS_MIN     4
#define PG_LEASE_SECONDS_MAX     300
#define PG_LEASE_SECONDS_DEFAULT 15
#define PG_LEASE_HOLDER_MAX      128
#define PG_LEASE_LOST            "CW001" /* SQLSTATE: another took it */

struct pg_lease {
    int16_t shard;
    int32_t seconds; /* it lasts so long without being held on to */
    int64_t fence;   /* 0: never taken */
    uint64_t epoch;  /* of the dispatcher's FACT_STARTED, 0 before */
    char holder[PG_LEASE_HOLDER_MAX];
};

/* Name the holder after host and process. */
void pg_lease_init(struct pg_lease *lease, int16_t shard, int32_t seconds);

enum pg_lease_result {
    PG_LEASE_TAKEN,  /* fence set; *last_seq: of the last fact */
    PG_LEASE_HELD,   /* by another; *error says who, and until when */
    PG_LEASE_FAILED, /* *error */
};

/* Take it on a blocking connection. *held_until_us, where not NULL and HELD: an instant that only
 * moves on while the holder lives. */
MUST_CHECK enum pg_lease_result pg_lease_take(struct pg_lease *lease, PGconn *connection,
                                              uint64_t *last_seq, int64_t *held_until_us,
                                              struct store_error *error);

/* Hold on to it on a blocking connection; in a transaction, its first statement. */
MUST_CHECK bool pg_lease_hold(const struct pg_lease *lease, PGconn *connection,
                              struct store_error *error);

/* Both in a pipeline: prepare once a connection, then send. False when libpq could not. */
MUST_CHECK bool pg_lease_prepare(PGconn *connection);
MUST_CHECK bool pg_lease_send_take(const struct pg_lease *lease, PGconn *connection);
MUST_CHECK bool pg_lease_send_hold(const struct pg_lease *lease, PGconn *connection);

/* The result of a take that was sent: false where it is none of TAKEN. */
MUST_CHECK bool pg_lease_read_take(struct pg_lease *lease, const PGresult *result,
                                   uint64_t *last_seq);

#endif
