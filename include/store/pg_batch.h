/* One transaction's worth: the front of the queue, and positions, as rows of `fact` and of the
 * tables that people ask. */
#ifndef STORE_PG_BATCH_H
#define STORE_PG_BATCH_H

#include <libpq-fe.h>

#include "store/pg_project.h"
#include "store/pg_queue.h"
#include "store/pg_rows.h"

#define PG_BATCH_MAX 4096 /* facts of one batch, and the rest of their moment */

struct pg_batch {
    int16_t shard;
    bool is_projected;
    uint64_t first_seq; /* 0: no facts */
    uint64_t last_seq;
    int64_t last_ms;
    size_t cursor; /* of the queue, behind the batch */
    size_t sample_count;
    struct pg_project project;
    struct pg_rows_column kinds;
    struct pg_rows_column times;
    struct pg_rows_column bodies;
};

void pg_batch_init(struct pg_batch *batch, const struct pg_project_config *config, int16_t shard);
void pg_batch_done(struct pg_batch *batch);

/* Take in the front of the queue, and `count` samples. */
void pg_batch_gather(struct pg_batch *batch, const struct pg_queue *queue,
                     const struct store_sample *samples, size_t count);

/* It is durable, or was given up. */
void pg_batch_forget(struct pg_batch *batch);

/* Prepare once a connection, in a pipeline; send all rows. False when libpq could not. */
MUST_CHECK bool pg_batch_prepare(PGconn *connection);
MUST_CHECK bool pg_batch_send(struct pg_batch *batch, PGconn *connection);

#endif
