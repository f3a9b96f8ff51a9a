/* The sums by the day that questions rest on (schema/007_questions.sql), made anew now and then for
 * the days that something happened to, and then the ledger's checkpoint moved on: so that nobody
 * needs a timer of their own beside the database.
 *
 * Over a connection of its own, each statement a transaction of its own, never a batch's: the facts
 * do not wait for it. Nothing depends on it. A round that fails is left for the next; the first
 * failure in a row is told. */
#ifndef STORE_PG_SUMS_H
#define STORE_PG_SUMS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"
#include "store/store_error.h"

#define PG_SUMS_EVERY_MS  900000  /* a quarter of an hour */
#define PG_SUMS_ANSWER_MS 3600000 /* the first round may have a year to sum up */

struct pg_sums_callbacks {
    void *user;
    /* Now? False puts the round off: the store has other things to do. */
    bool (*may_begin)(void *user);
    void (*on_note)(void *user, const char *what, const char *detail); /* for the log */
    void (*on_closed)(void *user);
};

struct pg_sums;

/* Connect, blocking. A round begins `every_ms` after the last has ended; the first, and one that
 * was put off, a fifteenth of that from now. `url` is borrowed for its life. NULL and *error. */
MUST_CHECK struct pg_sums *pg_sums_open(uv_loop_t *loop, const char *url, int16_t shard,
                                        uint64_t every_ms,
                                        const struct pg_sums_callbacks *callbacks,
                                        struct store_error *error);

/* Freed by itself after on_closed, which comes on a later turn. A statement under way ends in the
 * server, or with it. */
void pg_sums_close(struct pg_sums *sums);

#endif
