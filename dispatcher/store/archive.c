#include "store/archive.h"

#include "store/journal.h"
#include "store/pg_archive.h"
#include "store/pg_session.h"

static bool read_folder(const struct archive *archive, const struct archive_read *read,
                        uint64_t *last_seq, struct store_error *error)
{
    struct journal_summary summary;
    const struct journal_read journal = {.folder = archive->folder,
                                         .whole = read->whole,
                                         .up_to = read->up_to,
                                         .reader = read->reader,
                                         .user = read->user};
    if (!journal_read(&journal, &summary, error))
        return false;
    *last_seq = summary.last_seq;
    return true;
}

bool archive_read(const struct archive *archive, const struct archive_read *read,
                  uint64_t *last_seq, struct store_error *error)
{
    if (archive->folder != NULL)
        return read_folder(archive, read, last_seq, error);
    struct pg_archive_summary summary = {0};
    struct pg_archive_read facts = {.connection = pg_session_open(archive->url, error),
                                    .shard = archive->shard,
                                    .whole = read->whole,
                                    .up_to = read->up_to,
                                    .reader = read->reader,
                                    .user = read->user};
    const bool ok = facts.connection != NULL && pg_archive_read(&facts, &summary, error);
    PQfinish(facts.connection);
    if (ok)
        *last_seq = summary.last_seq;
    return ok;
}

bool archive_snapshot(const struct archive *archive, uint64_t seq, store_snapshot_source *source,
                      void *user, struct store_error *error)
{
    if (archive->folder != NULL)
        return journal_snapshot(archive->folder, seq, source, user, error);
    PGconn *connection = pg_session_open(archive->url, error);
    const bool ok = connection != NULL &&
                    pg_archive_snapshot(connection, archive->shard, seq, source, user, error);
    PQfinish(connection);
    return ok;
}
