#include "sim/sim_store.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "sim/grow.h"
#include "store/segment.h"
#include "wire/codec_fact.h"

#define SEGMENT_SIZE (INT64_C(64) << 20) /* a segment is closed when it has grown to this */

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

/* A segment that begins with the fact `seq`, in place of the one before, if any. */
static bool open_segment(struct sim_store *store, uint64_t seq)
{
    uint8_t header[SEGMENT_HEADER_SIZE];
    const bool closed = store->journal == NULL || fclose(store->journal) == 0;
    store->journal = NULL;
    const int length = snprintf(store->journal_path, PATH_MAX, "%s/journal-%020" PRIu64 ".seg",
                                store->journal_folder, seq);
    if (length < 0 || length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    store->journal = closed ? fopen(store->journal_path, "wbx") : NULL;
    if (store->journal == NULL) {
        return false;
    }
    segment_header_write(SEGMENT_JOURNAL, seq, header);
    store->segment_size = sizeof header;
    return fwrite(header, 1, sizeof header, store->journal) == sizeof header;
}

static bool write_journal(struct sim_store *store, const struct fact *facts, size_t count)
{
    static uint8_t record[SEGMENT_RECORD_MAX];
    if (store->segment_size >= SEGMENT_SIZE && !open_segment(store, facts[0].seq)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t length = codec_fact_encode(&facts[i], record + SEGMENT_RECORD_HEADER);
        const size_t size = segment_record_seal(record, facts[0].seq, length);
        if (fwrite(record, 1, size, store->journal) != size) {
            return false;
        }
        store->segment_size += (int64_t)size;
    }
    return true;
}

static void report_failure(struct sim_store *store)
{
    struct store_error error;
    fail(&error, store->journal_path, strerror(errno));
    if (store->journal != NULL) {
        fclose(store->journal);
    }
    store->journal = NULL;
    store->has_journal = false;
    store->store.callbacks.on_failed(store->store.callbacks.user, &error);
}

static bool append(struct store *base, const struct fact *facts, size_t count)
{
    struct sim_store *store = (struct sim_store *)base;
    CHECK(count > 0);
    if (store->has_journal && !write_journal(store, facts, count)) {
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
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return fail(error, folder, strerror(errno));
    }
    store->has_journal = true;
    store->journal_folder = folder;
    store->journal_path = grow_new(PATH_MAX, 1);
    return open_segment(store, 1) || fail(error, store->journal_path, strerror(errno));
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
