/* The start: opens the store that is configured, and brings the core to where its facts lead. */
#ifndef APP_RECOVERY_H
#define APP_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "core/core.h"
#include "store/archive.h"
#include "store/pg_follow.h"
#include "store/pg_project.h"
#include "store/store.h"

struct recovery_options {
    const char *journal;   /* the folder, ... */
    const char *store;     /* ... or, where it is not NULL, PostgreSQL: see store/pg_session.h */
    int32_t lease_seconds; /* of a store in PostgreSQL, */
    struct pg_project_config projection; /* ... and how its tables are filled */
    struct pg_follow *follow;            /* ... and one that followed and leads now, or NULL */
    struct store_callbacks callbacks;
    /* It is time for a snapshot of all up to last_seq; the callbacks' user. */
    void (*on_snapshot_due)(void *user, uint64_t last_seq);
};

struct recovered {
    uint64_t last_seq;
    uint64_t snapshot_seq; /* that it began with, 0 none */
    uint64_t facts_read;   /* beside it */
};

/* Where the facts are. Borrows the options' strings. */
struct archive recovery_archive(const struct recovery_options *options);

/* The store, opened; or NULL and *error. */
MUST_CHECK struct store *recovery_open(uv_loop_t *loop, const struct recovery_options *options,
                                       struct store_error *error);

/* Load the store into the core (which has followed it, where there is a follow), and log it: false,
 * and why was logged. */
MUST_CHECK bool recovery_load(struct store *store, const struct recovery_options *options,
                              struct core *core, struct recovered *recovered);

#endif
