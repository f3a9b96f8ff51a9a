/* The facts and snapshots of a shard in PostgreSQL, read and written on a blocking connection: at
 * the start, by commands, and by the thread that makes snapshots. */
#ifndef STORE_PG_ARCHIVE_H
#define STORE_PG_ARCHIVE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define PG_ARCHIVE_CHUNK 10000 /* facts in memory at one time */

struct pg_archive_read {
    PGconn *connection;
    int16_t shard;
    bool whole;     /* ignore snapshots */
    uint64_t up_to; /* last seq to read, 0 all */
    store_reader *reader;
    void *user;
    /* Optional: told after each chunk; false ends the reading, with *error. */
    bool (*on_chunk)(void *chunk_user, struct store_error *error);
    void *chunk_user;
};

/* How far a reading is. */
struct pg_archive_summary {
    uint64_t last_seq;     /* every fact up to it was handed on, by a snapshot or itself; 0: none */
    uint64_t snapshot_seq; /* of the snapshot that was read, or is being read; 0 none */
    uint64_t snapshot_rows; /* of it that were handed on */
    uint64_t facts_read;    /* beside it */
    bool is_gone;           /* the snapshot was deleted before its end: begin anew, with nothing */
};

/* Hand the facts to the reader, oldest first, from where *summary is: all 0 to begin. False and
 * *error names the server, the fact and the reason; the next reading goes on from there. */
MUST_CHECK bool pg_archive_read(const struct pg_archive_read *read,
                                struct pg_archive_summary *summary, struct store_error *error);

/* Write a snapshot of the state after `seq` from `source`, in one transaction, and delete all
 * snapshots but it and the one before. */
MUST_CHECK bool pg_archive_snapshot(PGconn *connection, int16_t shard, uint64_t seq,
                                    store_snapshot_source *source, void *user,
                                    struct store_error *error);

#endif
