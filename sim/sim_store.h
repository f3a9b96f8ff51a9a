/* A store for the laboratory, behind store/store.h: every batch becomes durable after a delay of
 * virtual time, and may also be written as a real journal that `dispatcher check` reads. */
#ifndef SIM_SIM_STORE_H
#define SIM_SIM_STORE_H

#include <stdint.h>
#include <stdio.h>

#include "sim/mailbox.h"
#include "store/store.h"

struct sim_store {
    struct store store; /* first, so that a struct store is a struct sim_store */
    int64_t now_ms;     /* of the last sim_store_turn() */
    int64_t delay_ms;   /* from append to durable */
    uint64_t fact_count;
    struct mailbox batches; /* not yet durable: when they will be, and up to which fact */
    bool has_journal;
    const char *journal_folder; /* borrowed */
    char *journal_path;         /* of the segment under way */
    FILE *journal;
    int64_t segment_size; /* bytes of it */
};

/* `journal_folder` may be NULL, and is borrowed until the store is closed; it is made if it is not
 * there, and must be empty of journals.
 * False and *error names the file. */
MUST_CHECK bool sim_store_open(struct sim_store *store, const struct store_callbacks *callbacks,
                               int64_t delay_ms, const char *journal_folder,
                               struct store_error *error);

/* When the next batch becomes durable; INT64_MAX none. */
int64_t sim_store_due_ms(const struct sim_store *store);

/* Time has come to `now_ms`: tell what is durable by now. */
void sim_store_turn(struct sim_store *store, int64_t now_ms);

#endif
