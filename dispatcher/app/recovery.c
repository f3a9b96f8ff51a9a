/* Both stores have their own words for what they found; the log has one line for both. */
#include "app/recovery.h"

#include <inttypes.h>

#include "app/log.h"
#include "store/store_file.h"
#include "store/store_pg.h"

#define PG_SNAPSHOT_FACTS 500000 /* in PostgreSQL: as a journal's segment holds, about */

struct archive recovery_archive(const struct recovery_options *options)
{
    return (struct archive){.folder = options->store == NULL ? options->journal : NULL,
                            .url = options->store,
                            .shard = STORE_PG_SHARD};
}

/* The connection was lost, or is awaited. */
static void on_note(void *user, const char *what, const char *detail)
{
    char quoted[STORE_ERROR_MAX + 64];
    (void)user;
    log_line(LOG_WARN, what, "detail=%s", log_quote(detail, quoted, sizeof quoted));
}

struct store *recovery_open(uv_loop_t *loop, const struct recovery_options *options,
                            struct store_error *error)
{
    if (options->store == NULL) {
        const struct store_file_config config = {.folder = options->journal,
                                                 .on_segment_closed = options->on_snapshot_due};
        return store_file_open(loop, &config, &options->callbacks, error);
    }
    const struct store_pg_config config = {.url = options->store,
                                           .shard = STORE_PG_SHARD,
                                           .lease_seconds = options->lease_seconds,
                                           .projection = options->projection,
                                           .follow = options->follow,
                                           .snapshot_facts = PG_SNAPSHOT_FACTS,
                                           .on_snapshot_due = options->on_snapshot_due,
                                           .on_note = on_note};
    return store_pg_open(loop, &config, &options->callbacks, error);
}

static const char *take_fact(void *user, const struct fact *fact)
{
    const char *why = NULL;
    return core_restore(user, fact, &why) ? NULL : why;
}

static void describe_journal(const struct store *store, struct recovered *recovered,
                             uint64_t *torn_bytes)
{
    char quoted[PATH_MAX + 64];
    const struct journal_summary *summary = store_file_summary(store);
    recovered->snapshot_seq = summary->snapshot_seq;
    recovered->facts_read = summary->facts_read;
    *torn_bytes = summary->torn_bytes;
    if (summary->damaged_snapshot[0] != '\0')
        log_line(LOG_WARN, "snapshot_damaged", "file=%s",
                 log_quote(summary->damaged_snapshot, quoted, sizeof quoted));
}

bool recovery_load(struct store *store, const struct recovery_options *options, struct core *core,
                   struct recovered *recovered)
{
    struct store_error error;
    char quoted[STORE_ERROR_MAX + 64];
    const uint64_t began_ns = uv_hrtime();
    const char *why = NULL;
    *recovered = (struct recovered){0};
    bool loaded = store_load(store, take_fact, core, &recovered->last_seq, &error);
    if (loaded && !core_restored(core, &why))
        loaded = store_error_set(&error, "%s: the snapshot: %s",
                                 options->store == NULL ? options->journal : "the store", why);
    if (!loaded) {
        log_line(LOG_ERROR, "recovery_failed", "reason=%s",
                 log_quote(error.text, quoted, sizeof quoted));
        return false;
    }
    uint64_t torn_bytes = 0;
    if (options->store == NULL) {
        describe_journal(store, recovered, &torn_bytes);
    } else {
        recovered->snapshot_seq = store_pg_summary(store)->snapshot_seq;
        recovered->facts_read = store_pg_summary(store)->facts_read;
    }
    log_line(LOG_INFO, "recovered",
             "seq=%" PRIu64 " snapshot=%" PRIu64 " facts_read=%" PRIu64 " torn_bytes=%" PRIu64
             " digest=%016" PRIx64 " ms=%" PRIu64,
             recovered->last_seq, recovered->snapshot_seq, recovered->facts_read, torn_bytes,
             core_digest(core), (uv_hrtime() - began_ns) / 1000000);
    return true;
}
