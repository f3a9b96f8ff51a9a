/* Where facts are kept, to be read from the first or written as a snapshot, beside the store that
 * adds to them: a journal folder, or a shard in PostgreSQL. All blocking; each call by itself. */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct archive {
    const char *folder; /* of a journal; or NULL, ... */
    const char *url;    /* ... and PostgreSQL's, see store/pg_session.h */
    int16_t shard;
};

struct archive_read {
    bool whole;     /* ignore snapshots: read every fact */
    uint64_t up_to; /* last seq to read, 0 all */
    store_reader *reader;
    void *user;
};

/* Read it through read->reader. True and *last_seq (0: empty); or false and *error names the place
 * and the reason. */
MUST_CHECK bool archive_read(const struct archive *archive, const struct archive_read *read,
                             uint64_t *last_seq, struct store_error *error);

/* Write a snapshot of the state after `seq` from `source`; an interrupted one leaves nothing. */
MUST_CHECK bool archive_snapshot(const struct archive *archive, uint64_t seq,
                                 store_snapshot_source *source, void *user,
                                 struct store_error *error);

#endif
