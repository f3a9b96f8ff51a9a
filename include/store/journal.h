/* A journal folder: segments journal-<first seq>.seg and snapshots snapshot-<seq>.snap.
 * Reading and checking it, and writing snapshots; all blocking. Appending is store_file.c's.
 *
 * A snapshot only shortens start-up. Segments are never deleted: they are the record that the
 * books can be derived from again. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define JOURNAL_FILES_MAX 65536 /* segments, and snapshots, in one folder */

struct journal_summary {
    uint64_t first_seq;    /* of the oldest segment; 1 unless segments were taken away */
    uint64_t last_seq;     /* 0: empty */
    uint64_t snapshot_seq; /* of the snapshot that was read, 0 none */
    uint64_t facts_read;   /* from segments */
    uint32_t segment_count;
    uint64_t bytes;                  /* of all segments */
    char last_segment[PATH_MAX];     /* "" without one */
    uint64_t last_size;              /* its sound bytes */
    uint64_t torn_bytes;             /* after them, never acknowledged */
    char damaged_snapshot[PATH_MAX]; /* one that was passed over, "" none */
};

struct journal_read {
    const char *folder;
    bool whole;     /* ignore snapshots: read every fact */
    uint64_t up_to; /* last seq to read, 0 all */
    store_reader *reader;
    void *user;
    /* Optional: the bytes of each fact of a segment as they were written, before the reader has
     * the fact. Snapshots' are not given. */
    void (*on_bytes)(void *user, const uint8_t *bytes, size_t length);
};

/* Read the folder through read->reader. True and *summary; or false and *error names the file,
 * the offset and the reason. Nothing on disk is changed. A folder without files is empty. */
MUST_CHECK bool journal_read(const struct journal_read *read, struct journal_summary *summary,
                             struct store_error *error);

/* What the segments of a folder hold, without reading them. */
struct journal_extent {
    uint64_t bytes;
    uint64_t first_seq; /* of the oldest segment; over 1 when older ones were taken away */
    int64_t first_ms;   /* when its first fact was made; 0 where none can be read */
};

/* False and *error as above. A folder without segments is all 0. */
MUST_CHECK bool journal_measure(const char *folder, struct journal_extent *extent,
                                struct store_error *error);

/* Write a snapshot of the state after `seq` from `source`, durable under its name when this
 * returns true; an interrupted one leaves nothing that is read. */
MUST_CHECK bool journal_snapshot(const char *folder, uint64_t seq, store_snapshot_source *source,
                                 void *user, struct store_error *error);

/* The name of a new segment in `path` (PATH_MAX); false when it is too long. */
MUST_CHECK bool journal_segment_path(const char *folder, uint64_t first_seq, char *path);

/* Make a change of the folder's entries durable. False and errno. */
MUST_CHECK bool journal_sync_folder(const char *folder);

#endif
