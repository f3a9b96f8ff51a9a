/* The file journal, the embedded default: append-only segments in one folder, group commit with
 * one write and one fdatasync in flight on libuv's pool. Facts that come while one is in flight
 * make the next batch, so the disk's speed sets the batch size and not the latency's sum.
 *
 * Opening takes an exclusive lock on the folder; loading cuts a torn tail, which was never
 * acknowledged. Any failed write or sync ends the store: on_failed, and nothing more is taken. */
#ifndef STORE_STORE_FILE_H
#define STORE_STORE_FILE_H

#include <uv.h>

#include "store/journal.h"
#include "store/store.h"

#define STORE_FILE_PENDING_MAX  (16u << 20) /* bytes taken and not yet handed to the disk */
#define STORE_FILE_SEGMENT_SIZE (64u << 20) /* a segment is closed when it has grown to this */

struct store_file_config {
    const char *folder;    /* made if it is not there; borrowed during open only */
    uint32_t segment_size; /* bytes; 0: STORE_FILE_SEGMENT_SIZE */
    /* Optional: a segment was closed with `last_seq`; time for a snapshot. */
    void (*on_segment_closed)(void *user, uint64_t last_seq);
};

/* NULL and *error (folder not writable, locked by another process). The store is freed by itself
 * after on_closed. */
MUST_CHECK struct store *store_file_open(uv_loop_t *loop, const struct store_file_config *config,
                                         const struct store_callbacks *callbacks,
                                         struct store_error *error);

/* What the last load found. */
const struct journal_summary *store_file_summary(const struct store *store);

#endif
