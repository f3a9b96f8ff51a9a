#include "sim/sim_store.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "sim/grow.h"
#include "store/segment.h"
#include "wire/codec_fact.h"

struct batch {
    int64_t due_ms;
    uint64_t last_seq;
};

static bool fail(struct store_error *error, const char *path, const char *reason)
{
    snprintf(error->text, sizeof error->text, "%s: %s", path, reason);
    return false;
}

/* A run begins a journal of its own: there is nothing to load. */
static bool load(struct store *store, store_reader *reader, void *user, uint64_t *last_seq,
                 struct store_error *error)
{
    (void)store;
    (void)reader;
    (void)user;
    (void)error;
    *last_seq = 0;
    return true;
}

static bool write_journal(struct sim_store *store, const struct fact *facts, size_t count)
{
    static uint8_t record[SEGMENT_RECORD_MAX];
    for (size_t i = 0; i < count; i++) {
        const size_t length = codec_fact_encode(&facts[i], record + SEGMENT_RECORD_HEADER);
        const size_t size = segment_record_seal(record, facts[0].seq, length);
        if (fwrite(record, 1, size, store->journal) != size) {
            return false;
        }
    }
    return true;
}

static void report_failure(struct sim_store *store)
{
    struct store_error error;
    fail(&error, store->journal_path, strerror(errno));
    fclose(store->journal);
    store->journal = NULL;
    store->store.callbacks.on_failed(store->store.callbacks.user, &error);
}

static bool append(struct store *base, const struct fact *facts, size_t count)
{
    struct sim_store *store = (struct sim_store *)base;
    CHECK(count > 0);
    if (store->journal != NULL && !write_journal(store, facts, count)) {
        report_failure(store);
        return false;
    }
    struct batch *batch = mailbox_push(&store->batches);
    *batch =
        (struct batch){.due_ms = store->now_ms + store->delay_ms, .last_seq = facts[count - 1].seq};
    store->fact_count += count;
    return true;
}

static void close_store(struct store *base)
{
    struct sim_store *store = (struct sim_store *)base;
    FILE *journal = store->journal;
    store->journal = NULL;
    if (journal != NULL && fclose(journal) != 0) {
        struct store_error error;
        fail(&error, store->journal_path, strerror(errno));
        base->callbacks.on_failed(base->callbacks.user, &error);
    }
    mailbox_free(&store->batches);
    free(store->journal_path);
    store->journal_path = NULL;
    base->callbacks.on_closed(base->callbacks.user);
}

static const struct store_ops ops = {.load = load, .append = append, .close = close_store};

static bool open_journal(struct sim_store *store, const char *folder, struct store_error *error)
{
    uint8_t header[SEGMENT_HEADER_SIZE];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return fail(error, folder, strerror(errno));
    }
    store->journal_path = grow_new(PATH_MAX, 1);
    const int length = snprintf(store->journal_path, PATH_MAX, "%s/journal-%020d.seg", folder, 1);
    if (length < 0 || length >= PATH_MAX) {
        return fail(error, folder, "the path is too long");
    }
    store->journal = fopen(store->journal_path, "wbx");
    if (store->journal == NULL) {
        return fail(error, store->journal_path, strerror(errno));
    }
    segment_header_write(SEGMENT_JOURNAL, 1, header);
    if (fwrite(header, 1, sizeof header, store->journal) != sizeof header) {
        return fail(error, store->journal_path, strerror(errno));
    }
    return true;
}

bool sim_store_open(struct sim_store *store, const struct store_callbacks *callbacks,
                    int64_t delay_ms, const char *journal_folder, struct store_error *error)
{
    *store = (struct sim_store){
        .store = {.ops = &ops, .callbacks = *callbacks},
        .now_ms = INT64_MIN / 2,
        .delay_ms = delay_ms,
        .batches = {.slot_size = sizeof(struct batch)},
    };
    if (journal_folder != NULL && !open_journal(store, journal_folder, error)) {
        if (store->journal != NULL) {
            fclose(store->journal);
        }
        free(store->journal_path);
        return false;
    }
    return true;
}

int64_t sim_store_due_ms(const struct sim_store *store)
{
    const struct batch *batch = mailbox_peek(&store->batches);
    return batch == NULL ? INT64_MAX : batch->due_ms;
}

void sim_store_turn(struct sim_store *store, int64_t now_ms)
{
    store->now_ms = now_ms;
    for (;;) {
        const struct batch *batch = mailbox_peek(&store->batches);
        if (batch == NULL || batch->due_ms > now_ms) {
            return;
        }
        const uint64_t seq = batch->last_seq;
        mailbox_pop(&store->batches);
        store->store.callbacks.on_durable(store->store.callbacks.user, seq);
    }
}
